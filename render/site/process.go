package site

import (
	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
)

// processPage explains one process of the workflow: its flow chart, every row
// and record, and what each fact says.
type processPage struct {
	Title    schema.Words
	Clause   string
	Folder   string
	Flow     *figure
	Rows     table
	Records  table
	Steps    []stepHelp
	Examples []shownExample
}

// stepHelp is what a fact of a step says.
type stepHelp struct {
	ID       string
	Name     diag.Term
	Clause   string
	File     string
	Fields   table
	Template schema.Words
}

// Example is a good and a bad case of a rule, row or guard, as the tests prove
// them.
type Example struct {
	Good, Bad string
	Differs   []Phrase // what the bad side's files do not show
	Case      string   // how somebody tries to break what no file alone breaks
}

// Shown reports whether there is anything to show.
func (x Example) Shown() bool {
	return x.Good != "" || x.Bad != "" || x.Case != "" || len(x.Differs) > 0
}

// shownExample is an example under what it is an example of.
type shownExample struct {
	Of   string
	Name any
	Example
}

func processPages(m *Model) []Page[processPage] {
	var pages []Page[processPage]
	for _, p := range m.workflow().Processes {
		pages = append(pages, Page[processPage]{
			File: processFileOf(p.Name), Title: p.Title, Source: m.byRules, Find: func() []any { return processWords(p) },
			Content: func() processPage { return m.processPage(p) },
		})
	}
	return pages
}

// processWords are what a process is found by: its rows and stages.
func processWords(p *schema.Process) []any {
	var words []any
	for _, r := range p.Rows {
		words = append(words, r.ID, r.Title)
	}
	for _, s := range p.States {
		words = append(words, s.Words)
	}
	return words
}

func (m *Model) processPage(p *schema.Process) processPage {
	out := processPage{Title: p.Title, Clause: p.Clause, Folder: p.Folder, Rows: m.rowTable(p), Records: m.recordTable(p), Examples: m.examples(p)}
	if len(p.States) > 0 {
		out.Flow = flowChart("flow", p, nil)
		out.Flow.Table = nil // the rows stand below it
	}
	for _, s := range schema.AllSteps().Of(p.Name) {
		out.Steps = append(out.Steps, m.stepHelp(s))
	}
	return out
}

