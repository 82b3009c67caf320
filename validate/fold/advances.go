package fold

import (
	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// advancesDecided wants a word on open advances where there are any (G-10).
func advancesDecided(x *Case) *Unmet {
	b, ok := x.F.Body.(*fact.Stop)
	if !ok || b.Advances.S != "" {
		return nil
	}
	open := x.D.Advanced(x.Today)
	return unless(open.IsZero(), diag.Pos{}, diag.Args{"amount": open})
}

// Advanced sums the campaign costs that people have advanced in the deal (G-08).
func (d *Deal) Advanced(day value.Day) decimal.Decimal { return d.advancedBetween(0, day) }

// undecided is what of it was laid out after the last decision about the deal's
// advances: one laid out after the deal has ended is decided on by a further one.
func (d *Deal) undecided(day value.Day) decimal.Decimal {
	_, settled := Last[fact.SettleAdvances](d.Main)
	return d.advancedBetween(settled.day(), day)
}

// advancedBetween sums what was advanced after one day, up to another.
func (d *Deal) advancedBetween(after, day value.Day) decimal.Decimal {
	sum := decimal.Zero
	Each(d, day, func(b *fact.CampaignExpense, f *Fact) {
		if f.Date > after {
			sum = sum.Add(b.Amount.Decimal)
		}
	})
	Each(d, day, func(b *fact.Import, f *Fact) {
		if f.Date <= after {
			return
		}
		for _, a := range b.Advances {
			sum = sum.Add(a.Amount.Decimal)
		}
	})
	return sum
}

// AdvancesReturnable reports whether both facts hold that return the advances:
// the supply agreement is signed, and the sale is realised (4.2-N2, G-09).
func (d *Deal) AdvancesReturnable(c *Company, day value.Day) bool {
	return d.AdvancesReturnableOn(c, day) != 0
}

// AdvancesReturnableOn is the day on which the later of the two facts came, 0
// when one is still missing on the given day.
func (d *Deal) AdvancesReturnableOn(c *Company, day value.Day) value.Day {
	signed := d.agreementSigned()
	if signed == 0 || signed > day {
		return 0
	}
	_, sale := d.Sale(c, day)
	if sale == 0 {
		return 0
	}
	return max(signed, sale)
}

// Sale is the first order by which the sale counts as realised on a day, nil
// where that was before the deal was imported, and since when; 0 if it is not.
func (d *Deal) Sale(c *Company, day value.Day) (of *Order, since value.Day) {
	if d.realisedBeforeImport() {
		since = d.Import.Date
	}
	for _, o := range d.Orders {
		on := o.saleEvent(c.PlanOn(o.Confirmed).Advances.RefundEvent.S, day)
		if on != 0 && on <= day && (since == 0 || on < since) {
			of, since = o, on
		}
	}
	return of, since
}

func (d *Deal) agreementSigned() value.Day {
	for _, i := range d.Of("supply") {
		if on := i.On("TF-26"); on != 0 {
			return on
		}
	}
	if d.importedBeyond("agreed") {
		return d.Import.Date
	}
	return 0
}

// saleEvent is the day on which an order counts as sale realised under the
// choice of event by the plan that the order was accepted under (G-09).
func (o *Order) saleEvent(event string, until value.Day) value.Day {
	switch {
	case o.Void():
		return 0
	case event == "first-order":
		return o.Confirmed
	case event == "shipment":
		return o.Shipped
	case event == "first-payment":
		return o.firstPayment(until)
	}
	return o.RealisedOn(until)
}

func (o *Order) firstPayment(until value.Day) value.Day {
	var on value.Day
	for _, a := range o.Allocations {
		if a.Earned(until) && (on == 0 || a.Earns < on) {
			on = a.Earns
		}
	}
	return on
}

// dealDead allows a decision on advances when the deal has ended without a
// sale, or is about to be closed without one (G-10).
func dealDead(x *Case) *Unmet {
	switch x.D.Main.State {
	case "stopped", "prelim_cancelled", "discarded", "selling", "developing":
		return unless(!x.D.AdvancesReturnable(x.C, x.Today), diag.Pos{}, nil)
	}
	return missing
}

func advancesHeld(x *Case) *Unmet {
	b := x.F.Body.(*fact.SettleAdvances)
	if b.Decision.S == "part" && !b.Share.Set() {
		return &Unmet{At: b.Decision.At, Rule: "needs/part-needs-share"}
	}
	return unless(x.D.undecided(x.Today).IsPositive(), b.Decision.At, nil)
}
