package site

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestTokens(t *testing.T) {
	for in, want := range map[string][]string{
		"Hengtai-Relay 2026": {"hengtai", "relay", "2026"},
		"高压线束":               {"高", "压", "高压", "线", "压线", "束", "线束"},
		"BMS电池a":             {"bms", "电", "池", "电池", "a"},
		"，。 -":               nil,
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
	for _, word := range []string{"恒泰", "hengtai", "线束", "上海", "赵敏", "销售", "harness"} {
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
