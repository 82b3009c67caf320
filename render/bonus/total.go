package bonus

import (
	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/validate/fold"
)

// Total adds up lines of one currency: of one payee, or of one deal.
type Total struct {
	Person, Team string
	Deal         *fold.Deal // nil in the total of a payee
	Currency     string
	Reward       decimal.Decimal // payable
	Commission   decimal.Decimal // payable
	Refund       decimal.Decimal // of advances, payable
	Penalty      decimal.Decimal // negative
	Payable      decimal.Decimal // all of the above
	Waiting      decimal.Decimal
	Forfeited    decimal.Decimal
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
	}
	index := map[id]int{}
	var out []Total
	for _, line := range lines {
		t := key(line)
		k := id{t.Person, t.Team, t.Currency, t.Deal}
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
	switch l.State {
	case Waiting:
		t.Waiting = t.Waiting.Add(l.Amount)
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
