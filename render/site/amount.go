package site

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/validate/fold"
)

// money is an exact amount of a currency.
type money struct {
	decimal.Decimal
	Currency string
}

// digits writes the amount with the decimals of its currency, more where it
// has more, and with thousands apart.
func (m money) digits() string {
	n := fold.MinorDigits(m.Currency)
	if m.Decimal.Equal(m.Decimal.Round(n)) {
		return grouped(m.Decimal.StringFixed(n))
	}
	return grouped(m.Decimal.String())
}

// grouped sets commas between the thousands of plain digits.
func grouped(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, rest, point := strings.Cut(s, ".")
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if point {
		b.WriteString("." + rest)
	}
	return sign + b.String()
}

// quantity writes a number without trailing zeros.
func quantity(d decimal.Decimal) string { return grouped(d.String()) }

// sums adds amounts up by currency, in the order in which currencies come.
type sums []money

func (s *sums) add(m money) {
	for i := range *s {
		if (*s)[i].Currency == m.Currency {
			(*s)[i].Decimal = (*s)[i].Add(m.Decimal)
			return
		}
	}
	*s = append(*s, m)
}
