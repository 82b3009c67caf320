package site

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// bid is one bid of a round of an internal tender.
type bid struct {
	Place, Team, Points, Commission string
	Won                             bool
}

// bids ranks the bids of a round; equal points share a place. Before the first
// score nobody has one.
func (m *Model) bids(i *fold.Instance) []bid {
	award, _ := fold.Last[fact.TenderAward](i)
	scored := len(fold.All[fact.TenderScore](i)) > 0
	ranking := i.Ranking(m.Company)
	out := make([]bid, len(ranking))
	for k, r := range ranking {
		out[k] = bid{Team: r.Team.Name, Commission: r.Bid.Commission.Text}
		out[k].Won = award != nil && m.Company.Roster.Team(award.Team.S) == r.Team
		if !scored {
			continue
		}
		out[k].Points, out[k].Place = r.Mean.FloatString(2), quantity(decimal.NewFromInt(int64(k+1)))
		if k > 0 && r.Mean.Cmp(ranking[k-1].Mean) == 0 {
			out[k].Place = out[k-1].Place
		}
	}
	return out
}

// order is one order: its goods and its money.
type order struct {
	Name, CustomerOrder string
	Void                bool
	DeliverBy           value.Day
	Total               money
	Open, Overdue       money
	Lines               []line
	Instalments         []instalment
}

type line struct {
	Item                                 string
	Price                                money
	Ordered, Shipped, Accepted, Returned string
}

type instalment struct {
	Name                            string
	Due                             value.Day
	Amount, Received, Settled, Open money
	Overdue, Paid, Retention        bool
}

func (m *Model) order(o *fold.Order, currency string) order {
	in := func(d decimal.Decimal) money { return money{d, currency} }
	grace := value.Day(m.Company.Policy.Schedule.GraceDays.N)
	x := order{
		Name: o.Name, Void: o.Void(), DeliverBy: o.DeliverBy, Total: in(o.Total()),
		Open: in(o.Balance(m.AsOf)), Overdue: in(o.Overdue(m.AsOf, grace)),
	}
	if o.Body != nil {
		x.CustomerOrder = o.Body.CustomerOrder.S
	}
	for _, l := range o.Lines {
		x.Lines = append(x.Lines, line{
			Item: l.Item, Price: in(l.Price), Ordered: quantity(l.Ordered), Shipped: quantity(l.Shipped),
			Accepted: quantity(l.Accepted), Returned: quantity(l.Returned),
		})
	}
	for _, i := range o.Instalments {
		open := o.Open(i, m.AsOf)
		x.Instalments = append(x.Instalments, instalment{
			Name: i.Name, Due: i.Due, Retention: i.Retention, Amount: in(i.Amount), Received: in(o.Received(i.Name, m.AsOf)),
			Settled: in(i.Settled.Add(i.WrittenOff)), Open: in(open), Paid: open.IsZero(),
			Overdue: !o.Void() && open.IsPositive() && i.Due != 0 && i.Due+grace < m.AsOf,
		})
	}
	return x
}

// receipt is the part of a bank line that pays this deal.
type receipt struct {
	On                       value.Day
	Payer, Order, Instalment string
	Kind                     diag.Term
	Amount, Gross            money
	Matures                  value.Day // while a bill does not count as money yet
	Dishonoured              value.Day
	File                     string
}

func (m *Model) receipts(d *fold.Deal) []receipt {
	var out []receipt
	for _, o := range d.Orders {
		for _, a := range o.Allocations {
			r := receipt{
				On: a.On, Payer: a.Body.Payer.S, Order: o.Name, Instalment: a.Instalment, Kind: diag.Term("word." + a.Body.Kind.S),
				Amount: money{a.Amount, d.Currency}, Gross: money{a.Body.Gross.Decimal, d.Currency}, Dishonoured: a.Until, File: a.Receipt.Path,
			}
			if a.Earns > m.AsOf {
				r.Matures = a.Earns
			}
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b receipt) int { return cmp.Or(cmp.Compare(a.On, b.On), strings.Compare(a.File, b.File)) })
	return out
}
