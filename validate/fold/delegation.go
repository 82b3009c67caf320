package fold

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// delegated reports whether somebody may sign what the fact says by the general
// manager's written authority: on that day, for that step, up to that sum
// (4.3-W6, G-25).
func (x *Case) delegated(p *Person) bool {
	return slices.ContainsFunc(x.policy().Delegations, func(g fact.PolicyDelegations) bool {
		covers := slices.ContainsFunc(g.Steps, func(s value.Text) bool { return s.S == x.F.Step.Name || s.S == x.F.Step.ID() })
		return covers && g.Role.S == "general-manager" && x.C.Roster.Person(g.Person.S) == p &&
			within(x.F.Date, g.From.Day, g.To.Day) && x.withinLimit(g.Limit)
	})
}

// withinLimit compares what is signed with the limit of a delegation, which is
// in the company's currency. What has no known worth is within no limit.
func (x *Case) withinLimit(limit value.Amount) bool {
	if !limit.Set {
		return true
	}
	worth, known := x.worth()
	return known && x.D.Currency == x.policy().Currency.S && worth.LessThanOrEqual(limit.Decimal)
}

// worth is the sum that an agreement names, else what the deal is expected to
// bring in a year.
func (x *Case) worth() (worth decimal.Decimal, known bool) {
	if b, ok := x.F.Body.(*fact.SupplyAgreement); ok && b.Amount.Set {
		return b.Amount.Decimal, true
	}
	if h := x.D.Header; h != nil && h.Expected.Set {
		return h.Expected.Decimal, true
	}
	return decimal.Zero, false
}
