package site

import (
	"slices"

	"github.com/dealgate/dealgate/render/paging"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

// dealPage is the page of one deal.
type dealPage struct {
	Deal     row
	Standing situation
	Customer Ref
	Team     Ref
	Product  string
	Folder   string
	Way      []stop
	Flow     *figure
	Missing  []card // on the straight way
	Options  []card // beside it
	Findings []diag.Diagnostic
	Sections []section
	Exhibits []exhibit
	Days     []day
	Pager    paging.Pager // of the timeline
	Unjudged bool         // policy asks for no approvals
	Contents []Ref        // the headings of the page
}

func dealPages(m *Model) []Page[dealPage] {
	pages := make([]Page[dealPage], len(m.Deals))
	for i, d := range m.Deals {
		pages[i] = Page[dealPage]{
			File: d.Row.File, Title: d.Row.Title, Sub: d.Row.Customer, Of: d,
			Find:    func() []any { return m.dealWords(d) },
			Content: func() dealPage { return m.dealPage(d) },
		}
	}
	return pages
}

func (m *Model) dealPage(d *Deal) dealPage {
	all, first := m.entries(d), m.timelineParts(d)[0]
	p := dealPage{
		Deal: d.Row, Customer: m.Ref(d.Row.Customer, customerFile(d.Customer.ID)), Team: m.Ref(d.Row.Team, teamFile(d.Team)),
		Standing: m.situation(d, m.overdue(d)), Folder: d.Dir, Findings: d.Findings, Missing: m.cardsOf(d, false), Options: m.cardsOf(d, true),
		Way: way(d.Main), Flow: flowChart("flow", d.Main.Process, d.Main), Sections: m.sections(d), Exhibits: m.exhibits(d, places(d, all)),
		Days: days(all[:len(first.Rows)]), Pager: first.Pager, Unjudged: m.Approvals == "none",
	}
	p.Flow.Table = nil // the way with its dates stands beside it
	if d.Header != nil {
		p.Product = d.Header.Product.S
	}
	p.Contents = p.contents()
	return p
}

// contents lists the headings of the page, so that a long one can be read on a
// phone.
func (p dealPage) contents() []Ref {
	at := func(label any, id string) Ref { return Ref{label, p.Deal.File + "#" + id} }
	out := []Ref{at(diag.Term("site.next.title"), "missing")}
	if len(p.Way) > 0 {
		out = slices.Insert(out, 0, at(diag.Term("site.way.title"), "way"))
	}
	for _, s := range p.Sections {
		out = append(out, at(s.Title, s.ID))
	}
	if len(p.Exhibits) > 0 {
		out = append(out, at(diag.Term("site.exhibit.title"), "exhibits"))
	}
	return append(out, at(diag.Term("site.timeline.title"), "timeline"))
}

// places finds the page that each fact of a timeline stands on.
func places(d *Deal, entries []entry) map[string]string {
	at := map[string]string{}
	for k, e := range entries {
		at[e.ID] = d.timelineFile(k/perTimeline + 1)
	}
	return at
}

// overdue is what the customer is late with.
func (m *Model) overdue(d *Deal) sums {
	var all sums
	for _, o := range d.Orders {
		grace := value.Day(m.Company.Policy.Schedule.GraceDays.N)
		if late := o.Overdue(m.AsOf, grace); !o.Void() && late.IsPositive() {
			all.add(money{late, d.Currency})
		}
	}
	return all
}
