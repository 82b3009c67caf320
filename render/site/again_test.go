package site

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/validate/fold"
)

func TestDigestTellsApart(t *testing.T) {
	type inner struct{ a, b string }
	at := time.Date(2026, 8, 31, 10, 0, 0, 0, time.UTC)
	seen := map[string]int{}
	for i, v := range []any{
		nil, "", "a", "b", 1, int64(1), 2, true, false, []string{"ab"}, []string{"a", "b"}, []string{}, []any{"a"},
		inner{"a", "b"}, inner{"ab", ""}, &inner{"a", "b"}, map[string]any{"x": 1}, map[string]any{"x": 2}, map[string]any{"y": 1},
		at, at.Add(1), at.In(time.FixedZone("CST", 8*60*60)), decimal.NewFromInt(1), decimal.RequireFromString("1.0"),
		func() string { return "put off" }, func() string { return "otherwise" },
	} {
		d := Digest(v)
		if d == "" || d != Digest(v) {
			t.Errorf("%d: %v has no digest that stays", i, v)
		}
		if other, twice := seen[d]; twice {
			t.Errorf("%d and %d have one digest", i, other)
		}
		seen[d] = i
	}
	type circle struct{ next *circle }
	round := &circle{}
	round.next = round
	for _, v := range []any{round, func(int) int { return 0 }, make(chan int)} {
		if Digest(v) != "" {
			t.Errorf("%T has a digest", v)
		}
	}
}

// The pages of a deal are known without being made: nothing that the model
// computes of a deal keeps it from having a digest.
func TestEveryDealHasAKey(t *testing.T) {
	in := model(t, nil)
	in.Key = func(*fold.Deal) string { return "x" }
	m, err := newModel(t.Context(), in, func(string, []byte) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	dues := 0
	for _, d := range m.Deals {
		dues += len(d.Dues) + len(d.Claims)
		if m.dealKey(d) == "" {
			t.Errorf("%s has no key", d.Dir)
		}
	}
	if dues == 0 {
		t.Error("no deal of the company is owed anything")
	}
}
