package bonus

import (
	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/fold"
)

// bar says why a receipt earns nothing, nil when it does earn: it was no money
// in the end, it was outside of the contract, or nothing of it counts.
func (ct *contract) bar(r receipt, terms *fold.Fact, kept, counted decimal.Decimal) *Note {
	if why := ct.noMoney(r); why != nil {
		return why
	}
	if why := ct.outside(r, terms); why != nil {
		return why
	}
	switch {
	case !kept.IsPositive():
		return &Note{"bonus.all-credited", diag.Args{"order": r.order.Name}}
	case !counted.IsPositive():
		return &Note{"bonus.below-baseline", diag.Args{"year": r.Earns.Year()}}
	}
	return nil
}

func (ct *contract) noMoney(r receipt) *Note {
	switch {
	case !r.Holds(ct.c.AsOf):
		return &Note{"bonus.dishonoured", diag.Args{"date": r.Until}}
	case r.order.Void():
		return &Note{"bonus.order-void", diag.Args{"order": r.order.Name}}
	case r.compensation && ct.c.PlanOn(r.Earns).Pay.Compensation.S != "yes":
		return &Note{"bonus.compensation-no-basis", diag.Args{"order": r.order.Name}}
	}
	return nil
}

// outside says why no contract was in force when the money counted: none was
// signed yet, it came before the import, the deal had died (GD-15), or its terms
// had run out.
func (ct *contract) outside(r receipt, terms *fold.Fact) *Note {
	if ct.d.Import != nil && r.On < ct.d.Import.Date {
		return &Note{"bonus.before-import", diag.Args{"date": ct.d.Import.Date}}
	}
	if ct.since == 0 {
		return &Note{"bonus.no-formal-contract", nil}
	}
	if r.Earns < ct.since {
		return &Note{"bonus.before-formal-contract", diag.Args{"date": ct.since}}
	}
	if ct.d.DeadBefore(r.Earns) {
		return &Note{"bonus.after-the-end", nil}
	}
	if terms == nil {
		return &Note{"bonus.no-terms", diag.Args{"date": r.Earns}}
	}
	if until := terms.Body.(*fact.TermsFormal).Until.Day; until != 0 && r.Earns > until {
		return &Note{"bonus.terms-expired", diag.Args{"date": until}}
	}
	return nil
}

// tooLittle says why a receipt that counts comes to nothing: the cap is used
// up, or the rate is so low that nothing is left of it.
func tooLittle(t *fact.TermsFormal, line Line) *Note {
	for _, n := range line.Notes {
		if n.Key == "bonus.note.capped" {
			return &Note{"bonus.cap-reached", diag.Args{"cap": t.Cap.Decimal}}
		}
	}
	return &Note{"bonus.rounds-to-nothing", diag.Args{"rate": line.Rate}}
}

// nothing is a due of nothing for everybody with a share: what was paid for the
// amount before is taken back from them, and the reason says why.
func (ct *contract) nothing(line Line, amount decimal.Decimal, why *Note, terms *fold.Fact) []Line {
	line.Basis, line.Net, line.Rate, line.Notes = amount, nil, "", nil
	line.State, line.Reason, line.Args = Payable, why.Key, why.Args
	var shares []fold.Share
	if terms != nil {
		shares = fold.SharesOf(terms.Body)
	}
	return shared(ct.c, line, decimal.Zero, shares, 0)
}

// writtenOff says of what was given up that it is no receipt (G-38).
func (ct *contract) writtenOff() []Line {
	var out []Line
	fold.Each(ct.d, ct.c.AsOf, func(b *fact.OrderWriteOff, f *fold.Fact) {
		terms, chain := ct.inForce(f.Date)
		o := orderNamed(ct.d, f.Instance)
		if o == nil || o.File == nil || terms == nil {
			return
		}
		line := ct.line(receipt{order: o, pos: b.Amount.At, Allocation: fold.Allocation{
			Receipt: f, Instalment: b.Instalment.S, Amount: b.Amount.Decimal, On: f.Date, Earns: f.Date,
		}}, decimal.Zero, terms, chain)
		line.What, line.Detail = f.Step.Term(), o.Name+" / "+b.Instalment.S
		out = append(out, ct.nothing(line, b.Amount.Decimal, &Note{"bonus.written-off", diag.Args{"amount": b.Amount.Decimal}}, terms)...)
	})
	return out
}
