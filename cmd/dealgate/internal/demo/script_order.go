package demo

import (
	"fmt"
)

// sell runs the n-th order of the deal, from the customer's paper to the last
// receipt.
func (d *deal) sell(n int, more ...any) {
	d.wait(5, 12)
	o := d.newOrder(n)
	d.order = o
	d.fact(o.folder, "order", d.member(), append(row{
		"customer-order", fmt.Sprintf("PO-%d-%05d-%d", d.day.Year(), d.n+1, n), "channel", []string{"email", "portal", "paper", "edi"}[d.rng.IntN(4)],
		"approved-by", d.say("authorised"), "lines", o.lineRows(), "tax-rate", o.taxRate, "deliver-by", d.day + 60,
		"instalments", o.instalmentRows(), "evidence", []proof{d.proof("order", "ordered", fmt.Sprint(o.quantity()))},
	}, more...)...)
	d.wait(1, 4)
	if !d.accepted(o) {
		return
	}
	d.deliver(o)
	d.collect()
}

func (d *deal) newOrder(n int) *order {
	o := &order{n: n, name: fmt.Sprintf("so-%05d-%d", d.n+1, n), taxRate: "13%", terms: paymentTerms[d.terms]}
	o.folder = "orders/" + o.name
	p := d.product
	o.lines = []line{{p.Name, p.Quantity * (50 + 5*d.rng.IntN(20)) / 100, p.Price}}
	if d.chance(25) {
		o.lines = append(o.lines, line{p.Name + "-B", p.Quantity * (20 + 5*d.rng.IntN(8)) / 100, p.Price + p.Price/10})
	}
	return o
}

// accepted reviews the order and signs it. What fails is amended, or void.
func (d *deal) accepted(o *order) bool {
	manager := d.head("department-manager")
	if d.fate == voided || d.chance(5) {
		d.reviewOrder(o, false)
		d.wait(1, 4)
		d.fact(o.folder, "consultation", d.member(), "problems", d.say("consult-problems"))
		d.wait(3, 7)
		if d.fate == voided {
			d.fact(o.folder, "void", d.member(), "reason", d.say("void"), "evidence", []proof{d.proof("amendment")})
			return false
		}
		d.fact(o.folder, "amendment", d.member(), "consensus", d.say("consensus"), "deliver-by", d.day+70,
			"evidence", []proof{d.proof("amendment")})
		d.wait(1, 3)
	}
	d.reviewOrder(o, true)
	d.wait(1, 3)
	d.fact(o.folder, "order-confirmation", d.member(), "signed-by", manager.id, "feedback", d.say("feedback"))
	o.confirmed = d.day
	d.expect(o, "confirmation")
	return true
}

func (d *deal) reviewOrder(o *order, passes bool) {
	fields := row{}
	for _, a := range [][2]string{{"technical", "rnd"}, {"quality", "quality"}, {"production", "planning"}, {"price", "finance"}, {"delivery", "planning"}} {
		aspect := row{"by", d.of(a[1]).id, "verdict", "pass"}
		if !passes && (a[0] == "production" || a[0] == "delivery") {
			aspect = row{"by", d.of(a[1]).id, "verdict", "fail", "remark", d.say("order-fail")}
		} else if d.chance(30) {
			aspect = append(aspect, "remark", d.say("order-remark"))
		}
		fields = append(fields, a[0], aspect)
	}
	d.fact(o.folder, "review", d.of("marketing"), fields...)
}

// deliver takes the goods from stock or has them made, ships them in one or
// two parts, and invoices what was accepted.
func (d *deal) deliver(o *order) {
	d.wait(1, 3)
	d.make(o)
	if d.chance(8) {
		d.reschedule(o)
	}
	parts := 1
	if d.chance(20) {
		parts = 2
	}
	for i := range parts {
		d.wait(1, 4)
		d.fact(o.folder, "shipment", d.of("planning"), "delivery-note", fmt.Sprintf("SH-%s-%d", o.name, i+1), "lines", o.part(i, parts))
		if i == 0 {
			o.shipped = d.day
			d.expect(o, "shipment")
		}
		d.wait(2, 6)
		d.fact(o.folder, "goods-received", d.member(), "receipt-note", fmt.Sprintf("GR-%s-%d", o.name, i+1), "lines", o.part(i, parts),
			"evidence", []proof{d.proof("goods-received")})
	}
	o.accepted = d.day
	d.expect(o, "acceptance")
	d.wait(1, 3)
	net, tax := o.tax(o.total())
	d.fact(o.folder, "invoice", d.of("finance"), "number", d.invoiceNumber(o), "net", net, "tax", tax)
	o.invoiced = d.day
	d.expect(o, "invoice")
}

// invoiceNumber has twenty digits, as electronic invoices have.
func (d *deal) invoiceNumber(o *order) string {
	return fmt.Sprintf("%02d44200000%09d%d", d.day.Year()%100, d.n+1, o.n)
}

func (d *deal) make(o *order) {
	marketing, planner := d.of("marketing"), d.of("planning")
	if d.chance(30) {
		d.fact(o.folder, "stock", marketing, "verdict", "sufficient", "available", o.quantity()+d.rng.IntN(500))
		return
	}
	have := d.rng.IntN(o.quantity() / 2)
	d.fact(o.folder, "stock", marketing, "verdict", "short", "available", have)
	d.fact(o.folder, "demand-plan", marketing, "quantity", o.quantity()-have, "finish-by", d.day+30)
	d.wait(1, 3)
	d.fact(o.folder, "production", planner, "number", "MO-"+o.name, "finish-by", d.day+25)
	d.wait(12, 25)
	d.fact(o.folder, "produced", planner, "quantity", o.quantity()-have, "inspection", "passed")
}

func (d *deal) reschedule(o *order) {
	d.wait(1, 2)
	d.fact(o.folder, "reschedule", d.member(), "reason", d.say("reschedule"))
	d.wait(1, 2)
	d.fact(o.folder, "reschedule-answer", d.member(), "answer", "agreed", "deliver-by", d.day+20,
		"evidence", []proof{d.proof("reply")})
}

// collect waits for the money, but not for retention.
func (d *deal) collect() {
	for last := d.day + 200; ; {
		next, ok := d.next()
		if !ok || next > last {
			return
		}
		d.until(next)
	}
}
