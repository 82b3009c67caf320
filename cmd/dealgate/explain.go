package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/source"
	"github.com/dealgate/dealgate/validate/rules"
)

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use:  "explain NAME",
		Args: arguments(1, 1),
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
	names := catalogue.Rules()
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

// rule explains a rule in general. What is found depends on the file, and is
// left out where it cannot be said without one.
func (w *lines) rule(name string) {
	for _, part := range []string{"title", "found", "want", "fix"} {
		text := catalogue.General(w.l, name+"."+part)
		if text == "…" || part == "found" && strings.Contains(text, "…") {
			continue
		}
		w.say("explain."+part, diag.Args{"text": text})
	}
	if rules.Examples(name).Shown() {
		w.examples(name)
	} else {
		w.cheat(name)
	}
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
		w.text("  - " + catalogue.General(w.l, "needs/"+n+".want"))
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
		w.text(s.ID() + "  " + s.Heading(w.l))
		w.text("")
		w.text(s.Template(w.l, nil))
		w.ofStep(s)
	}
	return found
}

// ofStep shows the examples of the rows that a step takes, or whatever shows a
// file of it.
func (w *lines) ofStep(s *schema.Step) {
	ids := rules.StepCases(s)
	for _, id := range ids {
		w.text(id + "  " + w.called(id))
		w.examples(id)
	}
	if written := rules.Written(s); len(ids) == 0 && written != "" {
		w.say("explain.good", nil)
		w.text(visible(written))
	}
}

// called is the name of a row, guard or rule.
func (w *lines) called(id string) string {
	if rows := schema.Table().RowsOf(id); len(rows) > 0 {
		return rows[0].Title.In(w.l)
	}
	if g := schema.Table().Guards[id]; g != nil {
		return g.In(w.l)
	}
	if !isRule(id) {
		return ""
	}
	return catalogue.General(w.l, id+".title")
}

// examples shows the good and the bad case that the tests prove, and by what
// they differ beside their text.
func (w *lines) examples(id string) {
	x := rules.Examples(id)
	if x.Bad != "" || len(x.Differs) > 0 {
		w.say("explain.bad", nil)
		for _, d := range x.Differs {
			w.say(d.Key, d.Args)
		}
		w.text(visible(x.Bad))
	}
	if x.Good != "" {
		w.say("explain.good", nil)
		w.text(visible(x.Good))
	}
}

// visible shows characters that nobody sees by their number, and hides what
// belongs to a person, even if it is made up.
func visible(s string) string {
	var b strings.Builder
	for _, r := range source.Redact(s) {
		switch {
		case r == '\t':
			b.WriteString("⇥")
		case r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)):
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
