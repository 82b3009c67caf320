package bonus

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// portion is one person's part of a total.
type portion struct {
	Person string
	Share  *big.Rat
	Text   string
	Left   bool // gone before it accrued: the company keeps it
	Amount decimal.Decimal
}

// shared turns a line for the whole into one line per person, or leaves it
// with the account of the team in charge while no shares are decided or all of
// them have left. The whole is rounded here, once. It accrues on a day: who has left by then gets nothing of it.
func shared(c *fold.Company, line Line, total decimal.Decimal, shares []fold.Share, day value.Day) []Line {
	total = total.Round(fold.MinorDigits(line.Currency))
	line.Whole, line.Amount = total, total
	parts := portions(c, shares, day)
	if len(parts) == 0 {
		if line.Team == "" {
			line.Team = teamOn(c, line.Deal, line.On)
		}
		if len(shares) > 0 && line.State != Provisional {
			line.State, line.Reason, line.Args = Waiting, "bonus.all-left", nil
		}
		line.Key.Payee, line.Key.Clause = payeeOf("", line.Team), line.Clause
		return []Line{line}
	}
	var out []Line
	for _, p := range split(total, parts, fold.MinorDigits(line.Currency)) {
		one := line
		one.Person, one.Team, one.Share, one.Amount = p.Person, "", p.Text, p.Amount
		one.Key.Payee, one.Key.Clause = payeeOf(p.Person, ""), line.Clause
		if p.Left && one.State != Provisional {
			one.State, one.Reason, one.Args = Forfeited, "bonus.left", diag.Args{"date": goneOn(c, p.Person, day)}
		}
		out = append(out, one)
	}
	return out
}

// portions reads the shares of a money term by person id, as they are on the
// day of the accrual: what would go to somebody who has left goes to the others
// in proportion, or as the plan of that day says.
func portions(c *fold.Company, shares []fold.Share, day value.Day) []portion {
	rule := c.PlanOn(day).Pay.Leavers.S
	var out []portion
	present := new(big.Rat)
	for _, s := range shares {
		p := portion{Person: personID(c, s.Person.S), Share: s.Share.Rat(), Text: s.Share.Text}
		p.Left = rule != "keep" && goneOn(c, p.Person, day) != 0
		if p.Left && rule == "others" {
			continue
		}
		present.Add(present, p.Share)
		out = append(out, p)
	}
	if len(out) < len(shares) && present.Sign() > 0 {
		for i := range out {
			out[i].Share = new(big.Rat).Quo(out[i].Share, present)
			out[i].Text = out[i].Share.RatString()
		}
	}
	return out
}

// goneOn is the last day of somebody who is gone on a day, 0 while he is there.
func goneOn(c *fold.Company, person string, day value.Day) value.Day {
	if p := c.Roster.Person(person); p != nil {
		return p.GoneOn(day)
	}
	return 0
}

// personID is the id of somebody named by id or name; who is not in the roster
// keeps the name that was written, so that no money loses its payee.
func personID(c *fold.Company, ref string) string {
	if p := c.Roster.Person(ref); p != nil {
		return p.ID
	}
	return ref
}

// split divides a total that is already rounded: each part is cut off below
// the smallest unit, and the units left go to the largest remainders, ties by
// id. The order of entry does not matter, and the parts sum to the total.
func split(total decimal.Decimal, parts []portion, digits int32) []portion {
	unit := decimal.New(1, -digits)
	negative := total.IsNegative()
	rest := total.Abs()
	type remainder struct {
		i int
		r *big.Rat
	}
	var remainders []remainder
	out := slices.Clone(parts)
	slices.SortStableFunc(out, func(a, b portion) int { return cmp.Compare(a.Person, b.Person) })
	for i, p := range out {
		exact := new(big.Rat).Mul(total.Abs().Rat(), p.Share)
		cut := cutOff(exact, digits)
		out[i].Amount = cut
		rest = rest.Sub(cut)
		remainders = append(remainders, remainder{i, new(big.Rat).Sub(exact, cut.Rat())})
	}
	slices.SortStableFunc(remainders, func(a, b remainder) int { return b.r.Cmp(a.r) })
	for k := 0; rest.IsPositive() && len(remainders) > 0; k++ {
		i := remainders[k%len(remainders)].i
		out[i].Amount = out[i].Amount.Add(unit)
		rest = rest.Sub(unit)
	}
	if negative {
		for i := range out {
			out[i].Amount = out[i].Amount.Neg()
		}
	}
	return out
}

// cutOff rounds a non-negative fraction down to n decimals.
func cutOff(r *big.Rat, n int32) decimal.Decimal {
	scaled := new(big.Rat).Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)))
	units := new(big.Int).Quo(scaled.Num(), scaled.Denom())
	return decimal.NewFromBigInt(units, -n)
}