// rowTable lists every row: from where to where, by what, who acts, what it
// needs and whose approval it takes.
func (m *Model) rowTable(p *schema.Process) table {
	t := table{ID: "rows", Caption: phrase("site.process.rows", "process", p.Title), Cards: true, Heads: []head{
		column("site.flow.row"), column("site.flow.name"), column("site.flow.from"), column("site.flow.to"), column("site.process.by"),
		column("site.process.actors"), column("site.process.needs"), column("site.process.approval"), column("site.handbook.clause"),
	}}
	seen := map[string]bool{}
	for _, r := range p.Rows {
		row := cells(say(r.ID), say(r.Title), say(stages(p, r.From)), say(stages(p, []string{r.To})), m.taker(r),
			say(roles(r.Actor)), needed(r.Needs, r.If, r.Evidence, r.Guard), m.approval(r.Approval, r.Reward), say(clause(r.Clause)))
		if !seen[r.ID] { // rows may share an id
			row.ID, seen[r.ID] = r.ID, true
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// clause is the piece of the workflow that something comes from; what is
// dealgate's own has none.
func clause(s string) string {
	if s == "own" {
		return ""
	}
	return s
}

// taker says what takes a row: a fact, nothing but its needs, or nobody,
// because a refusal is what never lands.
func (m *Model) taker(r *schema.Row) cell {
	switch {
	case len(r.Refusal) > 0:
		return say(diag.Term("site.process.refusal"))
	case r.Derived:
		return say(diag.Term("site.process.derived"))
	}
	step := stepOf(r.Process, r.Step)
	if step == nil {
		return say(r.Step)
	}
	return cell{Say: step.Term(), File: processFileOf(step.Process) + "#" + step.ID(), Sub: "‹date›-" + r.Step + ".yaml"}
}

// stepOf is a step of a process; payment takes those of the order.
func stepOf(p *schema.Process, name string) *schema.Step {
	if s := schema.AllSteps().Get(p.Name, name); s != nil {
		return s
	}
	return schema.AllSteps().Get("order", name)
}

func roles(names []string) []diag.Term {
	var out []diag.Term
	for _, n := range names {
		out = append(out, diag.Term("role."+n))
	}
	return out
}

// needed lists what a row or record needs.
func needed(needs, conditions []string, evidence int, guard string) cell {
	var c cell
	add := func(mark diag.Term, v any) { c.Items = append(c.Items, item{Class: "of-rule", Mark: mark, Say: v}) }
	for _, n := range conditions {
		add("site.process.if", inGeneral("needs/"+n+".want"))
	}
	for _, n := range needs {
		add("", inGeneral("needs/"+n+".want"))
	}
	if evidence > 0 {
		add("", counted("report.files", evidence))
	}
	if guard != "" {
		c.Sub = guard
	}
	return c
}

func (m *Model) approval(names []string, reward string) cell {
	c := say(roles(names))
	if reward != "" {
		c.Sub = phrase("site.process.reward", "reward", diag.Term("word."+reward))
	}
	return c
}

func (m *Model) recordTable(p *schema.Process) table {
	t := table{ID: "records", Caption: phrase("site.process.records", "process", p.Title), Cards: true, Heads: []head{
		column("site.process.record"), column("site.process.in"), column("site.process.actors"), column("site.process.needs"), column("site.process.approval"), column("site.handbook.clause"),
	}}
	for _, r := range p.Records {
		name := say(r.Step)
		if step := stepOf(p, r.Step); step != nil {
			name = cell{Say: step.Term(), File: processFileOf(step.Process) + "#" + step.ID()}
		}
		t.Rows = append(t.Rows, cells(name, say(stages(p, r.In)), say(roles(r.Actor)), needed(r.Needs, nil, r.Evidence, r.Guard), say(roles(r.Approval)), say(clause(r.Clause))))
	}
	return t
}

// stepHelp explains the fields of a fact.
func (m *Model) stepHelp(s *schema.Step) stepHelp {
	h := stepHelp{ID: s.ID(), Name: s.Term(), Clause: s.Clause, File: "‹date›-" + s.Name + ".yaml"}
	h.Template = schema.Words{EN: s.Template("en", nil), ZH: s.Template("zh-CN", nil)}
	h.Fields = table{Caption: phrase("site.process.fields", "step", s.Term()), Heads: []head{
		column("site.process.field"), column("site.process.means"), column("site.process.kind"), column("site.process.required"),
	}}
	fieldRows(&h.Fields, s, "", s.Fields)
	return h
}

func fieldRows(t *table, s *schema.Step, parent string, fields []schema.Field) {
	for _, f := range fields {
		kind := say(diag.Term("site.field." + string(f.Kind)))
		if len(f.Enum) > 0 {
			var words values
			for _, w := range f.Enum {
				words = append(words, phrase("site.process.word", "word", w, "means", diag.Term("word."+w)))
			}
			kind.Sub = words
		}
		must := say(diag.Term("site.process.optional"))
		if f.Required {
			must = say(diag.Term("site.process.must"))
		}
		t.Rows = append(t.Rows, cells(say(parent+f.Name), say(s.FieldTerm(parent+f.Name)), kind, must))
		fieldRows(t, s, parent+f.Name+".", f.Fields)
	}
}

// examples are the cases of a process's rows and guards.
func (m *Model) examples(p *schema.Process) []shownExample {
	if m.Example == nil {
		return nil
	}
	var out []shownExample
	seen := map[string]bool{"": true}
	add := func(id string, name any) {
		if !seen[id] {
			seen[id] = true
			if x := m.Example(id); x.Shown() {
				out = append(out, shownExample{id, name, x})
			}
		}
	}
	guard := func(id string) {
		if g := m.workflow().Guards[id]; g != nil {
			add(id, g.Words)
		}
	}
	for _, r := range p.Rows {
		add(r.ID, r.Title)
		guard(r.Guard)
	}
	for _, r := range p.Records {
		guard(r.Guard)
	}
	return out
}
