package signers

import (
	"bytes"
	"crypto/ed25519"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/dealgate/dealgate/schema/value"
)

// A line allows its key from its first day to the end of its last, for one
// purpose.
func TestLine(t *testing.T) {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	key, err := ssh.NewPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	zone := time.FixedZone("CST", 8*60*60)
	line := Line("landing", key, "ours", value.MustDay("2026-11-25"), value.MustDay("2028-11-24"))
	all, problems := Parse([]byte(line+"\n"), zone)
	if len(problems) > 0 || len(all) != 1 || all[0].Principals != "landing" {
		t.Fatalf("%q: %v, %v", line, all, problems)
	}
	for at, want := range map[string]Verdict{
		"2026-11-24T23:59:59": NotYet, "2026-11-25T00:00:00": Allowed, "2028-11-24T23:59:59": Allowed, "2028-11-25T00:00:01": Expired,
	} {
		when, err := time.ParseInLocation("2006-01-02T15:04:05", at, zone)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := Find(all, key, "ours", when); got != want {
			t.Errorf("%s: %v, want %v", at, got, want)
		}
		if got := Ended(all, "ours", when); got != (want == Expired) || !Ended(all, "theirs", when) || Ended(nil, "ours", when) {
			t.Errorf("%s: ended: %v", at, got)
		}
		if got, _ := Find(all, key, "theirs", when); got != Elsewhere {
			t.Errorf("%s: signs for something else: %v", at, got)
		}
	}
}
