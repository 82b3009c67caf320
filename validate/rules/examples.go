package rules

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// The cases are test data and documentation at once: what a person reads as an
// example is what the tests prove.
//
//go:embed testdata/cases/*.txtar testdata/options/*.txtar testdata/stories/*.txtar
var testdata embed.FS

// Example is a good and a bad case: the files that a person would write, and
// what else is different on the bad side.
type Example struct {
	Good, Bad string
	Differs   []Difference
}

// Difference is something about the bad side that its files do not show, such
// as a file that is missing.
type Difference struct {
	Key  string // of the catalogue
	Args diag.Args
}

// Shown reports whether there is anything to show.
func (x Example) Shown() bool { return x.Good != "" || x.Bad != "" || len(x.Differs) > 0 }

// Examples returns the case that the tests prove for a rule, row or guard: its
// own, else one whose bad side yields the rule, else that of a row which waits
// for the condition.
func Examples(id string) Example {
	x, err := readExample("testdata/cases/" + CaseName(id) + ".txtar")
	if err == nil {
		return x.example()
	}
	for _, x := range allExamples() {
		if slices.ContainsFunc(x.found(), func(rule string) bool { return rule == id }) {
			return x.example()
		}
	}
	if row := waiting(strings.TrimPrefix(id, "needs/")); row != "" && row != id {
		return Examples(row)
	}
	return Example{}
}

// waiting is a row that waits for a condition, "" when none does.
func waiting(condition string) string {
	for _, p := range schema.Table().Processes {
		for _, r := range p.Rows {
			if slices.Contains(r.Needs, condition) || slices.Contains(r.If, condition) {
				return r.ID
			}
		}
	}
	return ""
}

// StepCases names the cases of a step: those of its rows and guards, else the
// first one that has a file of the step, on both sides if there is one.
func StepCases(s *schema.Step) []string {
	var ids []string
	for _, p := range schema.Table().Processes {
		if p.Name != s.Process && (p.Name != "payment" || s.Process != "order") {
			continue
		}
		for _, r := range p.RowsFor(s.Name) {
			ids = append(ids, r.ID)
		}
		if r := p.Record(s.Name); r != nil && r.Guard != "" && len(ids) == 0 {
			ids = append(ids, r.Guard)
		}
	}
	if len(ids) > 0 {
		return slices.Compact(ids)
	}
	for _, sides := range [][]string{{"good/", "bad/"}, {"good/"}, {"bad/"}, {"both/"}} {
		for _, x := range allExamples() {
			if !slices.ContainsFunc(sides, func(side string) bool { return !x.has(side, s) }) {
				return []string{x.id}
			}
		}
	}
	return nil
}

// has reports whether one side writes a file of a step or registry.
func (x *example) has(side string, s *schema.Step) bool {
	return slices.ContainsFunc(x.files, func(f txtar.File) bool {
		name, ok := strings.CutPrefix(f.Name, side)
		return ok && stepOf(strings.TrimSuffix(name, "+")) == s
	})
}

// stepOf is the step or registry of a path below deals/, nil of other files.
func stepOf(name string) *schema.Step {
	registries := map[fold.Kind]string{fold.PolicyFile: "policy", fold.RosterFile: "roster", fold.CustomerFile: "customer", fold.DealFile: "deal"}
	p := fold.Classify(fold.Root + "/" + name)
	if registry := registries[p.Kind]; registry != "" {
		return schema.AllSteps().Get("", registry)
	}
	return p.Step
}

// Written returns a file of a step as a story writes it, under its path.
func Written(s *schema.Step) string {
	for _, name := range []string{"tendered", "direct"} {
		story, err := readStory(name)
		if err != nil {
			return ""
		}
		for _, path := range slices.Sorted(maps.Keys(story)) {
			if stepOf(path) == s {
				return "# " + path + "\n" + story[path]
			}
		}
	}
	return ""
}

// allExamples reads every case of rules, in the order of their names, and then
// those of policy's options.
var allExamples = sync.OnceValue(func() []*example {
	var all []*example
	for _, dir := range []string{"cases", "options"} {
		names, _ := fs.Glob(testdata, "testdata/"+dir+"/*.txtar")
		for _, name := range names {
			x, err := readExample(name)
			if err != nil {
				panic(err) // the cases are part of the program; a test reads them all
			}
			x.id = strings.Replace(strings.TrimSuffix(path.Base(name), ".txtar"), "_", "/", 1)
			all = append(all, x)
		}
	}
	return all
})

