package bonus

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Digest names the ledger by all that it says of money: two reports with the
// same digest pay the same people the same amounts for the same reasons.
func (l Ledger) Digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "dealgate ledger 1\x00%s\x00", l.Company.AsOf)
	for _, x := range l.Lines {
		for _, part := range append(x.Key.parts(), x.Currency, string(x.State), x.Reason, x.On.String(), x.Period.String(), x.Rate, x.Share,
			x.Basis.String(), x.Whole.String(), x.Due.String(), x.Amount.String()) {
			fmt.Fprintf(h, "%s\x00", part)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
