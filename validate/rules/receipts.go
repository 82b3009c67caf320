package rules

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// receipts holds each bank line against what it pays: the allocations name
// orders and instalments of this customer and never exceed it; a bill has a
// number and a maturity; a dishonour names the bill that it reverses, a discount
// the bill that was sold before it matured.
var receipts = validate.StateRule{
	IDs: []string{
		"receipt/over-allocated", "receipt/unknown-deal", "receipt/unknown-order", "receipt/unknown-instalment",
		"receipt/bill-incomplete", "receipt/not-a-bill", "receipt/dishonour-incomplete", "receipt/discount-incomplete", "receipt/overpaid", "receipt/partial", "receipt/other-payer",
	},
	Check: func(p *validate.Pass) {
		for _, f := range p.Customer.Receipts {
			b := f.Body.(*fact.Receipt)
			allocated(p, f, b)
			bill(p, f, b)
			payer(p, f, b)
			for _, a := range b.Allocations {
				target(p, f, a)
			}
		}
		overpaid(p)
		partial(p)
	},
}

// payer points out money from somebody who is not known to be the customer. A
// discount is paid by a bank.
func payer(p *validate.Pass, f *fold.Fact, b *fact.Receipt) {
	h := p.Customer.Header
	if h == nil || b.Kind.S == "discount" || sameName(h.Name, b.Payer) || slices.ContainsFunc(h.Aliases, func(t fact.Text) bool { return sameName(t, b.Payer) }) {
		return
	}
	p.Report(nil, diag.Diagnostic{Rule: "receipt/other-payer", Severity: diag.Warning, Span: f.Span(b.Payer.At), Args: diag.Args{
		"payer": b.Payer.S, "customer": h.Name.S}})
}

func allocated(p *validate.Pass, f *fold.Fact, b *fact.Receipt) {
	sum := decimal.Zero
	for _, a := range b.Allocations {
		sum = sum.Add(a.Amount.Decimal)
	}
	if sum.GreaterThan(b.Gross.Decimal) {
		p.Report(nil, diag.Diagnostic{Rule: "receipt/over-allocated", Span: f.Span(b.Gross.At), Args: diag.Args{"sum": sum, "gross": b.Gross.Decimal}})
	}
}

func bill(p *validate.Pass, f *fold.Fact, b *fact.Receipt) {
	isBill := b.Kind.S == "bank-bill" || b.Kind.S == "commercial-bill"
	at := f.Span(b.Kind.At)
	switch {
	case isBill && (b.Bill.S == "" || b.Maturity.Day == 0 || b.Maturity.Day < f.Date):
		p.Report(nil, diag.Diagnostic{Rule: "receipt/bill-incomplete", Span: at})
	case !isBill && !aboutBill(b) && (b.Bill.S != "" || b.Maturity.Day != 0):
		p.Report(nil, diag.Diagnostic{Rule: "receipt/not-a-bill", Span: at})
	case b.Kind.S == "dishonour" && (len(b.Allocations) > 0 || billOf(p, f, b.Dishonours.S) == nil):
		p.Report(nil, diag.Diagnostic{Rule: "receipt/dishonour-incomplete", Span: at, Args: diag.Args{"file": b.Dishonours.S}})
	case b.Kind.S != "dishonour" && b.Dishonours.S != "":
		p.Report(nil, diag.Diagnostic{Rule: "receipt/dishonour-incomplete", Span: at, Args: diag.Args{"file": b.Dishonours.S}})
	case b.Kind.S == "discount" && (len(b.Allocations) > 0 || !sold(billOf(p, f, b.Discounts.S), f)),
		b.Kind.S != "discount" && b.Discounts.S != "":
		p.Report(nil, diag.Diagnostic{Rule: "receipt/discount-incomplete", Span: at, Args: diag.Args{"file": b.Discounts.S}})
	}
}

// aboutBill reports whether a receipt is no money itself, but says what became
// of a bill.
func aboutBill(b *fact.Receipt) bool { return b.Kind.S == "dishonour" || b.Kind.S == "discount" }

