package history

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema/catalogue"
)

// Every error that the code can give has words, and no words are left over.
func TestEveryErrorHasWords(t *testing.T) {
	used := map[string]bool{}
	names, err := filepath.Glob("*.go")
	must(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		must(t, err)
		for _, m := range regexp.MustCompile(`"(history\.[a-z0-9-]+)"`).FindAllStringSubmatch(string(src), -1) {
			used[m[1]] = true
			if !catalogue.Has(m[1]) {
				t.Errorf("%s: %s has no words", name, m[1])
			}
		}
	}
	for _, key := range catalogue.Keys() {
		if strings.HasPrefix(key, "history.") && !used[key] {
			t.Errorf("nothing uses the words of %s", key)
		}
	}
}
