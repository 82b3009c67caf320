package rules

import (
	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// money refuses amounts finer than the currency's smallest unit.
var money = validate.StateRule{
	IDs: []string{"money/too-precise"},
	Check: func(p *validate.Pass) {
		eachFact(p, func(d *fold.Deal, f *fold.Fact) {
			currency := p.Company.Policy.Currency.S
			if d != nil {
				currency = d.Currency
			}
			digits := fold.MinorDigits(currency)
			fact.Each(f.Body, f.Step.Fields, func(field schema.Field, a value.Amount) {
				if field.Kind == schema.KindMoney && -a.Exponent() > digits && !a.Equal(a.Round(digits)) {
					p.Report(d, diag.Diagnostic{Rule: "money/too-precise", Span: f.Span(a.At), Args: diag.Args{
						"amount": a.Decimal, "currency": currency, "digits": digits}})
				}
			})
		})
	},
}
