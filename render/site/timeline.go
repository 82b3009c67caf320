package site

import (
	"path"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/render/paging"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// lateDays is how long after its date a fact may be recorded without a remark.
const lateDays = 7

// day is one date of the timeline with what happened on it, latest first.
type day struct {
	On      value.Day
	Entries []entry
}

// entry is a fact, or a row of the workflow that followed by itself.
type entry struct {
	ID       string // an anchor: the path in the deal's folder
	On       value.Day
	Derived  bool
	Row      string // id of the row taken, if any
	Name     any    // of the step, or of the derived row: rows may share an id
	Process  diag.Term
	Instance string
	To       diag.Term // the stage it led to, empty where it moved none
	By       Ref
	Fields   []field
	Withheld bool // some of its fields are for fewer readers
	Note     string
	Evidence []Ref
	File     string // path in the repository

	VoidedBy, ReplacedBy string // names of correction files
	Prov                 *record
}

// record says who put a fact into which commit, and who approved it.
type record struct {
	Commit, Author       string
	CommitURL, SourceURL string // on the forge, where policy names one
	On                   value.Day
	Late                 int // days after its date, 0 when in time
	Baseline             bool
	Proof, Why           diag.Term
	Unproven             bool
	Approvals            []approvedBy
	Pull                 int
	PullURL              string
}

// approvedBy is somebody whose approval a fact had.
type approvedBy struct {
	Who       Ref
	Role      diag.Term
	On        value.Day
	Delegated bool
}

// perTimeline is how many entries stand on one page.
const perTimeline = 120

// timelineParts cuts what happened to a deal into pages: the latest stands on
// the deal's own page, what is older on further ones. They are planned from
// the number of entries alone.
func (m *Model) timelineParts(d *Deal) []part[struct{}] {
	n := len(m.recorded(d.Deal))
	for _, i := range instances(d.Deal) {
		for _, t := range i.Taken {
			if t.Fact == nil {
				n++
			}
		}
	}
	return pagedTo(d.timelineFile, make([]struct{}, n), perTimeline)
}

// timelinePage is a page of what happened to a deal earlier.
type timelinePage struct {
	Title    Phrase
	Days     []day
	Pager    paging.Pager
	Unjudged bool
}

func timelinePages(m *Model) []Page[timelinePage] {
	var pages []Page[timelinePage]
	for _, d := range m.Deals {
		for k, p := range m.timelineParts(d)[1:] {
			title := phrase("site.timeline.page", "deal", d.Row.Title, "n", p.Pager.Number, "of", p.Pager.Of)
			pages = append(pages, Page[timelinePage]{File: p.File, Title: title, Above: []Ref{{d.Row.Title, d.Row.File}}, Of: d, Content: func() timelinePage {
				from := (k + 1) * perTimeline
				return timelinePage{title, days(m.entries(d)[from : from+len(p.Rows)]), p.Pager, m.Approvals == "none"}
			}})
		}
	}
	return pages
}

// timelineFile is the nth page of a deal's timeline.
func (d *Deal) timelineFile(n int) string {
	if n == 1 {
		return d.Row.File
	}
	return paging.File(strings.TrimSuffix(d.Row.File, ".html")+".timeline.html", n)
}

// entries lists what happened to a deal, the latest first.
func (m *Model) entries(d *Deal) []entry {
	moves := taken(d.Deal)
	var all []entry
	for _, f := range m.recorded(d.Deal) {
		all = append(all, m.entry(d, f, moves[f.Path]))
	}
	for _, i := range instances(d.Deal) {
		for _, t := range i.Taken {
			if t.Fact == nil {
				all = append(all, derived(i, t))
			}
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return int(a.On - b.On) })
	slices.Reverse(all)
	return all
}

// days puts entries of one date together.
func days(entries []entry) []day {
	var out []day
	for _, e := range entries {
		if len(out) == 0 || out[len(out)-1].On != e.On {
			out = append(out, day{On: e.On})
		}
		last := &out[len(out)-1]
		last.Entries = append(last.Entries, e)
	}
	return out
}

// instances lists every run of a deal, the main process first.
func instances(d *fold.Deal) []*fold.Instance {
	return append([]*fold.Instance{d.Main}, d.Instances...)
}

// move is the row that a fact took, and in which run.
type move struct {
	in  *fold.Instance
	row fold.Taken
}

// taken finds the rows that facts took, by the path of the fact.
func taken(d *fold.Deal) map[string]move {
	moves := map[string]move{}
	for _, i := range instances(d) {
		for _, t := range i.Taken {
			if t.Fact != nil {
				moves[t.Fact.Path] = move{i, t}
			}
		}
	}
	return moves
}

// recorded lists the deal's files as they landed and the receipts that pay its
// orders, in the order in which they are folded.
func (m *Model) recorded(d *fold.Deal) []*fold.Fact {
	facts := slices.Clone(d.Records)
	for _, f := range d.Customer.Receipts {
		if pays(f, d) {
			facts = append(facts, f)
		}
	}
	slices.SortStableFunc(facts, func(a, b *fold.Fact) int {
		if a.Date != b.Date {
			return int(a.Date - b.Date)
		}
		if c := strings.Compare(a.Name(), b.Name()); c != 0 {
			return c
		}
		return strings.Compare(a.Path, b.Path)
	})
	return facts
}

func pays(f *fold.Fact, d *fold.Deal) bool {
	b, ok := f.Body.(*fact.Receipt)
	return ok && slices.ContainsFunc(b.Allocations, func(a fact.ReceiptAllocations) bool { return a.Deal.S == d.ID })
}

func (m *Model) entry(d *Deal, f *fold.Fact, took move) entry {
	base := f.Body.Base()
	e := entry{
		ID: anchor(f), On: f.Date, Name: f.Step.Term(), Process: diag.Term("process." + f.Process), Instance: f.Instance, By: m.doer(f),
		Fields: m.fieldsOf(d.Deal, f), Withheld: m.hides(d.Deal, f), Note: base.Note.S, File: f.Path, Prov: m.record(f),
	}
	for _, ev := range base.Evidence {
		e.Evidence = append(e.Evidence, m.Ref(ev.S, d.Row.File+"#"+exhibitID(f.Dir, ev.S)))
	}
	if took.in != nil {
		e.Row, e.To = took.row.Row.ID, took.in.Process.Term(took.row.To)
	}
	if f.Voided != nil {
		e.VoidedBy = f.Voided.Name()
	}
	if f.Replaced != nil {
		e.ReplacedBy = f.Replaced.Name()
	}
	if c, ok := f.Body.(*fact.Correct); ok {
		e.Fields = append(e.Fields, m.corrected(d.Deal, f, c)...)
	}
	return e
}

// anchor is where a fact stands on its page.
func anchor(f *fold.Fact) string { return f.Rel() }

// corrected shows what a correction puts in the place of what, under the
// labels of the file that it corrects.
func (m *Model) corrected(d *fold.Deal, f *fold.Fact, c *fact.Correct) []field {
	file := path.Join(path.Dir(f.Path), c.Corrects.S)
	for _, other := range d.Records {
		if other.Path == file {
			return m.published(other.Step.ID(), replaced(c.With, other.Step))
		}
	}
	return nil
}

// actor is who acted, by name where the roster knows it.
func (m *Model) actor(f *fold.Fact) string {
	if f.By != nil {
		return f.By.Name
	}
	return f.Body.Base().By.S
}

// doer is the actor with the page about him.
func (m *Model) doer(f *fold.Fact) Ref {
	if f.By == nil {
		return Ref{Label: m.actor(f)}
	}
	return m.Ref(f.By.Name, personFile(f.By.ID))
}

func (m *Model) record(f *fold.Fact) *record {
	if m.Provenance == nil {
		return nil
	}
	p, ok := m.Provenance(f.Path)
	if !ok {
		return nil
	}
	r := &record{
		Commit: p.Commit, CommitURL: m.commitURL(p.Commit), SourceURL: m.sourceURL(p.Commit, f.Path), Author: p.Author,
		On: value.DayOf(p.When), Baseline: p.Baseline, Proof: p.Proof, Why: p.Why, Unproven: p.Unproven,
	}
	if c := p.Change; c != nil {
		r.Pull, r.PullURL, r.Approvals = c.Pull.Number, m.pullURL(c.Pull), m.approvedBy(c, f.Path)
	}
	if late := int(r.On - f.Date); late > lateDays && !r.Baseline { // what was there before the repository is not late
		r.Late = late
	}
	return r
}

// approvedBy lists whose approval a file had when it landed. What nothing bears
// out is not shown.
func (m *Model) approvedBy(c *Change, path string) []approvedBy {
	if c.Verdict > Declared {
		return nil
	}
	var out []approvedBy
	for _, a := range c.ApprovalsOf(path) {
		out = append(out, approvedBy{Who: m.Ref(a.Name, personFile(a.Person)), Role: a.Role, On: value.DayOf(a.When), Delegated: a.Delegated})
	}
	return out
}

func derived(i *fold.Instance, t fold.Taken) entry {
	return entry{
		On: t.On, Derived: true, Row: t.Row.ID, Name: t.Row.Title, Process: diag.Term("process." + i.Process.Name),
		Instance: i.Name, To: i.Process.Term(t.To),
	}
}
