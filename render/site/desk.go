package site

import (
	"cmp"
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

// desk is what waits for somebody.
type desk struct {
	Invalid   []*Deal // whose facts have errors
	Gates     []gate  // that he may fulfil
	Approvals []gate  // that will need his approval
	Deals     []*Deal // that are his own, or his team's
	Stalled   []*Deal // that have stood longer than expected
	Overdue   []due   // next chase first
	Refunds   []advance
	Retention []due  // that is due, or soon
	Bills     []bill // that mature soon
}

// desks is what waits for anybody.
func (m *Model) desks() desk {
	d := desk{Invalid: chosen(m.Deals, (*Deal).Invalid), Gates: m.gates(), Stalled: m.stalledDeals(), Overdue: m.Collection.overdue(), Refunds: m.refunds()}
	d.Deals = chosen(m.Deals, func(d *Deal) bool { return !d.Row.Ended })
	d.Approvals = chosen(d.Gates, func(g gate) bool { return g.Next.Ready() && len(g.Next.Approvals) > 0 })
	slices.SortStableFunc(d.Overdue, func(a, b due) int { return cmp.Compare(a.Chase.Next, b.Chase.Next) })
	d.Retention = chosen(m.Collection.retention(), func(x due) bool { return x.On != 0 && x.On <= m.AsOf+soonDays })
	d.Bills = chosen(m.Collection.Bills, func(b bill) bool { return b.Refused == 0 && b.Matures <= m.AsOf+soonDays })
	return d
}

// of is what of it all concerns one reader.
func (d desk) of(r *reader) desk {
	return desk{
		Invalid:   chosen(d.Invalid, r.follows),
		Gates:     chosen(d.Gates, r.records),
		Approvals: chosen(d.Approvals, r.approves),
		Deals:     chosen(d.Deals, r.owns),
		Stalled:   chosen(d.Stalled, r.follows),
		Overdue:   chosen(d.Overdue, func(x due) bool { return r.follows(x.Deal) }),
		Refunds:   chosen(d.Refunds, r.awaits),
		Retention: chosen(d.Retention, func(x due) bool { return r.follows(x.Deal) }),
		Bills:     chosen(d.Bills, func(b bill) bool { return slices.ContainsFunc(b.Deals, r.follows) }),
	}
}

// ready counts the facts that can be recorded now.
func (d desk) ready() int {
	return len(chosen(d.Gates, func(g gate) bool { return g.Next.Ready() }))
}

// nextChases counts the overdue payments that are to be chased by a day.
func (d desk) nextChases(by value.Day) int {
	return len(chosen(d.Overdue, func(x due) bool { return x.Chase.Next <= by }))
}

// lists shows a desk on the page of a reader: what waits for a fact, and of
// the rest what there is.
func (m *Model) lists(d desk, r *reader) []listing {
	yours := diag.Term("site.gate.approvals")
	if r.Everybody {
		yours = "site.approvals.waiting"
	}
	all := []listing{
		m.gateList(d.Gates, "gates", r.listFile("gates")),
		m.invalidList(d.Invalid, "invalid", r.listFile("invalid")),
		m.approvalList(d.Approvals, yours, "approvals", r.listFile("approvals")),
		m.dealList("deals", r.listFile("deals"), "site.reader.deals", d.Deals, stageColumn, daysColumn, nextColumn, amountColumn),
		m.overdueList(d.Overdue, "overdue", r.listFile("overdue")),
		m.stalledList(d.Stalled, "stalled", r.listFile("stalled")),
		m.refundList(d.Refunds, "advances", r.listFile("advances")),
		m.retentionList(d.Retention, "retention", r.listFile("retention")),
		m.billList(d.Bills, "bills", r.listFile("bills")),
	}
	return slices.DeleteFunc(all, func(l listing) bool { return len(l.Rows) == 0 && l.Table.ID != "gates" })
}
