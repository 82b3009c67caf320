package rules

import (
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// dates refuses facts that bear a date after the as-of date.
var dates = validate.StateRule{
	IDs: []string{"date/in-future"},
	Check: func(p *validate.Pass) {
		eachFact(p, func(d *fold.Deal, f *fold.Fact) {
			if f.Date > p.Company.AsOf {
				p.Report(d, diag.Diagnostic{Rule: "date/in-future", Span: diag.Span{File: f.Path}, Args: diag.Args{"date": f.Date, "asof": p.Company.AsOf}})
			}
		})
	},
}
