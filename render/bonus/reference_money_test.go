package bonus_test

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/dealgate/dealgate/schema/value"
)

// money is one allocation as far as it counts.
type money struct {
	receipt    *receipt
	order      *order
	instalment instalment
	on         value.Day // its business date
	amount     int64     // cents with tax that came in
	counts     int64     // of it: not for goods that came back, not deducted
}

// businessDate: a bill earns at maturity, when it is sold to a bank before, or
// when it is received, as the plan of the day of its receipt says; any other
// money when it comes in.
func (w *world) businessDate(x *receipt) value.Day {
	bills := w.plan(x.on).bills
	switch {
	case x.maturity == 0, bills == "receipt":
		return x.on
	case bills == "discount" && x.sold != 0 && x.sold <= w.asOf:
		return x.sold
	}
	return x.maturity
}

// received lists what came in for an order, without what was dishonoured or
// recorded in error, in the order of business dates.
func (w *world) received(o *order) []*money {
	var all []*money
	for _, x := range w.receipts {
		undone := func(day value.Day) bool { return day != 0 && day <= w.asOf }
		if x.on > w.asOf || undone(x.dishonoured) || undone(x.voided) {
			continue
		}
		for _, a := range x.allocations {
			if a.order == o {
				i := o.instalments[slices.IndexFunc(o.instalments, func(i instalment) bool { return i.name == a.instalment })]
				all = append(all, &money{receipt: x, order: o, instalment: i, on: w.businessDate(x), amount: a.amount, counts: a.amount})
			}
		}
	}
	slices.SortStableFunc(all, inTime)
	w.credit(o, all)
	return all
}

// inTime orders money by its business date, then by its file.
func inTime(a, b *money) int {
	return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.receipt.path(), b.receipt.path()))
}

// credit takes what came in beyond the worth of the order, after returns and
// deductions or what was credited where that is more, from the money that came
// last.
func (w *world) credit(o *order, all []*money) {
	worth := w.worthOn(o, w.asOf)
	for _, s := range o.settlings {
		if s.kind == "deduction" && s.on <= w.asOf {
			worth -= s.amount
		}
	}
	worth = min(worth, o.price*100-w.givenUp(o))
	for _, m := range all {
		m.counts = min(m.amount, max(worth, 0))
		worth -= m.counts
	}
}

// givenUp is what a red-letter invoice took back and no new one replaced.
func (w *world) givenUp(o *order) int64 {
	if o.credited == 0 || o.credited > w.asOf || o.rewritten && o.credited+1 <= w.asOf {
		return 0
	}
	return o.credit + o.taxOn(o.credit)
}

// worthOn is what the order is worth after the returns up to a day.
func (w *world) worthOn(o *order, day value.Day) int64 {
	if o.returned != 0 && o.returned <= min(day, w.asOf) {
		return o.price * (100 - o.pieces)
	}
	return o.price * 100
}

// paidOn is the first day on which every instalment is paid but for retention
// that is not yet due; what is written off was never paid.
func (w *world) paidOn(o *order) value.Day {
	var days []value.Day
	all := w.received(o)
	for _, m := range all {
		days = append(days, m.on)
	}
	for _, s := range o.settlings {
		days = append(days, s.on)
	}
	days = append(days, o.returned, o.accepted)
	slices.Sort(days)
	for _, day := range days {
		if day >= o.on && day <= w.asOf && w.paidBy(o, all, day) {
			return day
		}
	}
	return 0
}

func (w *world) paidBy(o *order, all []*money, day value.Day) bool {
	cash := false
	for _, i := range o.instalments {
		open := w.worthOn(o, day) * i.share / 100
		for _, m := range all {
			if m.instalment == i && m.on <= day {
				open -= m.amount
				cash = true
			}
		}
		for _, s := range o.settlings {
			if s.instalment == i.name && s.on <= day && s.kind != "write-off" {
				open -= s.amount
			}
		}
		if notDue := i.months > 0 && !w.due(o, i, day); open > 0 && !notDue {
			return false
		}
	}
	return cash
}

// due reports whether a retention is due on a day: months after everything was
// accepted, which a rejection undoes and the return of what was rejected mends.
func (w *world) due(o *order, i instalment, day value.Day) bool {
	accepted := o.accepted
	if o.returned != 0 && o.rejected() <= w.asOf {
		accepted = o.returned
	}
	return accepted != 0 && accepted <= w.asOf && accepted.AddMonths(i.months) <= day
}

