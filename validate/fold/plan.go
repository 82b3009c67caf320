package fold

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// Plan is what money follows: the plan in force from a day on. What happened
// before is computed under the plan before, whatever is decided today.
type Plan struct {
	From       value.Day // 0 for what stands in policy
	File       string
	Rewards    fact.PolicyRewards
	Commission fact.PolicyCommission
	Advances   fact.PolicyAdvances
	Pay        fact.PolicyPay
}

// PlanOn returns the plan in force on a day: the latest that began on or before
// it, policy's own sections before the first.
func (c *Company) PlanOn(day value.Day) Plan {
	for _, p := range slices.Backward(c.Plans) {
		if p.From <= day {
			return p
		}
	}
	return PlanOf(c.Policy)
}

// PlanOf is the plan that stands in policy, in force before the first plan that
// has a file of its own.
func PlanOf(p *fact.Policy) Plan {
	return Plan{File: Root + "/policy.yaml", Rewards: p.Rewards, Commission: p.Commission, Advances: p.Advances, Pay: p.Pay}
}

// MostDeducted is the most that one pay day takes from what a person is paid.
func (p Plan) MostDeducted(bonus, refunds decimal.Decimal, currency string) decimal.Decimal {
	base := bonus
	if p.Pay.SetOff.S == "all" {
		base = base.Add(refunds)
	}
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(MinorDigits(currency))), nil))
	most := new(big.Rat).Mul(base.Rat(), p.Pay.DeductionCap.Rat())
	most.Mul(most, unit)
	return decimal.NewFromBigInt(new(big.Int).Quo(most.Num(), most.Denom()), -MinorDigits(currency))
}

func planOf(f *Fact, b *fact.Plan) Plan {
	return Plan{
		From: f.Date, File: f.Path, Rewards: fact.PolicyRewards(b.Rewards), Commission: fact.PolicyCommission(b.Commission),
		Advances: fact.PolicyAdvances(b.Advances), Pay: fact.PolicyPay(b.Pay),
	}
}
