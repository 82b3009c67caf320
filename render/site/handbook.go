package site

import (
	"maps"
	"slices"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
)

// handbookPage leads to the rules that the company works by.
type handbookPage struct {
	Processes table
	Guards    table
	Rules     Ref
	Policy    Ref
	Plans     Ref
}

// Where the parts of the handbook stand.
const (
	handbookFile = "handbook.html"
	rulesFile    = "handbook/rules.html"
	policyFile   = "handbook/policy.html"
)

func processFileOf(name string) string { return "handbook/" + name + ".html" }

func handbookPages(m *Model) []Page[handbookPage] {
	return one(handbookFile, diag.Term("site.handbook.title"), func() handbookPage {
		return handbookPage{
			Processes: m.processTable(), Guards: m.guardTable(), Rules: m.Ref(diag.Term("site.rules.title"), rulesFile),
			Policy: m.Ref(diag.Term("site.policy.title"), policyFile), Plans: m.Ref(diag.Term("site.policy.plans"), policyFile+"#plans"),
		}
	})
}

// workflow is the version of the table that is in force.
func (m *Model) workflow() *schema.Workflow {
	if m.Company.Table != nil {
		return m.Company.Table
	}
	return schema.Table()
}

func (m *Model) processTable() table {
	t := table{Caption: phrase("site.handbook.processes", "version", m.workflow().Version), Cards: true, Heads: []head{
		column("site.handbook.process"), number("site.handbook.stages"), number("site.handbook.rows"), number("site.handbook.records"), column("site.handbook.folder"),
	}}
	for _, p := range m.workflow().Processes {
		t.Rows = append(t.Rows, cells(link(m.Ref(p.Title, processFileOf(p.Name))), say(len(p.States)), say(len(p.Rows)), say(len(p.Records)), say(p.Folder)))
	}
	return t
}

func (m *Model) guardTable() table {
	t := table{ID: "guards", Caption: diag.Term("site.handbook.guards"), Heads: []head{
		column("site.handbook.guard"), column("site.handbook.rule"), column("site.handbook.clause"),
	}}
	guards := m.workflow().Guards
	for _, id := range slices.Sorted(maps.Keys(guards)) {
		t.Rows = append(t.Rows, tableRow{ID: id, Cells: []cell{say(id), say(guards[id].Words), say(guards[id].Clause)}})
	}
	return t
}
