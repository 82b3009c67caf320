package rules

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// finding is what a case expects: the row or guard, "-" for none, and the rule.
type finding struct{ row, rule string }

func findingOf(d diag.Diagnostic) finding {
	if d.Row == "" {
		return finding{"-", d.Rule}
	}
	return finding{d.Row, d.Rule}
}

func (f finding) String() string { return f.row + " " + f.rule }

// wanted reads the lines of the section `want`.
func (x *example) wanted() []finding {
	var out []finding
	for _, f := range x.files {
		if f.Name != "want" {
			continue
		}
		for line := range strings.Lines(string(f.Data)) {
			row, rule, _ := strings.Cut(strings.TrimSpace(line), " ")
			out = append(out, finding{row, rule})
		}
	}
	return out
}

var workflowID = regexp.MustCompile(`^(?:TM|TP|TB|TF|TS|TD|IM|GD)-[0-9]{2}`)

// idOf turns the name of a case's file back into its id. Further cases of a
// row have a word after it.
func idOf(file string) string {
	name := strings.TrimSuffix(path.Base(file), ".txtar")
	if id := workflowID.FindString(name); id != "" {
		return id
	}
	return strings.Replace(name, "_", "/", 1)
}

func load(t *testing.T, name string) *example {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	x, err := parseExample(data)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func caseFiles(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(dir + "/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases in %s: %v", dir, err)
	}
	return names
}

// judged is what came of one side of a case.
type judged struct {
	company *fold.Company
	found   []diag.Diagnostic
}

func (x *example) judge(t *testing.T, side string) judged {
	t.Helper()
	if _, ok := x.header["change"]; ok {
		return x.judgeChange(t, side)
	}
	c, err := validate.State(context.Background(), x.tree(t, side), All, validate.Options{AsOf: x.asOf(t, side)})
	if err != nil {
		t.Fatal(err)
	}
	return judged{c, c.Findings}
}

// judgeChange lays the side's files over the base, as a pull request would.
func (x *example) judgeChange(t *testing.T, side string) judged {
	t.Helper()
	base, head := x.tree(t, "base"), x.tree(t, side)
	ch, found, err := validate.Judge(context.Background(), base, head, changed(base, head), All, validate.Options{AsOf: x.asOf(t, side), Books: x.books(side)})
	if err != nil {
		t.Fatal(err)
	}
	return judged{ch.Head, append(found, ch.Dated(All, nil)...)}
}

// taken counts how often a row was taken in all runs of all deals.
func (j judged) taken(row string) int {
	n := 0
	for _, d := range j.company.Deals() {
		n += d.Main.Times(row)
		for _, i := range d.Instances {
			n += i.Times(row)
		}
	}
	return n
}

func (j judged) errors() []finding {
	var out []finding
	for _, d := range j.found {
		if d.Severity == diag.Error && !slices.Contains(out, findingOf(d)) {
			out = append(out, findingOf(d))
		}
	}
	return out
}

func (j judged) reports(f finding) bool {
	return slices.ContainsFunc(j.found, func(d diag.Diagnostic) bool { return findingOf(d) == f })
}

// compare holds what was found against what the case wants: every error is
// wanted, and everything wanted is found.
func (j judged) compare(t *testing.T, want []finding) {
	t.Helper()
	for _, f := range j.errors() {
		if !slices.Contains(want, f) {
			t.Errorf("bad case: unexpected error %s", f)
			j.log(t)
		}
	}
	for _, f := range want {
		if !j.reports(f) {
			t.Errorf("bad case: %s was not found", f)
			j.log(t)
		}
		if n := times(want, f); n > 1 && times(j.all(), f) != n {
			t.Errorf("bad case: %s was found %d times, want %d", f, times(j.all(), f), n)
			j.log(t)
		}
	}
}

// all are the findings as often as they were found.
func (j judged) all() (all []finding) {
	for _, d := range j.found {
		all = append(all, findingOf(d))
	}
	return all
}

// times counts how often a list has a finding.
func times(list []finding, f finding) int {
	return len(slices.DeleteFunc(slices.Clone(list), func(other finding) bool { return other != f }))
}

func (j judged) log(t *testing.T) {
	t.Helper()
	for _, d := range j.found {
		t.Logf("  %s %s:%d %s %v", d.Severity, d.File, d.Line, findingOf(d), d.Args)
	}
}

func (j judged) clean(t *testing.T) {
	t.Helper()
	if e := j.errors(); len(e) > 0 {
		t.Errorf("good case: errors %v", e)
		j.log(t)
	}
}

// TestCases proves every row, guard and rule by a good and a bad case.
func TestCases(t *testing.T) {
	for _, file := range caseFiles(t, "testdata/cases") {
		id := idOf(file)
		t.Run(strings.TrimSuffix(path.Base(file), ".txtar"), func(t *testing.T) {
			x := load(t, file)
			if x.about == "" {
				t.Error("no sentence says what is shown")
			}
			good, bad := x.judge(t, "good"), x.judge(t, "bad")
			good.clean(t)
			if rule := strings.Contains(id, "/"); !rule || len(x.wanted()) > 0 {
				bad.compare(t, x.wanted())
			}
			switch {
			case strings.Contains(id, "/"):
				proveRule(t, id, good, bad)
			case strings.HasPrefix(id, "GD-"):
				proveGuard(t, id, x, good, bad)
			default:
				proveRow(t, id, x, good, bad)
			}
		})
	}
}

