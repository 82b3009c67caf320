package site

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

// heap is a number of deals with what they are worth.
type heap struct {
	Deals            int
	Invalid          int // of those today
	Amount, Weighted sums
}

func (h *heap) put(amount, weighted sums) {
	h.Deals++
	for _, a := range amount {
		h.Amount.add(a)
	}
	for _, a := range weighted {
		h.Weighted.add(a)
	}
}

// standing is where the deals stood on a day: a heap for each stage, and one of
// all that had not ended.
type standing struct {
	Stages map[string]*heap
	Open   heap
}

func (m *Model) standingOn(day value.Day) standing {
	s := standing{Stages: map[string]*heap{}}
	for _, d := range m.Deals {
		state := d.Main.StateOn(day)
		if state == schema.None && d.Main.State != schema.None {
			continue // begun since; what never did stands there on every day
		}
		h := s.Stages[state]
		if h == nil {
			h = &heap{}
			s.Stages[state] = h
		}
		amount, _ := worth(d.Deal, day)
		weighted := m.weighed(amount, state)
		h.put(amount, weighted)
		if d.Invalid() {
			h.Invalid++
		}
		if stage, _ := d.Main.Process.State(state); !stage.End {
			s.Open.put(amount, weighted)
		}
	}
	return s
}

// board compares where the deals stand with last week and last month.
type board struct {
	now, week, month standing
	columns          []string // the stages that deals stand at now, or stood at then
}

func (m *Model) newBoard() board {
	b := board{now: m.standingOn(m.AsOf), week: m.standingOn(m.AsOf - 7), month: m.standingOn(m.AsOf.AddMonths(-1))}
	for _, state := range m.stages.names() {
		if b.now.Stages[state] != nil || b.week.Stages[state] != nil || b.month.Stages[state] != nil {
			b.columns = append(b.columns, state)
		}
	}
	return b
}

// stageFile is where the deals of a stage are listed.
func stageFile(state string) string { return "pipeline-" + state + ".html" }

// of finds the heaps of one stage, then and now.
func (b board) of(state string) (now, week, month heap) {
	at := func(s standing) heap {
		if h := s.Stages[state]; h != nil {
			return *h
		}
		return heap{}
	}
	return at(b.now), at(b.week), at(b.month)
}

// table shows the board, a row for each stage.
func (m *Model) boardTable(b board) table {
	t := table{
		ID: "stages", Caption: phrase("site.pipeline.board-caption", "week", m.AsOf-7, "month", m.AsOf.AddMonths(-1)), Cards: true,
		Heads: []head{column("site.deal.stage"), number("site.pipeline.deals"), number("site.deal.amount"), number("site.pipeline.weighted"), number("site.pipeline.weight"), number("site.pipeline.invalid")},
		Empty: diag.Term("site.pipeline.empty"),
	}
	for _, state := range b.columns {
		now, week, month := b.of(state)
		stage := m.stages.process.Term(state)
		row := cells(link(m.Ref(stage, stageFile(state))), heapCount(now, week, month), heapAmount(now.Amount, week.Amount, month.Amount))
		weight := m.Company.Policy.Weight(state)
		if weight.Set() {
			row.Cells = append(row.Cells, heapAmount(now.Weighted, week.Weighted, month.Weighted), say(weight.Text))
		} else {
			row.Cells = append(row.Cells, say(diag.Term("site.nothing")), say(diag.Term("site.nothing")))
		}
		row.Cells = append(row.Cells, invalidCell(now.Invalid))
		t.Rows = append(t.Rows, row)
	}
	return t
}

func heapCount(now, week, month heap) cell {
	return cell{Say: now.Deals, Key: strconv.Itoa(now.Deals), Sub: against(changeOf(now.Deals, week.Deals), changeOf(now.Deals, month.Deals))}
}

func heapAmount(now, week, month sums) cell {
	c := amounts(now)
	c.Sub = against(changesOf(now, week), changesOf(now, month))
	return c
}

func invalidCell(n int) cell {
	if n == 0 {
		return cell{Say: 0, Blank: true}
	}
	return badge("bad", n)
}

// amounts is a cell of money in one or several currencies; it sorts where there
// is one.
func amounts(s sums) cell {
	switch len(s) {
	case 0:
		return cell{Say: diag.Term("site.nothing"), Blank: true}
	case 1:
		return amount(s[0])
	}
	return say(s)
}

// amountOrNothing is a cell of money that may be none.
func amountOrNothing(m money) cell {
	c := amount(m)
	if m.IsZero() {
		c.Say, c.Blank = diag.Term("site.nothing"), true
	}
	return c
}

// boardCharts draw how many deals stand at each stage, and what they weigh in
// each currency.
func (m *Model) boardCharts(b board) []*figure {
	out := []*figure{m.countChart(b)}
	for _, a := range b.now.Open.Weighted {
		out = append(out, m.weightChart(b, a.Currency))
	}
	return out
}

// weightChart draws the weighted amounts of one currency.
func (m *Model) weightChart(b board, currency string) *figure {
	d := drawing{
		ID: "weights-" + strings.ToLower(currency), Title: phrase("site.pipeline.weights-chart", "currency", currency), Desc: diag.Term("site.pipeline.chart-desc"), Along: "site.deal.stage",
	}
	s := series{Name: diag.Term("site.pipeline.weighted")}
	for _, state := range b.columns {
		if stage, _ := m.stages.process.State(state); stage.End {
			continue
		}
		now, _, _ := b.of(state)
		a := now.Weighted.in(currency)
		d.Labels, d.Totals = append(d.Labels, Ref{Label: m.stages.process.Term(state)}), append(d.Totals, amountOrNothing(a).Say)
		s.Values = append(s.Values, point{a.Decimal, a})
	}
	f := d.bars(s)
	f.Table = nil // the board stands beside it
	return f
}

// countChart draws how many deals stand at each stage.
func (m *Model) countChart(b board) *figure {
	d := drawing{ID: "stages-chart", Title: diag.Term("site.pipeline.chart"), Desc: diag.Term("site.pipeline.chart-desc"), Along: "site.deal.stage"}
	var fine, invalid []int
	for _, state := range b.columns {
		now, _, _ := b.of(state)
		d.Labels = append(d.Labels, Ref{Label: m.stages.process.Term(state)})
		d.Totals = append(d.Totals, now.Deals)
		fine, invalid = append(fine, now.Deals-now.Invalid), append(invalid, now.Invalid)
	}
	all := []series{{diag.Term("site.pipeline.valid"), counts(fine...)}}
	if slices.Max(append(invalid, 0)) > 0 {
		all = append(all, series{diag.Term("site.pipeline.invalid"), counts(invalid...)})
	}
	f := d.bars(all...)
	f.Table = nil // the board stands beside it
	return f
}
