// Package bonus computes who is owed what, and why. It is pure: a folded
// company in, ledger lines out. Amounts are exact until the one rounding that
// each line names; a line's shares sum to its total to the smallest unit.
package bonus

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

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
	Provisional State = "provisional" // a ratio that binds nobody yet; never payable
	Waiting     State = "waiting"
	Payable     State = "payable"
	Paid        State = "paid" // by a period that was closed
	ClawedBack  State = "clawed-back"
	Forfeited   State = "forfeited"
)

// Line is one amount for one payee. Amounts are in the deal's currency, before
// income tax; deductions are negative.
type Line struct {
	Kind     Kind
	Person   string // id; empty when the team's account is the payee
	Team     string // id, when no person is; empty too while none is determined
	Deal     *fold.Deal
	Clause   string
	Row      string
	Basis    decimal.Decimal // money or expense that the rate applies to
	Tax      string          // commission: rate of the tax that the basis contains
	Net      *big.Rat        // commission: the basis without tax, exact
	Rate     string
	Whole    decimal.Decimal // what is shared, rounded to the smallest unit
	Share    string
	Amount   decimal.Decimal
	Currency string
	On       value.Day // business date
	State    State
	Reason   string // catalogue key of what it waits for, or why it is what it is
	Args     diag.Args
	Notes    []Note     // on how the amount came about
	Chain    []RateStep // commission: how its rate came to be what it is
	What     diag.Term  // the milestone, expense or receipt in words
	Detail   string     // order, instalment and receipt, or campaign
	Sources  []Source

	Key    Key
	Due    decimal.Decimal // what is due for the key in all; Amount is what is left of it
	Before []Settled       // what closed periods paid for the key
	Period value.Month     // that pays it, or did; 0 while it waits
	Closed bool            // the period is closed
	// Recorded is true of what a closing wrote down: not the whole that was
	// shared, nor its net, which are left open here.
	Recorded bool
	Late     bool // of a business date in a period that was closed before
}

// Note is one more sentence about a line, by its key in the catalogue.
type Note struct {
	Key  string
	Args diag.Args
}

// Source is the place of an input.
type Source struct {
	File string
	Line int
}

func at(f *fold.Fact, pos diag.Pos) Source { return Source{File: f.File, Line: max(pos.Line, 1)} }

// Ledger is every line of a company, ordered by payee, date and deal. Excluded
// are the deals that have an error, or whose customer has one: they pay nothing
// until that is mended.
type Ledger struct {
	Company  *fold.Company
	Lines    []Line
	Nothing  []Line // money received that earns nothing, and why
	Excluded []*fold.Deal
	dues     []Line // what is due, before it is set against closed periods
	filter   Filter // that chose the lines
	found    *grounds
	dueOf    map[*fold.Deal][2]int // where the dues of each deal that pays begin and end
}

// grounds finds what the lines rest on, as far as it is not found already.
func (l Ledger) grounds() *grounds { return cmp.Or(l.found, newGrounds(l.Company)) }

// rule computes the lines of one kind for one deal.
type rule func(*fold.Company, *fold.Deal) []Line

var rules = []rule{rewards, commissions, provisionals, advances, penalties}

// Compute applies every rule to every deal that has no error, and sets what is
// due against what closed periods have paid.
func Compute(c *fold.Company) Ledger { return ComputeAgain(c, nil) }

// ComputeAgain is Compute that takes over what is due for the deals that are
// the very same as in a ledger before: then so are their facts and the rules.
func ComputeAgain(c *fold.Company, before *Ledger) Ledger {
	l := Ledger{Company: c, found: newGrounds(c), dueOf: map[*fold.Deal][2]int{}}
	broken := brokenCustomers(c)
	excluded := map[*fold.Deal]bool{}
	for _, d := range c.Deals() {
		if d.Invalid() || broken[d.Customer] {
			l.Excluded, excluded[d] = append(l.Excluded, d), true
			continue
		}
		due, known := before.due(d)
		if !known {
			due = dueFor(c, d)
		}
		from := len(l.dues)
		l.dues = append(l.dues, due...)
		l.dueOf[d] = [2]int{from, len(l.dues)}
	}
	l.dues = slices.Clone(l.dues) // without the room for more
	l.Nothing = nothing(l.dues)
	l.Lines = settle(c, l.dues, excluded)
	l.Lines = ordered(l.Lines)
	return l
}

// due is what a ledger had computed for a deal; nil has nothing.
func (l *Ledger) due(d *fold.Deal) (due []Line, known bool) {
	if l == nil {
		return nil, false
	}
	at, known := l.dueOf[d]
	return l.dues[at[0]:at[1]], known
}

// dueFor applies every rule to one deal. Whatever a line is given later is
// added to a copy of its own.
func dueFor(c *fold.Company, d *fold.Deal) (due []Line) {
	for _, r := range rules {
		due = append(due, worthSaying(r(c, d))...)
	}
	for i := range due {
		due[i].Sources, due[i].Notes = slices.Clip(due[i].Sources), slices.Clip(due[i].Notes)
	}
	return due
}

// BeforeClosing is the ledger that the period of the as-of day is closed by: a
// closing of that very period, which may be what is judged, does not count yet.
func BeforeClosing(c *fold.Company) Ledger {
	open := *c
	open.Payouts = slices.DeleteFunc(slices.Clone(c.Payouts), func(p *fold.Payout) bool { return p.Month.Last() >= c.AsOf })
	return Compute(&open)
}

// worthSaying drops lines of nothing, but for money received: whoever brought
// it in wants to know why it earns him nothing.
func worthSaying(lines []Line) []Line {
	return slices.DeleteFunc(lines, func(l Line) bool {
		return l.Amount.IsZero() && (l.Kind != Commission || l.State != Payable) && l.State != Provisional
	})
}

// nothing lists once each receipt that earns nobody anything.
func nothing(dues []Line) []Line {
	var out []Line
	for _, due := range dues {
		if due.Kind != Commission || due.State == Provisional || !due.Whole.IsZero() {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Key.Fact == due.Key.Fact && out[n-1].Key.Receipt == due.Key.Receipt {
			continue
		}
		out = append(out, due)
	}
	return out
}

// ordered sorts lines, and keeps those alike in their order. A line is long: each
// is moved once.
func ordered(lines []Line) []Line {
	at := make([]int, len(lines))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(i, k int) int { return cmp.Or(inOrder(lines[i], lines[k]), cmp.Compare(i, k)) })
	out := make([]Line, len(lines))
	for k, i := range at {
		out[k] = lines[i]
	}
	return out
}

// inOrder sorts lines by payee, date and deal; of one key, closed periods first.
func inOrder(a, b Line) int {
	return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Team, b.Team), cmp.Compare(a.On, b.On), cmp.Compare(a.dir(), b.dir()))
}

// dir is the folder of the line's deal.
func (l Line) dir() string {
	if l.Deal == nil {
		return ""
	}
	return l.Deal.Dir
}

// brokenCustomers are those with an error outside of their deals, such as a
// receipt that pays more than it is worth.
func brokenCustomers(c *fold.Company) map[*fold.Customer]bool {
	broken := map[*fold.Customer]bool{}
	byDir := map[string]*fold.Customer{}
	for _, cu := range c.Customers {
		byDir[cu.Dir] = cu
		broken[cu] = diag.Failed(cu.Findings)
	}
	for _, f := range c.Findings {
		if parts := strings.SplitN(f.File, "/", 4); f.Severity == diag.Error && len(parts) == 4 {
			if cu := byDir[strings.Join(parts[:3], "/")]; cu != nil {
				broken[cu] = true
			}
		}
	}
	return broken
}
