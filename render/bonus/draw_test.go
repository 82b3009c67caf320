package bonus_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/schema/value"
)

// begin is the day on which the made-up companies import their deals.
var begin = value.MustDay("2026-01-05")

// drawer draws a world; what it draws first shrinks to the plainest.
type drawer struct{ *rapid.T }

// upTo draws evenly: rapid's own ranges prefer small numbers, which would leave
// most companies in their first weeks.
func (r drawer) upTo(n int) int { return evenly.Draw(r.T, "n") % (n + 1) }

var evenly = rapid.Custom(func(t *rapid.T) (n int) {
	for range 20 {
		n *= 2
		if rapid.Bool().Draw(t, "bit") {
			n++
		}
	}
	return n
})

func (r drawer) one(in int) bool { return r.upTo(in-1) == in-1 }

func (r drawer) days(least, most int) value.Day { return value.Day(least + r.upTo(most-least)) }

func pickOf[V any](r drawer, from ...V) V { return from[r.upTo(len(from)-1)] }

// anyWorld draws a company of up to most deals of one customer.
func anyWorld(t *rapid.T, most int) *world {
	r := drawer{t}
	w := &world{asOf: begin + r.days(30, 900)}
	for i := range 5 {
		p := person{id: fmt.Sprintf("p%d", i)}
		if i > 1 && r.one(4) {
			p.last = begin + r.days(30, 400)
			if r.one(3) {
				p.again = p.last + r.days(2, 100)
			}
		}
		w.people = append(w.people, p)
	}
	w.plans = append(w.plans, r.plan(0))
	for from := begin; r.one(3) && len(w.plans) < 3; {
		from += r.days(20, 300)
		w.plans = append(w.plans, r.plan(from))
	}
	for i := range 1 + r.upTo(most-1) {
		w.deals = append(w.deals, r.deal(w, i))
	}
	r.merge(w)
	return w
}

func (r drawer) plan(from value.Day) planOf {
	return planOf{
		from: from, accrual: pickOf(r, "order-paid", "order-paid", "receipt"), bills: pickOf(r, "maturity", "receipt", "discount"),
		development: pickOf(r, "increment", "all"), amount: pickOf(r, "preset-minimum", "preset-minimum", "decided"),
		least:   map[string]int64{"sample": pickOf[int64](r, 100000, 120050), "audit": pickOf[int64](r, 100000, 0), "listing": pickOf[int64](r, 300000, 333300), "development": pickOf[int64](r, 0, 77777)},
		advance: pickOf(r, 20, 15, 33), leavers: pickOf(r, "others", "company", "keep"),
		setOff: pickOf(r, "bonus", "all"), compensated: "no", deductionCap: pickOf(r, 100, 50, 33),
	}
}

func (r drawer) deal(w *world, n int) *deal {
	d := &deal{id: fmt.Sprintf("acme-d%d", n), currency: pickOf(r, "CNY", "CNY", "CNY", "JPY", "USD"), day0: begin}
	d.route = pickOf(r, "formal", "facilitating", "selling")
	now := d.day0
	if d.route == "facilitating" {
		now = r.facilitate(w, d)
	} else {
		d.agreed, d.formal = begin-30, begin-30
	}
	if d.route == "selling" && r.one(2) {
		d.volume = &volume{won: now + 40, baseline: int64(r.upTo(30)) * 100000}
		now = d.volume.won
		r.reach(w, d, "development", now)
	}
	r.campaign(w, d)
	if len(d.expenses) == 0 {
		d.settled = 0 // nothing was held
	}
	if d.agreed == 0 {
		return d
	}
	if d.formal != 0 {
		r.contract(w, d)
	}
	for i := range r.upTo(3) {
		r.order(w, d, i, now)
	}
	return d
}

// facilitate draws how far a deal gets on its way to the formal contract. It
// returns the day from which orders come.
func (r drawer) facilitate(w *world, d *deal) value.Day {
	now, far := d.day0+50, r.upTo(5)
	if r.one(4) {
		for range 1 + r.upTo(1) {
			p := penalised{on: d.day0 + 41, person: pickOf(r, "p0", "p1", ""), amount: int64(50 + r.upTo(500000))}
			if r.one(3) {
				p.withdrawn = p.on + r.days(0, 200)
			}
			d.penalties = append(d.penalties, p)
		}
	}
	for k, name := range []string{"sample", "audit", "listing"} {
		if far > k {
			now += r.days(5, 60)
			r.reach(w, d, name, now)
		}
	}
	switch {
	case far >= 3:
		d.agreed = now
		if far >= 4 {
			d.formal = now + r.days(0, 40)
		}
	case far < 2 && r.one(2):
		for _, x := range d.decisions {
			now = max(now, x.on) // later it is refused (GD-15)
		}
		r.stop(d, now+r.days(3, 60))
	}
	return now
}

