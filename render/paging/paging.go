// Package paging links the pages of a list that is too long for one, in the
// site as in the bonus report.
package paging

import (
	"strconv"
	"strings"
)

// Pager says which page of how many one is, and where the others are. Files are
// empty where there is none.
type Pager struct {
	Number, Of                  int
	First, Previous, Next, Last string
}

// At is the pager of the nth of so many pages, counted from 1.
func At(n, of int, file func(n int) string) Pager {
	p := Pager{Number: n, Of: of}
	if n > 1 {
		p.First, p.Previous = file(1), file(n-1)
	}
	if n < of {
		p.Next, p.Last = file(n+1), file(of)
	}
	return p
}

// File is the file of the nth page of a list: list.html, list.2.html and so on.
// No id has a dot, so that no page of something else is called like that.
func File(file string, n int) string {
	if n == 1 {
		return file
	}
	return strings.TrimSuffix(file, ".html") + "." + strconv.Itoa(n) + ".html"
}
