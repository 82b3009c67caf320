package rules

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// payoutLedger holds a closing that a change adds against the books: it lands
// only as the ledger gives it at that moment.
var payoutLedger = validate.ChangeRule{
	IDs: []string{"payout/matches-ledger", "payout/not-judged"},
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		if ch.Base.Policy == nil {
			return // the baseline: declared, not judged
		}
		for _, p := range ch.Head.Payouts {
			file := slices.IndexFunc(ch.Files, func(f validate.File) bool { return f.Path == p.Path })
			if file < 0 {
				continue
			}
			want, asked := ch.Ledger[p.Month]
			if !asked {
				report(fileFinding("payout/not-judged", ch.Files[file], diag.Args{"period": p.Month}))
			}
			if want == nil {
				continue
			}
			d := &differences{c: ch.Head, p: p, report: report}
			d.entries("line", lineEntries(d.c, p.Body), lineEntries(d.c, want))
			d.entries("total", totalEntries(d.c, p.Body), totalEntries(d.c, want))
			d.entries("balance", balanceEntries(d.c, p.Body), balanceEntries(d.c, want))
			d.entries("late", lateEntries(p.Body), lateEntries(want))
			d.entries("head", headEntries(p.Body), headEntries(want))
			d.rest()
		}
	},
}

// mostDifferences are shown; of the rest only the number.
const mostDifferences = 10

// entry is one thing that a closing says: of what, and what of it.
type entry struct {
	of, says string
	at       diag.Pos
}

// differences reports where a closing departs from the books.
type differences struct {
	c      *fold.Company
	p      *fold.Payout
	report func(diag.Diagnostic)
	n      int
}

// entries compares what a closing says with what it should say, each part of it
// by what it is of.
func (d *differences) entries(part string, got, want []entry) {
	should := map[string][]entry{}
	for _, w := range want {
		should[w.of] = append(should[w.of], w)
	}
	for _, g := range got {
		left := should[g.of]
		if len(left) == 0 {
			d.add(part, g.of, g.says, "—", g.at)
			continue
		}
		if g.says != left[0].says {
			d.add(part, g.of, g.says, left[0].says, g.at)
		}
		should[g.of] = left[1:]
	}
	for _, w := range want {
		if left := should[w.of]; len(left) > 0 {
			d.add(part, w.of, "—", left[0].says, d.p.Body.AsOf.At)
			should[w.of] = left[1:]
		}
	}
}

func (d *differences) add(part, of, found, want string, at diag.Pos) {
	if d.n++; d.n <= mostDifferences {
		d.report(diag.Diagnostic{Rule: "payout/matches-ledger", Span: d.p.Span(at), Args: diag.Args{
			"part": diag.Term("payout.part." + part), "of": of, "found": found, "want": want, "period": d.p.Month}})
	}
}

// rest says how many differences are not shown.
func (d *differences) rest() {
	if more := d.n - mostDifferences; more > 0 {
		d.report(diag.Diagnostic{Rule: "payout/matches-ledger", Span: d.p.Span(d.p.Body.LinesDigest.At), Args: diag.Args{
			"part": diag.Term("payout.part.more"), "of": "", "found": more, "want": 0, "period": d.p.Month}})
	}
}

// plainAmount is an amount without idle zeros; what is left out is nothing.
func plainAmount(a value.Amount) string {
	if !a.Set {
		return "0"
	}
	return a.Decimal.String()
}

func lineEntries(c *fold.Company, b *fact.PayoutClose) []entry {
	var out []entry
	for _, l := range b.Lines {
		currency := cmp.Or(l.Currency.S, c.Policy.Currency.S)
		out = append(out, entry{
			of:   strings.TrimSpace(strings.Join([]string{personRef(c, l.Payee), l.Clause.S, l.Fact.S, l.Receipt.S}, " ")),
			says: strings.Join([]string{plainAmount(l.Amount), currency, l.Kind.S, l.Deal.S, l.On.String(), plainAmount(l.Basis), l.Rate.S, l.Share.S}, " · "),
			at:   l.Amount.At,
		})
	}
	return out
}

func totalEntries(c *fold.Company, b *fact.PayoutClose) []entry {
	var out []entry
	for _, t := range b.Totals {
		out = append(out, entry{
			of:   personRef(c, t.Person) + " " + cmp.Or(t.Currency.S, c.Policy.Currency.S),
			says: amounts(t.Bonus, t.Refunds, t.Deductions, t.CarriedIn, t.Netted, t.Pay, t.Carried, t.CarriedRefunds),
			at:   t.Person.At,
		})
	}
	return out
}

func balanceEntries(c *fold.Company, b *fact.PayoutClose) []entry {
	var out []entry
	for _, r := range b.RollForward {
		out = append(out, entry{
			of:   r.Kind.S + " " + cmp.Or(r.Currency.S, c.Policy.Currency.S),
			says: amounts(r.Opening, r.New, r.Paid, r.Forfeited, r.Adjustments, r.Closing),
			at:   r.Kind.At,
		})
	}
	return out
}

func amounts(all ...value.Amount) string {
	var out []string
	for _, a := range all {
		out = append(out, plainAmount(a))
	}
	return strings.Join(out, " · ")
}

func lateEntries(b *fact.PayoutClose) []entry {
	var out []entry
	for _, t := range b.Late {
		out = append(out, entry{of: t.S, says: t.S, at: t.At})
	}
	return out
}

// headEntries are what stands once in a closing. The commit names a draft and
// is judged where history can be read.
func headEntries(b *fact.PayoutClose) []entry {
	return []entry{
		{"as-of", b.AsOf.Day.String(), b.AsOf.At},
		{"inputs-digest", b.InputsDigest.S, b.InputsDigest.At},
	}
}
