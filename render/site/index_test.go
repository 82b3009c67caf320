package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dealgate/dealgate/schema/catalogue"
)

func TestTokens(t *testing.T) {
	for in, want := range map[string][]string{
		"Hengtai-Relay 2026": {"hengtai", "relay", "2026"},
		"高压线束":               {"高", "压", "高压", "线", "压线", "束", "线束"},
		"BMS电池a":             {"bms", "电", "池", "电池", "a"},
		"，。 -":               nil,
		"Ｈengtai ２６年":        {"hengtai", "26", "年"},
		"148,500.00 元":       {"148500", "00", "元"},
		"1,234,567":          {"1234567"},
		"1,2 12,34 1234,567": {"1", "2", "12", "34", "1234", "567"},
	} {
		if got := tokens(in); !slices.Equal(got, want) {
			t.Errorf("tokens(%q) = %q, want %q", in, got, want)
		}
	}
	if got := tokens(strings.Repeat("x", 100_000)); len(got) != 1 || len(got[0]) != longWord {
		t.Errorf("a long word is kept whole")
	}
}

// piece reads what a script hands to a function.
func piece(t *testing.T, data []byte, v any) {
	t.Helper()
	s := string(data)
	from, to := strings.Index(s, "("), strings.LastIndex(s, ")")
	if err := json.Unmarshal([]byte(s[from+1:to]), v); err != nil {
		t.Fatal(err)
	}
}

// TestIndex reads the written index as assets/search.js does.
func TestIndex(t *testing.T) {
	files := render(t, model(t, manyDeals(450)))
	var top struct {
		Pages, Words []struct {
			File, First string
			From        int
		}
	}
	list := open(t, files, "zh-CN/search.html").all("#search-results")[0]
	piece(t, files[strings.TrimPrefix(attr(list, "data-index"), "../")], &top)
	var docs []doc
	for _, l := range top.Pages {
		var part []doc
		piece(t, files[l.File], &part)
		if l.From != len(docs) {
			t.Fatalf("%s begins at %d, want %d", l.File, l.From, len(docs))
		}
		docs = append(docs, part...)
	}
	found := map[string]string{}
	for _, l := range top.Words {
		var part [][2]string
		piece(t, files[l.File], &part)
		if len(part) == 0 || part[0][0] != l.First {
			t.Fatalf("%s does not begin with %s", l.File, l.First)
		}
		for _, p := range part {
			found[p[0]] = p[1]
		}
	}
	for _, word := range []string{
		"恒泰", "hengtai", "线束", "上海", "赵敏", "销售", "harness",
		"0107", "plant", "visit", "icbc", "7700123", "30000", "催款", "费用",
	} {
		if found[word] == "" {
			t.Errorf("nothing is found for %s", word)
		}
	}
	if !slices.ContainsFunc(docs, func(d doc) bool {
		return reflect.DeepEqual(d, doc{"deals/hengtai-harness.html", "新能源汽车高压线束", "项目", "恒泰汽车零部件股份有限公司"})
	}) {
		t.Errorf("the index lacks a deal; it begins with %v", docs[:3])
	}
	for name, data := range files {
		if strings.HasPrefix(name, "search/") && compressed(data) > 100<<10 {
			t.Errorf("%s is too large", name)
		}
	}
}

func TestDelta(t *testing.T) {
	if got := string(appendDelta(nil, []int{0, 1, 37, 37 + 36*36})); got != "0 1 10 100" {
		t.Errorf("delta gives %q", got)
	}
}

func TestWordsAreSortedAsScriptsCompare(t *testing.T) {
	words := []string{"ｚ", "𠮷", "高压", "高", "a", "𠮷野"}
	slices.SortFunc(words, compareUnits)
	if want := []string{"a", "高", "高压", "𠮷", "𠮷野", "ｚ"}; !slices.Equal(words, want) {
		t.Errorf("the words are sorted %q, want %q", words, want)
	}
}

// wordsOf are what a deal of testdata is found by, in Chinese.
func wordsOf(t *testing.T, id string, edit func(fstest.MapFS)) map[string]bool {
	t.Helper()
	files := fstest.MapFS{}
	m := modelOf(t, func(f fstest.MapFS) {
		if edit != nil {
			edit(f)
		}
		maps.Copy(files, f)
	})
	m.shelf.files = files
	found := map[string]bool{}
	for _, d := range m.Deals {
		if d.ID != id {
			continue
		}
		for _, v := range m.dealWords(d) {
			for _, word := range tokens(words{catalogue.ZH}.say(v)) {
				found[word] = true
			}
		}
	}
	return found
}

func TestDealsAreFoundByTheirEvidence(t *testing.T) {
	found := wordsOf(t, "hengtai-harness", func(f fstest.MapFS) {
		f[harness+"evidence/meal.md"] = &fstest.MapFile{Data: []byte("票据 12,345.60 元\n" + strings.Repeat("很长", foundInFile) + " afterwards")}
		f[harness+"evidence/unnamed.md"] = &fstest.MapFile{Data: []byte("无人引用")}
		f[harness+"evidence/raw.pdf"] = &fstest.MapFile{Data: []byte("%PDF-1.7 insidepdf")}
	})
	for word, want := range map[string]bool{"票据": true, "12345": true, "unnamed": true, "引用": true, "afterwards": false, "insidepdf": false} {
		if found[word] != want {
			t.Errorf("%s is found: %v", word, found[word])
		}
	}
}

func TestEvidenceOfWhatIsNotPublishedIsNotFound(t *testing.T) {
	const terms = harness + "terms/2026-04-01-preliminary.yaml"
	edit := func(also string) func(fstest.MapFS) {
		return func(f fstest.MapFS) {
			f[harness+"evidence/rate.md"] = &fstest.MapFile{Data: []byte("底薪约定")}
			f[terms] = &fstest.MapFile{Data: append(bytes.Clone(f[terms].Data), "evidence: [rate.md]\n"...)}
			if also != "" {
				f[also] = &fstest.MapFile{Data: append(bytes.Clone(f[also].Data), "evidence: [rate.md]\n"...)}
			}
		}
	}
	if wordsOf(t, "hengtai-harness", edit(""))["底薪"] {
		t.Error("the evidence of terms of pay is found")
	}
	if !wordsOf(t, "hengtai-harness", edit(harness+"2026-01-12-lead.yaml"))["底薪"] {
		t.Error("evidence that a published fact names too is not found")
	}
}

func TestEvidenceOfOneDealIsFoundInBounds(t *testing.T) {
	many := func(f fstest.MapFS) {
		for i := range 20 {
			f[fmt.Sprintf("%sevidence/x%02d.md", harness, i)] = &fstest.MapFile{Data: []byte(fmt.Sprintf("begin%02d ", i) + strings.Repeat("汉", foundInFile))}
		}
	}
	found := wordsOf(t, "hengtai-harness", many)
	if !found["begin00"] || found["begin19"] || !found["x19"] {
		t.Error("the texts of many files are not found in bounds, or not all files by their names")
	}
}
