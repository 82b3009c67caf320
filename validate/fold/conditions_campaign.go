package fold

import (
	"math/big"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
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

// hospitality are the kinds of expense that somebody at the customer receives.
var hospitality = []string{"visit", "meal", "gift", "sponsorship"}

// cashLike are words for what may never be given (G-43).
var cashLike = []string{"现金", "红包", "购物卡", "礼品卡", "储值卡", "代金券", "cash", "gift card", "voucher", "prepaid card"}

// recipientNamed wants organisation, post and item of whatever somebody
// received, and refuses cash and what is like it.
func recipientNamed(x *Case) *Unmet {
	b := x.F.Body.(*fact.CampaignExpense)
	if !slices.Contains(hospitality, b.Kind.S) {
		return nil
	}
	if b.Recipient == nil || b.Item.S == "" {
		return &Unmet{At: b.Kind.At, Args: diag.Args{"kind": diag.Term("word." + b.Kind.S)}}
	}
	text := strings.ToLower(b.Item.S + " " + b.Purpose.S)
	for _, word := range cashLike {
		if strings.Contains(text, word) {
			return &Unmet{At: b.Item.At, Args: diag.Args{"word": word}, Rule: "needs/no-cash"}
		}
	}
	return nil
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

// Budget is what the approved plan and its supplements allow a campaign.
func (i *Instance) Budget() decimal.Decimal {
	sum := decimal.Zero
	if p, _ := Last[fact.CampaignPlan](i); p != nil {
		sum = p.Budget.Decimal
	}
	for _, s := range All[fact.CampaignSupplement](i) {
		sum = sum.Add(s.Amount.Decimal)
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

// giftLimits points out what is above the limit for one item, or for one
// recipient and year: it needs the general manager's approval (G-43).
func giftLimits(x *Case) *Unmet {
	b := x.F.Body.(*fact.CampaignExpense)
	over := x.D.OverGiftLimit(x.C, b, x.F)
	if over == nil {
		return nil
	}
	return &Unmet{At: b.Amount.At, Args: over, Rule: "needs/gift-limits", Warning: true}
}

// OverGiftLimit says by which limit a gift or hospitality needs a further
// approval, nil when it is within all of them.
func (d *Deal) OverGiftLimit(c *Company, b *fact.CampaignExpense, f *Fact) diag.Args {
	if b.Recipient == nil || !slices.Contains(hospitality, b.Kind.S) {
		return nil
	}
	item, year := c.Policy.Gifts.PerItem.Decimal, c.Policy.Gifts.PerRecipientYear.Decimal
	who := b.Recipient.Organisation.S + " " + b.Recipient.Role.S
	if b.Kind.S == "gift" && b.Amount.GreaterThan(item) {
		return diag.Args{"amount": b.Amount.Decimal, "limit": item, "recipient": who, "which": diag.Term("needs.per-item")}
	}
	sum := d.Customer.given(b.Recipient, f.Date)
	if sum.GreaterThan(year) {
		return diag.Args{"amount": sum, "limit": year, "recipient": who, "which": diag.Term("needs.per-year")}
	}
	return nil
}

// given sums what a recipient received in the year up to and including a day,
// in all deals with the customer.
func (cu *Customer) given(to *fact.CampaignExpenseRecipient, day value.Day) decimal.Decimal {
	sum := decimal.Zero
	for _, d := range cu.Deals {
		Each(d, day, func(b *fact.CampaignExpense, f *Fact) {
			if b.Recipient != nil && f.Date.Year() == day.Year() && b.Recipient.Organisation.S == to.Organisation.S && b.Recipient.Role.S == to.Role.S {
				sum = sum.Add(b.Amount.Decimal)
			}
		})
	}
	return sum
}
