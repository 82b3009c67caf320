package rules

import (
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// header holds a deal's header against its folder, wants its first fact to be a
// lead or an import, and its id to be its own: receipts name deals by id.
var header = validate.StateRule{
	IDs: []string{"deal/customer-differs", "deal/no-beginning", "deal/id-twice"},
	Check: func(p *validate.Pass) {
		first := map[string]*fold.Deal{}
		for _, d := range p.Customer.Deals {
			if other := first[d.ID]; other != nil {
				p.Report(d, diag.Diagnostic{Rule: "deal/id-twice", Span: diag.Span{File: d.Dir + "/deal.yaml"}, Args: diag.Args{"deal": d.ID, "first": other.Dir}})
			}
			first[d.ID] = d
			if d.Header != nil && d.Header.Customer.S != p.Customer.ID {
				p.Report(d, diag.Diagnostic{Rule: "deal/customer-differs", Span: headerSpan(d), Args: diag.Args{
					"customer": d.Header.Customer.S, "folder": p.Customer.ID}})
			}
			if d.Header != nil && len(d.Facts) == 0 && len(d.Findings) == 0 {
				p.Report(d, diag.Diagnostic{Rule: "deal/no-beginning", Severity: diag.Warning, Span: headerSpan(d)})
			}
		}
	},
}

func headerSpan(d *fold.Deal) diag.Span {
	return diag.Span{File: d.Dir + "/deal.yaml", Pos: d.Header.Customer.At}
}
