package site

import (
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
)

// rulesPage explains rules, or lists all of them.
type rulesPage struct {
	Title any
	Index *table // of all rules, on the first page only
	Rules []ruleHelp
	Pager pager
}

// ruleHelp explains one rule in general, with its good and its bad example.
type ruleHelp struct {
	ID                      string
	Title, Found, Want, Fix inGeneral
	Example
}

// perRules bounds the rules on one page: their examples are long.
const perRules = 40

func rulesPages(m *Model) []Page[rulesPage] {
	title := diag.Term("site.rules.title")
	above := []Ref{{title, rulesFile}}
	parts := m.ruleParts()
	pages := []Page[rulesPage]{{File: rulesFile, Title: title, Find: nothing, Content: func() rulesPage {
		return rulesPage{Title: title, Index: m.ruleIndex(parts)}
	}}}
	for _, g := range parts {
		name := phrase("site.rules.group", "group", g.group)
		for _, p := range paged("handbook/rules-"+g.group+".html", g.ids, perRules) {
			title := p.Pager.title(name)
			pages = append(pages, Page[rulesPage]{File: p.File, Title: title, Above: above, Find: func() []any { return ruleWords(p.Rows) },
				Content: func() rulesPage { return rulesPage{Title: title, Rules: m.helps(p.Rows), Pager: p.Pager} }})
		}
	}
	return pages
}

// ruleGroup is the rules whose names begin alike.
type ruleGroup struct {
	group string
	ids   []string
}

// ruleParts groups the rules, which stand in the order of their names.
func (m *Model) ruleParts() []ruleGroup {
	var out []ruleGroup
	for _, id := range m.Rules {
		group, _, _ := strings.Cut(id, "/")
		if n := len(out); n == 0 || out[n-1].group != group {
			out = append(out, ruleGroup{group: group})
		}
		last := &out[len(out)-1]
		last.ids = append(last.ids, id)
	}
	return out
}

func ruleWords(ids []string) []any {
	var words []any
	for _, id := range ids {
		words = append(words, id, inGeneral(id+".title"))
	}
	return words
}

func (m *Model) ruleIndex(parts []ruleGroup) *table {
	t := &table{ID: "rules", Caption: counted("site.rules.count", len(m.Rules)), Empty: diag.Term("site.rules.empty"), Heads: []head{
		column("site.rules.rule"), column("site.rules.name"), choice("site.rules.kind"),
	}}
	for _, g := range parts {
		for _, p := range paged("handbook/rules-"+g.group+".html", g.ids, perRules) {
			for _, id := range p.Rows {
				t.Rows = append(t.Rows, cells(link(m.Ref(id, p.File+"#"+id)), say(inGeneral(id+".title")), say(g.group)))
			}
		}
	}
	return t
}

func (m *Model) helps(ids []string) []ruleHelp {
	var out []ruleHelp
	for _, id := range ids {
		h := ruleHelp{ID: id, Title: inGeneral(id + ".title"), Found: inGeneral(id + ".found"), Want: inGeneral(id + ".want"), Fix: inGeneral(id + ".fix")}
		if m.Example != nil {
			h.Example = m.Example(id)
		}
		out = append(out, h)
	}
	return out
}
