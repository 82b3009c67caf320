package site

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// perPage bounds how many deals one page of the overview lists.
const perPage = 200

// row is a deal in the overview, and the head of its own page.
type row struct {
	ID, File, Title, Customer, Team string
	Stage                           diag.Term
	state                           string
	rank                            int // of the stage in the workflow
	Anchor                          string
	Since                           value.Day
	Days                            int
	Amount                          sums // by currency, empty when unknown
	Expected                        bool // the amount is what is hoped for, not ordered
	Next                            diag.Term
	More                            int // further things that may happen
	Errors, Warnings                int
	Ended                           bool
}

// Invalid reports whether the deal has an error.
func (r row) Invalid() bool { return r.Errors > 0 }

func (s *site) row(d *fold.Deal, next []Next) row {
	r := row{
		ID: d.ID, File: s.files[d], Title: title(d), Customer: customerName(d.Customer), Team: s.team(d.Team),
		Stage: d.Main.Process.Term(d.Main.State), state: d.Main.State, Since: d.Main.Since, Ended: d.Main.Ended(),
	}
	r.rank = slices.IndexFunc(d.Main.Process.States, hasName(d.Main.State))
	if r.Since != 0 {
		r.Days = int(s.AsOf - r.Since)
	}
	r.Amount, r.Expected = worth(d)
	if len(next) > 0 {
		r.Next, r.More = foremost(next).Title(), len(next)-1
	}
	r.Errors, r.Warnings = tally(d.Findings)
	return r
}

// foremost is what a reader should look at first: what can be recorded now,
// then what somebody has to record at all.
func foremost(next []Next) Next {
	for _, good := range []func(Next) bool{
		func(n Next) bool { return !n.Option && n.File != "" && n.Ready() },
		func(n Next) bool { return !n.Option && n.File != "" },
	} {
		if i := slices.IndexFunc(next, good); i >= 0 {
			return next[i]
		}
	}
	return next[0]
}

func title(d *fold.Deal) string {
	if d.Header == nil {
		return d.ID
	}
	return d.Header.Title.S
}

func customerName(cu *fold.Customer) string {
	if cu.Header == nil {
		return cu.ID
	}
	return cu.Header.Name.S
}

// team is what a team is called, empty as long as none is determined.
func (s *site) team(id string) string {
	if id == "" {
		return ""
	}
	return s.Company.Roster.TeamName(id)
}

// worth is what was ordered, and before that the sales expected in a year.
func worth(d *fold.Deal) (amount sums, expected bool) {
	var ordered sums
	for _, o := range d.Orders {
		if total := o.Total(); !o.Void() && total.IsPositive() {
			ordered.add(money{total, d.Currency})
		}
	}
	if len(ordered) > 0 {
		return ordered, false
	}
	if d.Header == nil || !d.Header.Expected.Set {
		return nil, false
	}
	return sums{{d.Header.Expected.Decimal, d.Currency}}, true
}

func tally(ds []diag.Diagnostic) (errors, warnings int) {
	for _, d := range ds {
		if d.Severity == diag.Error {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}

// overviewPage is one page of the list of deals.
type overviewPage struct {
	frame
	Number, Of                    int
	First, Previous, Later, Final string // pages, empty where there is none
	Health                        health
	Stages                        []stageSum
	Lists                         []list
	Findings                      []diag.Diagnostic // that belong to no deal
}

// health is what the checks found.
type health struct {
	Deals, Invalid, Errors, Warnings int // errors and warnings outside of deals included
	General                          int // errors outside of deals
	Unproven                         int // facts that no statement bears out
}

// Fine reports whether no check failed.
func (h health) Fine() bool { return h.Errors == 0 }

// stageSum counts the deals of one stage.
type stageSum struct {
	Stage   diag.Term
	Href    string
	Deals   int
	Invalid int
	Amount  sums
}

// list is the open or the ended deals of one page.
type list struct {
	Ended bool
	Rows  []row
}

// overview lists all deals, open ones first, on as many pages as it takes.
func (s *site) overview(rows []row) []overviewPage {
	slices.SortStableFunc(rows, compareRows)
	for i := range rows {
		if i == 0 || rows[i].state != rows[i-1].state {
			rows[i].Anchor = "stage-" + rows[i].state
		}
	}
	general := s.general()
	h := s.health(rows, general)
	of := max(1, (len(rows)+perPage-1)/perPage)
	pages := make([]overviewPage, of)
	for k := range pages {
		part := rows[min(k*perPage, len(rows)):min((k+1)*perPage, len(rows))]
		pages[k] = overviewPage{frame: s.frame(pageFile(k + 1)), Number: k + 1, Of: of, Health: h, Lists: lists(part)}
		pages[k].turn()
	}
	pages[0].Stages, pages[0].Findings = stageSums(rows), general
	return pages
}

// compareRows puts open deals before ended ones, then goes by stage; what has
// stood longest comes first.
func compareRows(a, b row) int {
	return cmp.Or(boolInt(a.Ended)-boolInt(b.Ended), cmp.Compare(a.rank, b.rank), cmp.Compare(a.Since, b.Since), strings.Compare(a.File, b.File))
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func pageFile(n int) string {
	if n == 1 {
		return "index.html"
	}
	return "index-" + strconv.Itoa(n) + ".html"
}

// turn links a page to those before and after it.
func (p *overviewPage) turn() {
	if p.Number > 1 {
		p.First, p.Previous = pageFile(1), pageFile(p.Number-1)
	}
	if p.Number < p.Of {
		p.Later, p.Final = pageFile(p.Number+1), pageFile(p.Of)
	}
}

func lists(rows []row) []list {
	var out []list
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].Ended != r.Ended {
			out = append(out, list{Ended: r.Ended})
		}
		last := &out[len(out)-1]
		last.Rows = append(last.Rows, r)
	}
	return out
}

func stageSums(rows []row) []stageSum {
	var out []stageSum
	for i, r := range rows {
		if r.Anchor != "" {
			out = append(out, stageSum{Stage: r.Stage, Href: pageFile(i/perPage+1) + "#" + r.Anchor})
		}
		sum := &out[len(out)-1]
		sum.Deals++
		sum.Invalid += boolInt(r.Invalid())
		for _, m := range r.Amount {
			sum.Amount.add(m)
		}
	}
	return out
}

// general are the findings that belong to no deal: of registries, customers
// and the folders themselves.
func (s *site) general() []diag.Diagnostic {
	dirs := map[string]bool{}
	for _, d := range s.deals {
		dirs[d.Dir] = true
	}
	var out []diag.Diagnostic
	for _, f := range s.Company.Findings {
		if parts := strings.SplitN(f.File, "/", 4); len(parts) < 3 || !dirs[strings.Join(parts[:3], "/")] {
			out = append(out, f)
		}
	}
	return out
}

func (s *site) health(rows []row, general []diag.Diagnostic) health {
	h := health{Deals: len(rows)}
	h.Errors, h.Warnings = tally(general)
	h.General = h.Errors
	for _, r := range rows {
		h.Errors += r.Errors
		h.Warnings += r.Warnings
		h.Invalid += boolInt(r.Invalid())
	}
	h.Unproven = s.unproven()
	return h
}

// unproven counts the facts of all deals that no statement bears out.
func (s *site) unproven() int {
	n := 0
	for _, d := range s.Company.Deals() {
		for _, f := range d.Records {
			if r := s.record(f); r != nil && r.Unproven {
				n++
			}
		}
	}
	return n
}