func (x *example) example() Example {
	e := Example{Good: x.shown("good/"), Bad: x.shown("bad/"), Differs: x.differs()}
	if e.Bad == "" && len(e.Differs) == 0 { // the bad side is the story without the good files
		for _, f := range x.files {
			if name, ok := strings.CutPrefix(f.Name, "good/"); ok {
				e.Differs = append(e.Differs, Difference{"explain.differs.lacks", diag.Args{"file": name}})
			}
		}
	}
	return e
}

// differs lists what the bad side's files do not show.
func (x *example) differs() []Difference {
	var out []Difference
	for _, f := range x.files {
		if name, ok := strings.CutPrefix(f.Name, "without/"); ok {
			out = append(out, Difference{"explain.differs.lacks", diag.Args{"file": name}})
		}
	}
	for _, key := range []string{"lacks", "link", "device", "unreadable", "books"} {
		for _, name := range x.header["bad-"+key] {
			out = append(out, Difference{"explain.differs." + key, diag.Args{"file": name}})
		}
	}
	for _, line := range x.header["bad-size"] {
		name, size, _ := strings.Cut(line, " ")
		out = append(out, Difference{"explain.differs.size", diag.Args{"file": name, "bytes": size}})
	}
	if day := x.get("bad-as-of"); day != "" {
		out = append(out, Difference{"explain.differs.as-of", diag.Args{"date": day}})
	}
	return out
}

// found are the rules that the bad side yields.
func (x *example) found() []string {
	var rules []string
	for _, f := range x.files {
		if f.Name != "want" {
			continue
		}
		for line := range strings.Lines(string(f.Data)) {
			_, rule, _ := strings.Cut(strings.TrimSpace(line), " ")
			rules = append(rules, rule)
		}
	}
	return rules
}

// CaseName is the file name of an id's case: "schema/unknown-key" stands in
// schema_unknown-key.txtar.
func CaseName(id string) string { return strings.ReplaceAll(id, "/", "_") }

// example is one case as testdata/README.md describes it.
type example struct {
	id     string
	header map[string][]string
	about  string
	files  []txtar.File // an empty one is filled from the story
	story  map[string]string
}

func readExample(name string) (*example, error) {
	data, err := testdata.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return parseExample(data)
}

func parseExample(data []byte) (*example, error) {
	a := txtar.Parse(data)
	x := &example{header: map[string][]string{}, files: a.Files}
	head, about, _ := strings.Cut(string(a.Comment), "\n\n")
	for line := range strings.Lines(head) {
		key, val, _ := strings.Cut(strings.TrimSpace(line), ":")
		x.header[key] = append(x.header[key], strings.TrimSpace(val))
	}
	x.about = strings.TrimSpace(about)
	var err error
	if x.story, err = readStory(x.get("story")); err != nil {
		return nil, err
	}
	for i, f := range x.files {
		if _, path, ok := strings.Cut(f.Name, "/"); ok && len(f.Data) == 0 {
			x.files[i].Data = []byte(x.story[path])
		}
	}
	return x, nil
}

// get returns a header that is given once at most.
func (x *example) get(key string) string {
	if v := x.header[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// shown joins the files of one kind of section, each under its path.
func (x *example) shown(kind string) string {
	var b strings.Builder
	for _, f := range x.files {
		if name, ok := strings.CutPrefix(f.Name, kind); ok {
			fmt.Fprintf(&b, "# %s\n%s", strings.TrimSuffix(name, "+"), f.Data)
		}
	}
	return b.String()
}

// readStory returns the files of a story, by their path below deals/. Every
// story plays in the same company.
func readStory(name string) (map[string]string, error) {
	files := map[string]string{}
	for _, part := range []string{"company", name} {
		if part == "" {
			continue
		}
		data, err := testdata.ReadFile("testdata/stories/" + part + ".txtar")
		if err != nil {
			return nil, err
		}
		maps.Copy(files, contents(txtar.Parse(data).Files))
	}
	return files, nil
}

func contents(files []txtar.File) map[string]string {
	out := map[string]string{}
	for _, f := range files {
		out[f.Name] = string(f.Data)
	}
	return out
}
