package fold

import (
	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// collectAllocations gathers what the customer's receipts pay of this deal's
// orders. A dishonoured bill counts until the day of its dishonour.
func (e *engine) collectAllocations() {
	e.allocations = map[string][]Allocation{}
	dishonoured := map[string]value.Day{}
	for _, f := range e.d.Customer.Receipts {
		if b := f.Body.(*fact.Receipt); b.Dishonours.S != "" && f.Date <= e.c.AsOf {
			dishonoured[f.sibling(b.Dishonours.S)] = f.Date
		}
	}
	for _, f := range e.d.Customer.Receipts {
		b := f.Body.(*fact.Receipt)
		for k, a := range b.Allocations {
			if a.Deal.S != e.d.ID {
				continue
			}
			e.allocations[a.Order.S] = append(e.allocations[a.Order.S], Allocation{
				Receipt: f, Body: b, Instalment: a.Instalment.S, Amount: a.Amount.Decimal, On: f.Date,
				Earns: e.earns(f, b), Until: dishonoured[f.Path], Index: k,
			})
		}
	}
}

// earns is the day on which a receipt counts as money: a bill when it matures,
// unless policy says that it counts on receipt (G-17).
func (e *engine) earns(f *Fact, b *fact.Receipt) value.Day {
	if b.Maturity.Day != 0 && e.c.Policy.Commission.BillsEarn.S == "maturity" {
		return max(f.Date, b.Maturity.Day)
	}
	return f.Date
}

// sibling is the path of a file named next to this one.
func (f *Fact) sibling(name string) string { return f.Path[:len(f.Path)-len(f.name())] + name }

// Holds reports whether the allocation counts as received on a day.
func (a Allocation) Holds(day value.Day) bool {
	return a.On <= day && (a.Until == 0 || day < a.Until)
}

// Earned reports whether the allocation counts as money on a day.
func (a Allocation) Earned(day value.Day) bool { return a.Holds(day) && a.Earns <= day }

// Received sums what was received for an instalment by a day, bills included.
func (o *Order) Received(instalment string, day value.Day) decimal.Decimal {
	return o.sum(instalment, day, Allocation.Holds)
}

// Earned sums what counts as money for an instalment by a day.
func (o *Order) Earned(instalment string, day value.Day) decimal.Decimal {
	return o.sum(instalment, day, Allocation.Earned)
}

func (o *Order) sum(instalment string, day value.Day, counts func(Allocation, value.Day) bool) decimal.Decimal {
	sum := decimal.Zero
	for _, a := range o.Allocations {
		if a.Instalment == instalment && counts(a, day) {
			sum = sum.Add(a.Amount)
		}
	}
	return sum
}

// Open is what is still to be received for an instalment on a day.
func (o *Order) Open(i Instalment, day value.Day) decimal.Decimal {
	return decimal.Max(i.Amount.Sub(i.Settled).Sub(o.Received(i.Name, day)), decimal.Zero)
}

// Balance is what is still to be received for the whole order.
func (o *Order) Balance(day value.Day) decimal.Decimal {
	sum := decimal.Zero
	if o.voided {
		return sum
	}
	for _, i := range o.Instalments {
		sum = sum.Add(o.Open(i, day))
	}
	return sum
}

// Overdue is the part of the balance whose due date and grace have passed.
func (o *Order) Overdue(day, grace value.Day) decimal.Decimal {
	sum := decimal.Zero
	if o.voided {
		return sum
	}
	for _, i := range o.Instalments {
		if i.Due != 0 && i.Due+grace < day {
			sum = sum.Add(o.Open(i, day))
		}
	}
	return sum
}

// PaidInFull reports whether every instalment counts as money, retention that
// is not yet due left aside (G-17).
func (o *Order) PaidInFull(day value.Day) bool {
	for _, i := range o.Instalments {
		if i.Retention && (i.Due == 0 || i.Due > day) {
			continue
		}
		if o.Earned(i.Name, day).Add(i.Settled).LessThan(i.Amount) {
			return false
		}
	}
	return len(o.Instalments) > 0
}

// PaidInFullOn is the day on which the order became paid in full, 0 if it is
// not on the given day.
func (o *Order) PaidInFullOn(until value.Day) value.Day {
	if !o.PaidInFull(until) {
		return 0
	}
	on := o.Confirmed
	for _, a := range o.Allocations {
		retention := false
		for _, i := range o.Instalments {
			retention = retention || (i.Name == a.Instalment && i.Retention)
		}
		if !retention && a.Earned(until) {
			on = max(on, a.Earns)
		}
	}
	return on
}

// Realised reports whether the sale is realised: the order was obtained, its
// goods accepted, and it was paid (4.1-R8).
func (o *Order) Realised(day value.Day) bool {
	return o.AcceptedOn != 0 && o.AcceptedOn <= day && o.anythingKept() && o.PaidInFull(day)
}

func (o *Order) anythingKept() bool { return o.imported || o.Total().IsPositive() }

// Void reports whether the order came to nothing.
func (o *Order) Void() bool { return o.voided }

// clockDays are the days on which time alone changes what is due or paid.
func (o *Order) clockDays(grace value.Day) []value.Day {
	var days []value.Day
	for _, i := range o.Instalments {
		if i.Due != 0 {
			days = append(days, i.Due, i.Due+grace+1)
		}
	}
	for _, a := range o.Allocations {
		days = append(days, a.On, a.Earns)
		if a.Until != 0 {
			days = append(days, a.Until)
		}
	}
	return days
}

// SettledCash sums compensation received for the order's claims.
func (o *Order) SettledCash() decimal.Decimal {
	sum := decimal.Zero
	for _, c := range o.Claims {
		sum = sum.Add(c.Received)
	}
	return sum
}
