package approval

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// authority says whether somebody may give an approval on a day, and if not,
// by which rule he comes close; "" where he has nothing to do with it.
type authority struct {
	ok, delegated bool
	role          string
	why           string
	args          diag.Args
}

func (d *decider) authority(p *fold.Person, n need, s slot, day value.Day) authority {
	if s.Aspect != "" && p != d.base.Roster.Person(s.Named) {
		return authority{}
	}
	for _, role := range s.Roles {
		if p.Has(day, role) {
			return authority{ok: true, role: role}
		}
	}
	if s.Aspect == "" {
		if a := d.delegation(p, n, s, day); a.ok || a.why != "" {
			return a
		}
	}
	for _, r := range p.Entry().Roles {
		if s.Aspect != "" || slices.Contains(s.Roles, r.Role.S) {
			return authority{why: "approval/not-in-role", args: diag.Args{"day": day}}
		}
	}
	return authority{}
}

// delegation finds the written delegation by which somebody may act for a
// role, or what the nearest one lacks.
func (d *decider) delegation(p *fold.Person, n need, s slot, day value.Day) authority {
	best := authority{}
	for _, g := range d.base.Policy.Delegations {
		if !slices.Contains(s.Roles, g.Role.S) || d.base.Roster.Person(g.Person.S) != p {
			continue
		}
		args := diag.Args{"from": g.From.Day, "to": g.To.Day, "limit": "0", "day": day, "amount": "—"}
		if g.Limit.Set {
			args["limit"] = g.Limit.String()
		}
		if n.Worth.Known {
			args["amount"] = d.together(g, n).String() + " " + n.Worth.Currency
		}
		why := ""
		switch {
		case !names(g, n):
			why = "approval/delegation-step"
		case day < g.From.Day || g.To.Day < day || len(p.RolesOn(day)) == 0:
			why = "approval/delegation-date"
		case !d.within(g, n):
			why = "approval/delegation-limit"
		default:
			return authority{ok: true, delegated: true, role: g.Role.S}
		}
		if best.why == "" || rank(why) < rank(best.why) {
			best = authority{why: why, args: args}
		}
	}
	return best
}

// names reports whether a delegation names the step of a need.
func names(g fact.PolicyDelegations, n need) bool {
	return slices.ContainsFunc(g.Steps, func(t value.Text) bool { return slices.Contains(n.Step, t.S) })
}

// within compares what a need is about with the limit of a delegation, which is
// in the company's currency. Without a limit it covers only what is about no
// sum at all.
func (d *decider) within(g fact.PolicyDelegations, n need) bool {
	if !g.Limit.Set {
		return !n.Worth.Known
	}
	return n.Worth.Known && n.Worth.Currency == d.base.Policy.Currency.S && !d.together(g, n).GreaterThan(g.Limit.Decimal)
}

// together is the sum of all that the change asks for under one delegation, so
// that nothing is cut into pieces that are each within its limit. In one scope,
// what the deal is expected to bring and what its facts are about is not the
// same money twice: the greater counts.
func (d *decider) together(g fact.PolicyDelegations, asked need) decimal.Decimal {
	stated, expected := map[Scope]decimal.Decimal{}, map[Scope]decimal.Decimal{}
	for _, n := range d.needs {
		switch {
		case !n.Worth.Known || n.Worth.Currency != asked.Worth.Currency || !names(g, n) || !n.wants(g.Role.S):
		case n.Worth.Expected:
			expected[n.Scope] = decimal.Max(expected[n.Scope], n.Worth.Amount)
		default:
			stated[n.Scope] = stated[n.Scope].Add(n.Worth.Amount)
		}
	}
	sum := decimal.Zero
	for scope, amount := range stated {
		sum = sum.Add(decimal.Max(amount, expected[scope]))
		delete(expected, scope)
	}
	for _, amount := range expected {
		sum = sum.Add(amount)
	}
	return decimal.Max(sum, asked.Worth.Amount)
}

// claim is a reviewer who may fill a slot.
type claim struct {
	r *reviewer
	authority
}

// claims lists, per slot, whose approval counts for it.
func (d *decider) claims(n need) [][]claim {
	out := make([][]claim, len(n.Slots))
	for i, s := range n.Slots {
		for _, r := range d.reviewers {
			if !d.counts(r, n.Scope) {
				continue
			}
			first := d.first(r, n.Scope)
			if a := d.authority(r.person, n, s, first.day); a.ok {
				out[i] = append(out[i], claim{first, a})
			} else if a := d.authority(r.person, n, s, r.day); a.ok {
				out[i] = append(out[i], claim{r, a})
			}
		}
	}
	return out
}

// match fills as many slots as it can, each role by a different person and, in
// a need that is ordered, one after the other: nobody approves before what he
// relies on was checked.
func match(n need, claims [][]claim) []*claim {
	m := &matcher{need: n, claims: claims, now: make([]*claim, len(claims)), best: make([]*claim, len(claims))}
	m.try(0, 0)
	return m.best
}

type matcher struct {
	need      need
	claims    [][]claim
	now, best []*claim
	most      int
}

func (m *matcher) try(i, filled int) {
	if filled > m.most {
		m.most = filled
		copy(m.best, m.now)
	}
	if i == len(m.claims) || m.most == len(m.claims) {
		return
	}
	for k := range m.claims[i] {
		c := &m.claims[i][k]
		if m.fits(i, c) {
			m.now[i] = c
			m.try(i+1, filled+1)
			m.now[i] = nil
		}
	}
	if !m.need.Ordered || m.need.Slots[i].Aspect != "" {
		m.try(i+1, filled) // leave it open; what is ordered stops here
	}
}

// fits reports whether a reviewer may fill a slot beside those filled before.
func (m *matcher) fits(i int, c *claim) bool {
	if m.need.Slots[i].Aspect != "" {
		return true
	}
	for k, other := range m.now[:i] {
		switch {
		case other == nil || m.need.Slots[k].Aspect != "":
		case other.r.person == c.r.person:
			return false
		case m.need.Ordered && other.r.review.Submitted.After(c.r.review.Submitted):
			return false
		}
	}
	return true
}
