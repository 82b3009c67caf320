package bonus

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// receipt is one allocation of money to an order, in the order of its date.
type receipt struct {
	order *fold.Order
	again int // allocations of the same receipt to the same instalment before it
	fold.Allocation
}

// contract accumulates what the formal contract of a deal has paid so far. A
// new version of its terms goes on counting from there.
type contract struct {
	net      *big.Rat        // cumulative net receipts, for the ladder
	paid     decimal.Decimal // for the cap
	deducted map[string]decimal.Decimal
	credited map[*fold.Order]decimal.Decimal
	years    map[int]decimal.Decimal // gross receipts, for the baseline
}

// commissions pays the formal contract's rate on money received, net of tax
// and of what was credited (4.1-N4, GD-14, G-17). A receipt belongs to the day
// on which it counts as money: the terms in force on that day apply. Money of
// before the formal contract or before an import earns nothing, nor does money
// that comes after the deal has died (GD-15).
func commissions(c *fold.Company, d *fold.Deal) []Line {
	ct := &contract{
		net: new(big.Rat), paid: paidBefore(d), deducted: deductions(c, d),
		credited: map[*fold.Order]decimal.Decimal{}, years: map[int]decimal.Decimal{},
	}
	var out []Line
	for _, r := range receiptsOf(d, c.AsOf) {
		kept := ct.uncredited(r)
		counted := ct.increment(c, d, r, kept)
		terms, file := inForce(d, r.Earns)
		if terms == nil || !counted.IsPositive() || !earns(d, r) {
			continue
		}
		line := ct.line(d, r, counted, terms, file)
		line.explain(r.Amount, kept, counted)
		line.State, line.On, line.Reason, line.Args = accrual(c, terms, r)
		line.Key = Key{Fact: part(r.order.File.Path, r.order.Name, r.Instalment), Receipt: nth(r.Receipt.Path, r.again)}
		out = append(out, shared(c, line, line.Whole, terms.Shares, accrues(c, line))...)
	}
	return out
}

// paidBefore is what an import says was paid before it: it counts for the cap.
func paidBefore(d *fold.Deal) decimal.Decimal {
	if d.Import == nil {
		return decimal.Zero
	}
	return d.Import.Body.(*fact.Import).CommissionPaid.Decimal
}

// deductions sums by order what the customer was allowed to deduct.
func deductions(c *fold.Company, d *fold.Deal) map[string]decimal.Decimal {
	sums := map[string]decimal.Decimal{}
	fold.Each(d, c.AsOf, func(b *fact.OrderDeduction, f *fold.Fact) {
		sums[f.Instance] = sums[f.Instance].Add(b.Amount.Decimal)
	})
	return sums
}

// earns reports whether a receipt came while a formal contract was in force.
func earns(d *fold.Deal, r receipt) bool {
	if d.Import != nil && r.On < d.Import.Date {
		return false
	}
	since := d.FormalSince()
	return since != 0 && since <= r.Earns && !d.DeadBefore(r.Earns)
}

