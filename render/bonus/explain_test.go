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

// Each case of testdata/explain is a company, as in TestCases, and the trees
// of the keys that begin with what "keys:" says, in both languages.
func TestExplain(t *testing.T) {
	names, err := filepath.Glob("testdata/explain/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { explainCase(t, name) })
	}
}

func explainCase(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	l := Compute(loadCase(t, archive))
	for i, f := range archive.Files {
		lang, ok := strings.CutPrefix(f.Name, "want.")
		if !ok {
			continue
		}
		got := trees(t, l, head(archive, "keys"), catalogue.Lang(lang))
		switch {
		case *update:
			archive.Files[i].Data = []byte(got)
		case got != string(f.Data):
			t.Errorf("%s in %s\ngot:\n%s\nwant:\n%s", archive.Comment, lang, got, f.Data)
		}
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func trees(t *testing.T, l Ledger, keys string, lang catalogue.Lang) string {
	t.Helper()
	var b bytes.Buffer
	for _, e := range l.Find(keys) {
		if err := WriteTree(&b, l, explained(), e, lang); err != nil {
			t.Fatal(err)
		}
	}
	if b.Len() == 0 {
		t.Errorf("no key begins with %q: %v", keys, l.Entries())
	}
	return b.String()
}

// explained is of a repository in which everything is recorded and approved.
func explained() Meta {
	m := someMeta()
	m.Approved = func(path string) []Approval {
		if strings.Contains(path, "/terms/") {
			return []Approval{{"王总", "role.general-manager"}, {"陈静", "role.department-manager"}}
		}
		return nil
	}
	return m
}

// Every case of the ledger can be explained, each key to the amounts of its
// lines, and found by its code, by the beginning of it and in full.
func TestEveryKeyIsExplained(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		l := Compute(loadCase(t, archive))
		for _, e := range l.Entries() {
			for _, ref := range []string{e.Key.ID(), e.Key.ID()[:8], e.Key.String()} {
				if found := l.Find(ref); len(found) != 1 || found[0].Key != e.Key {
					t.Errorf("%s: %q finds %d keys", name, ref, len(found))
				}
			}
			for _, lang := range catalogue.Langs {
				var b bytes.Buffer
				if err := WriteTree(&b, l, explained(), e, lang); err != nil {
					t.Fatal(err)
				}
				if strings.Contains(b.String(), "⟨bonus") || strings.Contains(b.String(), "{") {
					t.Errorf("%s lacks words:\n%s", name, b.String())
				}
			}
		}
	}
}

// Who mistypes a key is shown those that are close.
func TestNear(t *testing.T) {
	l := ledgerOf(t, "commission-thirds")
	if found := l.Find("li-lex"); len(found) != 0 {
		t.Errorf("found %v", found)
	}
	if near := l.Near("li-lex", 2); len(near) != 1 || near[0].Key.Payee != "li-lei" {
		t.Errorf("near li-lex: %v", near)
	}
	if near := l.Near("zzz", 2); len(near) != 0 {
		t.Errorf("near zzz: %v", near)
	}
	if found := l.Find(""); len(found) != 0 {
		t.Errorf("nothing finds %v", found)
	}
}
