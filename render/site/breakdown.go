package site

import (
	"github.com/dealgate/dealgate/schema/diag"
)

const (
	breakdownFile = "breakdown.html"
	perBreakdown  = 30
)

// breakdownPage divides the pipeline by team, owner, customer and year: the
// beginning of each list, or a page of one of them.
type breakdownPage struct {
	Tabs  []tab
	Parts []roll
	Whole *whole
}

func breakdownPages(m *Model) []Page[breakdownPage] {
	title := diag.Term("site.breakdown.title")
	parts := []listing{
		m.breakdown("teams", "site.breakdown.team", "site.deal.team", m.Teams),
		m.breakdown("owners", "site.breakdown.owner", "site.deal.owner", m.Owners),
		m.breakdown("customers", "site.breakdown.customer", "site.deal.customer", m.Customers),
		m.breakdown("years", "site.breakdown.year", "site.deal.year", m.Years),
	}
	pages := one(breakdownFile, title, func() breakdownPage {
		p := breakdownPage{Tabs: m.pipelineTabs(breakdownFile)}
		if len(m.Deals) > 0 {
			for _, l := range parts {
				p.Parts = append(p.Parts, m.roll(l, perBreakdown))
			}
		}
		return p
	})
	for _, l := range parts {
		pages = append(pages, wholes(l, perBreakdown, l.Title, []Ref{{title, breakdownFile}}, func(w *whole) breakdownPage { return breakdownPage{Whole: w} })...)
	}
	return pages
}

func (m *Model) breakdown(id string, title, of diag.Term, parts []divided) listing {
	return listing{
		Title: title, File: "breakdown-" + id + ".html", Rows: rowsOf(parts, func(d divided) tableRow { return m.divideRow(d) }),
		Table: table{ID: id, Caption: diag.Term("site.group.caption"), Cards: true, Heads: append([]head{column(of)}, groupHeads()...)},
	}
}

// divideRow shows a part of the deals, with a link where it has a page.
func (m *Model) divideRow(d divided) tableRow {
	d.File = m.Ref(nil, d.File).File
	return d.row()
}
