package site

import (
	"slices"
	"strings"

	"github.com/dealgate/dealgate/render/paging"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// perOrders is how many orders stand on one page in full.
const perOrders = 12

// orderParts cuts the orders of a deal into pages, the latest first: the first
// ones stand on the deal's own page, the others on further ones.
func (m *Model) orderParts(d *Deal) []part[*fold.Instance] {
	runs := d.Of("order")
	slices.Reverse(runs)
	return pagedTo(func(n int) string {
		if n == 1 {
			return d.Row.File
		}
		return paging.File(strings.TrimSuffix(d.Row.File, ".html")+".orders.html", n)
	}, runs, perOrders)
}

// ordersPage is a page of a deal's earlier orders.
type ordersPage struct {
	Title  Phrase
	Orders section
	Pager  paging.Pager
}

func ordersPages(m *Model) []Page[ordersPage] {
	var pages []Page[ordersPage]
	for _, d := range m.Deals {
		for _, p := range m.orderParts(d)[1:] {
			title := phrase("site.orders.page", "deal", d.Row.Title, "n", p.Pager.Number, "of", p.Pager.Of)
			pages = append(pages, Page[ordersPage]{File: p.File, Title: title, Above: []Ref{{d.Row.Title, d.Row.File}}, Of: d, Content: func() ordersPage {
				s := m.orderSection(d, p)
				s.More = Ref{}
				return ordersPage{title, s, p.Pager}
			}})
		}
	}
	return pages
}

func (m *Model) orderSection(d *Deal, p part[*fold.Instance]) section {
	s := section{ID: "orders", Title: diag.Term("site.orders.title")}
	for _, i := range p.Rows {
		s.Blocks = append(s.Blocks, m.orderBlock(d, i))
	}
	if p.Pager.Next != "" {
		s.More = Ref{counted("site.orders.earlier", len(d.Of("order"))-p.Pager.Number*perOrders), p.Pager.Next}
	}
	return s
}

func (m *Model) orderBlock(d *Deal, i *fold.Instance) block {
	o := m.order(i.Order, d.Currency)
	b := blockOf(i)
	if o.Void {
		b.Class = "bad"
	}
	var payment any
	run := d.Instance("payment", i.Name)
	if run != nil {
		payment = run.Process.Term(run.State)
	}
	b.fields("site.orders.customer-order", o.CustomerOrder, "site.orders.deliver-by", o.DeliverBy, "site.orders.total", o.Total,
		"site.orders.open", o.Open, "site.orders.of-it-overdue", overdueOf(o), "site.orders.payment", payment)
	b.table(goods(o))
	b.table(m.aspects(i))
	b.table(m.production(i))
	b.table(shipments(i))
	b.table(instalments(o))
	b.table(invoices(i.Order, d.Currency))
	b.table(m.chases(run))
	b.table(claims(i.Order, d.Currency))
	b.fold(i.Ended() && !o.Overdue.IsPositive(), o.sum())
	return b
}

// sum is what an order is worth, with what of it has not come in.
func (o order) sum() any {
	if !o.Open.IsPositive() {
		return o.Total
	}
	return phrase("site.orders.sum", "total", o.Total, "open", o.Open)
}

func overdueOf(o order) any {
	if !o.Overdue.IsPositive() {
		return nil
	}
	return o.Overdue
}

func goods(o order) *table {
	t := &table{Cards: true, Caption: phrase("site.orders.goods", "name", o.Name), Heads: []head{
		column("site.orders.item"), number("site.orders.price"), number("site.orders.ordered"), number("site.orders.shipped"),
		number("site.orders.accepted"), number("site.orders.returned"),
	}}
	for _, l := range o.Lines {
		t.Rows = append(t.Rows, cells(say(l.Item), amount(l.Price), say(l.Ordered), say(l.Shipped), say(l.Accepted), say(l.Returned)))
	}
	return t
}

// aspects lists the reviews of an order by aspect, the latest review last.
func (m *Model) aspects(i *fold.Instance) *table {
	t := &table{Cards: true, Caption: phrase("site.orders.reviews", "name", i.Name), Heads: []head{
		column("site.orders.on"), column("site.orders.aspect"), column("site.orders.verdict"), column("site.orders.reviewer"), column("site.orders.remark"),
	}}
	for _, f := range i.Facts {
		b, ok := f.Body.(*fact.OrderReview)
		if !ok || b.Technical == nil || b.Quality == nil || b.Production == nil || b.Price == nil || b.Delivery == nil {
			continue
		}
		for _, a := range fold.Aspects(m.Company.PolicyFor(f), b) {
			v := badge(verdictClass[a.Verdict], diag.Term("word."+a.Verdict))
			t.Rows = append(t.Rows, cells(say(f.Date), say(diag.Term("aspect."+a.Name)), v, say(m.whoIs(a.By)), say(a.Remark.S)))
		}
	}
	return t
}

// production lists what was found in stock, planned, made and put off.
func (m *Model) production(i *fold.Instance) *table {
	t := &table{Cards: true, Caption: phrase("site.orders.production", "name", i.Name), Heads: []head{
		column("site.orders.on"), column("site.orders.step"), column("site.orders.result"), number("site.orders.quantity"), column("site.orders.until"),
	}}
	for _, f := range i.Facts {
		var result, amount any
		var until value.Day
		switch b := f.Body.(type) {
		case *fact.OrderStock:
			result, amount = word(b.Verdict), quantityOf(b.Available)
		case *fact.OrderDemandPlan:
			amount, until = quantityOf(b.Quantity), b.FinishBy.Day
		case *fact.OrderProduction:
			result, until = b.Number.S, b.FinishBy.Day
		case *fact.OrderProduced:
			result, amount = word(b.Inspection), quantityOf(b.Quantity)
		case *fact.OrderReschedule:
			result = b.Reason.S
		case *fact.OrderRescheduleAnswer:
			result, until = word(b.Answer), b.DeliverBy.Day
		default:
			continue
		}
		t.Rows = append(t.Rows, cells(say(f.Date), say(f.Step.Term()), say(result), say(amount), dayCell(until, "site.nothing")))
	}
	return t
}

func quantityOf(a value.Amount) any {
	if !a.Set {
		return nil
	}
	return quantity(a.Decimal)
}

// shipments lists what went out, was accepted, rejected and came back.
func shipments(i *fold.Instance) *table {
	t := &table{Cards: true, Caption: phrase("site.orders.shipments", "name", i.Name), Heads: []head{
		column("site.orders.on"), column("site.orders.step"), column("site.orders.note"), column("site.orders.lines"),
	}}
	for _, f := range i.Facts {
		var note any
		var lines []fact.OrderShipmentLines
		switch b := f.Body.(type) {
		case *fact.OrderShipment:
			note, lines = b.DeliveryNote.S, b.Lines
		case *fact.OrderGoodsReceived:
			note, lines = b.ReceiptNote.S, shipped(b.Lines)
		case *fact.OrderRejection:
			note, lines = present(b.Reason.S, word(b.Then)), shipped(b.Lines)
		case *fact.OrderReturn:
			note, lines = b.Reason.S, shipped(b.Lines)
		default:
			continue
		}
		var what values
		for _, l := range lines {
			what = append(what, l.Item.S+" × "+quantity(l.Quantity.Decimal))
		}
		t.Rows = append(t.Rows, cells(say(f.Date), say(f.Step.Term()), say(note), say(what)))
	}
	return t
}

// shipped takes lines of goods as those of a shipment.
func shipped[T fact.OrderGoodsReceivedLines | fact.OrderRejectionLines | fact.OrderReturnLines](in []T) []fact.OrderShipmentLines {
	out := make([]fact.OrderShipmentLines, len(in))
	for i, l := range in {
		out[i] = fact.OrderShipmentLines(l)
	}
	return out
}

func instalments(o order) *table {
	t := &table{Cards: true, Caption: phrase("site.orders.instalments", "name", o.Name), Heads: []head{
		column("site.orders.instalment"), column("site.orders.due"), number("site.deal.amount"), number("site.orders.received"),
		number("site.orders.settled"), number("site.orders.open"), column("site.orders.state"),
	}}
	for _, i := range o.Instalments {
		name, due, state := say(i.Name), say(diag.Term("site.orders.not-yet-due")), badge("plain", diag.Term("site.orders.waiting"))
		if i.Retention {
			name.Sub = diag.Term("site.orders.retention")
		}
		if i.Due != 0 {
			due = say(i.Due)
		}
		switch {
		case i.Overdue:
			state = badge("bad", diag.Term("site.orders.overdue"))
		case i.Paid:
			state = badge("good", diag.Term("site.orders.paid"))
		}
		t.Rows = append(t.Rows, cells(name, due, amount(i.Amount), amount(i.Received), amount(i.Settled), amount(i.Open), state))
	}
	return t
}

func invoices(o *fold.Order, currency string) *table {
	t := &table{Cards: true, Caption: phrase("site.orders.invoices", "name", o.Name), Heads: []head{
		column("site.orders.on"), column("site.orders.number"), number("site.orders.net"), number("site.orders.tax"), number("site.orders.gross"),
	}}
	for _, f := range o.Invoices {
		b, ok := f.Body.(*fact.OrderInvoice)
		if !ok {
			continue
		}
		no := say(b.Number.S)
		if b.Credits.S != "" {
			no.Sub = phrase("site.orders.credits", "number", b.Credits.S)
		}
		in := func(a value.Amount) cell { return amount(money{a.Decimal, currency}) }
		t.Rows = append(t.Rows, cells(say(f.Date), no, in(b.Net), in(b.Tax), amount(money{b.Net.Decimal.Add(b.Tax.Decimal), currency})))
	}
	return t
}

// chases lists how payment was chased.
func (m *Model) chases(run *fold.Instance) *table {
	if run == nil {
		return nil
	}
	t := &table{Cards: true, Caption: phrase("site.orders.chases", "name", run.Name), Heads: []head{
		column("site.orders.on"), column("site.orders.chased-by"), column("site.orders.contact"), column("site.orders.said"), column("site.orders.promised"),
	}}
	for _, f := range run.Facts {
		if b, ok := f.Body.(*fact.OrderChase); ok {
			t.Rows = append(t.Rows, cells(say(f.Date), say(m.actor(f)), say(b.Contact.S), say(b.Said.S), dayCell(b.Promised.Day, "site.nothing")))
		}
	}
	return t
}

// claims lists the compensation asked for arrears of an order.
func claims(o *fold.Order, currency string) *table {
	t := &table{Caption: phrase("site.orders.claims", "name", o.Name), Heads: []head{
		column("site.orders.on"), column("site.orders.term"), number("site.orders.claimed"), number("site.orders.received"), column("site.orders.state"),
	}}
	for _, c := range o.Claims {
		term := ""
		if b, ok := c.Fact.Body.(*fact.OrderClaim); ok {
			term = b.Term.S
		}
		state := badge("plain", diag.Term("site.orders.settled-claim"))
		if c.Open {
			state = badge("warn", diag.Term("site.orders.open-claim"))
		}
		t.Rows = append(t.Rows, cells(say(c.Fact.Date), say(term), amount(money{c.Amount, currency}), amount(money{c.Received, currency}), state))
	}
	return t
}
