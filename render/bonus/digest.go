package bonus

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
)

// Digest names the ledger by all that it says of money: two reports with the
// same digest pay the same people the same amounts for the same reasons.
func (l Ledger) Digest() string {
	h := sha256.New()
	say := func(parts ...string) { _, _ = io.WriteString(h, strings.Join(parts, "\x00")+"\x00") }
	say("dealgate ledger 1", l.Company.AsOf.String())
	for _, x := range l.Lines {
		say(append(x.Key.parts(), x.Currency, string(x.State), x.Reason, x.On.String(), x.Period.String(), x.Rate, x.Share,
			x.Basis.String(), x.Whole.String(), x.Due.String(), x.Amount.String())...)
	}
	return hex.EncodeToString(h.Sum(nil))
}
