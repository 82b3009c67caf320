package site

import (
	"reflect"
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

// section is a part of a page under a heading of its own, with a block for
// each of the things that it is about.
type section struct {
	ID     string // unique on its page
	Title  any
	Note   any
	Blocks []block
	Table  *table
	More   Ref // where the rest stands, if there is more
}

// block is one thing with all that is known of it: a campaign, a round of a
// tender, an order. The part "block" shows it.
type block struct {
	ID    string // unique on its page
	Title any
	Name  string // of the folder, beside the title
	About Ref    // what it belongs to, before the title
	State any    // where it stands
	Class string // of the state's badge
	Since value.Day
	Parts []blockPart

	Folded bool // finished: only its head is seen until a reader unfolds it
	Brief  any  // what is told of it in the head while it is folded
}

// blockPart is what a block says, one below the other: names and values, a
// table, a drawing that unfolds.
type blockPart struct {
	Fields []field
	Table  *table
	Figure *figure
}

// told makes fields of labels and values, given in turn; what is empty is left
// out.
func told(pairs ...any) []field {
	var out []field
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := pairs[i+1]; !isEmpty(v) {
			out = append(out, field{Label: diag.Term(pairs[i].(string)), Values: values{v}})
		}
	}
	return out
}

func isEmpty(v any) bool {
	r := reflect.ValueOf(v)
	return !r.IsValid() || r.IsZero() || r.Kind() == reflect.Slice && r.Len() == 0
}

// present leaves out of things to say what is empty.
func present(all ...any) values {
	return slices.DeleteFunc(values(all), isEmpty)
}

// word is the name of a word that a fact uses, empty where it uses none.
func word(t value.Text) diag.Term {
	if t.S == "" {
		return ""
	}
	return diag.Term("word." + t.S)
}

// fold leaves only the head of what is finished in sight, with what is most
// asked of it.
func (b *block) fold(finished bool, brief any) {
	b.Folded, b.Brief = finished && len(b.Parts) > 0, brief
}

// add puts a part to a block, unless it says nothing.
func (b *block) add(p blockPart) {
	if len(p.Fields) > 0 || p.Figure != nil || (p.Table != nil && len(p.Table.Rows) > 0) {
		b.Parts = append(b.Parts, p)
	}
}

func (b *block) fields(pairs ...any) { b.add(blockPart{Fields: told(pairs...)}) }

// table adds a table without the columns that nobody filled.
func (b *block) table(t *table) {
	if t == nil {
		return
	}
	for i := len(t.Heads) - 1; i > 0; i-- {
		if !slices.ContainsFunc(t.Rows, func(r tableRow) bool { return !isEmpty(r.Cells[i].Say) }) {
			t.Heads = slices.Delete(t.Heads, i, i+1)
			for k := range t.Rows {
				t.Rows[k].Cells = slices.Delete(t.Rows[k].Cells, i, i+1)
			}
		}
	}
	b.add(blockPart{Table: t})
}
