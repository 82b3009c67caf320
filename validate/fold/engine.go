package fold

import (
	"slices"
	"strconv"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// engine folds the facts of one deal by the workflow table. Facts go by date;
// among those of one date, the first in file-name order whose row is allowed
// now goes next. After each, the derived rows are taken that have become due.
type engine struct {
	c     *Company
	d     *Deal
	today value.Day
	cause *Fact // the fact that is being taken, nil when the clock moves

	allocations map[string][]Allocation // by order

	unread      bool // some file of the deal is not a readable fact
	unreadSince value.Day
}

func newEngine(c *Company, d *Deal) *engine {
	e := &engine{c: c, d: d}
	e.unreadSince, e.unread = unreadSince(d.Findings)
	return e
}

func (e *engine) run() {
	e.d.Main = &Instance{Process: e.c.Table.Process("deal"), State: schema.None}
	e.collectAllocations()
	facts := e.d.Facts
	for len(facts) > 0 || e.today < e.c.AsOf {
		next := e.nextDay(facts)
		if next > e.c.AsOf && len(facts) == 0 {
			break
		}
		e.today = next
		e.clock()
		var due []*Fact
		for len(facts) > 0 && facts[0].Date <= e.today {
			due, facts = append(due, facts[0]), facts[1:]
		}
		e.fold(due)
	}
	slices.SortStableFunc(e.d.Instances, func(a, b *Instance) int { return compareInstances(a, b) })
}

// nextDay is the next day on which a fact, a receipt or a due date falls.
func (e *engine) nextDay(facts []*Fact) value.Day {
	next := e.c.AsOf + 1
	if len(facts) > 0 {
		next = facts[0].Date
	}
	for _, day := range e.clockDays() {
		if day > e.today && day < next && day <= e.c.AsOf {
			next = day
		}
	}
	return next
}

// clockDays are the days on which time alone moves a stage: a deadline for
// bids passes, a receipt counts, an instalment becomes overdue.
func (e *engine) clockDays() []value.Day {
	var days []value.Day
	for _, i := range e.d.Instances {
		switch i.Process.Name {
		case "tender":
			if n, _ := Last[fact.TenderNotice](i); n != nil && i.State == "bidding" {
				days = append(days, n.BidsDue.Day+1)
			}
		case "payment":
			days = append(days, i.Order.clockDays(e.grace())...)
		}
	}
	return days
}

func (e *engine) grace() value.Day { return value.Day(e.c.Policy.Schedule.GraceDays.N) }

// clock takes the rows that have become due by the date alone.
func (e *engine) clock() {
	e.cause = nil
	for _, i := range slices.Clone(e.d.Instances) {
		if p := i.Process.Name; p == "payment" || p == "tender" {
			e.derive(i)
		}
	}
	e.settle()
}

// fold takes the facts of one date.
func (e *engine) fold(due []*Fact) {
	for len(due) > 0 {
		k, found := e.choose(due)
		f := due[k]
		due = slices.Delete(due, k, k+1)
		e.take(f, found)
	}
}

// choose takes a record that is allowed first, since it moves no stage, then
// the first fact that is fully allowed, then one whose row is reached but lacks
// something, then the first.
func (e *engine) choose(due []*Fact) (int, move) {
	moves := make([]move, len(due))
	for k, f := range due {
		moves[k] = e.judge(f)
	}
	for _, preferred := range []func(move) bool{
		func(m move) bool { return m.allowed() && m.record != nil },
		move.allowed,
		func(m move) bool { return m.reached },
	} {
		if k := slices.IndexFunc(moves, preferred); k >= 0 {
			return k, moves[k]
		}
	}
	return 0, moves[0]
}

// move is what a fact would do, and what speaks against it.
type move struct {
	i        *Instance
	lead     *schema.Row // the derived row that the step brings with it
	row      *schema.Row
	record   *schema.Record
	reached  bool
	findings []diag.Diagnostic
}

// closed says that a deal that has ended begins nothing new: no order, no
// campaign, no terms. What was begun may be brought to its end.
func (e *engine) closed(m move, f *Fact) move {
	fresh := m.i.State == schema.None
	switch f.Process {
	case "payment", "deal":
		fresh = false
	case "terms":
		fresh = f.Step.Name != "reward" // a reward has its own guard
	}
	if !e.d.Main.Ended() || !fresh {
		return m
	}
	x := e.at(m.i, f, m.row)
	x.label, x.clause = "GD-15", e.c.Table.Guards["GD-15"].Clause
	m.reached = false
	m.findings = []diag.Diagnostic{x.finding("step/deal-ended", diag.Pos{}, diag.Args{"step": f.Step.Term(), "state": e.d.Main.Process.Term(e.d.Main.State)})}
	return m
}

func (m move) allowed() bool { return m.reached && !diag.Failed(m.findings) }

// judge finds what a fact would do, and what speaks against it.
func (e *engine) judge(f *Fact) move { return e.closed(e.examine(f), f) }

// examine finds the row or record of a fact and checks what it requires.
func (e *engine) examine(f *Fact) move {
	i := e.instance(f)
	m := move{i: i}
	if rec := i.Process.Record(f.Step.Name); rec != nil && recordFits(rec, i, f) {
		m.record, m.reached = rec, len(rec.In) == 0 || slices.Contains(rec.In, i.State)
		x := e.at(i, f, nil)
		x.label, x.clause = rec.Label(), rec.Clause
		if !m.reached {
			m.findings = append(m.findings, x.notAllowed(rec.In))
			return m
		}
		m.findings = append(m.findings, x.require(rec.Actor, rec.Evidence, rec.Needs)...)
		return m
	}
	m.lead, m.row = e.rowFor(i, f)
	if m.row == nil {
		m.row, m.findings = e.unreachable(i, f)
		return m
	}
	m.reached = true
	x := e.at(i, f, m.row)
	m.findings = x.require(m.row.Actor, m.row.Evidence, m.row.Needs)
	return m
}

// recordFits tells a step that is both row and record apart: it is a record
// only where no row is open for it.
func recordFits(rec *schema.Record, i *Instance, f *Fact) bool {
	return !slices.ContainsFunc(i.Process.RowsFor(rec.Step), func(r *schema.Row) bool {
		return slices.Contains(r.From, i.State) && matches(r.When, f)
	})
}

// rowFor finds the row that a fact takes from the present stage, and the
// derived row that leads there where the step brings one with it.
func (e *engine) rowFor(i *Instance, f *Fact) (lead, row *schema.Row) {
	if row := e.pick(i, f, i.State); row != nil {
		return nil, row
	}
	for _, r := range i.Process.Rows {
		if r.Via == f.Step.Name && slices.Contains(r.From, i.State) {
			if row := e.pick(i, f, r.To); row != nil {
				return r, row
			}
		}
	}
	return nil, nil
}

func (e *engine) pick(i *Instance, f *Fact, state string) *schema.Row {
	for _, r := range i.Process.RowsFor(f.Step.Name) {
		if slices.Contains(r.From, state) && matches(r.When, f) && e.at(i, f, r).holds(r.If) {
			return r
		}
	}
	return nil
}

// matches compares the fields that a row names; "*" means that the field is
// there at all.
func matches(when map[string]string, f *Fact) bool {
	for field, want := range when {
		got := FieldText(f, field)
		if got == "" || (want != "*" && got != want) {
			return false
		}
	}
	return true
}

// unreachable says that a step is not allowed in this stage, and names the row
// that the fact would have taken.
func (e *engine) unreachable(i *Instance, f *Fact) (*schema.Row, []diag.Diagnostic) {
	var row *schema.Row
	var from []string
	for _, r := range i.Process.RowsFor(f.Step.Name) {
		if !matches(r.When, f) {
			continue
		}
		if row == nil {
			row = r
		}
		for _, s := range r.From {
			if !slices.Contains(from, s) {
				from = append(from, s)
			}
		}
	}
	if row == nil {
		row = &schema.Row{Process: i.Process, Step: f.Step.Name, To: schema.Same}
	}
	x := e.at(i, f, row)
	return row, []diag.Diagnostic{x.notAllowed(from)}
}

// take applies a fact. One that is not allowed moves its stage all the same,
// so that one mistake gives one finding and not a chain of them.
func (e *engine) take(f *Fact, m move) {
	e.cause = f
	if e.unread && f.Date >= e.unreadSince {
		m.findings = certain(m.findings)
	}
	e.d.Findings = append(e.d.Findings, m.findings...)
	i := m.i
	if m.lead != nil {
		e.enter(i, m.lead, nil)
	}
	i.Facts = append(i.Facts, f)
	if i.Order != nil {
		i.Order.note(f)
	}
	switch {
	case m.row != nil:
		e.enter(i, m.row, f)
	case !m.reached && len(m.record.In) > 0: // a record, which moves nothing by itself
		i.back, i.State, i.Since = i.State, m.record.In[0], e.today
	}
	e.effects(f)
	e.derive(i)
	e.settle()
}

// enter moves a run to the stage that a row leads to.
func (e *engine) enter(i *Instance, row *schema.Row, f *Fact) {
	to := row.To
	switch to {
	case schema.Same:
		to = i.State
	case schema.Back:
		to = i.back
	case schema.Here:
		to = importedState(f)
	}
	if to == "" {
		to = i.State
	}
	if to != i.State {
		i.back, i.State, i.Since = i.State, to, e.today
	}
	i.Taken = append(i.Taken, Taken{Row: row, To: to, On: e.today, Fact: f, Cause: e.cause})
}

// derive takes the derived rows of one run for as long as one is due.
func (e *engine) derive(i *Instance) bool {
	taken := false
	for range 40 {
		row := e.due(i)
		if row == nil {
			return taken
		}
		e.enter(i, row, nil)
		taken = true
	}
	return taken
}

func (e *engine) due(i *Instance) *schema.Row {
	for _, r := range i.Process.Rows {
		if r.Derived && r.Via == "" && slices.Contains(r.From, i.State) && e.at(i, nil, r).holds(r.Needs) {
			return r
		}
	}
	return nil
}

// settle lets the deal and what depends on its stage follow, until nothing
// moves any more. The deal comes last: it looks at stages of the others.
func (e *engine) settle() {
	for range 20 {
		moved := false
		for _, i := range e.d.Instances {
			moved = e.derive(i) || moved
		}
		moved = e.derive(e.d.Main) || moved
		moved = e.openRounds() || moved
		if !moved {
			return
		}
	}
}

// openRounds begins the rounds that the deal's stage calls for before anybody
// has recorded a fact in them, and reports whether one began.
func (e *engine) openRounds() bool {
	before := len(e.d.Instances)
	switch e.d.Main.State {
	case "tendering":
		e.ensure("tender", strconv.Itoa(e.d.Main.Times("TM-07")))
	case "facilitating":
		e.ensure("supply", e.d.round())
	}
	return len(e.d.Instances) > before
}

// instance finds the run that a fact belongs to, and begins it.
func (e *engine) instance(f *Fact) *Instance {
	if f.Process == "deal" {
		return e.d.Main
	}
	return e.ensure(f.Process, f.Instance)
}

func (e *engine) ensure(process, name string) *Instance {
	if i := e.d.Instance(process, name); i != nil {
		return i
	}
	if process == "order" || process == "payment" {
		e.begin("order", name, e.order(name))
		e.begin("payment", name, e.order(name))
		return e.d.Instance(process, name)
	}
	return e.begin(process, name, nil)
}

func (e *engine) begin(process, name string, o *Order) *Instance {
	i := &Instance{Process: e.c.Table.Process(process), Name: name, State: schema.None, Order: o}
	e.d.Instances = append(e.d.Instances, i)
	return i
}

// effects keep what a fact says about the deal as a whole.
func (e *engine) effects(f *Fact) {
	if ref, says := teamOf(f.Body); says {
		e.d.Team = e.c.Roster.TeamID(ref)
	}
	if b, ok := f.Body.(*fact.Import); ok {
		e.d.Import = f
		e.importOrders(f, b)
	}
}

func importedState(f *Fact) string {
	if b, ok := f.Body.(*fact.Import); ok {
		return b.State.S
	}
	return ""
}
