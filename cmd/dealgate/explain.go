package main

import (
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/rules"
)

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain RULE|ROW|GUARD|STEP",
		Short: "Say what a rule, a row of the workflow or a step asks for, with examples",
		Args:  arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return explain(cmd.OutOrStdout(), args[0], langOf(cmd))
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return explainable(), cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// explainable lists everything that can be explained by name.
func explainable() []string {
	var names []string
	for _, key := range catalogue.Keys() {
		if rule, ok := strings.CutSuffix(key, ".title"); ok && isRule(rule) {
			names = append(names, rule)
		}
	}
	for _, p := range schema.Table().Processes {
		for _, r := range p.Rows {
			names = append(names, r.ID)
		}
	}
	for id := range schema.Table().Guards {
		names = append(names, id)
	}
	for _, s := range schema.AllSteps().All() {
		names = append(names, s.ID())
		if s.Process != "" {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// isRule reports whether findings bear this name; other texts have titles too.
func isRule(name string) bool {
	return strings.Contains(name, "/") && catalogue.Has(name+".title")
}

func explain(out io.Writer, name string, l catalogue.Lang) error {
	w := &lines{out: out, l: l}
	id := strings.ToUpper(name)
	switch {
	case isRule(name):
		w.rule(name)
	case len(schema.Table().RowsOf(id)) > 0:
		for _, r := range schema.Table().RowsOf(id) {
			w.row(r)
		}
		w.examples(id)
	case schema.Table().Guards[id] != nil:
		g := schema.Table().Guards[id]
		w.text(id + "  " + g.In(l) + "  (" + g.Clause + ")")
		w.examples(id)
	default:
		if !w.steps(name) {
			return &wordedError{"cli.not-explained", diag.Args{"name": name, "near": orDash(check.Similar(name, explainable()))}}
		}
	}
	return w.err
}

func (w *lines) rule(name string) {
	for _, part := range []string{"title", "found", "want", "fix"} {
		w.say("explain."+part, diag.Args{"text": unfilled(w.l, name+"."+part)})
	}
	w.examples(name)
}

var blanks = regexp.MustCompile(`(\{[A-Za-z0-9-]+\})+`)

// unfilled is a text in general: an ellipsis stands for what a finding says.
func unfilled(l catalogue.Lang, key string) string {
	return blanks.ReplaceAllString(catalogue.Text(l, key, nil), "…")
}

func (w *lines) row(r *schema.Row) {
	states := make([]diag.Term, len(r.From))
	for i, s := range r.From {
		states[i] = r.Process.Term(s)
	}
	to := diag.Term("explain.same")
	if _, ok := r.Process.State(r.To); ok {
		to = r.Process.Term(r.To)
	}
	w.text(r.ID + "  " + r.Title.In(w.l) + "  (" + r.Clause + ")")
	w.say("explain.arrow", diag.Args{"process": diag.Term("process." + r.Process.Name), "from": states, "to": to})
	switch {
	case len(r.Refusal) > 0:
		w.say("explain.refusal", nil)
	case r.Derived:
		w.say("explain.derived", nil)
	default:
		step := schema.AllSteps().Get(r.Process.Name, r.Step)
		if step == nil {
			step = schema.AllSteps().Get("order", r.Step)
		}
		w.say("explain.step", diag.Args{"step": step.Term(), "file": "<date>-" + r.Step + ".yaml"})
		w.say("explain.actor", diag.Args{"roles": roleTerms(r.Actor)})
	}
	for _, n := range r.Needs {
		w.text("  - " + unfilled(w.l, "needs/"+n+".want"))
	}
	if r.Evidence > 0 {
		w.text("  - " + catalogue.Text(w.l, "status.evidence", diag.Args{"count": r.Evidence}))
	}
	if len(r.Approval) > 0 {
		w.say("status.approval", diag.Args{"roles": roleTerms(r.Approval)})
	}
	if r.Guard != "" {
		w.text("  " + r.Guard + "  " + schema.Table().Guards[r.Guard].In(w.l))
	}
	w.text("")
}

func (w *lines) steps(name string) bool {
	found := false
	for _, s := range schema.AllSteps().All() {
		if s.ID() != name && s.Name != name {
			continue
		}
		found = true
		w.text(s.ID() + "  " + s.Title.In(w.l) + "  (" + s.Clause + ")")
		w.text("")
		w.text(s.Template(w.l, nil))
	}
	return found
}

// examples shows the good and the bad case that the tests prove.
func (w *lines) examples(id string) {
	good, bad := rules.Examples(id)
	if bad != "" {
		w.say("explain.bad", nil)
		w.text(bad)
	}
	if good != "" {
		w.say("explain.good", nil)
		w.text(good)
	}
}
