package bonus_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/value"
)

// What is recorded after its period was closed is paid by the next open one, and
// says that it is late.
func TestLateFactsFallIntoTheNextOpenPeriod(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		_, all := lateWorld(r, anyWorld(r, 2), 1+drawer{r}.upTo(6))
		for n, c := range all {
			for _, line := range c.draft.Lines {
				if line.Period != c.month || line.On.Month() > c.month {
					r.Fatalf("%s pays %v of %s for %s", c.month, line.Key, line.On, line.Period)
				}
				if late := n > 0 && line.On.Month() < c.month; line.Late != late {
					r.Fatalf("%s: %v of %s, late: %t", c.month, line.Key, line.On, line.Late)
				}
			}
		}
	})
}

// Once every bill was dishonoured and all other money is recorded as an error,
// nobody has anything of it, whatever was closed before.
func TestReversedMoneyLeavesNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h, _ := lateWorld(r, anyWorld(r, 2), drawer{r}.upTo(8))
		for _, x := range h.w.receipts {
			switch {
			case x.dishonoured != 0 || x.voided != 0:
			case x.maturity != 0:
				x.dishonoured = max(x.maturity, h.w.asOf)
			default:
				x.voided = max(x.on, h.w.asOf)
			}
		}
		h.w.asOf += 1000
		left := sum(bonus.Compute(load(r, h.all(), h.w.asOf)), func(l bonus.Line) bool {
			return l.Kind == bonus.Commission && owed(l)
		})
		same(r, "commission on nothing", left, balances{})
	})
}

// A plan moves nothing before the day from which it is in force.
func TestPlanMovesNothingBefore(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := anyWorld(r, 2)
		from := max(begin+drawer{r}.days(1, 700), w.plans[len(w.plans)-1].from+1)
		before := payableBefore(bonus.Compute(load(r, w.files(), w.asOf)), from)
		w.plans = append(w.plans, drawer{r}.plan(from))
		after := payableBefore(bonus.Compute(load(r, w.files(), w.asOf)), from)
		if !slices.Equal(before, after) {
			r.Fatalf("a plan from %s:\n%v\n%v\n%s", from, before, after, listing(w.files()))
		}
	})
}

// payableBefore is what can be paid, of business dates before a day. What waits
// will accrue later, under the plan of that later day.
func payableBefore(l bonus.Ledger, day value.Day) []string {
	var kept []bonus.Line
	for _, line := range l.Lines {
		if line.On < day && line.State == bonus.Payable {
			kept = append(kept, line)
		}
	}
	return saidOf(kept)
}

// No key is paid by two periods more than is due for it: what each one pays is
// due less what those before it paid.
func TestNothingIsPaidTwice(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		_, all := lateWorld(r, anyWorld(r, 2), 1+drawer{r}.upTo(8))
		paid := balances{}
		for _, c := range all {
			due := map[account]decimal.Decimal{}
			for _, line := range c.draft.Lines {
				due[account{line.Key, line.Currency}] = line.Due
				paid.add(line)
			}
			for a, amount := range due {
				if !paid[a].Equal(amount) {
					r.Fatalf("%s: %v is due %s and was paid %s\n%s", c.month, a, amount, paid[a], listing(maps.Clone(c.files)))
				}
			}
		}
	})
}
