package rules

import (
	"math/big"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// whole is all that there is to share.
var whole = big.NewRat(1, 1)

// shares refuses rates and shares above the whole.
var shares = validate.StateRule{
	IDs: []string{"money/above-whole"},
	Check: func(p *validate.Pass) {
		eachFact(p, func(d *fold.Deal, f *fold.Fact) {
			fact.Each(f.Body, f.Step.Fields, func(_ schema.Field, x value.Fraction) {
				if x.R != nil && x.R.Cmp(whole) > 0 {
					p.Report(d, diag.Diagnostic{Rule: "money/above-whole", Span: f.Span(x.At), Args: diag.Args{"value": x.Text}})
				}
			})
		})
	},
}
