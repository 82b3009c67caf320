package site

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// collection is what the company has to collect from its customers.
type collection struct {
	Dues   []due   // what has been due longest first
	Bills  []bill  // by maturity
	Claims []claim // open ones first, then the latest
}

func (m *Model) collect() collection {
	var c collection
	for _, d := range m.Deals {
		c.Dues = append(c.Dues, d.Dues...)
		c.Claims = append(c.Claims, d.Claims...)
	}
	for _, cu := range m.Company.Customers {
		c.Bills = append(c.Bills, m.bills(cu)...)
	}
	slices.SortStableFunc(c.Dues, compareDues)
	slices.SortStableFunc(c.Bills, func(a, b bill) int { return cmp.Compare(a.Matures, b.Matures) })
	slices.SortStableFunc(c.Claims, func(a, b claim) int { return cmp.Or(boolInt(b.Open)-boolInt(a.Open), cmp.Compare(b.On, a.On)) })
	return c
}

// compareDues puts first what has been due longest, and last what is not due
// yet at all.
func compareDues(a, b due) int {
	return cmp.Or(boolInt(a.On == 0)-boolInt(b.On == 0), cmp.Compare(a.On, b.On), strings.Compare(a.Deal.Dir, b.Deal.Dir), strings.Compare(a.Order, b.Order))
}

// empty reports whether there is nothing to collect, and never was anything to
// ask for.
func (c collection) empty() bool { return len(c.Dues)+len(c.Bills)+len(c.Claims) == 0 }

func chosen[T any](list []T, good func(T) bool) []T {
	var out []T
	for _, x := range list {
		if good(x) {
			out = append(out, x)
		}
	}
	return out
}

func (c collection) overdue() []due { return chosen(c.Dues, func(d due) bool { return d.Overdue }) }

func (c collection) retention() []due {
	return chosen(c.Dues, func(d due) bool { return d.Retention })
}

// soon is what falls due in the next days, retention left aside.
func (c collection) soon(today value.Day) []due {
	return chosen(c.Dues, func(d due) bool { return !d.Retention && !d.Overdue && d.On != 0 && d.On <= today+soonDays })
}

// sumOf adds amounts up per currency.
func sumOf[T any](list []T, of func(T) money) sums {
	var s sums
	for _, x := range list {
		s.add(of(x))
	}
	return s
}

func openOf(d due) money { return d.Open }

// with adds an amount to a counted phrase.
func (p Phrase) with(amount sums) Phrase {
	p.Args["amount"] = amount
	return p
}

// cell names a deal with its customer.
func (d *Deal) cell() cell {
	return cell{Say: d.Row.Title, File: d.Row.File, Sub: d.Row.Customer}
}

// orderCell leads to an order on its deal's page.
func (m *Model) orderCell(d *Deal, order, instalment string) cell {
	c := link(m.Ref(order, m.orderFile(d, order)))
	if instalment != "" {
		c.Sub = instalment
	}
	return c
}

// orderFile is where an order stands in full.
func (m *Model) orderFile(d *Deal, order string) string {
	for _, p := range m.orderParts(d) {
		if slices.ContainsFunc(p.Rows, func(i *fold.Instance) bool { return i.Name == order }) {
			return p.File + "#order-" + order
		}
	}
	return d.Row.File
}

// dayCell is a date, or that there is none.
func dayCell(on value.Day, none diag.Term) cell {
	if on == 0 {
		return cell{Say: none, Key: "9999", Blank: none == "site.nothing"}
	}
	return say(on)
}

// teamCell is the team that looks after a deal.
func (m *Model) teamCell(d *Deal) cell {
	if d.Keeper == "" {
		return say(diag.Term("site.nothing"))
	}
	return link(m.Ref(m.team(d.Keeper), teamFile(d.Keeper)))
}

// overdueList is what is overdue, with how it was chased and when it is next.
func (m *Model) overdueList(list []due, id, file string) listing {
	return listing{
		Title: "site.due.overdue", Note: diag.Term("site.due.overdue-note"), File: file, Table: table{
			ID: id, Caption: counted("site.due.sum", len(list)).with(sumOf(list, openOf)), Empty: diag.Term("site.due.overdue-empty"), Cards: true,
			Heads: []head{
				column("site.deal.deal"), column("site.due.order"), column("site.due.on"), number("site.due.late"), number("site.due.open"),
				column("site.due.next"), column("site.due.promised"), column("site.due.last"), choice("site.deal.team"),
			},
		},
		Rows: rowsOf(list, func(d due) tableRow {
			return cells(d.Deal.cell(), m.orderCell(d.Deal, d.Order, d.Instalment), say(d.On), cell{Say: counted("site.days", d.Late), Key: strconv.Itoa(d.Late)}, amount(d.Open),
				m.nextChase(d.Chase), m.promise(d.Chase), lastChase(d.Chase), m.teamCell(d.Deal))
		}),
	}
}

// nextChase is when payment is chased next, with the form where that is now.
func (m *Model) nextChase(c chase) cell {
	if c.Next > m.AsOf {
		return say(c.Next)
	}
	x := cell{Say: diag.Term("site.due.chase-now"), Badge: "warn", Key: c.Next.String()}
	if c.URL != "" {
		x = cell{Say: diag.Term("site.due.chase-now"), URL: c.URL, Key: c.Next.String()}
	}
	if c.Last != 0 {
		x.Sub = phrase("site.due.since", "day", c.Next)
	}
	return x
}

