package site

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/dealgate/dealgate/schema/diag"
)

// stalledDeal reports whether a deal has stood at its stage for longer than
// policy expects.
func (m *Model) stalledDeal(d *Deal) bool {
	return !d.Row.Ended && m.limit(d) > 0 && d.Row.Days > m.limit(d)
}

// limit is the number of days after which policy calls the deal stalled at its
// stage, 0 for never.
func (m *Model) limit(d *Deal) int { return m.Company.Policy.StalledAfter(d.Row.state) }

// stalledDeals lists the deals that have stood at their stage for longer than
// policy expects, what is furthest over its limit first.
func (m *Model) stalledDeals() []*Deal {
	out := chosen(m.Deals, m.stalledDeal)
	slices.SortStableFunc(out, func(a, b *Deal) int { return cmp.Compare(b.Row.Days-m.limit(b), a.Row.Days-m.limit(a)) })
	return out
}

func (m *Model) stalledList(list []*Deal, id, file string) listing {
	return listing{
		Title: "site.stall.title", Note: diag.Term("site.stall.note"), File: file, Table: table{
			ID: id, Caption: counted("site.stall.sum", len(list)), Empty: diag.Term("site.stall.empty"), Cards: true,
			Heads: []head{
				column("site.deal.deal"), choice("site.deal.stage"), number("site.stall.days"), number("site.stall.limit"), number("site.deal.amount"),
				column("site.deal.next"), choice("site.gate.owner"), choice("site.deal.team"),
			},
		},
		Rows: rowsOf(list, func(d *Deal) tableRow {
			stage := cell{Say: d.Row.Stage, Choice: d.Row.state, Sub: phrase("site.stall.since", "day", d.Row.Since)}
			return cells(d.cell(), stage, daysCell(d.Row.Days), daysCell(m.limit(d)), d.worthCell(), d.formCell(), m.personCell(d.Past.Owner), m.teamCell(d))
		}),
	}
}

// daysCell is a number of days.
func daysCell(n int) cell { return cell{Say: counted("site.days", n), Key: strconv.Itoa(n)} }

// formCell is what a deal waits for first of all, with its form.
func (d *Deal) formCell() cell {
	if len(d.Next) == 0 {
		return say(diag.Term("site.nothing"))
	}
	n := foremost(d.Next)
	return cell{Say: n.Title(), URL: n.URL}
}
