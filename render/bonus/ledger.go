// Package bonus computes who is owed what, and why. It is pure: a folded
// company in, ledger lines out. Amounts are exact until the one rounding that
// each line names; a line's shares sum to its total to the smallest unit.
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

// Kind says which rule a line comes from.
type Kind string

// The kinds of lines, one rule and one file each.
const (
	Reward     Kind = "reward"
	Commission Kind = "commission"
	Advance    Kind = "advance" // what a person laid out and gets back
	Penalty    Kind = "penalty"
)

// State says whether a line can be paid.
type State string

// The states of a line. What a team holds waits until its shares are decided.
const (
	Provisional State = "provisional" // a ratio that is not yet a contract
	Waiting     State = "waiting"
	Payable     State = "payable"
	Forfeited   State = "forfeited"
)

// Line is one amount for one payee. Amounts are in the deal's currency, before
// income tax; deductions are negative.
type Line struct {
	Kind     Kind
	Person   string // id; empty when the team's account is the payee
	Team     string // id, when no person is
	Deal     *fold.Deal
	Clause   string
	Row      string
	Basis    decimal.Decimal // money or expense that the rate applies to, before rounding to the line
	Net      *big.Rat        // commission: the basis without tax, exact
	Rate     string
	Share    string
	Amount   decimal.Decimal
	Currency string
	On       value.Day // business date
	State    State
	Reason   string // catalogue key of what it waits for, or why it is what it is
	Args     diag.Args
	Sources  []Source
	What     diag.Term // the milestone, expense or receipt in words
	Detail   string    // order and instalment, or campaign
}

// Source is the place of an input.
type Source struct {
	File string
	Line int
}

func at(f *fold.Fact, pos diag.Pos) Source { return Source{File: f.File, Line: max(pos.Line, 1)} }

// Ledger is every line of a company, ordered by payee, date and deal.
type Ledger struct {
	Company *fold.Company
	Lines   []Line
}

// rule computes the lines of one kind for one deal.
type rule func(*fold.Company, *fold.Deal) []Line

var rules = []rule{rewards, commissions, advances, penalties}

// Compute applies every rule to every deal that has no error: an invalid deal
// pays nothing until it is mended.
func Compute(c *fold.Company) Ledger {
	l := Ledger{Company: c}
	for _, d := range c.Deals() {
		if d.Invalid() {
			continue
		}
		for _, r := range rules {
			l.Lines = append(l.Lines, r(c, d)...)
		}
	}
	slices.SortStableFunc(l.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Team, b.Team), cmp.Compare(a.On, b.On), cmp.Compare(a.Deal.Dir, b.Deal.Dir))
	})
	return l
}

// Total is what one payee has in one currency, by state.
type Total struct {
	Person, Team, Currency       string
	Reward, Commission           decimal.Decimal // payable
	Refund                       decimal.Decimal // of advances, payable
	Penalty                      decimal.Decimal // negative
	Payable, Waiting, Advanced   decimal.Decimal
	ForfeitedAmount, Provisional decimal.Decimal
}

// Totals adds the lines up per payee and currency, in the order of the ledger.
func (l Ledger) Totals() []Total {
	type key struct{ person, team, currency string }
	index := map[key]int{}
	var out []Total
	for _, line := range l.Lines {
		k := key{line.Person, line.Team, line.Currency}
		i, ok := index[k]
		if !ok {
			i = len(out)
			index[k] = i
			out = append(out, Total{Person: k.person, Team: k.team, Currency: k.currency})
		}
		out[i].add(line)
	}
	return out
}

func (t *Total) add(l Line) {
	if l.Kind == Advance {
		t.Advanced = t.Advanced.Add(l.Amount)
	}
	switch l.State {
	case Waiting:
		t.Waiting = t.Waiting.Add(l.Amount)
	case Forfeited:
		t.ForfeitedAmount = t.ForfeitedAmount.Add(l.Amount)
	case Provisional:
		t.Provisional = t.Provisional.Add(l.Amount)
	case Payable:
		t.Payable = t.Payable.Add(l.Amount)
		t.addPayable(l)
	}
}

func (t *Total) addPayable(l Line) {
	switch l.Kind {
	case Reward:
		t.Reward = t.Reward.Add(l.Amount)
	case Commission:
		t.Commission = t.Commission.Add(l.Amount)
	case Advance:
		t.Refund = t.Refund.Add(l.Amount)
	case Penalty:
		t.Penalty = t.Penalty.Add(l.Amount)
	}
}
