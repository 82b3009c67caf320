package site

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/dealgate/dealgate/schema/diag"
)

// group adds up deals that have something in common: a team, an owner, a
// customer, a year.
type group struct {
	Deals     []*Deal
	Open      heap // of those that have not ended
	Won       int  // the customer agreed, whatever came after
	Lost      int  // ended before that
	WonAmount sums
	Results   [indicators]punctual
	Invalid   int
	durations map[string][]int // sorted days of finished stays, by stage
}

func (m *Model) group(deals []*Deal) *group {
	g := &group{Deals: deals, durations: map[string][]int{}}
	for _, d := range deals {
		g.add(m, d)
	}
	for _, days := range g.durations {
		slices.Sort(days)
	}
	return g
}

func (g *group) add(m *Model, d *Deal) {
	if !d.Row.Ended {
		g.Open.put(d.Row.Amount, m.weighed(d.Row.Amount, d.Row.state))
	}
	switch {
	case d.Past.Won != 0:
		g.Won++
		for _, a := range d.Row.Amount {
			g.WonAmount.add(a)
		}
	case d.Row.Ended:
		g.Lost++
	}
	g.Invalid += boolInt(d.Invalid())
	for k := range g.Results {
		g.Results[k].add(d.Past.Results[k])
	}
	for _, s := range d.Past.Stays {
		if s.To != 0 && !s.Cut && !m.stages.end(s.State) {
			g.durations[s.State] = append(g.durations[s.State], int(s.To-s.From))
		}
	}
}

// winRate is the share of the decided deals that were won.
func (g *group) winRate() cell { return rateCell(g.Won, g.Won+g.Lost) }

// inTime is the share of all results that came by the day they were due.
func (g *group) inTime() cell {
	var all punctual
	for _, t := range g.Results {
		all.add(t)
	}
	return rateCell(all.InTime, all.Due)
}

// divided is a group of deals and what it is called.
type divided struct {
	Name any
	ID   string
	File string // of its page
	*group
}

// divide groups deals by a key, in the order of the keys. What has none comes
// last, under the key "".
func (m *Model) divide(key func(*Deal) string) []divided {
	deals := map[string][]*Deal{}
	for _, d := range m.Deals {
		k := key(d)
		deals[k] = append(deals[k], d)
	}
	out := make([]divided, 0, len(deals))
	for k, of := range deals {
		out = append(out, divided{ID: k, Name: k, group: m.group(of)})
	}
	slices.SortFunc(out, func(a, b divided) int {
		return cmp.Or(boolInt(a.ID == "")-boolInt(b.ID == ""), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// divideAll adds all deals up, and by team, owner, customer and year.
func (m *Model) divideAll() {
	m.Figures = m.group(m.Deals)
	m.Teams = m.divide(func(d *Deal) string { return d.Keeper })
	m.Owners = m.divide(func(d *Deal) string { return d.Past.Owner })
	m.Customers = m.divide(func(d *Deal) string { return d.Customer.ID })
	m.Years = m.divide(func(d *Deal) string { return d.Year })
	for i := range m.Teams {
		m.Teams[i].called(m.team(m.Teams[i].ID), teamFile)
	}
	for i := range m.Owners {
		m.Owners[i].called(m.calledOf(m.Owners[i].ID), personFile)
	}
	for i := range m.Customers {
		c := &m.Customers[i]
		c.called(customerName(c.Deals[0].Customer), customerFile)
	}
}

// called gives a group its name and page, unless it is of what has none.
func (d *divided) called(name string, file func(string) string) {
	d.Name, d.File = name, file(d.ID)
	if d.ID == "" {
		d.Name, d.File = diag.Term("site.group.nobody"), ""
	}
}

// groupHeads are the columns of tables of groups, after the one that names them.
func groupHeads() []head {
	return []head{
		number("site.group.open"), number("site.deal.amount"), number("site.pipeline.weighted"),
		number("site.group.won"), number("site.group.lost"), number("site.group.win-rate"), number("site.group.in-time"),
	}
}

func (d divided) row() tableRow {
	return tableRow{Cells: append([]cell{{Say: d.Name, File: d.File}}, d.cells()...)}
}

// cells are the columns of groupHeads.
func (g *group) cells() []cell {
	return []cell{
		countCell(g.Open.Deals), amounts(g.Open.Amount), amounts(g.Open.Weighted), countCell(g.Won), countCell(g.Lost), g.winRate(), g.inTime(),
	}
}

func countCell(n int) cell { return cell{Say: n, Key: strconv.Itoa(n)} }

// resultTable lists the results that were due, and how many came in time.
func (g *group) resultTable(id string) table {
	t := table{
		ID: id, Caption: diag.Term("site.result.caption"), Cards: true,
		Heads: []head{column("site.result.one"), number("site.result.due"), number("site.result.in-time"), number("site.result.rate")},
		Empty: diag.Term("site.result.none"),
	}
	for k, r := range g.Results {
		if r.Due > 0 {
			t.Rows = append(t.Rows, cells(say(resultNames[k]), countCell(r.Due), countCell(r.InTime), rateCell(r.InTime, r.Due)))
		}
	}
	return t
}

// stageTable lists how long deals stood at each stage, and how many stand there
// now. The company's own figures stand beside those of a part of it.
func (m *Model) stageTable(id string, g *group) table {
	t := table{
		ID: id, Caption: diag.Term("site.stay.caption"), Cards: true,
		Heads: []head{column("site.deal.stage"), number("site.stay.finished"), number("site.stay.median"), number("site.stay.longest"), number("site.stay.now"), number("site.stay.limit"), number("site.stay.stalled")},
		Empty: diag.Term("site.stay.none"),
	}
	part := g != m.Figures
	if part {
		t.Heads = slices.Insert(t.Heads, 3, number("site.stay.company"))
	}
	for _, s := range m.stages.process.States {
		days, here := g.durations[s.Name], g.at(s.Name)
		if s.End || len(days)+len(here) == 0 {
			continue
		}
		row := cells(link(m.Ref(m.stages.process.Term(s.Name), stageFile(s.Name))), countCell(len(days)), medianCell(days))
		if part {
			row.Cells = append(row.Cells, medianCell(m.Figures.durations[s.Name]))
		}
		row.Cells = append(row.Cells, longestCell(days), countCell(len(here)), m.limitCell(s.Name), stalledCell(m.stalled(here)))
		t.Rows = append(t.Rows, row)
	}
	return t
}

// at lists the deals that stand at a stage.
func (g *group) at(state string) []*Deal {
	var here []*Deal
	for _, d := range g.Deals {
		if d.Row.state == state {
			here = append(here, d)
		}
	}
	return here
}

func longestCell(days []int) cell {
	if len(days) == 0 {
		return say(diag.Term("site.nothing"))
	}
	n := days[len(days)-1]
	return cell{Say: counted("site.days", n), Key: strconv.Itoa(n)}
}

func (m *Model) limitCell(state string) cell {
	n := m.Company.Policy.StalledAfter(state)
	if n == 0 {
		return say(diag.Term("site.stay.unlimited"))
	}
	return daysCell(n)
}

func (m *Model) stalled(deals []*Deal) int {
	n := 0
	for _, d := range deals {
		n += boolInt(m.stalledDeal(d))
	}
	return n
}

func stalledCell(n int) cell {
	if n == 0 {
		return countCell(0)
	}
	return cell{Say: n, Key: strconv.Itoa(n), Badge: "warn"}
}
