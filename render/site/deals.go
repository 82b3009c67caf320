package site

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
)

// tab is one of several pages that belong together.
type tab struct {
	Ref
	Current bool
}

// tabs links pages that belong together; the one at file is the present one.
func tabs(file string, refs ...Ref) []tab {
	out := make([]tab, len(refs))
	for i, r := range refs {
		out[i] = tab{r, r.File == file}
	}
	return out
}

// openFirst puts open deals before ended ones, then goes by stage; what has
// stood longest comes first.
func openFirst(a, b *Deal) int {
	return cmp.Or(boolInt(a.Row.Ended)-boolInt(b.Row.Ended), cmp.Compare(a.Row.rank, b.Row.rank), cmp.Compare(a.Row.Since, b.Row.Since), strings.Compare(a.Row.File, b.Row.File))
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sortedDeals are deals in the order of a list.
func sortedDeals(deals []*Deal) []*Deal {
	return slices.SortedStableFunc(slices.Values(deals), openFirst)
}

// dealColumn is a column of a list of deals.
type dealColumn struct {
	head head
	cell func(*Model, *Deal) cell
}

// The columns that a list of deals may have.
var (
	stageColumn  = dealColumn{choice("site.deal.stage"), func(_ *Model, d *Deal) cell { return cell{Say: d.Row.Stage, Choice: d.Row.state} }}
	amountColumn = dealColumn{number("site.deal.amount"), func(_ *Model, d *Deal) cell { return d.worthCell() }}
	daysColumn   = dealColumn{number("site.deal.days"), (*Model).standsCell}
	teamColumn   = dealColumn{choice("site.deal.team"), func(m *Model, d *Deal) cell { return m.teamCell(d) }}
	ownerColumn  = dealColumn{choice("site.deal.owner"), func(m *Model, d *Deal) cell { return m.personCell(d.Past.Owner) }}
	yearColumn   = dealColumn{choice("site.deal.year"), func(_ *Model, d *Deal) cell { return say(d.Year) }}
	nextColumn   = dealColumn{column("site.deal.next"), func(_ *Model, d *Deal) cell { return d.stepCell() }}
	faultColumn  = dealColumn{column("site.deal.findings"), func(_ *Model, d *Deal) cell { return d.faultCell() }}
)

// dealList lists deals, open ones first.
func (m *Model) dealList(id, file string, title diag.Term, deals []*Deal, columns ...dealColumn) listing {
	l := listing{Title: title, File: file, Table: table{
		ID: id, Caption: counted("site.deals.sum", len(deals)), Cards: true, Heads: []head{column("site.deal.deal")}, Empty: diag.Term("site.deals.none"),
	}}
	for _, c := range columns {
		l.Table.Heads = append(l.Table.Heads, c.head)
	}
	l.Rows = rowsOf(sortedDeals(deals), func(d *Deal) tableRow {
		row := cells(d.cell())
		if d.Invalid() {
			row.Class = "invalid"
		}
		for _, c := range columns {
			row.Cells = append(row.Cells, c.cell(m, d))
		}
		return row
	})
	return l
}

// invalidList lists the deals whose facts have errors: somebody has to mend them.
func (m *Model) invalidList(list []*Deal, id, file string) listing {
	return m.dealList(id, file, "site.deals.invalid", list, stageColumn, faultColumn, ownerColumn, teamColumn)
}

// worthCell is what a deal is worth, or hoped to be.
func (d *Deal) worthCell() cell {
	c := amounts(d.Row.Amount)
	if d.Row.Expected {
		c.Sub = diag.Term("site.deal.expected")
	}
	return c
}

// standsCell is how long a deal has stood where it is, and whether that is longer
// than policy expects.
func (m *Model) standsCell(d *Deal) cell {
	if d.Row.Since == 0 {
		return say(diag.Term("site.nothing"))
	}
	c := daysCell(d.Row.Days)
	c.Sub = phrase("site.deals.since", "date", d.Row.Since)
	if m.stalledDeal(d) {
		c.Badge = "warn"
	}
	return c
}

// stepCell is what a deal waits for first of all, and how much more there is.
func (d *Deal) stepCell() cell {
	if d.Row.Next == "" {
		return say(diag.Term("site.nothing"))
	}
	c := cell{Say: d.Row.Next, File: d.Row.File + "#missing"}
	if d.Row.More > 0 {
		c.Sub = counted("site.deal.more", d.Row.More)
	}
	return c
}

func (d *Deal) faultCell() cell {
	switch {
	case d.Row.Errors > 0:
		c := badge("bad", counted("report.errors", d.Row.Errors))
		if d.Row.Warnings > 0 {
			c.Sub = counted("report.warnings", d.Row.Warnings)
		}
		return c
	case d.Row.Warnings > 0:
		return badge("warn", counted("report.warnings", d.Row.Warnings))
	}
	return say(diag.Term("site.deal.no-findings"))
}

// personCell names somebody with the page about him.
func (m *Model) personCell(id string) cell {
	if id == "" {
		return say(diag.Term("site.nothing"))
	}
	c := link(m.personRef(id))
	c.Choice = id
	return c
}

// calledOf is what somebody is called.
func (m *Model) calledOf(id string) string {
	if m.Company.Roster != nil {
		if p := m.Company.Roster.Person(id); p != nil {
			return p.Name
		}
	}
	return id
}
