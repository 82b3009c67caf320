package fold

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
)

// campaignInSeason allows campaigns from the potential customer on until the
// deal ends (G-07, G-46).
func campaignInSeason(x *Case) *Unmet {
	s := x.D.Main.State
	ok := s != "lead" && s != "none" && s != "suspended" && !x.D.Main.Ended()
	return unless(ok, diag.Pos{}, diag.Args{"state": x.D.Main.Process.Term(s)})
}

// planCurrent holds when a plan landed after the last improvement: a plan that
// missed its goal needs a new version (G-06).
func planCurrent(x *Case) *Unmet {
	fresh := false
	for _, f := range x.I.Facts {
		switch f.Body.(type) {
		case *fact.CampaignPlan:
			fresh = true
		case *fact.CampaignImprovement:
			fresh = false
		}
	}
	return unless(fresh, diag.Pos{}, nil)
}

func dealAlive(x *Case) *Unmet { return unless(!x.D.Main.Ended(), diag.Pos{}, nil) }

func goal(want string) Condition {
	return func(x *Case) *Unmet {
		e, _ := Last[fact.CampaignEvaluation](x.I)
		return unless(e != nil && e.Goal.S == want, diag.Pos{}, nil)
	}
}

// improvementsLeft bounds how often a campaign may be improved, and warns
// before that (G-06).
func improvementsLeft(x *Case) *Unmet {
	n := len(All[fact.CampaignImprovement](x.I)) + 1
	most, warn := x.policy().Campaigns.MostImprovements.N, x.policy().Campaigns.WarnAfterImprovements.N
	if most > 0 && n > most {
		return &Unmet{Args: diag.Args{"count": n, "most": most}}
	}
	if n > warn {
		return &Unmet{Args: diag.Args{"count": n, "most": warn}, Rule: "needs/many-improvements", Warning: true}
	}
	return nil
}

func campaignAdvancesDecided(x *Case) *Unmet {
	b := x.F.Body.(*fact.CampaignAbandon)
	spent := decimal.Zero
	for _, e := range All[fact.CampaignExpense](x.I) {
		spent = spent.Add(e.Amount.Decimal)
	}
	return unless(b.Advances.S != "" || spent.IsZero(), diag.Pos{}, diag.Args{"amount": spent})
}

// withinBudget holds an expense against the approved budget and its
// supplements (G-11).
func withinBudget(x *Case) *Unmet {
	b := x.F.Body.(*fact.CampaignExpense)
	budget, spent := x.I.Budget(), x.I.Spent().Add(b.Amount.Decimal)
	tolerance := new(big.Rat).Add(big.NewRat(1, 1), x.policy().Campaigns.BudgetTolerance.Rat())
	limit := RoundRat(new(big.Rat).Mul(budget.Rat(), tolerance), x.D.Currency)
	if spent.LessThanOrEqual(limit) {
		return nil
	}
	return &Unmet{At: b.Amount.At, Args: diag.Args{"spent": spent, "budget": budget}, Warning: x.policy().Campaigns.Overspend.S == "warn"}
}

// Budget is what the approved plan and its supplements allow a campaign. A new
// plan begins anew, as what was spent does.
func (i *Instance) Budget() decimal.Decimal {
	sum := decimal.Zero
	for _, f := range i.Facts {
		switch b := f.Body.(type) {
		case *fact.CampaignPlan:
			sum = b.Budget.Decimal
		case *fact.CampaignSupplement:
			sum = sum.Add(b.Amount.Decimal)
		}
	}
	return sum
}

// Spent is what a campaign has cost since its present plan.
func (i *Instance) Spent() decimal.Decimal {
	sum := decimal.Zero
	for _, f := range i.Facts {
		switch b := f.Body.(type) {
		case *fact.CampaignPlan:
			sum = decimal.Zero
		case *fact.CampaignExpense:
			sum = sum.Add(b.Amount.Decimal)
		}
	}
	return sum
}
