package site

import (
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// The results that have a day by which they are due (G-40).
const (
	agreementReached = iota
	samplesDelivered
	developmentWon
	productionFinished
	goodsShipped
	paymentReceived
	indicators
)

// resultNames are what the results are called.
var resultNames = [indicators]diag.Term{
	"site.result.agreement", "site.result.samples", "site.result.development",
	"site.result.production", "site.result.shipment", "site.result.payment",
}

// punctual counts results that were due, and those that came in time.
type punctual struct{ Due, InTime int }

func (t *punctual) add(o punctual) { t.Due, t.InTime = t.Due+o.Due, t.InTime+o.InTime }

// count enters a result that was due on a day and came on another, 0 for not
// yet. What is neither due nor there is not counted.
func (t *punctual) count(due, done, today value.Day) {
	switch {
	case due == 0 || done == 0 && due >= today:
	case done != 0 && done <= due:
		*t = punctual{t.Due + 1, t.InTime + 1}
	default:
		t.Due++
	}
}

// results counts what a deal had to bring by a day.
func (m *Model) results(d *fold.Deal) [indicators]punctual {
	var all [indicators]punctual
	today := m.lastDay(d)
	all[agreementReached].count(d.AgreementDue(), firstOn(d.Main, agreedRow), today)
	for _, i := range d.Of("supply") {
		if b, f := fold.Last[fact.SupplyProduct](i); b != nil {
			due := b.SamplesDue.Day
			if dev, _ := fold.Last[fact.SupplyProductDevelopment](i); dev != nil {
				due = max(due, dev.Due.Day)
			}
			all[samplesDelivered].count(due, takenAfter(i, "TF-14", f.Date), today)
		}
	}
	for _, i := range d.Of("development") {
		if b, _ := fold.Last[fact.DevelopmentPlan](i); b != nil && i.State != "dropped" {
			all[developmentWon].count(b.ReachBy.Day, max(firstOn(i, "TD-05"), firstOn(i, "TD-07")), today)
		}
	}
	for _, o := range d.Orders {
		m.orderResults(&all, d, o)
	}
	return all
}

func (m *Model) orderResults(all *[indicators]punctual, d *fold.Deal, o *fold.Order) {
	if o.Void() {
		return
	}
	if delivery := d.Instance("order", o.Name); delivery != nil {
		if b, f := fold.Last[fact.OrderProduction](delivery); b != nil {
			all[productionFinished].count(b.FinishBy.Day, takenAfter(delivery, "TS-12", f.Date), m.AsOf)
		}
	}
	if o.Confirmed != 0 {
		all[goodsShipped].count(o.DeliverBy, o.ShippedInFullOn(), m.AsOf)
	}
	for _, i := range o.Instalments {
		all[paymentReceived].count(i.Due, collectedOn(o, i), m.AsOf)
	}
}

// lastDay is the as-of day, or the day on which a deal ended: after it nothing
// is awaited any more.
func (m *Model) lastDay(d *fold.Deal) value.Day {
	if d.Main.Ended() {
		return d.Main.Since
	}
	return m.AsOf
}

// collectedOn is the day on which the last of an instalment came in, 0 as long
// as some is still out or was given up for lost. What was settled otherwise was
// not to come in.
func collectedOn(o *fold.Order, i fold.Instalment) value.Day {
	open, on := i.Amount.Sub(i.Settled), i.Due
	for _, a := range o.Allocations {
		if a.Instalment != i.Name || a.Until != 0 || !open.IsPositive() {
			continue
		}
		if open = open.Sub(a.Amount); !open.IsPositive() {
			on = a.On
		}
	}
	if open.IsPositive() {
		return 0
	}
	return on
}

// firstOn is when a run first took a row, 0 if it never did.
func firstOn(i *fold.Instance, row string) value.Day { return takenAfter(i, row, 0) }

// takenAfter is when a run first took a row from a day on.
func takenAfter(i *fold.Instance, row string, day value.Day) value.Day {
	for _, t := range i.Taken {
		if t.Row.ID == row && t.On >= day {
			return t.On
		}
	}
	return 0
}
