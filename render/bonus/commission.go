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

// receipt is money that came in for an order: a part of a bank line, or a
// customer's compensation.
type receipt struct {
	order        *fold.Order
	again        int // allocations of the same receipt to the same instalment before it
	compensation bool
	pos          diag.Pos // of the amount
	fold.Allocation
}

// contract accumulates what the formal contract of a deal has paid so far. A
// new version of its terms goes on counting from there.
type contract struct {
	c       *fold.Company
	d       *fold.Deal
	since   value.Day // in force from this day on, 0 if it is not
	terms   []*fold.Fact
	chain   []RateStep
	net     *big.Rat        // cumulative net receipts, for the ladder
	paid    decimal.Decimal // for the cap
	open    map[*fold.Order]decimal.Decimal
	years   map[int]decimal.Decimal // gross receipts, for the baseline
	settled map[*fold.Order]value.Day
}

// commissions pays the formal contract's rate on money received, net of tax
// and of what was credited (4.1-N4, GD-14, G-17). A receipt belongs to the day
// on which it counts as money: the terms in force on that day apply. What earns
// nothing is a due of nothing that says why, so that whoever brought the money
// in is told, and what was paid for it before is taken back with that reason.
func commissions(c *fold.Company, d *fold.Deal) []Line {
	if len(d.Orders) == 0 {
		return nil
	}
	ct := newContract(c, d)
	var all []*earning
	for _, r := range receiptsOf(c, d) {
		all = append(all, ct.earn(r))
	}
	ct.keepToCap(all)
	var out []Line
	for _, e := range all {
		out = append(out, ct.share(e)...)
	}
	return append(out, ct.writtenOff()...)
}

// earning is what one receipt earns, before it is shared.
type earning struct {
	receipt
	line  Line
	terms *fold.Fact
	why   *Note // it earns nothing
}

func newContract(c *fold.Company, d *fold.Deal) *contract {
	ct := &contract{
		c: c, d: d, since: d.FormalSince(), net: new(big.Rat), chain: chainOf(c, d),
		open: prices(c, d), years: map[int]decimal.Decimal{}, settled: map[*fold.Order]value.Day{},
	}
	fold.Each(d, c.AsOf, func(_ *fact.TermsFormal, f *fold.Fact) { ct.terms = append(ct.terms, f) })
	if d.Import != nil {
		b := d.Import.Body.(*fact.Import)
		ct.paid = b.CommissionPaid.Decimal
		ct.net.Set(b.NetReceived.Rat())
	}
	return ct
}

// earn computes what a receipt earns, whatever the cap of the contract is.
func (ct *contract) earn(r receipt) *earning {
	terms, chain := ct.inForce(r.Earns)
	counts := r.Holds(ct.c.AsOf) && !r.order.Void()
	kept, counted := decimal.Zero, decimal.Zero
	if counts {
		kept = ct.uncredited(r)
		counted = ct.increment(r, kept)
	}
	line := ct.line(r, counted, terms, chain)
	if counts && kept.LessThan(r.Amount) {
		line.Sources = append(line.Sources, ct.reductions(r.order)...)
	}
	e := &earning{receipt: r, line: line, terms: terms}
	if e.why = ct.bar(r, terms, kept, counted); e.why != nil {
		return e
	}
	t := terms.Body.(*fact.TermsFormal)
	e.line.explain(r.Amount, kept, counted)
	ct.rate(t, &e.line)
	e.line.State, e.line.On, e.line.Reason, e.line.Args = ct.accrual(t, r)
	return e
}

// share gives everybody his part of what a receipt earns.
func (ct *contract) share(e *earning) []Line {
	if e.why == nil && e.line.Whole.IsZero() {
		e.why = tooLittle(e.terms.Body.(*fact.TermsFormal), e.line)
		e.line.On = e.Earns
	}
	if e.why != nil {
		return ct.nothing(e.line, e.Amount, e.why, e.terms)
	}
	return shared(ct.c, e.line, e.line.Whole, fold.SharesOf(e.terms.Body), accrues(ct.c, e.line))
}

