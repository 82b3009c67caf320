package site

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// TestTemplates executes every template with nothing and with everything, so
// that a misspelt field cannot hide behind a condition.
func TestTemplates(t *testing.T) {
	schema.Table()
	for _, k := range append(kinds, kind{name: "choice", pages: builder{content: reflect.TypeFor[struct{}]()}}) {
		for _, l := range catalogue.Langs {
			content, f := reflect.New(k.pages.content).Elem(), reflect.ValueOf(new(frame)).Elem()
			if _, err := execute(l, k.name, view{f.Interface().(frame), content.Interface()}); err != nil {
				t.Errorf("%s with nothing to say: %v", k.name, err)
			}
			for _, yes := range []bool{true, false} {
				fill(f, yes, 8)
				fill(content, yes, 8)
				if _, err := execute(l, k.name, view{f.Interface().(frame), content.Interface()}); err != nil {
					t.Errorf("%s with everything to say: %v", k.name, err)
				}
			}
		}
	}
}

// TestKinds holds the list of kinds against the files: each kind has its Go
// file, template and texts, and none of these lacks its kind.
func TestKinds(t *testing.T) {
	listed := map[string]bool{"layout": true, "parts": true, "choice": true}
	for _, k := range kinds {
		listed[k.name] = true
		for _, file := range []string{k.name + ".go", "templates/" + k.name + ".html", "../../schema/catalogue/texts/site-" + k.name + ".yaml"} {
			if _, err := os.Stat(file); err != nil {
				t.Errorf("the kind %s lacks its file: %v", k.name, err)
			}
		}
		if k.front != "" && !catalogue.Has(string(k.nav())) {
			t.Errorf("the navigation lacks a name for %s", k.name)
		}
	}
	files, err := filepath.Glob("templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".html"); !listed[name] {
			t.Errorf("%s belongs to no kind in pages.go", file)
		}
	}
}

// fill puts something into every field of a page, one element into every list.
func fill(v reflect.Value, yes bool, depth int) {
	if v.Type() == reflect.TypeFor[decimal.Decimal]() || depth == 0 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("site.name")
	case reflect.Bool:
		v.SetBool(yes)
	case reflect.Int, reflect.Int32:
		v.SetInt(2)
	case reflect.Interface:
		v.Set(reflect.ValueOf("x"))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), yes, depth-1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), yes, depth-1)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() || f.Anonymous {
				fill(v.Field(i), yes, depth-1)
			}
		}
	}
}

// TestEveryStepIsShown fills the body of every step and looks for each of its
// fields, under a label that the catalogue has.
func TestEveryStepIsShown(t *testing.T) {
	c := load(t, nil)
	for _, step := range schema.AllSteps().All() {
		body, ok := fact.New(step.ID()).(fact.Body)
		if !ok {
			continue // a registry
		}
		fill(reflect.ValueOf(body).Elem(), true, 6)
		want := 0
		for _, f := range step.Fields {
			if !ownKeys[f.Name] && f.Kind != schema.KindAny {
				want++
			}
		}
		fields := fielder{c, step, "CNY"}.body(body)
		shown := len(fields)
		for _, f := range fields {
			if f.Label == "site.entry.aspects" {
				shown += len(f.Table.Rows) - 1 // several fields in one table
			}
		}
		if shown != want {
			t.Errorf("%s shows %d of its %d fields", step.ID(), shown, want)
		}
		for _, f := range fields {
			if !catalogue.Has(string(f.Label)) || (len(f.Values) == 0 && len(f.Fields) == 0 && f.Table == nil) {
				t.Errorf("%s shows %s without a value or name", step.ID(), f.Label)
			}
		}
	}
}

