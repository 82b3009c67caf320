package site

import (
	"cmp"
	"slices"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

// advance is what a person has laid out of campaign costs and gets back.
type advance struct {
	Person string // id
	Deal   *Deal
	For    diag.Term // what was paid
	Amount money
	On     value.Day // from when on it can be refunded
	Why    Phrase
}

// refunds lists the advances that can be refunded and are not yet, what has
// waited longest first.
func (m *Model) refunds() []advance {
	if m.Ledger == nil {
		return nil
	}
	var out []advance
	for _, l := range m.Ledger.Lines {
		d := m.byDeal[l.Deal]
		if l.Kind != bonus.Advance || l.State != bonus.Payable || !l.Amount.IsPositive() || d == nil {
			continue
		}
		out = append(out, advance{l.Person, d, l.What, money{l.Amount, l.Currency}, l.On, Phrase{l.Reason, l.Args}})
	}
	slices.SortStableFunc(out, func(a, b advance) int { return cmp.Compare(a.On, b.On) })
	return out
}

func (m *Model) refundList(list []advance, id, file string) listing {
	caption := counted("site.refund.count", len(list))
	if m.audience().People {
		caption = counted("site.refund.sum", len(list)).with(sumOf(list, func(a advance) money { return a.Amount }))
	}
	return m.withoutOwnMoney(listing{
		Title: "site.refund.title", Note: diag.Term("site.refund.note"), File: file, Table: table{
			ID: id, Caption: caption, Empty: diag.Term("site.refund.empty"), Cards: true,
			Heads: []head{
				choice("site.refund.person"), column("site.deal.deal"), column("site.refund.for"), number("site.deal.amount"), column("site.refund.since"), column("site.refund.why"),
			},
		},
		Rows: rowsOf(list, func(a advance) tableRow {
			since := cell{Say: a.On, Sub: counted("site.days", int(m.AsOf-a.On))}
			return cells(link(m.personRef(a.Person)), a.Deal.cell(), say(a.For), amount(a.Amount), since, say(a.Why))
		}),
	}, 3)
}
