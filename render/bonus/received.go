package bonus

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/fold"
)

// receiptsOf lists the deal's money by the day on which it counts: also what
// was dishonoured or came for an order that is void, so that it can be said why
// that earns nothing.
func receiptsOf(c *fold.Company, d *fold.Deal) []receipt {
	var all []receipt
	for _, o := range d.Orders {
		for _, a := range o.Allocations {
			if a.On <= c.AsOf && o.File != nil {
				all = append(all, receipt{order: o, Allocation: a, pos: a.Body.Allocations[a.Index].Amount.At})
			}
		}
	}
	all = append(all, compensations(c, d)...)
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

// compensations are what the customer paid for being late with an order
// (4.5-W7.2). Like the price it contains the order's tax.
func compensations(c *fold.Company, d *fold.Deal) []receipt {
	var all []receipt
	fold.Each(d, c.AsOf, func(b *fact.OrderClaimSettled, f *fold.Fact) {
		o := orderNamed(d, f.Instance)
		if o == nil || o.File == nil || !b.Amount.IsPositive() {
			return
		}
		all = append(all, receipt{order: o, compensation: true, pos: b.Amount.At, Allocation: fold.Allocation{
			Receipt: f, Instalment: "compensation", Amount: b.Amount.Decimal, On: f.Date, Earns: f.Date,
		}})
	})
	return all
}

func orderNamed(d *fold.Deal, name string) *fold.Order {
	for _, o := range d.Orders {
		if o.Name == name {
			return o
		}
	}
	return nil
}

// prices is what every order is worth to the contract: its price less what came
// back and what the customer was allowed to deduct, or less what was credited
// where that is more. A red-letter invoice that a new invoice replaces credits
// nothing; one that nothing replaces never earns.
func prices(c *fold.Company, d *fold.Deal) map[*fold.Order]decimal.Decimal {
	deducted := map[string]decimal.Decimal{}
	fold.Each(d, c.AsOf, func(b *fact.OrderDeduction, f *fold.Fact) {
		deducted[f.Instance] = deducted[f.Instance].Add(b.Amount.Decimal)
	})
	out := map[*fold.Order]decimal.Decimal{}
	for _, o := range d.Orders {
		kept := o.Total().Sub(deducted[o.Name])
		if o.Body != nil {
			kept = decimal.Min(kept, o.Full().Sub(credited(o, d.Currency)))
		}
		out[o] = kept
	}
	return out
}

// reductions are the places of what an order's price was lowered by.
func (ct *contract) reductions(o *fold.Order) []Source {
	var out []Source
	fold.Each(ct.d, ct.c.AsOf, func(_ *fact.OrderReturn, f *fold.Fact) {
		if f.Instance == o.Name {
			out = append(out, at(f, diag.Pos{}))
		}
	})
	fold.Each(ct.d, ct.c.AsOf, func(b *fact.OrderDeduction, f *fold.Fact) {
		if f.Instance == o.Name {
			out = append(out, at(f, b.Amount.At))
		}
	})
	for _, f := range o.Invoices {
		if b := f.Body.(*fact.OrderInvoice); b.Credits.S != "" {
			out = append(out, at(f, b.Net.At))
		}
	}
	return out
}

// credited is what red-letter invoices took back and no invoice replaced: of an
// order not yet invoiced in full, all that they took back. The fen by which the
// invoices of a whole order are off its price is nothing that was taken back.
func credited(o *fold.Order, currency string) decimal.Decimal {
	back, invoiced, most := decimal.Zero, decimal.Zero, decimal.Zero
	for _, f := range o.Invoices {
		b := f.Body.(*fact.OrderInvoice)
		gross := b.Net.Add(b.Tax.Decimal)
		if b.Credits.S != "" {
			back = back.Add(gross)
			gross = gross.Neg()
		}
		invoiced = invoiced.Add(gross)
		most = decimal.Max(most, invoiced)
	}
	full := o.Full()
	if full.Sub(most).Abs().LessThanOrEqual(o.InvoiceRounding(len(o.Invoices), currency)) {
		full = most
	}
	return decimal.Max(decimal.Min(back, full.Sub(invoiced)), decimal.Zero)
}

// onlyCredited is what invoices took back although the order still asks for it:
// no return and no deduction says that it need not be paid.
func onlyCredited(o *fold.Order, currency string) decimal.Decimal {
	left := credited(o, currency).Sub(o.Full())
	for _, i := range o.Instalments {
		left = left.Add(i.Amount.Sub(i.Settled))
	}
	return left
}
