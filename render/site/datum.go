package site

import (
	"github.com/dealgate/dealgate/render/markup"
	"github.com/dealgate/dealgate/schema/diag"
)

// datum is one of the facts at the head of a page, shown by the part "summary".
type datum struct {
	Label diag.Term
	Value Ref
}

// data makes the head of a page from labels and values, given in turn; what is
// empty is left out. A Ref leads to its page.
func data(pairs ...any) []datum {
	var out []datum
	for _, f := range told(pairs...) {
		r, ok := f.Values[0].(Ref)
		if !ok {
			r = Ref{Label: f.Values[0]}
		}
		out = append(out, datum{f.Label, r})
	}
	return out
}

// showSummary shows the head of a page.
func showSummary(w *markup.Writer, list []datum) {
	if len(list) == 0 {
		return
	}
	w.Tag("\n" + `<dl class="summary">`)
	for _, d := range list {
		w.Tag("\n<div><dt>").Say(d.Label).Tag("</dt><dd>")
		showRef(w, d.Value)
		w.Tag("</dd></div>")
	}
	w.Tag("\n</dl>\n")
}
