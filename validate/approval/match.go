package approval

import (
	"slices"

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
		args := diag.Args{"from": g.From.Day, "to": g.To.Day, "limit": g.Limit.String(), "day": day, "amount": "—"}
		if n.Worth.Known {
			args["amount"] = n.Worth.Amount.String() + " " + n.Worth.Currency
		}
		why := ""
		switch {
		case !slices.ContainsFunc(g.Steps, func(t value.Text) bool { return slices.Contains(n.Step, t.S) }):
			why = "approval/delegation-step"
		case day < g.From.Day || g.To.Day < day || len(p.RolesOn(day)) == 0:
			why = "approval/delegation-date"
		case g.Limit.Set && !d.within(g, n.Worth):
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

// within compares a sum with the limit of a delegation, which is in the
// company's currency.
func (d *decider) within(g fact.PolicyDelegations, w worth) bool {
	return w.Known && w.Currency == d.base.Policy.Currency.S && !w.Amount.GreaterThan(g.Limit.Decimal)
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
			if a := d.authority(r.person, n, s, r.day); a.ok {
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
		case other.r == c.r:
			return false
		case m.need.Ordered && other.r.review.Submitted.After(c.r.review.Submitted):
			return false
		}
	}
	return true
}
