package site

import (
	"reflect"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/render/markup"
	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// field is one key of a fact as a reader sees it: a label with values, with
// fields of its own, or with a table.
type field struct {
	Label  diag.Term
	Values values
	Fields []field
	Table  *table
}

// values are things to say, one after the other.
type values []any

// ownKeys are shown apart from the other fields of a fact.
var ownKeys = map[string]bool{"by": true, "evidence": true, "note": true}

// fielder walks the typed body of a fact by the fields of its step.
type fielder struct {
	company  *fold.Company
	step     *schema.Step
	currency string
}

// body lists what a fact says, in the order of the table of steps.
func (w fielder) body(b fact.Body) []field {
	v := reflect.ValueOf(b)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil
	}
	return w.fields(v.Elem(), w.step.Fields, "")
}

func (w fielder) fields(v reflect.Value, fields []schema.Field, parent string) []field {
	var out []field
	for i := 0; i < len(fields); i++ {
		if n := alike(fields[i:]); n > 1 {
			show := w.crossed
			if n > len(fields[i].Fields) {
				show = w.aspects
			}
			out = append(out, show(v, fields[i:i+n], parent)...)
			i += n - 1
			continue
		}
		f := fields[i]
		sub := byKey(v, f.Name)
		if (parent == "" && ownKeys[f.Name]) || !sub.IsValid() || sub.IsZero() {
			continue
		}
		shown := field{Label: w.step.FieldTerm(parent + f.Name)}
		switch f.Kind {
		case schema.KindAny:
			continue // a correction's fields are shown under the labels of what it corrects
		case schema.KindObject:
			shown.Fields = w.fields(reflect.Indirect(sub), f.Fields, parent+f.Name+".")
		case schema.KindList:
			shown.Table = w.table(sub, f, parent+f.Name+".")
		default:
			shown.Values = w.values(sub, f)
		}
		out = append(out, shown)
	}
	return out
}

// alike counts the objects at the beginning of a list that have the same fields,
// such as the aspects of a review.
func alike(fields []schema.Field) int {
	name := func(f schema.Field) string { return f.Name }
	for n, f := range fields {
		if f.Kind != schema.KindObject || !slices.EqualFunc(f.Fields, fields[0].Fields, func(a, b schema.Field) bool { return name(a) == name(b) }) {
			return n
		}
	}
	return len(fields)
}

