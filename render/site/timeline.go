package site

import (
	"path"
	"slices"
	"strings"

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
	Derived  bool
	Row      string // id of the row taken, if any
	Name     any    // of the step, or of the derived row: rows may share an id
	Process  diag.Term
	Instance string
	To       diag.Term // the stage it led to, empty where it moved none
	By       Ref
	Fields   []field
	Note     string
	Evidence []evidence
	File     string // path in the repository

	VoidedBy, ReplacedBy string // names of correction files
	Prov                 *record
}

// record says who put a fact into which commit.
type record struct {
	Commit, Author string
	On             value.Day
	Late           int // days after its date, 0 when in time
	Baseline       bool
	Proof, Why     diag.Term
	Unproven       bool
}

// timeline lists what happened to a deal, the latest day first. The days'
// entries are in the order opposite to the one they happened in, too.
func (m *Model) timeline(d *fold.Deal) []day {
	moves := taken(d)
	var days []day
	at := func(on value.Day) *day {
		if i := slices.IndexFunc(days, func(x day) bool { return x.On == on }); i >= 0 {
			return &days[i]
		}
		days = append(days, day{On: on})
		return &days[len(days)-1]
	}
	for _, f := range m.recorded(d) {
		x := at(f.Date)
		x.Entries = append(x.Entries, m.entry(d, f, moves[f.Path]))
	}
	for _, i := range instances(d) {
		for _, t := range i.Taken {
			if t.Fact == nil {
				x := at(t.On)
				x.Entries = append(x.Entries, derived(i, t))
			}
		}
	}
	for i := range days {
		slices.Reverse(days[i].Entries)
	}
	slices.SortStableFunc(days, func(a, b day) int { return int(b.On - a.On) })
	return days
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

func (m *Model) entry(d *fold.Deal, f *fold.Fact, took move) entry {
	base := f.Body.Base()
	e := entry{
		Name: f.Step.Term(), Process: diag.Term("process." + f.Process), Instance: f.Instance, By: m.doer(f),
		Fields: fielder{m.Company, f.Step, d.Currency}.body(f.Body), Note: base.Note.S, File: f.Path, Prov: m.record(f),
	}
	for _, ev := range base.Evidence {
		e.Evidence = append(e.Evidence, m.Evidence(f.Dir, ev.S))
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
		e.Fields = append(e.Fields, m.corrected(d, f, c)...)
	}
	return e
}

// corrected shows what a correction puts in the place of what, under the
// labels of the file that it corrects.
func (m *Model) corrected(d *fold.Deal, f *fold.Fact, c *fact.Correct) []field {
	file := path.Join(path.Dir(f.Path), c.Corrects.S)
	for _, other := range d.Records {
		if other.Path == file {
			return replaced(c.With, other.Step)
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
	r := &record{Commit: p.Commit, Author: p.Author, On: value.DayOf(p.When), Baseline: p.Baseline, Proof: p.Proof, Why: p.Why, Unproven: p.Unproven}
	if late := int(r.On - f.Date); late > lateDays {
		r.Late = late
	}
	return r
}

func derived(i *fold.Instance, t fold.Taken) entry {
	return entry{
		Derived: true, Row: t.Row.ID, Name: t.Row.Title, Process: diag.Term("process." + i.Process.Name),
		Instance: i.Name, To: i.Process.Term(t.To),
	}
}
