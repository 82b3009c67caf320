package text

import (
	"testing"

	"github.com/shopspring/decimal"
)

func TestAmount(t *testing.T) {
	for _, c := range []struct{ in, currency, want string }{
		{"0", "CNY", "0.00"}, {"1234567.5", "CNY", "1,234,567.50"}, {"-999", "CNY", "-999.00"},
		{"-1000", "CNY", "-1,000.00"}, {"0.1275", "CNY", "0.1275"}, {"0", "JPY", "0"},
	} {
		if got := Group(Amount(decimal.RequireFromString(c.in), c.currency)); got != c.want {
			t.Errorf("%s %s is written %s, want %s", c.currency, c.in, got, c.want)
		}
	}
}

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"a\u202eb": "a⟨U+202E⟩b", "\x00": "⟨U+0000⟩", "好\u2067": "好⟨U+2067⟩", "a\nb\tc": "a\nb\tc",
		"zero\u200bwidth": "zero⟨U+200B⟩width", "\ufeff": "⟨U+FEFF⟩", "\ufffd": "⟨U+FFFD⟩",
	} {
		if got := Visible(in); got != want {
			t.Errorf("Visible(%q) = %q, want %q", in, got, want)
		}
	}
	if got := OneLine("a\r\nb\tc\rd\u202e"); got != "a b c d⟨U+202E⟩" {
		t.Errorf("OneLine gives %q", got)
	}
}
