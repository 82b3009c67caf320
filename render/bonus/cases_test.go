package bonus

import (
	"context"
	"flag"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

var update = flag.Bool("update", false, "write what the cases compute into their want files")

// Each case is a small company and the lines that it must give. The first line
// "with:" names files of testdata/shared that it begins with; "as of:" is the
// day it is looked at; "close:" names the periods that are closed before it,
// as in closePeriods; "show:" names what else of the ledger is wanted, as in
// show_test.go; "unproven:" names files whose approval nothing proves. A file of
// the case replaces one of the shared files, and
// what stands under "policy" is added to the policy.
func TestCases(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { runCase(t, name) })
	}
}

func runCase(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	landed := closePeriods(t, archive)
	l := Compute(loadCase(t, landed))
	unproven := strings.Fields(head(archive, "unproven"))
	l.Hold(func(path string) (diag.Term, bool) { return "audit.unproven", slices.Contains(unproven, path) })
	got := show(l)
	for _, part := range strings.Fields(head(archive, "show")) {
		got += shows[part](l, func(day value.Day) Ledger { return Compute(loadCaseOn(t, landed, day)) })
	}
	for i, f := range archive.Files {
		if f.Name != "want" {
			continue
		}
		if *update {
			archive.Files[i].Data = []byte(got)
			if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		if got != string(f.Data) {
			t.Errorf("%s\ngot:\n%s\nwant:\n%s", archive.Comment, got, f.Data)
		}
		return
	}
	t.Error("the case wants nothing")
}

// closePeriods closes the periods that a case names under "close:", one after
// the other, as the draft of each would land. A file under "after 2026-06/" was
// recorded only after that closing, whatever its date.
func closePeriods(t *testing.T, archive *txtar.Archive) *txtar.Archive {
	t.Helper()
	landed := &txtar.Archive{Comment: archive.Comment}
	record := func(after string) {
		for _, f := range archive.Files {
			if name, ok := strings.CutPrefix(f.Name, after); ok {
				landed.Files = append(landed.Files, txtar.File{Name: name, Data: f.Data})
			}
		}
	}
	record("")
	var then Ledger
	for _, text := range strings.Fields(head(archive, "close")) {
		month, err := value.ParseMonth(text)
		if err != nil {
			t.Fatal(err)
		}
		now := Compute(loadCaseOn(t, landed, month.Last()))
		landed.Files = append(landed.Files, closing(t, NewDraft(then, now, month)))
		record("after " + text + "/")
		then = BeforeClosing(loadCaseOn(t, landed, month.Last()))
	}
	return landed
}

// closing is the file that closes a period as drafted.
func closing(t *testing.T, d Draft) txtar.File {
	t.Helper()
	d.By, d.Commit, d.InputsDigest = "qian-hui", "0000000000", "x"
	data, err := d.YAML("CNY")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), "lines-digest:") {
		data = append(data, "lines-digest: x\n"...)
	}
	return txtar.File{Name: fold.PayoutsDir + "/" + d.Month.String() + ".yaml", Data: data}
}

// loadCase folds the company of a case, which must have no error unless the
// case says "errors: expected".
func loadCase(t *testing.T, archive *txtar.Archive) *fold.Company {
	t.Helper()
	asOf, err := value.ParseDay(head(archive, "as of"))
	if err != nil {
		t.Fatal(err)
	}
	return loadCaseOn(t, archive, asOf)
}

// loadCaseOn folds the company of a case as of another day.
func loadCaseOn(t *testing.T, archive *txtar.Archive, asOf value.Day) *fold.Company {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, name := range strings.Fields("company " + head(archive, "with")) {
		shared, err := txtar.ParseFile(path.Join("testdata/shared", name+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		lay(fsys, shared)
	}
	lay(fsys, archive)
	for _, f := range archive.Files {
		if f.Name == "policy" {
			fsys["deals/policy.yaml"].Data = append(fsys["deals/policy.yaml"].Data, f.Data...)
		}
	}
	c, err := fold.Load(context.Background(), fsys, fold.Options{AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range c.Findings {
		if f.Severity == diag.Error && head(archive, "errors") == "" {
			t.Errorf("%s:%d %s %s: %s", f.File, f.Line, f.Rule, f.Row, catalogue.Explain(catalogue.EN, f).Found)
		}
	}
	if c.Policy == nil || c.Roster == nil {
		t.Fatal("the company has no policy or roster")
	}
	return c
}

// head finds "key: value" in the comment of a case.
func head(archive *txtar.Archive, key string) string {
	for line := range strings.Lines(string(archive.Comment)) {
		if rest, ok := strings.CutPrefix(line, key+":"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

func lay(fsys fstest.MapFS, archive *txtar.Archive) {
	for _, f := range archive.Files {
		if strings.HasPrefix(f.Name, "deals/") {
			fsys[f.Name] = &fstest.MapFile{Data: slices.Clip(f.Data)}
		}
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func emptyPolicy() *fact.Policy { return &fact.Policy{} }

func emptyRoster() *fact.Roster { return &fact.Roster{} }
