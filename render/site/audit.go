package site

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

// auditPage shows what history and statements bear out: an overview, and every
// landed change month by month.
type auditPage struct {
	Whole    *whole // a further page
	Unjudged bool
	Counts   table
	Line     Phrase   // the checkpoints
	Broken   []Reason // against the line of history
	Open     roll     // files that are not proven
	Latest   roll
	Months   table
	Empty    bool
}

// How many rows the overview shows of its lists.
const (
	mostOpen   = 50
	mostLatest = 30
)

const auditFile = "audit.html"

func auditPages(m *Model) []Page[auditPage] {
	a := m.auditor()
	title := diag.Term("site.audit.title")
	wrap := func(w *whole) auditPage { return auditPage{Whole: w} }
	pages := one(auditFile, title, a.overview)
	pages = append(pages, wholes(a.open(), mostOpen, diag.Term("site.audit.open"), nil, wrap)...)
	for _, mo := range a.months() {
		pages = append(pages, wholes(a.changes(mo.list, mo.file()), 0, phrase("site.audit.month", "month", mo.name), nil, wrap)...)
	}
	source := sync.OnceValue(a.source)
	for i := range pages {
		pages[i].Source = source
	}
	for i := range pages[1:] {
		pages[i+1].Find = nil // too many to be looked for by their title
	}
	return pages
}

// auditor makes the pages of the landed changes.
type auditor struct {
	*Model
	deals map[string]*Deal // by folder
}

func (m *Model) auditor() auditor {
	a := auditor{m, make(map[string]*Deal, len(m.Deals))}
	for _, d := range m.Deals {
		a.deals[d.Dir] = d
	}
	return a
}

// source names the landed changes, and the deals by which they are called.
func (a auditor) source() string {
	if a.Landed == nil {
		return ""
	}
	landed := a.Landed()
	if landed == "" {
		return ""
	}
	d := newDigester()
	d.add(landed, a.links, a.Company.Policy.Forge)
	for _, deal := range a.Deals {
		d.add(deal.Dir, deal.Row.File, deal.Row.Title)
	}
	return d.sum()
}

// deal is the deal that a file belongs to, nil where it is of none.
func (a auditor) deal(path string) *Deal {
	parts := strings.SplitN(path, "/", 4)
	if len(parts) < 4 {
		return nil
	}
	return a.deals[strings.Join(parts[:3], "/")]
}

func (a auditor) overview() auditPage {
	ofDeals := a.Landing.ofDeals()
	p := auditPage{
		Unjudged: a.Approvals == "none", Broken: a.Landing.Reasons, Empty: len(a.Landing.Changes) == 0, Line: a.line(),
		Open: a.roll(a.open(), mostOpen), Counts: a.counts(), Months: a.monthTable(),
	}
	l := a.changes(ofDeals[:min(len(ofDeals), mostLatest)], "")
	l.Title = "site.audit.latest"
	if others := len(a.Landing.Changes) - len(ofDeals); others > 0 {
		l.Note = counted("site.audit.others", others)
	}
	p.Latest = a.roll(l, mostLatest)
	p.Latest.Count = 0 // the months have them all
	return p
}

// line says how far checkpoints fix the line of history.
func (a auditor) line() Phrase {
	l := a.Landing
	key := "site.audit.no-checkpoint"
	switch {
	case l.Checkpoints > 0 && l.Signed:
		key = "site.audit.signed"
	case l.Checkpoints > 0:
		key = "site.audit.unsigned"
	}
	return phrase(key, "covered", l.Covered, "changes", len(l.Changes), "n", l.Checkpoints)
}

// tallyOf counts by verdict.
type tallyOf [Contradicted + 1]int

func (a auditor) counts() table {
	var changes, files tallyOf
	for i := range a.Landing.Changes {
		c := &a.Landing.Changes[i]
		changes[c.Verdict]++
		for _, f := range c.Files {
			files[f.Verdict]++
		}
	}
	t := table{Caption: diag.Term("site.audit.verdicts"), Cards: true, Heads: []head{
		column("site.audit.verdict"), number("site.audit.changes"), number("site.audit.files"), column("site.audit.meaning"),
	}}
	for v := Proven; v <= Contradicted; v++ {
		t.Rows = append(t.Rows, cells(badge(v.Badge(), v.Term()), say(changes[v]), say(files[v]), say(meaning[v])))
	}
	return t
}

var meaning = [...]diag.Term{"site.audit.of-proven", "site.audit.of-declared", "site.audit.of-unproven", "site.audit.of-contradicted"}

// month is the changes of one month, the latest first.
type month struct {
	name string // 2026-08
	list []*Change
}

func (mo month) file() string { return "audit-" + mo.name + ".html" }

// months groups the changes by the month in which they landed, the latest
// first. A month that is over stays as it is.
func (a auditor) months() []month {
	var out []month
	at := map[string]int{}
	for i := len(a.Landing.Changes) - 1; i >= 0; i-- {
		c := &a.Landing.Changes[i]
		name := c.When.Format("2006-01")
		k, known := at[name]
		if !known {
			k = len(out)
			at[name] = k
			out = append(out, month{name: name})
		}
		out[k].list = append(out[k].list, c)
	}
	slices.SortFunc(out, func(a, b month) int { return cmp.Compare(b.name, a.name) })
	return out
}

