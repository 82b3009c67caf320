package rules

import (
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// payoutOrder wants periods to be closed one after the other, each as of its
// last day and once it is over.
var payoutOrder = validate.CompanyRule{
	IDs: []string{"payout/order", "payout/not-ended"},
	Check: func(c *fold.Company, report func(diag.Diagnostic)) {
		for i, p := range c.Payouts {
			if i > 0 && p.Month != c.Payouts[i-1].Month.Next() && !c.PayoutsUnread {
				report(diag.Diagnostic{Rule: "payout/order", Span: p.Span(p.Body.AsOf.At), Args: diag.Args{
					"period": p.Month, "before": c.Payouts[i-1].Month, "want": c.Payouts[i-1].Month.Next()}})
			}
		}
		for _, f := range c.Records { // also one whose month is not over
			b, ok := f.Body.(*fact.PayoutClose)
			if ok && (b.AsOf.Day != f.Month.Last() || f.Month.Last() >= c.Today) {
				report(diag.Diagnostic{Rule: "payout/not-ended", Span: f.Span(b.AsOf.At), Args: diag.Args{
					"period": f.Month, "as-of": b.AsOf.Day, "last": f.Month.Last(), "today": c.Today}})
			}
		}
	},
}
