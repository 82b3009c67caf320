package fold

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/schema"
)

func TestPatternsAreThoseOfTheSchema(t *testing.T) {
	year, id := regexp.MustCompile(`^(19|20|21)[0-9]{2}$`), regexp.MustCompile(schema.IDPattern)
	check := func(t rapid.TB, s string) {
		if got, want := yearName.MatchString(s), year.MatchString(s); got != want {
			t.Errorf("year %q: %v", s, got)
		}
		if got, want := idName.MatchString(s), id.MatchString(s); got != want {
			t.Errorf("id %q: %v", s, got)
		}
	}
	for _, s := range []string{"", "a", "-a", "a-", "A", "ä", "a\n", "\na", "2026", "1899", "2200", "20266", "202a", strings.Repeat("a", 64), strings.Repeat("a", 65)} {
		check(t, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, rapid.StringMatching(`[a-cA-C0-29\- é\n]{0,6}`).Draw(t, "name"))
		check(t, rapid.StringMatching(`[12][0-9a]{2,4}`).Draw(t, "year"))
	})
}
