package bonus_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/render/bonus"
)

// purse is what one person has in one currency.
type purse struct{ person, currency string }

// thing is what somebody is paid for, whichever receipt it came by.
type thing struct {
	purse
	clause, fact string
}

// till follows the cash over all closings: of advances, what was paid back less
// what was taken back; of bonuses, what was taken for each thing and not given
// back.
type till struct {
	due, most, cash map[purse]decimal.Decimal // of advances
	before          map[purse]bonus.Pay
	taken           map[thing]decimal.Decimal
}

// An advance is never paid back twice in cash: over all closings, what was paid
// back less what was taken back is never more than was due for advances at most.
// And nothing is paid for a deduction that was never collected.
func TestNoCashTwice(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		_, all := lateWorld(r, anyWorld(r, 2), 1+drawer{r}.upTo(10))
		till := till{map[purse]decimal.Decimal{}, map[purse]decimal.Decimal{}, map[purse]decimal.Decimal{}, map[purse]bonus.Pay{}, map[thing]decimal.Decimal{}}
		for _, c := range all {
			till.close(r, c)
		}
	})
}

func (x till) close(t failer, c closing) {
	t.Helper()
	refunds, clawed, sums := map[purse]decimal.Decimal{}, map[purse]decimal.Decimal{}, map[thing]decimal.Decimal{}
	for _, line := range c.draft.Lines {
		who := purse{line.Person, line.Currency}
		switch {
		case line.Kind != bonus.Advance:
			of := thing{who, line.Key.Clause, line.Key.Fact}
			sums[of] = sums[of].Add(line.Amount)
		case line.Amount.IsPositive():
			refunds[who] = refunds[who].Add(line.Amount)
		default:
			clawed[who] = clawed[who].Sub(line.Amount)
		}
	}
	gained, back := x.bonuses(sums)
	for _, p := range c.draft.Pays {
		who := purse{p.Person, p.Currency}
		before := x.before[who]
		x.before[who] = p
		cancelled := refunds[who].Sub(p.Refunds)
		taken := before.CarriedRefunds.Add(clawed[who]).Sub(cancelled).Sub(p.CarriedRefunds)
		x.due[who] = x.due[who].Add(refunds[who]).Sub(clawed[who])
		x.most[who] = decimal.Max(x.most[who], x.due[who])
		x.cash[who] = x.cash[who].Add(p.Refunds).Sub(taken)
		if cancelled.IsNegative() || taken.IsNegative() || x.cash[who].GreaterThan(x.most[who]) {
			t.Fatalf("%s: %+v: %s of advances are paid back, %s were due at most\n%s", c.month, p, x.cash[who], x.most[who], listing(c.files))
		}
		uncollected := before.Carried.Sub(before.CarriedRefunds)
		if most := gained[who].Add(decimal.Max(back[who].Sub(uncollected), decimal.Zero)); !p.Bonus.Equal(most) {
			t.Fatalf("%s: %+v: %s are given back while %s are not collected, which makes %s\n%s", c.month, p, back[who], uncollected, most, listing(c.files))
		}
	}
}

// bonuses tells what is gained anew from what gives back what was taken before.
func (x till) bonuses(sums map[thing]decimal.Decimal) (gained, back map[purse]decimal.Decimal) {
	gained, back = map[purse]decimal.Decimal{}, map[purse]decimal.Decimal{}
	for of, sum := range sums {
		again := decimal.Min(decimal.Max(sum, decimal.Zero), x.taken[of])
		gained[of.purse] = gained[of.purse].Add(decimal.Max(sum, decimal.Zero)).Sub(again)
		back[of.purse] = back[of.purse].Add(again)
		x.taken[of] = decimal.Max(x.taken[of].Sub(sum), decimal.Zero)
	}
	return gained, back
}
