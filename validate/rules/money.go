package rules

import (
	"slices"

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

// positive refuses amounts and quantities of nothing: where there was nothing,
// nothing happened.
var positive = validate.StateRule{
	IDs: []string{"money/zero"},
	Check: func(p *validate.Pass) {
		eachFact(p, func(d *fold.Deal, f *fold.Fact) {
			if slices.Contains(mayBeNothing, f.Step.ID()) {
				return
			}
			fact.Each(f.Body, f.Step.Fields, func(field schema.Field, a value.Amount) {
				if slices.Contains(somethingIn, field.Name) && a.IsZero() {
					p.Report(d, diag.Diagnostic{Rule: "money/zero", Span: f.Span(a.At), Args: diag.Args{"field": field.Name}})
				}
			})
		})
	},
}

var (
	// fields that say how much there was
	somethingIn = []string{"amount", "gross", "net", "quantity", "samples"}
	// steps in which that may be nothing: a claim that was waived, a reward where
	// policy sets none, what an import found
	mayBeNothing = []string{"order.claim-settled", "terms.reward", "deal.import"}
)

// givenUp refuses a new deduction, small difference or write-off of more than
// is open. Of one that has landed this is only pointed out, since a bank line
// may have come to light after it.
var givenUp = validate.ChangeRule{
	IDs: []string{"money/not-open"},
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		for _, f := range ch.Files {
			d := ch.Head.Deal(f.Place.Dir)
			if f.Verb != validate.Added || d == nil {
				continue
			}
			for _, found := range d.Findings {
				if found.Rule == fold.GivenUpBeyondOpen && found.File == f.Path {
					report(diag.Diagnostic{Rule: "money/not-open", Span: found.Span, Row: found.Row, Args: found.Args})
				}
			}
		}
	},
}
