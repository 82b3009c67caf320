package bonus

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/fold"
)

// Contribution is what a deal brought in after what it cost to win it, in the
// deal's currency.
type Contribution struct {
	Deal      *fold.Deal
	Collected decimal.Decimal // money received, net of tax
	Campaign  decimal.Decimal // campaign costs that the company bears
	Bonus     decimal.Decimal // rewards, commission and penalties earned, paid or not
	Net       decimal.Decimal
}

// Contributions lists the deals that have collected or cost anything, by their
// folder. A deal that is left out of the ledger is left out here too: what it
// pays is not known.
func (l Ledger) Contributions() []Contribution {
	of := map[*fold.Deal]*Contribution{}
	for _, d := range l.Company.Deals() {
		of[d] = &Contribution{Deal: d, Collected: collected(l.Company, d), Campaign: spent(l.Company, d)}
	}
	for _, due := range l.dues {
		of[due.Deal].add(due)
	}
	for _, d := range l.Excluded {
		delete(of, d)
	}
	var out []Contribution
	for _, d := range l.Company.Deals() {
		one := of[d]
		if one == nil || (one.Collected.IsZero() && one.Campaign.IsZero() && one.Bonus.IsZero()) {
			continue
		}
		one.Net = one.Collected.Sub(one.Campaign).Sub(one.Bonus)
		out = append(out, *one)
	}
	return out
}

func (c *Contribution) add(due Line) {
	switch {
	case due.Kind == Advance && due.State == Forfeited:
		c.Campaign = c.Campaign.Sub(due.Amount) // the person bears it
	case due.Kind != Advance && (due.State == Payable || due.State == Waiting):
		c.Bonus = c.Bonus.Add(due.Amount)
	}
}

// collected is the money that counts by the as-of day, net of each order's tax
// and rounded once. What came for an order that is void is owed back.
func collected(c *fold.Company, d *fold.Deal) decimal.Decimal {
	sum := new(big.Rat)
	for _, r := range receiptsOf(c, d) {
		if r.Earned(c.AsOf) && !r.order.Void() {
			tax, _, _ := taxOf(r.order)
			sum.Add(sum, netOf(r.Amount, tax))
		}
	}
	return fold.RoundRat(sum, d.Currency)
}

func spent(c *fold.Company, d *fold.Deal) decimal.Decimal {
	sum := decimal.Zero
	fold.Each(d, c.AsOf, func(b *fact.CampaignExpense, _ *fold.Fact) { sum = sum.Add(b.Amount.Decimal) })
	return sum
}
