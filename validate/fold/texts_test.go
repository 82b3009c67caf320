package fold_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/validate/fold"
)

var parts = []string{"title", "found", "want", "fix"}

// rules lists every rule that the package can report: those that its source
// spells out, and one for each condition.
func rules(t *testing.T) []string {
	t.Helper()
	all := parseSource(t).literals(ruleID)
	for _, name := range fold.ConditionNames() {
		all = append(all, "needs/"+name)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestTexts holds that every rule is explained completely in every language,
// and that the languages mention the same arguments.
func TestTexts(t *testing.T) {
	for _, rule := range rules(t) {
		for _, part := range parts {
			key := rule + "." + part
			if !catalogue.Has(key) {
				t.Errorf("the catalogue has no %s", key)
				continue
			}
			mentioned := placeholders(catalogue.EN, key)
			for _, lang := range catalogue.Langs {
				if strings.TrimSpace(catalogue.Text(lang, key, nil)) == "" {
					t.Errorf("%s is empty in %s", key, lang)
				}
				if got := placeholders(lang, key); !slices.Equal(got, mentioned) {
					t.Errorf("%s mentions %v in %s and %v in en", key, got, lang, mentioned)
				}
			}
		}
	}
}

// TestGeneralTexts holds that what is shown where nothing has been found, in
// the overview of rules and as what is still needed, mentions no argument.
func TestGeneralTexts(t *testing.T) {
	var keys []string
	for _, rule := range rules(t) {
		keys = append(keys, rule+".title")
	}
	for _, name := range fold.ConditionNames() {
		keys = append(keys, "needs/"+name+".want")
	}
	for _, key := range keys {
		if used := placeholders(catalogue.EN, key); len(used) > 0 {
			t.Errorf("%s mentions %v", key, used)
		}
	}
}

// TestArguments holds that a text mentions only what every finding of its rule
// brings with it.
func TestArguments(t *testing.T) {
	passed := parseSource(t).arguments()
	for _, rule := range rules(t) {
		for _, part := range parts {
			key := rule + "." + part
			for _, name := range placeholders(catalogue.EN, key) {
				if !passed[rule][name] {
					t.Errorf("%s mentions {%s}, but a finding may bring only %v", key, name, slices.Sorted(maps.Keys(passed[rule])))
				}
			}
		}
	}
}

// TestNoStaleTexts holds that no text explains a rule that is gone.
func TestNoStaleTexts(t *testing.T) {
	known := rules(t)
	for _, key := range catalogue.Keys() {
		rule, _, _ := strings.Cut(key, ".")
		area, _, ok := strings.Cut(rule, "/")
		if ok && slices.Contains([]string{"needs", "layout", "correct", "import", "step", "actor"}, area) && !slices.Contains(known, rule) {
			t.Errorf("nothing reports %s", rule)
		}
	}
}

// TestTerms holds that the names used as arguments are in the catalogue.
func TestTerms(t *testing.T) {
	schema.Table() // enters the names of the tables
	keys := parseSource(t).literals(termKey)
	keys = append(keys, "state.none", "role.team")
	for _, role := range schema.Roles {
		keys = append(keys, "role."+role)
	}
	for _, f := range schema.AllSteps().Get("order", "review").Fields {
		if f.Kind == schema.KindObject {
			keys = append(keys, "aspect."+f.Name)
		}
	}
	for _, key := range keys {
		if !catalogue.Has(key) {
			t.Errorf("the catalogue has no %s", key)
		}
	}
}

// TestConditionsOfTable holds the workflow table and the conditions against
// each other.
func TestConditionsOfTable(t *testing.T) {
	named := map[string]string{}
	for _, p := range schema.Table().Processes {
		for _, r := range p.Rows {
			for _, name := range slices.Concat(r.If, r.Needs) {
				named[name] = r.ID
			}
		}
		for _, r := range p.Records {
			for _, name := range r.Needs {
				named[name] = r.Label()
			}
		}
	}
	known := fold.ConditionNames()
	for name, row := range named {
		if !slices.Contains(known, name) {
			t.Errorf("row %s: there is no condition %s", row, name)
		}
	}
	for _, name := range known {
		if named[name] == "" {
			t.Errorf("no row of the table names the condition %s", name)
		}
	}
}

// TestProblemNamesItsPart holds that a bad name is the one that is shown.
func TestProblemNamesItsPart(t *testing.T) {
	for path, want := range map[string]string{
		"deals/2026/Heng/2026-01-20-qualify.yaml":                            "Heng",
		"deals/2026/heng-x/campaigns/Plant Visit/2026-01-20-plan.yaml":       "Plant Visit",
		"deals/2026/heng-x/2026-01-20-correct-Typo.yaml":                     "Typo",
		"deals/customers/heng/receipts/2026-08-14-ICBC.yaml":                 "ICBC",
		"deals/2026/heng-x/tender/1/2026-03-18-bid-东区.yaml":                  "东区",
		"deals/2026/heng-x/orders/SO 7/evidence/2026-03-18-goods-note-1.pdf": "",
	} {
		p := fold.Classify(path)
		if want != "" && (p.Problem != "layout/bad-id" || p.Near != want) {
			t.Errorf("%s: %s of %q, want layout/bad-id of %q", path, p.Problem, p.Near, want)
		}
		if p.Kind != fold.Unknown {
			t.Errorf("%s: taken for a file of kind %d", path, p.Kind)
		}
	}
}

var placeholder = regexp.MustCompile(`\{([a-z-]+)\}`)

// placeholders lists the arguments that a text mentions, each once, sorted.
func placeholders(l catalogue.Lang, key string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(catalogue.Text(l, key, nil), -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}
