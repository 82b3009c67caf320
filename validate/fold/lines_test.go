package fold

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

func anyLine(t *rapid.T) fact.PayoutCloseLines {
	word := func(name string) value.Text {
		return value.Text{S: rapid.StringMatching(`[a-z]{0,3}`).Draw(t, name)}
	}
	d, err := value.ParseDecimal(rapid.StringMatching(`-?[1-9][0-9]{0,3}(\.[0-9]{1,2})?`).Draw(t, "amount"))
	if err != nil {
		t.Fatal(err)
	}
	return fact.PayoutCloseLines{Payee: word("payee"), Clause: word("clause"), Fact: word("fact"), Receipt: word("receipt"), Amount: value.Amount{Decimal: d, Set: true}}
}

// The digest follows from what the lines say, not from their order, and one
// line more or another amount is seen.
func TestLinesDigest(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(anyLine), 1, 6).Draw(r, "lines")
		digest := LinesDigest(lines)
		if got := LinesDigest(rapid.Permutation(lines).Draw(r, "order")); got != digest {
			t.Fatal("another order gives another digest")
		}
		if LinesDigest(lines[1:]) == digest {
			t.Fatal("a line less gives the same digest")
		}
		other := append([]fact.PayoutCloseLines{}, lines...)
		other[0].Amount.Decimal = other[0].Amount.Add(value.Amount{Decimal: lines[0].Amount.Abs()}.Decimal)
		if !lines[0].Amount.IsZero() && LinesDigest(other) == digest {
			t.Fatal("another amount gives the same digest")
		}
	})
}

// Zeros after the point change nothing.
func TestLinesDigestOfPlainNumbers(t *testing.T) {
	at := func(text string) string {
		d, err := value.ParseDecimal(text)
		if err != nil {
			t.Fatal(err)
		}
		return LinesDigest([]fact.PayoutCloseLines{{Amount: value.Amount{Decimal: d, Set: true}}})
	}
	if at("1500") != at("1500.00") || at("1500") == at("1500.01") {
		t.Error("the digest follows from how a number is written")
	}
}
