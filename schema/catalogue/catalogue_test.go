package catalogue

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/dealgate/dealgate/schema/diag"
)

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

func placeholders(s string) []string {
	all := placeholder.FindAllString(s, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

// Every text stands in both languages and fills in the same arguments.
func TestEveryTextIsComplete(t *testing.T) {
	for key, text := range load() {
		if strings.TrimSpace(text.EN) == "" || strings.TrimSpace(text.ZH) == "" {
			t.Errorf("%s is not there in every language", key)
		}
		if !slices.Equal(placeholders(text.EN), placeholders(text.ZH)) {
			t.Errorf("%s mentions %v in English and %v in Chinese", key, placeholders(text.EN), placeholders(text.ZH))
		}
		for _, s := range []string{text.EN, text.ZH} {
			if strings.Contains(s, "{}") || unfinished(s) {
				t.Errorf("%s has a stray brace: %s", key, s)
			}
		}
	}
}

// unfinished reports braces that are no placeholder.
func unfinished(s string) bool {
	return strings.ContainsAny(argument.ReplaceAllString(s, ""), "{}")
}

var argument = regexp.MustCompile(`\{[a-z][A-Za-z0-9-]*\}`)

// Chinese texts are Chinese: only proper names and what has no words of its
// own may be the same in both languages.
func TestChineseIsChinese(t *testing.T) {
	for key, text := range load() {
		words := strings.ContainsFunc(placeholder.ReplaceAllString(text.ZH, ""), unicode.IsLetter)
		if words && text.EN != text.ZH && !strings.ContainsFunc(text.ZH, isHan) {
			t.Errorf("%s is not Chinese: %s", key, text.ZH)
		}
		if strings.ContainsFunc(text.EN, isHan) && !slices.Contains(quoting, key) {
			t.Errorf("%s is not English: %s", key, text.EN)
		}
	}
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// quoting are the English texts that quote Chinese ones.
var quoting = []string{"schema/hint.big-unit"}

func TestText(t *testing.T) {
	Add("test.role", "finance", "财务部")
	Add("test.both", "{who} is {role}, {n} times", "{who} 是{role}，{n} 次")
	args := diag.Args{"who": "zhao-min", "role": diag.Term("test.role"), "n": 3}
	for l, want := range map[Lang]string{EN: "zhao-min is finance, 3 times", ZH: "zhao-min 是财务部，3 次"} {
		if got := Text(l, "test.both", args); got != want {
			t.Errorf("%s: got %q, want %q", l, got, want)
		}
	}
}

// What is missing stays visible, and nothing in an argument is filled again.
func TestTextShowsWhatIsMissing(t *testing.T) {
	Add("test.missing", "{a} and {b", "{a} 与 {b")
	for want, args := range map[string]diag.Args{
		"{a} and {b":               nil,
		"{b} and {b":               {"a": "{b}", "b": "x"},
		"⟨test.nothing⟩ and {b":    {"a": diag.Term("test.nothing")},
		"⟨test.nothing⟩, x and {b": {"a": []string{"⟨test.nothing⟩", "x"}},
		"<nil> and {b":             {"a": nil},
	} {
		if got := Text(EN, "test.missing", args); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := Text(ZH, "test.nothing", nil); got != "⟨test.nothing⟩" {
		t.Errorf("an unknown key is shown as %q", got)
	}
	if Has("test.nothing") || !Has("test.missing") {
		t.Error("Has is wrong about what is known")
	}
}

func TestListsAreJoined(t *testing.T) {
	Add("test.list", "{list}", "{list}")
	Add("test.one", "one", "一")
	Add("test.two", "two", "二")
	terms := diag.Args{"list": []diag.Term{"test.one", "test.two"}}
	if en, zh := Text(EN, "test.list", terms), Text(ZH, "test.list", terms); en != "one, two" || zh != "一、二" {
		t.Errorf("got %q and %q", en, zh)
	}
	if got := Text(ZH, "test.list", diag.Args{"list": []string{}}); got != "" {
		t.Errorf("an empty list is shown as %q", got)
	}
}

func TestExplain(t *testing.T) {
	for _, part := range []string{"title", "found", "want", "fix"} {
		Add("test/rule."+part, part+" {x}", part+" {x}")
	}
	got := Explain(EN, diag.Diagnostic{Rule: "test/rule", Args: diag.Args{"x": 1}})
	if got != (Finding{Title: "title 1", Found: "found 1", Expected: "want 1", Fix: "fix 1"}) {
		t.Errorf("got %+v", got)
	}
}

func TestKeysAreSorted(t *testing.T) {
	if keys := Keys(); len(keys) == 0 || !slices.IsSorted(keys) {
		t.Error("the keys are not sorted")
	}
}

func TestParseLang(t *testing.T) {
	for s, want := range map[string]Lang{"zh": ZH, "zh-CN": ZH, "zh_CN": ZH, "EN": EN, "fr": "", "": ""} {
		if got, err := ParseLang(s); got != want || (err == nil) != (want != "") {
			t.Errorf("ParseLang(%q) = %q, %v", s, got, err)
		}
	}
}

// A rule is complete or not there at all.
func TestRulesAreComplete(t *testing.T) {
	for key := range load() {
		rule, isTitle := strings.CutSuffix(key, ".title")
		if !isTitle || !strings.Contains(rule, "/") {
			continue
		}
		for _, part := range []string{"found", "want", "fix"} {
			if _, ok := load()[rule+"."+part]; !ok {
				t.Errorf("%s lacks .%s", rule, part)
			}
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for name, data := range map[string]string{
		"twice":        "a:\n  b: {en: x, zh: y}\na.b: {en: x, zh: y}\n",
		"no text":      "a: x\n",
		"one language": "a: {en: x}\n",
		"not YAML":     "a: {",
	} {
		if _, err := read(fstest.MapFS{"texts/a.yaml": {Data: []byte(data)}}); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	got, err := read(fstest.MapFS{"texts/a.yaml": {Data: []byte("a:\n  b.c: {zh: y, en: x}\n")}, "texts/b.yaml": {Data: []byte("# nothing yet\n")}})
	if err != nil || got["a.b.c"] != (text{EN: "x", ZH: "y"}) {
		t.Errorf("got %v, %v", got, err)
	}
}