// sold reports whether a bill had not matured when it was discounted.
func sold(bill *fact.Receipt, discount *fold.Fact) bool {
	return bill != nil && discount.Date <= bill.Maturity.Day
}

// billOf finds the earlier bill of the full amount that a receipt names.
func billOf(p *validate.Pass, f *fold.Fact, name string) *fact.Receipt {
	gross := f.Body.(*fact.Receipt).Gross.Decimal
	for _, other := range p.Customer.Receipts {
		o := other.Body.(*fact.Receipt)
		if other.Name() == name && other.Date <= f.Date && o.Bill.S != "" && o.Gross.Equal(gross) {
			return o
		}
	}
	return nil
}

func target(p *validate.Pass, f *fold.Fact, a fact.ReceiptAllocations) {
	for _, d := range p.Customer.Deals {
		if d.ID != a.Deal.S {
			continue
		}
		if hidden(d.Findings) {
			return // the order may be in the file that cannot be read
		}
		for _, o := range d.Orders {
			if o.Name != a.Order.S {
				continue
			}
			for _, i := range o.Instalments {
				if i.Name == a.Instalment.S {
					return
				}
			}
			p.Report(nil, diag.Diagnostic{Rule: "receipt/unknown-instalment", Span: f.Span(a.Instalment.At), Args: diag.Args{
				"instalment": a.Instalment.S, "order": o.Name, "known": instalments(o)}})
			return
		}
		p.Report(nil, diag.Diagnostic{Rule: "receipt/unknown-order", Span: f.Span(a.Order.At), Args: diag.Args{"order": a.Order.S, "deal": d.ID}})
		return
	}
	p.Report(nil, diag.Diagnostic{Rule: "receipt/unknown-deal", Span: f.Span(a.Deal.At), Args: diag.Args{"deal": a.Deal.S, "customer": p.Customer.ID}})
}

func instalments(o *fold.Order) []string {
	var names []string
	for _, i := range o.Instalments {
		names = append(names, i.Name)
	}
	return names
}

// overpaid refuses allocations beyond what an instalment was worth before goods
// came back; the rest of a bank line stands as prepayment.
func overpaid(p *validate.Pass) {
	for _, d := range p.Customer.Deals {
		for _, o := range d.Orders {
			for _, i := range o.Instalments {
				got := o.Received(i.Name, p.Company.AsOf)
				if got.LessThanOrEqual(i.Full) || o.Void() {
					continue
				}
				last := lastAllocation(o, i.Name)
				p.Report(nil, diag.Diagnostic{Rule: "receipt/overpaid", Span: last.Receipt.Span(last.Body.Allocations[last.Index].Amount.At), Args: diag.Args{
					"instalment": i.Name, "order": o.Name, "received": got, "amount": i.Full}})
			}
		}
	}
}

// partial refuses what leaves an instalment open, where policy does not allow
// partial payment (G-35).
func partial(p *validate.Pass) {
	if p.Company.Policy.Orders.PartialPayment.S == "allowed" {
		return
	}
	for _, d := range p.Customer.Deals {
		for _, o := range d.Orders {
			for _, a := range o.Allocations {
				partialAllocation(p, o, a)
			}
		}
	}
}

func partialAllocation(p *validate.Pass, o *fold.Order, a fold.Allocation) {
	for _, i := range o.Instalments {
		open := o.Open(i, a.On)
		if i.Name == a.Instalment && open.IsPositive() {
			p.Report(nil, diag.Diagnostic{Rule: "receipt/partial", Span: a.Receipt.Span(a.Body.Allocations[a.Index].Amount.At), Args: diag.Args{
				"instalment": i.Name, "order": o.Name, "open": open}})
		}
	}
}

func lastAllocation(o *fold.Order, instalment string) fold.Allocation {
	var last fold.Allocation
	for _, a := range o.Allocations {
		if a.Instalment == instalment && (last.Receipt == nil || a.On >= last.On) {
			last = a
		}
	}
	return last
}