// rejected is the day before goods come back.
func (o *order) rejected() value.Day { return o.returned - 1 }

// commission: 4.1-N4, G-17, G-18 and TD-08.
func (w *world) commission(d *deal, out dues) {
	var all []*money
	for _, o := range d.orders {
		if o.on <= w.asOf {
			all = append(all, w.received(o)...)
		}
	}
	slices.SortStableFunc(all, inTime)
	net, year, earned := new(big.Rat), map[int]int64{}, []*earning(nil)
	for _, m := range all {
		t := w.termsOn(d, m.on)
		before := year[m.on.Year()]
		year[m.on.Year()] += m.counts
		if d.formal == 0 || d.formal > min(m.on, w.asOf) || t == nil || (t.until != 0 && t.until < m.on) {
			continue
		}
		basis := m.counts
		if m.order.tagged && w.plan(m.on).development == "increment" {
			basis = min(basis, max(0, before+m.counts-d.volume.baseline))
		}
		part := new(big.Rat).SetFrac64(basis*100, int64(100+m.order.tax))
		whole := roundTo(unitOf(d.currency), earn(w.steps(t), net, part))
		net.Add(net, part)
		state, on := w.accrual(m, t)
		earned = append(earned, &earning{m, t, whole, state, on})
	}
	slices.SortStableFunc(earned, func(a, b *earning) int { // what has accrued first
		return cmp.Or(cmp.Compare(a.state, b.state), cmp.Compare(a.on, b.on))
	})
	paid := int64(0)
	for _, e := range earned {
		if e.terms.cap != 0 {
			e.whole = min(e.whole, max(0, e.terms.cap-paid))
		}
		paid += e.whole
		w.pay(d, e, out)
	}
}

// earning is what one part of the money earns, and since when.
type earning struct {
	*money
	terms *terms
	whole int64
	state string // payable or waiting
	on    value.Day
}

// accrual is when what a part of the money earns is owed.
func (w *world) accrual(m *money, t *terms) (state string, on value.Day) {
	state, on = "payable", m.on
	if cmp.Or(t.accrual, w.plan(m.on).accrual) == "order-paid" {
		if paid := w.paidOn(m.order); paid != 0 {
			on = max(on, paid)
		} else {
			state = "waiting"
		}
	}
	if m.on > w.asOf {
		state = "waiting"
	}
	return state, on
}

// pay gives a commission to those it belongs to, when it accrues.
func (w *world) pay(d *deal, e *earning, out dues) {
	m, on := e.money, e.on
	if e.state == "waiting" { // it accrues after today
		on = max(on, w.asOf)
	}
	what := m.order.name + "/" + m.instalment.name + " " + lastOf(m.receipt.path())
	for who, cents := range w.split(d, new(big.Rat).SetInt64(e.whole), e.terms.shares, on) {
		out.add(cents, "commission", who, d.id, what, w.stateFor(who, on, e.state), on)
	}
}

// termsOn are the terms in force on a day, as far as they are known.
func (w *world) termsOn(d *deal, day value.Day) (in *terms) {
	for _, t := range d.terms {
		if t.on <= min(day, w.asOf) {
			in = t
		}
	}
	return in
}

// steps are the rates of terms, as far as they are known.
func (w *world) steps(t *terms) []step {
	if t.corrected != 0 && t.corrected <= w.asOf {
		return []step{{0, t.rate}}
	}
	return t.steps
}

// earn is what a part of the money earns that comes after so much net already:
// each step of the ladder on what lies in it, its limit included.
func earn(steps []step, before, part *big.Rat) *big.Rat {
	sum, from := new(big.Rat), new(big.Rat)
	after := new(big.Rat).Add(before, part)
	for _, s := range steps {
		low, high := greater(before, from), after
		if s.upTo != 0 {
			from = new(big.Rat).SetInt64(s.upTo)
			high = smaller(after, from)
		}
		if in := new(big.Rat).Sub(high, low); in.Sign() > 0 {
			sum.Add(sum, in.Mul(in, ratOf(s.rate)))
		}
	}
	return sum
}

func greater(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) > 0 {
		return a
	}
	return b
}

func smaller(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}
