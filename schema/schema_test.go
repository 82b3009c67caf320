package schema_test

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/internal/gen"
)

// What is generated is what the generator would write, and nothing is left of
// steps that are no more.
func TestGeneratedFilesAreFresh(t *testing.T) {
	files, err := gen.Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
		if err != nil || !bytes.Equal(bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n")), want) {
			t.Errorf("%s is stale: run go generate ./schema (%v)", name, err)
		}
	}
	there, err := filepath.Glob("json/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range there {
		if !strings.HasSuffix(name, ".schema.json") && files["schema/"+filepath.ToSlash(name)] == nil {
			t.Errorf("%s belongs to no step", name)
		}
	}
}

// samples are files and the step whose schema an editor is to use for them.
var samples = map[string]string{
	"deals/policy.yaml":                                                            "policy",
	"deals/roster.yaml":                                                            "roster",
	"deals/customers/hengtai/customer.yaml":                                        "customer",
	"deals/customers/hengtai/2026-01-12-release.yaml":                              "customer.release",
	"deals/customers/hengtai/2026-01-12-release-east.yaml":                         "customer.release",
	"deals/customers/hengtai/2026-01-12-correct.yaml":                              "correct",
	"deals/customers/hengtai/receipts/2026-08-14-icbc-88213.yaml":                  "receipt.receipt",
	"deals/customers/hengtai/receipts/2026-08-14-correct.yaml":                     "correct",
	"deals/customers/hengtai/receipts/2026-08-14-correct-icbc.yaml":                "correct",
	"deals/2026/hengtai-harness/deal.yaml":                                         "deal",
	"deals/2026/hengtai-harness/2026-01-12-lead.yaml":                              "deal.lead",
	"deals/2026/hengtai-harness/2026-01-12-improvement.yaml":                       "deal.improvement",
	"deals/2026/hengtai-harness/2026-01-12-improvement-demand.yaml":                "deal.improvement-demand",
	"deals/2026/hengtai-harness/campaigns/visit/2026-01-28-plan.yaml":              "campaign.plan",
	"deals/2026/hengtai-harness/campaigns/visit/2026-01-28-expense-2.yaml":         "campaign.expense",
	"deals/2026/hengtai-harness/campaigns/visit/2026-01-28-improvement.yaml":       "campaign.improvement",
	"deals/2026/hengtai-harness/tender/1/2026-03-18-bid-east.yaml":                 "tender.bid",
	"deals/2026/hengtai-harness/tender/1/2026-03-18-correct-bid.yaml":              "correct",
	"deals/2026/hengtai-harness/supply/1/2026-03-18-sample.yaml":                   "supply.sample",
	"deals/2026/hengtai-harness/supply/1/2026-03-18-sample-result.yaml":            "supply.sample-result",
	"deals/2026/hengtai-harness/supply/1/2026-03-18-sample-result-2.yaml":          "supply.sample-result",
	"deals/2026/hengtai-harness/orders/so-0107/2026-03-18-order.yaml":              "order.order",
	"deals/2026/hengtai-harness/orders/so-0107/2026-03-18-order-confirmation.yaml": "order.order-confirmation",
	"deals/2026/hengtai-harness/orders/so-0107/2026-03-18-invoice-1.yaml":          "order.invoice",
	"deals/2026/hengtai-harness/development/b-type/2026-03-18-plan.yaml":           "development.plan",
	"deals/2026/hengtai-harness/terms/2026-04-02-preliminary.yaml":                 "terms.preliminary",
	"deals/payouts/2026-03.yaml":                                                   "payout.close",
	"deals/payouts/2026-04-10-paid.yaml":                                           "payout.paid",
	"deals/payouts/2026-04-10-paid-2.yaml":                                         "payout.paid",
	"deals/payouts/2026-04-12-correct.yaml":                                        "correct",
	"deals/plans/2026-07-01.yaml":                                                  "plan.plan",
	"deals/plans/2026-07-01-correct.yaml":                                          "",
	"deals/2026/hengtai-harness/evidence/contract.yaml":                            "",
	"deals/2026/hengtai-harness/2026-01-12-plan.yaml":                              "",
}

