package source_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/source"
)

// TestCases runs testdata/*.txtar. An archive holds pairs of files, name.yaml
// (or name.md for plain text) and name.want, one finding a line. In the input
// ⟨hex⟩ stands for bytes that an editor would not show.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runCases(t, archive) })
	}
}

func runCases(t *testing.T, archive *txtar.Archive) {
	if len(archive.Files)%2 != 0 {
		t.Fatal("files do not come in pairs")
	}
	for pair := range slices.Chunk(archive.Files, 2) {
		in, want := pair[0], pair[1]
		name := strings.TrimSuffix(in.Name, filepath.Ext(in.Name))
		if want.Name != name+".want" {
			t.Fatalf("%s is followed by %s", in.Name, want.Name)
		}
		t.Run(name, func(t *testing.T) {
			got := describe(findings(in.Name, unescape(t, in.Data)))
			if got != string(want.Data) {
				t.Errorf("got:\n%swant:\n%s", got, want.Data)
			}
		})
	}
}

func findings(name string, data []byte) []diag.Diagnostic {
	if filepath.Ext(name) == ".md" {
		return source.PrivateText(name, data)
	}
	doc, found := source.Parse(name, data)
	if doc != nil {
		found = append(found, source.Private(doc)...)
	}
	return found
}

// unescape replaces ⟨hex⟩ by the bytes it names.
func unescape(tb testing.TB, data []byte) []byte {
	tb.Helper()
	var out []byte
	for rest := string(data); rest != ""; {
		before, after, _ := strings.Cut(rest, "⟨")
		out = append(out, before...)
		code, tail, _ := strings.Cut(after, "⟩")
		var bytes []byte
		if _, err := fmt.Sscanf(code, "%x", &bytes); code != "" && err != nil {
			tb.Fatalf("⟨%s⟩: %v", code, err)
		}
		out, rest = append(out, bytes...), tail
	}
	return out
}

