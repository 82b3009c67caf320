package source

import (
	"testing"

	"github.com/dealgate/dealgate/schema/catalogue"
)

// TestProblems holds that everything the parser complains of has words.
func TestProblems(t *testing.T) {
	for message, name := range problems {
		// A tab has a rule of its own.
		if key := "yaml/problem." + string(name); name != "tab" && !catalogue.Has(key) {
			t.Errorf("%q: the catalogue has no %s", message, key)
		}
	}
	for _, key := range []string{"yaml/kind.list", "yaml/kind.text", "yaml/note.first-key"} {
		if !catalogue.Has(key) {
			t.Errorf("the catalogue has no %s", key)
		}
	}
}
