package bonus

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/validate/fold"
)

// portion is one person's part of a total.
type portion struct {
	Person string
	Share  *big.Rat
	Text   string
	Amount decimal.Decimal
}

// portions reads the shares of a money term by person id.
func portions(c *fold.Company, shares []fold.Share) []portion {
	out := make([]portion, len(shares))
	for i, s := range shares {
		out[i] = portion{Person: personID(c, s.Person.S), Share: s.Share.Rat(), Text: s.Share.Text}
	}
	return out
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
