package site

import (
	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/render/text"
)

// money is an exact amount of a currency.
type money struct {
	decimal.Decimal
	Currency string
}

// digits writes the amount with the decimals of its currency, more where it
// has more, and with thousands apart.
func (m money) digits() string { return text.Group(text.Amount(m.Decimal, m.Currency)) }

// quantity writes a number without trailing zeros.
func quantity(d decimal.Decimal) string { return text.Group(d.String()) }

// sums adds amounts up by currency, in the order in which currencies come.
type sums []money

// in is the amount of one currency.
func (s sums) in(currency string) money {
	for _, m := range s {
		if m.Currency == currency {
			return m
		}
	}
	return money{Currency: currency}
}

func (s *sums) add(m money) {
	for i := range *s {
		if (*s)[i].Currency == m.Currency {
			(*s)[i].Decimal = (*s)[i].Add(m.Decimal)
			return
		}
	}
	*s = append(*s, m)
}
