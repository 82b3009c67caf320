package check_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/diag"
)

var update = flag.Bool("update", false, "rewrite what the cases expect")

// A case names its step in the first line; fact.yaml is judged, and what is
// found stands below in every language.
func TestCases(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			for _, rule := range runCase(t, name) {
				seen[rule] = true
			}
		})
	}
	for _, rule := range check.Rules {
		if rule != "schema/refused" && !seen[rule] {
			t.Errorf("no case reports %s", rule)
		}
	}
}

func runCase(t *testing.T, name string) []string {
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	step := stepNamed(t, strings.TrimSpace(strings.SplitN(string(a.Comment), "\n", 2)[0]))
	found := check.Fact(step, parse(t, string(a.Files[0].Data)))
	diag.Sort(found)
	out := &txtar.Archive{Comment: a.Comment, Files: a.Files[:1]}
	for _, l := range []catalogue.Lang{catalogue.EN, catalogue.ZH} {
		out.Files = append(out.Files, txtar.File{Name: string(l), Data: []byte(explain(l, found))})
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(out), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got, want := string(txtar.Format(out)), string(txtar.Format(a)); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	return rules(found)
}

func stepNamed(t testing.TB, id string) *schema.Step {
	t.Helper()
	i := slices.IndexFunc(schema.AllSteps().All(), func(s *schema.Step) bool { return s.ID() == id })
	if i < 0 {
		t.Fatalf("no step %q", id)
	}
	return schema.AllSteps().All()[i]
}

func explain(l catalogue.Lang, found []diag.Diagnostic) string {
	var b strings.Builder
	for _, d := range found {
		e := catalogue.Explain(l, d)
		fmt.Fprintf(&b, "%d:%d+%d %s %s\n  %s\n  %s\n  %s\n  %s\n", d.Line, d.Col, d.Len, d.Rule, d.Clause, e.Title, e.Found, e.Expected, e.Fix)
	}
	return b.String()
}

// Every rule has its four sentences in every language, and no other rule is
// spelled out in the package.
func TestRulesHaveWords(t *testing.T) {
	for _, rule := range check.Rules {
		for _, part := range []string{"title", "found", "want", "fix"} {
			for _, l := range catalogue.Langs {
				if key := rule + "." + part; !catalogue.Has(key) || catalogue.Text(l, key, nil) == "" {
					t.Errorf("%s has no words in %s", key, l)
				}
			}
		}
	}
}

var spelled = regexp.MustCompile(`"(schema/[a-z.-]+)"`)

func TestEveryKeyInTheCodeIsKnown(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range spelled.FindAllStringSubmatch(string(data), -1) {
			key := m[1]
			if key != "schema/kind." && !catalogue.Has(key) && !slices.Contains(check.Rules, key) {
				t.Errorf("%s: %s is neither a text nor a rule", file, key)
			}
		}
	}
}

func TestEveryKindHasWords(t *testing.T) {
	var walk func(fields []schema.Field)
	walk = func(fields []schema.Field) {
		for _, f := range fields {
			if key := "schema/kind." + string(f.Kind); !catalogue.Has(key) {
				t.Errorf("%s has no words", key)
			}
			walk(f.Fields)
		}
	}
	for _, s := range schema.AllSteps().All() {
		walk(s.Fields)
	}
}
