package site

import (
	"cmp"
	"slices"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/diag"
)

// What people have laid out of campaign costs is their own money: who waits for
// it, and for how long, is for everybody to see, how much as policy says.

// exposures are what each person has laid out and not got back, the oldest
// first.
func (m *Model) exposures() []bonus.Exposure {
	if m.Ledger == nil {
		return nil
	}
	all := m.Ledger.Exposures()
	slices.SortStableFunc(all, func(a, b bonus.Exposure) int { return cmp.Compare(a.Oldest, b.Oldest) })
	return all
}

func (m *Model) advanceList() listing {
	return m.withoutOwnMoney(listing{
		Title: "site.advances.title", Note: diag.Term("site.advances.note"), File: "campaigns-advances.html",
		Table: table{
			ID: "advances", Caption: diag.Term("site.advances.caption"), Cards: true, Empty: diag.Term("site.advances.empty"),
			Heads: []head{column("site.people.person"), number("site.advances.open"), number("site.advances.refundable"), column("site.advances.oldest"), number("site.advances.age")},
		},
		Rows: rowsOf(m.exposures(), func(e bonus.Exposure) tableRow {
			refundable := amountOrNothing(money{e.Refundable, e.Currency})
			if e.Refundable.IsPositive() {
				refundable.Badge = "info"
			}
			return cells(m.personCell(e.Person), amount(money{e.Outstanding, e.Currency}), refundable, say(e.Oldest), daysOrNothing(e.Days))
		}),
	}, 1, 2)
}

// outlays are the advances one by one, the oldest first.
func (m *Model) outlays() []bonus.Line {
	if m.Ledger == nil {
		return nil
	}
	var out []bonus.Line
	for _, l := range m.Ledger.Lines {
		if l.Kind == bonus.Advance && !l.Closed && (l.State == bonus.Waiting || l.State == bonus.Payable) {
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b bonus.Line) int { return cmp.Compare(a.SpentOn(), b.SpentOn()) })
	return out
}

func (m *Model) outlayList() listing {
	return m.withoutOwnMoney(listing{
		Title: "site.outlays.title", File: "campaigns-outlays.html",
		Table: table{
			ID: "outlays", Caption: diag.Term("site.outlays.caption"), Cards: true, Empty: diag.Term("site.advances.empty"),
			Heads: []head{
				choice("site.people.person"), column("site.deal.deal"), column("site.campaigns.one"), number("site.advances.open"), column("site.outlays.on"), number("site.advances.age"), column("site.outlays.state"),
			},
		},
		Rows: rowsOf(m.outlays(), func(l bonus.Line) tableRow {
			d, on := m.byDeal[l.Deal], l.SpentOn()
			return cells(
				m.personCell(l.Person), d.cell(), cell{Say: orNothing(l.Detail).Say, Sub: l.What}, amount(money{l.Amount, l.Currency}),
				say(on), daysOrNothing(int(m.AsOf-on)), say(Phrase{l.Reason, l.Args}),
			)
		}),
	}, 3)
}
