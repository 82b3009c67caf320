package site

import (
	"strings"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// rulesPage explains rules, or lists all of them.
type rulesPage struct {
	Title any
	Kinds []ruleKind // on the first page only
	Index *table     // of all rules, on the first page only
	Rules []ruleHelp
}

// ruleKind leads to the rules of one kind.
type ruleKind struct {
	Page  Ref
	Count int
}

// ruleHelp explains one rule in general, with its good and its bad example.
type ruleHelp struct {
	ID                      string
	Title, Found, Want, Fix inGeneral
	Example
}

func rulesPages(m *Model) []Page[rulesPage] {
	title := diag.Term("site.rules.title")
	above := []Ref{{title, rulesFile}}
	groups := ruleGroups()
	pages := []Page[rulesPage]{{File: rulesFile, Title: title, Find: nothing, Source: m.byRules, Content: func() rulesPage {
		return rulesPage{Title: title, Kinds: m.ruleKinds(groups), Index: m.ruleIndex(groups)}
	}}}
	for _, g := range groups {
		name := phrase("site.rules.group", "group", g.name)
		pages = append(pages, Page[rulesPage]{File: groupFile(g.name), Title: name, Above: above, Source: m.byRules, Find: func() []any { return ruleWords(g.ids) },
			Content: func() rulesPage { return rulesPage{Title: name, Rules: m.helps(g.ids)} }})
	}
	return pages
}

func groupFile(group string) string { return "handbook/rules-" + group + ".html" }

// ruleFile is where a rule is explained, empty for what is none.
func ruleFile(id string) string {
	group, _, ok := strings.Cut(id, "/")
	if !ok || !catalogue.Has(id+".title") {
		return ""
	}
	return groupFile(group) + "#" + id
}

// ruleGroup is the rules whose names begin alike.
type ruleGroup struct {
	name string
	ids  []string
}

// ruleGroups groups the rules, which stand in the order of their names.
func ruleGroups() []ruleGroup {
	var out []ruleGroup
	for _, id := range catalogue.Rules() {
		group, _, _ := strings.Cut(id, "/")
		if n := len(out); n == 0 || out[n-1].name != group {
			out = append(out, ruleGroup{name: group})
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

func (m *Model) ruleKinds(groups []ruleGroup) []ruleKind {
	var out []ruleKind
	for _, g := range groups {
		out = append(out, ruleKind{m.Ref(g.name, groupFile(g.name)), len(g.ids)})
	}
	return out
}

func (m *Model) ruleIndex(groups []ruleGroup) *table {
	t := &table{ID: "rules", Heads: []head{column("site.rules.rule"), column("site.rules.name"), choice("site.rules.kind")}}
	for _, g := range groups {
		for _, id := range g.ids {
			t.Rows = append(t.Rows, cells(link(m.Ref(id, ruleFile(id))), say(inGeneral(id+".title")), say(g.name)))
		}
	}
	t.Caption = counted("site.rules.count", len(t.Rows))
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
