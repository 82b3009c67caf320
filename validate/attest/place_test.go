package attest

import (
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/validate/fold"
	"pgregory.net/rapid"
)

// Paths are told apart without being read as a whole; that must come to what
// reading them part by part comes to.
func TestPathsAreToldApartInShort(t *testing.T) {
	part := rapid.SampledFrom([]string{"deals", "2025", "customers", "payouts", "plans", "evidence", "2025-01", "2025-01.yaml", "2025-01-03.yaml", "a", "a-b", "a-b-c", "", "x.pdf"})
	known := map[string]bool{"a": true, "a-b": true}
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(part, 1, 6).Draw(t, "parts")
		path := strings.Join(parts, "/")
		if got, want := isEvidence(path), len(parts) >= 5 && parts[0] == fold.Root && parts[3] == "evidence"; got != want {
			t.Errorf("isEvidence(%q) is %t", path, got)
		}
		want := ""
		if len(parts) >= 4 && parts[0] == fold.Root {
			for end := len(parts[2]); end > 0 && want == ""; end = strings.LastIndexByte(parts[2][:end], '-') {
				if end < len(parts[2]) && known[parts[2][:end]] {
					want = parts[2][:end]
				}
			}
			if parts[1] == "customers" {
				want = parts[2]
			}
		}
		if got := owner(path, known); got != want {
			t.Errorf("owner(%q) is %q, want %q", path, got, want)
		}
		whole, short := fold.Classify(path), ofCompany(path)
		if whole.Month != short.Month || whole.Process == "plan" && !slices.Equal([]any{whole.Kind, whole.Date}, []any{short.Kind, short.Date}) {
			t.Errorf("ofCompany(%q) is %+v, want %+v", path, short, whole)
		}
	})
}
