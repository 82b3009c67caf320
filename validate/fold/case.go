package fold

import (
	"cmp"
	"reflect"
	"slices"
	"sync"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// Case is what a condition looks at: a row of one run, and the fact that would
// take it, nil for a derived row.
type Case struct {
	C     *Company
	D     *Deal
	I     *Instance
	F     *Fact
	Today value.Day

	label, clause string
}

// Unmet says that a condition does not hold: where, with which words, and
// whether that blocks.
type Unmet struct {
	At      diag.Pos
	Args    diag.Args
	Warning bool
	Rule    string // where it is not the condition's own
	Row     string // where another guard stands behind it
}

// A Condition is one thing that a row needs. It returns nil when it holds.
type Condition func(*Case) *Unmet

func (e *engine) at(i *Instance, f *Fact, row *schema.Row) *Case {
	x := &Case{C: e.c, D: e.d, I: i, F: f, Today: e.today}
	if row != nil {
		x.label, x.clause = row.ID, row.Clause
		if x.label == "" {
			x.label = row.Process.Name + "/" + row.Step
		}
	}
	return x
}

// holds reports whether all named conditions hold.
func (x *Case) holds(names []string) bool {
	for _, n := range names {
		if u := conditions[n](x); u != nil && !u.Warning {
			return false
		}
	}
	return true
}

// require checks actor, evidence and conditions and reports all that is unmet.
func (x *Case) require(actors []string, evidence int, needs []string) []diag.Diagnostic {
	var out []diag.Diagnostic
	if d := x.actor(actors); d != nil {
		out = append(out, *d)
	}
	if n := len(x.F.Body.Base().Evidence); n < evidence {
		out = append(out, x.finding("evidence/required", diag.Pos{}, diag.Args{"step": x.F.Step.Term(), "count": evidence}))
	}
	for _, name := range needs {
		u := conditions[name](x)
		if u == nil {
			continue
		}
		rule := u.Rule
		if rule == "" {
			rule = "needs/" + name
		}
		d := x.finding(rule, u.At, u.Args)
		if u.Row != "" {
			d.Row = u.Row
		}
		if u.Warning {
			d.Severity = diag.Warning
		}
		out = append(out, d)
	}
	return out
}

// actor checks that `by` is somebody who may do this on that day.
func (x *Case) actor(actors []string) *diag.Diagnostic {
	by := x.F.Body.Base().By
	p := x.F.By
	if p == nil || len(actors) == 0 {
		return nil // the reference check reports an unknown person
	}
	if p.Has(x.F.Date, actors...) || (slices.Contains(actors, "team") && x.inTeam(p)) {
		return nil
	}
	allowed := make([]diag.Term, len(actors))
	for i, a := range actors {
		allowed[i] = diag.Term("role." + a)
	}
	d := x.finding("actor/role", by.At, diag.Args{"person": p.Name, "date": x.F.Date, "step": x.F.Step.Term(), "allowed": allowed, "roles": roleTerms(p.RolesOn(x.F.Date))})
	return &d
}

func roleTerms(roles []string) []diag.Term {
	if len(roles) == 0 {
		return []diag.Term{"role.none"}
	}
	terms := make([]diag.Term, len(roles))
	for i, r := range roles {
		terms[i] = diag.Term("role." + r)
	}
	return terms
}

// inTeam reports whether a person acts for the deal's team; as long as no team
// is determined, any marketing manager or team member may.
func (x *Case) inTeam(p *Person) bool {
	if !p.Has(x.F.Date, "marketing-manager", "team-member") {
		return false
	}
	return x.D.Team == "" || p.TeamOn(x.F.Date) == x.D.Team
}

func (x *Case) notAllowed(from []string) diag.Diagnostic {
	label := x.label
	if g := x.guard(); g != "" {
		label = g
	}
	states := make([]diag.Term, len(from))
	for i, s := range from {
		states[i] = x.I.Process.Term(s)
	}
	d := x.finding("step/not-allowed", diag.Pos{}, diag.Args{
		"step": x.F.Step.Term(), "state": x.I.Process.Term(x.I.State), "allowed": states,
		"process": diag.Term("process." + x.I.Process.Name), "name": cmp.Or(x.I.Name, x.D.ID),
	})
	d.Row = label
	return d
}

// guard is the guard that forbids the step of this case outside its stages.
func (x *Case) guard() string {
	for _, r := range x.I.Process.Rows {
		if r.ID == x.label {
			return r.Guard
		}
	}
	return ""
}

func (x *Case) finding(rule string, at diag.Pos, args diag.Args) diag.Diagnostic {
	if !at.Known() {
		at = diag.Pos{Line: 1, Col: 1}
	}
	return diag.Diagnostic{Rule: rule, Span: x.F.Span(at), Row: x.label, Clause: x.clause, Args: args}
}

// ConditionNames lists every condition, sorted, for the tests that hold table,
// catalogue and code against each other.
func ConditionNames() []string {
	names := make([]string, 0, len(conditions))
	for n := range conditions {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

var fieldIndex sync.Map // reflect.Type to map[string]int

// FieldText returns a field of the fact's own level as text, "" when absent.
func FieldText(f *Fact, name string) string {
	v := reflect.ValueOf(f.Body).Elem()
	t := v.Type()
	cached, ok := fieldIndex.Load(t)
	if !ok {
		index := map[string]int{}
		for i := range t.NumField() {
			index[t.Field(i).Tag.Get("yaml")] = i
		}
		cached, _ = fieldIndex.LoadOrStore(t, index)
	}
	i, ok := cached.(map[string]int)[name]
	if !ok {
		return ""
	}
	text, _ := v.Field(i).Interface().(value.Text)
	return text.S
}

// policy is the one that the fact is judged by; a derived row follows the
// latest fact of its run.
func (x *Case) policy() *fact.Policy {
	if x.F != nil {
		return x.C.PolicyFor(x.F)
	}
	if n := len(x.I.Facts); n > 0 {
		return x.C.PolicyFor(x.I.Facts[n-1])
	}
	return x.C.Policy
}

// person resolves a person named in a fact.
func (x *Case) person(t value.Text) *Person { return x.C.Roster.Person(t.S) }
