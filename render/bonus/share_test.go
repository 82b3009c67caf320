package bonus

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// anyPortions draws shares that sum to exactly one.
func anyPortions(r *rapid.T) []portion {
	weights := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000), 1, 9).Draw(r, "weights")
	weights[0]++ // not all zero
	var sum int64
	for _, w := range weights {
		sum += w
	}
	parts := make([]portion, len(weights))
	for i, w := range weights {
		parts[i] = portion{Person: fmt.Sprintf("p%d", i), Share: big.NewRat(w, sum)}
	}
	return parts
}

func anyTotal(r *rapid.T, digits int32) decimal.Decimal {
	return decimal.New(rapid.Int64Range(-1e15, 1e15).Draw(r, "total"), -digits)
}

func TestSplit(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		digits := rapid.SampledFrom([]int32{0, 2, 3}).Draw(r, "digits")
		splitsWell(r, anyTotal(r, digits), anyPortions(r), digits)
	})
}

// splitsWell splits a total: into parts that sum to it, each in whole units and
// less than a unit off its share.
func splitsWell(t interface{ Fatalf(string, ...any) }, total decimal.Decimal, parts []portion, digits int32) {
	sum, unit := decimal.Zero, decimal.New(1, -digits)
	for _, p := range split(total, parts, digits) {
		sum = sum.Add(p.Amount)
		if p.Amount.Sign()*total.Sign() < 0 {
			t.Fatalf("%s of %s is %s: the other sign", p.Share, total, p.Amount)
		}
		exact := new(big.Rat).Mul(total.Rat(), p.Share)
		if off := new(big.Rat).Sub(p.Amount.Rat(), exact); off.Abs(off).Cmp(unit.Rat()) >= 0 {
			t.Fatalf("%s of %s is %s: off by a unit or more", p.Share, total, p.Amount)
		}
		if !p.Amount.Equal(p.Amount.Round(digits)) {
			t.Fatalf("%s is finer than %s", p.Amount, unit)
		}
	}
	if !sum.Equal(total) {
		t.Fatalf("the parts sum to %s, not %s", sum, total)
	}
}

func TestSplitIgnoresTheOrderOfEntry(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		parts, total := anyPortions(r), anyTotal(r, 2)
		mixed := rapid.Permutation(parts).Draw(r, "mixed")
		a, b := split(total, parts, 2), split(total, mixed, 2)
		if !slices.EqualFunc(a, b, func(x, y portion) bool { return x.Person == y.Person && x.Amount.Equal(y.Amount) }) {
			t.Fatalf("%v and %v", a, b)
		}
	})
}

func TestSplitReversed(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		parts, total := anyPortions(r), anyTotal(r, 2)
		there, back := split(total, parts, 2), split(total.Neg(), parts, 2)
		for i := range there {
			if !there[i].Amount.Add(back[i].Amount).IsZero() {
				t.Fatalf("%s keeps %s", there[i].Person, there[i].Amount.Add(back[i].Amount))
			}
		}
	})
}
