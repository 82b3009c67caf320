package bonus

import (
	"bufio"
	"io"
	"strings"

	"github.com/dealgate/dealgate/schema/catalogue"
)

// WriteTree writes the derivation of every line of an entry for a terminal, as
// trees from the amount down to file, line, commit and approval.
func WriteTree(out io.Writer, l Ledger, m Meta, e Entry, lang catalogue.Lang) error {
	t := &tree{words: words{lang, l.Company}, out: bufio.NewWriter(out), origins: newOrigins(l, m)}
	t.heading(e.Lines[len(e.Lines)-1])
	x := NewExplainer(l)
	for _, line := range e.Lines {
		t.line("", "")
		step := x.Explain(line)
		t.line("", t.step(step))
		t.below(step, "")
	}
	t.line("", "")
	t.line("", t.text("bonus.before-tax"))
	return t.out.Flush()
}

// tree draws steps with lines that lead from each to those behind it.
type tree struct {
	words
	out     *bufio.Writer
	origins *origins
}

// line writes one line; the writer keeps its first error until it is flushed.
func (t *tree) line(lead, text string) {
	_, _ = t.out.WriteString(strings.TrimRight(lead+text, " ") + "\n")
}

func (t *tree) heading(l Line) {
	parts := []string{t.payee(l.Person, l.Team), t.text("bonus.kind." + string(l.Kind))}
	if what := t.what(l); what != parts[1] {
		parts = append(parts, what)
	}
	if l.Detail != "" {
		parts = append(parts, visible(l.Detail))
	}
	if l.Deal != nil {
		parts = append(parts, title(l.Deal)+" ("+visible(l.Deal.ID)+")")
	}
	t.line("", strings.Join(parts, " · "))
	t.line("", t.text("bonus.key", "id", l.Key.ID(), "key", l.Key.String()))
}

// below draws what a step rests on: first the places, then the steps behind.
func (t *tree) below(s Step, lead string) {
	n := len(s.Sources) + len(s.Steps)
	for i, src := range s.Sources {
		branch, _ := branches(i == n-1)
		t.line(lead+branch, t.origin(t.origins.of(src)))
	}
	for i, step := range s.Steps {
		branch, next := branches(len(s.Sources)+i == n-1)
		t.line(lead+branch, t.step(step))
		t.below(step, lead+next)
	}
}

// branches are the lines before a step and before all below it.
func branches(last bool) (here, below string) {
	if last {
		return "└─ ", "   "
	}
	return "├─ ", "│  "
}

// origin says in one line what is known about a place.
func (w words) origin(o Origin) string {
	parts := []string{visible(o.String())}
	if o.What != "" {
		parts[0] = w.text("bonus.origin.of", "what", o.What, "place", parts[0])
	}
	if o.Commit != "" {
		parts = append(parts, w.text("bonus.origin.commit", "commit", o.Commit))
	}
	parts = append(parts, w.approved(o)...)
	for _, e := range o.Evidence {
		parts = append(parts, w.text("bonus.origin.evidence", "file", visible(e)))
	}
	return strings.Join(parts, " · ")
}

// approved names who agreed to a fact, each in his role.
func (w words) approved(o Origin) []string {
	var all []string
	for _, a := range o.Approved {
		all = append(all, w.text("bonus.origin.approved", "name", visible(a.Name), "role", a.Role))
	}
	return all
}
