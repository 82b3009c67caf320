package fold

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// linesVersion is the first thing that a digest covers, so that a later form of
// it can never be taken for this one.
const linesVersion = "dealgate-payout-lines-v1"

// LineKey is what a line of a closing pays for: no key is ever paid twice.
type LineKey struct{ Payee, Clause, Fact, Receipt, Currency string }

// KeyOf is the key of a line; a line that names no currency is in the given one.
func KeyOf(l fact.PayoutCloseLines, currency string) LineKey {
	if l.Currency.S != "" {
		currency = l.Currency.S
	}
	return LineKey{Payee: l.Payee.S, Clause: l.Clause.S, Fact: l.Fact.S, Receipt: l.Receipt.S, Currency: currency}
}

// LinesDigest names the lines of a closing by all that they say, in whatever
// order they stand and however their numbers are written.
func LinesDigest(lines []fact.PayoutCloseLines) string {
	said := make([]string, len(lines))
	for i, l := range lines {
		said[i] = strings.Join([]string{
			l.Payee.S, l.Kind.S, l.Clause.S, l.Deal.S, l.Fact.S, l.Receipt.S, l.On.String(),
			amountText(l.Basis), l.Rate.S, l.Share.S, l.Currency.S, amountText(l.Amount),
		}, "\x00")
	}
	slices.Sort(said)
	sum := sha256.Sum256([]byte(linesVersion + "\x00\n" + strings.Join(said, "\x00\n")))
	return hex.EncodeToString(sum[:])
}

// amountText is an amount without idle zeros, nothing where none is given.
func amountText(a value.Amount) string {
	if !a.Set {
		return ""
	}
	return a.Decimal.String()
}
