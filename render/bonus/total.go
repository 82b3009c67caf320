package bonus

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// Total adds up lines of one currency: of one payee, deal or period.
type Total struct {
	Person, Team string
	Deal         *fold.Deal  // nil in the total of a payee
	Month        value.Month // only in the total of a period
	Currency     string
	Reward       decimal.Decimal // payable
	Commission   decimal.Decimal // payable
	Refund       decimal.Decimal // of advances, payable
	Penalty      decimal.Decimal // negative
	Payable      decimal.Decimal // all of the above
	ClawedBack   decimal.Decimal // negative, to be taken back by the next pay day
	Waiting      decimal.Decimal
	Forfeited    decimal.Decimal
	Paid         decimal.Decimal // by closed periods, less what they took back
	Out          decimal.Decimal // advances that wait for their refund, part of Waiting
}

// Totals adds the lines up per payee and currency, in the order of the ledger.
func (l Ledger) Totals() []Total {
	return sum(l.Lines, func(x Line) Total { return Total{Person: x.Person, Team: x.Team, Currency: x.Currency} })
}

// sum adds lines up by what of them is the same, in the order in which that
// first comes.
func sum(lines []Line, key func(Line) Total) []Total {
	type id struct {
		person, team, currency string
		deal                   *fold.Deal
		month                  value.Month
	}
	index := map[id]int{}
	var out []Total
	for _, line := range lines {
		t := key(line)
		k := id{t.Person, t.Team, t.Currency, t.Deal, t.Month}
		i, ok := index[k]
		if !ok {
			i = len(out)
			index[k] = i
			out = append(out, t)
		}
		out[i].add(line)
	}
	return out
}

func (t *Total) add(l Line) {
	switch {
	case l.Closed && l.State != Waiting:
		t.Paid = t.Paid.Add(l.Amount)
		return
	case !l.Closed && l.State == Waiting && l.Kind == Advance:
		t.Out = t.Out.Add(l.Amount)
	}
	switch l.State {
	case Waiting:
		t.Waiting = t.Waiting.Add(l.Amount)
	case ClawedBack:
		t.ClawedBack = t.ClawedBack.Add(l.Amount)
	case Forfeited:
		t.Forfeited = t.Forfeited.Add(l.Amount)
	case Payable:
		t.Payable = t.Payable.Add(l.Amount)
		t.addPayable(l)
	}
}

func (t *Total) addPayable(l Line) {
	switch l.Kind {
	case Reward:
		t.Reward = t.Reward.Add(l.Amount)
	case Commission:
		t.Commission = t.Commission.Add(l.Amount)
	case Advance:
		t.Refund = t.Refund.Add(l.Amount)
	case Penalty:
		t.Penalty = t.Penalty.Add(l.Amount)
	}
}

// byTeam adds the lines up by the team that was in charge of their deal, by the
// team's id.
func (l Ledger) byTeam() []Total {
	out := sum(l.Lines, func(x Line) Total { return Total{Team: l.teamOf(x), Currency: x.Currency} })
	slices.SortStableFunc(out, func(a, b Total) int { return cmp.Or(cmp.Compare(a.Team, b.Team), cmp.Compare(a.Currency, b.Currency)) })
	return out
}

func (l Ledger) teamOf(x Line) string {
	switch {
	case x.Team != "":
		return x.Team
	case x.Deal == nil:
		return ""
	}
	return teamOn(l.Company, x.Deal, x.On)
}

// byMonth adds up what each period pays, the latest first.
func (l Ledger) byMonth() []Total {
	of := filtered(l.Lines, func(x Line) bool { return x.Period != 0 && (x.Closed || x.due()) })
	out := sum(of, func(x Line) Total { return Total{Month: x.Period, Currency: x.Currency} })
	slices.SortStableFunc(out, func(a, b Total) int {
		return cmp.Or(cmp.Compare(b.Month, a.Month), cmp.Compare(a.Currency, b.Currency))
	})
	return out
}
