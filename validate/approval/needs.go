package approval

import (
	"path"
	"slices"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// need is one fact, or the rules, with the approvals that it asks for.
type need struct {
	path    string // "" for the rules
	scope   Scope
	span    diag.Span
	row     string
	clause  string
	slots   []slot
	ordered bool       // the slots are filled one after the other
	step    []string   // by which a delegation may name it
	what    diag.Term  // what the step is called
	worth   worth      // what a delegation's limit is measured against
	deal    *fold.Deal // nil for a customer's facts and the rules
	outside bool       // a file outside deals/
}

// missing is the rule by which an approval is lacking that nobody tried to
// give.
func (n need) missing() string {
	if n.outside {
		return "approval/outside-deals"
	}
	return "approval/missing"
}

// slot is one approval that is asked for.
type slot struct {
	roles  []string // any of them
	aspect string
	person *fold.Person // of an aspect: who reviewed it
	named  string       // how the fact names him
	at     diag.Pos
}

// role is what the slot is called by.
func (s slot) role() string {
	if len(s.roles) == 0 {
		return "none"
	}
	return s.roles[0]
}

func (s slot) term() diag.Term {
	if s.aspect != "" {
		return diag.Term("aspect." + s.aspect)
	}
	return diag.Term("role." + s.role())
}

// aspects is the word by which a row asks for an approval of each aspect.
const aspects = "aspects"

// subject is a fact file as it landed, and as it counts with its corrections.
type subject struct {
	deal            *fold.Deal // nil for a customer's and the company's
	record, current *fold.Fact // current is nil when it was voided or lies ahead
}

// subjects finds every fact file of a company by its path.
func subjects(c *fold.Company) map[string]subject {
	all := map[string]subject{}
	gather(all, nil, c.Records, c.Facts())
	for _, cu := range c.Customers {
		gather(all, nil, cu.Records(), slices.Concat(cu.Releases, cu.Receipts))
		for _, d := range cu.Deals {
			gather(all, d, d.Records, d.Facts)
		}
	}
	return all
}

func gather(all map[string]subject, d *fold.Deal, records, current []*fold.Fact) {
	for _, f := range records {
		all[f.Path] = subject{deal: d, record: f}
	}
	for _, f := range current {
		s := all[f.Path]
		s.current = f
		all[f.Path] = s
	}
}

// needs lists everything that the change wants approved.
func (d *decider) needs() []need {
	var out []need
	if n := d.rulesNeed(); n != nil {
		out = append(out, *n)
	}
	for _, f := range d.in.Change.Files {
		if n := d.header(f); n != nil {
			out = append(out, *n)
		}
		if f.Place.Kind != fold.FactFile || f.Verb != validate.Added {
			continue
		}
		s, ok := d.after[f.Path]
		if !ok {
			d.unreadable(f)
			continue
		}
		if s.record.Step.Name == schema.CorrectionName {
			out = append(out, d.correction(s))
		} else {
			out = append(out, d.fact(s))
		}
	}
	out = append(out, d.shifted()...)
	for _, p := range d.in.Outside {
		out = append(out, d.outside(p))
	}
	return out
}

// outside is what a file outside deals/ asks for: workflows and owners of code
// decide about this very check, so whoever approves rules approves them.
func (d *decider) outside(path string) need {
	return need{
		path: path, scope: ScopeOf(path), span: diag.Span{File: path}, clause: "own", ordered: true,
		what: "approval.outside", slots: d.ruleMakers(), outside: true,
	}
}

// ruleMakers are the approvals that a change of the rules asks for.
func (d *decider) ruleMakers() []slot {
	var slots []slot
	for _, role := range d.base.Policy.RuleChanges {
		slots = append(slots, slot{roles: []string{role.S}})
	}
	if len(slots) == 0 {
		slots = []slot{{roles: []string{"general-manager"}}}
	}
	return slots
}

// unreadable blocks a file of which nobody can say whose approval it needs.
func (d *decider) unreadable(f validate.File) {
	scope := ScopeOf(f.Path)
	d.out.Lacking = append(d.out.Lacking, Lacking{Fact: f.Path, Scope: scope, Why: "approval/unreadable"})
	d.report(diag.Diagnostic{Rule: "approval/unreadable", Span: diag.Span{File: f.Path}})
}

// rulesNeed is the approval of a change of policy or roster.
func (d *decider) rulesNeed() *need {
	i := slices.IndexFunc(d.in.Change.Files, validate.File.Rules)
	if i < 0 {
		return nil
	}
	return &need{
		scope: Rules, span: diag.Span{File: d.in.Change.Files[i].Path}, clause: "own",
		ordered: true, step: []string{"policy", "roster"}, what: "approval.rules", slots: d.ruleMakers(),
	}
}

// header asks for the department manager's approval when the sum that a deal is
// expected to bring is changed: the limits of delegations are measured by it.
// Otherwise the header of a deal needs none.
func (d *decider) header(f validate.File) *need {
	if f.Place.Kind != fold.DealFile || f.Verb != validate.Modified {
		return nil
	}
	was, now := expected(d.base.Deal(f.Place.Dir)), expected(d.head.Deal(f.Place.Dir))
	if was.known == now.known && was.currency == now.currency && was.amount.Equal(now.amount) {
		return nil
	}
	return &need{
		path: f.Path, scope: ScopeOf(f.Path), span: diag.Span{File: f.Path}, clause: "own", ordered: true,
		what: "approval.expected", slots: []slot{{roles: []string{"department-manager"}}},
	}
}

// fact is what an added fact asks for.
func (d *decider) fact(s subject) need {
	a := d.asks(d.head, s)
	n := d.about(s)
	n.row, n.clause, n.ordered = a.row, a.clause, true
	n.slots = a.slots()
	if s.record.Step.ID() == "plan.plan" { // a plan is a rule of its own
		n.slots = d.ruleMakers()
	}
	return n
}

// about begins a need of a fact file.
func (d *decider) about(s subject) need {
	f := s.record
	steps := []string{f.Step.Name, f.Step.ID()}
	if f.OfCompany() { // "plan" and "close" alone mean those of a deal
		steps = steps[1:]
	}
	return need{
		path: f.Path, scope: ScopeOf(f.Path), span: f.Span(diag.Pos{Line: 1, Col: 1}), deal: s.deal,
		step: steps, what: f.Step.Term(), worth: d.worthOf(s),
	}
}

// correction asks for the approval of the fact that it corrects, as it stood
// and as it will stand, but at least for the department manager's.
func (d *decider) correction(s subject) need {
	n := d.about(s)
	n.clause, n.ordered = "own", false
	b, ok := s.record.Body.(*fact.Correct)
	if !ok {
		n.slots = []slot{{roles: []string{"department-manager"}}}
		return n
	}
	target := path.Join(path.Dir(s.record.Path), b.Corrects.S)
	var all asked
	for _, side := range []struct {
		c  *fold.Company
		of map[string]subject
	}{{d.base, d.before}, {d.head, d.after}} {
		if t, ok := side.of[target]; ok && t.record.Step.Name != schema.CorrectionName {
			all.join(d.asks(side.c, t))
			n.worth.join(d.worthOf(t))
			n.step = []string{t.record.Step.Name, t.record.Step.ID()}
		}
	}
	n.row = all.row
	if s.record.OfCompany() { // what was paid out is as grave as the closing itself
		all.join(asked{roles: []string{"finance", "general-manager"}, roster: d.base.Roster})
	}
	if !slices.Contains(all.roles, "department-manager") && !slices.Contains(all.roles, "general-manager") {
		all.roles = append(all.roles, "department-manager")
	}
	n.slots = all.slots()
	return n
}

// shifted finds facts that landed before and that the change makes ask for
// more: an expense dated back, say, by which a later gift is over its limit.
func (d *decider) shifted() []need {
	var out []need
	if len(d.in.Change.Files) == 0 || d.base == d.head {
		return nil
	}
	touched := map[Scope]bool{}
	for _, f := range d.in.Change.Files {
		touched[ScopeOf(f.Path)] = true
	}
	for p, was := range d.before {
		now, ok := d.after[p]
		if !ok || was.deal == nil || was.current == nil || now.current == nil || was.current.File != now.current.File {
			continue // gone, or corrected: that is asked for elsewhere
		}
		a := d.asks(d.head, now)
		a.roles = more(a.roles, d.asks(d.base, was).roles)
		if len(a.roles) == 0 {
			continue
		}
		n := d.about(now)
		n.scope = d.cause(n.scope, touched)
		n.row, n.clause, n.slots = a.row, a.clause, a.slots()
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b need) int { return compare(a.path, b.path) })
	return out
}

// cause is the scope whose change shifted a fact: its own where that changes,
// else the first that does.
func (d *decider) cause(own Scope, touched map[Scope]bool) Scope {
	if touched[own] {
		return own
	}
	return ScopeOf(d.in.Change.Files[0].Path)
}

// more lists what a has beyond b.
func more(a, b []string) []string {
	left := slices.Clone(b)
	var out []string
	for _, role := range a {
		if i := slices.Index(left, role); i >= 0 {
			left = slices.Delete(left, i, i+1)
			continue
		}
		out = append(out, role)
	}
	return out
}
