package fold

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// collectionBegun holds once the goods are accepted, or an instalment has
// become due before that, such as a prepayment.
func collectionBegun(x *Case) *Unmet {
	o := x.I.Order
	if o.Void() || len(o.Instalments) == 0 || o.Confirmed == 0 {
		return missing
	}
	if o.AcceptedOn != 0 {
		return nil
	}
	for _, i := range o.Instalments {
		if (i.Due != 0 && i.Due <= x.Today) || o.Received(i.Name, x.Today).IsPositive() {
			return nil
		}
	}
	return missing
}

func (x *Case) overdue() decimal.Decimal {
	return x.I.Order.Overdue(x.Today, value.Day(x.policy().Schedule.GraceDays.N))
}

func notOverdue(x *Case) *Unmet {
	return unless(x.overdue().IsZero() && !x.I.Order.PaidInFull(x.Today), diag.Pos{}, nil)
}

func balanceOverdue(x *Case) *Unmet { return unless(x.overdue().IsPositive(), diag.Pos{}, nil) }

func paidInFull(x *Case) *Unmet {
	return unless(x.I.Order.PaidInFull(x.Today) && !x.I.Order.Void(), diag.Pos{}, nil)
}

func noOpenClaim(x *Case) *Unmet {
	for _, c := range x.I.Order.Claims {
		if c.Open {
			return missing
		}
	}
	return nil
}

func nothingLeftToCollect(x *Case) *Unmet {
	o := x.I.Order
	return unless(o.Balance(x.Today).IsZero() && o.AcceptedOn != 0, diag.Pos{}, nil)
}

func orderEffective(x *Case) *Unmet {
	return unless(x.I.Order.Confirmed != 0 && !x.I.Order.Void(), diag.Pos{}, nil)
}

func instalmentKnown(x *Case) *Unmet {
	name := FieldText(x.F, "instalment")
	for _, i := range x.I.Order.Instalments {
		if i.Name == name {
			return nil
		}
	}
	return &Unmet{Args: diag.Args{"name": name}}
}

// GivenUpBeyondOpen is the finding that points out a settlement of more than is
// open.
const GivenUpBeyondOpen = "needs/within-open"

// withinInstalment refuses to give up more of an instalment than it is worth,
// and points out what is more than is still open: a bank line that comes to
// light later must not undo what was decided before it.
func withinInstalment(x *Case) *Unmet {
	name, amount := settlement(x.F.Body)
	i := x.I.Order.instalment(name.S)
	if i == nil {
		return nil // another condition reports it
	}
	if left := i.Full.Sub(i.Settled).Sub(i.WrittenOff); amount.GreaterThan(left) {
		return &Unmet{At: amount.At, Args: diag.Args{"amount": amount.Decimal, "instalment": i.Name, "left": left}}
	}
	if open := x.I.Order.Open(*i, x.Today); amount.GreaterThan(open) {
		return &Unmet{At: amount.At, Args: diag.Args{"amount": amount.Decimal, "instalment": i.Name, "left": open}, Rule: "needs/within-open", Warning: true}
	}
	return nil
}

// differenceSmall bounds the small differences of an order together (G-38).
func differenceSmall(x *Case) *Unmet {
	b := x.F.Body.(*fact.OrderSmallDifference)
	most, sum := x.policy().Orders.SmallDifference.Decimal, b.Amount.Decimal
	for _, other := range All[fact.OrderSmallDifference](x.I) {
		sum = sum.Add(other.Amount.Decimal)
	}
	return unless(sum.LessThanOrEqual(most), b.Amount.At, diag.Args{"amount": sum, "limit": most})
}

// restGivenUp holds when what an order still lacks was written off, or all of
// it deducted: it ends, but it was not paid.
func restGivenUp(x *Case) *Unmet {
	o := x.I.Order
	ok := !o.Void() && !o.PaidInFull(x.Today) && o.Unearned(x.Today).LessThanOrEqual(o.WrittenOff())
	return unless(ok, diag.Pos{}, nil)
}

// wasChased wants a claim to follow a chase.
func wasChased(x *Case) *Unmet {
	chase, _ := Last[fact.OrderChase](x.I)
	return unless(chase != nil, diag.Pos{}, nil)
}

// invoiceTax holds the tax of an invoice against the order's rate, to the fen.
func invoiceTax(x *Case) *Unmet {
	b := x.F.Body.(*fact.OrderInvoice)
	if x.I.Order.TaxRate == nil {
		return nil
	}
	want := RoundRat(new(big.Rat).Mul(b.Net.Rat(), x.I.Order.TaxRate), x.D.Currency)
	cent := decimal.New(1, -MinorDigits(x.D.Currency))
	off := b.Tax.Sub(want).Abs()
	return unless(off.LessThanOrEqual(cent.Mul(decimal.NewFromInt(int64(max(len(x.I.Order.Lines), 1))))), b.Tax.At, diag.Args{"tax": b.Tax.Decimal, "want": want})
}

// creditNamesInvoice wants a red-letter invoice to credit one of the order, and
// not more than it.
func creditNamesInvoice(x *Case) *Unmet {
	b := x.F.Body.(*fact.OrderInvoice)
	for _, f := range x.I.Order.Invoices {
		other := f.Body.(*fact.OrderInvoice)
		if other.Number.S == b.Number.S {
			return &Unmet{At: b.Number.At, Args: diag.Args{"number": b.Number.S}, Rule: "needs/invoice-once"}
		}
	}
	if b.Credits.S == "" {
		return nil
	}
	left, found := decimal.Zero, false
	for _, f := range x.I.Order.Invoices {
		other := f.Body.(*fact.OrderInvoice)
		if other.Number.S == b.Credits.S && other.Credits.S == "" {
			found, left = true, left.Add(other.Net.Decimal)
		} else if other.Credits.S == b.Credits.S {
			left = left.Sub(other.Net.Decimal)
		}
	}
	return unless(found && b.Net.LessThanOrEqual(left), b.Credits.At, diag.Args{"number": b.Credits.S})
}

// invoicedWithinOrder refuses to invoice more than the order is worth, but for
// the rounding of its invoices. What an imported order was worth is not known.
func invoicedWithinOrder(x *Case) *Unmet {
	b, o := x.F.Body.(*fact.OrderInvoice), x.I.Order
	if b.Credits.S != "" || o.imported {
		return nil
	}
	sum := b.Net.Add(b.Tax.Decimal)
	for _, f := range o.Invoices {
		other := f.Body.(*fact.OrderInvoice)
		gross := other.Net.Add(other.Tax.Decimal)
		if other.Credits.S != "" {
			gross = gross.Neg()
		}
		sum = sum.Add(gross)
	}
	rounding := o.InvoiceRounding(len(o.Invoices)+1, x.D.Currency)
	return unless(sum.LessThanOrEqual(o.Full().Add(rounding)), b.Net.At, diag.Args{"sum": sum, "price": o.Full()})
}

// InvoiceRounding is how far so many invoices of an order may be off its price:
// each rounds the net amount or the tax of each line.
func (o *Order) InvoiceRounding(invoices int, currency string) decimal.Decimal {
	return decimal.New(int64(invoices*len(o.Lines)), -MinorDigits(currency))
}

func claimOpen(x *Case) *Unmet {
	for _, c := range x.I.Order.Claims {
		if c.Open {
			return nil
		}
	}
	return missing
}
