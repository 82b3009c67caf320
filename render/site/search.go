package site

import (
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// searchPage searches all other pages. What it looks in is loaded where it is
// asked for.
type searchPage struct {
	Index map[catalogue.Lang]string
}

func searchPages(m *Model) []Page[searchPage] {
	return []Page[searchPage]{{
		File: "search.html", Title: diag.Term("site.search.title"),
		Content: func() searchPage { return searchPage{m.index.files} },
	}}
}
