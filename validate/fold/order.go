package fold

import (
	"cmp"
	"math/big"

	"github.com/shopspring/decimal"
	"golang.org/x/text/currency"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// Order is what the facts of one order's folder add up to: quantities on the
// delivery side, instalments and receipts on the money side.
type Order struct {
	Name        string
	Deal        *Deal
	File        *Fact // the order, or the import that brought it
	Body        *fact.Order
	Lines       []Line
	TaxRate     *big.Rat
	DeliverBy   value.Day
	Confirmed   value.Day
	Shipped     value.Day // first shipment
	AcceptedOn  value.Day // everything accepted
	Invoiced    value.Day // first invoice
	Invoices    []*Fact
	Instalments []Instalment
	Allocations []Allocation
	Claims      []Claim
	books       []book // by date
	imported    bool
	voided      bool
}

// Line is one ordered item and what became of it.
type Line struct {
	Item                                                  string
	Ordered, Price, Shipped, Accepted, Rejected, Returned decimal.Decimal
	Produced                                              decimal.Decimal
}

// Wanted is the quantity that still counts as ordered.
func (l Line) Wanted() decimal.Decimal { return l.Ordered.Sub(l.Returned) }

// Instalment is one part of the price with its due date.
type Instalment struct {
	Name       string
	Amount     decimal.Decimal
	Full       decimal.Decimal // before goods came back
	Due        value.Day       // 0 while the event it counts from has not happened
	Retention  bool
	Settled    decimal.Decimal // deductions and small differences: no longer owed
	WrittenOff decimal.Decimal // owed, but no longer collected
	rule       *fact.OrderInstalments
}

// Allocation is the part of a receipt that pays an instalment.
type Allocation struct {
	Receipt    *Fact
	Body       *fact.Receipt
	Instalment string
	Amount     decimal.Decimal
	On         value.Day // received
	Earns      value.Day // counts as money: at once, or when a bill matures
	Until      value.Day // dishonoured on, 0 if never
	Index      int       // among the receipt's allocations
	Refused    *Fact     // the dishonour of the bill, nil if there was none
	Sold       *Fact     // the discount of the bill, nil if there was none
}

// Claim is a compensation asked of the customer for arrears.
type Claim struct {
	Fact             *Fact
	Amount, Received decimal.Decimal
	Open             bool
}

// MinorDigits is the number of decimals of a currency's smallest unit.
func MinorDigits(code string) int32 {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return 2
	}
	scale, _ := currency.Standard.Rounding(unit)
	return int32(scale)
}

// RoundRat rounds half away from zero to a currency's smallest unit.
func RoundRat(r *big.Rat, code string) decimal.Decimal {
	d, err := decimal.NewFromString(r.FloatString(int(MinorDigits(code))))
	if err != nil {
		panic(err) // FloatString writes plain digits
	}
	return d
}

// order finds the book of an order, and opens it.
func (e *engine) order(name string) *Order {
	for _, o := range e.d.Orders {
		if o.Name == name {
			return o
		}
	}
	o := &Order{Name: name, Deal: e.d, Allocations: e.allocations[name]}
	e.d.Orders = append(e.d.Orders, o)
	return o
}

// importOrders opens the orders that an import brings with their balance.
func (e *engine) importOrders(f *Fact, b *fact.Import) {
	for _, in := range b.Orders {
		o := e.ensure("payment", in.Order.S).Order
		o.File, o.imported, o.TaxRate = f, true, in.TaxRate.Rat()
		o.Confirmed, o.AcceptedOn = f.Date, f.Date
		o.Instalments = []Instalment{{Name: "balance", Amount: in.Balance.Decimal, Full: in.Balance.Decimal, Due: in.Due.Day}}
		o.keep(f.Date)
		delivery := e.d.Instance("order", in.Order.S)
		delivery.State, delivery.Since = "accepted_by_customer", e.today
		e.derive(e.d.Instance("payment", in.Order.S))
	}
}

