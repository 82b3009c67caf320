package approval

import (
	"cmp"
	"slices"
	"sync"
	"time"
	_ "time/tzdata" // the day of a review must not depend on the machine

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

const (
	policyPath = fold.Root + "/policy.yaml"
	rosterPath = fold.Root + "/roster.yaml"
)

// Decide says which of the approvals that a change needs are given. Whatever
// cannot be matched, dated or computed is not an approval. It judges approvals
// alone: what else is wrong with the change, validate.Judge says.
func Decide(in Input) Result {
	if len(in.Change.Files) == 0 && len(in.Outside) == 0 {
		return Result{}
	}
	if d, done := unjudged(in.Change.Base); done {
		return Result{Findings: []diag.Diagnostic{d}}
	}
	return Answer(in, DemandOf(in.Change, in.Outside))
}

// Answer says which approvals of a demand are given. Of the change it looks at
// the base's policy and roster, and at the day of the head.
func Answer(in Input, asked Demand) Result {
	d := newDecider(in)
	d.needs = asked.Needs
	d.pull()
	d.strangers()
	for _, path := range asked.Unreadable {
		d.unreadable(path)
	}
	for _, n := range asked.Needs {
		d.decide(n)
	}
	for _, a := range asked.Deeds {
		d.confirm(a)
	}
	d.order()
	return d.out
}

// unreadable blocks a file of which nobody can say whose approval it needs.
func (d *decider) unreadable(path string) {
	d.out.Lacking = append(d.out.Lacking, Lacking{Fact: path, Scope: ScopeOf(path), Why: "approval/unreadable"})
	d.report(diag.Diagnostic{Rule: "approval/unreadable", Span: diag.Span{File: path}})
}

// unjudged says why approvals are not judged: the base has no rules yet, has
// rules that cannot be read, or leaves approvals to another place.
func unjudged(base *fold.Company) (diag.Diagnostic, bool) {
	d := diag.Diagnostic{Severity: diag.Warning, Span: diag.Span{File: policyPath}, Clause: "own"}
	switch {
	case base.Policy == nil && begins(base):
		d.Rule = "approval/baseline"
	case base.Policy == nil || base.Roster == nil:
		d.Rule, d.Severity = "approval/no-rules", diag.Error
	case base.Policy.Approvals.S == "none":
		d.Rule, d.Pos = "approval/none", base.Policy.Approvals.At
	default:
		return d, false
	}
	return d, true
}

// begins reports whether the base has no policy at all: the change that adds
// it is the baseline, declared and not approved.
func begins(base *fold.Company) bool {
	return slices.ContainsFunc(base.Findings, func(d diag.Diagnostic) bool {
		return d.Rule == "layout/no-deals" || d.Rule == "layout/missing-registry" && d.File == policyPath
	})
}

// decider holds what is asked again and again while one change is judged.
type decider struct {
	in        Input
	base      *fold.Company
	zone      *time.Location
	today     value.Day
	hands     map[*fold.Person]bool // who had a hand in the content
	reviewers []*reviewer
	needs     []need // all that the change asks for
	seen      map[string]sight
	shown     map[string]Grounds
	out       Result
}

func newDecider(in Input) *decider {
	d := &decider{
		in: in, base: in.Change.Base, today: in.Change.Head.AsOf,
		seen: map[string]sight{}, shown: map[string]Grounds{}, hands: map[*fold.Person]bool{},
	}
	d.zone = zoneOf(d.base.Policy.TimeZone.S)
	d.authors()
	d.review()
	return d
}

// zones are those that were asked for, by name: to read one takes longer than
// to decide about a change.
var zones sync.Map

// zoneOf falls back on the preset: another rule refuses a zone that is unknown.
func zoneOf(name string) *time.Location {
	if z, known := zones.Load(name); known {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return time.FixedZone("CST", 8*60*60)
	}
	zones.Store(name, z)
	return z
}

// day is the calendar day of the company on which something happened.
func (d *decider) day(t time.Time) value.Day { return value.DayOf(t.In(d.zone)) }

func (d *decider) report(x diag.Diagnostic) { d.out.Findings = append(d.out.Findings, x) }

// pull checks that the reviews are those of this very change, proposed for the
// branch that the rules stand on.
func (d *decider) pull() {
	pr := d.in.PR
	at := diag.Diagnostic{Span: diag.Span{File: policyPath}, Clause: "own"}
	if len(d.in.Commits) == 0 || d.in.Commits[0].Hash != pr.HeadCommit {
		at.Rule, at.Args = "approval/head-moved", diag.Args{"number": pr.Number, "head": cmp.Or(short(pr.HeadCommit), "—")}
		d.report(at)
	}
	if f := d.base.Policy.Forge; f != nil && pr.BaseRef != f.Branch.S && pr.BaseRef != d.in.Returns {
		at.Rule, at.Args = "approval/other-branch", diag.Args{"branch": pr.BaseRef, "protected": f.Branch.S}
		at.Pos = f.Branch.At
		d.report(at)
	}
}

// Returns is the branch that a change makes the protected one, if it changes
// nothing but the rules. Whoever approves rules can so undo that they named
// another branch, on which nothing could land.
func Returns(after *fact.Policy, paths []string) string {
	alone := !slices.ContainsFunc(paths, func(path string) bool { return ScopeOf(path) != Rules })
	if after == nil || after.Forge == nil || !alone {
		return ""
	}
	return after.Forge.Branch.S
}

func short(hash string) string { return hash[:min(len(hash), 10)] }

// order sorts what comes out, so that the same input gives the same output.
func (d *decider) order() {
	diag.Sort(d.out.Findings)
	slices.SortStableFunc(d.out.Given, func(a, b Given) int { return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Fact, b.Fact)) })
	slices.SortStableFunc(d.out.Lacking, func(a, b Lacking) int { return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Fact, b.Fact)) })
}
