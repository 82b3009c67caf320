package site

import (
	"github.com/dealgate/dealgate/render/paging"
	"github.com/dealgate/dealgate/schema/diag"
)

// findingsPage is one page of all findings that belong to no deal.
type findingsPage struct {
	Pager paging.Pager
	List  []diag.Diagnostic
}

const (
	findingsFile = "findings.html"
	perFindings  = 100 // on one page of the list
)

func findingsPages(m *Model) []Page[findingsPage] {
	var pages []Page[findingsPage]
	for _, p := range paged(findingsFile, m.General, perFindings) {
		pages = append(pages, Page[findingsPage]{
			File: p.File, Title: titled(diag.Term("site.findings.title"), p.Pager),
			Content: func() findingsPage { return findingsPage{p.Pager, p.Rows} },
		})
	}
	return pages
}
