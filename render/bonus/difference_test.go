package bonus

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema/catalogue"
)

// Each case of testdata/difference is a company, as in TestCases, and the files
// below head/ that a change brings.
func TestDifference(t *testing.T) {
	names, err := filepath.Glob("testdata/difference/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { differenceCase(t, name) })
	}
}

func differenceCase(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	base, head := beforeAndAfter(t, archive)
	all := Compare(base, head)
	for i, f := range archive.Files {
		var b bytes.Buffer
		switch lang, format, _ := strings.Cut(strings.TrimPrefix(f.Name, "want."), "/"); {
		case !strings.HasPrefix(f.Name, "want."):
			continue
		case format == "json" || lang == "json":
			err = WriteDifferencesJSON(&b, "aaaa", "bbbb", head.Company.AsOf, all)
		case format == "comment":
			writeComment(&b, head, all, catalogue.Lang(lang))
		default:
			err = WriteDifferences(&b, head.Company, all, catalogue.Lang(lang))
		}
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case *update:
			archive.Files[i].Data = b.Bytes()
		case b.String() != string(f.Data):
			t.Errorf("%s: %s\ngot:\n%s\nwant:\n%s", archive.Comment, f.Name, b.String(), f.Data)
		}
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if back := Compare(head, base); len(back) != len(all) {
		t.Errorf("undone, the change moves %d keys, not %d", len(back), len(all))
	}
}

// writeComment writes what the readers of a pull request see of the pay of the
// case's deal, by what policy lets them.
func writeComment(b *bytes.Buffer, head Ledger, all []Difference, lang catalogue.Lang) {
	for _, totals := range []string{"none", "deal", "all"} {
		p := emptyPolicy()
		p.Publish.Totals.S = totals
		b.WriteString(totals + ":\n")
		if pay := PayOf(head.Company, all, AudienceOf(p), lang); pay != nil {
			for _, s := range pay("deals/2026/hengtai-harness") {
				b.WriteString("  " + s + "\n")
			}
		}
	}
}

func beforeAndAfter(t *testing.T, archive *txtar.Archive) (base, head Ledger) {
	t.Helper()
	laid := func(change bool) Ledger {
		one := &txtar.Archive{Comment: archive.Comment}
		for _, f := range archive.Files {
			name, changed := strings.CutPrefix(f.Name, "head/")
			if !changed || change {
				one.Files = append(one.Files, txtar.File{Name: name, Data: f.Data})
			}
		}
		return Compute(loadCase(t, one))
	}
	return laid(false), laid(true)
}

// A ledger does not differ from itself, whatever is in it.
func TestNoDifference(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if all := Compare(Compute(loadCase(t, archive)), Compute(loadCase(t, archive))); len(all) != 0 {
			t.Errorf("%s: %v", name, all)
		}
	}
}

// The site shows of pay what policy lets it.
func TestVisible(t *testing.T) {
	l := ledgerOf(t, "commission-thirds")
	for totals, want := range map[string][2]int{"": {0, 0}, "none": {0, 0}, "deal": {1, 0}, "all": {1, 3}} {
		p := emptyPolicy()
		p.Publish.Totals.S = totals
		if deals, people := l.Visible(p); len(deals) != want[0] || len(people) != want[1] {
			t.Errorf("%q shows %d deals and %d people", totals, len(deals), len(people))
		}
	}
	if deals, people := l.Visible(nil); deals != nil || people != nil {
		t.Error("without a policy, something is shown")
	}
}
