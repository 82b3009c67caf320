package bonus

import (
	"cmp"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// Difference is what a change of the facts does to one key: how much its payee
// gains or loses, and from which states to which its amount moves.
type Difference struct {
	Line                  // as it is afterwards, or was before where nothing is left
	Was, Is    []Standing // by state, without what closed periods paid
	Gained     decimal.Decimal
	Closed     decimal.Decimal // moved into a closing, which is no gain
	PaidIn     value.Month     // the period that pays or takes back what is open now
	WasInvalid bool            // the deal had an error before, so that it paid nothing
	IsInvalid  bool
}

// Standing is what a key has in one state.
type Standing struct {
	State  State
	Amount decimal.Decimal
}

// certainty is the order in which states are told, the least certain first.
var certainty = []State{Provisional, Waiting, Payable, Paid, ClawedBack, Forfeited}

// standing adds up the lines of one key.
type standing struct {
	line    Line
	by      map[State]decimal.Decimal
	counts  decimal.Decimal // earned: neither provisional nor forfeited
	settled value.Month
	closed  decimal.Decimal // paid by closed periods, less what they took back
}

func standings(l Ledger) map[account]*standing {
	all := map[account]*standing{}
	for _, line := range l.Lines {
		a := account{line.Key, line.Currency}
		s := all[a]
		if s == nil {
			s = &standing{line: line, by: map[State]decimal.Decimal{}}
			all[a] = s
		}
		if line.State != Provisional && line.State != Forfeited {
			s.counts = s.counts.Add(line.Amount)
		}
		if line.Closed {
			s.closed = s.closed.Add(line.Amount)
			continue
		}
		s.line, s.by[line.State] = line, s.by[line.State].Add(line.Amount)
		if line.due() {
			s.settled = line.Period
		}
	}
	return all
}

// list gives the standings in their order, without those of nothing.
func (s *standing) list() []Standing {
	var out []Standing
	for _, state := range certainty {
		if amount, ok := s.by[state]; ok && !amount.IsZero() {
			out = append(out, Standing{state, amount})
		}
	}
	return out
}

// Compare lists what differs between two ledgers as of the same day, ordered by
// payee, deal and key.
func Compare(base, head Ledger) []Difference {
	before, after := standings(base), standings(head)
	wasInvalid, isInvalid := excluded(base), excluded(head)
	var out []Difference
	for a := range merged(before, after) {
		d := difference(before[a], after[a])
		d.WasInvalid, d.IsInvalid = wasInvalid[d.dir()], isInvalid[d.dir()]
		if !d.Gained.IsZero() || !d.onlyClosed() && !slices.EqualFunc(d.Was, d.Is, sameStanding) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b Difference) int {
		return cmp.Or(inOrder(a.Line, b.Line), slices.Compare(a.Key.parts(), b.Key.parts()), cmp.Compare(a.Currency, b.Currency))
	})
	return out
}

func merged(a, b map[account]*standing) map[account]*standing {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// difference is what one key was and is; it was or is not there where nil.
func difference(was, is *standing) Difference {
	var d Difference
	if was != nil {
		d.Line, d.Was, d.Gained, d.Closed = was.line, was.list(), was.counts.Neg(), was.closed.Neg()
	}
	if is != nil {
		d.Line, d.Is, d.Gained, d.PaidIn = is.line, is.list(), d.Gained.Add(is.counts), is.settled
		d.Closed = d.Closed.Add(is.closed)
	}
	return d
}

// onlyClosed reports whether all that happens to a key is that a closing settles
// what was open of it.
func (d Difference) onlyClosed() bool {
	return !d.Closed.IsZero() && d.payable().IsZero()
}

// payable is what can be paid at once of what is gained. What moved into a
// closing was so before.
func (d Difference) payable() decimal.Decimal {
	return open(d.Is).Sub(open(d.Was)).Add(d.Closed)
}

func sameStanding(a, b Standing) bool { return a.State == b.State && a.Amount.Equal(b.Amount) }

func excluded(l Ledger) map[string]bool {
	dirs := map[string]bool{}
	for _, d := range l.Excluded {
		dirs[d.Dir] = true
	}
	return dirs
}

// Gain is what one payee, or one deal, gains in one currency: in all, and of it
// what can be paid at once.
type Gain struct {
	Person, Team string
	Deal         *fold.Deal
	Currency     string
	Amount       decimal.Decimal
	Payable      decimal.Decimal
}

// GainsOf adds differences up per payee.
func GainsOf(all []Difference) []Gain {
	return gains(all, func(d Difference) Gain { return Gain{Person: d.Person, Team: d.Team, Currency: d.Currency} })
}

// GainsOfDeals adds differences up per deal.
func GainsOfDeals(all []Difference) []Gain {
	return gains(all, func(d Difference) Gain { return Gain{Deal: d.Deal, Currency: d.Currency} })
}

func gains(all []Difference, of func(Difference) Gain) []Gain {
	var out []Gain
	for _, d := range all {
		g := of(d)
		i := slices.IndexFunc(out, func(x Gain) bool {
			return x.Person == g.Person && x.Team == g.Team && dirOf(x.Deal) == dirOf(g.Deal) && x.Currency == g.Currency
		})
		if i < 0 {
			i, out = len(out), append(out, g)
		}
		out[i].Amount = out[i].Amount.Add(d.Gained)
		out[i].Payable = out[i].Payable.Add(d.payable())
	}
	return out
}

// open is what the next pay day settles of a key.
func open(all []Standing) decimal.Decimal {
	sum := decimal.Zero
	for _, s := range all {
		if s.State == Payable || s.State == ClawedBack {
			sum = sum.Add(s.Amount)
		}
	}
	return sum
}
