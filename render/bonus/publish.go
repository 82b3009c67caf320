package bonus

import (
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/fold"
)

// Audience is which totals of pay people see who may not see the bonus report:
// readers of the status site and of a pull request.
type Audience struct{ Deals, People bool }

// AudienceOf reads it from policy; without a policy nobody sees anything.
func AudienceOf(p *fact.Policy) Audience {
	if p == nil {
		return Audience{}
	}
	all := p.Publish.Totals.S == "all"
	return Audience{Deals: all || p.Publish.Totals.S == "deal", People: all}
}

// Visible is the totals that policy lets the status site show: none, per deal,
// or per deal and per person.
func (l Ledger) Visible(p *fact.Policy) (deals, people []Total) {
	a := AudienceOf(p)
	if a.Deals {
		deals = sum(l.Lines, func(x Line) Total { return Total{Deal: x.Deal, Currency: x.Currency} })
	}
	if a.People {
		people = l.Totals()
	}
	return deals, people
}

// PayOf says per deal, by its folder, what a change does to its pay, as far as
// policy lets the readers of a pull request see it. It is nil where they may
// see nothing.
func PayOf(c *fold.Company, all []Difference, a Audience, lang catalogue.Lang) func(dir string) []string {
	if !a.Deals {
		return nil
	}
	w := words{lang, c}
	return func(dir string) []string {
		var of []Difference
		for _, d := range all {
			if d.dir() == dir {
				of = append(of, d)
			}
		}
		var out []string
		if a.People {
			for _, g := range GainsOf(of) {
				out = append(out, w.text("bonus.diff.pay", "name", w.payee(g.Person, g.Team), "amount", w.signed(g.Currency, g.Amount), "payable", w.signed(g.Currency, g.Payable)))
			}
			return out
		}
		for _, g := range GainsOfDeals(of) {
			out = append(out, w.text("bonus.diff.deal", "amount", w.signed(g.Currency, g.Amount), "payable", w.signed(g.Currency, g.Payable)))
		}
		return out
	}
}
