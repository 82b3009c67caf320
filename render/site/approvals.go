package site

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

const (
	approvalsFile = "approvals.html"
	perApprovals  = 30 // rows of each list on the front of the kind
)

// approvalsPage says whose approval is waited for, who may give it for whom,
// and who gave it; or it is one page of one of its lists.
type approvalsPage struct {
	Whole       *whole
	Proofs      []count // landed files by what is proven of them
	Audit       Ref
	Pulls       string // the forge's list of open pull requests
	Awaited     table
	Waiting     roll
	Delegations table
	Recorders   table
	Givers      table
	Given       roll
	Months      []Ref
}

func approvalsPages(m *Model) []Page[approvalsPage] {
	waiting := m.approvalList(m.Desk.Approvals, "site.approvals.waiting", "waiting", "approvals-waiting.html")
	given := m.given()
	months := m.monthLists(given)
	pages := one(approvalsFile, diag.Term("site.approvals.title"), func() approvalsPage {
		p := approvalsPage{
			Proofs: m.proofCounts(), Audit: m.Ref(diag.Term("site.today.audit"), auditFile), Pulls: m.pullsURL(),
			Awaited: m.awaitedTable(), Waiting: m.roll(waiting, perApprovals), Delegations: m.delegationTable(), Recorders: m.recorderTable(),
			Givers: m.giverTable(given), Given: m.roll(m.givenList(given), perApprovals),
		}
		for _, l := range months {
			p.Months = append(p.Months, m.Ref(phrase("site.approvals.month-count", "month", l.month, "n", len(l.Rows)), l.File))
		}
		return p
	})
	wrap := func(w *whole) approvalsPage { return approvalsPage{Whole: w} }
	pages = append(pages, wholes(waiting, perApprovals, waiting.Title, nil, wrap)...)
	for _, l := range months {
		pages = append(pages, wholes(l.listing, 0, phrase("site.approvals.month", "month", l.month), nil, wrap)...)
	}
	return pages
}

// pullsURL is where the forge lists what is proposed and waits for approval.
func (m *Model) pullsURL() string { return strings.TrimSuffix(m.forge("pulls", ""), "/") }

// given is one approval, in the change that it let land.
type given struct {
	Approval
	Change  *Change
	Verdict Verdict // of what it approved
}

// given lists all approvals, the latest first.
func (m *Model) given() []given {
	var out []given
	for i := range m.Landing.Changes {
		c := &m.Landing.Changes[i]
		for _, a := range c.Approvals {
			out = append(out, given{a, c, c.verdictOf(a.Fact)})
		}
	}
	slices.SortStableFunc(out, func(a, b given) int { return b.When.Compare(a.When) })
	return out
}

// verdictOf is what is shown of one file of the change, or of all where it is
// none of them.
func (c *Change) verdictOf(path string) Verdict {
	for _, f := range c.Files {
		if f.Path == path {
			return f.Verdict
		}
	}
	return c.Verdict
}

// monthly is the approvals of one month, on pages of their own: what is given
// today changes no page of an earlier month.
type monthly struct {
	listing
	month value.Month
}

func (m *Model) monthLists(all []given) []monthly {
	var out []monthly
	for len(all) > 0 {
		name := value.DayOf(all[0].When).Month()
		n := slices.IndexFunc(all, func(g given) bool { return value.DayOf(g.When).Month() != name })
		if n < 0 {
			n = len(all)
		}
		l := m.givenList(all[:n])
		l.File = "approvals-" + name.String() + ".html"
		out, all = append(out, monthly{l, name}), all[n:]
	}
	return out
}

func (m *Model) givenList(list []given) listing {
	empty := diag.Term("site.approvals.given-empty")
	if m.Approvals == "none" {
		empty = "site.approvals.given-elsewhere"
	}
	deals := map[string]*Deal{}
	for _, d := range m.Deals {
		deals[d.Dir] = d
	}
	return listing{
		Title: "site.approvals.given", Table: table{
			ID: "given", Caption: counted("site.approvals.sum", len(list)), Empty: empty, Cards: true,
			Heads: []head{
				column("site.approvals.when"), choice("site.approvals.who"), choice("site.approvals.role"), column("site.approvals.what"), choice("site.approvals.proof"),
				column("site.approvals.pull"),
			},
		},
		Rows: rowsOf(list, func(g given) tableRow {
			who := link(m.Ref(g.Name, personFile(g.Person)))
			if g.Delegated {
				who.Sub = diag.Term("site.approvals.delegated")
			}
			return cells(say(value.DayOf(g.When)), who, say(g.Role), whatCell(deals, g.Fact), badge(g.Verdict.Badge(), g.Verdict.Term()), m.pullCell(g.Change))
		}),
	}
}

// whatCell is what was approved: a deal with the file, another file, or the
// rules.
func whatCell(deals map[string]*Deal, path string) cell {
	if path == "" {
		return say(diag.Term("site.approvals.rules"))
	}
	if parts := strings.SplitN(path, "/", 4); len(parts) == 4 {
		if d := deals[strings.Join(parts[:3], "/")]; d != nil {
			return cell{Say: d.Row.Title, File: d.Row.File, Sub: parts[3]}
		}
	}
	return say(path)
}

// pullCell leads to the pull request that proposed a change.
func (m *Model) pullCell(c *Change) cell {
	if c.Pull.Number == 0 {
		return cell{Say: short(c.Commit), URL: m.commitURL(c.Commit)}
	}
	return cell{Say: phrase("site.approvals.number", "n", c.Pull.Number), URL: m.pullURL(c.Pull)}
}

// giver is how many approvals somebody gave.
type giver struct {
	Ref               Ref
	All, Proven, Acts int // of them proven; and given by delegation
	Last              value.Day
}

// giverTable sums up who gave how many approvals, who gave most first.
func (m *Model) giverTable(all []given) table {
	at := map[string]*giver{}
	var list []*giver
	for _, g := range all { // the latest first
		x := at[g.Person+"\x00"+g.Name]
		if x == nil {
			x = &giver{Ref: m.Ref(g.Name, personFile(g.Person)), Last: value.DayOf(g.When)}
			at[g.Person+"\x00"+g.Name], list = x, append(list, x)
		}
		x.All++
		x.Proven += boolInt(g.Verdict == Proven)
		x.Acts += boolInt(g.Delegated)
	}
	slices.SortStableFunc(list, func(a, b *giver) int { return cmp.Compare(b.All, a.All) })
	t := table{ID: "givers", Caption: diag.Term("site.approvals.givers"), Cards: true, Heads: []head{
		column("site.approvals.who"), number("site.approvals.count"), number("site.approvals.proven"), number("site.approvals.acts"), column("site.approvals.last"),
	}}
	for _, g := range list {
		t.Rows = append(t.Rows, cells(link(g.Ref), say(g.All), say(g.Proven), say(g.Acts), say(g.Last)))
	}
	return t
}

// proofCounts count the landed files by what is shown of them.
func (m *Model) proofCounts() []count {
	var n [Contradicted + 1]int
	for _, c := range m.Landing.Changes {
		for _, f := range c.Files {
			n[f.Verdict]++
		}
	}
	var out []count
	for v, files := range n {
		if files > 0 {
			out = append(out, count{Label: Verdict(v).Term(), Much: files})
		}
	}
	return out
}
