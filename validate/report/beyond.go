package report

import (
	"cmp"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// beyond words what files that belong to no deal decide: a closing, a payment, a
// receipt, or a correction of one. It is nothing where the fact names no sum.
func (t teller) beyond(f *fold.Fact) string {
	switch b := f.Body.(type) {
	case *fact.PayoutClose:
		return t.paying(b, nil)
	case *fact.PayoutPaid:
		if closed := t.c.Payout(b.Period.Month); closed != nil {
			return t.paying(closed.Body, b.Persons)
		}
	case *fact.Receipt:
		currency := t.currency()
		for _, a := range b.Allocations {
			if d := t.c.Deal(a.Deal.S); d != nil {
				currency = d.Currency
			}
		}
		return t.join(money(b.Gross.Decimal, currency), b.Payer.S)
	case *fact.Correct:
		return t.corrects(nil, "", b)
	}
	return ""
}

func (t teller) currency() string {
	if t.c.Policy != nil {
		return t.c.Policy.Currency.S
	}
	return ""
}

// paying sums up what a closing pays, per currency: to all, or to those named.
func (t teller) paying(b *fact.PayoutClose, to []value.Text) string {
	sums := map[string]decimal.Decimal{}
	most := map[string]fact.PayoutCloseTotals{}
	people := map[string]int{}
	for _, p := range b.Totals {
		in := cmp.Or(p.Currency.S, t.currency())
		named := slices.ContainsFunc(to, func(x value.Text) bool { return t.name(x) == t.name(p.Person) })
		if len(to) > 0 && !named || p.Pay.IsZero() {
			continue
		}
		sums[in], people[in] = sums[in].Add(p.Pay.Decimal), people[in]+1
		if p.Pay.GreaterThan(most[in].Pay.Decimal) {
			most[in] = p
		}
	}
	var all []string
	for _, in := range slices.Sorted(maps.Keys(sums)) {
		all = append(all, t.say("pays", diag.Args{
			"amount": money(sums[in], in), "people": people[in],
			"most": money(most[in].Pay.Decimal, in), "person": t.name(most[in].Person),
		}))
	}
	if len(all) == 0 {
		return t.say("pays-nobody", nil)
	}
	return t.join(all...)
}

// Beyond says what an added file that belongs to no deal decides about money, by
// its path; "" where there is nothing to say.
func Beyond(ch *validate.Change, l catalogue.Lang) func(file string) string {
	t := teller{ch.Head, l, ch.Base}
	records := map[string]*fold.Fact{}
	add := func(list []*fold.Fact) {
		for _, f := range list {
			records[f.Path] = f
		}
	}
	add(ch.Head.Records)
	for _, c := range ch.Head.Customers {
		add(c.Records())
	}
	return func(file string) string {
		if f := records[file]; f != nil {
			return t.beyond(f)
		}
		return ""
	}
}
