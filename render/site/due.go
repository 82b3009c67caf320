package site

import (
	"path"
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// due is what is still to be collected of one instalment.
type due struct {
	Deal              *Deal
	Order, Instalment string
	Open              money
	On                value.Day // 0 while the event that it counts from has not happened
	Late              int       // days after its due date
	Overdue           bool      // late by more than the days of grace
	Retention         bool
	Chase             chase
}

// chase is how the arrears of an order were chased, and when they are next.
type chase struct {
	Last, Promised, Next value.Day // 0 where there is none
	Contact, Said        string
	Times                int
	URL                  string      // the forge's form for the next one
	Actors               []diag.Term // who may record the next one
}

// Broken reports whether the day has passed that payment was promised for.
func (c chase) Broken(today value.Day) bool { return c.Promised != 0 && c.Promised < today }

// dues lists what is still to be collected in a deal. What was given up, or
// belongs to an order that is void or not accepted yet, is not.
func (m *Model) dues(d *Deal) []due {
	var out []due
	grace := value.Day(m.Company.Policy.Schedule.GraceDays.N)
	for _, o := range d.Orders {
		if o.Void() || o.Confirmed == 0 {
			continue
		}
		for _, i := range o.Instalments {
			open := o.Open(i, m.AsOf)
			if !open.IsPositive() {
				continue
			}
			x := due{Deal: d, Order: o.Name, Instalment: i.Name, Open: money{open, d.Currency}, On: i.Due, Retention: i.Retention}
			if i.Due != 0 && i.Due < m.AsOf {
				x.Late, x.Overdue = int(m.AsOf-i.Due), i.Due+grace < m.AsOf
			}
			if x.Overdue {
				x.Chase = m.chase(d, o.Name, i.Due+grace+1)
			}
			out = append(out, x)
		}
	}
	return out
}

// chase reads how an order was chased. The next chase is due when a promised
// day has passed, some days after the last chase where nothing was promised,
// and at once where there was none.
func (m *Model) chase(d *Deal, order string, since value.Day) chase {
	c := chase{Next: since}
	run := d.Instance("payment", order)
	c.Times = len(fold.All[fact.OrderChase](run))
	if b, f := fold.Last[fact.OrderChase](run); b != nil {
		c.Last, c.Promised, c.Contact, c.Said = f.Date, b.Promised.Day, b.Contact.S, b.Said.S
		c.Next = f.Date + value.Day(m.Company.Policy.Schedule.ChaseDays.N)
		if c.Promised != 0 {
			c.Next = c.Promised + 1
		}
	}
	for _, n := range d.Next {
		if n.Process == "process.payment" && n.Instance == order && n.Step == "step.order.chase" {
			c.URL, c.Actors = n.URL, n.Actors
		}
	}
	return c
}

// claim is a compensation asked of a customer for arrears.
type claim struct {
	Deal          *Deal
	Order, Term   string
	On            value.Day
	Asked, Gotten money
	Open          bool
}

func (m *Model) claims(d *Deal) []claim {
	var out []claim
	for _, o := range d.Orders {
		for _, c := range o.Claims {
			x := claim{Deal: d, Order: o.Name, On: c.Fact.Date, Asked: money{c.Amount, d.Currency}, Gotten: money{c.Received, d.Currency}, Open: c.Open}
			if b, ok := c.Fact.Body.(*fact.OrderClaim); ok {
				x.Term = b.Term.S
			}
			out = append(out, x)
		}
	}
	return out
}

// bill is a bill of exchange that a customer paid with.
type bill struct {
	Customer   *fold.Customer
	Deals      []*Deal // that it pays, by folder
	Number     string
	Kind       diag.Term
	Amount     money
	On         value.Day
	Matures    value.Day
	Refused    value.Day // dishonoured on
	Discounted value.Day // sold to a bank on
}

// bills lists a customer's bills that have not matured, and those that were
// dishonoured.
func (m *Model) bills(cu *fold.Customer) []bill {
	var out []bill
	at := map[string]int{}
	for _, f := range cu.Receipts {
		b := f.Body.(*fact.Receipt)
		if b.Maturity.Day == 0 || f.Date > m.AsOf {
			continue
		}
		at[f.Path] = len(out)
		x := bill{
			Customer: cu, Deals: m.paidBy(cu, b), Number: b.Bill.S, Kind: diag.Term("word." + b.Kind.S),
			On: f.Date, Matures: b.Maturity.Day, Amount: money{b.Gross.Decimal, m.currency()},
		}
		if len(x.Deals) > 0 {
			x.Amount.Currency = x.Deals[0].Currency
		}
		out = append(out, x)
	}
	for _, f := range cu.Receipts {
		b := f.Body.(*fact.Receipt)
		if k, ok := at[path.Join(path.Dir(f.Path), b.Dishonours.S)]; ok && f.Date <= m.AsOf {
			out[k].Refused = f.Date
		}
		if k, ok := at[path.Join(path.Dir(f.Path), b.Discounts.S)]; ok && f.Date <= m.AsOf {
			out[k].Discounted = f.Date
		}
	}
	return slices.DeleteFunc(out, func(b bill) bool { return b.Matures <= m.AsOf && b.Refused == 0 })
}

// paidBy lists the deals that a receipt pays.
func (m *Model) paidBy(cu *fold.Customer, b *fact.Receipt) []*Deal {
	var out []*Deal
	for _, d := range cu.Deals {
		if slices.ContainsFunc(b.Allocations, func(a fact.ReceiptAllocations) bool { return a.Deal.S == d.ID }) {
			out = append(out, m.byDeal[d])
		}
	}
	return out
}

// currency is the company's own.
func (m *Model) currency() string {
	if p := m.Company.Policy; p != nil {
		return p.Currency.S
	}
	return ""
}
