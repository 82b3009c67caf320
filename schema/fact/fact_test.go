package fact_test

import (
	"errors"
	"reflect"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

func root(t testing.TB, text string) *yaml.Node {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	return n.Content[0]
}

func TestNew(t *testing.T) {
	for _, s := range schema.AllSteps().All() {
		if fact.New(s.ID()) == nil {
			t.Errorf("%s has no type", s.ID())
		}
	}
	if fact.New("deal.nothing") != nil {
		t.Error("an unknown step has a type")
	}
}

func TestDecodePositions(t *testing.T) {
	var lead fact.Lead
	if err := fact.Decode(root(t, "by: zhao-min\nsource: 展会\nevidence: [a.md, b.md]\n"), &lead); err != nil {
		t.Fatal(err)
	}
	if lead.By.S != "zhao-min" || lead.By.At != (diag.Pos{Line: 1, Col: 5}) {
		t.Errorf("by: %+v", lead.By)
	}
	if len(lead.Evidence) != 2 || lead.Evidence[1] != (value.Text{S: "b.md", At: diag.Pos{Line: 3, Col: 18}}) {
		t.Errorf("evidence: %+v", lead.Evidence)
	}
	if lead.BroughtBy != (value.Text{}) {
		t.Errorf("what is absent is not empty: %+v", lead.BroughtBy)
	}
}

// A list keeps its order; a map keeps the order of its keys.
func TestDecodeKeepsOrder(t *testing.T) {
	var r fact.Roster
	err := fact.Decode(root(t, "teams:\n  west: {name: 西区, from: 2026-01-01}\n  east: {name: 东区, from: 2026-01-02}\npeople: {}\n"), &r)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Teams) != 2 || r.Teams[0].Key.S != "west" || r.Teams[1].Value.From.String() != "2026-01-02" {
		t.Errorf("teams: %+v", r.Teams)
	}
}

// What policy leaves out has the preset of the table, in groups that are
// written only in part and in groups that are not written at all.
func TestPolicyPresets(t *testing.T) {
	var p fact.Policy
	if err := fact.Decode(root(t, "gifts: {per-item: 300}\nrewards: {sample: [10, 20]}\n"), &p); err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]string{
		"gifts.per-item":           {p.Gifts.PerItem.String(), "300"},
		"gifts.per-recipient-year": {p.Gifts.PerRecipientYear.String(), "2000"},
		"advances.rate":            {p.Advances.Rate.R.RatString(), "1/5"},
		"rewards.sample":           {p.Rewards.Sample.Max.String(), "20"},
		"rewards.listing":          {p.Rewards.Listing.Max.String(), "5000"},
		"orders.production":        {p.Orders.Production[1].S, "manufacturing"},
		"time-zone":                {p.TimeZone.S, "Asia/Shanghai"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", name, pair[0], pair[1])
		}
	}
	if p.Gifts.PerRecipientYear.At.Known() {
		t.Error("a preset claims a place in the file")
	}
}

// Every preset of every field decodes, and arrives as the table has it.
func TestEveryPresetDecodes(t *testing.T) {
	for _, s := range schema.AllSteps().All() {
		v := fact.New(s.ID())
		if err := fact.Decode(&yaml.Node{Kind: yaml.MappingNode}, v); err != nil {
			t.Errorf("%s: %v", s.ID(), err)
		}
		presets(t, s.ID(), s.Fields, reflect.ValueOf(v).Elem())
	}
}

func presets(t *testing.T, path string, fields []schema.Field, v reflect.Value) {
	t.Helper()
	for i, f := range fields {
		field := v.Field(i)
		if f.Default != nil && field.IsZero() {
			t.Errorf("%s.%s has not its preset", path, f.Name)
		}
		if f.Kind == schema.KindObject && field.Kind() == reflect.Struct {
			presets(t, path+"."+f.Name, f.Fields, field)
		}
	}
}

// What no schema sees comes back as an error with its place.
func TestDecodeErrors(t *testing.T) {
	for text, want := range map[string]diag.Pos{
		"by: a\nreason: b\nreview-on: 2026-02-30\n": {Line: 3, Col: 12},
		"by: a\nreason: b\nreview-on: 1979-12-31\n": {Line: 3, Col: 12},
		"by: a\nsurplus: b\n":                       {Line: 2, Col: 1},
	} {
		err := fact.Decode(root(t, text), new(fact.Suspend))
		var at *fact.Error
		if !errors.As(err, &at) || at.At != want {
			t.Errorf("%q: got %v, want a fault at %v", text, err, want)
		}
	}
	for text, step := range map[string]string{
		"amount: 1e400": "deal.penalty", "amount: 0x10": "deal.penalty", "share: 1/0": "deal.settle-advances",
		"round: 2.0": "development.requalify", "rewards: {sample: [1]}": "policy", "rewards: {sample: [1, x]}": "policy",
	} {
		var at *fact.Error
		if err := fact.Decode(root(t, text), fact.New(step)); !errors.As(err, &at) {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

// The decoder keeps which fields were given in 64 bits.
func TestNoTypeHasTooManyFields(t *testing.T) {
	for _, s := range schema.AllSteps().All() {
		if n := reflect.TypeOf(fact.New(s.ID())).Elem().NumField(); n > 64 {
			t.Errorf("%s has %d fields", s.ID(), n)
		}
	}
}

func FuzzDecode(f *testing.F) {
	steps := schema.AllSteps().All()
	f.Add(uint8(0), "by: zhao-min\nlines: [{item: x, quantity: 1}]\n")
	f.Add(uint8(3), "gifts: [1]\nrewards: {sample: x}\nteams: 3\n")
	f.Fuzz(func(t *testing.T, i uint8, text string) {
		var n yaml.Node
		if yaml.Unmarshal([]byte(text), &n) != nil || len(n.Content) == 0 {
			return
		}
		// Even what no schema accepted must not make it panic.
		_ = fact.Decode(n.Content[0], fact.New(steps[int(i)%len(steps)].ID()))
	})
}
