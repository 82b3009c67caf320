package bonus

import (
	"math/big"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// advances keeps what people laid out of campaign costs: a share of each
// approved expense (G-08), refundable once the supply agreement is signed and
// the sale realised (4.2-N2, GD-11), held when the deal dies until the general
// manager decides (G-10). Once both facts hold there is no advance (G-46).
func advances(c *fold.Company, d *fold.Deal) []Line {
	returnable := d.AdvancesReturnableOn(c, c.AsOf)
	var out []Line
	fold.Each(d, c.AsOf, func(b *fact.CampaignExpense, f *fold.Fact) {
		if returnable != 0 && f.Date > returnable && c.Policy.Advances.AfterSale.S == "none" {
			return
		}
		p := payer(c, b, f)
		if p == nil {
			return
		}
		amount := fold.RoundRat(new(big.Rat).Mul(b.Amount.Rat(), c.Policy.Advances.Rate.Rat()), d.Currency)
		if amount.IsZero() {
			return
		}
		line := Line{
			Kind: Advance, Person: p.ID, Deal: d, Clause: "4.2-N2", Row: "TP-05", Basis: b.Amount.Decimal,
			Rate: c.Policy.Advances.Rate.Text, Share: "1", Amount: amount, Currency: d.Currency, On: f.Date,
			What: diag.Term("word." + b.Kind.S), Detail: f.Instance, Sources: []Source{at(f, b.Amount.At)},
		}
		out = append(out, settled(c, d, line, returnable)...)
	})
	return append(out, importedAdvances(c, d, returnable)...)
}

func payer(c *fold.Company, b *fact.CampaignExpense, f *fold.Fact) *fold.Person {
	if b.PaidBy.S != "" {
		return c.Roster.Person(b.PaidBy.S)
	}
	return f.By
}

func importedAdvances(c *fold.Company, d *fold.Deal, returnable value.Day) []Line {
	if d.Import == nil {
		return nil
	}
	var out []Line
	for _, a := range d.Import.Body.(*fact.Import).Advances {
		p := c.Roster.Person(a.Person.S)
		if p == nil || a.Amount.IsZero() {
			continue
		}
		line := Line{
			Kind: Advance, Person: p.ID, Deal: d, Clause: "4.2-N2", Row: "IM-01", Basis: a.Amount.Decimal, Share: "1",
			Amount: a.Amount.Decimal, Currency: d.Currency, On: d.Import.Date, What: "step.deal.import",
			Sources: []Source{at(d.Import, a.Amount.At)},
		}
		out = append(out, settled(c, d, line, returnable)...)
	}
	return out
}

// settled gives an advance its state, and splits it where a part is refunded.
func settled(c *fold.Company, d *fold.Deal, line Line, returnable value.Day) []Line {
	if returnable != 0 {
		line.State, line.Reason = Payable, "bonus.both-facts"
		line.Args, line.On = diag.Args{"date": returnable}, max(line.On, returnable)
		return []Line{line}
	}
	decision, share, f := disposition(c, d)
	switch decision {
	case "refund":
		line.State, line.Reason, line.On = Payable, "bonus.refund-decided", max(line.On, f.Date)
	case "forfeit":
		line.State, line.Reason = Forfeited, "bonus.forfeit-decided"
	case "part":
		back := line
		back.Amount = fold.RoundRat(new(big.Rat).Mul(line.Amount.Rat(), share.Rat()), d.Currency)
		back.Share, back.State, back.Reason, back.On = share.Text, Payable, "bonus.refund-decided", max(line.On, f.Date)
		back.Sources = append(back.Sources, at(f, share.At))
		line.Amount, line.State, line.Reason = line.Amount.Sub(back.Amount), Forfeited, "bonus.forfeit-decided"
		return []Line{back, line}
	case "hold":
		line.State, line.Reason = Waiting, "bonus.held"
	default:
		line.State, line.Reason = Waiting, "bonus.waits-sale"
	}
	if f != nil {
		line.Sources = append(line.Sources, at(f, diag.Pos{}))
	}
	return []Line{line}
}

// disposition is what was decided about the advances of a dead deal.
func disposition(c *fold.Company, d *fold.Deal) (decision string, share value.Fraction, f *fold.Fact) {
	fold.Each(d, c.AsOf, func(b *fact.Stop, file *fold.Fact) {
		decision, f = b.Advances.S, file
		if decision == "" {
			decision = "hold"
		}
	})
	fold.Each(d, c.AsOf, func(b *fact.SettleAdvances, file *fold.Fact) { decision, share, f = b.Decision.S, b.Share, file })
	return decision, share, f
}
