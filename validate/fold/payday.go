package fold

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// Pay is what one person is paid on one pay day, in one currency and before
// income tax. Deductions take at most the plan's share of it; what they could
// not take is carried to the next pay day, so that a month which would be
// negative pays nothing and nothing is forgotten.
//
// Two debts are kept apart. What a refund of advances was too much goes back
// out of refunds first, all of it, since the company never pays an advance back
// twice. What is owed of bonuses, penalties among it, is lowered first by what
// gives an earlier deduction back: what was never collected is no bonus now.
type Pay struct {
	Person, Currency string
	Bonus            decimal.Decimal // taxable: rewards and commission
	Refunds          decimal.Decimal // not taxable: advances that come back
	CarriedIn        decimal.Decimal // owed from pay days before
	Owed             decimal.Decimal // clawbacks and penalties of this one
	Netted           decimal.Decimal // of both, what cancels out without being paid or deducted
	Deducted         decimal.Decimal // of both, what is taken from the pay
	Pay              decimal.Decimal
	Carried          decimal.Decimal // still owed afterwards
	CarriedRefunds   decimal.Decimal // of it, refunds that were too much

	refundsOwed decimal.Decimal // of what is owed before the deduction
}

// Plus adds up what two people are paid.
func (p Pay) Plus(q Pay) Pay {
	p.Bonus, p.Refunds = p.Bonus.Add(q.Bonus), p.Refunds.Add(q.Refunds)
	p.CarriedIn, p.Owed, p.Netted = p.CarriedIn.Add(q.CarriedIn), p.Owed.Add(q.Owed), p.Netted.Add(q.Netted)
	p.Deducted, p.Pay = p.Deducted.Add(q.Deducted), p.Pay.Add(q.Pay)
	p.Carried, p.CarriedRefunds = p.Carried.Add(q.Carried), p.CarriedRefunds.Add(q.CarriedRefunds)
	return p
}

// PayLine is what a pay day has to know of a line.
type PayLine struct {
	Person, Currency, Kind, Clause, Fact string
	Amount                               decimal.Decimal
}

// payable is what one person is paid for, whichever receipt it came by.
type payable struct{ person, currency, kind, clause, fact string }

func (l PayLine) payable() payable {
	return payable{l.Person, l.Currency, l.Kind, l.Clause, l.Fact}
}

// purse is what one person has in one currency.
type purse struct{ person, currency string }

// payDay adds up what one pay day pays everybody.
type payDay struct {
	pays   map[purse]*Pay
	owed   map[purse]decimal.Decimal   // of bonuses, from pay days before
	before map[payable]decimal.Decimal // taken by pay days before and not given back
}

// PayDay is what is paid for some lines after the given closings, before
// anything is deducted; ordered by person and currency.
func (c *Company) PayDay(closed []*Payout, lines []PayLine) []Pay {
	d := payDay{pays: map[purse]*Pay{}, owed: map[purse]decimal.Decimal{}}
	d.carryIn(c, closed)
	d.before = c.taken(closed, d.owed)
	gains, losses := bySign(lines)
	back := map[purse]decimal.Decimal{}
	for what, gain := range gains {
		d.gain(what, gain, losses[what], back)
	}
	for what, loss := range losses {
		d.lose(what, loss)
	}
	var out []Pay
	for who, p := range d.pays {
		p.net(decimal.Min(back[who], d.owed[who]))
		out = append(out, *p)
	}
	slices.SortFunc(out, func(a, b Pay) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Currency, b.Currency))
	})
	return out
}

func (d *payDay) of(who purse) *Pay {
	if d.pays[who] == nil {
		d.pays[who] = &Pay{Person: who.person, Currency: who.currency}
	}
	return d.pays[who]
}

// carryIn takes over what people still owed after the last closing.
func (d *payDay) carryIn(c *Company, closed []*Payout) {
	if len(closed) == 0 {
		return
	}
	for _, t := range closed[len(closed)-1].Body.Totals {
		if t.Carried.IsPositive() {
			who := purse{c.personID(t.Person), c.currencyOf(t.Currency)}
			p := d.of(who)
			p.CarriedIn, p.refundsOwed = t.Carried.Decimal, t.CarriedRefunds.Decimal
			d.owed[who] = p.CarriedIn.Sub(p.refundsOwed)
		}
	}
}

