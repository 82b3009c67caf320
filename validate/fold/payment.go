package fold

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// collectAllocations gathers what the customer's receipts pay of this deal's
// orders. A dishonoured bill counts until the day of its dishonour.
func (e *engine) collectAllocations() {
	e.allocations = map[string][]Allocation{}
	refused, sold := e.fates()
	for _, f := range e.d.Customer.Receipts {
		b := f.Body.(*fact.Receipt)
		for k, a := range b.Allocations {
			if a.Deal.S != e.d.ID {
				continue
			}
			e.allocations[a.Order.S] = append(e.allocations[a.Order.S], Allocation{
				Receipt: f, Body: b, Instalment: a.Instalment.S, Amount: a.Amount.Decimal, On: f.Date,
				Earns: e.earns(f, b, sold[f.Path]), Until: refused[f.Path].day(), Index: k, Refused: refused[f.Path], Sold: sold[f.Path],
			})
		}
	}
}

// fates say which bills were refused, and which were sold to a bank, by the path
// of their receipt.
func (e *engine) fates() (refused, sold map[string]*Fact) {
	refused, sold = map[string]*Fact{}, map[string]*Fact{}
	for _, f := range e.d.Customer.Receipts {
		b := f.Body.(*fact.Receipt)
		if f.Date > e.c.AsOf {
			continue
		}
		if b.Dishonours.S != "" {
			refused[f.sibling(b.Dishonours.S)] = f
		}
		if b.Discounts.S != "" {
			sold[f.sibling(b.Discounts.S)] = f
		}
	}
	return refused, sold
}

// earns is the day on which a receipt counts as money: a bill when it matures,
// unless the plan of the day on which it came says that it counts on receipt, or
// when it is discounted before (G-17).
func (e *engine) earns(f *Fact, b *fact.Receipt, sold *Fact) value.Day {
	if b.Maturity.Day == 0 {
		return f.Date
	}
	switch e.c.PlanOn(f.Date).Commission.BillsEarn.S {
	case "receipt":
		return f.Date
	case "discount":
		if sold != nil {
			return max(f.Date, min(sold.Date, b.Maturity.Day))
		}
	}
	return max(f.Date, b.Maturity.Day)
}

// day is the fact's date, 0 where there is none.
func (f *Fact) day() value.Day {
	if f == nil {
		return 0
	}
	return f.Date
}

// sibling is the path of a file named next to this one.
func (f *Fact) sibling(name string) string { return f.Path[:len(f.Path)-len(f.name())] + name }

// Holds reports whether the allocation counts as received on a day.
func (a Allocation) Holds(day value.Day) bool {
	return a.On <= day && (a.Until == 0 || day < a.Until)
}

// dishonoured reports whether the bill was refused by a day.
func (a Allocation) dishonoured(by value.Day) bool { return a.Until != 0 && a.Until <= by }

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
	return decimal.Max(i.Amount.Sub(i.Settled).Sub(i.WrittenOff).Sub(o.Received(i.Name, day)), decimal.Zero)
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
// is not yet due left aside (G-17). What was written off was never paid.
func (o *Order) PaidInFull(day value.Day) bool { return o.paidInFull(day, day) }

// paidInFull looks back at a day with what is known later: a bill that was
// dishonoured by then has never paid anything. Without any money an order is
// paid only where nothing was ever owed for what was kept.
func (o *Order) paidInFull(day, known value.Day) bool {
	book, cash := o.bookOn(day), decimal.Zero
	for k, i := range o.Instalments {
		earned := o.sum(i.Name, day, func(a Allocation, day value.Day) bool { return a.Earned(day) && !a.dishonoured(known) })
		cash = cash.Add(earned)
		if i.Retention && (i.Due == 0 || i.Due > day) {
			continue
		}
		if k >= len(book.owed) || earned.LessThan(book.owed[k]) {
			return false
		}
	}
	return len(o.Instalments) > 0 && (cash.IsPositive() || book.free)
}

// PaidInFullOn is the first day on which the accepted order was paid in full,
// as known on a day; 0 if it never was. Retention that becomes due later, or
// goods that come back, do not undo it.
func (o *Order) PaidInFullOn(known value.Day) value.Day {
	if o.Confirmed == 0 {
		return 0
	}
	return o.firstDay(o.Confirmed, known, func(day value.Day) bool { return o.paidInFull(day, known) })
}

