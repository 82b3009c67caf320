package site

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
)

const (
	receivablesFile = "receivables.html"
	perReceivables  = 30 // rows of each list on the front of the kind
	charted         = 10 // customers in a chart, those that owe most
	soonDays        = 30 // from the as-of date on, what falls due in them is due soon
)

// receivablesPage is what customers owe, or one page of one of its lists.
type receivablesPage struct {
	Whole  *whole
	Totals table
	Rolls  []roll // ageing, overdue, due soon, bills, retention and compensation
}

func receivablesPages(m *Model) []Page[receivablesPage] {
	lists := []listing{
		m.ageingList(),
		m.overdueList(m.Collection.overdue(), "overdue", "receivables-overdue.html"),
		m.soonList(m.Collection.soon(m.AsOf)),
		m.billList(m.Collection.Bills, "bills", "receivables-bills.html"),
		m.retentionList(m.Collection.retention(), "retention", "receivables-retention.html"),
		m.claimList(m.Collection.Claims),
	}
	pages := one(receivablesFile, diag.Term("site.receivables.title"), func() receivablesPage {
		p := receivablesPage{Totals: m.totalsTable()}
		if m.Collection.empty() {
			return p
		}
		for _, l := range lists {
			p.Rolls = append(p.Rolls, m.roll(l, perReceivables))
		}
		p.Rolls[0].Figures = m.ageingCharts()
		return p
	})
	for _, l := range lists {
		pages = append(pages, wholes(l, perReceivables, l.Title, nil, func(w *whole) receivablesPage { return receivablesPage{Whole: w} })...)
	}
	return pages
}

// ages are the classes of what is open: by nothing but an event that has not
// happened, not due, and overdue for how long.
var ages = []diag.Term{
	"site.receivables.not-fixed", "site.receivables.not-due", "site.receivables.to-thirty", "site.receivables.to-sixty", "site.receivables.to-ninety", "site.receivables.older",
}

// ageClasses are the colours of the ages: quiet for what is not due, louder the
// longer it has been.
var ageClasses = []string{"c6", "c1", "c2", "c5", "c3", "late"}

// age is the class that something open belongs to.
func (d due) age() int {
	switch {
	case d.On == 0:
		return 0
	case !d.Overdue:
		return 1
	case d.Late <= 30:
		return 2
	case d.Late <= 60:
		return 3
	case d.Late <= 90:
		return 4
	}
	return 5
}

// aged is what somebody owes in one currency, by age.
type aged struct {
	Name    string // of the customer, empty for all together
	ID      string
	Open    money
	Overdue money
	Ages    []money
}

func newAged(id, name, currency string) *aged {
	a := &aged{ID: id, Name: name, Open: money{Currency: currency}, Overdue: money{Currency: currency}, Ages: make([]money, len(ages))}
	for i := range a.Ages {
		a.Ages[i].Currency = currency
	}
	return a
}

func (a *aged) add(d due) {
	k := d.age()
	a.Ages[k].Decimal = a.Ages[k].Add(d.Open.Decimal)
	a.Open.Decimal = a.Open.Add(d.Open.Decimal)
	if d.Overdue {
		a.Overdue.Decimal = a.Overdue.Add(d.Open.Decimal)
	}
}

// byCustomer sums what each customer owes per currency, who owes most overdue
// first, and what all owe per currency, in the order of the codes.
func (c collection) byCustomer() (each, all []*aged) {
	type key struct{ id, currency string }
	at := map[key]*aged{}
	of := func(list *[]*aged, id, name, currency string) *aged {
		k := key{id, currency}
		if at[k] == nil {
			at[k] = newAged(id, name, currency)
			*list = append(*list, at[k])
		}
		return at[k]
	}
	for _, d := range c.Dues {
		cu := d.Deal.Customer
		of(&each, cu.ID, d.Deal.Row.Customer, d.Open.Currency).add(d)
		of(&all, "", "", d.Open.Currency).add(d)
	}
	slices.SortFunc(each, func(a, b *aged) int {
		return cmp.Or(strings.Compare(a.Open.Currency, b.Open.Currency), b.Overdue.Cmp(a.Overdue.Decimal), b.Open.Cmp(a.Open.Decimal), strings.Compare(a.ID, b.ID))
	})
	slices.SortFunc(all, func(a, b *aged) int { return strings.Compare(a.Open.Currency, b.Open.Currency) })
	return each, all
}

// ageCells are the amounts of a row of ageing.
func (a *aged) cells(first cell) tableRow {
	row := cells(first, amount(a.Open), amountOrNothing(a.Overdue))
	for _, m := range a.Ages {
		row.Cells = append(row.Cells, amountOrNothing(m))
	}
	return row
}

func ageHeads(first head) []head {
	heads := []head{first, number("site.receivables.open"), number("site.receivables.overdue")}
	for _, a := range ages {
		heads = append(heads, number(a))
	}
	return heads
}

// totalsTable is what all customers owe, one row per currency.
func (m *Model) totalsTable() table {
	t := table{
		Caption: diag.Term("site.receivables.totals-caption"), Heads: ageHeads(column("site.receivables.currency")),
		Empty: diag.Term("site.receivables.empty"), Cards: true,
	}
	_, all := m.Collection.byCustomer()
	for _, a := range all {
		t.Rows = append(t.Rows, a.cells(say(a.Open.Currency)))
	}
	return t
}

func (m *Model) ageingList() listing {
	each, _ := m.Collection.byCustomer()
	return listing{
		Title: "site.receivables.ageing", Note: diag.Term("site.receivables.ageing-note"), File: "receivables-ageing.html",
		Table: table{
			ID: "ageing", Caption: diag.Term("site.receivables.ageing-caption"), Heads: ageHeads(column("site.deal.customer")),
			Empty: diag.Term("site.receivables.ageing-empty"), Cards: true,
		},
		Rows: rowsOf(each, func(a *aged) tableRow { return a.cells(link(m.Ref(a.Name, customerFile(a.ID)))) }),
	}
}

// ageingCharts draw who owes most, one chart per currency.
func (m *Model) ageingCharts() []*figure {
	each, all := m.Collection.byCustomer()
	var out []*figure
	for _, sum := range all {
		currency := sum.Open.Currency
		var most []*aged
		for _, a := range each {
			if a.Open.Currency == currency {
				most = append(most, a)
			}
		}
		slices.SortStableFunc(most, func(a, b *aged) int { return b.Open.Cmp(a.Open.Decimal) })
		out = append(out, m.ageingChart(currency, most[:min(len(most), charted)]))
	}
	return out
}

func (m *Model) ageingChart(currency string, most []*aged) *figure {
	d := drawing{
		ID: "chart-" + strings.ToLower(currency), Title: phrase("site.receivables.chart", "currency", currency), Desc: diag.Term("site.receivables.chart-desc"),
		Along: "site.deal.customer", Classes: ageClasses,
	}
	parts := make([]series, len(ages))
	for k, age := range ages {
		parts[k].Name = age
	}
	for _, a := range most {
		d.Labels, d.Totals = append(d.Labels, m.Ref(a.Name, customerFile(a.ID))), append(d.Totals, a.Open)
		for k, part := range a.Ages {
			parts[k].Values = append(parts[k].Values, point{part.Decimal, part})
		}
	}
	f := d.bars(parts...)
	f.Table = nil // the ageing by customer stands beside it
	return f
}
