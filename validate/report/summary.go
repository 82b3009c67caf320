package report

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// Approvals says of a deal, by its folder, whose approval is given and whose is
// still needed, in the words of one language.
type Approvals func(dir string) (given, missing []string)

// Summarise says per changed deal what an approver decides about: the facts,
// the amount and its limit, the old and the new stage, whose approval counts.
// Where nobody has looked at reviews, approvals is nil, and what the facts ask
// for is missing.
func Summarise(ch *validate.Change, findings []diag.Diagnostic, l catalogue.Lang, approvals Approvals) []Deal {
	var out []Deal
	for _, d := range changedDeals(ch) {
		deal := summarise(ch, d, findings, l)
		if approvals != nil {
			deal.Given, deal.Missing = approvals(d.Dir)
		}
		out = append(out, deal)
	}
	return out
}

func changedDeals(ch *validate.Change) []*fold.Deal {
	var dirs []string
	for _, f := range ch.Files {
		if f.Place.Deal != "" && !slices.Contains(dirs, f.Place.Dir) {
			dirs = append(dirs, f.Place.Dir)
		}
	}
	var deals []*fold.Deal
	for _, dir := range dirs {
		if d := ch.Head.Deal(dir); d != nil {
			deals = append(deals, d)
		}
	}
	return deals
}

func summarise(ch *validate.Change, d *fold.Deal, findings []diag.Diagnostic, l catalogue.Lang) Deal {
	out := Deal{ID: d.ID, To: stage(d, l)}
	if d.Header != nil {
		out.Title = d.Header.Title.S
	}
	if d.Customer.Header != nil {
		out.Customer = d.Customer.Header.Name.S
	}
	if before := ch.Base.Deal(d.Dir); before != nil {
		out.From = stage(before, l)
	}
	for _, f := range d.Facts {
		if !added(ch, f) {
			continue
		}
		out.Decides = append(out.Decides, decides(ch.Head, d, f, l))
		if amount := amountOf(f); amount.Set {
			out.Amount = amount.String() + " " + d.Currency
		}
		if limit := limitOf(ch.Head, d, f); limit != "" {
			out.Limit = limit
		}
		for _, role := range ch.Head.Decide(d, f).Approval {
			if name := catalogue.Text(l, "role."+role, nil); !slices.Contains(out.Missing, name) {
				out.Missing = append(out.Missing, name)
			}
		}
	}
	if ch.Head.Policy != nil && ch.Head.Policy.Approvals.S == "none" {
		out.Missing = nil
	}
	for _, x := range findings {
		if x.Severity == diag.Error && len(x.File) > len(d.Dir) && x.File[:len(d.Dir)] == d.Dir {
			out.Errors++
		}
	}
	return out
}

func stage(d *fold.Deal, l catalogue.Lang) string {
	return catalogue.Text(l, string(d.Main.Process.Term(d.Main.State)), nil)
}

func added(ch *validate.Change, f *fold.Fact) bool {
	return slices.ContainsFunc(ch.Files, func(x validate.File) bool { return x.Path == f.Path || x.Path == f.File })
}

func decides(c *fold.Company, d *fold.Deal, f *fold.Fact, l catalogue.Lang) string {
	text := f.Date.String() + " " + catalogue.Text(l, string(f.Step.Term()), nil)
	if dec := c.Decide(d, f); dec.Row != nil {
		text += " (" + dec.Row.ID + ")"
	}
	if f.Instance != "" {
		text += " · " + f.Instance
	}
	return text
}

// amountOf is the sum that a fact puts on the table: the field called amount,
// budget or gross, or the worth of an order.
func amountOf(f *fold.Fact) value.Amount {
	if b, ok := f.Body.(*fact.Order); ok {
		sum := decimal.Zero
		for _, line := range b.Lines {
			sum = sum.Add(line.Quantity.Mul(line.Price.Decimal))
		}
		return value.Amount{Decimal: sum.Round(2), Set: true}
	}
	var found value.Amount
	fact.Each(f.Body, f.Step.Fields, func(field schema.Field, a value.Amount) {
		if !found.Set && slices.Contains([]string{"amount", "budget", "gross"}, field.Name) {
			found = a
		}
	})
	return found
}

// limitOf is the bound that policy or plan sets to that sum.
func limitOf(c *fold.Company, d *fold.Deal, f *fold.Fact) string {
	switch b := f.Body.(type) {
	case *fact.TermsReward:
		r := d.RewardPlan(c, f).RewardRange(b.Milestone.S)
		return r.Min.String() + "–" + r.Max.String()
	case *fact.CampaignExpense:
		if i := d.Instance("campaign", f.Instance); i != nil {
			return i.Budget().String()
		}
	case *fact.OrderSmallDifference:
		return c.Policy.Orders.SmallDifference.String()
	}
	return ""
}
