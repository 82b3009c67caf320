package bonus

import (
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// penalties deducts what was decided for a late or failed facilitation
// (4.3-W7.2, E-17) from the person named, or else from the team by the shares
// of the money terms of that day. While there are none it waits on the team's
// account.
func penalties(c *fold.Company, d *fold.Deal) []Line {
	var out []Line
	fold.Each(d, c.AsOf, func(b *fact.Penalty, f *fold.Fact) {
		taken := b.Amount.Round(fold.MinorDigits(d.Currency)).Neg()
		line := Line{
			Kind: Penalty, Deal: d, Clause: "4.3-W7.2", Row: "GD-07", Basis: b.Amount.Decimal, Share: "1",
			Whole: taken, Amount: taken, Currency: d.Currency, On: f.Date, State: Payable, Reason: "bonus.penalty-decided",
			What: f.Step.Term(), Sources: []Source{at(f, b.Amount.At)}, Key: Key{Fact: f.Path},
		}
		if b.Person.S != "" {
			line.Person = personID(c, b.Person.S)
			line.Key.Payee, line.Key.Clause = payeeOf(line.Person, ""), line.Clause
			out = append(out, line)
			return
		}
		out = append(out, teamPenalty(c, line)...)
	})
	return out
}

// teamPenalty splits a penalty of the team, rounded in the way of any line.
func teamPenalty(c *fold.Company, line Line) []Line {
	line.Team = teamOn(c, line.Deal, line.On)
	terms, shares := sharesOn(line.Deal, line.On)
	if len(shares) == 0 {
		line.State, line.Reason = Waiting, "bonus.penalty-waits-shares"
	} else {
		line.Sources = append(line.Sources, at(terms, shares[0].Share.At))
	}
	return shared(c, line, line.Whole, shares, line.On)
}

// sharesOn are the shares of the money terms agreed last by a day, preliminary
// ones included, and the file that names them.
func sharesOn(d *fold.Deal, day value.Day) (terms *fold.Fact, shares []fold.Share) {
	for _, f := range d.Facts {
		if f.Date > day {
			break
		}
		switch f.Body.(type) {
		case *fact.TermsPreliminary, *fact.TermsFormal:
			terms, shares = f, fold.SharesOf(f.Body)
		case *fact.Reopen:
			terms, shares = nil, nil // it goes to another team
		}
	}
	return terms, shares
}
