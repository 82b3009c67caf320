package rules

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// companyFacts holds closings, payments and plans to what every fact is held
// to: people who exist, no day to come, no rate above the whole, evidence that
// is there.
var companyFacts = validate.CompanyRule{ // reports what references, dates, shares and evidence name
	Check: func(c *fold.Company, report func(diag.Diagnostic)) {
		names := &names{c: c, budget: mostCompared}
		for _, f := range c.Records {
			companyNames(names, f, report)
			companyFractions(f, report)
			if f.Date > c.Today && f.Process != "plan" && f.Month == 0 { // payoutOrder judges that of a closing
				report(diag.Diagnostic{Rule: "date/in-future", Span: diag.Span{File: f.Path}, Args: diag.Args{"date": f.Date, "asof": c.Today}})
			}
		}
	},
	Files: func(c *fold.Company, fsys fs.FS, report func(diag.Diagnostic)) {
		companyEvidence(c, fsys, fold.PayoutsDir, c.PayoutsUnread, report)
		companyEvidence(c, fsys, fold.PlansDir, c.PlansUnread, report)
	},
}

func companyNames(n *names, f *fold.Fact, report func(diag.Diagnostic)) {
	fact.Each(f.Body, f.Step.Fields, func(field schema.Field, t fact.Text) {
		if found := n.reference(f, field.Kind, t); found != nil {
			report(*found)
		}
	})
}

func companyFractions(f *fold.Fact, report func(diag.Diagnostic)) {
	fact.Each(f.Body, f.Step.Fields, func(_ schema.Field, x value.Fraction) {
		if x.R != nil && x.R.Cmp(whole) > 0 {
			report(diag.Diagnostic{Rule: "money/above-whole", Span: f.Span(x.At), Args: diag.Args{"value": x.Text}})
		}
	})
}

// companyEvidence holds what the facts of one folder name against what lies in
// its evidence folder.
func companyEvidence(c *fold.Company, fsys fs.FS, dir string, unread bool, report func(diag.Diagnostic)) {
	files := map[string]bool{}
	for path := range c.Evidence {
		if name, ok := strings.CutPrefix(path, dir+"/evidence/"); ok {
			files[name] = true
		}
	}
	elsewhere := func(f *fold.Fact) bool { return f.Dir != dir }
	nobody := &fold.Customer{Dir: dir} // the company itself
	of := &evidenceFolder{pass: &validate.Pass{Company: c, Customer: nobody, FS: fsys}, dir: dir, files: files, hidden: unread}
	of.check(slices.DeleteFunc(slices.Clone(c.Records), elsewhere), slices.DeleteFunc(slices.Clone(c.Facts()), elsewhere))
	for _, d := range nobody.Findings {
		report(d)
	}
}
