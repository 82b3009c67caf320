package bonus

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// receipt is one allocation of money to an order, in the order of its date.
type receipt struct {
	order *fold.Order
	fold.Allocation
}

// contract accumulates what one formal contract has paid so far.
type contract struct {
	terms *fact.TermsFormal
	file  *fold.Fact
	net   *big.Rat        // cumulative net receipts, for the ladder
	paid  decimal.Decimal // for the cap
}

// commissions pays the formal contract's rate on money received, net of tax
// and of what was credited (4.1-N4, GD-14, G-17). The terms in force on the
// business date of the receipt apply. Money received before the formal
// contract, or before an import, earns nothing.
func commissions(c *fold.Company, d *fold.Deal) []Line {
	var out []Line
	var ct *contract
	credited := map[*fold.Order]decimal.Decimal{}
	years := map[int]decimal.Decimal{}
	for _, r := range receiptsOf(d, c.AsOf) {
		amount := uncredited(r, credited)
		counted := increment(c, d, r, amount, years)
		ct = inForce(d, r.Earns, ct)
		if ct == nil || !counted.IsPositive() || !formalOn(d, r.On) {
			continue
		}
		out = append(out, ct.line(c, d, r, counted)...)
	}
	return out
}

// receiptsOf lists the deal's receipts that were not dishonoured.
func receiptsOf(d *fold.Deal, asOf value.Day) []receipt {
	var all []receipt
	for _, o := range d.Orders {
		for _, a := range o.Allocations {
			if a.Holds(asOf) && !o.Void() {
				all = append(all, receipt{o, a})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b receipt) int {
		return cmp.Or(cmp.Compare(a.Earns, b.Earns), cmp.Compare(a.Receipt.Path, b.Receipt.Path), cmp.Compare(a.Index, b.Index))
	})
	return all
}

// uncredited is the part of a receipt up to the order's price after returns:
// what was paid for goods that came back is no basis.
func uncredited(r receipt, before map[*fold.Order]decimal.Decimal) decimal.Decimal {
	left := decimal.Max(r.order.Total().Sub(before[r.order]), decimal.Zero)
	before[r.order] = before[r.order].Add(r.Amount)
	return decimal.Min(r.Amount, left)
}

// increment leaves of a receipt for continued development only what lies above
// the recorded baseline of the year, unless policy counts all of it (TD-08).
func increment(c *fold.Company, d *fold.Deal, r receipt, amount decimal.Decimal, years map[int]decimal.Decimal) decimal.Decimal {
	year := r.Earns.Year()
	before := years[year]
	years[year] = before.Add(amount)
	if c.Policy.Commission.Development.S == "all" || r.order.Body == nil || r.order.Body.Development.S == "" {
		return amount
	}
	n, _ := fold.Last[fact.DevelopmentNegotiation](d.Instance("development", r.order.Body.Development.S))
	if n == nil {
		return amount // a new product has no baseline
	}
	above := years[year].Sub(decimal.Max(n.Baseline.Decimal, before))
	return decimal.Max(decimal.Min(above, amount), decimal.Zero)
}

// inForce is the contract whose terms apply on a day; a new version of the
// terms goes on counting from the receipts of the last one.
func inForce(d *fold.Deal, day value.Day, before *contract) *contract {
	var terms *fact.TermsFormal
	var file *fold.Fact
	fold.Each(d, day, func(b *fact.TermsFormal, f *fold.Fact) { terms, file = b, f })
	switch {
	case terms == nil || (terms.Until.Day != 0 && day > terms.Until.Day):
		return nil
	case before == nil:
		return &contract{terms: terms, file: file, net: new(big.Rat)}
	}
	before.terms, before.file = terms, file
	return before
}

// formalOn reports whether the formal project contract was in force on a day.
func formalOn(d *fold.Deal, day value.Day) bool {
	if d.Import != nil && day < d.Import.Date {
		return false
	}
	signed := d.Main.On("TM-20")
	return (signed != 0 && signed <= day) || (signed == 0 && d.Import != nil)
}

func (ct *contract) line(c *fold.Company, d *fold.Deal, r receipt, gross decimal.Decimal) []Line {
	tax := r.order.TaxRate
	if tax == nil {
		tax = new(big.Rat)
	}
	net := new(big.Rat).Quo(gross.Rat(), new(big.Rat).Add(big.NewRat(1, 1), tax))
	exact, rate := ct.commission(net)
	ct.net.Add(ct.net, net)
	total := ct.capped(fold.RoundRat(exact, d.Currency))
	line := Line{
		Kind: Commission, Deal: d, Clause: "4.1-N4", Row: "TM-22", Basis: gross, Net: net, Rate: rate, Currency: d.Currency,
		What: "bonus.receipt", Detail: r.order.Name + " / " + r.Instalment + " / " + r.Receipt.Suffix,
		Sources: []Source{at(r.Receipt, r.Body.Allocations[r.Index].Amount.At), at(ct.file, termsPos(ct.terms)), at(r.order.File, taxPos(r.order))},
	}
	line.State, line.On, line.Reason, line.Args = accrual(c, ct.terms, r)
	return shared(c, line, total, ct.terms.Shares)
}

func termsPos(t *fact.TermsFormal) diag.Pos {
	if t.Rate.Set() {
		return t.Rate.At
	}
	return t.Ladder[0].Rate.At
}

func taxPos(o *fold.Order) diag.Pos {
	if o.Body == nil {
		return diag.Pos{}
	}
	return o.Body.TaxRate.At
}

// commission applies the single rate, or the ladder's marginal rates to the
// part of the receipt that falls on each of its steps; limits are inclusive.
func (ct *contract) commission(net *big.Rat) (*big.Rat, string) {
	if ct.terms.Rate.Set() {
		return new(big.Rat).Mul(net, ct.terms.Rate.R), ct.terms.Rate.Text
	}
	sum, from, to := new(big.Rat), new(big.Rat).Set(ct.net), new(big.Rat).Add(ct.net, net)
	text, low := "", new(big.Rat)
	for _, step := range ct.terms.Ladder {
		high := to
		if step.UpTo.Set && step.UpTo.Rat().Cmp(to) < 0 {
			high = step.UpTo.Rat()
		}
		begin := from
		if low.Cmp(from) > 0 {
			begin = low
		}
		if high.Cmp(begin) > 0 {
			part := new(big.Rat).Sub(high, begin)
			sum.Add(sum, part.Mul(part, step.Rate.R))
			text += "+" + step.Rate.Text
		}
		if step.UpTo.Set {
			low = step.UpTo.Rat()
		}
	}
	if text == "" {
		return sum, "0"
	}
	return sum, text[1:]
}

func (ct *contract) capped(total decimal.Decimal) decimal.Decimal {
	if ct.terms.Cap.Set {
		total = decimal.Max(decimal.Min(total, ct.terms.Cap.Sub(ct.paid)), decimal.Zero)
	}
	ct.paid = ct.paid.Add(total)
	return total
}

// accrual says when a receipt's commission becomes payable: when the order is
// fully paid, retention not yet due left aside, or per receipt where the terms
// say so; a bill not before it matures (G-17).
func accrual(c *fold.Company, t *fact.TermsFormal, r receipt) (State, value.Day, string, diag.Args) {
	mode := t.Accrual.S
	if mode == "" {
		mode = c.Policy.Commission.Accrual.S
	}
	if r.Earns > c.AsOf {
		return Waiting, r.Earns, "bonus.waits-maturity", diag.Args{"date": r.Earns}
	}
	if mode == "receipt" {
		return Payable, r.Earns, "bonus.received", nil
	}
	paid := r.order.PaidInFullOn(c.AsOf)
	if paid == 0 {
		return Waiting, r.Earns, "bonus.waits-payment", diag.Args{"order": r.order.Name, "amount": r.order.Balance(c.AsOf)}
	}
	return Payable, max(paid, r.Earns), "bonus.order-paid", diag.Args{"order": r.order.Name}
}
