package rules

import (
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// dates refuses facts that bear a date after today.
var dates = validate.StateRule{
	IDs: []string{"date/in-future"},
	Check: func(p *validate.Pass) {
		check := func(d *fold.Deal, f *fold.Fact) {
			if f.Date > p.Company.Today {
				p.Report(d, diag.Diagnostic{Rule: "date/in-future", Span: diag.Span{File: f.Path}, Args: diag.Args{"date": f.Date, "asof": p.Company.Today}})
			}
		}
		for _, f := range p.Customer.Records() {
			check(nil, f)
		}
		for _, d := range p.Customer.Deals {
			for _, f := range d.Records {
				check(d, f)
			}
		}
	},
}
