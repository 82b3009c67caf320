package site

import (
	"context"
	"errors"
	"os"
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
	for _, kind := range []struct {
		name string
		page any
	}{{"choice.html", new(frame)}, {"overview.html", new(overviewPage)}, {"deal.html", new(dealPage)}} {
		for _, l := range catalogue.Langs {
			v := reflect.ValueOf(kind.page).Elem()
			v.SetZero()
			if _, err := execute(l, kind.name, v.Interface()); err != nil {
				t.Errorf("%s with nothing to say: %v", kind.name, err)
			}
			for _, yes := range []bool{true, false} {
				fill(v, yes, 8)
				if _, err := execute(l, kind.name, v.Interface()); err != nil {
					t.Errorf("%s with everything to say: %v", kind.name, err)
				}
			}
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
		if len(fields) != want {
			t.Errorf("%s shows %d of its %d fields", step.ID(), len(fields), want)
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

// TestTexts holds the templates against the catalogue: no key that does not
// exist, no text of the site that nobody says.
func TestTexts(t *testing.T) {
	said := map[string]bool{"site.comma": true, "site.money.CNY": true, "site.money.other": true}
	entries, err := os.ReadDir("templates")
	if err != nil {
		t.Fatal(err)
	}
	key := regexp.MustCompile(`\b(t|count|in \.) "([a-z.-]+)"`)
	for _, e := range entries {
		data, err := os.ReadFile("templates/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(data), -1) {
			keys := []string{m[2]}
			if m[1] == "count" {
				keys = []string{m[2] + ".one", m[2] + ".many"}
			}
			for _, k := range keys {
				said[k] = true
				if !catalogue.Has(k) {
					t.Errorf("%s says %s, which the catalogue lacks", e.Name(), k)
				}
			}
		}
	}
	for _, k := range catalogue.Keys() {
		if strings.HasPrefix(k, "site.") && !said[k] {
			t.Errorf("nobody says %s", k)
		}
	}
}

func TestMoney(t *testing.T) {
	for in, want := range map[string]string{"0": "0.00", "1234567.5": "1,234,567.50", "-999": "-999.00", "-1000": "-1,000.00", "0.1275": "0.1275"} {
		d, err := value.ParseDecimal(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := (money{d, "CNY"}).digits(); got != want {
			t.Errorf("%s is written %s, want %s", in, got, want)
		}
	}
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
