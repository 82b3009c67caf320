package bonus

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// Settled is what one closed period paid for a key, negative where it took
// something back.
type Settled struct {
	Month  value.Month
	Amount decimal.Decimal
	Source
	line int // of the ledger
}

// settlement sets what is due against what closed periods have paid. It is the
// one rule for corrections, returns and late facts: payable is what is due now
// for a key less what was paid for it, and a negative rest is a clawback.
type settlement struct {
	c     *fold.Company
	open  value.Month // the first period that is not closed, 0 before the first close
	paid  map[account][]Settled
	deals map[string]*fold.Deal
	lines []Line
	why   reasons // nil until asked for
}

// account is a key in one currency.
type account struct {
	Key
	currency string
}

// settle turns what is due into the lines of the ledger: first all that closed
// periods paid, as they recorded it, then what is left.
func settle(c *fold.Company, dues []Line, excluded map[*fold.Deal]bool) []Line {
	s := newSettlement(c, len(dues))
	order := s.closed()
	seen := make(map[account]bool, len(dues))
	for _, due := range dues {
		s.settle(due, seen)
	}
	s.orphans(order, dues, seen, excluded)
	s.recall(len(order), dues)
	return s.lines
}

// recall lets what closed periods took back say why, as far as it can be known
// today, and how it was settled beside that.
func (s *settlement) recall(closed int, dues []Line) {
	for i := range s.lines[:closed] {
		line := &s.lines[i]
		if line.State != ClawedBack {
			continue
		}
		line.note(line.Reason, line.Args)
		line.Reason, line.Args = s.reasons(dues).then(*line)
	}
}

// reasons are those of the dues, found once they are asked for.
func (s *settlement) reasons(dues []Line) reasons {
	if s.why == nil {
		s.why = reasonsOf(dues)
	}
	return s.why
}

// newSettlement makes room for all lines of closed periods and as many dues.
func newSettlement(c *fold.Company, dues int) *settlement {
	closed := 0
	for _, p := range c.Payouts {
		closed += len(p.Body.Lines)
	}
	s := &settlement{c: c, paid: make(map[account][]Settled, closed), lines: make([]Line, 0, closed+dues)}
	if closed > 0 {
		s.deals = dealsByName(c)
	}
	return s
}

// orphans takes back what was paid for keys that are no longer due.
func (s *settlement) orphans(past []Line, dues []Line, seen map[account]bool, excluded map[*fold.Deal]bool) {
	for _, line := range past {
		if a := (account{line.Key, line.Currency}); !seen[a] && !excluded[line.Deal] {
			seen[a] = true
			key, args := s.reasons(dues).of(line)
			s.takeBack(line, key, args)
		}
	}
}

// closed lists the lines of the periods that are closed.
func (s *settlement) closed() []Line {
	for _, p := range s.c.Payouts {
		s.open = p.Month.Next()
		for i := range p.Body.Lines {
			line := settledLine(s.c, p, i)
			line.Deal = s.deals[p.Body.Lines[i].Deal.S]
			a := account{line.Key, line.Currency}
			line.Before = s.paid[a]
			s.paid[a] = append(s.paid[a], Settled{p.Month, line.Amount, line.Sources[0], len(s.lines)})
			s.lines = append(s.lines, line)
		}
	}
	return s.lines
}

// dealsByName finds deals by all that a closing may call them.
func dealsByName(c *fold.Company) map[string]*fold.Deal {
	byName := map[string]*fold.Deal{}
	for _, d := range c.Deals() {
		for _, name := range []string{d.ID, d.Dir, strings.TrimPrefix(d.Dir, fold.Root+"/")} {
			if byName[name] == nil {
				byName[name] = d
			}
		}
	}
	return byName
}

// settledLine is a line of a closed period as it was recorded then, whatever
// the terms say today.
func settledLine(c *fold.Company, p *fold.Payout, i int) Line {
	b := p.Body.Lines[i]
	line := Line{
		Kind: Kind(b.Kind.S), Person: personID(c, b.Payee.S), Clause: b.Clause.S,
		Basis: b.Basis.Decimal, Rate: b.Rate.S, Share: b.Share.S, Amount: b.Amount.Decimal, Recorded: true,
		Currency: currencyOf(c, b.Currency.S), On: b.On.Day, State: Paid, Period: p.Month, Closed: true,
		What: diag.Term("bonus.kind." + b.Kind.S), Sources: []Source{at(p.Fact, b.Amount.At)},
	}
	if line.Amount.IsNegative() && line.Kind != Penalty {
		line.State = ClawedBack
	}
	line.Key = Key{Payee: payeeOf(line.Person, ""), Clause: b.Clause.S, Fact: b.Fact.S, Receipt: b.Receipt.S}
	paid := p.PaidOn(line.Person)
	if paid != nil {
		line.Sources = append(line.Sources, at(paid.Fact, diag.Pos{}))
	}
	line.Reason, line.Args = settledBy(c, p, paid, line)
	return line
}

