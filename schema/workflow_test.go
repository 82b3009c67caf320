package schema_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
)

// rowCounts are the rows of each process of the workflow, numbered from 1.
var rowCounts = map[string]int{"TM": 26, "TP": 11, "TB": 17, "TF": 28, "TS": 23, "TD": 9, "IM": 1}

// TestEveryRowStands holds that the table has each row of the workflow, in at
// least one arrow, and no other.
func TestEveryRowStands(t *testing.T) {
	want := map[string]bool{}
	for prefix, n := range rowCounts {
		for i := range n {
			want[fmt.Sprintf("%s-%02d", prefix, i+1)] = true
		}
	}
	got := map[string]bool{}
	for _, p := range schema.Table().Processes {
		for _, r := range p.Rows {
			got[r.ID] = true
		}
	}
	compareSets(t, "row", got, want)
}

// TestEveryGuardStands holds the same of the guards, and that each guard which
// a row or record names is one of them.
func TestEveryGuardStands(t *testing.T) {
	table := schema.Table()
	want, got := map[string]bool{}, map[string]bool{}
	for i := range 15 {
		want[fmt.Sprintf("GD-%02d", i+1)] = true
	}
	for id := range table.Guards {
		got[id] = true
	}
	compareSets(t, "guard", got, want)
	eachStep(table, func(where string, r *schema.Row) {
		if r.Guard != "" && table.Guards[r.Guard] == nil {
			t.Errorf("%s: there is no guard %s", where, r.Guard)
		}
	})
}

func compareSets(t *testing.T, what string, got, want map[string]bool) {
	t.Helper()
	for id := range want {
		if !got[id] {
			t.Errorf("the table has no %s %s", what, id)
		}
	}
	for id := range got {
		if !want[id] {
			t.Errorf("the workflow has no %s %s", what, id)
		}
	}
}

// eachStep calls do for every row, and for every record as the row it would
// be.
func eachStep(w *schema.Workflow, do func(where string, r *schema.Row)) {
	for _, p := range w.Processes {
		for _, r := range p.Rows {
			do(r.ID, r)
		}
		for _, r := range p.Records {
			do(r.Label(), &schema.Row{
				Process: p, From: r.In, To: schema.Same, Step: r.Step, Needs: r.Needs, Guard: r.Guard,
				Actor: r.Actor, Approval: r.Approval, Evidence: r.Evidence, Clause: r.Clause,
			})
		}
	}
}

// TestStages holds that rows lead from stages of their process to others, and
// that no stage is cut off.
func TestStages(t *testing.T) {
	for _, p := range schema.Table().Processes {
		left, entered := map[string]bool{}, map[string]bool{}
		for _, r := range p.Rows {
			if len(r.From) == 0 {
				t.Errorf("%s comes from no stage", r.ID)
			}
			for _, from := range r.From {
				left[from] = true
				checkStage(t, r.ID, p, from, schema.None)
			}
			entered[r.To] = true
			checkStage(t, r.ID, p, r.To, schema.Same, schema.Back, schema.Here)
		}
		for _, r := range p.Records {
			for _, in := range r.In {
				checkStage(t, r.Label(), p, in)
			}
		}
		for _, s := range p.States {
			if !entered[s.Name] {
				t.Errorf("%s: no row leads to %s", p.Name, s.Name)
			}
			if !s.End && !left[s.Name] {
				t.Errorf("%s: no row leads out of %s, which is no end", p.Name, s.Name)
			}
		}
	}
}

func checkStage(t *testing.T, where string, p *schema.Process, name string, besides ...string) {
	t.Helper()
	if _, ok := p.State(name); !ok && !slices.Contains(besides, name) {
		t.Errorf("%s: %s has no stage %q", where, p.Name, name)
	}
}

// facts is the process under which the steps of a process are declared: the
// payment of an order shares the steps of its delivery.
func facts(process string) string {
	if process == "payment" {
		return "order"
	}
	return process
}

// TestSteps holds the workflow and the table of steps against each other: each
// step that is named exists, each that exists is used, and the fields by which
// rows are told apart can have the values named.
func TestSteps(t *testing.T) {
	used := map[string]bool{schema.CorrectionName: true}
	eachStep(schema.Table(), func(where string, r *schema.Row) {
		process := facts(r.Process.Name)
		for _, name := range []string{r.Step, r.Via} {
			if name == "" {
				continue
			}
			step := schema.AllSteps().Get(process, name)
			if step == nil {
				t.Errorf("%s: %s has no step %s", where, process, name)
				continue
			}
			used[step.ID()] = true
			checkWhen(t, where, step, r.When)
		}
	})
	for _, step := range schema.AllSteps().All() {
		if step.Process != "" && !used[step.ID()] {
			t.Errorf("no row or record takes the step %s", step.ID())
		}
	}
}

func checkWhen(t *testing.T, where string, step *schema.Step, when map[string]string) {
	t.Helper()
	for name, want := range when {
		field := step.Field(name)
		if field == nil || (want != "*" && !slices.Contains(field.Enum, want)) {
			t.Errorf("%s: %s of %s cannot be %q", where, name, step.ID(), want)
		}
	}
}