// reach reaches a milestone, about which something may be decided later.
func (r drawer) reach(w *world, d *deal, name string, on value.Day) {
	d.milestones = append(d.milestones, milestone{name, on})
	if !r.one(2) {
		return
	}
	x := decision{name, on + r.days(0, 40), (333300 + int64(r.upTo(1000))) / r.unit(d) * r.unit(d), nil}
	if r.one(2) {
		x.shares = r.shares(w)
	}
	d.decisions = append(d.decisions, x)
}

func (r drawer) stop(d *deal, on value.Day) {
	d.stopped, d.disposition = on, pickOf(r, "hold", "refund", "forfeit")
	if d.disposition == "hold" && r.one(2) {
		d.settled, d.settlement, d.part = on+r.days(0, 100), pickOf(r, "refund", "part", "forfeit"), 1+r.upTo(98)
	}
}

// campaign draws what one campaign costs while the deal is alive.
func (r drawer) campaign(w *world, d *deal) {
	for i := range r.upTo(3) {
		on := d.day0 + 6 + r.days(0, 30)
		if d.agreed != 0 {
			on = d.day0 + 6 + r.days(0, 400)
		}
		e := expense{n: i, on: on, person: pickOf(r, "p0", "p1"), amount: int64(1+r.upTo(200000)) * r.unit(d)}
		if r.one(4) {
			e.corrected, e.really = on+r.days(0, 200), int64(1+r.upTo(200000))*r.unit(d)
		}
		if d.settled == 0 && r.one(4) { // recorded by mistake, and perhaps anew
			e.withdrawn = max(on, e.corrected+1) + r.days(0, 300)
			if again := e; r.one(2) {
				again.n, again.on, again.corrected, again.withdrawn = i+5, on+1, 0, 0
				d.expenses = append(d.expenses, again)
			}
		}
		d.expenses = append(d.expenses, e)
	}
}

func (r drawer) contract(w *world, d *deal) {
	on := max(d.formal, d.day0)
	for {
		d.terms = append(d.terms, r.termsOf(w, d, on))
		if len(d.terms) == 3 || !r.one(3) {
			return
		}
		on += r.days(1, 200)
	}
}

func (r drawer) termsOf(w *world, d *deal, on value.Day) *terms {
	t := &terms{on: on, shares: r.shares(w), accrual: pickOf(r, "", "", "order-paid", "receipt")}
	rate := func() string { return pickOf(r, "2%", "1%", "3%", "1/3", "1.255%", "0.5%", "100%", "0%") }
	limit := int64(0)
	for len(t.steps) < 2 && r.one(3) {
		limit += int64(1+r.upTo(100)) * 10000
		t.steps = append(t.steps, step{limit, rate()})
	}
	t.steps = append(t.steps, step{0, rate()})
	if len(t.steps) == 1 && r.one(4) {
		t.corrected, t.rate = on+r.days(0, 300), rate()
	}
	if r.one(4) {
		t.cap = int64(1+r.upTo(100000)) * r.unit(d)
	}
	if r.one(5) {
		t.until = on + r.days(0, 300)
	}
	return t
}

// shares draws exact fractions for some of the people.
func (r drawer) shares(w *world) []shareOf {
	people := rapid.Permutation([]string{"p0", "p1", "p2", "p3", "p4"}).Draw(r.T, "people")
	switch r.upTo(4) {
	case 1:
		return []shareOf{{people[0], "60%"}, {people[1], "40%"}}
	case 2:
		return []shareOf{{people[0], "1/3"}, {people[1], "1/3"}, {people[2], "1/3"}}
	case 3:
		return []shareOf{{people[0], "1/7"}, {people[1], "2/7"}, {people[2], "4/7"}}
	case 4:
		return []shareOf{{people[0], "0.125"}, {people[1], "1/8"}, {people[2], "1/4"}, {people[3], "50%"}}
	}
	return []shareOf{{people[0], "1"}}
}

// unit is the smallest unit of a deal's currency, in cents.
func (r drawer) unit(d *deal) int64 { return unitOf(d.currency) }

