package bonus

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/value"
)

// Liability is what the company owes of one kind at the end of a month, in one
// currency: all that was earned by then, by what is known today, less what the
// closings up to then have paid.
type Liability struct {
	Month    value.Month
	Kind     Kind
	Currency string
	Earned   decimal.Decimal // in the month; what waits for a condition included
	Paid     decimal.Decimal // by the closing of the month
	Open     decimal.Decimal // earned and not paid, at the month's end
}

// Liabilities lists the months in which something was earned or paid, by month,
// kind and currency. What belongs to a later day, such as a bill that has not
// matured, counts in the month of the as-of day.
func (l Ledger) Liabilities() []Liability {
	index := map[Liability]*Liability{}
	at := func(m value.Month, line Line) *Liability {
		id := Liability{Month: m, Kind: line.Kind, Currency: line.Currency}
		if index[id] == nil {
			one := id
			index[id] = &one
		}
		return index[id]
	}
	for _, due := range l.dues {
		if (due.State == Payable || due.State == Waiting) && !due.Amount.IsZero() {
			one := at(min(due.On, l.Company.AsOf).Month(), due)
			one.Earned = one.Earned.Add(due.Amount)
		}
	}
	for _, line := range l.Lines {
		if line.Closed {
			one := at(line.Period, line)
			one.Paid = one.Paid.Add(line.Amount)
		}
	}
	return accumulate(index)
}

// accumulate carries what is open from month to month.
func accumulate(index map[Liability]*Liability) []Liability {
	var out []Liability
	for _, one := range index {
		out = append(out, *one)
	}
	slices.SortFunc(out, func(a, b Liability) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Currency, b.Currency))
	})
	open := map[rollOf]decimal.Decimal{}
	for i := range out {
		id := rollOf{out[i].Kind, out[i].Currency}
		open[id] = open[id].Add(out[i].Earned).Sub(out[i].Paid)
		out[i].Open = open[id]
	}
	return out
}
