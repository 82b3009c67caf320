package demo

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// instalment is one part of an order's price, and when it is due.
type instalment struct {
	name, share  string
	after        string // the event that the due date counts from
	days, months int
	monthEnd     bool
	retention    bool
}

// paymentTerms are the ways in which customers pay.
var paymentTerms = [][]instalment{
	{{name: "prepayment", share: "30%", after: "confirmation", days: 7}, {name: "balance", share: "70%", after: "acceptance", days: 30}},
	{{name: "full", share: "100%", after: "acceptance", days: 45}},
	{{name: "full", share: "100%", after: "invoice", months: 1, monthEnd: true}},
	{{name: "prepayment", share: "1/3", after: "confirmation", days: 10}, {name: "on-shipment", share: "1/3", after: "shipment", days: 15}, {name: "balance", share: "1/3", after: "acceptance", days: 30}},
	{{name: "prepayment", share: "30%", after: "confirmation", days: 7}, {name: "balance", share: "65%", after: "acceptance", days: 30}, {name: "retention", share: "5%", after: "acceptance", months: 12, retention: true}},
}

// order is an order in the making.
type order struct {
	n            int // of the deal's orders
	name, folder string
	lines        []line
	taxRate      string
	terms        []instalment
	confirmed    value.Day
	shipped      value.Day
	accepted     value.Day
	invoiced     value.Day
	received     int // instalments, retention left aside
}

type line struct {
	item     string
	quantity int
	price    yuan
}

func (o *order) total() yuan {
	var sum yuan
	for _, l := range o.lines {
		sum += yuan(l.quantity) * l.price
	}
	return sum
}

func (o *order) quantity() int {
	n := 0
	for _, l := range o.lines {
		n += l.quantity
	}
	return n
}

// amounts splits the total over the instalments; the last takes the rounding.
func (o *order) amounts() []yuan {
	rest := o.total()
	amounts := make([]yuan, len(o.terms))
	for i, t := range o.terms {
		share, err := value.ParseFraction(t.share)
		if err != nil {
			panic(err) // the shares are constants
		}
		amounts[i] = rounded(new(big.Rat).Mul(big.NewRat(int64(o.total()), 100), share))
		if i == len(o.terms)-1 {
			amounts[i] = rest
		}
		rest -= amounts[i]
	}
	return amounts
}

// rounded is an amount to the fen.
func rounded(r *big.Rat) yuan { return yuan(fold.RoundRat(r, "CNY").Shift(2).IntPart()) }

// tax takes the tax out of an amount that includes it.
func (o *order) tax(gross yuan) (net, tax yuan) {
	rate, err := value.ParseFraction(o.taxRate)
	if err != nil {
		panic(err) // the rates are constants
	}
	with := new(big.Rat).Add(big.NewRat(1, 1), rate)
	net = rounded(new(big.Rat).Quo(decimal.New(int64(gross), -2).Rat(), with))
	return net, gross - net
}

// due is the day on which an instalment is due; its event has happened.
func (o *order) due(t instalment) value.Day {
	from := map[string]value.Day{
		"confirmation": o.confirmed, "shipment": o.shipped, "acceptance": o.accepted, "invoice": o.invoiced,
	}[t.after]
	if t.monthEnd {
		from = from.MonthEnd()
	}
	return from.AddMonths(t.months) + value.Day(t.days)
}

// instalmentRows lists the instalments as an order file does.
func (o *order) instalmentRows() []row {
	var rows []row
	for _, t := range o.terms {
		r := row{"name", t.name, "share", t.share, "after", t.after}
		if t.days > 0 {
			r = append(r, "days", t.days)
		}
		if t.months > 0 {
			r = append(r, "months", t.months)
		}
		if t.monthEnd {
			r = append(r, "month-end", "yes")
		}
		if t.retention {
			r = append(r, "retention", "yes")
		}
		rows = append(rows, r)
	}
	return rows
}

// lineRows lists what is ordered.
func (o *order) lineRows() []row {
	var rows []row
	for _, l := range o.lines {
		rows = append(rows, row{"item", l.item, "quantity", l.quantity, "price", l.price})
	}
	return rows
}

// part lists the share of each line that a shipment carries: of two parts the
// first or the second half, of one all of it.
func (o *order) part(i, parts int) []row {
	var rows []row
	for _, l := range o.lines {
		n := l.quantity * (i + 1) / parts
		rows = append(rows, row{"item", l.item, "quantity", n - l.quantity*i/parts})
	}
	return rows
}