// settledBy says how a line of a closed period was settled. What was to be taken
// was taken with the payment only where nothing of it was carried.
func settledBy(c *fold.Company, p *fold.Payout, paid *fold.PaidFact, line Line) (why string, args diag.Args) {
	if owed := carriedBy(c, p, line); line.Amount.IsNegative() && !owed.IsZero() {
		return "bonus.carried-on", diag.Args{"period": p.Month.String(), "carried": owed}
	}
	if paid == nil {
		return "bonus.period-closed", diag.Args{"period": p.Month.String()}
	}
	why, args = "bonus.paid-out", diag.Args{"date": paid.Date, "batch": paid.Batch()}
	if line.Amount.IsNegative() {
		why = "bonus.set-off"
	}
	return why, args
}

// carriedBy is what the payee of a line still owed after a closed period.
func carriedBy(c *fold.Company, p *fold.Payout, line Line) decimal.Decimal {
	owed := decimal.Zero
	for _, t := range p.Body.Totals {
		if personID(c, t.Person.S) == line.Person && currencyOf(c, t.Currency.S) == line.Currency {
			owed = owed.Add(t.Carried.Decimal)
		}
	}
	return owed
}

func currencyOf(c *fold.Company, written string) string {
	if written != "" {
		return written
	}
	return c.Policy.Currency.S
}

// settle adds what is left of one due. The first due of a key bears all that
// was paid for it.
func (s *settlement) settle(due Line, seen map[account]bool) {
	a := account{due.Key, due.Currency}
	due.Due = due.Amount
	if (due.State == Payable || due.State == Waiting) && !seen[a] {
		seen[a], due.Before = true, s.paid[a]
		s.say(due)
	}
	if due.State != Payable {
		if !total(due.Before).IsZero() {
			s.takeBack(due, due.Reason, due.Args)
			due.Before = nil
		}
		s.lines = append(s.lines, due)
		return
	}
	due.Amount = due.Due.Sub(total(due.Before))
	if due.Amount.IsNegative() && due.Kind != Penalty {
		due.State = ClawedBack
		if !due.Due.IsZero() { // what is due no more says why itself
			due.Reason, due.Args = "bonus.less-due", diag.Args{"due": due.Due, "paid": total(due.Before)}
		}
	}
	s.add(due)
}

// say lets the lines that paid for a due say what they were for, which a closing
// does not write down; their amounts stay as recorded.
func (s *settlement) say(due Line) {
	for _, b := range due.Before {
		line := &s.lines[b.line]
		line.What, line.Detail, line.Row = due.What, due.Detail, due.Row
	}
}

// takeBack claims what was paid for a key for which nothing is payable now.
func (s *settlement) takeBack(line Line, why string, args diag.Args) {
	line.Before = s.paid[account{line.Key, line.Currency}]
	line.Due, line.Amount = decimal.Zero, total(line.Before).Neg()
	line.State, line.Reason, line.Args, line.Closed = ClawedBack, why, args, false
	if line.Amount.IsPositive() { // a deduction is given back
		line.State = Payable
	}
	s.add(line)
}

// add adds an open line, in the first period that can still pay it.
func (s *settlement) add(line Line) {
	if line.Amount.IsZero() {
		return
	}
	line.Period = max(line.On.Month(), s.open)
	line.Late = line.On.Month() < line.Period
	if why := unread(s.c); why != "" {
		line.wait(why, nil)
	}
	s.lines = append(s.lines, line)
}

// wait lets a line wait: no period pays it yet.
func (l *Line) wait(why string, args diag.Args) {
	l.State, l.Reason, l.Args = Waiting, why, args
	l.Period, l.Late = 0, false
}

// The reasons of lines that wait until something can be read: what was paid
// before, or the plan that they are computed under.
const (
	WaitsPayouts = "bonus.waits-payouts"
	WaitsPlans   = "bonus.waits-plans"
)

// unread is why nothing of a company can be settled, "" where all can be read.
func unread(c *fold.Company) string {
	switch {
	case c.PayoutsUnread:
		return WaitsPayouts
	case c.PlansUnread:
		return WaitsPlans
	}
	return ""
}

func total(all []Settled) decimal.Decimal {
	sum := decimal.Zero
	for _, x := range all {
		sum = sum.Add(x.Amount)
	}
	return sum
}
