package site

import (
	"github.com/dealgate/dealgate/schema/diag"
)

// pipelineFile is where the board stands.
const pipelineFile = "pipeline.html"

// perBoard bounds how many deals are listed below the board.
const perBoard = 100

// pipelinePage is the board: the deals by stage, and those that are open.
type pipelinePage struct {
	Tabs    []tab
	Open    openSum
	Stages  table
	Charts  []*figure
	Deals   roll
	Stalled int // deals that stand longer than policy expects
}

// openSum sums up the open deals in a line of figures.
type openSum struct {
	Deals, Amount, Weighted cell
}

func pipelinePages(m *Model) []Page[pipelinePage] {
	return one(pipelineFile, diag.Term("site.pipeline.title"), func() pipelinePage { return m.pipelinePage() })
}

// pipelineTabs are the pages about the pipeline as a whole.
func (m *Model) pipelineTabs(file string) []tab {
	return tabs(file,
		Ref{diag.Term("site.pipeline.board"), pipelineFile}, Ref{diag.Term("site.forecast.title"), forecastFile},
		Ref{diag.Term("site.statistics.title"), statisticsFile}, Ref{diag.Term("site.outcomes.title"), outcomesFile},
		Ref{diag.Term("site.breakdown.title"), breakdownFile},
	)
}

func (m *Model) pipelinePage() pipelinePage {
	p := pipelinePage{Tabs: m.pipelineTabs(pipelineFile)}
	if len(m.Deals) == 0 {
		return p
	}
	b := m.newBoard()
	now, week, month := b.now.Open, b.week.Open, b.month.Open
	p.Open = openSum{heapCount(now, week, month), heapAmount(now.Amount, week.Amount, month.Amount), heapAmount(now.Weighted, week.Weighted, month.Weighted)}
	p.Stages, p.Charts = m.boardTable(b), m.boardCharts(b)
	p.Stalled = m.stalled(m.Deals)
	p.Deals = m.roll(m.dealList("deals-open", "", "site.pipeline.open", m.openDeals(), stageColumn, amountColumn, daysColumn, teamColumn, ownerColumn, yearColumn, nextColumn, faultColumn), perBoard)
	if n := p.Deals.Count; n > perBoard {
		p.Deals.Note = phrase("site.pipeline.first", "n", perBoard, "of", n)
	}
	return p
}

func (m *Model) openDeals() []*Deal {
	var open []*Deal
	for _, d := range m.Deals {
		if !d.Row.Ended {
			open = append(open, d)
		}
	}
	return open
}
