package site

import (
	"github.com/dealgate/dealgate/render/paging"
	"github.com/dealgate/dealgate/schema/diag"
)

// perRoll bounds how many rows a page of nothing but a list has.
const perRoll = 100

// listing is a list that may be long: a page shows its beginning, and where
// there is more, the whole stands on pages of its own. Its rows are made when
// their page is.
type listing struct {
	Title diag.Term
	Note  any    // how to read it
	File  string // of the whole
	Table table  // without rows; its caption sums up
	Rows  []func() tableRow
}

// rowsOf makes the rows of a listing from what they show.
func rowsOf[T any](list []T, row func(T) tableRow) []func() tableRow {
	rows := make([]func() tableRow, len(list))
	for i, x := range list {
		rows[i] = func() tableRow { return row(x) }
	}
	return rows
}

// made is the table with some of its rows.
func (l listing) made(rows []func() tableRow) table {
	t := l.Table
	if len(rows) < len(l.Rows) {
		t.All = len(l.Rows)
	}
	for _, row := range rows {
		t.Rows = append(t.Rows, row())
	}
	return t
}

// roll is the beginning of a listing as a page shows it.
type roll struct {
	Title   diag.Term
	Note    any
	Count   int
	Figures []*figure
	Table   table
	All     Ref // to the whole, where there is more
}

// roll shows at most the given number of rows.
func (m *Model) roll(l listing, most int) roll {
	r := roll{Title: l.Title, Note: l.Note, Count: len(l.Rows), Table: l.made(l.Rows[:min(most, len(l.Rows))])}
	if len(l.Rows) > most {
		r.All = m.Ref(counted("site.roll.all", len(l.Rows)), l.File)
	}
	return r
}

// whole is one page of nothing but a listing.
type whole struct {
	Title any
	Note  any
	Table table
	Pager paging.Pager
}

// wholes are the pages of a listing that is too long for a page that shows at
// most the given number of its rows. wrap gives them to the template.
func wholes[T any](l listing, most int, title any, above []Ref, wrap func(*whole) T) []Page[T] {
	if len(l.Rows) <= most {
		return nil
	}
	var pages []Page[T]
	for _, p := range paged(l.File, l.Rows, perRoll) {
		title := titled(title, p.Pager)
		pages = append(pages, Page[T]{File: p.File, Title: title, Above: above, Content: func() T {
			return wrap(&whole{title, l.Note, l.made(p.Rows), p.Pager})
		}})
	}
	return pages
}