// note adds one fact of the order's folder to the book.
func (o *Order) note(f *Fact) {
	switch b := f.Body.(type) {
	case *fact.Order:
		o.File, o.Body, o.TaxRate, o.DeliverBy = f, b, b.TaxRate.Rat(), b.DeliverBy.Day
		o.Lines = linesOf(b.Lines)
	case *fact.OrderAmendment:
		if len(b.Lines) > 0 {
			o.Lines = linesOf(b.Lines)
		}
		o.DeliverBy = cmp.Or(b.DeliverBy.Day, o.DeliverBy)
	case *fact.OrderRescheduleAnswer:
		o.DeliverBy = cmp.Or(b.DeliverBy.Day, o.DeliverBy)
		o.voided = o.voided || b.Answer.S == "refused"
	case *fact.OrderVoid:
		o.voided = true
	case *fact.OrderConfirmation:
		o.Confirmed = f.Date
	case *fact.OrderShipment:
		o.Shipped = cmp.Or(o.Shipped, f.Date)
		o.count(quantitiesOf(b.Lines), func(l *Line) *decimal.Decimal { return &l.Shipped })
	case *fact.OrderGoodsReceived:
		o.count(quantitiesOf(b.Lines), func(l *Line) *decimal.Decimal { return &l.Accepted })
	case *fact.OrderRejection:
		o.reject(quantitiesOf(b.Lines))
	case *fact.OrderReturn:
		o.takeBack(quantitiesOf(b.Lines))
	case *fact.OrderInvoice:
		o.Invoiced = cmp.Or(o.Invoiced, f.Date)
		o.Invoices = append(o.Invoices, f)
	case *fact.OrderDeduction, *fact.OrderSmallDifference, *fact.OrderWriteOff:
		o.settle(f.Body)
	case *fact.OrderClaim:
		o.Claims = append(o.Claims, Claim{Fact: f, Amount: b.Amount.Decimal, Open: true})
	case *fact.OrderClaimSettled:
		o.settleClaim(b)
	}
	if o.AcceptedOn == 0 && o.AllAccepted() {
		o.AcceptedOn = f.Date
	}
	o.schedule()
	o.keep(f.Date)
}

// linesOf are the lines of an order or of its amendment, which are alike.
func linesOf[T fact.OrderLines | fact.OrderAmendmentLines](lines []T) []Line {
	out := make([]Line, len(lines))
	for i, l := range lines {
		ordered := fact.OrderLines(l)
		out[i] = Line{Item: ordered.Item.S, Ordered: ordered.Quantity.Decimal, Price: ordered.Price.Decimal}
	}
	return out
}

// Quantity is how much of an item a fact names.
type Quantity struct {
	Item string
	N    value.Amount
	At   value.Text
}

func quantitiesOf[T fact.OrderShipmentLines | fact.OrderGoodsReceivedLines | fact.OrderRejectionLines | fact.OrderReturnLines](lines []T) []Quantity {
	out := make([]Quantity, len(lines))
	for i, l := range lines {
		q := fact.OrderShipmentLines(l)
		out[i] = Quantity{Item: q.Item.S, N: q.Quantity, At: q.Item}
	}
	return out
}

func (o *Order) line(item string) *Line {
	for i := range o.Lines {
		if o.Lines[i].Item == item {
			return &o.Lines[i]
		}
	}
	return nil
}

func (o *Order) count(qs []Quantity, of func(*Line) *decimal.Decimal) {
	for _, q := range qs {
		if l := o.line(q.Item); l != nil {
			n := of(l)
			*n = n.Add(q.N.Decimal)
		}
	}
}

// reject moves goods back to what is still to be shipped.
func (o *Order) reject(qs []Quantity) {
	o.count(qs, func(l *Line) *decimal.Decimal { return &l.Rejected })
	for _, q := range qs {
		if l := o.line(q.Item); l != nil {
			l.Accepted = decimal.Max(l.Accepted.Sub(decimal.Max(q.N.Decimal.Sub(l.Shipped.Sub(l.Accepted)), decimal.Zero)), decimal.Zero)
			l.Shipped = decimal.Max(l.Shipped.Sub(q.N.Decimal), decimal.Zero)
		}
	}
	o.AcceptedOn = 0
}

// takeBack ends the order of goods that came back for good. What was rejected
// before has already left the shipped quantity.
func (o *Order) takeBack(qs []Quantity) {
	for _, q := range qs {
		l := o.line(q.Item)
		if l == nil {
			continue
		}
		fromRejected := decimal.Min(q.N.Decimal, l.Rejected)
		rest := q.N.Decimal.Sub(fromRejected)
		l.Rejected = l.Rejected.Sub(fromRejected)
		l.Returned = l.Returned.Add(q.N.Decimal)
		l.Shipped = decimal.Max(l.Shipped.Sub(rest), decimal.Zero)
		l.Accepted = decimal.Min(l.Accepted, l.Shipped)
	}
}

