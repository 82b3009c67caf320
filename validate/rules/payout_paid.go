package rules

import (
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// payoutPaid wants a payment to be of a closed period that is over, of people
// of that period, and of nobody twice.
var payoutPaid = validate.CompanyRule{
	IDs: []string{"payout/paid-open", "payout/paid-early", "payout/paid-person", "payout/paid-twice"},
	Check: func(c *fold.Company, report func(diag.Diagnostic)) {
		if c.PayoutsUnread {
			return
		}
		for _, f := range c.Facts() {
			b, ok := f.Body.(*fact.PayoutPaid)
			if !ok {
				continue
			}
			if c.Payout(b.Period.Month) == nil {
				report(diag.Diagnostic{Rule: "payout/paid-open", Span: f.Span(b.Period.At), Args: diag.Args{"period": b.Period.Month}})
			}
			if f.Date <= b.Period.Last() {
				report(diag.Diagnostic{Rule: "payout/paid-early", Span: f.Span(b.Period.At), Args: diag.Args{"period": b.Period.Month, "date": f.Date, "last": b.Period.Last()}})
			}
		}
		for _, p := range c.Payouts {
			paidPeople(c, p, report)
		}
	},
}

// paidPeople goes through the payments of one period.
func paidPeople(c *fold.Company, p *fold.Payout, report func(diag.Diagnostic)) {
	var of []string
	for _, t := range p.Body.Totals {
		if who := c.Roster.Person(t.Person.S); who != nil && !slices.Contains(of, who.ID) {
			of = append(of, who.ID)
		}
	}
	first := map[string]*fold.PaidFact{}
	for _, f := range p.Paid {
		for i, who := range named(f, of) {
			at := f.Body.Period.At
			if len(f.Body.Persons) > 0 {
				at = f.Body.Persons[i].At
			}
			switch {
			case !slices.Contains(of, who):
				report(diag.Diagnostic{Rule: "payout/paid-person", Span: f.Span(at), Args: diag.Args{"person": who, "period": p.Month}})
			case first[who] != nil:
				report(diag.Diagnostic{Rule: "payout/paid-twice", Span: f.Span(at),
					Args:    diag.Args{"person": who, "period": p.Month, "batch": first[who].Batch()},
					Related: []diag.Related{{Span: first[who].Span(first[who].Body.Period.At), Text: "layout.first"}}})
			default:
				first[who] = f
			}
		}
	}
}

// named are the people that a payment is of: those it names, else everybody.
func named(f *fold.PaidFact, everybody []string) []string {
	if len(f.People) > 0 {
		return f.People
	}
	return everybody
}

// paidApart wants the payment of a period to come in a later change than its
// closing: until that is approved, nothing is to be paid.
var paidApart = validate.ChangeRule{ // reports what presuppose names
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		if ch.Base.Policy == nil || ch.Base.Policy.Approvals.S == "none" {
			return
		}
		closed := map[value.Month]validate.File{}
		for _, f := range ch.Files {
			if f.Verb == validate.Added && f.Place.Month != 0 {
				closed[f.Place.Month] = f
			}
		}
		for _, f := range ch.Head.Facts() {
			b, ok := f.Body.(*fact.PayoutPaid)
			if !ok {
				continue
			}
			if other, at := closed[b.Period.Month], f.Span(b.Period.At); other.Path != "" {
				report(diag.Diagnostic{Rule: "change/presupposes-approval", Span: at, Args: diag.Args{"step": f.Step.Term(), "other": other.Place.Step.Term()}})
			}
		}
	},
}