// taken is what closings took for each thing and have not given back, of those
// who still owe something.
func (c *Company) taken(closed []*Payout, owed map[purse]decimal.Decimal) map[payable]decimal.Decimal {
	out := map[payable]decimal.Decimal{}
	if len(owed) == 0 {
		return out
	}
	for _, p := range closed {
		sums := map[payable]decimal.Decimal{}
		for _, l := range p.Body.Lines {
			if line := c.PayLine(l); owed[purse{line.Person, line.Currency}].IsPositive() {
				sums[line.payable()] = sums[line.payable()].Add(line.Amount)
			}
		}
		for what, sum := range sums {
			out[what] = decimal.Max(out[what].Sub(sum), decimal.Zero)
		}
	}
	return out
}

// bySign adds up by what they are for the lines that pay and those that take.
func bySign(lines []PayLine) (gains, losses map[payable]decimal.Decimal) {
	gains, losses = map[payable]decimal.Decimal{}, map[payable]decimal.Decimal{}
	for _, l := range lines {
		what := l.payable()
		if l.Amount.IsNegative() {
			losses[what] = losses[what].Sub(l.Amount)
		} else {
			gains[what] = gains[what].Add(l.Amount)
		}
	}
	return gains, losses
}

// gain adds what is paid for one thing: what is taken for the same thing on the
// same day cancels it, and what gives back an earlier deduction is added up
// apart.
func (d *payDay) gain(what payable, gain, loss decimal.Decimal, back map[purse]decimal.Decimal) {
	who := purse{what.person, what.currency}
	p := d.of(who)
	if what.kind == "advance" {
		p.Refunds = p.Refunds.Add(gain)
		return
	}
	same := decimal.Min(gain, loss)
	p.Bonus, p.Netted = p.Bonus.Add(gain).Sub(same), p.Netted.Add(same)
	back[who] = back[who].Add(decimal.Min(gain.Sub(same), d.before[what]))
}

// lose adds what is taken for one thing.
func (d *payDay) lose(what payable, loss decimal.Decimal) {
	p := d.of(purse{what.person, what.currency})
	p.Owed = p.Owed.Add(loss)
	if what.kind == "advance" {
		p.refundsOwed = p.refundsOwed.Add(loss)
	}
}

// net cancels refunds against those that were too much, and what of the bonus
// only gives back against what is still owed.
func (p *Pay) net(back decimal.Decimal) {
	refunds := decimal.Min(p.Refunds, p.refundsOwed)
	p.Refunds, p.refundsOwed = p.Refunds.Sub(refunds), p.refundsOwed.Sub(refunds)
	p.Bonus = p.Bonus.Sub(back)
	p.Netted = p.Netted.Add(refunds).Add(back)
}

// Deduct takes what is owed from the pay, as far as the plan lets it.
func (p *Pay) Deduct(plan Plan) {
	p.Take(decimal.Min(p.Open(), plan.MostDeducted(p.Bonus, p.Refunds, p.Currency)))
}

// Open is what there is to deduct.
func (p *Pay) Open() decimal.Decimal { return p.CarriedIn.Add(p.Owed).Sub(p.Netted) }

// Take takes an amount from the pay, for what is owed of bonuses first.
func (p *Pay) Take(amount decimal.Decimal) {
	p.Deducted = amount
	p.Pay = p.Bonus.Add(p.Refunds).Sub(amount)
	p.Carried = p.Open().Sub(amount)
	p.CarriedRefunds = decimal.Min(p.refundsOwed, p.Carried)
}

// PayLine is a line of a closing, by the person's id and with its currency.
func (c *Company) PayLine(l fact.PayoutCloseLines) PayLine {
	return PayLine{
		Person: c.personID(l.Payee), Currency: c.currencyOf(l.Currency), Kind: l.Kind.S, Clause: l.Clause.S, Fact: l.Fact.S,
		Amount: l.Amount.Decimal,
	}
}

// personID is the id of somebody, as written where the roster does not know him.
func (c *Company) personID(t value.Text) string {
	if p := c.Roster.Person(t.S); p != nil {
		return p.ID
	}
	return t.S
}

func (c *Company) currencyOf(t value.Text) string { return cmp.Or(t.S, c.Policy.Currency.S) }
