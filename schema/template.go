package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/catalogue"
)

// Template writes a fact to fill in: every ‹…› is to be replaced, and then the
// file is valid. Values that are known already are given by field name; needs
// are the conditions of what the fact is to do, whose fields are asked for too.
func (s *Step) Template(l catalogue.Lang, known map[string]string, needs ...string) string {
	t := template{l, known, needs, s.alwaysProved()}
	out := []string{"# yaml-language-server: $schema=" + BaseURL + s.ID() + ".json", "# " + s.Heading(l)}
	for _, f := range s.Fields {
		out = append(out, t.field(f, known[f.Name])...)
	}
	return strings.Join(out, "\n") + "\n"
}

// Heading is the step's name with the piece of the workflow it comes from.
func (s *Step) Heading(l catalogue.Lang) string {
	if s.Clause == "" {
		return s.Title.In(l)
	}
	return fmt.Sprintf("%s (%s)", s.Title.In(l), s.Clause)
}

// alwaysProved reports whether every row and record of the step wants evidence.
func (s *Step) alwaysProved() bool {
	proved := false
	for _, p := range Table().Processes {
		if p.Name != s.Process && (p.Name != "payment" || s.Process != "order") {
			continue
		}
		if r := p.Record(s.Name); r != nil {
			proved = true
			if r.Evidence == 0 {
				return false
			}
		}
		for _, r := range p.RowsFor(s.Name) {
			proved = true
			if r.Evidence == 0 {
				return false
			}
		}
	}
	return proved
}

// template knows what a fact is filled in for.
type template struct {
	l      catalogue.Lang
	known  map[string]string
	needs  []string
	proved bool
}

// shown reports whether a field is to be filled in, rather than offered behind
// a comment sign.
func (t template) shown(f Field) bool {
	asked := f.NeededFor != "" && slices.Contains(t.needs, f.NeededFor)
	return f.Required || f.Usual || asked || (t.proved && f.Name == "evidence")
}

// field writes a field as lines. One that may be left out stands behind a
// comment sign, with everything in it.
func (t template) field(f Field, known string) []string {
	value, nested := placeholder(f), t.nested(f)
	switch {
	case known != "":
		value, nested = known, nil
	case len(nested) > 0:
		value = ""
	case f.Many:
		value = "[" + value + "]"
	}
	if value != "" {
		value = " " + value
	}
	lines := append([]string{f.Name + ":" + value + "  # " + t.note(f)}, nested...)
	if known == "" && !t.shown(f) {
		return indented(lines, "# ", "# ")
	}
	return lines
}

// note says what a field means, and when it is needed.
func (t template) note(f Field) string {
	if f.Needed.EN == "" {
		return f.Words.In(t.l)
	}
	if t.l == catalogue.EN {
		return f.Words.EN + "; " + f.Needed.EN
	}
	return f.Words.ZH + "；" + f.Needed.ZH
}

// nested writes what a field holds: one entry of a list or map.
func (t template) nested(f Field) []string {
	if f.Kind == KindAny {
		return []string{"  ‹" + catalogue.Text(t.l, "template.field", nil) + "›: ‹…›"}
	}
	var first, rest []string // an entry begins with what must be there
	for _, sub := range f.Fields {
		if lines := t.field(sub, ""); t.shown(sub) {
			first = append(first, lines...)
		} else {
			rest = append(rest, lines...)
		}
	}
	lines := append(first, rest...)
	switch f.Kind {
	case KindList:
		return indented(lines, "  - ", "    ")
	case KindMap:
		return append([]string{"  ‹id›:"}, indented(lines, "    ", "    ")...)
	}
	return indented(lines, "  ", "  ")
}

// indented puts something before the first line and before all others.
func indented(lines []string, first, others string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = others + line
		if i == 0 {
			out[i] = first + line
		}
	}
	return out
}

// examples of values, by kind: what stands in a placeholder.
var examples = map[Kind]string{
	KindDate: "2026-03-05", KindMoney: "12800.00", KindSigned: "-12800.00", KindMonth: "2026-03", KindNumber: "12800.00", KindFraction: "8%", KindInteger: "30",
	KindEvidence: "contract.pdf", KindFact: "2026-03-05-needs.yaml", KindCurrency: "CNY", KindRange: "[1000, 2000]", KindRole: "finance", KindCreditCode: "91350100M000100Y43",
}

// placeholder shows what kind of value belongs there.
func placeholder(f Field) string {
	if f.Kind == KindEnum {
		return "‹" + strings.Join(f.Enum, " | ") + "›"
	}
	if example := examples[f.Kind]; example != "" {
		return "‹" + example + "›"
	}
	return "‹…›"
}
