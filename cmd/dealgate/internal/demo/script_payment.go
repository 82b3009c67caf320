package demo

import (
	"fmt"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/value"
)

// expect makes the appointments at which the instalments of an event are paid.
func (d *deal) expect(o *order, event string) {
	amounts := o.amounts()
	for i, t := range o.terms {
		if t.after != event {
			continue
		}
		due := o.due(t)
		switch {
		case d.fate == bad && i == len(o.terms)-1:
			d.arrears(o, t, due, amounts[i])
		case d.chance(15):
			late := due + value.Day(12+d.rng.IntN(30))
			d.later(due+5, func() { d.chase(o, late) })
			d.later(late, func() { d.receipt(o, t, amounts[i]) })
		default:
			d.later(max(due-value.Day(d.rng.IntN(5)), d.day+1), func() { d.receipt(o, t, amounts[i]) })
		}
	}
}

func (d *deal) chase(o *order, promised value.Day) {
	d.fact(o.folder, "chase", d.member(), "contact", d.say("contact"), "said", d.say("chase"), "promised", promised)
}

// arrears are chased, claimed and in the end written off.
func (d *deal) arrears(o *order, t instalment, due value.Day, amount yuan) {
	part := amount / 2
	d.later(due, func() { d.receipt(o, t, part) })
	d.later(due+10, func() { d.chase(o, d.day+10) })
	d.later(due+25, func() { d.chase(o, d.day+15) })
	d.later(due+45, func() {
		d.fact(o.folder, "claim", d.member(), "term", d.say("claim-term"), "amount", amount/200, "evidence", []proof{d.proof("claim")})
	})
	d.later(due+75, func() {
		d.fact(o.folder, "claim-settled", d.of("finance"), "outcome", "waived", "amount", yuan(0))
	})
	d.later(due+180, func() {
		d.fact(o.folder, "write-off", d.of("finance"), "amount", amount-part, "instalment", t.name, "reason", d.say("written-off"),
			"evidence", []proof{d.proof("write-off")})
	})
}

// receipt is one line of the bank's, kept with the customer. A bill counts as
// money on the day it matures.
func (d *deal) receipt(o *order, t instalment, amount yuan) {
	finance := d.of("finance")
	fields := row{"payer", d.customer.name, "gross", amount, "kind", "transfer"}
	earns := d.day
	if d.chance(15) {
		earns = d.day + 90
		fields = row{"payer", d.customer.name, "gross", amount, "kind", "bank-bill", "bill", d.billNumber(o, t), "maturity", earns}
	}
	fields = append(fields, "allocations", []row{{"deal", d.id, "order", o.name, "instalment", t.name, "amount", amount}})
	bank := []string{"icbc", "ccb", "cmb", "boc"}[d.rng.IntN(4)]
	reference := fmt.Sprintf("%s-%s-%s", bank, o.name[len("so-"):], t.name)
	path := fmt.Sprintf("%s/receipts/%s-%s.yaml", d.customer.dir(), d.day, reference)
	d.record(schema.AllSteps().Get("receipt", "receipt"), path, finance, fields)
	if earns > d.day {
		d.later(earns, func() { d.settled(o, t) })
		return
	}
	d.settled(o, t)
}

// billNumber has thirty digits, as bank bills have.
func (d *deal) billNumber(o *order, t instalment) string {
	return fmt.Sprintf("1105584000%04d%010d%02d%02d00", d.day.Year(), d.n+1, len(t.name), d.day.Time().Day())
}

// settled counts an instalment that has become money. The order is paid when
// all have, retention left aside.
func (d *deal) settled(o *order, t instalment) {
	if t.retention || d.over || d.day > lastDay {
		return
	}
	o.received++
	due := 0
	for _, t := range o.terms {
		if !t.retention {
			due++
		}
	}
	d.paid = d.paid || o.received == due && d.fate != bad
}
