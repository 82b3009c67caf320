package site

import "github.com/dealgate/dealgate/render/paging"

// part is one page's share of a list.
type part[T any] struct {
	File  string
	Rows  []T
	Pager paging.Pager
}

// paged cuts a list into pages of at most per rows: file.html, file.2.html …
// An empty list has one page.
func paged[T any](file string, rows []T, per int) []part[T] {
	return pagedTo(func(n int) string { return paging.File(file, n) }, rows, per)
}

// pagedTo is paged for pages that are called otherwise.
func pagedTo[T any](file func(n int) string, rows []T, per int) []part[T] {
	of := max(1, (len(rows)+per-1)/per)
	parts := make([]part[T], of)
	for k := range parts {
		parts[k] = part[T]{file(k + 1), rows[min(k*per, len(rows)):min((k+1)*per, len(rows))], paging.At(k+1, of, file)}
	}
	return parts
}

// titled says which page of the list it is, where there are several.
func titled(t any, p paging.Pager) any {
	if p.Of == 1 {
		return t
	}
	return phrase("site.pages.title", "title", t, "n", p.Number, "of", p.Of)
}
