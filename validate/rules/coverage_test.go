package rules

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
)

var update = flag.Bool("update", false, "write testdata/coverage.md")

// provedElsewhere are rules of the fold that no tree can show.
var provedElsewhere = map[string]string{
	"layout/outside":  "nothing outside deals/ is loaded; the test of places proves it",
	"yaml/encoding":   "proved where YAML is read",
	"yaml/too-large":  "proved where YAML is read",
	"yaml/long-value": "proved where YAML is read",
	"schema/too-many": "proved where schemas are checked",
	"schema/refused":  "proved where schemas are checked",
}

// TestCoverage holds that every id has a case, that no case stands without its
// id, and that the table of both is up to date.
func TestCoverage(t *testing.T) {
	cov := readCoverage(t)
	var b strings.Builder
	b.WriteString("# Coverage\n\nWritten by `go test ./validate/rules -run Coverage -update`.\n")
	cov.rows(t, &b)
	cov.guards(t, &b)
	cov.rules(t, &b)
	for id := range cov.cases {
		if !cov.used[id] {
			t.Errorf("the case %s proves nothing that there is", CaseName(id))
		}
	}
	const name = "testdata/coverage.md"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if data, _ := os.ReadFile(name); string(data) != b.String() {
		t.Errorf("%s is stale: run this test with -update", name)
	}
}

// coverage knows which case proves which id.
type coverage struct {
	cases   map[string]*example
	further map[string][]string // more cases of an id, by file name
	options map[string]*example
	used    map[string]bool
}

func readCoverage(t *testing.T) *coverage {
	cov := &coverage{cases: map[string]*example{}, further: map[string][]string{}, options: map[string]*example{}, used: map[string]bool{}}
	for _, file := range caseFiles(t, "testdata/cases") {
		id := idOf(file)
		if path.Base(file) != CaseName(id)+".txtar" {
			cov.further[id] = append(cov.further[id], strings.TrimSuffix(path.Base(file), ".txtar"))
			continue
		}
		cov.cases[id] = load(t, file)
	}
	for _, file := range caseFiles(t, "testdata/options") {
		cov.options[strings.TrimSuffix(path.Base(file), ".txtar")] = load(t, file)
	}
	return cov
}

// sides describes the good and the bad side of an id's own case.
func (cov *coverage) sides(t *testing.T, id string) (good, bad string) {
	t.Helper()
	x := cov.cases[id]
	if x == nil {
		t.Errorf("%s has no case: testdata/cases/%s.txtar", id, CaseName(id))
		return "—", "—"
	}
	cov.used[id] = true
	return x.side("good"), x.side("bad")
}

// side names the files that a side adds or leaves out, and what is found.
func (x *example) side(side string) string {
	var parts []string
	for _, name := range x.paths(side + "/") {
		parts = append(parts, "`"+path.Base(name)+"`")
	}
	if side == "bad" {
		for _, name := range x.paths("without/") {
			parts = append(parts, "without `"+path.Base(name)+"`")
		}
	}
	for _, key := range []string{"as-of", "lacks", "link", "device", "unreadable", "size"} {
		if v := x.get(side + "-" + key); v != "" {
			parts = append(parts, key+" "+path.Base(v))
		}
	}
	if len(parts) == 0 {
		parts = []string{"the story as it is"}
	}
	text := strings.Join(parts, ", ")
	if want := x.wanted(); side == "bad" && len(want) > 0 {
		text += ": " + want[0].rule
	}
	return text
}

func (cov *coverage) rows(t *testing.T, b *strings.Builder) {
	b.WriteString("\n## Rows\n\n| row | name | enforced by | good case | bad case |\n|---|---|---|---|---|\n")
	seen := map[string]bool{}
	for _, p := range schema.Table().Processes {
		for _, r := range p.Rows {
			if seen[r.ID] {
				continue
			}
			seen[r.ID] = true
			good, bad := cov.sides(t, r.ID)
			if bad == "the story as it is" {
				bad = "without " + good
			}
			if more := cov.further[r.ID]; len(more) > 0 {
				good += "; " + strings.Join(more, ", ")
			}
			fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", r.ID, r.Title.In(catalogue.EN), enforced(schema.Table().RowsOf(r.ID)), good, bad)
		}
	}
}