func (a auditor) monthTable() table {
	t := table{ID: "months", Caption: diag.Term("site.audit.months"), Cards: true, Heads: []head{
		column("site.audit.of-month"), number("site.audit.changes"), number("audit.proven"), number("audit.declared"), number("audit.unproven"), number("audit.contradicted"),
	}}
	for _, mo := range a.months() {
		var n tallyOf
		for _, c := range mo.list {
			n[c.Verdict]++
		}
		t.Rows = append(t.Rows, cells(link(a.Ref(mo.name, mo.file())), say(len(mo.list)), say(n[Proven]), say(n[Declared]), say(n[Unproven]), say(n[Contradicted])))
	}
	return t
}

// changes lists landed changes.
func (a auditor) changes(list []*Change, file string) listing {
	return listing{
		File: file, Rows: rowsOf(list, a.changeRow),
		Table: table{ID: "changes", Caption: counted("site.audit.landed", len(list)), Cards: true, Dense: true, Heads: []head{
			column("site.audit.when"), column("site.audit.change"), column("site.audit.what"), choice("site.audit.verdict"), column("site.audit.approvals"),
		}},
	}
}

func (a auditor) changeRow(c *Change) tableRow {
	name, url := c.Subject, a.commitURL(c.Commit)
	if c.Pull.Number > 0 {
		name, url = "#"+strconv.Itoa(c.Pull.Number)+" "+cmp.Or(c.Pull.Title, c.Subject), a.pullURL(c.Pull)
	}
	change := cell{Say: cmp.Or(name, short(c.Commit)), URL: url, Sub: phrase("site.audit.by", "author", c.Author, "commit", short(c.Commit))}
	verdict := cell{Say: c.Verdict.Term(), Badge: c.Verdict.Badge(), Choice: string(c.Verdict.Term())}
	if len(c.Reasons) > 0 {
		verdict.Sub = c.Reasons[0].Title
	}
	return tableRow{ID: "c-" + short(c.Commit), Cells: []cell{
		say(c.When.Format("2006-01-02 15:04")), change, a.what(c), verdict, a.approvals(c),
	}}
}

// what names the deal of a change, where it is of one, and its files.
func (a auditor) what(c *Change) cell {
	var deals []*Deal
	var names values
	for _, f := range c.Files {
		if d := a.deal(f.Path); d != nil && !slices.Contains(deals, d) {
			deals = append(deals, d)
		}
		if len(names) < 3 {
			names = append(names, f.Path[strings.LastIndexByte(f.Path, '/')+1:])
		}
	}
	if more := len(c.Files) - len(names); more > 0 {
		names = append(names, counted("site.audit.more", more))
	}
	out := cell{Say: counted("site.audit.count", len(c.Files)), Sub: names}
	if len(deals) == 1 {
		out.Say, out.File = deals[0].Row.Title, deals[0].Row.File
	}
	return out
}

// approvals says who approved a change. What nothing bears out is named as a
// claim.
func (a auditor) approvals(c *Change) cell {
	if len(c.Approvals) == 0 {
		if a.Approvals == "none" {
			return say(diag.Term("site.audit.unjudged"))
		}
		return say(diag.Term("site.nothing"))
	}
	var who, how values
	for _, x := range c.Approvals {
		one := phrase("site.audit.approval", "name", x.Name, "role", x.Role)
		if slices.ContainsFunc(who, func(v any) bool { return v.(Phrase).Args["name"] == x.Name && v.(Phrase).Args["role"] == x.Role }) {
			continue // of another file of the change
		}
		who = append(who, one)
		how = append(how, phrase("site.audit.review", "login", x.Login, "review", x.Review, "on", value.DayOf(x.When)))
	}
	if c.Verdict > Declared {
		return cell{Say: phrase("site.audit.claimed", "who", who), Sub: how}
	}
	return cell{Say: who, Sub: how}
}

// open lists the files that are not proven, the latest first.
func (a auditor) open() listing {
	type file struct {
		in *Change
		of ChangeFile
	}
	var list []file
	for i := len(a.Landing.Changes) - 1; i >= 0; i-- {
		for _, f := range a.Landing.Changes[i].Files {
			if f.Verdict > Declared {
				list = append(list, file{&a.Landing.Changes[i], f})
			}
		}
	}
	return listing{
		Title: "site.audit.open", File: "audit-open.html", Rows: rowsOf(list, func(f file) tableRow { return a.openRow(f.in, f.of) }),
		Table: table{ID: "open", Caption: counted("site.audit.not-proven", len(list)), Cards: true, Empty: diag.Term("site.audit.all-well"), Heads: []head{
			column("site.audit.file"), choice("site.audit.verdict"), column("site.audit.why"), column("site.audit.when"), column("site.audit.commit"),
		}},
	}
}

func (a auditor) openRow(c *Change, f ChangeFile) tableRow {
	file := say(f.Path)
	if d := a.deal(f.Path); d != nil {
		file.File = d.Row.File
	}
	var why values
	var title any
	for _, r := range slices.Concat(f.Reasons, c.Reasons) {
		if title == nil {
			title = r.Title
		}
		why = append(why, r.Found)
	}
	return cells(file, cell{Say: f.Verdict.Term(), Badge: f.Verdict.Badge(), Choice: string(f.Verdict.Term())}, cell{Say: title, Sub: why},
		say(c.When.Format("2006-01-02 15:04")), cell{Say: short(c.Commit), URL: a.commitURL(c.Commit)})
}
