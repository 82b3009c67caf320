package bonus

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/validate/fold"
)

// Pay is what one person is paid on the next pay day, in one currency and
// before income tax. Deductions take at most the plan's share of the bonus; what
// they could not take is carried to the next pay day, so that a month which
// would be negative pays nothing and nothing is forgotten.
type Pay struct {
	Person, Currency string
	Bonus            decimal.Decimal // taxable: rewards and commission
	Refunds          decimal.Decimal // not taxable: advances that come back
	Owed             decimal.Decimal // clawbacks and penalties of this period
	CarriedIn        decimal.Decimal // owed from periods before
	Deducted         decimal.Decimal
	Pay              decimal.Decimal
	Carried          decimal.Decimal // still owed afterwards
}

// PayDay adds up by person what the next pay day pays, ordered by person and
// currency. Of a closed period it is what that paid; what one deal brings is no
// pay, since what is taken off is not the deal's.
func (l Ledger) PayDay() []Pay {
	if l.filter.Deal != "" {
		return nil
	}
	if closed := l.Company.Payout(l.filter.Period); closed != nil {
		return l.of(recorded(l.Company, closed))
	}
	return l.of(l.next())
}

// of keeps the pay of the person that the ledger is about.
func (l Ledger) of(pays []Pay) []Pay {
	return slices.DeleteFunc(pays, func(p Pay) bool { return l.filter.Person != "" && p.Person != l.filter.Person })
}

// next is what the next pay day pays everybody.
func (l Ledger) next() []Pay {
	pays := map[holding]*Pay{}
	at := func(person, currency string) *Pay {
		h := holding{person, currency}
		if pays[h] == nil {
			pays[h] = &Pay{Person: person, Currency: currency}
		}
		return pays[h]
	}
	for h, owed := range carried(l.Company) {
		at(h.person, h.currency).CarriedIn = owed
	}
	for _, line := range l.Lines {
		if line.due() && line.Person != "" {
			at(line.Person, line.Currency).add(line)
		}
	}
	plan := l.Company.PlanOn(l.Company.AsOf)
	var out []Pay
	for _, p := range pays {
		p.settle(plan)
		out = append(out, *p)
	}
	slices.SortFunc(out, func(a, b Pay) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Currency, b.Currency))
	})
	return out
}

// due reports whether the next pay day settles a line.
func (l Line) due() bool { return !l.Closed && (l.State == Payable || l.State == ClawedBack) }

// holding is what one person has in one currency.
type holding struct{ person, currency string }

// carried is what people still owe after the last closed period.
func carried(c *fold.Company) map[holding]decimal.Decimal {
	out := map[holding]decimal.Decimal{}
	last := lastClosed(c)
	if last == nil {
		return out
	}
	for _, t := range last.Body.Totals {
		if owed := t.Carried.Decimal; !owed.IsZero() {
			out[holding{personID(c, t.Person.S), currencyOf(c, t.Currency.S)}] = owed
		}
	}
	return out
}

// lastClosed is the last period closed before the as-of day, nil if none is.
func lastClosed(c *fold.Company) *fold.Payout {
	var last *fold.Payout
	for _, p := range c.Payouts {
		if p.Month.Last() < c.AsOf {
			last = p
		}
	}
	return last
}

func (p *Pay) add(l Line) {
	switch {
	case l.Amount.IsNegative():
		p.Owed = p.Owed.Sub(l.Amount)
	case l.Kind == Advance:
		p.Refunds = p.Refunds.Add(l.Amount)
	default:
		p.Bonus = p.Bonus.Add(l.Amount)
	}
}

// settle takes from the pay what is owed, as far as the plan lets it.
func (p *Pay) settle(plan fold.Plan) {
	base := p.Bonus
	if plan.Pay.SetOff.S == "all" {
		base = base.Add(p.Refunds)
	}
	most := cutOff(new(big.Rat).Mul(base.Rat(), plan.Pay.DeductionCap.Rat()), fold.MinorDigits(p.Currency))
	owed := p.CarriedIn.Add(p.Owed)
	p.Deducted = decimal.Min(owed, most)
	p.Pay = p.Bonus.Add(p.Refunds).Sub(p.Deducted)
	p.Carried = owed.Sub(p.Deducted)
}
