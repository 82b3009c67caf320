package bonus

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"
)

// money of a drawn receipt, in fen, for one of two orders.
type drawn struct {
	day, order, fen int64
}

// TestCommissionAgainstPlainFractions computes random receipts a second time,
// with nothing but fractions: the ladder as the difference of two sums, the
// rounding on whole fen.
func TestCommissionAgainstPlainFractions(t *testing.T) {
	base, err := txtar.ParseFile("testdata/commission-ladder.txtar")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		receipts := anyReceipts(r)
		limits := []int64{rapid.Int64Range(1, 1_500_000).Draw(r, "first limit"), 0}
		limits[1] = limits[0] + rapid.Int64Range(1, 1_500_000).Draw(r, "second limit")
		rates := rapid.SliceOfN(rapid.Int64Range(0, 9999), 3, 3).Draw(r, "rates")

		lines := Compute(loadCase(t, laddered(base, receipts, limits, rates))).Lines
		got := map[string]decimal.Decimal{}
		for _, l := range lines {
			got[l.Detail] = got[l.Detail].Add(l.Amount)
		}
		before := new(big.Rat)
		for k, x := range receipts {
			after := new(big.Rat).Add(before, big.NewRat(x.fen*100, 113)) // 13 % tax
			want := roundFen(new(big.Rat).Sub(upTo(after, limits, rates), upTo(before, limits, rates)))
			key := fmt.Sprintf("so-%d / all / r%02d", x.order, k)
			if !got[key].Equal(decimal.New(want, -2)) {
				t.Fatalf("receipt %d: got %s, want %d fen", k, got[key], want)
			}
			before = after
		}
	})
}

// anyReceipts draws receipts on rising days that never overpay an order.
func anyReceipts(r *rapid.T) []drawn {
	left := map[int64]int64{1: 1_130_000, 2: 1_130_000}
	var out []drawn
	for k := range rapid.IntRange(1, 6).Draw(r, "receipts") {
		order := rapid.Int64Range(1, 2).Draw(r, "order")
		if left[order] == 0 {
			continue
		}
		fen := rapid.Int64Range(1, left[order]).Draw(r, "fen")
		left[order] -= fen
		out = append(out, drawn{day: int64(10 + k), order: order, fen: fen})
	}
	return out
}

// laddered is the case with these receipts and this ladder, paid per receipt.
func laddered(base *txtar.Archive, receipts []drawn, limits, rates []int64) *txtar.Archive {
	a := &txtar.Archive{Comment: base.Comment}
	add := func(name, text string) { a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(text)}) }
	fen := func(n int64) string { return decimal.New(n, -2).String() }
	add("policy", "commission: {accrual: receipt}\n")
	add("deals/2026/hengtai-harness/terms/2026-01-05-formal.yaml", fmt.Sprintf(
		"by: zhao-min\nladder:\n  - {up-to: %s, rate: %s%%}\n  - {up-to: %s, rate: %s%%}\n  - {rate: %s%%}\nshares:\n"+
			"  - {person: li-lei, share: 1/3}\n  - {person: bai-lu, share: 2/3}\n",
		fen(limits[0]), fen(rates[0]), fen(limits[1]), fen(rates[1]), fen(rates[2])))
	for k, x := range receipts {
		add(fmt.Sprintf("deals/customers/hengtai/receipts/2026-06-%02d-r%02d.yaml", x.day, k), fmt.Sprintf(
			"by: qian-hui\npayer: 恒泰汽车\ngross: %s\nkind: transfer\nallocations:\n  - {deal: hengtai-harness, order: so-%d, instalment: all, amount: %s}\n",
			fen(x.fen), x.order, fen(x.fen)))
	}
	return a
}

// upTo is the commission in fen on a sum of net receipts from zero: rates are
// in hundredths of a percent.
func upTo(net *big.Rat, limits, rates []int64) *big.Rat {
	sum, low := new(big.Rat), new(big.Rat)
	for k, rate := range rates {
		high := net
		if k < len(limits) && net.Cmp(big.NewRat(limits[k], 1)) > 0 {
			high = big.NewRat(limits[k], 1)
		}
		if part := new(big.Rat).Sub(high, low); part.Sign() > 0 {
			sum.Add(sum, part.Mul(part, big.NewRat(rate, 10_000)))
		}
		low = high
	}
	return sum
}

// roundFen rounds half up to whole fen.
func roundFen(r *big.Rat) int64 {
	double := new(big.Int).Mul(r.Num(), big.NewInt(2))
	double.Add(double, r.Denom())
	return double.Quo(double, new(big.Int).Mul(r.Denom(), big.NewInt(2))).Int64()
}

// Who wrote which share first makes no difference.
func TestSharesInAnyOrder(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/commission-thirds.txtar")
	if err != nil {
		t.Fatal(err)
	}
	want := show(Compute(loadCase(t, archive)))
	for i, f := range archive.Files {
		text := string(f.Data)
		a, b := "{person: li-lei, share: 1/3}", "{person: bai-lu, share: 1/3}"
		archive.Files[i].Data = []byte(strings.NewReplacer(a, b, b, a).Replace(text))
	}
	if got := show(Compute(loadCase(t, archive))); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// Totals keep currencies apart and add up to what the lines say.
func TestTotals(t *testing.T) {
	l := Ledger{Lines: []Line{
		{Person: "a", Kind: Reward, State: Payable, Currency: "CNY", Amount: decimal.New(100, 0)},
		{Person: "a", Kind: Commission, State: Payable, Currency: "USD", Amount: decimal.New(7, 0)},
		{Person: "a", Kind: Penalty, State: Payable, Currency: "CNY", Amount: decimal.New(-30, 0)},
		{Person: "a", Kind: Advance, State: Payable, Currency: "CNY", Amount: decimal.New(5, 0)},
		{Person: "a", Kind: Commission, State: Waiting, Currency: "CNY", Amount: decimal.New(11, 0)},
		{Person: "a", Kind: Advance, State: Forfeited, Currency: "CNY", Amount: decimal.New(13, 0)},
	}}
	var got []string
	for _, t := range l.Totals() {
		got = append(got, fmt.Sprint(t.Currency, t.Reward, t.Commission, t.Refund, t.Penalty, t.Payable, t.Waiting, t.Forfeited))
	}
	want := "[CNY100 0 5 -30 75 11 13 USD0 7 0 0 7 0 0]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
