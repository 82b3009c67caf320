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
	Path    string // "" for the rules
	Scope   Scope
	Span    diag.Span
	Row     string
	Clause  string
	Slots   []slot
	Ordered bool      // the slots are filled one after the other
	Step    []string  // by which a delegation may name it
	What    diag.Term // what the step is called
	Worth   worth     // what a delegation's limit is measured against
	Outside bool      // a file outside deals/
}

// wants reports whether one of the approvals may be a role's.
func (n need) wants(role string) bool {
	return slices.ContainsFunc(n.Slots, func(s slot) bool { return slices.Contains(s.Roles, role) })
}

// missing is the rule by which an approval is lacking that nobody tried to
// give.
func (n need) missing() string {
	if n.Outside {
		return "approval/outside-deals"
	}
	return "approval/missing"
}

// slot is one approval that is asked for.
type slot struct {
	Roles  []string // any of them
	Aspect string
	Named  string // of an aspect: how the fact names who reviewed it
	At     diag.Pos
}

// role is what the slot is called by.
func (s slot) role() string {
	if len(s.Roles) == 0 {
		return "none"
	}
	return s.Roles[0]
}

func (s slot) term() diag.Term {
	if s.Aspect != "" {
		return diag.Term("aspect." + s.Aspect)
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

// subjects finds the fact files of a company by their path, or just those that
// are wanted, where only is not nil.
func subjects(c *fold.Company, only *wanted) map[string]subject {
	all := map[string]subject{}
	gather(all, only, nil, c.Records, c.Facts())
	for _, cu := range c.Customers {
		if only.in(cu.Dir) {
			gather(all, only, nil, cu.Records(), slices.Concat(cu.Releases, cu.Receipts))
		}
		for _, d := range cu.Deals {
			if only.in(d.Dir) {
				gather(all, only, d, d.Records, d.Facts)
			}
		}
	}
	return all
}

func gather(all map[string]subject, only *wanted, d *fold.Deal, records, current []*fold.Fact) {
	for _, f := range records {
		if only.is(f.Path) {
			all[f.Path] = subject{deal: d, record: f}
		}
	}
	for _, f := range current {
		if only.is(f.Path) {
			s := all[f.Path]
			s.current = f
			all[f.Path] = s
		}
	}
}

// wanted are the files that a change touches; nil are all there are.
type wanted struct{ files []validate.File }

// in reports whether one of them lies in the folder of a deal or customer.
func (w *wanted) in(dir string) bool {
	return w == nil || slices.ContainsFunc(w.files, func(f validate.File) bool { return f.Place.Dir == dir })
}

func (w *wanted) is(path string) bool {
	return w == nil || slices.ContainsFunc(w.files, func(f validate.File) bool { return f.Path == path })
}

// ask lists everything that the change wants approved.
func (d *asker) ask() {
	if n := d.rulesNeed(); n != nil {
		d.need(*n)
	}
	for _, f := range d.files {
		if n := d.header(f); n != nil {
			d.need(*n)
		}
		if f.Place.Kind != fold.FactFile || f.Verb != validate.Added {
			continue
		}
		s, ok := d.after[f.Path]
		if !ok {
			d.out.Unreadable = append(d.out.Unreadable, f.Path)
			continue
		}
		n := d.about(s)
		if s.record.Step.Name == schema.CorrectionName {
			d.need(d.correction(s))
		} else {
			d.need(d.fact(s))
		}
		d.acts(s, n)
	}
	for _, n := range d.shifted() {
		d.need(n)
	}
	for _, p := range d.paths {
		d.need(d.outside(p))
	}
}

// need notes what asks for something.
func (d *asker) need(n need) {
	if len(n.Slots) > 0 {
		d.out.Needs = append(d.out.Needs, n)
	}
}

// outside is what a file outside deals/ asks for: workflows and owners of code
// decide about this very check, so whoever approves rules approves them.
func (d *asker) outside(path string) need {
	return need{
		Path: path, Scope: ScopeOf(path), Span: diag.Span{File: path}, Clause: "own", Ordered: true,
		What: "approval.outside", Slots: d.ruleMakers(), Outside: true,
	}
}

// RuleMakers are the roles whose approval a change of the rules needs, in
// order.
func RuleMakers(p *fact.Policy) []string {
	if len(p.RuleChanges) == 0 {
		return []string{"general-manager"}
	}
	return texts(p.RuleChanges)
}

// ruleMakers are the approvals that a change of the rules asks for.
func (d *asker) ruleMakers() []slot {
	var slots []slot
	for _, role := range RuleMakers(d.base.Policy) {
		slots = append(slots, slot{Roles: []string{role}})
	}
	return slots
}

// rulesNeed is the approval of a change of policy or roster.
func (d *asker) rulesNeed() *need {
	i := slices.IndexFunc(d.files, validate.File.Rules)
	if i < 0 {
		return nil
	}
	return &need{
		Scope: Rules, Span: diag.Span{File: d.files[i].Path}, Clause: "own",
		Ordered: true, Step: []string{"policy", "roster"}, What: "approval.rules", Slots: d.ruleMakers(),
	}
}

// header asks for the department manager's approval when the sum that a deal is
// expected to bring is changed, and unless it is raised for that of every role
// whose delegations are limited by it: no delegate widens his own limit.
// Otherwise the header of a deal needs none.
func (d *asker) header(f validate.File) *need {
	if f.Place.Kind != fold.DealFile || f.Verb != validate.Modified {
		return nil
	}
	was, now := expected(d.base.Deal(f.Place.Dir)), expected(d.head.Deal(f.Place.Dir))
	same := was.Known == now.Known && was.Currency == now.Currency
	if same && was.Amount.Equal(now.Amount) {
		return nil
	}
	roles := []string{"department-manager"}
	if raised := same && now.Amount.GreaterThan(was.Amount); !raised {
		for _, g := range d.base.Policy.Delegations {
			if g.Limit.Set && !slices.Contains(roles, g.Role.S) {
				roles = append(roles, g.Role.S)
			}
		}
	}
	return &need{
		Path: f.Path, Scope: ScopeOf(f.Path), Span: diag.Span{File: f.Path}, Clause: "own",
		What: "approval.expected", Slots: asked{roles: roles}.slots(),
	}
}

// fact is what an added fact asks for.
func (d *asker) fact(s subject) need {
	a := d.asks(d.head, s)
	n := d.about(s)
	n.Row, n.Clause, n.Ordered = a.row, a.clause, true
	n.Slots = a.slots()
	if s.record.Step.ID() == "plan.plan" { // a plan is a rule of its own
		n.Slots = d.ruleMakers()
	}
	if len(n.Slots) > 0 { // nobody measures what needs no approval
		n.Worth = d.worthOf(s)
	}
	return n
}

// about begins a need of a fact file; what the fact is worth is left open.
func (d *asker) about(s subject) need {
	f := s.record
	steps := []string{f.Step.Name, f.Step.ID()}
	if f.OfCompany() { // "plan" and "close" alone mean those of a deal
		steps = steps[1:]
	}
	return need{
		Path: f.Path, Scope: ScopeOf(f.Path), Span: f.Span(diag.Pos{Line: 1, Col: 1}),
		Step: steps, What: f.Step.Term(),
	}
}

// correction asks for the approval of the fact that it corrects, as it stood
// and as it will stand, but at least for the department manager's.
func (d *asker) correction(s subject) need {
	n := d.about(s)
	n.Clause, n.Ordered, n.Worth = "own", false, d.worthOf(s)
	b, ok := s.record.Body.(*fact.Correct)
	if !ok {
		n.Slots = []slot{{Roles: []string{"department-manager"}}}
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
			n.Worth.join(d.worthOf(t))
			n.Step = []string{t.record.Step.Name, t.record.Step.ID()}
		}
	}
	n.Row = all.row
	if s.record.OfCompany() { // what was paid out is as grave as the closing itself
		all.join(asked{roles: []string{"finance", "general-manager"}})
	}
	if !slices.Contains(all.roles, "department-manager") && !slices.Contains(all.roles, "general-manager") {
		all.roles = append(all.roles, "department-manager")
	}
	n.Slots = all.slots()
	return n
}

// shifted finds facts that landed before and that the change makes ask for
// more: an expense dated back, say, by which a later gift is over its limit.
func (d *asker) shifted() []need {
	var out []need
	if len(d.files) == 0 || d.base == d.head {
		return nil
	}
	touched := map[Scope]bool{}
	for _, f := range d.files {
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
		n.Scope = d.cause(n.Scope, touched)
		n.Row, n.Clause, n.Slots, n.Worth = a.row, a.clause, a.slots(), d.worthOf(now)
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b need) int { return compare(a.Path, b.Path) })
	return out
}

// cause is the scope whose change shifted a fact: its own where that changes,
// else the first that does.
func (d *asker) cause(own Scope, touched map[Scope]bool) Scope {
	if touched[own] {
		return own
	}
	return ScopeOf(d.files[0].Path)
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
