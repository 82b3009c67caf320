package bonus

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// Exposure is what one person has laid out of campaign costs and not got back,
// in one currency.
type Exposure struct {
	Person, Currency string
	Outstanding      decimal.Decimal // still to be paid back, should the sale come
	Refundable       decimal.Decimal // the part of it that the next pay day pays back
	Oldest           value.Day       // day of the oldest expense in it
	Days             int             // its age on the as-of day
}

// Exposures lists who has laid out what, by person and currency.
func (l Ledger) Exposures() []Exposure {
	index := map[holding]*Exposure{}
	for _, line := range l.Lines {
		if line.Kind != Advance || line.Closed || (line.State != Waiting && line.State != Payable) {
			continue
		}
		h := holding{line.Person, line.Currency}
		if index[h] == nil {
			index[h] = &Exposure{Person: line.Person, Currency: line.Currency, Oldest: line.SpentOn()}
		}
		index[h].add(line, l.Company.AsOf)
	}
	var out []Exposure
	for _, e := range index {
		out = append(out, *e)
	}
	slices.SortFunc(out, func(a, b Exposure) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Currency, b.Currency))
	})
	return out
}

func (e *Exposure) add(line Line, asOf value.Day) {
	e.Outstanding = e.Outstanding.Add(line.Amount)
	if line.State == Payable {
		e.Refundable = e.Refundable.Add(line.Amount)
	}
	e.Oldest = min(e.Oldest, line.SpentOn())
	e.Days = age(e.Oldest, asOf)
}

// SpentOn is the day of an advance's expense; the line itself bears the day on
// which its refund was earned.
func (l Line) SpentOn() value.Day {
	file, _, _ := strings.Cut(l.Key.Fact, "#")
	return fold.Classify(file).Date
}
