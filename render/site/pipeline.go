package site

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
)

// pipelineFile is where the list of deals begins.
const pipelineFile = "pipeline.html"

// perPage bounds how many deals one page of the list shows.
const perPage = 200

// pipelinePage is one page of the list of deals.
type pipelinePage struct {
	Pager  pager
	Chart  *figure
	Stages []stageSum
	Lists  []list
}

// stageSum counts the deals of one stage.
type stageSum struct {
	Stage   diag.Term
	File    string
	Deals   int
	Invalid int
	Amount  sums
}

// list is the open or the ended deals of one page.
type list struct {
	Ended bool
	Rows  []row
}

func pipelinePages(m *Model) []Page[pipelinePage] {
	rows := make([]row, len(m.Deals))
	for i, d := range m.Deals {
		rows[i] = d.Row
	}
	slices.SortStableFunc(rows, compareRows)
	for i := range rows {
		if i == 0 || rows[i].state != rows[i-1].state {
			rows[i].Anchor = "stage-" + rows[i].state
		}
	}
	var pages []Page[pipelinePage]
	for _, p := range paged(pipelineFile, rows, perPage) {
		pages = append(pages, Page[pipelinePage]{
			File: p.File, Title: p.Pager.title(diag.Term("site.pipeline.title")),
			Content: func() pipelinePage { return listPage(p, rows) },
		})
	}
	pages[0].Find = nothing
	return pages
}

// listPage shows the deals of one page; the first one sums up all.
func listPage(p part[row], all []row) pipelinePage {
	page := pipelinePage{Pager: p.Pager, Lists: lists(p.Rows)}
	if p.Pager.Number == 1 {
		page.Stages = stageSums(all)
		page.Chart = stageChart(page.Stages)
	}
	return page
}

func stageChart(sums []stageSum) *figure {
	d := drawing{ID: "stages-chart", Title: diag.Term("site.pipeline.chart"), Desc: diag.Term("site.pipeline.chart-desc"), Along: "site.deal.stage"}
	fine, invalid := make([]int, len(sums)), make([]int, len(sums))
	for i, s := range sums {
		d.Labels = append(d.Labels, Ref{s.Stage, s.File})
		d.Totals = append(d.Totals, s.Deals)
		fine[i], invalid[i] = s.Deals-s.Invalid, s.Invalid
	}
	f := d.bars(series{diag.Term("site.pipeline.valid"), counts(fine...)}, series{diag.Term("site.pipeline.invalid"), counts(invalid...)})
	f.Table = nil // the sums of the stages stand beside it
	return f
}

// compareRows puts open deals before ended ones, then goes by stage; what has
// stood longest comes first.
func compareRows(a, b row) int {
	return cmp.Or(boolInt(a.Ended)-boolInt(b.Ended), cmp.Compare(a.rank, b.rank), cmp.Compare(a.Since, b.Since), strings.Compare(a.File, b.File))
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func lists(rows []row) []list {
	var out []list
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].Ended != r.Ended {
			out = append(out, list{Ended: r.Ended})
		}
		last := &out[len(out)-1]
		last.Rows = append(last.Rows, r)
	}
	return out
}

func stageSums(rows []row) []stageSum {
	var out []stageSum
	for i, r := range rows {
		if r.Anchor != "" {
			out = append(out, stageSum{Stage: r.Stage, File: pageFile(pipelineFile, i/perPage+1) + "#" + r.Anchor})
		}
		sum := &out[len(out)-1]
		sum.Deals++
		sum.Invalid += boolInt(r.Invalid())
		for _, m := range r.Amount {
			sum.Amount.add(m)
		}
	}
	return out
}
