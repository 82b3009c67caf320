package site

import (
	"strconv"
	"strings"
)

// pager links the pages of a list that is too long for one. Files are empty
// where there is none.
type pager struct {
	Number, Of                    int
	First, Previous, Later, Final string
}

// part is one page's share of a list.
type part[T any] struct {
	File  string
	Rows  []T
	Pager pager
}

// paged cuts a list into pages of at most per rows: file, and file-2, file-3 …
// An empty list has one page.
func paged[T any](file string, rows []T, per int) []part[T] {
	return pagedTo(func(n int) string { return pageFile(file, n) }, rows, per)
}

// pagedTo is paged for pages that are called otherwise.
func pagedTo[T any](file func(n int) string, rows []T, per int) []part[T] {
	of := max(1, (len(rows)+per-1)/per)
	parts := make([]part[T], of)
	for k := range parts {
		p := pager{Number: k + 1, Of: of}
		if k > 0 {
			p.First, p.Previous = file(1), file(k)
		}
		if k+1 < of {
			p.Later, p.Final = file(k+2), file(of)
		}
		parts[k] = part[T]{file(k + 1), rows[min(k*per, len(rows)):min((k+1)*per, len(rows))], p}
	}
	return parts
}

// pageFile is the file of the nth page of a list.
func pageFile(file string, n int) string {
	if n == 1 {
		return file
	}
	return strings.TrimSuffix(file, ".html") + "-" + strconv.Itoa(n) + ".html"
}

// title says which page of the list it is, where there are several.
func (p pager) title(t any) any {
	if p.Of == 1 {
		return t
	}
	return phrase("site.pages.title", "title", t, "n", p.Number, "of", p.Of)
}
