package rules

import (
	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// payoutKeys refuses to take more back for a key than closed periods have paid
// for it. A penalty is owed from the outset and so is not bound by it.
var payoutKeys = validate.CompanyRule{
	IDs: []string{"payout/key-overpaid"},
	Check: func(c *fold.Company, report func(diag.Diagnostic)) {
		if c.PayoutsUnread {
			return
		}
		paid := map[fold.LineKey]decimal.Decimal{}
		for _, p := range c.Payouts {
			for _, l := range p.Body.Lines {
				l.Payee.S = personRef(c, l.Payee)
				key := fold.KeyOf(l, c.Policy.Currency.S)
				before := paid[key]
				paid[key] = before.Add(l.Amount.Decimal)
				if l.Kind.S != "penalty" && paid[key].IsNegative() {
					report(diag.Diagnostic{Rule: "payout/key-overpaid", Span: p.Span(l.Amount.At), Args: diag.Args{
						"person": l.Payee.S, "fact": l.Fact.S, "amount": l.Amount.Decimal, "paid": before, "period": p.Month}})
				}
			}
		}
	},
}
