package site

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

const (
	outcomesFile = "outcomes.html"
	wonFile      = "outcomes-won.html"
	lostFile     = "outcomes-lost.html"
	perOutcome   = 50
)

// outcomesPage says what was won, and what was stopped or discarded for what
// reason: an overview, or a page of one of the two lists.
type outcomesPage struct {
	Tabs      []tab
	Years     table
	Won, Lost roll
	Whole     *whole
}

func outcomesPages(m *Model) []Page[outcomesPage] {
	title := diag.Term("site.outcomes.title")
	won, lost := m.wonList(), m.lostList()
	pages := one(outcomesFile, title, func() outcomesPage {
		return outcomesPage{Tabs: m.pipelineTabs(outcomesFile), Years: m.yearTable(), Won: m.roll(won, perOutcome), Lost: m.roll(lost, perOutcome)}
	})
	above := []Ref{{title, outcomesFile}}
	wrap := func(w *whole) outcomesPage { return outcomesPage{Whole: w} }
	pages = append(pages, wholes(won, perOutcome, won.Title, above, wrap)...)
	return append(pages, wholes(lost, perOutcome, lost.Title, above, wrap)...)
}

// latestFirst are the deals that have a day, the latest first.
func (m *Model) latestFirst(day func(*Deal) value.Day) []*Deal {
	var out []*Deal
	for _, d := range m.Deals {
		if day(d) != 0 {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b *Deal) int { return cmp.Or(cmp.Compare(day(b), day(a)), strings.Compare(a.Dir, b.Dir)) })
	return out
}

func (m *Model) wonList() listing {
	deals := m.latestFirst(func(d *Deal) value.Day { return d.Past.Won })
	return listing{
		Title: "site.outcomes.won", File: wonFile, Note: diag.Term("site.outcomes.won-note"), Rows: rowsOf(deals, m.wonRow),
		Table: table{
			ID: "won", Caption: counted("site.deals.sum", len(deals)), Cards: true, Empty: diag.Term("site.outcomes.no-won"),
			Heads: []head{column("site.deal.deal"), column("site.outcomes.won-on"), number("site.deal.amount"), choice("site.deal.stage"), choice("site.deal.team"), choice("site.deal.owner")},
		},
	}
}

func (m *Model) wonRow(d *Deal) tableRow {
	return cells(d.cell(), say(d.Past.Won), d.worthCell(), stageColumn.cell(m, d), m.teamCell(d), m.personCell(d.Past.Owner))
}

// lostDay is when a deal ended without having been won, 0 if it did not.
func lostDay(d *Deal) value.Day {
	if d.Past.Won != 0 {
		return 0
	}
	return d.Past.Ended
}

func (m *Model) lostList() listing {
	deals := m.latestFirst(lostDay)
	return listing{
		Title: "site.outcomes.lost", File: lostFile, Rows: rowsOf(deals, m.lostRow),
		Table: table{
			ID: "lost", Caption: counted("site.deals.sum", len(deals)), Cards: true, Empty: diag.Term("site.outcomes.no-lost"),
			Heads: []head{column("site.deal.deal"), choice("site.outcomes.outcome"), column("site.deals.ended"), choice("site.outcomes.from"), column("site.deals.reason"), number("site.deal.amount"), choice("site.deal.team"), choice("site.deal.owner")},
		},
	}
}

func (m *Model) lostRow(d *Deal) tableRow {
	from := say(diag.Term("site.nothing"))
	if n := len(d.Past.Stays); n > 1 {
		from = cell{Say: m.stages.process.Term(d.Past.Stays[n-2].State), Choice: d.Past.Stays[n-2].State}
	}
	return cells(d.cell(), stageColumn.cell(m, d), say(d.Past.Ended), from, reasonCell(d.Past.Reason), d.worthCell(), m.teamCell(d), m.personCell(d.Past.Owner))
}

// yearOutcome counts what was decided in a year.
type yearOutcome struct {
	won    heap
	ending map[string]int // lost ones, by the stage at which they ended
}

// yearTable counts by the year in which it was decided, the latest first.
func (m *Model) yearTable() table {
	t := table{ID: "years", Caption: diag.Term("site.outcomes.caption"), Cards: true, Empty: diag.Term("site.outcomes.none")}
	t.Heads = []head{column("site.outcomes.year"), number("site.group.won"), number("site.outcomes.won-amount")}
	years := map[int]*yearOutcome{}
	at := func(day value.Day) *yearOutcome {
		y := years[day.Year()]
		if y == nil {
			y = &yearOutcome{ending: map[string]int{}}
			years[day.Year()] = y
		}
		return y
	}
	ends := map[string]bool{}
	for _, d := range m.Deals {
		if d.Past.Won != 0 {
			at(d.Past.Won).won.put(d.Row.Amount, nil)
		} else if d.Past.Ended != 0 {
			at(d.Past.Ended).ending[d.Row.state]++
			ends[d.Row.state] = true
		}
	}
	var states []string
	for _, s := range m.stages.process.States {
		if ends[s.Name] {
			states = append(states, s.Name)
			t.Heads = append(t.Heads, number(m.stages.process.Term(s.Name)))
		}
	}
	t.Heads = append(t.Heads, number("site.group.win-rate"))
	for year := m.AsOf.Year(); len(years) > 0; year-- {
		if y := years[year]; y != nil {
			t.Rows = append(t.Rows, y.row(year, states))
			delete(years, year)
		}
	}
	return t
}

func (y *yearOutcome) row(year int, states []string) tableRow {
	row, lost := cells(say(strconv.Itoa(year)), countCell(y.won.Deals), amounts(y.won.Amount)), 0
	for _, s := range states {
		lost += y.ending[s]
		row.Cells = append(row.Cells, countCell(y.ending[s]))
	}
	row.Cells = append(row.Cells, rateCell(y.won.Deals, y.won.Deals+lost))
	return row
}
