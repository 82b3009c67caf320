package check_test

import (
	"reflect"
	"slices"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

func eachStep(t *testing.T, do func(t *testing.T, s *schema.Step)) {
	for _, s := range schema.AllSteps().All() {
		t.Run(s.ID(), func(t *testing.T) { do(t, s) })
	}
}

func rules(found []diag.Diagnostic) []string {
	var ids []string
	for _, d := range found {
		ids = append(ids, d.Rule)
	}
	return ids
}

// Schemas and types are held against each other: what the schema accepts with
// every field given leaves no field of the type empty.
func TestEveryFieldArrives(t *testing.T) {
	eachStep(t, func(t *testing.T, s *schema.Step) {
		doc := parse(t, write(t, example(s.Fields)))
		if found := check.Fact(s, doc); found != nil {
			t.Fatalf("a good file is refused: %+v\n%s", found, write(t, doc.Root))
		}
		v := fact.New(s.ID())
		if err := fact.Decode(doc.Root, v); err != nil {
			t.Fatal(err)
		}
		filled(t, reflect.ValueOf(v).Elem(), s.ID())
	})
}

// filled demands that no field is left zero, down to the single values.
func filled(t *testing.T, v reflect.Value, path string) {
	t.Helper()
	switch leaf := v.Interface().(type) {
	case value.Text:
		if leaf.S == "" || !leaf.At.Known() {
			t.Errorf("%s is empty: %+v", path, leaf)
		}
		return
	case value.Date, value.Period, value.Amount, value.Int, value.Fraction, value.Range, *yaml.Node:
		if v.IsZero() {
			t.Errorf("%s is empty", path)
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			t.Errorf("%s is empty", path)
			return
		}
		filled(t, v.Elem(), path)
	case reflect.Slice:
		if v.Len() != 2 {
			t.Errorf("%s has %d entries, want 2", path, v.Len())
		}
		for i := range v.Len() {
			filled(t, v.Index(i), path+"[]")
		}
	case reflect.Struct:
		for i := range v.NumField() {
			filled(t, v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	default:
		t.Errorf("%s has the unexpected type %s", path, v.Type())
	}
}

func TestMissingRequiredKeyIsRefused(t *testing.T) {
	eachStep(t, func(t *testing.T, s *schema.Step) {
		root := example(s.Fields)
		eachMapping(s.Fields, root, "", func(fields []schema.Field, m *yaml.Node, path string) {
			for i, f := range fields {
				whole := m.Content
				m.Content = slices.Concat(whole[:2*i], whole[2*i+2:])
				// Further keys are there unless it was the only one.
				got := rules(check.Fact(s, parse(t, write(t, root))))
				m.Content = whole
				var want []string
				if f.Required {
					want = []string{"schema/missing-key"}
				}
				if len(fields) > 1 && !slices.Equal(got, want) {
					t.Errorf("without %s/%s: found %v, want %v", path, f.Name, got, want)
				}
			}
		})
	})
}

func TestUnknownKeyIsRefused(t *testing.T) {
	eachStep(t, func(t *testing.T, s *schema.Step) {
		root := example(s.Fields)
		eachMapping(s.Fields, root, "", func(_ []schema.Field, m *yaml.Node, path string) {
			whole := m.Content
			m.Content = slices.Concat(whole, []*yaml.Node{text("surplus-key"), text("x")})
			got := rules(check.Fact(s, parse(t, write(t, root))))
			m.Content = whole
			if !slices.Equal(got, []string{"schema/unknown-key"}) {
				t.Errorf("with a surplus key in %s: found %v", path, got)
			}
		})
	})
}

func TestSimilar(t *testing.T) {
	keys := []string{"verdict", "reason", "evidence", "by"}
	for word, want := range map[string]string{
		"verdcit": "verdict", "Reason": "reason", "evidences": "evidence", "by": "by",
		"bi": "", "x": "", "": "", "something": "", "理由": "",
	} {
		if got := check.Similar(word, keys); got != want {
			t.Errorf("Similar(%q) = %q, want %q", word, got, want)
		}
	}
	if got := check.Similar("赵晓敏", []string{"王军", "赵小敏"}); got != "赵小敏" {
		t.Errorf("characters are compared, not bytes: got %q", got)
	}
}

func TestValidCreditCode(t *testing.T) {
	for code, want := range map[string]bool{
		"91350100M000100Y43": true,  // the example of GB 32100-2015
		"91350100M000100Y44": false, // another check digit
		"91350100M000100Y4":  false,
		"91350100m000100y43": false,
		"91350100I000100Y43": false,
		"":                   false,
	} {
		if got := check.ValidCreditCode(code); got != want {
			t.Errorf("ValidCreditCode(%q) = %v", code, got)
		}
	}
}

// Every single wrong character, and every swap of two neighbours, is noticed.
func TestCreditCodeNoticesSlips(t *testing.T) {
	const good, alphabet = "91350100M000100Y43", "0123456789ABCDEFGHJKLMNPQRTUWXY"
	for i := range len(good) {
		for _, c := range []byte(alphabet) {
			slip := []byte(good)
			slip[i] = c
			if c != good[i] && check.ValidCreditCode(string(slip)) {
				t.Errorf("%s passes", slip)
			}
		}
		if i > 0 && good[i] != good[i-1] {
			slip := []byte(good)
			slip[i], slip[i-1] = slip[i-1], slip[i]
			if check.ValidCreditCode(string(slip)) {
				t.Errorf("%s passes", slip)
			}
		}
	}
}
