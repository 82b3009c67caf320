package bonus

import (
	"math/big"
	"strconv"
	"strings"

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
	a := advancing{c: c, d: d, returnable: d.AdvancesReturnableOn(c, c.AsOf), rulings: rulings(c, d)}
	var out []Line
	fold.Each(d, c.AsOf, func(b *fact.CampaignExpense, f *fold.Fact) {
		plan := c.PlanOn(f.Date).Advances
		if a.returnable != 0 && f.Date > a.returnable && plan.AfterSale.S == "none" {
			return
		}
		amount := fold.RoundRat(new(big.Rat).Mul(b.Amount.Rat(), plan.Rate.Rat()), d.Currency)
		if amount.IsZero() {
			return
		}
		out = append(out, a.settle(Line{
			Kind: Advance, Person: personID(c, payer(b)), Deal: d, Clause: "4.2-N2", Row: "TP-05", Basis: b.Amount.Decimal,
			Rate: plan.Rate.Text, Whole: amount, Share: "1", Amount: amount, Currency: d.Currency, On: f.Date,
			What: diag.Term("word." + b.Kind.S), Detail: f.Instance, Sources: []Source{at(f, b.Amount.At)},
			Key: Key{Fact: f.Path},
		})...)
	})
	return append(out, a.imported()...)
}

// advancing is what decides about the advances of one deal.
type advancing struct {
	c          *fold.Company
	d          *fold.Deal
	returnable value.Day // both facts hold, 0 if not
	rulings    []ruling
}

// payer is who laid the money out.
func payer(b *fact.CampaignExpense) string {
	if b.PaidBy.S != "" {
		return b.PaidBy.S
	}
	return b.By.S
}

// imported are the advances that stood open when the deal was imported.
func (a advancing) imported() []Line {
	if a.d.Import == nil {
		return nil
	}
	var out []Line
	for i, old := range a.d.Import.Body.(*fact.Import).Advances {
		if old.Amount.IsZero() {
			continue
		}
		out = append(out, a.settle(Line{
			Kind: Advance, Person: personID(a.c, old.Person.S), Deal: a.d, Clause: "4.2-N2", Row: "IM-01", Basis: old.Amount.Decimal,
			Whole: old.Amount.Decimal, Share: "1", Amount: old.Amount.Decimal, Currency: a.d.Currency, On: a.d.Import.Date,
			What: "step.deal.import", Sources: []Source{at(a.d.Import, old.Amount.At)},
			Key: Key{Fact: part(a.d.Import.Path, "advances", strconv.Itoa(i+1))},
		})...)
	}
	return out
}

// settle gives an advance its state, by whichever comes first: both facts, or
// a decision. It splits the advance where a part is refunded.
func (a advancing) settle(line Line) []Line {
	line.Key.Payee, line.Key.Clause = payeeOf(line.Person, ""), line.Clause
	r := a.ruling(line.Detail, line.On)
	final := r != nil && r.decision != "hold"
	if r != nil {
		line.Sources = append(line.Sources, at(r.file, r.pos))
	}
	switch {
	case a.returnable != 0 && (!final || r.file.Date >= a.returnable):
		line.State, line.Reason, line.Args = Payable, "bonus.both-facts", diag.Args{"date": a.returnable}
		line.On, line.Sources = max(line.On, a.returnable), line.Sources[:1]
	case final:
		return r.apply(line)
	case r != nil || a.d.DeadBefore(line.On): // also what was laid out after the end
		line.State, line.Reason = Waiting, "bonus.held"
		line.Args = diag.Args{"preset": diag.Term("word." + a.c.PlanOn(a.c.AsOf).Advances.Disposition.S)}
	default:
		line.State, line.Reason = Waiting, "bonus.waits-sale"
	}
	return []Line{line}
}

// ruling is what was decided about the advances of a deal that died, or of one
// campaign that was abandoned.
type ruling struct {
	decision string // hold, refund, part or forfeit
	share    value.Fraction
	campaign string // empty: all of the deal
	file     *fold.Fact
	pos      diag.Pos
}

// rulings lists the decisions by date.
func rulings(c *fold.Company, d *fold.Deal) []ruling {
	var all []ruling
	for _, f := range d.Facts {
		if f.Date > c.AsOf {
			break
		}
		switch b := f.Body.(type) {
		case *fact.Stop:
			all = append(all, newRuling(b.Advances, "", f))
		case *fact.CampaignAbandon:
			all = append(all, newRuling(b.Advances, f.Instance, f))
		case *fact.SettleAdvances:
			r := newRuling(b.Decision, "", f)
			r.share = b.Share
			all = append(all, r)
		}
	}
	return all
}

func newRuling(decision value.Text, campaign string, f *fold.Fact) ruling {
	r := ruling{decision: decision.S, campaign: campaign, file: f, pos: decision.At}
	if r.decision == "" {
		r.decision = "hold"
	}
	return r
}

// ruling is the decision about an advance: the first final one since it was
// made, else the latest that holds it.
func (a advancing) ruling(campaign string, since value.Day) *ruling {
	var held *ruling
	for k := range a.rulings {
		r := &a.rulings[k]
		if r.file.Date < since || (r.campaign != "" && r.campaign != campaign) {
			continue
		}
		if r.decision != "hold" {
			return r
		}
		held = r
	}
	return held
}

func (r *ruling) apply(line Line) []Line {
	line.On = max(line.On, r.file.Date)
	back, lost := line, line
	back.State, back.Reason = Payable, "bonus.refund-decided"
	lost.State, lost.Reason = Forfeited, "bonus.forfeit-decided"
	switch r.decision {
	case "refund":
		return []Line{back}
	case "forfeit":
		return []Line{lost}
	}
	back.Share, lost.Share = r.share.Text, restOf(r.share)
	back.Amount = fold.RoundRat(new(big.Rat).Mul(line.Amount.Rat(), r.share.Rat()), line.Currency)
	lost.Amount = line.Amount.Sub(back.Amount)
	return []Line{back, lost}
}

// restOf writes one less a share in the way the share was written.
func restOf(share value.Fraction) string {
	rest := new(big.Rat).Sub(big.NewRat(1, 1), share.Rat())
	if strings.Contains(share.Text, "/") {
		return rest.RatString()
	}
	return fold.RoundRatDigits(rest.Mul(rest, big.NewRat(100, 1)), value.MaxDigits) + "%"
}
