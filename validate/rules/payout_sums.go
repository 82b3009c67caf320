package rules

import (
	"cmp"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// payoutSums holds a closing against itself and the one before: what each
// person is paid follows from the lines and from what he still owed, and each
// balance leads from its opening to its closing.
var payoutSums = validate.CompanyRule{
	IDs: []string{"payout/sums", "payout/key-twice", "payout/digest"},
	Check: func(c *fold.Company, report func(diag.Diagnostic)) {
		if c.PayoutsUnread {
			return // what stands in the file that cannot be read is not known
		}
		before := &fold.Payout{Body: &fact.PayoutClose{}}
		for i, p := range c.Payouts {
			s := &sums{c: c, p: p, before: before, closed: c.Payouts[:i], report: report}
			s.keys()
			s.totals()
			s.balances()
			if want := fold.LinesDigest(p.Body.Lines); p.Body.LinesDigest.S != want {
				report(diag.Diagnostic{Rule: "payout/digest", Span: p.Span(p.Body.LinesDigest.At), Args: diag.Args{"digest": p.Body.LinesDigest.S, "want": want}})
			}
			before = p
		}
	},
}

// sums adds up one closing.
type sums struct {
	c         *fold.Company
	p, before *fold.Payout
	closed    []*fold.Payout // before it
	report    func(diag.Diagnostic)
}

// currency is the one that is written, else the company's.
func (s *sums) currency(written value.Text) string {
	return cmp.Or(written.S, s.c.Policy.Currency.S)
}

// person is the id of somebody.
func (s *sums) person(t value.Text) string { return personRef(s.c, t) }

// expect compares an amount with what it should be.
func (s *sums) expect(of, what string, got value.Amount, want decimal.Decimal, otherwise diag.Pos) {
	if got.Equal(want) {
		return
	}
	at := got.At
	if !at.Known() {
		at = otherwise
	}
	s.report(diag.Diagnostic{Rule: "payout/sums", Span: s.p.Span(at), Args: diag.Args{
		"of": of, "what": diag.Term("payout.sum." + what), "found": got.Decimal, "want": want}})
}

// keys wants everything to be paid for once.
func (s *sums) keys() {
	seen := map[fold.LineKey]fact.PayoutCloseLines{}
	for _, l := range s.p.Body.Lines {
		l.Payee.S = s.person(l.Payee)
		key := fold.KeyOf(l, s.c.Policy.Currency.S)
		if first, twice := seen[key]; twice {
			s.report(diag.Diagnostic{Rule: "payout/key-twice", Span: s.p.Span(l.Fact.At), Args: diag.Args{"person": l.Payee.S, "fact": l.Fact.S, "clause": l.Clause.S},
				Related: []diag.Related{{Span: s.p.Span(first.Fact.At), Text: "layout.first"}}})
			continue
		}
		seen[key] = l
	}
}

// account is what one person has in one currency, or one kind of money.
type account struct{ of, currency string }

func (a account) String() string { return a.of + " " + a.currency }

// totals wants one for everybody who has lines or still owes something, as the
// pay day gives it; of what is deducted, only that it keeps the plan's cap.
func (s *sums) totals() {
	pays := map[account]fold.Pay{}
	var all []account
	for _, p := range s.c.PayDay(s.closed, s.payLines()) {
		a := account{p.Person, p.Currency}
		pays[a], all = p, append(all, a)
	}
	seen := map[account]bool{}
	for _, t := range s.p.Body.Totals {
		a := account{s.person(t.Person), s.currency(t.Currency)}
		if seen[a] {
			s.rows("totals", 2, a, t.Person.At)
		}
		seen[a] = true
		s.total(a, t, pays[a])
	}
	for _, a := range all {
		if !seen[a] {
			s.rows("totals", 0, a, s.p.Body.AsOf.At)
		}
	}
}

func (s *sums) payLines() []fold.PayLine {
	var out []fold.PayLine
	for _, l := range s.p.Body.Lines {
		out = append(out, s.c.PayLine(l))
	}
	return out
}

// rows reports a total or balance that is not there, or there twice.
func (s *sums) rows(what string, n int, a account, at diag.Pos) {
	s.report(diag.Diagnostic{Rule: "payout/sums", Span: s.p.Span(at), Args: diag.Args{
		"of": a.String(), "what": diag.Term("payout.sum." + what), "found": n, "want": 1}})
}

func (s *sums) total(a account, t fact.PayoutCloseTotals, want fold.Pay) {
	of, at := a.String(), t.Person.At
	if most := s.c.PlanOn(s.p.Date).MostDeducted(want.Bonus, want.Refunds, a.currency); t.Deductions.GreaterThan(most) {
		s.expect(of, "deductions", t.Deductions, most, at)
	}
	want.Take(t.Deductions.Decimal)
	s.expect(of, "bonus", t.Bonus, want.Bonus, at)
	s.expect(of, "refunds", t.Refunds, want.Refunds, at)
	s.expect(of, "carried-in", t.CarriedIn, want.CarriedIn, at)
	s.expect(of, "netted", t.Netted, want.Netted, at)
	s.expect(of, "pay", t.Pay, want.Pay, at)
	s.expect(of, "carried", t.Carried, want.Carried, at)
	s.expect(of, "carried-refunds", t.CarriedRefunds, want.CarriedRefunds, at)
}

// balances wants each to lead from its opening to its closing, and to open with
// what the one before closed with.
func (s *sums) balances() {
	was, paid := closings(s, s.before), s.paid()
	seen := map[account]bool{}
	for _, r := range s.p.Body.RollForward {
		a := account{r.Kind.S, s.currency(r.Currency)}
		of := a.String()
		if seen[a] {
			s.rows("balances", 2, a, r.Kind.At)
		}
		seen[a] = true
		if s.before.Fact != nil {
			s.expect(of, "opening", r.Opening, was[a], r.Kind.At)
		}
		s.expect(of, "paid", r.Paid, paid[a], r.Kind.At)
		s.expect(of, "closing", r.Closing, r.Opening.Add(r.New.Decimal).Sub(r.Paid.Decimal).Sub(r.Forfeited.Decimal).Add(r.Adjustments.Decimal), r.Kind.At)
	}
	all := slices.SortedFunc(maps.Keys(was), func(a, b account) int { return cmp.Compare(a.String(), b.String()) })
	for _, a := range all {
		if !seen[a] && !was[a].IsZero() {
			s.rows("balances", 0, a, s.p.Body.AsOf.At)
		}
	}
	for _, l := range s.p.Body.Lines {
		if a := (account{l.Kind.S, s.currency(l.Currency)}); !seen[a] {
			seen[a] = true
			s.rows("balances", 0, a, l.Kind.At)
		}
	}
}

// closings are the balances with which a period closed.
func closings(s *sums, p *fold.Payout) map[account]decimal.Decimal {
	out := map[account]decimal.Decimal{}
	for _, r := range p.Body.RollForward {
		out[account{r.Kind.S, s.currency(r.Currency)}] = r.Closing.Decimal
	}
	return out
}

// paid adds up the lines by kind.
func (s *sums) paid() map[account]decimal.Decimal {
	out := map[account]decimal.Decimal{}
	for _, l := range s.p.Body.Lines {
		a := account{l.Kind.S, s.currency(l.Currency)}
		out[a] = out[a].Add(l.Amount.Decimal)
	}
	return out
}