// uncredited is the part of a receipt up to what is left of the order's price
// after returns, deductions and credit notes: what was paid beyond it is no
// basis. Compensation is no part of the price.
func (ct *contract) uncredited(r receipt) decimal.Decimal {
	if r.compensation {
		return r.Amount
	}
	left := ct.open[r.order]
	kept := decimal.Min(r.Amount, decimal.Max(left, decimal.Zero))
	ct.open[r.order] = left.Sub(kept)
	return kept
}

// increment leaves of a receipt for continued development only what lies above
// the recorded baseline of the year, unless the plan counts all of it (TD-08).
// The year is the calendar year in which the money counts, not that of the
// order: money is what commission is paid on, and what was invoiced in December
// and paid in January counts towards the new year, as all that the deal brought
// in then, of older orders too.
func (ct *contract) increment(r receipt, amount decimal.Decimal) decimal.Decimal {
	if r.compensation {
		return amount
	}
	year := r.Earns.Year()
	before := ct.years[year]
	ct.years[year] = before.Add(amount)
	if r.order.Body == nil || r.order.Body.Development.S == "" || ct.c.PlanOn(r.Earns).Commission.Development.S == "all" {
		return amount
	}
	n, _ := fold.Last[fact.DevelopmentNegotiation](ct.d.Instance("development", r.order.Body.Development.S))
	if n == nil {
		return amount // a new product has no baseline
	}
	above := ct.years[year].Sub(decimal.Max(n.Baseline.Decimal, before))
	return decimal.Max(decimal.Min(above, amount), decimal.Zero)
}

// inForce finds the last terms that were agreed by a day, nil when there are
// none; whether they have expired is for bar to say.
func (ct *contract) inForce(day value.Day) (terms *fold.Fact, chain []RateStep) {
	for _, f := range ct.terms {
		if f.Date <= day {
			terms = f
		}
	}
	if terms == nil {
		return nil, nil
	}
	return terms, chainTo(ct.chain, terms)
}

// line is what there is to say about a receipt before its commission is known.
func (ct *contract) line(r receipt, gross decimal.Decimal, terms *fold.Fact, chain []RateStep) Line {
	tax, taxText, taxSource := taxOf(r.order)
	line := Line{
		Kind: Commission, Deal: ct.d, Clause: "4.1-N4", Row: "TM-22", Basis: gross, Tax: taxText, Net: netOf(gross, tax), Currency: ct.d.Currency,
		On: r.Earns, State: Payable, What: "bonus.receipt", Detail: r.order.Name + " / " + r.Instalment + " / " + r.Receipt.Suffix, Chain: chain,
		Sources: []Source{at(r.Receipt, r.pos)}, Key: Key{Fact: part(r.order.File.Path, r.order.Name, r.Instalment), Receipt: nth(r.Receipt.Path, r.again)},
	}
	if r.compensation {
		line.Clause, line.Row, line.What, line.Detail = "4.5-W7.2", "TS-21", "bonus.compensation", r.order.Name
	}
	for _, f := range []*fold.Fact{r.Sold, r.Refused} {
		if f != nil {
			line.Sources = append(line.Sources, at(f, diag.Pos{}))
		}
	}
	if terms != nil {
		line.Sources = append(line.Sources, at(terms, termsPos(terms.Body.(*fact.TermsFormal))))
	}
	line.Sources = append(line.Sources, taxSource)
	return line
}

// netOf takes the tax off an amount, exactly.
func netOf(gross decimal.Decimal, tax *big.Rat) *big.Rat {
	return new(big.Rat).Quo(gross.Rat(), new(big.Rat).Add(big.NewRat(1, 1), tax))
}