func (r drawer) order(w *world, d *deal, n int, from value.Day) {
	o := &order{deal: d, name: fmt.Sprintf("so-%d", n), on: from + r.days(1, 120), tax: pickOf(r, 13, 6, 0, 9)}
	o.price = pickOf[int64](r, 11300, 10000, 5600, 22700, 123400)
	if d.currency == "JPY" {
		o.price *= 100
	}
	o.tagged = d.volume != nil && r.one(2)
	o.instalments = pickOf(r,
		[]instalment{{"all", 100, 0}}, []instalment{{"deposit", 30, 0}, {"rest", 70, 0}},
		[]instalment{{"main", 90, 0}, {"kept", 10, 6}}, []instalment{{"deposit", 30, 0}, {"main", 65, 0}, {"kept", 5, 1}})
	if r.one(2) {
		o.accepted = o.on + r.days(6, 60)
		if r.one(3) {
			o.returned, o.pieces = o.accepted+r.days(2, 120), int64(1+r.upTo(50))
		}
		r.invoice(o)
	}
	d.orders = append(d.orders, o)
	for _, i := range o.instalments {
		r.pay(w, o, i)
	}
}

// invoice draws an invoice of an accepted order and what is credited of it.
func (r drawer) invoice(o *order) {
	if !r.one(2) {
		return
	}
	o.invoiced = o.accepted + 1
	if r.one(2) {
		unit := unitOf(o.deal.currency)
		o.credited, o.credit = o.invoiced+r.days(1, 150), max(1, o.net()/unit*int64(r.upTo(100))/100)*unit
		o.rewritten = o.returned == 0 && r.one(3)
	}
}

// pay draws what comes in for one instalment, and what is let off.
func (r drawer) pay(w *world, o *order, i instalment) {
	amount, unit := o.worth()*i.share/100, unitOf(o.deal.currency)
	switch r.upTo(5) {
	case 0, 1:
		r.receive(w, o, i, amount)
	case 2:
		first := (amount * int64(1+r.upTo(98)) / 100) / unit * unit
		r.receive(w, o, i, first)
		r.receive(w, o, i, amount-first)
	case 3:
		rest := int64(1+r.upTo(2)) * 100
		r.receive(w, o, i, amount-rest)
		kind := pickOf(r, "small-difference", "write-off", "deduction")
		o.settlings = append(o.settlings, settling{kind, i.name, o.on + r.days(10, 200), rest})
	case 4:
		r.receive(w, o, i, amount)
		off := (amount*int64(1+r.upTo(20))/100)/unit*unit + unit
		o.settlings = append(o.settlings, settling{"deduction", i.name, o.on + r.days(10, 200), off})
	}
}

func (r drawer) receive(w *world, o *order, i instalment, amount int64) {
	x := &receipt{n: len(w.receipts), on: o.on + r.days(4, 200), kind: "transfer", allocations: []allocation{{o, i.name, amount}}}
	if i.months > 0 && r.one(2) {
		x.on += value.Day(31 * i.months)
	}
	if r.one(4) {
		x.kind, x.maturity = pickOf(r, "bank-bill", "commercial-bill"), x.on+r.days(1, 150)
		if r.one(3) {
			x.sold = min(x.on+r.days(1, 60), x.maturity)
		}
		if r.one(3) {
			x.dishonoured = x.maturity + r.days(0, 5)
		}
	}
	if x.dishonoured == 0 && x.sold == 0 && r.one(12) {
		x.voided = x.on + r.days(1, 100)
	}
	w.receipts = append(w.receipts, x)
	if x.voided != 0 && r.one(2) { // recorded anew
		again := &receipt{n: len(w.receipts), on: x.voided + r.days(0, 60), kind: "transfer", allocations: slices.Clone(x.allocations)}
		w.receipts = append(w.receipts, again)
	}
}

// merge lets one bank line pay what two would have.
func (r drawer) merge(w *world) {
	var kept []*receipt
	for _, x := range w.receipts {
		if n := len(kept); n > 0 && r.one(5) && kept[n-1].joins(x) {
			kept[n-1].allocations = append(kept[n-1].allocations, x.allocations...)
			kept[n-1].on = max(kept[n-1].on, x.on)
			continue
		}
		kept = append(kept, x)
	}
	w.receipts = kept
}

func (x *receipt) joins(y *receipt) bool {
	return x.kind == "transfer" && y.kind == "transfer" && x.voided == 0 && y.voided == 0 &&
		x.allocations[0].order.deal.currency == y.allocations[0].order.deal.currency
}
