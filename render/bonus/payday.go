package bonus

import (
	"slices"

	"github.com/dealgate/dealgate/validate/fold"
)

// Pay is what one person is paid on one pay day. The rule that judges closings
// works it out the same way, so that the sum is one.
type Pay = fold.Pay

// PayDay adds up by person what the next pay day pays, ordered by person and
// currency. Of a closed period it is what that paid, and nothing while nobody is
// proven to have approved the closing; what one deal brings is no
// pay, since what is taken off is not the deal's.
func (l Ledger) PayDay() []Pay {
	if l.filter.Deal != "" {
		return nil
	}
	if closed := l.Company.Payout(l.filter.Period); closed != nil {
		if l.doubted(closed) {
			return nil
		}
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
	var lines []fold.PayLine
	for _, line := range l.Lines {
		if line.due() && line.Person != "" {
			lines = append(lines, fold.PayLine{
				Person: line.Person, Currency: line.Currency, Kind: string(line.Kind), Clause: line.Key.Clause, Fact: line.Key.Fact, Amount: line.Amount,
			})
		}
	}
	pays := l.Company.PayDay(l.Company.Closed(), lines)
	plan := l.Company.PlanOn(l.Company.AsOf)
	for i := range pays {
		pays[i].Deduct(plan)
	}
	return pays
}

// due reports whether the next pay day settles a line.
func (l Line) due() bool { return !l.Closed && (l.State == Payable || l.State == ClawedBack) }

// holding is what one person has in one currency.
type holding struct{ person, currency string }
