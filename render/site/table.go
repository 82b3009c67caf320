package site

import (
	"github.com/dealgate/dealgate/schema/diag"
)

// table is a table of data, shown by the part "table". With an ID it can be
// sorted, filtered and downloaded where scripts run.
type table struct {
	ID      string // unique on its page
	Caption any
	Heads   []head
	Rows    []tableRow
	Empty   any  // said instead of a table without rows: why there are none
	Cards   bool // each row becomes a card where the screen is narrow
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
