package bonus

import (
	"slices"

	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// Filter chooses what of a ledger a report shows; what is empty chooses all.
type Filter struct {
	Person string      // id
	Deal   string      // id
	Period value.Month // what it paid when it is closed, else what is due by its end
	Exit   value.Day   // on which the person leaves, of a settlement
}

// shows reports whether a report tells of all that a period paid: a report about
// one person or deal names nobody else.
func (f Filter) shows(m value.Month) bool {
	return f.Person == "" && f.Deal == "" && (f.Period == 0 || f.Period == m)
}

// Select is the part of a ledger that a filter chooses. What it leaves is as it
// was computed from the whole.
func (l Ledger) Select(f Filter) Ledger {
	l.filter, l.dueOf = f, nil
	closed := f.Period != 0 && l.Company.Payout(f.Period) != nil
	keep := func(x Line) bool {
		switch {
		case f.Person != "" && x.Person != f.Person, f.Deal != "" && dealID(x) != f.Deal:
			return false
		case closed:
			return x.Closed && x.Period == f.Period
		case f.Period != 0:
			return x.due() && x.Period <= f.Period
		}
		return true
	}
	l.Lines, l.Nothing, l.dues = filtered(l.Lines, keep), filtered(l.Nothing, keep), filtered(l.dues, keep)
	return l
}

// recorded is what a closed period paid, as it wrote down.
func recorded(c *fold.Company, p *fold.Payout) []Pay {
	var out []Pay
	for _, t := range p.Body.Totals {
		out = append(out, Pay{
			Person: personID(c, t.Person.S), Currency: currencyOf(c, t.Currency.S),
			Bonus: t.Bonus.Decimal, Refunds: t.Refunds.Decimal, CarriedIn: t.CarriedIn.Decimal, Netted: t.Netted.Decimal, Deducted: t.Deductions.Decimal,
			Owed: t.Netted.Add(t.Deductions.Decimal).Add(t.Carried.Decimal).Sub(t.CarriedIn.Decimal), Pay: t.Pay.Decimal,
			Carried: t.Carried.Decimal, CarriedRefunds: t.CarriedRefunds.Decimal,
		})
	}
	return out
}

// Exit is the settlement of somebody who leaves, each part by currency.
type Exit struct {
	Person   string
	Date     value.Day
	Gets     []amountOf // on the next pay day
	Owes     []amountOf // what no later pay day can deduct
	Keeps    []amountOf // waits, and stays his
	Loses    []amountOf // has not accrued, and does not any more
	Advances []amountOf // what he laid out and has not got back
}

// accruedAlready are reasons for which money waits that has accrued.
var accruedAlready = []string{WaitsProof, WaitsPayouts, WaitsPlans}

// Leaving sums up what it means for the filter's person to leave, given the
// ledger as it would be if he stayed: what has accrued by his last day is his;
// what accrues later goes where the plan says.
func (l Ledger) Leaving(stayed Ledger) *Exit {
	e := &Exit{Person: l.filter.Person, Date: l.filter.Exit}
	for _, p := range l.PayDay() {
		e.Gets = append(e.Gets, amountOf{p.Currency, p.Pay})
		if !p.Carried.IsZero() {
			e.Owes = append(e.Owes, amountOf{p.Currency, p.Carried})
		}
	}
	keeps := l.Company.PlanOn(l.Company.AsOf).Pay.Leavers.S == "keep"
	has := map[account]bool{}
	var lost, kept, advances []Line
	for i, x := range l.Lines {
		if x.State == Forfeited && x.Kind != Advance {
			continue
		}
		has[account{x.Key, x.Currency}] = true
		switch {
		case x.State != Waiting:
		case x.Kind == Advance:
			advances = append(advances, x)
		case keeps || slices.Contains(accruedAlready, x.Reason):
			kept = append(kept, x)
		default:
			lost = append(lost, x)
			l.Lines[i].Reason, l.Lines[i].Args = "bonus.lost-on-leaving", nil
		}
	}
	for _, x := range stayed.Select(l.filter).Lines {
		if earned := x.State == Waiting || x.State == Payable; earned && !has[account{x.Key, x.Currency}] {
			lost = append(lost, x)
		}
	}
	e.Keeps, e.Loses, e.Advances = sums(kept), sums(lost), sums(advances)
	return e
}
