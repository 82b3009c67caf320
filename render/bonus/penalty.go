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
			Kind: Penalty, Team: d.Team, Deal: d, Clause: "4.3-W7.2", Row: "TM-15", Basis: b.Amount.Decimal, Share: "1",
			Amount: b.Amount.Neg(), Currency: d.Currency, On: f.Date, State: Payable, Reason: "bonus.penalty-decided",
			What: f.Step.Term(), Sources: []Source{at(f, b.Amount.At)},
		}
		if p := c.Roster.Person(b.Person.S); p != nil {
			line.Person, line.Team = p.ID, ""
		}
		if !line.Amount.IsZero() {
			out = append(out, line)
		}
	})
	return out
}