// proveRule wants the rule to be found in the bad case only, and no other.
func proveRule(t *testing.T, rule string, good, bad judged) {
	is := func(d diag.Diagnostic) bool { return d.Rule == rule }
	if !slices.ContainsFunc(bad.found, is) {
		t.Errorf("bad case: %s was not found", rule)
		bad.log(t)
	}
	if slices.ContainsFunc(good.found, is) {
		t.Errorf("good case: %s was found", rule)
	}
	for _, f := range bad.errors() {
		if f.rule != rule {
			t.Errorf("bad case: another error %s", f)
		}
	}
}

// proveGuard wants the guarded fact to land in the good case, and nothing but
// the guard to speak in the bad one.
func proveGuard(t *testing.T, id string, x *example, good, bad judged) {
	if len(bad.errors()) == 0 {
		t.Error("bad case: no error")
	}
	onlyRow(t, id, bad)
	for _, path := range x.paths("good/") {
		if !good.landed(path) {
			t.Errorf("good case: %s was not folded", path)
		}
	}
	if len(x.paths("good/")) == 0 {
		t.Error("good case: no fact")
	}
}

func onlyRow(t *testing.T, id string, bad judged) {
	for _, f := range bad.errors() {
		if f.row != id {
			t.Errorf("bad case: an error of another row: %s", f)
			bad.log(t)
		}
	}
}

// landed reports whether a fact file became part of a run.
func (j judged) landed(file string) bool {
	for _, d := range j.company.Deals() {
		for _, i := range append([]*fold.Instance{d.Main}, d.Instances...) {
			if slices.ContainsFunc(i.Facts, func(f *fold.Fact) bool { return f.Path == fold.Root+"/"+file }) {
				return true
			}
		}
	}
	return false
}

// proveRow wants a row of a fact to be refused under its own id; a derived row
// to wait for its input; a refusal never to land.
func proveRow(t *testing.T, id string, x *example, good, bad judged) {
	rows := schema.Table().RowsOf(id)
	switch {
	case len(rows[0].Refusal) > 0:
		if good.taken(id) != 0 {
			t.Errorf("good case: %s left a trace", id)
		}
		onlyRow(t, id, bad)
	case derived(rows) && len(bad.errors()) == 0:
		if good.taken(id) <= bad.taken(id) {
			t.Errorf("taken %d times in the good case and %d in the bad one", good.taken(id), bad.taken(id))
		}
	default:
		if before := x.judge(t, "both"); good.taken(id) <= before.taken(id) {
			t.Errorf("good case: %s was not taken", id)
		}
		if len(bad.errors()) == 0 {
			t.Error("bad case: no error")
		}
		onlyRow(t, id, bad)
	}
}

func derived(rows []*schema.Row) bool {
	return slices.ContainsFunc(rows, func(r *schema.Row) bool { return r.Derived })
}

// TestOptions proves that policy's options do what they say: the sides of a
// case differ by an option alone.
func TestOptions(t *testing.T) {
	for _, file := range caseFiles(t, "testdata/options") {
		t.Run(strings.TrimSuffix(path.Base(file), ".txtar"), func(t *testing.T) {
			x := load(t, file)
			if !slices.Contains(x.paths("good/"), "policy.yaml+") && !slices.Contains(x.paths("bad/"), "policy.yaml+") {
				t.Error("no side changes the policy")
			}
			good, bad := x.judge(t, "good"), x.judge(t, "bad")
			good.clean(t)
			bad.compare(t, x.wanted())
			for _, f := range x.wanted() {
				if slices.Contains(bad.errors(), f) == slices.Contains(good.errors(), f) && good.reports(f) {
					t.Errorf("good case: %s is found there too", f)
				}
			}
			for _, row := range x.header["taken"] {
				if good.taken(row) <= bad.taken(row) {
					t.Errorf("%s was taken %d times in the good case, %d in the bad one", row, good.taken(row), bad.taken(row))
				}
			}
		})
	}
}

// TestStories holds that the stories are told without an error, to their end.
func TestStories(t *testing.T) {
	for _, file := range caseFiles(t, "testdata/stories") {
		t.Run(path.Base(file), func(t *testing.T) {
			x, err := parseExample([]byte("story: " + strings.TrimSuffix(path.Base(file), ".txtar") + "\n"))
			if err != nil {
				t.Fatal(err)
			}
			x.judge(t, "good").clean(t)
		})
	}
}

// TestArrows holds that each arrow of the table is taken by the good side of
// some case, also where several arrows share an id.
func TestArrows(t *testing.T) {
	taken := map[*schema.Row]bool{}
	for _, file := range slices.Concat(caseFiles(t, "testdata/cases"), caseFiles(t, "testdata/options")) {
		for _, d := range load(t, file).judge(t, "good").company.Deals() {
			for _, i := range append([]*fold.Instance{d.Main}, d.Instances...) {
				for _, x := range i.Taken {
					taken[x.Row] = true
				}
			}
		}
	}
	for _, p := range schema.Table().Processes {
		for _, r := range p.Rows {
			if !taken[r] && len(r.Refusal) == 0 {
				t.Errorf("%s from %v to %s is taken by no case", r.ID, r.From, r.To)
			}
		}
	}
}