// RealisedOn is the first day on which the sale was realised, as known on a
// day; 0 if it never was (4.1-R8).
func (o *Order) RealisedOn(known value.Day) value.Day {
	return o.firstDay(0, known, func(day value.Day) bool { return o.bookOn(day).accepted && o.paidInFull(day, known) })
}

// firstDay is the first day from one day to another on which something holds
// that can only begin when money counts or what is owed changes.
func (o *Order) firstDay(from, to value.Day, holds func(value.Day) bool) value.Day {
	days := []value.Day{from}
	for _, a := range o.Allocations {
		days = append(days, a.Earns)
	}
	for _, b := range o.books {
		days = append(days, b.on)
	}
	slices.Sort(days)
	for _, day := range days {
		if day >= from && day <= to && holds(day) {
			return day
		}
	}
	return 0
}

// Unearned is what of an order's instalments does not count as money yet,
// retention that is not yet due left aside.
func (o *Order) Unearned(day value.Day) decimal.Decimal {
	sum := decimal.Zero
	for _, i := range o.Instalments {
		if !i.Retention || (i.Due != 0 && i.Due <= day) {
			sum = sum.Add(decimal.Max(i.Amount.Sub(i.Settled).Sub(o.Earned(i.Name, day)), decimal.Zero))
		}
	}
	return sum
}

// WrittenOff sums what of an order is owed but no longer collected.
func (o *Order) WrittenOff() decimal.Decimal {
	sum := decimal.Zero
	for _, i := range o.Instalments {
		sum = sum.Add(i.WrittenOff)
	}
	return sum
}

// book is how an order stood from a day on: what was owed for each instalment,
// deductions taken off, and whether its goods were accepted and kept.
type book struct {
	on       value.Day
	owed     []decimal.Decimal
	total    decimal.Decimal // zero once the order is void
	free     bool            // nothing was to be paid, and nothing was given up
	shipped  bool            // all that is still wanted
	accepted bool
}

func (b book) equal(o book) bool {
	return b.free == o.free && b.shipped == o.shipped && b.accepted == o.accepted && b.total.Equal(o.total) && slices.EqualFunc(b.owed, o.owed, decimal.Decimal.Equal)
}

// keep remembers how the order stands where that has changed, so that one can
// look back.
func (o *Order) keep(day value.Day) {
	b := book{on: day, owed: make([]decimal.Decimal, len(o.Instalments)), shipped: o.allShipped(), accepted: o.AcceptedOn != 0 && o.anythingKept()}
	if b.free = true; !o.voided {
		b.total = o.Total()
	}
	for k, i := range o.Instalments {
		b.owed[k] = i.Amount.Sub(i.Settled)
		b.free = b.free && !i.Amount.IsPositive() && !i.Settled.IsPositive()
	}
	if n := len(o.books); n > 0 && o.books[n-1].equal(b) {
		return
	}
	o.books = append(o.books, b)
}

func (o *Order) bookOn(day value.Day) book {
	for k := len(o.books) - 1; k >= 0; k-- {
		if o.books[k].on <= day {
			return o.books[k]
		}
	}
	return book{}
}

// TotalOn is what Total was on a day: nothing before the order came, and once
// it was void.
func (o *Order) TotalOn(day value.Day) decimal.Decimal { return o.bookOn(day).total }

// ShippedInFullOn is the first day on which all that was wanted had been
// shipped, 0 if that never was so.
func (o *Order) ShippedInFullOn() value.Day {
	for _, b := range o.books {
		if b.shipped {
			return b.on
		}
	}
	return 0
}

func (o *Order) allShipped() bool {
	for _, l := range o.Lines {
		if l.Shipped.LessThan(l.Wanted()) {
			return false
		}
	}
	return o.Shipped != 0
}

// Realised reports whether the sale is realised: the order was obtained, its
// goods accepted, and it was paid (4.1-R8).
func (o *Order) Realised(day value.Day) bool {
	return o.bookOn(day).accepted && o.PaidInFull(day)
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
