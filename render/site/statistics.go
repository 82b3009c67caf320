package site

import (
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

const statisticsFile = "statistics.html"

// statisticsPage says how deals have moved: from which stage how many went on,
// how long that took, how many came and were won in each month.
type statisticsPage struct {
	Tabs       []tab
	Conversion table
	Funnel     *figure
	Stays      table
	Results    table
	Months     *figure
}

func statisticsPages(m *Model) []Page[statisticsPage] {
	return one(statisticsFile, diag.Term("site.statistics.title"), func() statisticsPage {
		p := statisticsPage{Tabs: m.pipelineTabs(statisticsFile)}
		if len(m.Deals) > 0 {
			passed := m.passages()
			p.Conversion, p.Funnel = m.conversionTable(passed), m.funnel(passed)
			p.Stays, p.Results, p.Months = m.stageTable("stays", m.Figures), m.Figures.resultTable("results"), m.months()
		}
		return p
	})
}

// passage is what became of the deals that reached a stage.
type passage struct {
	State                       string
	Reached, On, Ended, Waiting int
}

// passages follows every deal along the straight way. A deal counts once at each
// stage, however often it came back to it; what an import skipped does not.
func (m *Model) passages() []passage {
	way := straightWay(m.stages.process)
	all := make([]passage, len(way))
	for k, state := range way {
		all[k].State = state
	}
	for _, d := range m.Deals {
		furthest, seen := -1, make([]bool, len(way))
		for _, s := range d.Past.Stays {
			if k := m.stages.at(s.State); k >= 0 {
				furthest, seen[k] = max(furthest, k), true
			}
		}
		for k := range way {
			if !seen[k] {
				continue
			}
			all[k].Reached++
			switch {
			case k < furthest:
				all[k].On++
			case d.Row.Ended:
				all[k].Ended++
			default:
				all[k].Waiting++
			}
		}
	}
	return all
}

func (m *Model) conversionTable(all []passage) table {
	t := table{
		ID: "conversion", Caption: diag.Term("site.conversion.caption"), Cards: true,
		Heads: []head{column("site.deal.stage"), number("site.conversion.reached"), number("site.conversion.on"), number("site.conversion.ended"), number("site.conversion.waiting"), number("site.conversion.rate")},
	}
	for _, p := range all {
		if p.Reached == 0 || m.stages.end(p.State) {
			continue
		}
		t.Rows = append(t.Rows, cells(say(m.stages.process.Term(p.State)), countCell(p.Reached), countCell(p.On), countCell(p.Ended), countCell(p.Waiting), rateCell(p.On, p.On+p.Ended)))
	}
	return t
}

// funnel draws how many deals reached each stage, and how many of them went on.
func (m *Model) funnel(all []passage) *figure {
	d := drawing{ID: "funnel", Title: diag.Term("site.conversion.chart"), Desc: diag.Term("site.pipeline.chart-desc"), Along: "site.deal.stage"}
	var on, waiting, ended []int
	for _, p := range all {
		if p.Reached == 0 || m.stages.end(p.State) {
			continue
		}
		d.Labels = append(d.Labels, Ref{Label: m.stages.process.Term(p.State)})
		d.Totals = append(d.Totals, p.Reached)
		on, waiting, ended = append(on, p.On), append(waiting, p.Waiting), append(ended, p.Ended)
	}
	f := d.bars(series{diag.Term("site.conversion.on"), counts(on...)}, series{diag.Term("site.conversion.waiting"), counts(waiting...)}, series{diag.Term("site.conversion.ended"), counts(ended...)})
	f.Table = nil // the conversion stands beside it
	return f
}

// trendMonths is how many months the trend looks back.
const trendMonths = 12

// months draws how many deals began, were won and were lost in each month.
func (m *Model) months() *figure {
	last := m.AsOf.Month()
	began, won, lost := make([]int, trendMonths), make([]int, trendMonths), make([]int, trendMonths)
	enter := func(list []int, day value.Day) {
		if k := trendMonths - 1 - int(last-day.Month()); day != 0 && k >= 0 && k < trendMonths {
			list[k]++
		}
	}
	for _, d := range m.Deals {
		if len(d.Past.Stays) > 0 {
			enter(began, d.Past.Stays[0].From)
		}
		enter(won, d.Past.Won)
		if d.Past.Won == 0 {
			enter(lost, d.Past.Ended)
		}
	}
	d := drawing{ID: "months", Title: diag.Term("site.statistics.months"), Desc: diag.Term("site.statistics.months-desc"), Along: "site.forecast.month"}
	for k := range trendMonths {
		d.Labels = append(d.Labels, Ref{Label: (last - trendMonths + 1 + value.Month(k)).String()})
	}
	return d.lines(series{diag.Term("site.statistics.began"), counts(began...)}, series{diag.Term("site.group.won"), counts(won...)}, series{diag.Term("site.group.lost"), counts(lost...)})
}