func TestEditorsPickOneSchema(t *testing.T) {
	for name, want := range samples {
		var got []string
		for _, s := range schema.AllSteps().All() {
			if matches(t, gen.Globs(s), name) {
				got = append(got, s.ID())
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: schemas %v, want %q", name, got, want)
		}
	}
}

// Every step's plain file name picks its schema and no other of its folder.
func TestEveryStepHasItsGlob(t *testing.T) {
	for _, s := range schema.AllSteps().All() {
		globs := gen.Globs(s)
		if len(globs) == 0 || slices.Contains(globs, "") {
			t.Errorf("%s has no pattern", s.ID())
		}
		name := strings.NewReplacer("[0-9]", "1", "*", "x").Replace(globs[0])
		for _, other := range schema.AllSteps().All() {
			if other != s && matches(t, gen.Globs(other), name) {
				t.Errorf("%s picks the schema of %s too", name, other.ID())
			}
		}
	}
}

// matches reads patterns as editors do: a later one that begins with ! takes
// back what an earlier one gave.
func matches(t *testing.T, globs []string, name string) bool {
	t.Helper()
	match := false
	for _, g := range globs {
		pattern, not := strings.CutPrefix(g, "!")
		ok, err := path.Match(pattern, name)
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			match = !not
		}
	}
	return match
}

func eachField(do func(s *schema.Step, path string, f schema.Field)) {
	var walk func(s *schema.Step, parent string, fields []schema.Field)
	walk = func(s *schema.Step, parent string, fields []schema.Field) {
		for _, f := range fields {
			do(s, parent+f.Name, f)
			walk(s, parent+f.Name+".", f.Fields)
		}
	}
	for _, s := range schema.AllSteps().All() {
		walk(s, "", s.Fields)
	}
}

func TestFieldsHaveWords(t *testing.T) {
	eachField(func(s *schema.Step, path string, f schema.Field) {
		if f.Words.EN == "" || f.Words.ZH == "" || !catalogue.Has(string(s.FieldTerm(path))) {
			t.Errorf("%s.%s has no words in every language", s.ID(), path)
		}
		if got := s.Field(path); got == nil || got.Name != f.Name {
			t.Errorf("%s.%s is not found by its path", s.ID(), path)
		}
	})
	for _, s := range schema.AllSteps().All() {
		if s.Title.EN == "" || s.Title.ZH == "" {
			t.Errorf("%s has no name in every language", s.ID())
		}
	}
}

func TestEveryWordHasAName(t *testing.T) {
	eachField(func(s *schema.Step, path string, f schema.Field) {
		for _, word := range f.Enum {
			if !catalogue.Has("word." + word) {
				t.Errorf("%s of %s.%s has no name", word, s.ID(), path)
			}
		}
		if f.Default != nil && len(f.Enum) > 0 && !slices.Contains(f.Enum, f.Default.Value) {
			t.Errorf("the preset %s of %s.%s is not in its list", f.Default.Value, s.ID(), path)
		}
	})
	for _, role := range schema.Roles {
		if !catalogue.Has("role." + role) {
			t.Errorf("the role %s has no name", role)
		}
	}
}

// Names that no step uses any longer do not linger.
func TestNoSurplusWords(t *testing.T) {
	used := map[string]bool{}
	eachField(func(_ *schema.Step, _ string, f schema.Field) {
		for _, word := range f.Enum {
			used["word."+word] = true
		}
	})
	for _, key := range catalogue.Keys() {
		if strings.HasPrefix(key, "word.") && !used[key] {
			t.Errorf("%s names a word that no field has", key)
		}
	}
}

func TestWorkflowIsRead(t *testing.T) {
	w, ok := schema.WorkflowVersion(schema.LatestWorkflow)
	if !ok || schema.Table() != w || len(w.Processes) == 0 {
		t.Fatalf("the latest workflow table is missing")
	}
	if _, ok := schema.WorkflowVersion(schema.LatestWorkflow + 1); ok {
		t.Error("there is a later version than the latest")
	}
}
