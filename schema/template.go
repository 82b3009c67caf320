package schema

import (
	"fmt"
	"strings"

	"github.com/dealgate/dealgate/schema/catalogue"
)

// Template writes a fact to fill in: every ‹…› is to be replaced, and then the
// file is valid. Values that are known already are given by field name.
func (s *Step) Template(l catalogue.Lang, known map[string]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# yaml-language-server: $schema=%s%s.json\n", BaseURL, s.ID())
	fmt.Fprintf(&b, "# %s (%s)\n", s.Title.In(l), s.Clause)
	for _, f := range s.Fields {
		writeTemplate(&b, l, f, "", known[f.Name])
	}
	return b.String()
}

func writeTemplate(b *strings.Builder, l catalogue.Lang, f Field, indent, known string) {
	lead := indent
	if !f.Required && known == "" {
		lead = indent + "# "
	}
	note := "  # " + f.Words.In(l)
	switch {
	case known != "":
		fmt.Fprintf(b, "%s%s: %s%s\n", lead, f.Name, known, note)
	case len(f.Fields) > 0:
		writeNested(b, l, f, indent, lead, note)
	case f.Many:
		fmt.Fprintf(b, "%s%s: [%s]%s\n", lead, f.Name, placeholder(f), note)
	default:
		fmt.Fprintf(b, "%s%s: %s%s\n", lead, f.Name, placeholder(f), note)
	}
}

func writeNested(b *strings.Builder, l catalogue.Lang, f Field, indent, lead, note string) {
	if !f.Required {
		fmt.Fprintf(b, "%s%s: …%s\n", lead, f.Name, note)
		return
	}
	fmt.Fprintf(b, "%s%s:%s\n", lead, f.Name, note)
	first := "  "
	if f.Kind == KindList {
		first = "- "
	}
	for _, sub := range f.Fields {
		if !sub.Required {
			continue
		}
		writeTemplate(b, l, sub, indent+first, "")
		first = "  "
	}
}

// placeholder shows what kind of value belongs there.
func placeholder(f Field) string {
	switch f.Kind {
	case KindEnum:
		return "‹" + strings.Join(f.Enum, " | ") + "›"
	case KindDate:
		return "‹2026-03-05›"
	case KindMoney, KindNumber:
		return "‹12800.00›"
	case KindFraction:
		return "‹8%›"
	case KindInteger:
		return "‹30›"
	}
	return "‹…›"
}