// receiptsOf lists the deal's receipts that were not dishonoured.
func receiptsOf(d *fold.Deal, asOf value.Day) []receipt {
	var all []receipt
	for _, o := range d.Orders {
		for _, a := range o.Allocations {
			if a.Holds(asOf) && !o.Void() && o.File != nil {
				all = append(all, receipt{order: o, Allocation: a})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b receipt) int {
		return cmp.Or(cmp.Compare(a.Earns, b.Earns), cmp.Compare(a.Receipt.Path, b.Receipt.Path), cmp.Compare(a.Index, b.Index))
	})
	enumerate(all)
	return all
}

// enumerate tells the parts of one receipt for the same instalment apart.
func enumerate(all []receipt) {
	type same struct {
		path, order, instalment string
	}
	count := map[same]int{}
	for i, r := range all {
		k := same{r.Receipt.Path, r.order.Name, r.Instalment}
		all[i].again = count[k]
		count[k]++
	}
}

// accrues is the day on which a line's shares are counted: of what waits, as
// far as one can see today.
func accrues(c *fold.Company, l Line) value.Day {
	if l.State == Waiting {
		return max(l.On, c.AsOf)
	}
	return l.On
}

// uncredited is the part of a receipt up to the order's price after returns and
// deductions: what was paid for goods that came back is no basis.
func (ct *contract) uncredited(r receipt) decimal.Decimal {
	price := r.order.Total().Sub(ct.deducted[r.order.Name])
	left := decimal.Max(price.Sub(ct.credited[r.order]), decimal.Zero)
	ct.credited[r.order] = ct.credited[r.order].Add(r.Amount)
	return decimal.Min(r.Amount, left)
}

// increment leaves of a receipt for continued development only what lies above
// the recorded baseline of the year, unless policy counts all of it (TD-08).
func (ct *contract) increment(c *fold.Company, d *fold.Deal, r receipt, amount decimal.Decimal) decimal.Decimal {
	year := r.Earns.Year()
	before := ct.years[year]
	ct.years[year] = before.Add(amount)
	if c.PlanOn(r.Earns).Commission.Development.S == "all" || r.order.Body == nil || r.order.Body.Development.S == "" {
		return amount
	}
	n, _ := fold.Last[fact.DevelopmentNegotiation](d.Instance("development", r.order.Body.Development.S))
	if n == nil {
		return amount // a new product has no baseline
	}
	above := ct.years[year].Sub(decimal.Max(n.Baseline.Decimal, before))
	return decimal.Max(decimal.Min(above, amount), decimal.Zero)
}

// inForce finds the terms that apply on a day, nil when there are none.
func inForce(d *fold.Deal, day value.Day) (terms *fact.TermsFormal, file *fold.Fact) {
	fold.Each(d, day, func(b *fact.TermsFormal, f *fold.Fact) { terms, file = b, f })
	if terms != nil && terms.Until.Day != 0 && day > terms.Until.Day {
		return nil, nil
	}
	return terms, file
}

// line computes what a receipt earns in all: exact up to one rounding.
func (ct *contract) line(d *fold.Deal, r receipt, gross decimal.Decimal, t *fact.TermsFormal, file *fold.Fact) Line {
	tax, taxText, taxSource := taxOf(r.order)
	net := new(big.Rat).Quo(gross.Rat(), new(big.Rat).Add(big.NewRat(1, 1), tax))
	line := Line{
		Kind: Commission, Deal: d, Clause: "4.1-N4", Row: "TM-22", Basis: gross, Tax: taxText, Net: net, Currency: d.Currency,
		What: "bonus.receipt", Detail: r.order.Name + " / " + r.Instalment + " / " + r.Receipt.Suffix,
		Sources: []Source{at(r.Receipt, r.Body.Allocations[r.Index].Amount.At), at(file, termsPos(t)), taxSource},
	}
	exact := ct.commission(t, net, &line)
	ct.net.Add(ct.net, net)
	line.Whole = ct.capped(t, fold.RoundRat(exact, d.Currency), &line)
	return line
}

// taxOf is the tax that an order's prices contain, as a rate and as written.
func taxOf(o *fold.Order) (*big.Rat, string, Source) {
	if o.Body != nil {
		return o.Body.TaxRate.Rat(), o.Body.TaxRate.Text, at(o.File, o.Body.TaxRate.At)
	}
	for _, old := range o.File.Body.(*fact.Import).Orders {
		if old.Order.S == o.Name {
			return old.TaxRate.Rat(), old.TaxRate.Text, at(o.File, old.TaxRate.At)
		}
	}
	return new(big.Rat), "", at(o.File, diag.Pos{})
}

func termsPos(t *fact.TermsFormal) diag.Pos {
	if t.Rate.Set() {
		return t.Rate.At
	}
	return t.Ladder[0].Rate.At
}

// commission applies the single rate, or the ladder's marginal rates to the
// part of the receipt that falls on each of its steps; limits are inclusive.
func (ct *contract) commission(t *fact.TermsFormal, net *big.Rat, line *Line) *big.Rat {
	if t.Rate.Set() {
		line.Rate = t.Rate.Text
		return new(big.Rat).Mul(net, t.Rate.R)
	}
	total, to, low := new(big.Rat), new(big.Rat).Add(ct.net, net), new(big.Rat)
	var rates []string
	for _, step := range t.Ladder {
		high := to
		if step.UpTo.Set && step.UpTo.Rat().Cmp(to) < 0 {
			high = step.UpTo.Rat()
		}
		if begin := later(ct.net, low); high.Cmp(begin) > 0 {
			part := new(big.Rat).Sub(high, begin)
			total.Add(total, new(big.Rat).Mul(part, step.Rate.R))
			rates = append(rates, step.Rate.Text)
			line.note("bonus.note.step", diag.Args{"net": fold.RoundRat(part, line.Currency), "rate": step.Rate.Text})
		}
		low = step.UpTo.Rat()
	}
	line.Rate = strings.Join(rates, " + ")
	return total
}

func later(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) < 0 {
		return b
	}
	return a
}

// capped keeps what the contract pays in all within its cap.
func (ct *contract) capped(t *fact.TermsFormal, total decimal.Decimal, line *Line) decimal.Decimal {
	if t.Cap.Set {
		left := decimal.Max(t.Cap.Sub(ct.paid), decimal.Zero)
		if total.GreaterThan(left) {
			line.note("bonus.note.capped", diag.Args{"cap": t.Cap.Decimal, "full": total})
			total = left
		}
	}
	ct.paid = ct.paid.Add(total)
	return total
}

// explain says why not all of a receipt counts.
func (l *Line) explain(received, kept, counted decimal.Decimal) {
	if kept.LessThan(received) {
		l.note("bonus.note.credited", diag.Args{"received": received, "kept": kept})
	}
	if counted.LessThan(kept) {
		l.note("bonus.note.baseline", diag.Args{"received": kept, "counted": counted})
	}
}

// accrual says when a receipt's commission becomes payable: when the order is
// fully paid, retention not yet due left aside, or per receipt where the terms
// say so; a bill not before it matures (G-17).
func accrual(c *fold.Company, t *fact.TermsFormal, r receipt) (State, value.Day, string, diag.Args) {
	mode := t.Accrual.S
	if mode == "" {
		mode = c.PlanOn(r.Earns).Commission.Accrual.S
	}
	paid := r.order.PaidInFullOn(c.AsOf)
	switch {
	case r.Earns > c.AsOf:
		return Waiting, r.Earns, "bonus.waits-maturity", diag.Args{"date": r.Earns}
	case mode == "receipt":
		return Payable, r.Earns, "bonus.received", nil
	case r.order.Confirmed == 0:
		return Waiting, r.Earns, "bonus.waits-acceptance", diag.Args{"order": r.order.Name}
	case paid == 0:
		return Waiting, r.Earns, "bonus.waits-payment", diag.Args{"order": r.order.Name, "amount": r.order.Unearned(c.AsOf)}
	}
	return Payable, max(paid, r.Earns), "bonus.order-paid", diag.Args{"order": r.order.Name, "date": paid}
}
