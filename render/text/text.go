// Package text writes names and numbers as readers see them on every page and
// in every report: digits in groups, amounts with the decimals of their
// currency, and nothing that looks different from what it says.
package text

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/validate/fold"
)

// Amount writes an amount with the decimals of its currency, more where it has
// more.
func Amount(d decimal.Decimal, currency string) string {
	n := fold.MinorDigits(currency)
	if d.Equal(d.Round(n)) {
		return d.StringFixed(n)
	}
	return d.String()
}

// Group sets commas between the thousands of plain digits.
func Group(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	whole, rest, point := strings.Cut(digits, ".")
	var b strings.Builder
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	if point {
		b.WriteString("." + rest)
	}
	return sign + b.String()
}

// Visible writes out what could make a text look different from what it says:
// control, bidirectional and zero-width characters. Line ends and tabs stay.
func Visible(s string) string {
	if strings.IndexFunc(s, deceptive) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if deceptive(r) {
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// OneLine is Visible with spaces for line ends and tabs.
func OneLine(s string) string {
	for _, r := range s {
		if r < ' ' || deceptive(r) {
			return Visible(spaces.Replace(s))
		}
	}
	return s
}

var spaces = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ")

func deceptive(r rune) bool {
	switch {
	case ' ' <= r && r <= '~', 0x3000 <= r && r < 0xFE00, r == '\n', r == '\t': // of most texts all
		return false
	case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
		return true
	}
	return r == unicode.ReplacementChar || r == 0xFEFF || (r >= 0x200B && r <= 0x200D)
}
