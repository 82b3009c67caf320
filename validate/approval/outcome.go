package approval

import (
	"maps"
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/forge"
)

// reasons are why an approval is lacking although somebody reviewed, the most
// telling first.
var reasons = []string{
	"approval/changes-requested", "approval/order", "approval/same-person",
	"approval/retargeted", "approval/stale", "approval/re-pointed", "approval/unseen", "approval/own-change", "approval/dismissed",
	"approval/delegation-limit", "approval/delegation-date", "approval/delegation-step", "approval/not-in-role",
	"approval/bot", "approval/unknown-reviewer",
}

func rank(why string) int {
	if i := slices.Index(reasons, why); i >= 0 {
		return i
	}
	return len(reasons)
}

// decide notes of one need what is given and what is lacking.
func (d *decider) decide(n need) {
	claims := d.claims(n)
	filled := match(n, claims)
	open := d.open(n, filled)
	for i, s := range n.Slots {
		c := filled[i]
		if o := d.objector(n, s); o != nil {
			d.lack(n, s, "approval/changes-requested", d.reviewArgs(o))
			continue
		}
		if c == nil {
			why, args := d.reason(n, s, claims[i], filled)
			if !open[i] && slices.Contains([]string{n.missing(), "approval/own-change", "approval/same-person"}, why) {
				why, args = "approval/no-approver", diag.Args{"holders": d.holders(s)}
			}
			d.lack(n, s, why, args)
			continue
		}
		d.give(n, s.Aspect, c.r, c.authority)
	}
}

func (d *decider) give(n need, aspect string, r *reviewer, a authority) {
	d.out.Given = append(d.out.Given, Given{
		Fact: n.Path, Scope: n.Scope, Role: a.role, Aspect: aspect, Person: r.person.ID, Name: r.person.Name,
		Account: r.review.Author, Review: r.review.ID, Commit: r.review.Commit, At: r.review.Submitted,
		Text: r.review.Body, Delegated: a.delegated,
	})
}

func (d *decider) lack(n need, s slot, why string, args diag.Args) {
	args = maps.Clone(args)
	if args == nil {
		args = diag.Args{}
	}
	args["role"], args["step"] = s.term(), n.What
	d.out.Lacking = append(d.out.Lacking, Lacking{Fact: n.Path, Scope: n.Scope, Role: s.role(), Aspect: s.Aspect, Why: why, Args: args})
	span := n.Span
	if s.At.Known() {
		span.Pos = s.At
	}
	d.report(diag.Diagnostic{Rule: why, Span: span, Row: n.Row, Clause: n.Clause, Args: args})
}

// objector is somebody who may give an approval and requests changes instead.
// He blocks until he reviews again, whoever else approves.
func (d *decider) objector(n need, s slot) *reviewer {
	for _, r := range d.reviewers {
		if r.person == nil || !r.objects() {
			continue
		}
		if d.authority(r.person, n, s, r.day).ok || d.authority(r.person, n, s, d.today).ok {
			return r
		}
	}
	return nil
}

// reason says why a slot is open.
func (d *decider) reason(n need, s slot, claims []claim, filled []*claim) (string, diag.Args) {
	why, args := n.missing(), diag.Args{"eligible": d.eligibleNames(n, s)}
	offer := func(w string, a diag.Args) {
		if w != "" && rank(w) < rank(why) {
			why, args = w, a
		}
	}
	for _, c := range claims {
		offer(crowded(c, filled), d.reviewArgs(c.r))
	}
	for _, r := range d.reviewers {
		w, more := d.fault(r, n, s)
		all := d.reviewArgs(r)
		maps.Copy(all, more)
		offer(w, all)
	}
	return why, args
}

// crowded says why an approval that counts does not fill its slot: the same
// person fills another one, or it came before what it relies on.
func crowded(c claim, filled []*claim) string {
	for _, f := range filled {
		if f != nil && f.r == c.r {
			return "approval/same-person"
		}
	}
	return "approval/order"
}

// fault says what is wrong with a reviewer's approval for a slot, "" when he
// has nothing to do with it.
func (d *decider) fault(r *reviewer, n need, s slot) (string, diag.Args) {
	dismissed := r.review.Dismissed && r.review.State != forge.ChangesRequested
	if !r.approves() && !dismissed {
		return "", nil
	}
	if r.person == nil {
		if dismissed {
			return "", nil
		}
		return r.why, nil
	}
	a := d.authority(r.person, n, s, r.day)
	switch {
	case !a.ok:
		return a.why, a.args
	case dismissed:
		return "approval/dismissed", nil
	case r.why != "":
		return r.why, nil
	}
	return d.stale(r, n.Scope), nil
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
		if lower(a.Host.S) == lower(d.in.PR.Author.Host) {
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
		if p == opener || d.confirmed(a, p) || d.recorder(opener, p) {
			continue
		}
		span := a.Span
		span.Pos = who.At
		d.report(diag.Diagnostic{Rule: "approval/actor", Span: span, Row: a.Row, Clause: a.Clause, Args: diag.Args{
			"person": p.Name, "step": a.What, "author": d.openerName(opener),
		}})
	}
}

func (d *decider) openerName(p *fold.Person) string {
	if p != nil {
		return p.Name
	}
	return d.in.PR.Author.Login
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
		d.give(need{Path: a.Path, Scope: a.Scope}, "", d.reviewers[i], authority{role: "actor"})
	}
	return true
}

// recorder reports whether policy lets somebody record for another on the day
// of the change.
func (d *decider) recorder(author, who *fold.Person) bool {
	for _, r := range d.base.Policy.Recorders {
		if author == nil || d.base.Roster.Person(r.Person.S) != author {
			continue
		}
		if d.today < r.From.Day || r.To.Day != 0 && r.To.Day < d.today {
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
