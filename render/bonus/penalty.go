package bonus

import (
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/fold"
)

// penalties deducts what was decided for a late or failed facilitation
// (4.3-W7.2, E-17), from the person named or else the team's account.
func penalties(c *fold.Company, d *fold.Deal) []Line {
	var out []Line
	fold.Each(d, c.AsOf, func(b *fact.Penalty, f *fold.Fact) {
		line := Line{
			Kind: Penalty, Deal: d, Clause: "4.3-W7.2", Row: "GD-07", Basis: b.Amount.Decimal, Share: "1",
			Whole: b.Amount.Neg(), Amount: b.Amount.Neg(), Currency: d.Currency, On: f.Date, State: Payable, Reason: "bonus.penalty-decided",
			What: f.Step.Term(), Sources: []Source{at(f, b.Amount.At)},
		}
		if b.Person.S != "" {
			line.Person = personID(c, b.Person.S)
		} else {
			line.Team = teamOn(c, d, f.Date)
		}
		line.Key = Key{Payee: payeeOf(line.Person, line.Team), Clause: line.Clause, Fact: f.Path}
		out = append(out, line)
	})
	return out
}