func TestReplacedFields(t *testing.T) {
	var with yaml.Node
	if err := yaml.Unmarshal([]byte("kind: gift\nrecipient: {organisation: A, role: B}\nno-such-key: 1\n"), &with); err != nil {
		t.Fatal(err)
	}
	got := replaced(with.Content[0], schema.AllSteps().Get("campaign", "expense"))
	want := []field{
		{Label: "field.campaign.expense.kind", Values: values{diag.Term("word.gift")}},
		{Label: "field.campaign.expense.recipient", Values: values{"A", "B"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("a correction shows %v, want %v", got, want)
	}
}

func TestRenderStops(t *testing.T) {
	full := errors.New("disk full")
	if err := Render(context.Background(), model(t, nil), func(string, []byte) error { return full }); !errors.Is(err, full) {
		t.Errorf("Render returns %v, want what write returned", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Render(ctx, model(t, nil), func(string, []byte) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("Render returns %v after it was cancelled", err)
	}
}

func BenchmarkRender(b *testing.B) {
	m := model(b, manyDeals(500))
	for b.Loop() {
		if err := Render(context.Background(), m, func(string, []byte) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

// TestTexts holds templates and code against the catalogue: no key that does
// not exist, no text of the site that nobody says.
func TestTexts(t *testing.T) {
	said := map[string]bool{"site.comma": true, "site.money.CNY": true, "site.money.other": true}
	for _, k := range kinds {
		said["site.nav."+k.name] = k.front != ""
		said["site.kind."+k.name] = true
	}
	for _, target := range []string{schema.None, schema.Same, schema.Back, schema.Here} {
		said["site.flow.to-"+target] = true
	}
	for _, s := range schema.AllSteps().All() {
		kindsOf(s.Fields, said)
	}
	for file, keys := range keysSaid(t) {
		for _, k := range keys {
			said[k] = true
			if !catalogue.Has(k) {
				t.Errorf("%s says %s, which the catalogue lacks", file, k)
			}
		}
	}
	for _, k := range catalogue.Keys() {
		if strings.HasPrefix(k, "site.") && !said[k] {
			t.Errorf("nobody says %s", k)
		}
	}
}

// kindsOf says the names of the kinds of fields.
func kindsOf(fields []schema.Field, said map[string]bool) {
	for _, f := range fields {
		said["site.field."+string(f.Kind)] = true
		kindsOf(f.Fields, said)
	}
}

var comments = regexp.MustCompile(`(?m)^\s*//.*`)

// keysSaid finds the keys that templates and code name, by file.
func keysSaid(t *testing.T) map[string][]string {
	found := map[string][]string{}
	inTemplates := regexp.MustCompile(`\b(t|count|in \.) "([a-z.-]+)"`)
	inCode := regexp.MustCompile(`(counted\()?"(site\.[a-z.-]*[a-z])"`)
	for pattern, key := range map[string]*regexp.Regexp{"templates/*.html": inTemplates, "*.go": inCode} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range key.FindAllStringSubmatch(comments.ReplaceAllString(string(data), ""), -1) {
				if m[1] == "count" || m[1] == "counted(" {
					found[file] = append(found[file], m[2]+".one", m[2]+".many")
				} else {
					found[file] = append(found[file], m[2])
				}
			}
		}
	}
	return found
}

func TestMoney(t *testing.T) {
	if got := (words{catalogue.EN}).money(money{value.Amount{}.Decimal, "JPY"}); got != "JPY 0" {
		t.Errorf("no yen is written %q", got)
	}
}

func TestStraightWay(t *testing.T) {
	got := straightWay(schema.Table().Process("deal"))
	want := []string{"lead", "potential", "pr", "related", "tendering", "team_set", "prelim", "facilitating", "agreed", "formal", "selling", "developing", "closed"}
	if !slices.Equal(got, want) {
		t.Errorf("the straight way is %v, want %v", got, want)
	}
}

// TestLongText folds what follows the beginning of a long text, and loses none of it.
func TestLongText(t *testing.T) {
	long := strings.Repeat("长", 5000)
	p := shownPart(t, "fields", []field{{Label: "site.deal.deal", Values: values{long}}, {Label: "site.deal.deal", Values: values{"short"}}})
	if got := len(p.all("details")); got != 1 {
		t.Errorf("%d texts are folded, want the long one", got)
	}
	if begin, rest := p.text("summary bdi"), p.text("details > bdi"); begin+rest != long || len([]rune(begin)) != atOnce {
		t.Errorf("%d and %d characters are shown of %d", len([]rune(begin)), len([]rune(rest)), len([]rune(long)))
	}
}
