package site

import (
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

const forecastFile = "forecast.html"

// forecastMonths is how many months the forecast names, the present one
// included.
const forecastMonths = 12

// forecastPage says in which month what is to be expected.
type forecastPage struct {
	Tabs   []tab
	Table  table
	Charts []*figure // of agreements and of orders, per currency
	Lacks  []field   // stages whose usual time is not known, and why
}

// expectation is what one month is to bring.
type expectation struct {
	Name      any
	Month     value.Month
	Reached   heap // agreements to be reached: what the deals are worth
	Estimated int  // of them without a day of their own
	Ship      sums // orders still to be shipped
	Orders    int
}

func forecastPages(m *Model) []Page[forecastPage] {
	return one(forecastFile, diag.Term("site.forecast.title"), func() forecastPage { return m.forecastPage() })
}

func (m *Model) forecastPage() forecastPage {
	all := m.expect()
	p := forecastPage{Tabs: m.pipelineTabs(forecastFile), Table: forecastTable(all), Lacks: m.unknownStages()}
	for _, c := range []forecastChart{
		{"forecast-", "site.forecast.chart", "site.pipeline.weighted", func(e expectation) sums { return e.Reached.Weighted }},
		{"ship-", "site.forecast.ship-chart", "site.forecast.ship", func(e expectation) sums { return e.Ship }},
	} {
		p.Charts = append(p.Charts, c.drawn(all)...)
	}
	return p
}

// expect adds up what is to be expected: overdue, in each of the next months,
// later, and in a month that nobody knows.
func (m *Model) expect() []expectation {
	first := m.AsOf.Month()
	all := make([]expectation, forecastMonths+3)
	all[0].Name = diag.Term("site.forecast.overdue")
	for k := range forecastMonths {
		all[k+1] = expectation{Name: (first + value.Month(k)).String(), Month: first + value.Month(k)}
	}
	all[forecastMonths+1].Name = diag.Term("site.forecast.later")
	all[forecastMonths+2].Name = diag.Term("site.forecast.unknown")
	slot := func(day value.Day) *expectation {
		switch {
		case day == 0:
			return &all[forecastMonths+2]
		case day < m.AsOf:
			return &all[0]
		}
		return &all[min(int(day.Month()-first)+1, forecastMonths+1)]
	}
	for _, d := range m.openDeals() {
		if d.Past.Won == 0 {
			day, estimated := m.expectedOn(d)
			e := slot(day)
			e.Reached.put(d.Row.Amount, m.weighed(d.Row.Amount, d.Row.state))
			e.Estimated += boolInt(estimated)
		}
		for _, o := range d.Orders {
			if amount := o.TotalOn(m.AsOf); o.Confirmed != 0 && o.DeliverBy != 0 && o.ShippedInFullOn() == 0 && amount.IsPositive() {
				e := slot(o.DeliverBy)
				e.Orders++
				e.Ship.add(money{amount, d.Currency})
			}
		}
	}
	return slices.DeleteFunc(all, func(e expectation) bool { return e.Month == 0 && e.Reached.Deals+e.Orders == 0 })
}

// expectedOn is when the agreement of a deal is due by contract. Before there is
// one, it is estimated from the time that the stages ahead usually take; 0 where
// too few deals have passed one of them.
func (m *Model) expectedOn(d *Deal) (day value.Day, estimated bool) {
	if due := d.AgreementDue(); due != 0 {
		return due, false
	}
	rank := m.stages.at(d.Row.state)
	if rank < 0 {
		return 0, false
	}
	left := 0
	for _, state := range m.stages.ahead(rank) {
		days := m.Figures.durations[state]
		if len(days) < fewest {
			return 0, false // unknownStages says which
		}
		left += median(days)
		if state == d.Row.state {
			left = max(0, left-d.Row.Days)
		}
	}
	return m.AsOf + value.Day(left), true
}

// unknownStages names the stages that keep the forecast from estimating when an
// open deal is to reach its agreement, and says why.
func (m *Model) unknownStages() []field {
	lacking := map[string]any{}
	for _, d := range m.openDeals() {
		if d.Past.Won != 0 || d.AgreementDue() != 0 {
			continue
		}
		rank := m.stages.at(d.Row.state)
		if rank < 0 {
			lacking[d.Row.state] = diag.Term("site.forecast.beside")
			continue
		}
		for _, state := range m.stages.ahead(rank) {
			if n := len(m.Figures.durations[state]); n < fewest {
				lacking[state] = phrase("site.few", "n", n, "least", fewest)
			}
		}
	}
	var out []field
	for _, s := range m.stages.process.States {
		if why := lacking[s.Name]; why != nil {
			out = append(out, field{Label: m.stages.process.Term(s.Name), Values: values{why}})
		}
	}
	return out
}

func forecastTable(all []expectation) table {
	t := table{
		ID: "forecast", Caption: diag.Term("site.forecast.caption"), Empty: diag.Term("site.forecast.none"), Cards: true,
		Heads: []head{
			column("site.forecast.month"), number("site.forecast.agreements"), number("site.forecast.amount"), number("site.pipeline.weighted"),
			number("site.forecast.orders"), number("site.forecast.ship"),
		},
	}
	if !slices.ContainsFunc(all, func(e expectation) bool { return e.Reached.Deals+e.Orders > 0 }) {
		return t
	}
	for _, e := range all {
		agreements, orders := countCell(e.Reached.Deals), countCell(e.Orders)
		agreements.Blank, orders.Blank = e.Reached.Deals == 0, e.Orders == 0
		if e.Estimated > 0 {
			agreements.Sub = phrase("site.forecast.estimated", "n", e.Estimated)
		}
		t.Rows = append(t.Rows, cells(say(e.Name), agreements, amounts(e.Reached.Amount), amounts(e.Reached.Weighted), orders, amounts(e.Ship)))
	}
	return t
}

// forecastChart draws amounts that are expected by month.
type forecastChart struct {
	id     string // to which the currency is added
	title  string // likewise
	name   diag.Term
	amount func(expectation) sums
}

// drawn is a chart for each currency.
func (c forecastChart) drawn(all []expectation) []*figure {
	var whole sums
	for _, e := range all {
		for _, a := range c.amount(e) {
			whole.add(a)
		}
	}
	var out []*figure
	for _, in := range whole {
		d := drawing{ID: c.id + strings.ToLower(in.Currency), Title: phrase(c.title, "currency", in.Currency), Desc: diag.Term("site.forecast.chart-desc"), Along: "site.forecast.month"}
		s := series{Name: c.name}
		for _, e := range all {
			a := c.amount(e).in(in.Currency)
			d.Labels, d.Totals = append(d.Labels, Ref{Label: e.Name}), append(d.Totals, amountOrNothing(a).Say)
			s.Values = append(s.Values, point{a.Decimal, a})
		}
		f := d.bars(s)
		f.Table = nil // the forecast stands beside it
		out = append(out, f)
	}
	return out
}