// rate computes what a receipt earns in all: exact up to one rounding.
func (ct *contract) rate(t *fact.TermsFormal, line *Line) {
	exact := marginal(t, ct.net, line.Net, line)
	ct.net.Add(ct.net, line.Net)
	line.Whole = fold.RoundRat(exact, ct.d.Currency)
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

// marginal applies the single rate, or the ladder's rates to the part of the
// receipt that falls on each of its steps, after what came in before; limits
// are inclusive.
func marginal(t *fact.TermsFormal, before, net *big.Rat, line *Line) *big.Rat {
	if t.Rate.Set() {
		line.Rate = t.Rate.Text
		return new(big.Rat).Mul(net, t.Rate.R)
	}
	total, to, low := new(big.Rat), new(big.Rat).Add(before, net), new(big.Rat)
	var rates []string
	for _, step := range t.Ladder {
		high := to
		if step.UpTo.Set && step.UpTo.Rat().Cmp(to) < 0 {
			high = step.UpTo.Rat()
		}
		if begin := later(before, low); high.Cmp(begin) > 0 {
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

// keepToCap keeps what the contract pays in all within its cap. It is used up
// in the order in which commission accrues, by what still waits last: what may
// never accrue takes nothing from what has.
func (ct *contract) keepToCap(all []*earning) {
	earned := slices.DeleteFunc(slices.Clone(all), func(e *earning) bool { return e.why != nil })
	slices.SortStableFunc(earned, func(a, b *earning) int {
		if a.line.State != b.line.State {
			return cmp.Compare(waitsLast(a.line.State), waitsLast(b.line.State))
		}
		return cmp.Compare(a.line.On, b.line.On)
	})
	for _, e := range earned {
		e.line.Whole = ct.capped(e.terms.Body.(*fact.TermsFormal), e.line.Whole, &e.line)
	}
}

func waitsLast(s State) int {
	if s == Waiting {
		return 1
	}
	return 0
}

// capped is what the cap leaves of an amount.
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
// say so; a bill not before it counts as money (G-17).
func (ct *contract) accrual(t *fact.TermsFormal, r receipt) (State, value.Day, string, diag.Args) {
	mode := t.Accrual.S
	if mode == "" {
		mode = ct.c.PlanOn(r.Earns).Commission.Accrual.S
	}
	paid := ct.settledOn(r.order)
	switch {
	case r.Earns > ct.c.AsOf:
		return Waiting, r.Earns, "bonus.waits-maturity", diag.Args{"date": r.Earns}
	case mode == "receipt":
		return Payable, r.Earns, "bonus.received", nil
	case r.order.Confirmed == 0:
		return Waiting, r.Earns, "bonus.waits-acceptance", diag.Args{"order": r.order.Name}
	case paid == 0 && r.order.WrittenOff().IsPositive():
		return Waiting, r.Earns, "bonus.waits-written-off", diag.Args{"order": r.order.Name, "amount": r.order.WrittenOff()}
	case paid == 0 && onlyCredited(r.order, ct.d.Currency).IsPositive():
		return Waiting, r.Earns, "bonus.waits-credited", diag.Args{"order": r.order.Name, "amount": r.order.Unearned(ct.c.AsOf), "credited": onlyCredited(r.order, ct.d.Currency)}
	case paid == 0:
		return Waiting, r.Earns, "bonus.waits-payment", diag.Args{"order": r.order.Name, "amount": r.order.Unearned(ct.c.AsOf)}
	}
	if r.Earns > paid {
		return Payable, r.Earns, "bonus.after-payment", diag.Args{"order": r.order.Name, "date": paid, "earns": r.Earns}
	}
	return Payable, paid, "bonus.order-paid", diag.Args{"order": r.order.Name, "date": paid}
}

// settledOn is the day on which an order was paid in full, looked up once.
func (ct *contract) settledOn(o *fold.Order) value.Day {
	on, known := ct.settled[o]
	if !known {
		on = o.PaidInFullOn(ct.c.AsOf)
		ct.settled[o] = on
	}
	return on
}

// accrues is the day on which a line's shares are counted: of what waits, as
// far as one can see today.
func accrues(c *fold.Company, l Line) value.Day {
	if l.State == Waiting {
		return max(l.On, c.AsOf)
	}
	return l.On
}
