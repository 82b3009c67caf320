package rules

import (
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
)

// Every rule, row and guard shows a good and a bad example that differ, and
// says by what where their files are the same.
func TestEveryIDShowsWhatDiffers(t *testing.T) {
	ids := allRules(t)
	for _, p := range schema.Table().Processes {
		for _, r := range p.Rows {
			ids = append(ids, r.ID)
		}
	}
	for id := range schema.Table().Guards {
		ids = append(ids, id)
	}
	for _, id := range ids {
		x := Examples(id)
		switch {
		case provedElsewhere[id] != "":
		case !x.Shown():
			t.Errorf("%s shows no example", id)
		case x.Good == x.Bad && len(x.Differs) == 0:
			t.Errorf("%s: the bad example is the good one", id)
		}
		for _, d := range x.Differs {
			for _, l := range catalogue.Langs {
				if text := catalogue.Text(l, d.Key, d.Args); strings.ContainsAny(text, "⟨{") {
					t.Errorf("%s says %s", id, text)
				}
			}
		}
	}
}

// Every step has a case or at least a file that a story writes.
func TestEveryStepHasAnExample(t *testing.T) {
	for _, s := range schema.AllSteps().All() {
		ids := StepCases(s)
		shown := func(id string) bool { return Examples(id).Shown() }
		if len(ids) > 0 && !slices.ContainsFunc(ids, shown) || len(ids) == 0 && Written(s) == "" {
			t.Errorf("%s shows no example: %v", s.ID(), ids)
		}
	}
}
