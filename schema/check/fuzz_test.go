package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/source"
)

// beyond are the rules that may speak of a file that its JSON Schema accepts
// and that can be decoded: check digits, codes that no currency has, bounds in
// the wrong order, and blanks that only Unicode calls so.
var beyond = []string{"schema/bad-credit-code", "schema/bad-currency", "schema/bad-range", "schema/blank"}

type fatal interface{ Fatalf(string, ...any) }

// agree holds the walk against the JSON Schema and the decoder: what either
// refuses is explained, and what both accept is not blamed.
func agree(t fatal, step *schema.Step, doc *source.Doc, text string) {
	found := check.Fact(step, doc)
	accepted := check.JudgedBySchema(step, doc) && fact.Decode(doc.Root, fact.New(step.ID())) == nil
	if !accepted && (len(found) == 0 || slices.Contains(rules(found), "schema/refused")) {
		t.Fatalf("%s: refused, but not explained: %v\n%s", step.ID(), rules(found), text)
	}
	for _, d := range found {
		if accepted && !slices.Contains(beyond, d.Rule) {
			t.Fatalf("%s: accepted, but %s at %v\n%s", step.ID(), d.Rule, d.Pos, text)
		}
		if !d.Known() || d.Severity != diag.Error || d.File != doc.File {
			t.Fatalf("%s: %s is badly placed: %+v\n%s", step.ID(), d.Rule, d.Span, text)
		}
	}
}

// odd are values that people and machines get wrong.
var odd = []string{
	"", "~", "null", "true", "no", "yes", "''", `""`, `"　"`, "x", "赵敏", "two words", "0", "-0", "-0.0", "007", "1.", ".5", "5.0", "-1", "-1/3", "-8%",
	"1/3", "1/0", "0/1", "01/3", "1.0/3", "8%", "8.5%", "8.%", "100000000000000000", "0.1234567890123456", "1e400", "0x10", ".nan", ".inf", "1_000", `"1,000"`, `"12"`,
	"1000000000", "1000000001", "2026-02-29", "2026-02-30", "2026-13-01", "0001-01-01", "1979-12-31", "2200-01-01", "2026/03/05", "20260305", "'2026-03-05'",
	"CNY", "cny", "RMB", "91350100M000100Y43", "91350100M000100Y44", "911101080000000004", "a.yaml", "hengtai", "Heng_Tai", "finance", "passed",
	"[]", "{}", "[1]", "[1, 2]", "[2, 1]", "[a, b]", "{a: 1}", "[[1], [2]]", "[null]", "[~, 1]", strings.Repeat("长", 70), strings.Repeat("x", 401),
}

func node(t fatal, s string) *yaml.Node {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte("k: "+s), &n); err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return n.Content[0].Content[1]
}

func TestWalkAgreesWithSchema(t *testing.T) {
	steps := schema.AllSteps().All()
	rapid.Check(t, func(r *rapid.T) {
		step := rapid.SampledFrom(steps).Draw(r, "step")
		root := example(step.Fields)
		for range rapid.IntRange(1, 4).Draw(r, "changes") {
			change(r, root)
		}
		text := write(t, root)
		doc, _ := source.Parse("f.yaml", []byte(text))
		if doc == nil {
			r.Skip("not fine as YAML")
		}
		agree(r, step, doc, text)
	})
}

// change spoils one node of the tree at random.
func change(r *rapid.T, n *yaml.Node) {
	for len(n.Content) > 0 {
		i := rapid.IntRange(0, len(n.Content)-1).Draw(r, "child")
		child := n.Content[i]
		isKey := n.Kind == yaml.MappingNode && i%2 == 0
		if !isKey && len(child.Content) > 0 && rapid.Bool().Draw(r, "deeper") {
			n = child
			continue
		}
		switch {
		case isKey && rapid.Bool().Draw(r, "delete"):
			n.Content = slices.Delete(n.Content, i, i+2)
		case isKey:
			n.Content[i] = text(rapid.SampledFrom([]string{"x", "reasn", "理由", "by", "on", "赵敏"}).Draw(r, "key"))
		default:
			n.Content[i] = node(r, rapid.SampledFrom(odd).Draw(r, "value"))
		}
		return
	}
}

// Every odd value in a place of every kind, alone and in a list.
func TestOddValuesEverywhere(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range schema.AllSteps().All() {
		root := example(s.Fields)
		eachMapping(s.Fields, root, "", func(fields []schema.Field, m *yaml.Node, _ string) {
			for i, f := range fields {
				kind := fmt.Sprint(f.Kind, f.Many, f.Enum)
				if seen[kind] {
					continue
				}
				seen[kind] = true
				oddAt(t, s, root, &m.Content[2*i+1])
				if val := m.Content[2*i+1]; val.Kind == yaml.SequenceNode {
					oddAt(t, s, root, &val.Content[0])
				}
			}
		})
	}
}

// oddAt tries every odd value in one place of a file.
func oddAt(t *testing.T, s *schema.Step, root *yaml.Node, place **yaml.Node) {
	good := *place
	defer func() { *place = good }()
	for _, value := range odd {
		*place = node(t, value)
		text := write(t, root)
		agree(t, s, parse(t, text), text)
	}
}

func FuzzFact(f *testing.F) {
	steps := schema.AllSteps().All()
	for i, s := range steps {
		f.Add(uint8(i), write(f, example(s.Fields)))
	}
	for i, value := range odd {
		f.Add(uint8(i), "by: "+value+"\namount: "+value+"\nlines: ["+value+"]\n")
	}
	f.Fuzz(func(t *testing.T, i uint8, text string) {
		step := steps[int(i)%len(steps)]
		if doc, _ := source.Parse("f.yaml", []byte(text)); doc != nil {
			agree(t, step, doc, text)
		}
	})
}