// aspects shows objects that have the same fields as the rows of one table.
func (w fielder) aspects(v reflect.Value, fields []schema.Field, parent string) []field {
	t := &table{Cards: true, Heads: []head{column("site.orders.aspect")}}
	for _, sub := range fields[0].Fields {
		t.Heads = append(t.Heads, column(w.step.FieldTerm(parent+fields[0].Name+"."+sub.Name)))
	}
	for _, f := range fields {
		object := byKey(v, f.Name)
		if !object.IsValid() || object.IsZero() {
			continue
		}
		row := cells(say(w.step.FieldTerm(parent + f.Name)))
		for _, sub := range f.Fields {
			var c cell
			if said := byKey(reflect.Indirect(object), sub.Name); said.IsValid() && !said.IsZero() {
				c.Say = w.values(said, sub)
			}
			row.Cells = append(row.Cells, c)
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []field{{Label: "site.entry.aspects", Table: t}}
}

// crossed shows few objects that have the same many fields, one for each stage,
// as the columns of one table.
func (w fielder) crossed(v reflect.Value, fields []schema.Field, parent string) []field {
	t := &table{Heads: []head{column("site.deal.stage")}}
	for _, f := range fields {
		t.Heads = append(t.Heads, number(w.step.FieldTerm(parent+f.Name)))
	}
	for _, sub := range fields[0].Fields {
		row := cells(say(w.step.FieldTerm(parent + fields[0].Name + "." + sub.Name)))
		for _, f := range fields {
			var c cell
			if said := byKey(reflect.Indirect(byKey(v, f.Name)), sub.Name); said.IsValid() && !said.IsZero() {
				c.Say = w.values(said, sub)
			}
			row.Cells = append(row.Cells, c)
		}
		t.Rows = append(t.Rows, row)
	}
	return []field{{Label: "site.entry.aspects", Table: t}}
}

// byKey finds the field of a struct that a YAML key fills.
func byKey(v reflect.Value, key string) reflect.Value {
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("yaml") == key {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}

// table shows a list of objects, without the columns that nobody filled.
func (w fielder) table(list reflect.Value, f schema.Field, parent string) *table {
	t := table{Cards: true}
	t.Rows = make([]tableRow, list.Len())
	for _, sub := range f.Fields {
		cells, filled := w.column(list, sub)
		if !filled {
			continue
		}
		t.Heads = append(t.Heads, head{Label: w.step.FieldTerm(parent + sub.Name), Number: isNumber(sub.Kind)})
		for i := range t.Rows {
			t.Rows[i].Cells = append(t.Rows[i].Cells, say(cells[i]))
		}
	}
	return &t
}

func (w fielder) column(list reflect.Value, f schema.Field) (cells []values, filled bool) {
	cells = make([]values, list.Len())
	for i := range cells {
		v := byKey(list.Index(i), f.Name)
		if !v.IsValid() || v.IsZero() {
			continue
		}
		cells[i], filled = w.values(v, f), true
	}
	return cells, filled
}

func isNumber(k schema.Kind) bool {
	return k == schema.KindMoney || k == schema.KindSigned || k == schema.KindNumber || k == schema.KindInteger || k == schema.KindFraction
}

// values shows a scalar or a list of scalars.
func (w fielder) values(v reflect.Value, f schema.Field) values {
	if v.Kind() != reflect.Slice {
		return values{w.scalar(v.Interface(), f)}
	}
	var out values
	for i := range v.Len() {
		out = append(out, w.scalar(v.Index(i).Interface(), f))
	}
	return out
}

func (w fielder) scalar(v any, f schema.Field) any {
	switch v := v.(type) {
	case value.Text:
		return w.text(v.S, f)
	case value.Date:
		return v.Day
	case value.Amount:
		if f.Kind == schema.KindMoney || f.Kind == schema.KindSigned {
			return money{v.Decimal, w.currency}
		}
		return quantity(v.Decimal)
	case value.Int:
		return v.N
	case value.Range:
		return quantity(v.Min.Decimal) + "–" + quantity(v.Max.Decimal)
	}
	return v
}

// text shows a word by its name, and whom or what an id stands for.
func (w fielder) text(s string, f schema.Field) any {
	switch f.Kind {
	case schema.KindEnum:
		return diag.Term("word." + s)
	case schema.KindRole:
		return diag.Term("role." + s)
	case schema.KindPerson:
		if r := w.company.Roster; r != nil && r.Person(s) != nil {
			return r.Person(s).Name
		}
	case schema.KindTeam:
		if r := w.company.Roster; r != nil {
			return r.TeamName(s)
		}
	case schema.KindWord:
		return w.word(s, f)
	}
	return s
}

// word says a word that is no enum: a stage, a step, or what a customer may
// require.
func (w fielder) word(s string, f schema.Field) any {
	switch {
	case w.step.ID() == "deal.import" && f.Name == "state":
		return w.company.Table.Process("deal").Term(s)
	case w.step.ID() == "policy" && f.Name == "steps":
		for _, step := range schema.AllSteps().All() {
			if step.Name == s {
				return step.Term()
			}
		}
	case w.step.ID() == "policy" && catalogue.Has("word."+s):
		return diag.Term("word." + s)
	}
	return s
}

// replaced shows the fields that a correction gives, under the labels of the
// step that it corrects.
func replaced(with *yaml.Node, step *schema.Step) []field {
	if with == nil || with.Kind != yaml.MappingNode {
		return nil
	}
	var out []field
	for i := 0; i+1 < len(with.Content); i += 2 {
		key := with.Content[i].Value
		f := step.Field(key)
		if f == nil {
			continue // a finding says so
		}
		shown := field{Label: step.FieldTerm(key), Values: scalars(with.Content[i+1])}
		for k, v := range shown.Values {
			if s, ok := v.(string); ok && f.Kind == schema.KindEnum {
				shown.Values[k] = diag.Term("word." + s)
			}
		}
		out = append(out, shown)
	}
	return out
}

// scalars lists all that stands in a tree, in the order in which it was
// written.
func scalars(n *yaml.Node) values {
	if n.Kind == yaml.ScalarNode {
		return values{n.Value}
	}
	var out values
	for i, sub := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			continue
		}
		out = append(out, scalars(sub)...)
	}
	return out
}

// showFields shows fields as names and values.
func showFields(w *markup.Writer, fields []field) {
	if len(fields) == 0 {
		return
	}
	w.Tag("\n" + `<dl class="fields">`)
	for _, f := range fields {
		w.Tag("\n<div><dt>").Say(f.Label).Tag("</dt><dd>")
		switch {
		case f.Table != nil:
			showTable(w, *f.Table)
		case len(f.Fields) > 0:
			showFields(w, f.Fields)
		default:
			showText(w, f.Values)
		}
		w.Tag("</dd></div>")
	}
	w.Tag("\n</dl>")
}

// atOnce is how many characters of a text are shown at once.
const atOnce = 600

// showText shows what may be long: the beginning, and the rest to those who ask.
func showText(w *markup.Writer, v any) {
	begin, rest := inTwo(w.Said(v))
	if rest == "" {
		w.Tag("<bdi>").Text(begin).Tag("</bdi>")
		return
	}
	w.Tag(`<details class="long"><summary><bdi>`).Text(begin).Tag(`</bdi> <span class="fine">… `).Term("site.whole")
	w.Tag("</span></summary><bdi>").Text(rest).Tag("</bdi></details>")
}

// inTwo cuts a text after what is shown at once.
func inTwo(s string) (begin, rest string) {
	if len(s) <= atOnce {
		return s, ""
	}
	runes := []rune(s)
	n := min(len(runes), atOnce)
	return string(runes[:n]), string(runes[n:])
}
