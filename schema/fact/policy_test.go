package fact_test

import (
	"slices"
	"testing"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/fact"
)

// Every stage at which a deal may stand has a weight and a limit, and no other
// has.
func TestPolicyKnowsEveryStage(t *testing.T) {
	var open []string
	for _, s := range schema.Table().Process("deal").States {
		if !s.End {
			open = append(open, s.Name)
		}
	}
	for _, section := range schema.AllSteps().Get("", "policy").Field("pipeline").Fields {
		var stages []string
		for _, f := range section.Fields {
			stages = append(stages, f.Name)
		}
		slices.Sort(stages)
		if want := slices.Sorted(slices.Values(open)); !slices.Equal(stages, want) {
			t.Errorf("%s has the stages %v, want %v", section.Name, stages, want)
		}
	}
}

func TestPolicyWeighsStages(t *testing.T) {
	policy := readPolicy(t, "pipeline: {weights: {lead: 0.02, team_set: 1/3}, stalled-after: {lead: 7, selling: 90}}")
	for stage, want := range map[string]string{"lead": "0.02", "team_set": "1/3", "potential": "10%"} {
		if got := policy.Weight(stage).Text; got != want {
			t.Errorf("%s weighs %s, want %s", stage, got, want)
		}
	}
	if policy.Weight("nowhere").Set() || policy.StalledAfter("nowhere") != 0 {
		t.Error("a stage that is not there has a weight or a limit")
	}
	for stage, want := range map[string]int{"lead": 7, "selling": 90, "developing": 180} {
		if got := policy.StalledAfter(stage); got != want {
			t.Errorf("%s stalls after %d days, want %d", stage, got, want)
		}
	}
}

func readPolicy(t *testing.T, text string) *fact.Policy {
	t.Helper()
	p := new(fact.Policy)
	if err := fact.Decode(root(t, text), p); err != nil {
		t.Fatal(err)
	}
	return p
}
