package bonus

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"
)

// Roll is how one kind of liability moved in a period, in one currency:
// opening + new − paid − forfeited + adjustments = closing. Deductions are
// negative. Opening is the closing that the period before recorded.
type Roll struct {
	Kind        Kind
	Currency    string
	Opening     decimal.Decimal
	New         decimal.Decimal // what was not there when the period began, whoever gets it
	Paid        decimal.Decimal
	Forfeited   decimal.Decimal
	Adjustments decimal.Decimal // of keys that were: late facts and corrections
	Closing     decimal.Decimal
}

// RollForward rolls every kind from the end of one period, then, to the end of
// the next, now. Both ledgers are of the same facts, so that a fact which was
// recorded late moves the adjustments. Then is empty before the first close.
func RollForward(then, now Ledger) []Roll {
	r := roller{}
	r.opening(now)
	before, known := stock(then), map[account]bool{}
	for a, s := range before {
		known[account{anybody(a.Key), a.currency}] = true
		roll := r.of(s.kind, a.currency)
		roll.Adjustments = roll.Adjustments.Sub(s.forfeited) // it left the stock before
		roll.Forfeited = roll.Forfeited.Sub(s.forfeited)
	}
	for a, s := range stock(now) {
		roll := r.of(s.kind, a.currency)
		roll.Forfeited = roll.Forfeited.Add(s.forfeited)
		if known[account{anybody(a.Key), a.currency}] {
			roll.Adjustments = roll.Adjustments.Add(s.open.Add(s.forfeited))
		} else {
			roll.New = roll.New.Add(s.open.Add(s.forfeited))
		}
	}
	r.paid(now)
	return r.close()
}

// worth is what one key is worth at the end of a period, before anything is
// paid for it.
type worth struct {
	kind            Kind
	open, forfeited decimal.Decimal
}

// stock is the worth of every key of a ledger.
func stock(l Ledger) map[account]worth {
	all := map[account]worth{}
	for _, due := range l.dues {
		a := account{due.Key, due.Currency}
		w := all[a]
		w.kind = due.Kind
		switch due.State {
		case Payable, Waiting:
			w.open = w.open.Add(due.Amount)
		case Forfeited:
			w.forfeited = w.forfeited.Add(due.Amount)
		}
		all[a] = w
	}
	return all
}

type rollOf struct {
	kind     Kind
	currency string
}

type roller map[rollOf]*Roll

func (r roller) of(k Kind, currency string) *Roll {
	id := rollOf{k, currency}
	if r[id] == nil {
		r[id] = &Roll{Kind: k, Currency: currency}
	}
	return r[id]
}

// opening takes over what the last closed period recorded. What was paid up to
// then is no adjustment; where the record says something else than the facts
// say today, that is.
func (r roller) opening(now Ledger) {
	last := now.Company.LastClosed()
	if last == nil {
		return
	}
	for _, b := range last.Body.RollForward {
		roll := r.of(Kind(b.Kind.S), currencyOf(now.Company, b.Currency.S))
		roll.Opening = b.Closing.Decimal
		roll.Adjustments = b.Closing.Neg()
	}
}

// paid counts what closed periods paid, and what this one pays.
func (r roller) paid(now Ledger) {
	for _, line := range now.Lines {
		roll := r.of(line.Kind, line.Currency)
		switch {
		case line.Closed:
			roll.Adjustments = roll.Adjustments.Sub(line.Amount)
		case line.due():
			roll.Paid = roll.Paid.Add(line.Amount)
		}
	}
}

func (r roller) close() []Roll {
	var out []Roll
	for _, roll := range r {
		roll.Closing = roll.Opening.Add(roll.New).Sub(roll.Paid).Sub(roll.Forfeited).Add(roll.Adjustments)
		out = append(out, *roll)
	}
	slices.SortFunc(out, func(a, b Roll) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Currency, b.Currency))
	})
	return out
}