// TestHowRowsAreTaken holds that each row is taken in exactly one way: by a
// fact that somebody records, derived, or never, as a refusal.
func TestHowRowsAreTaken(t *testing.T) {
	eachStep(schema.Table(), func(where string, r *schema.Row) {
		refused := len(r.Refusal) > 0
		switch {
		case r.Derived == (r.Step != "" || refused), r.Step != "" && refused:
			t.Errorf("%s: is it recorded, derived or a refusal?", where)
		case r.Step != "" && len(r.Actor) == 0:
			t.Errorf("%s: nobody may record it", where)
		case !r.Derived && r.Via != "":
			t.Errorf("%s: only a derived row comes with a step", where)
		case r.Derived && r.Via == "" && len(r.Needs) == 0:
			t.Errorf("%s: nothing derives it", where)
		case r.Derived && len(r.Actor)+len(r.Approval)+r.Evidence > 0:
			t.Errorf("%s: a derived row has no actor, approval or evidence of its own", where)
		case r.Clause == "":
			t.Errorf("%s: no clause", where)
		}
	})
}

// TestRolesOfRows holds that actors are roles or the deal's team, and that
// approvals are roles or those of the aspects reviewed.
func TestRolesOfRows(t *testing.T) {
	eachStep(schema.Table(), func(where string, r *schema.Row) {
		for _, role := range r.Actor {
			if role != "team" && !slices.Contains(schema.Roles, role) {
				t.Errorf("%s: there is no role %s", where, role)
			}
		}
		for _, role := range r.Approval {
			if role != "aspects" && !slices.Contains(schema.Roles, role) {
				t.Errorf("%s: there is no role %s to approve", where, role)
			}
		}
	})
}

// TestRewardsOfRows holds that a row earns a milestone that can be rewarded,
// and that each milestone is earned by a row.
func TestRewardsOfRows(t *testing.T) {
	want, got := map[string]bool{}, map[string]bool{"": true}
	for _, m := range schema.AllSteps().Get("terms", "reward").Field("milestone").Enum {
		want[m] = true
	}
	eachStep(schema.Table(), func(_ string, r *schema.Row) { got[r.Reward] = true })
	delete(got, "")
	compareSets(t, "milestone", got, want)
	if schema.AllSteps().Get("", "policy").Field("rewards") == nil {
		t.Fatal("policy has no rewards")
	}
	for m := range want {
		if schema.AllSteps().Get("", "policy").Field("rewards."+m) == nil {
			t.Errorf("policy has no range for the milestone %s", m)
		}
	}
}

// TestNames holds that everything which a person reads of the tables has a
// name in every language.
func TestNames(t *testing.T) {
	table := schema.Table()
	for id, g := range table.Guards {
		named(t, id, g.Words)
	}
	for _, p := range table.Processes {
		named(t, p.Name, p.Title)
		for _, s := range p.States {
			named(t, p.Name+" "+s.Name, s.Words)
		}
		for _, r := range p.Rows {
			named(t, r.ID, r.Title)
		}
	}
	for _, s := range schema.AllSteps().All() {
		named(t, s.ID(), s.Title)
		namedFields(t, s.ID(), s.Fields)
	}
}

func namedFields(t *testing.T, where string, fields []schema.Field) {
	t.Helper()
	for _, f := range fields {
		named(t, where+"."+f.Name, f.Words)
		namedFields(t, where+"."+f.Name, f.Fields)
	}
}

func named(t *testing.T, what string, w schema.Words) {
	t.Helper()
	for _, lang := range catalogue.Langs {
		if strings.TrimSpace(w.In(lang)) == "" {
			t.Errorf("%s has no name in %s", what, lang)
		}
	}
}

// keysOf are the keys that each part of the workflow table may have.
var keysOf = map[string][]string{
	"guards":  {"clause", "en", "zh"},
	"states":  {"end", "en", "zh"},
	"rows":    {"id", "from", "to", "step", "when", "derived", "via", "refusal", "if", "needs", "guard", "actor", "approval", "signature", "option", "evidence", "reward", "clause", "name"},
	"records": {"step", "in", "needs", "guard", "actor", "approval", "evidence", "clause"},
	"process": {"name", "clause", "folder", "states", "rows", "records"},
}

// TestNoKeyIsMisspelt reads the table anew: a misspelt key would be passed over
// in silence, and with it an approval.
func TestNoKeyIsMisspelt(t *testing.T) {
	data, err := os.ReadFile(fmt.Sprintf("tables/workflow-%d.yaml", schema.LatestWorkflow))
	if err != nil {
		t.Fatal(err)
	}
	type part = map[string]yaml.Node
	var doc struct {
		Guards    map[string]part
		Processes map[string]part
	}
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	known := func(kind, where string, p part) {
		for key := range maps.Keys(p) {
			if !slices.Contains(keysOf[kind], key) {
				t.Errorf("%s: %s have no key %s", where, kind, key)
			}
		}
	}
	for id, g := range doc.Guards {
		known("guards", id, g)
	}
	for name, p := range doc.Processes {
		known("process", name, p)
		for _, kind := range []string{"rows", "records"} {
			var list []part
			node := p[kind]
			if err := node.Decode(&list); err != nil && node.Kind != 0 {
				t.Fatal(err)
			}
			for _, one := range list {
				known(kind, name, one)
			}
		}
		var states map[string]part
		node := p["states"]
		if err := node.Decode(&states); err != nil && node.Kind != 0 {
			t.Fatal(err)
		}
		for s, one := range states {
			known("states", name+" "+s, one)
		}
	}
}
