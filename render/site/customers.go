package site

import (
	"cmp"
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

const customersFile = "customers.html"

// customersPage is one page of the list of customers.
type customersPage struct{ List whole }

func customersPages(m *Model) []Page[customersPage] {
	title := diag.Term("site.customers.title")
	pages := wholes(m.customerList(), -1, title, nil, func(w *whole) customersPage { return customersPage{*w} })
	pages[0].Find = nothing
	return pages
}

// customerList lists every customer, with deals or without.
func (m *Model) customerList() listing {
	return listing{
		Title: "site.customers.title", Note: diag.Term("site.customers.note"), File: customersFile, Rows: rowsOf(m.Company.Customers, m.customerRow),
		Table: table{
			ID: "customers", Caption: counted("site.customers.sum", len(m.Company.Customers)), Cards: true, Empty: diag.Term("site.customers.empty"),
			Heads: []head{
				column("site.deal.customer"), choice("site.customers.region"), choice("site.customers.holder"), column("site.customers.until"),
				number("site.group.open"), number("site.deal.amount"), number("site.group.won"), number("site.customers.receivable"), number("site.customers.overdue"), column("site.customers.last"),
			},
		},
	}
}

func (m *Model) customerRow(cu *fold.Customer) tableRow {
	g := m.groupOf(m.Customers, cu.ID)
	team, until := m.holderCells(cu)
	open, overdue, _ := receivable(g.Deals)
	row := cells(
		cell{Say: customerName(cu), File: customerFile(cu.ID)}, orNothing(region(cu)), team, until, countCell(g.Open.Deals), amounts(g.Open.Amount), countCell(g.Won),
		amounts(open), amounts(overdue), dayCell(lastFact(g.Deals), "site.nothing"),
	)
	if len(overdue) > 0 {
		row.Cells[8].Badge = "bad"
	}
	return row
}

// groupOf finds a group by its key; one without deals is empty.
func (m *Model) groupOf(all []divided, id string) *group {
	k, found := slices.BinarySearchFunc(all, id, func(d divided, id string) int {
		if d.ID == "" {
			return 1
		}
		return cmp.Compare(d.ID, id)
	})
	if !found {
		return m.group(nil)
	}
	return all[k].group
}

// holderCells name the team that holds a customer, and until when.
func (m *Model) holderCells(cu *fold.Customer) (team, until cell) {
	holders := cu.Holders(m.Company, m.AsOf)
	if len(holders) == 0 {
		free := cell{Say: diag.Term("site.customers.free"), Choice: "-"}
		return free, say(diag.Term("site.nothing"))
	}
	first := holders[0]
	team = cell{Say: m.team(first.Team), File: m.Ref(nil, teamFile(first.Team)).File, Choice: first.Team}
	if len(holders) > 1 {
		team.Sub = phrase("site.customers.more-holders", "n", len(holders)-1)
	}
	return team, cell{Say: first.Until, Sub: counted("site.customers.left", int(first.Until-m.AsOf))}
}

// receivable sums what is still to come of deals, and what of it is overdue by
// how many days at most.
func receivable(deals []*Deal) (open, overdue sums, days int) {
	for _, d := range deals {
		for _, due := range d.Dues {
			open.add(due.Open)
			if due.Overdue {
				overdue.add(due.Open)
				days = max(days, due.Late)
			}
		}
	}
	return open, overdue, days
}

// lastFact is the day of the latest fact of deals, 0 if there is none.
func lastFact(deals []*Deal) value.Day {
	var last value.Day
	for _, d := range deals {
		if n := len(d.Facts); n > 0 {
			last = max(last, d.Facts[n-1].Date)
		}
	}
	return last
}

func region(cu *fold.Customer) string {
	if cu.Header == nil {
		return ""
	}
	return cu.Header.Region.S
}

// orNothing is a cell of a text that may be missing.
func orNothing(text string) cell {
	if text == "" {
		return say(diag.Term("site.nothing"))
	}
	return say(text)
}

func daysOrNothing(n int) cell {
	if n == 0 {
		return say(diag.Term("site.nothing"))
	}
	return daysCell(n)
}