// describe writes findings as "rule line:col+len key=value …".
func describe(found []diag.Diagnostic) string {
	var b strings.Builder
	for _, d := range found {
		fmt.Fprintf(&b, "%s %d:%d", d.Rule, d.Line, d.Col)
		if d.Len > 0 {
			fmt.Fprintf(&b, "+%d", d.Len)
		}
		for _, key := range slices.Sorted(maps.Keys(d.Args)) {
			fmt.Fprintf(&b, " %s=%v", key, d.Args[key])
		}
		for _, r := range d.Related {
			fmt.Fprintf(&b, " see=%d:%d", r.Line, r.Col)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func parse(t *testing.T, text string) *source.Doc {
	t.Helper()
	doc, found := source.Parse("f.yaml", []byte(text))
	if doc == nil {
		t.Fatalf("%q: %s", text, describe(found))
	}
	return doc
}

func TestTree(t *testing.T) {
	number := func(s string) any { return json.Number(s) }
	for in, want := range map[string]any{
		"2026-02-30": "2026-02-30", "2026-01-02T03:04:05Z": "2026-01-02T03:04:05Z",
		"12800.50": number("12800.50"), "-1": number("-1"), "0": number("0"), "0.10": number("0.10"),
		"100000000000000000000000.01": number("100000000000000000000000.01"),
		"'12'":                        "12", `"12"`: "12", `"true"`: "true", "'~'": "~",
		"1e400": "1e400", ".nan": ".nan", ".inf": ".inf", "0x10": "0x10", "0o17": "0o17", "017": "017",
		"1_000": "1_000", "1,000": "1,000", "+5": "+5", ".5": ".5", "5.": "5.", "1/3": "1/3", "8%": "8%", "1:30": "1:30",
		"true": true, "False": false, "yes": "yes", "no": "no", "~": nil, "": nil, "null": nil,
		"[1, a, {b: 2}]": []any{number("1"), "a", map[string]any{"b": number("2")}},
		"|\n  1\n":       "1\n", ">\n  a\n  b\n": "a b\n",
	} {
		got := parse(t, "k: "+in).Tree()
		if !reflect.DeepEqual(got, map[string]any{"k": want}) {
			t.Errorf("%q: got %#v, want %#v", in, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	doc := parse(t, "a:\n  - x: 1\n  - 客户: 恒泰\nb/c: {~d: e}\n")
	for pointer, want := range map[string]string{
		"":           "- 1:1",
		"/a":         "1:1 2:3",
		"/a/0":       "- 2:5",
		"/a/0/x":     "2:5 2:8",
		"/a/1/客户":    "3:5 3:9",
		"/b~1c":      "4:1 4:6",
		"/b~1c/~0d":  "4:7 4:11",
		"/a/2":       "- -",
		"/a/00":      "- -",
		"/a/-1":      "- -",
		"/nope/a":    "- -",
		"/a/0/x/y":   "- -",
		"a":          "- -",
		"/b~1c/~0d/": "- -",
	} {
		key, val := source.Find(doc.Root, pointer)
		got := "- -"
		switch {
		case key != nil:
			got = fmt.Sprintf("%d:%d %d:%d", key.Line, key.Column, val.Line, val.Column)
		case val != nil:
			got = fmt.Sprintf("- %d:%d", val.Line, val.Column)
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", pointer, got, want)
		}
	}
}

func TestLine(t *testing.T) {
	data := []byte("\xEF\xBB\xBFa: 1\r\n客户: 恒泰\r\n\nlast")
	for n, want := range map[int]string{-1: "", 0: "", 1: "a: 1", 2: "客户: 恒泰", 3: "", 4: "last", 5: ""} {
		if got := source.Line(data, n); got != want {
			t.Errorf("line %d: got %q, want %q", n, got, want)
		}
	}
}

func TestLineEnds(t *testing.T) {
	text := "a: |\n  x\n  y\nb: 'p\n\n  q'\nc: [1,\n  2]\n"
	want := parse(t, text).Tree()
	for _, variant := range []string{"\uFEFF" + text, strings.ReplaceAll(text, "\n", "\r\n")} {
		if got := parse(t, variant).Tree(); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %v, want %v", variant, got, want)
		}
	}
}

// TestBounds holds the limits where they stand: at the limit a file passes,
// one step further it does not.
func TestBounds(t *testing.T) {
	limits := source.Limits{MaxBytes: 200, MaxDepth: 4, MaxScalar: 10}
	for in, want := range map[string]string{
		"a: [[[1]]]":                          "",
		"a: [[[[1]]]]":                        "yaml/too-deep 1:7 max=4\n",
		"a:\n b:\n  c:\n   d:\n    e: 1":      "yaml/too-deep 5:5 max=4\n",
		"a: 一二三四五六七八九十":                       "",
		"a: 一二三四五六七八九十一":                      "yaml/long-value 1:4 max=10 runes=11\n",
		"a: b" + strings.Repeat("\n", 196):    "",
		"a: b" + strings.Repeat("\n", 197):    "yaml/too-large 0:0 bytes=201 max=200\n",
		"a: " + strings.Repeat("[", 101):      "yaml/too-deep 1:104+1 max=4\n",
		"a: '" + strings.Repeat("[", 9) + "'": "",
	} {
		if _, found := limits.Parse("f.yaml", []byte(in)); describe(found) != want {
			t.Errorf("%q: got %q, want %q", in, describe(found), want)
		}
	}
}

// TestHostile proves that files made to be slow are refused, within the time
// that a test run has.
func TestHostile(t *testing.T) {
	repeat := strings.Repeat
	for name, c := range map[string]struct{ in, rule string }{
		"brackets":        {repeat("[", 10<<20), "yaml/too-large"},
		"some brackets":   {repeat("[", 200<<10), "yaml/too-deep"},
		"bracket lines":   {repeat("a\n[{", 60<<10), "yaml/too-deep"},
		"dashes":          {repeat("- ", 100<<10), "yaml/too-deep"},
		"question marks":  {repeat("? ", 100<<10), "yaml/too-deep"},
		"long value":      {"a: " + repeat("x", 100_000), "yaml/long-value"},
		"alias bomb":      {"a: &a [x]\nb: [" + repeat("*a,", 50_000) + "]", "yaml/anchor"},
		"tags":            {"a: [" + repeat("! a,", 50_000) + "]", "yaml/tag"},
		"duplicates":      {repeat("a: b\n", 40_000), "yaml/duplicate-key"},
		"colons":          {repeat("a：b\n", 10_000), "yaml/not-a-mapping"},
		"controls":        {repeat("\x01", 200_000), "yaml/control-character"},
		"invalid":         {repeat("\xff", 200_000), "yaml/encoding"},
		"open quote":      {"a: '" + repeat("x\n", 30_000), "yaml/syntax"},
		"document starts": {repeat("---\n", 60_000), "yaml/multiple-documents"},
	} {
		t.Run(name, func(t *testing.T) {
			doc, found := source.Parse("f.yaml", []byte(c.in))
			if doc != nil || len(found) == 0 || len(found) > 25 || found[0].Rule != c.rule {
				t.Errorf("got %.300s, want %s", describe(found), c.rule)
			}
		})
	}
}

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"phone: 13812345678, 139 1234 5678": "phone: 138******78, 139********78",
		"id: 11010519491231002X":            "id: 110*************2X",
		"amount: 12800.50":                  "amount: 12800.50",
	} {
		if got := source.Redact(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// TestTexts holds that every finding of this package can be put into words.
func TestTexts(t *testing.T) {
	for _, rule := range strings.Fields(`too-large too-deep encoding control-character tab bidi
		fullwidth-colon colon-without-space syntax empty not-a-mapping multiple-documents
		duplicate-key anchor alias merge-key tag key-not-text long-value`) {
		hasTexts(t, "yaml/"+rule)
	}
	for _, rule := range []string{"id-card", "bank-card", "mobile"} {
		hasTexts(t, "private/"+rule)
	}
}

func hasTexts(t *testing.T, rule string) {
	t.Helper()
	for _, part := range []string{"title", "found", "want", "fix"} {
		for _, lang := range catalogue.Langs {
			if text := catalogue.Text(lang, rule+"."+part, nil); text == "" || strings.HasPrefix(text, "⟨") {
				t.Errorf("%s.%s has no text in %s", rule, part, lang)
			}
		}
	}
}
