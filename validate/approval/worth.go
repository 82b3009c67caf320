package approval

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// worth is the sum that a fact puts on the table, for the limit of a
// delegation. Without one nobody can say that it is within a limit. Where the
// fact names none, it is what the whole deal is expected to bring.
type worth struct {
	Known    bool
	Expected bool
	Amount   decimal.Decimal
	Currency string
}

func (w *worth) join(o worth) {
	if !w.Known || o.Known && o.Amount.GreaterThan(w.Amount) {
		*w = o
	}
}

// worthOf is what a closing pays, the worth of an order, the largest sum of
// money that a fact names, or what the deal is expected to bring in a year, and
// no less than any sum that was ever stated in it.
func (d *asker) worthOf(s subject) worth {
	f := s.current
	if f == nil {
		f = s.record
	}
	switch b := f.Body.(type) {
	case *fact.PayoutClose:
		return d.paying(b, nil)
	case *fact.PayoutPaid:
		return d.paid(b)
	case *fact.Order:
		w := worth{Known: true, Currency: d.currency(s)}
		for _, line := range b.Lines {
			w.Amount = w.Amount.Add(line.Quantity.Mul(line.Price.Decimal))
		}
		return w
	}
	w := worth{Currency: d.currency(s)}
	fact.Each(f.Body, f.Step.Fields, func(field schema.Field, a value.Amount) {
		if field.Kind == schema.KindMoney && (!w.Known || a.GreaterThan(w.Amount)) {
			w.Known, w.Amount = true, a.Decimal
		}
	})
	if !w.Known && s.deal != nil {
		for _, deal := range slices.Compact([]*fold.Deal{s.deal, d.base.Deal(s.deal.Dir)}) { // not lowered by the change itself
			w.join(expected(deal))
			w.join(d.stated(deal))
		}
	}
	return w
}

// stated is the largest sum that any fact of a deal has ever stated, also one
// that was corrected or voided since. Money terms state limits, no sums.
func (d *asker) stated(deal *fold.Deal) worth {
	if deal == nil {
		return worth{}
	}
	w := worth{Expected: true, Currency: deal.Currency}
	for _, f := range deal.Records {
		if d.until != 0 && f.Date > d.until {
			continue
		}
		most := decimal.Zero
		switch b := f.Body.(type) {
		case *fact.Order:
			for _, line := range b.Lines {
				most = most.Add(line.Quantity.Mul(line.Price.Decimal))
			}
		default:
			if f.Process != "terms" {
				most = largest(f)
			}
		}
		w.Known, w.Amount = w.Known || most.IsPositive(), decimal.Max(w.Amount, most)
	}
	w.Known = w.Known && deal.Header != nil && deal.Header.Expected.Set // what a deal spends says nothing of what it brings
	return w
}

// largest is the largest sum of money that a fact names.
func largest(f *fold.Fact) decimal.Decimal {
	most := decimal.Zero
	fact.Each(f.Body, f.Step.Fields, func(field schema.Field, a value.Amount) {
		if field.Kind == schema.KindMoney {
			most = decimal.Max(most, a.Decimal)
		}
	})
	return most
}

// currency is the one in which a fact names its sums: a receipt's is that of
// what it pays.
func (d *asker) currency(s subject) string {
	if s.deal != nil {
		return s.deal.Currency
	}
	if b, ok := s.record.Body.(*fact.Receipt); ok {
		for _, a := range b.Allocations {
			if deal := d.head.Deal(a.Deal.S); deal != nil {
				return deal.Currency
			}
		}
	}
	return d.base.Policy.Currency.S
}

// paying is what a closing pays to those who count, by name or id, everybody
// where counts is nil. Sums of several currencies cannot be added: then it is
// the one that is not the company's, which is within no limit.
func (d *asker) paying(b *fact.PayoutClose, counts func(value.Text) bool) worth {
	own := d.base.Policy.Currency.S
	w := worth{Known: true, Currency: own}
	for _, t := range b.Totals {
		if counts != nil && !counts(t.Person) {
			continue
		}
		if in := cmp.Or(t.Currency.S, own); in != own {
			return worth{Known: true, Amount: t.Pay.Decimal, Currency: in}
		}
		w.Amount = w.Amount.Add(t.Pay.Decimal)
	}
	return w
}

// paid is what the closing of a period pays to those whom a payment names.
func (d *asker) paid(b *fact.PayoutPaid) worth {
	closed := d.head.Payout(b.Period.Month)
	if closed == nil {
		return worth{}
	}
	if len(b.Persons) == 0 {
		return d.paying(closed.Body, nil)
	}
	named := map[*fold.Person]bool{}
	for _, t := range b.Persons {
		named[d.head.Roster.Person(t.S)] = true
	}
	return d.paying(closed.Body, func(t value.Text) bool { return named[d.head.Roster.Person(t.S)] })
}

func expected(d *fold.Deal) worth {
	if d == nil || d.Header == nil || !d.Header.Expected.Set {
		return worth{}
	}
	return worth{Known: true, Expected: true, Amount: d.Header.Expected.Decimal, Currency: d.Currency}
}
