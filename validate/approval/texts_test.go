package approval

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema/catalogue"
)

var (
	ruleID = regexp.MustCompile(`"(approval/[a-z-]+)"`)
	blank  = regexp.MustCompile(`\{[a-z]+\}`)
)

func blanks(l catalogue.Lang, key string) []string {
	all := blank.FindAllString(catalogue.Text(l, key, nil), -1)
	slices.Sort(all)
	return slices.Compact(all)
}

// Every rule has its four texts, which mention the same in both languages, and
// no text is left over. The gate reports what only it can see.
func TestEveryRuleHasTexts(t *testing.T) {
	used := map[string]bool{"approval/same-head": true, "approval/group-differs": true}
	names, _ := filepath.Glob("*.go")
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ruleID.FindAllStringSubmatch(string(src), -1) {
			used[m[1]] = true
		}
	}
	for id := range used {
		for _, part := range []string{".title", ".found", ".want", ".fix"} {
			if !catalogue.Has(id + part) {
				t.Errorf("the catalogue has no %s%s", id, part)
				continue
			}
			if zh, en := blanks(catalogue.ZH, id+part), blanks(catalogue.EN, id+part); !slices.Equal(zh, en) {
				t.Errorf("%s%s mentions %v in Chinese and %v in English", id, part, zh, en)
			}
		}
		if found := blanks(catalogue.EN, id+".title"); len(found) > 0 {
			t.Errorf("the title of %s mentions %v", id, found)
		}
	}
	for _, key := range catalogue.Keys() {
		if id, _, _ := strings.Cut(key, "."); strings.HasPrefix(key, "approval/") && !used[id] {
			t.Errorf("nothing reports %s", id)
		}
	}
}
