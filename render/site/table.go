package site

import (
	"html/template"
	"strconv"

	"github.com/dealgate/dealgate/render/markup"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

// table is a table of data. With an ID it can be sorted, filtered and
// downloaded where scripts run.
type table struct {
	ID      string // unique on its page
	Caption any
	Heads   []head
	Rows    []tableRow
	All     int  // how many rows the list has, where the page has only some of them
	Empty   any  // said instead of a table without rows: why there are none
	Cards   bool // each row becomes a card where the screen is narrow
	Dense   bool // its cards run on in lines, as their values speak for themselves
}

// head is the head of a column. Numbers stand to the right; a column to choose
// from is offered as a list of its values.
type head struct {
	Label  any
	Number bool
	Choose bool
}

type tableRow struct {
	ID    string // an anchor, if any
	Class string
	Cells []cell // the first one names the row
}

// cell is one value with the page about it, or as a badge, with something
// smaller below.
type cell struct {
	Say      any
	File     string // page below the tree of the language
	URL      string // where it leads out of the site, to the forge
	Badge    string // good, bad, warn, info or plain; empty for no badge
	Sub      any
	Items    []item // listed below
	Blank    bool   // says that there is nothing: left out where a row is a card
	Key      string // to sort by, where the text does not do; plain digits for numbers
	Currency string // of an amount, for its own column in the download
	Choice   string // stands for the value in the address, the same in every language
}

// item is one of several things in a cell, with a word for what it is. Class is
// met, unmet or of-fact, as of needs.
type item struct {
	Class string
	Mark  diag.Term
	Say   any
}

// say is a cell of nothing but a value.
func say(v any) cell { return cell{Say: v} }

// link is a cell that leads to a page.
func link(r Ref) cell { return cell{Say: r.Label, File: r.File} }

// badge is a cell that shows a state by colour, sign and word.
func badge(class string, v any) cell { return cell{Say: v, Badge: class} }

// amount is a cell of money.
func amount(m money) cell { return cell{Say: m, Key: m.Decimal.String(), Currency: m.Currency} }

// cells makes a row.
func cells(c ...cell) tableRow { return tableRow{Cells: c} }

// column is a head of texts, number one of numbers, choice one to choose from.
func column(label diag.Term) head { return head{Label: label} }
func number(label diag.Term) head { return head{Label: label, Number: true} }
func choice(label diag.Term) head { return head{Label: label, Choose: true} }

// showTable shows a table, or why it is empty.
func showTable(w *markup.Writer, t table) {
	if len(t.Rows) == 0 {
		if isSaid(t.Empty) {
			showEmpty(w, t.Empty)
		}
		return
	}
	w.Tag("\n" + `<div class="scroll" role="group" tabindex="0" `)
	if t.ID != "" {
		w.Tag(`aria-labelledby="`).Text(t.ID).Tag(`-caption"`)
	} else {
		w.Tag(`aria-label="`).Term("site.table.label").Tag(`"`)
	}
	w.Tag(">\n" + `<table class="data`)
	if t.Cards {
		w.Tag(" deals")
	}
	if t.Dense {
		w.Tag(" dense")
	}
	w.Tag(`"`)
	if t.ID != "" {
		w.Attr("id", t.ID).Tag(" data-sort data-filter")
	}
	if t.All > 0 {
		w.Attr("data-all", strconv.Itoa(t.All))
	}
	w.Tag(">")
	showHead(w, t)
	w.Tag("\n<tbody>")
	for _, r := range t.Rows {
		showRow(w, t, r)
	}
	w.Tag("\n</tbody>\n</table>\n</div>\n")
}

// showHead shows what stands above the rows of a table.
func showHead(w *markup.Writer, t table) {
	if isSaid(t.Caption) {
		w.Tag("\n<caption")
		if t.ID != "" {
			w.Tag(` id="`).Text(t.ID).Tag(`-caption"`)
		}
		w.Tag(">").Say(t.Caption).Tag("</caption>")
	}
	w.Tag("\n<thead><tr>")
	for _, h := range t.Heads {
		w.Tag(`<th scope="col"`)
		if h.Number {
			w.Tag(` class="number"`)
		}
		if h.Choose {
			w.Tag(" data-choose")
		}
		w.Tag(">").Say(h.Label).Tag("</th>")
	}
	w.Tag("</tr></thead>")
}

// showRow shows a row of a table. Where rows are sorted and filtered, the first
// cell is the head of its row.
func showRow(w *markup.Writer, t table, r tableRow) {
	w.Tag("\n<tr").Attr("id", r.ID).Attr("class", r.Class).Tag(">")
	for i, c := range r.Cells {
		h := t.Heads[i]
		if i == 0 && t.ID != "" {
			w.Tag(`<th scope="row"`)
			if h.Number {
				w.Tag(` class="number"`)
			}
			showMarks(w, c)
			showCell(w, c)
			w.Tag("</th>")
			continue
		}
		w.Tag("<td")
		if t.Cards {
			w.Tag(` data-label="`).Say(h.Label).Tag(`"`)
		}
		switch {
		case h.Number && c.Blank:
			w.Tag(` class="number blank"`)
		case h.Number:
			w.Tag(` class="number"`)
		case c.Blank:
			w.Tag(` class=" blank"`)
		}
		showMarks(w, c)
		showCell(w, c)
		w.Tag("</td>")
	}
	w.Tag("</tr>")
}

// showMarks ends the tag of a cell with what the scripts go by.
func showMarks(w *markup.Writer, c cell) {
	w.Attr("data-key", c.Key).Attr("data-currency", c.Currency).Attr("data-choice", c.Choice).Tag(">")
}

// showCell shows what stands in a cell.
func showCell(w *markup.Writer, c cell) {
	showValue(w, c)
	if isSaid(c.Sub) {
		w.Tag(`<span class="sub">`).Say(c.Sub).Tag("</span>")
	}
	if len(c.Items) == 0 {
		return
	}
	w.Tag("\n" + `<ul class="needs">`)
	for _, i := range c.Items {
		w.Tag("\n" + `<li class="`).Text(i.Class).Tag(`">`)
		if i.Mark != "" {
			w.Tag(`<span class="mark">`).Say(i.Mark).Tag("</span> ")
		}
		w.Tag("<bdi>").Say(i.Say).Tag("</bdi></li>")
	}
	w.Tag("\n</ul>")
}

// showValue shows the value of a cell, as what it is.
func showValue(w *markup.Writer, c cell) {
	day, isDay := c.Say.(value.Day)
	switch {
	case c.Badge != "":
		w.Tag(`<span class="badge `).Text(c.Badge).Tag(`">`)
		if c.File != "" {
			w.Tag(`<a href="`).To(c.File).Tag(`">`).Say(c.Say).Tag("</a>")
		} else {
			w.Say(c.Say)
		}
		w.Tag("</span>")
	case c.File != "":
		w.Tag(`<a href="`).To(c.File).Tag(`"><bdi>`).Say(c.Say).Tag("</bdi></a>")
	case c.URL != "":
		w.Tag(`<a href="`).URL(c.URL).Tag(`"><bdi>`).Say(c.Say).Tag("</bdi></a>")
	case isDay:
		showDay(w, day)
	case isSaid(c.Say) || len(c.Items) == 0:
		w.Tag("<bdi>").Say(c.Say).Tag("</bdi>")
	}
}

// isSaid reports whether there is something to say, as a template has it.
func isSaid(v any) bool {
	truth, _ := template.IsTrue(v)
	return truth
}