// promise is the day that payment was promised for, and whether it has passed.
func (m *Model) promise(c chase) cell {
	if c.Promised == 0 {
		return dayCell(0, "site.nothing")
	}
	x := say(c.Promised)
	if c.Broken(m.AsOf) {
		x.Badge, x.Sub = "bad", diag.Term("site.due.broken")
	}
	return x
}

func lastChase(c chase) cell {
	if c.Last == 0 {
		return cell{Say: diag.Term("site.due.never"), Key: "0000"}
	}
	return cell{Say: c.Last, Sub: phrase("site.due.said", "times", counted("site.due.times", c.Times), "contact", brief(c.Contact), "said", brief(c.Said))}
}

// brief is the beginning of a text, for a table.
func brief(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// soonList is what falls due in the next days.
func (m *Model) soonList(list []due) listing {
	return listing{
		Title: "site.due.soon", Note: phrase("site.due.soon-note", "days", counted("site.days", soonDays)), File: "receivables-soon.html",
		Table: m.dueTable("soon", list, diag.Term("site.due.soon-empty")), Rows: rowsOf(list, m.dueRow),
	}
}

// retentionList is the retention money that is still to come, and since when or
// from when on.
func (m *Model) retentionList(list []due, id, file string) listing {
	return listing{
		Title: "site.due.retention", Note: diag.Term("site.due.retention-note"), File: file,
		Table: m.dueTable(id, list, diag.Term("site.due.retention-empty")), Rows: rowsOf(list, m.dueRow),
	}
}

func (m *Model) dueTable(id string, list []due, empty diag.Term) table {
	return table{
		ID: id, Caption: counted("site.due.sum", len(list)).with(sumOf(list, openOf)), Empty: empty, Cards: true,
		Heads: []head{column("site.deal.deal"), column("site.due.order"), column("site.due.on"), number("site.due.open"), choice("site.due.state"), choice("site.deal.team")},
	}
}

func (m *Model) dueRow(d due) tableRow {
	return cells(d.Deal.cell(), m.orderCell(d.Deal, d.Order, d.Instalment), dayCell(d.On, "site.due.not-fixed"), amount(d.Open), d.state(), m.teamCell(d.Deal))
}

// state says whether something has fallen due.
func (d due) state() cell {
	switch {
	case d.On == 0:
		return badge("plain", diag.Term("site.due.state-not-fixed"))
	case d.Overdue:
		return badge("bad", diag.Term("site.due.state-overdue"))
	}
	return badge("info", diag.Term("site.due.state-open"))
}

// billList is what customers paid with and is no money yet, or never became
// any.
func (m *Model) billList(list []bill, id, file string) listing {
	held := chosen(list, func(b bill) bool { return b.Refused == 0 })
	return listing{
		Title: "site.due.bills", Note: diag.Term("site.due.bills-note"), File: file, Table: table{
			ID: id, Caption: counted("site.due.bills-sum", len(held)).with(sumOf(held, func(b bill) money { return b.Amount })), Empty: diag.Term("site.due.bills-empty"), Cards: true,
			Heads: []head{
				column("site.due.bill"), column("site.deal.customer"), choice("site.due.kind"), number("site.deal.amount"), column("site.due.received"),
				column("site.due.matures"), choice("site.due.state"), column("site.due.pays"),
			},
		},
		Rows: rowsOf(list, m.billRow),
	}
}

func (m *Model) billRow(b bill) tableRow {
	matures := say(b.Matures)
	if left := int(b.Matures - m.AsOf); left > 0 {
		matures.Sub = phrase("site.due.in-days", "days", counted("site.days", left))
	}
	return cells(say(brief(b.Number)), link(m.Ref(customerName(b.Customer), customerFile(b.Customer.ID))), say(b.Kind), amount(b.Amount), say(b.On), matures, b.state(), m.paidCell(b))
}

func (b bill) state() cell {
	switch {
	case b.Refused != 0:
		x := badge("bad", diag.Term("site.due.bill-refused"))
		x.Sub = b.Refused
		return x
	case b.Discounted != 0:
		x := badge("plain", diag.Term("site.due.bill-discounted"))
		x.Sub = b.Discounted
		return x
	}
	return badge("info", diag.Term("site.due.bill-held"))
}

// paidCell leads to the deal that a bill pays.
func (m *Model) paidCell(b bill) cell {
	if len(b.Deals) == 0 {
		return say(diag.Term("site.nothing"))
	}
	c := cell{Say: b.Deals[0].Row.Title, File: b.Deals[0].Row.File}
	if more := len(b.Deals) - 1; more > 0 {
		c.Sub = counted("site.deal.more", more)
	}
	return c
}

func (m *Model) claimList(list []claim) listing {
	open := chosen(list, func(c claim) bool { return c.Open })
	return listing{
		Title: "site.due.claims", File: "receivables-claims.html", Table: table{
			ID: "claims", Caption: counted("site.due.claims-sum", len(open)).with(sumOf(open, func(c claim) money { return c.Asked })), Empty: diag.Term("site.due.claims-empty"), Cards: true,
			Heads: []head{
				column("site.deal.deal"), column("site.due.order"), column("site.due.asked-on"), column("site.due.term"), number("site.due.asked"), number("site.due.gotten"), choice("site.due.state"),
			},
		},
		Rows: rowsOf(list, func(c claim) tableRow {
			state, gotten := badge("warn", diag.Term("site.due.claim-open")), cell{Say: diag.Term("site.nothing")}
			if !c.Open {
				state, gotten = badge("good", diag.Term("site.due.claim-settled")), amount(c.Gotten)
			}
			return cells(c.Deal.cell(), m.orderCell(c.Deal, c.Order, ""), say(c.On), say(brief(c.Term)), amount(c.Asked), gotten, state)
		}),
	}
}