// enforced says by what the arrows of a row are held.
func enforced(rows []*schema.Row) string {
	var parts []string
	for _, r := range rows {
		part := "step " + r.Step
		switch {
		case len(r.Refusal) > 0:
			part = "refusal: never lands"
		case r.Via != "":
			part = "derived, brought by " + r.Via
		case r.Derived:
			part = "derived"
		}
		if needs := slices.Concat(r.If, r.Needs); len(needs) > 0 {
			part += " (" + strings.Join(needs, ", ") + ")"
		}
		if r.Guard != "" {
			part += ", " + r.Guard
		}
		parts = append(parts, part)
	}
	return strings.Join(slices.Compact(parts), "; ")
}

func (cov *coverage) guards(t *testing.T, b *strings.Builder) {
	b.WriteString("\n## Guards\n\n| guard | forbids | enforced at | good case | bad case |\n|---|---|---|---|---|\n")
	table := schema.Table()
	for _, id := range slices.Sorted(maps.Keys(table.Guards)) {
		good, bad := cov.sides(t, id)
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", id, table.Guards[id].In(catalogue.EN), guarded(table, id), good, bad)
	}
}

// guarded lists the steps that a guard stands behind.
func guarded(table *schema.Workflow, id string) string {
	var at []string
	for _, p := range table.Processes {
		for _, r := range p.Rows {
			if r.Guard == id {
				at = append(at, r.ID+" "+r.Step)
			}
		}
		for _, r := range p.Records {
			if r.Guard == id {
				at = append(at, p.Name+"/"+r.Step)
			}
		}
	}
	if len(at) == 0 {
		return "a condition"
	}
	return strings.Join(slices.Compact(at), ", ")
}

func (cov *coverage) rules(t *testing.T, b *strings.Builder) {
	b.WriteString("\n## Rules\n\n| rule | proved by |\n|---|---|\n")
	for _, rule := range allRules(t) {
		fmt.Fprintf(b, "| %s | %s |\n", rule, cov.proof(t, rule))
	}
}

// proof finds the case of a rule: its own, or where it is a condition one whose
// bad side yields it.
func (cov *coverage) proof(t *testing.T, rule string) string {
	t.Helper()
	if why := provedElsewhere[rule]; why != "" {
		return why
	}
	if cov.cases[rule] != nil {
		cov.used[rule] = true
		return "cases/" + CaseName(rule)
	}
	if strings.HasPrefix(rule, "needs/") {
		if name := yields(cov.cases, rule); name != "" {
			return "cases/" + CaseName(name)
		}
		if name := yields(cov.options, rule); name != "" {
			return "options/" + name
		}
	}
	t.Errorf("%s has no case: testdata/cases/%s.txtar", rule, CaseName(rule))
	return "—"
}

func yields(cases map[string]*example, rule string) string {
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		if slices.ContainsFunc(cases[name].wanted(), func(f finding) bool { return f.rule == rule }) {
			return name
		}
	}
	return ""
}

// allRules lists what can be found: the ids of the rules, those that the fold
// spells out, the conditions of facts, and what reading a file finds.
func allRules(t *testing.T) []string {
	all := slices.Concat(listed(), spelled(t), conditions(), readable())
	slices.Sort(all)
	return slices.Compact(all)
}

var spelledRule = regexp.MustCompile(`"((?:needs|layout|correct|import|step|actor|evidence|policy|yaml|schema)/[a-z][a-z-]*)"`)

func spelled(t *testing.T) []string {
	files, err := filepath.Glob("../fold/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no source of the fold", err)
	}
	var found []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range spelledRule.FindAllStringSubmatch(string(data), -1) {
			found = append(found, m[1])
		}
	}
	return found
}

// readable are the rules of what is read before anything is judged.
func readable() []string {
	var found []string
	for _, key := range catalogue.Keys() {
		if rule, ok := strings.CutSuffix(key, ".title"); ok && readRule.MatchString(rule) {
			found = append(found, rule)
		}
	}
	return found
}

var readRule = regexp.MustCompile("^(yaml|private|schema)/")

// conditions are the rules of what rows and records of facts need; a derived
// row only waits for what it needs.
func conditions() []string {
	var found []string
	for _, p := range schema.Table().Processes {
		for _, r := range p.Rows {
			for _, name := range r.Needs {
				if !r.Derived {
					found = append(found, "needs/"+name)
				}
			}
		}
		for _, r := range p.Records {
			for _, name := range r.Needs {
				found = append(found, "needs/"+name)
			}
		}
	}
	return found
}
