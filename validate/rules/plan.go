package rules

import (
	"io/fs"
	"slices"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// planDated wants a new plan to be decided by its first day, and to begin after
// every closed period: what happened before is computed under the plan before.
// One that was approved in time may land some days later.
var planDated = validate.DatedRule{
	IDs: []string{"plan/dated", "plan/soon"},
	Check: func(ch *validate.Change, decided validate.Decided, report func(diag.Diagnostic)) {
		for _, f := range ch.Files {
			if f.Verb != validate.Added || f.Place.Process != "plan" {
				continue
			}
			on, done := decided(f.Path)
			earliest := on
			for _, p := range ch.Head.Payouts {
				earliest = max(earliest, p.Month.Next().First())
			}
			suggest := comingMonth(max(earliest, ch.Head.Today))
			switch {
			case f.Place.Date < earliest:
				report(fileFinding("plan/dated", f, diag.Args{"date": f.Place.Date, "earliest": earliest, "suggest": suggest}))
			case !done && reviewed(ch.Base) && f.Place.Date < on+timeToReview:
				d := fileFinding("plan/soon", f, diag.Args{"date": f.Place.Date, "suggest": suggest})
				d.Severity = diag.Warning
				report(d)
			}
		}
	},
}

// timeToReview is how many days reviews of a plan may well take.
const timeToReview = 7

// comingMonth is the first day of a month that leaves time for reviews.
func comingMonth(today value.Day) value.Day { return (today + timeToReview - 1).Month().Next().First() }

// reviewed reports whether a company asks for reviews.
func reviewed(c *fold.Company) bool { return c.Policy != nil && c.Policy.Approvals.S != "none" }

// planFrozen keeps the plan that stands in policy as it is once there are deals:
// whatever was earned under it would be computed anew. A new plan has a file of
// its own, and a day from which it is in force.
var planFrozen = validate.ChangeRule{
	IDs: []string{"policy/plan-frozen"},
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		if ch.NewPolicy == nil || ch.Base.Policy == nil || !anyDeal(ch.Tree) {
			return
		}
		before, after := planOptions(ch.Base.Policy), planOptions(ch.NewPolicy)
		for i, o := range after {
			if o.text != before[i].text {
				report(diag.Diagnostic{Rule: "policy/plan-frozen", Span: diag.Span{File: policyPath, Pos: o.at},
					Args: diag.Args{"option": o.name, "before": before[i].text, "after": o.text, "today": ch.Head.Today}})
			}
		}
	},
}

// currencyFrozen keeps the company's currency once there are deals: every amount
// that names none would become one of another currency, in closed months too.
var currencyFrozen = validate.ChangeRule{
	IDs: []string{"policy/currency-frozen"},
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		if ch.NewPolicy == nil || ch.Base.Policy == nil || !anyDeal(ch.Tree) {
			return
		}
		if before, after := ch.Base.Policy.Currency, ch.NewPolicy.Currency; before.S != after.S {
			report(diag.Diagnostic{Rule: "policy/currency-frozen", Span: diag.Span{File: policyPath, Pos: after.At},
				Args: diag.Args{"before": before.S, "after": after.S}})
		}
	},
}

func anyDeal(fsys fs.FS) bool {
	deals, _ := fs.Glob(fsys, fold.Root+"/[0-9][0-9][0-9][0-9]/*")
	return len(deals) > 0
}

// option is one value of the plan, comparable however it is written.
type option struct {
	name, text string
	at         diag.Pos
}

// planSections are the parts of policy that are the plan.
var planSections = []string{"rewards", "commission", "advances", "pay"}

// planOptions lists the values of the plan that stands in policy, in the order
// of the table. Each has one, since what is left out has the preset.
func planOptions(p *fact.Policy) []option {
	var out []option
	fields := slices.DeleteFunc(slices.Clone(schema.AllSteps().Get("", "policy").Fields), func(f schema.Field) bool {
		return !slices.Contains(planSections, f.Name)
	})
	fact.Each(p, fields, func(f schema.Field, t fact.Text) { out = append(out, option{f.Name, t.S, t.At}) })
	fact.Each(p, fields, func(f schema.Field, x value.Fraction) { out = append(out, option{f.Name, x.Rat().RatString(), x.At}) })
	fact.Each(p, fields, func(f schema.Field, r value.Range) {
		out = append(out, option{f.Name, "[" + r.Min.Decimal.String() + ", " + r.Max.Decimal.String() + "]", r.Min.At})
	})
	return out
}
