package approval

import (
	"fmt"
	"maps"
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// reasons are why an approval is lacking although somebody reviewed, the most
// telling first.
var reasons = []string{
	"approval/changes-requested", "approval/order", "approval/same-person",
	"approval/retargeted", "approval/stale", "approval/grounds-unseen", "approval/re-pointed", "approval/unseen", "approval/own-change", "approval/dismissed",
	"approval/delegation-limit", "approval/delegation-date", "approval/delegation-step", "approval/not-in-role",
	"approval/bot", "approval/unknown-reviewer",
}

func rank(why string) int {
	if i := slices.Index(reasons, why); i >= 0 {
		return i
	}
	return len(reasons)
}

// fault is why an approval is lacking, with the arguments of its message.
type fault struct {
	why  string // "" for none
	args diag.Args
}

// or returns the more telling of two faults.
func (f fault) or(other fault) fault {
	if other.why != "" && rank(other.why) < rank(f.why) {
		return other
	}
	return f
}

// outcome is what became of one slot: the claim that fills it, or a fault.
type outcome struct {
	claim *claim
	fault fault
}

// decide notes of one need what is given and what is lacking.
func (d *decider) decide(n need) {
	claims := d.claims(n)
	filled := match(n, claims)
	open := d.open(n, filled)
	for i, s := range n.Slots {
		o := outcome{claim: filled[i]}
		if r := d.objector(n, s); r != nil {
			o = outcome{fault: fault{"approval/changes-requested", d.reviewArgs(r)}}
		} else if o.claim == nil {
			o.fault = d.lacking(n, s, claims[i], filled, open[i])
		}
		d.note(n, s, o)
	}
}

func (d *decider) note(n need, s slot, o outcome) {
	if o.claim != nil {
		d.give(n, s.Aspect, o.claim.r, o.claim.authority)
		return
	}
	d.lack(n, s, o.fault)
}

func (d *decider) give(n need, aspect string, r *reviewer, a authority) {
	d.out.Given = append(d.out.Given, Given{
		Fact: n.Path, Scope: n.Scope, Role: a.role, Aspect: aspect, Person: r.person.ID, Name: r.person.Name,
		Account: r.review.Author, Review: r.review.ID, Commit: r.review.Commit, At: r.review.Submitted,
		Text: r.review.Body, Delegated: a.delegated,
	})
}

func (d *decider) lack(n need, s slot, f fault) {
	args := maps.Clone(f.args)
	if args == nil {
		args = diag.Args{}
	}
	args["role"], args["step"] = s.term(), n.What
	d.out.Lacking = append(d.out.Lacking, Lacking{Fact: n.Path, Scope: n.Scope, Role: s.role(), Aspect: s.Aspect, Why: f.why, Args: args})
	span := n.Span
	if s.At.Known() {
		span.Pos = s.At
	}
	d.report(diag.Diagnostic{Rule: f.why, Span: span, Row: n.Row, Clause: n.Clause, Args: args})
}

// objector is somebody who may give an approval and requests changes instead.
// He blocks until he reviews again, whoever else approves or dismisses his
// review. Who has left the company since cannot review again: then his request
// lapses, which is pointed out.
func (d *decider) objector(n need, s slot) *reviewer {
	for _, r := range d.reviewers {
		if r.person == nil || !r.objects() {
			continue
		}
		left := len(r.person.RolesOn(d.today)) == 0
		switch {
		case !d.authority(r.person, n, s, r.day).ok && !d.authority(r.person, n, s, d.today).ok:
		case left:
			d.lapse(n, r)
		default:
			return r
		}
	}
	return nil
}

// lapse points out, once for a fact, whose request for changes blocks no longer.
func (d *decider) lapse(n need, r *reviewer) {
	x := diag.Diagnostic{Rule: "approval/objection-lapsed", Severity: diag.Warning, Span: n.Span, Row: n.Row, Clause: n.Clause, Args: d.reviewArgs(r)}
	x.Args["step"] = n.What
	said := slices.ContainsFunc(d.out.Findings, func(o diag.Diagnostic) bool {
		return o.Rule == x.Rule && o.Span == x.Span && o.Args["person"] == x.Args["person"]
	})
	if !said {
		d.report(x)
	}
}

// unattended are the faults that others could mend, were there others.
func (n need) unattended() []string {
	return []string{n.missing(), "approval/own-change", "approval/same-person"}
}

// lacking says why a slot is open: the most telling of what is wrong with the
// approvals that came near, or that there is nobody who could fill it.
func (d *decider) lacking(n need, s slot, claims []claim, filled []*claim, attended bool) fault {
	best := fault{n.missing(), diag.Args{"eligible": d.eligibleNames(n, s)}}
	for _, c := range claims {
		best = best.or(fault{crowded(c, filled), d.reviewArgs(c.r)})
	}
	for _, r := range d.reviewers {
		best = best.or(d.fault(r, n, s))
	}
	if !attended && slices.Contains(n.unattended(), best.why) {
		return fault{"approval/no-approver", diag.Args{"holders": d.holders(s)}}
	}
	return best
}

// crowded says why an approval that counts does not fill its slot: the same
// person fills another one, or it came before what it relies on.
func crowded(c claim, filled []*claim) string {
	for _, f := range filled {
		if f != nil && f.r.person == c.r.person {
			return "approval/same-person"
		}
	}
	return "approval/order"
}

// fault says what is wrong with a reviewer's approval for a slot; it is none
// when he has nothing to do with it.
func (d *decider) fault(r *reviewer, n need, s slot) fault {
	f := fault{args: d.reviewArgs(r)}
	switch {
	case !r.approves() && !r.dismissed():
	case r.person != nil:
		why, more := d.falls(r, n, s)
		f.why = why
		maps.Copy(f.args, more)
	case !r.dismissed():
		f.why = r.why
	}
	return f
}

// falls says where the approval of somebody in the roster falls short.
func (d *decider) falls(r *reviewer, n need, s slot) (why string, args diag.Args) {
	a := d.authority(r.person, n, s, r.day)
	switch {
	case !a.ok:
		return a.why, a.args
	case r.dismissed():
		return "approval/dismissed", nil
	case r.why != "":
		return r.why, nil
	}
	why = d.stale(r, n.Scope)
	if why == "approval/grounds-unseen" {
		commit, _ := d.saw(r.review)
		args = diag.Args{"file": d.unshown(commit, n.Scope)}
	}
	return why, args
}

// open reports, per slot, whether it is filled or somebody is left who could
// fill it beside the others: who may, had no hand in the change, has an
// account, and fills no other slot.
func (d *decider) open(n need, filled []*claim) []bool {
	one := map[*fold.Person]*reviewer{}
	could := make([][]claim, len(n.Slots))
	for i, s := range n.Slots {
		if filled[i] != nil {
			one[filled[i].r.person] = filled[i].r
			could[i] = []claim{*filled[i]}
			continue
		}
		for _, p := range d.eligible(n, s) {
			if one[p] == nil {
				one[p] = &reviewer{person: p}
			}
			could[i] = append(could[i], claim{r: one[p]})
		}
	}
	n.Ordered = false
	open := make([]bool, len(n.Slots))
	for i, c := range match(n, could) {
		open[i] = c != nil
	}
	return open
}

func (d *decider) eligible(n need, s slot) []*fold.Person {
	var out []*fold.Person
	for _, p := range d.base.Roster.People {
		if !d.hands[p] && d.hasAccount(p) && d.authority(p, n, s, d.today).ok {
			out = append(out, p)
		}
	}
	return out
}

func (d *decider) hasAccount(p *fold.Person) bool {
	for _, a := range p.Entry().Accounts {
		if fold.Lower(a.Host.S) == fold.Lower(d.in.PR.Author.Host) {
			return true
		}
	}
	return false
}

func (d *decider) eligibleNames(n need, s slot) []string {
	var names []string
	for _, p := range d.eligible(n, s) {
		names = append(names, p.Name)
	}
	return names
}

// holders names who holds the role but may not approve this change.
func (d *decider) holders(s slot) []string {
	var names []string
	var named *fold.Person
	if s.Aspect != "" {
		named = d.base.Roster.Person(s.Named)
	}
	for _, p := range d.base.Roster.People {
		if p == named || s.Aspect == "" && p.Has(d.today, s.Roles...) {
			names = append(names, p.Name)
		}
	}
	if s.Aspect != "" && named == nil {
		names = []string{s.Named}
	}
	if len(names) == 0 {
		names = []string{"—"}
	}
	return names
}

// confirm wants whoever acted in a fact to stand behind it: by proposing the
// change or by approving it, unless policy lets its author record for him.
func (d *decider) confirm(a deed) {
	opener := owner(d.base.Roster, d.in.PR.Author)
	for _, who := range a.By {
		p := d.base.Roster.Person(who.Person)
		if p == opener || d.confirmed(a, p) || d.recorder(opener, p, a.Scope) {
			continue
		}
		span := a.Span
		span.Pos = who.At
		d.report(diag.Diagnostic{Rule: "approval/actor", Span: span, Row: a.Row, Clause: a.Clause, Args: diag.Args{
			"person": p.Name, "id": p.ID, "step": a.What, "author": d.openerName(opener), "opener": d.openerID(opener),
		}})
	}
}

func (d *decider) openerName(p *fold.Person) string {
	if p != nil {
		return p.Name
	}
	return d.in.PR.Author.Login
}

// openerID tells two people of one name apart.
func (d *decider) openerID(p *fold.Person) string {
	if p != nil {
		return p.ID
	}
	return fmt.Sprintf("#%d", d.in.PR.Author.ID)
}

// confirmed reports whether somebody approved of the scope of a fact that he
// acted in, and notes it where no role asked for it.
func (d *decider) confirmed(a deed, p *fold.Person) bool {
	i := slices.IndexFunc(d.reviewers, func(r *reviewer) bool { return r.person == p && d.counts(r, a.Scope) })
	if i < 0 {
		return false
	}
	known := slices.ContainsFunc(d.out.Given, func(g Given) bool { return g.Fact == a.Path && g.Person == p.ID })
	if !known {
		d.give(need{Path: a.Path, Scope: a.Scope}, "", d.first(d.reviewers[i], a.Scope), authority{role: "actor"})
	}
	return true
}

// recorder reports whether policy lets somebody record for another on the day
// on which what he recorded was approved, else on that of the change.
func (d *decider) recorder(author, who *fold.Person, s Scope) bool {
	on := d.today
	if at := d.out.Complete(s); !at.IsZero() {
		on = d.day(at)
	}
	for _, r := range d.base.Policy.Recorders {
		if author == nil || d.base.Roster.Person(r.Person.S) != author {
			continue
		}
		if on < r.From.Day || r.To.Day != 0 && r.To.Day < on {
			continue
		}
		if len(r.For) == 0 {
			return true
		}
		for _, f := range r.For {
			if d.base.Roster.Person(f.S) == who {
				return true
			}
		}
	}
	return false
}