// AllAccepted reports whether every quantity still wanted was accepted.
func (o *Order) AllAccepted() bool {
	for _, l := range o.Lines {
		if l.Accepted.LessThan(l.Wanted()) {
			return false
		}
	}
	return len(o.Lines) > 0 && o.Shipped != 0
}

// settle takes an amount off what is to be collected of an instalment.
func (o *Order) settle(b fact.Body) {
	name, amount := settlement(b)
	i := o.instalment(name.S)
	if i == nil {
		return
	}
	if _, lost := b.(*fact.OrderWriteOff); lost {
		i.WrittenOff = i.WrittenOff.Add(amount.Decimal)
	} else {
		i.Settled = i.Settled.Add(amount.Decimal)
	}
}

// settlement is how much of which instalment a fact gives up.
func settlement(b fact.Body) (instalment value.Text, amount value.Amount) {
	switch b := b.(type) {
	case *fact.OrderDeduction:
		return b.Instalment, b.Amount
	case *fact.OrderSmallDifference:
		return b.Instalment, b.Amount
	case *fact.OrderWriteOff:
		return b.Instalment, b.Amount
	}
	return value.Text{}, value.Amount{}
}

func (o *Order) instalment(name string) *Instalment {
	for i := range o.Instalments {
		if o.Instalments[i].Name == name {
			return &o.Instalments[i]
		}
	}
	return nil
}

func (o *Order) settleClaim(b *fact.OrderClaimSettled) {
	for i := range o.Claims {
		if o.Claims[i].Open {
			o.Claims[i].Open, o.Claims[i].Received = false, b.Amount.Decimal
			return
		}
	}
}

// Total is the price with tax of what is still wanted.
func (o *Order) Total() decimal.Decimal { return o.price(Line.Wanted) }

// Full is the price with tax before goods came back.
func (o *Order) Full() decimal.Decimal {
	return o.price(func(l Line) decimal.Decimal { return l.Ordered })
}

func (o *Order) price(quantity func(Line) decimal.Decimal) decimal.Decimal {
	if o.imported {
		return o.Instalments[0].Amount
	}
	sum := decimal.Zero
	for _, l := range o.Lines {
		sum = sum.Add(quantity(l).Mul(l.Price))
	}
	return RoundRat(sum.Rat(), o.Deal.Currency)
}

// schedule splits the total over the instalments; the last takes the rounding,
// so that they sum to the total.
func (o *Order) schedule() {
	if o.Body == nil {
		return
	}
	before := o.Instalments
	amounts, full := o.split(o.Total()), o.split(o.Full())
	o.Instalments = nil
	for k := range o.Body.Instalments {
		rule := &o.Body.Instalments[k]
		i := Instalment{Name: rule.Name.S, Amount: amounts[k], Full: full[k], Due: o.due(rule), Retention: rule.Retention.S == "yes", rule: rule}
		if k < len(before) {
			i.Settled, i.WrittenOff = before[k].Settled, before[k].WrittenOff
		}
		o.Instalments = append(o.Instalments, i)
	}
}

func (o *Order) split(total decimal.Decimal) []decimal.Decimal {
	parts, rest := make([]decimal.Decimal, len(o.Body.Instalments)), total
	for k := range parts {
		parts[k] = RoundRat(new(big.Rat).Mul(total.Rat(), o.Body.Instalments[k].Share.Rat()), o.Deal.Currency)
		if k == len(parts)-1 {
			parts[k] = rest
		}
		rest = rest.Sub(parts[k])
	}
	return parts
}

// due counts an instalment's due date from its event, 0 before that.
func (o *Order) due(rule *fact.OrderInstalments) value.Day {
	base := map[string]value.Day{
		"order": o.File.Date, "confirmation": o.Confirmed, "shipment": o.Shipped,
		"acceptance": o.AcceptedOn, "invoice": o.Invoiced,
	}[rule.After.S]
	if base == 0 {
		return 0
	}
	if rule.MonthEnd.S == "yes" {
		base = base.MonthEnd()
	}
	return base.AddMonths(rule.Months.N) + value.Day(rule.Days.N)
}
