package bonus_test

import (
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// Closing any prefix of periods pays what is due then and no more, and changes
// nothing of what is due in all: paid + payable + waiting − clawed back = earned.
func TestClosingChangesNoTotal(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h, all := lateWorld(r, anyWorld(r, 2), drawer{r}.upTo(10))
		for _, c := range all {
			never := bonus.Compute(load(r, without(c.files), c.month.Last()))
			due := sum(never, dueNow)
			maps.DeleteFunc(due, func(a account, _ decimal.Decimal) bool { return strings.HasPrefix(a.Payee, "team:") })
			same(r, "paid up to and due in "+c.month.String(), c.paidWith(r), due)
		}
		files := h.all()
		now, never := bonus.Compute(load(r, files, h.w.asOf)), bonus.Compute(load(r, without(files), h.w.asOf))
		same(r, "closed and open against never closed", sum(now, owed), sum(never, owed))
		same(r, "forfeited", sum(now, forfeited), sum(never, forfeited))
		same(r, "closed lines", sum(now, func(l bonus.Line) bool { return l.Closed }), h.paid)
		h.earned(r, now)
		h.w.neverMoreThanAdvanced(r, now)
	})
}

// paidWith is all that was paid up to and with a closing.
func (c closing) paidWith(t failer) balances {
	t.Helper()
	paid := sum(c.now, func(l bonus.Line) bool { return l.Closed })
	for _, line := range c.draft.Lines {
		paid.add(line)
	}
	return paid
}

func without(files map[string]string) map[string]string {
	out := maps.Clone(files)
	maps.DeleteFunc(out, func(name, _ string) bool { return strings.HasPrefix(name, fold.PayoutsDir) })
	return out
}

func same(t failer, what string, a, b balances) {
	t.Helper()
	if !maps.EqualFunc(a, b, decimal.Decimal.Equal) {
		t.Fatalf("%s:\n%v\n%v", what, a, b)
	}
}

// earned holds what everybody has and waits for against what the clauses give.
func (h *history) earned(t failer, now bonus.Ledger) {
	t.Helper()
	type holding struct{ deal, payee string }
	got, want := map[holding]int64{}, map[holding]int64{}
	for _, line := range now.Lines {
		if owed(line) {
			got[holding{line.Deal.ID, line.Key.Payee}] += line.Amount.Shift(2).IntPart()
		}
	}
	for text, cents := range h.w.dues() {
		parts := strings.Split(text, " | ")
		if !strings.HasPrefix(parts[4], "forfeited") {
			want[holding{parts[0], parts[3]}] += cents
		}
	}
	for _, all := range []map[holding]int64{got, want} {
		maps.DeleteFunc(all, func(_ holding, cents int64) bool { return cents == 0 })
	}
	if !maps.Equal(got, want) {
		t.Fatalf("earned:\n%v\n%v", got, want)
	}
}

// A draft is the same bytes whenever it is made of the same facts, its period
// closed or not; and what was closed is in every later ledger as it was closed.
func TestClosedPeriodsStay(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h, all := lateWorld(r, anyWorld(r, 2), 1+drawer{r}.upTo(5))
		var lines []bonus.Line
		for _, c := range all {
			again, _, _ := draftOf(r, c.files, c.month)
			if text := written(r, again); text != c.text {
				r.Fatalf("drafted twice:\n%s\n%s", c.text, text)
			}
			landed := maps.Clone(c.files)
			landed[c.draft.Path()] = c.text
			again, _, _ = draftOf(r, landed, c.month)
			if text := written(r, again); text != c.text {
				r.Fatalf("drafted once it is closed:\n%s\n%s", c.text, text)
			}
			lines = append(lines, c.draft.Lines...)
		}
		later := bonus.Compute(load(r, h.all(), h.w.asOf))
		var kept []bonus.Line
		for _, line := range later.Lines {
			if line.Closed {
				kept = append(kept, line)
			}
		}
		if a, b := saidOf(kept), saidOf(lines); !slices.Equal(a, b) {
			r.Fatalf("closed lines:\n%s\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
		}
	})
}

// saidOf says what a closing records of lines, in any order.
func saidOf(lines []bonus.Line) []string {
	var out []string
	for _, l := range lines {
		out = append(out, strings.Join([]string{l.Key.String(), string(l.Kind), l.On.String(), l.Period.String(), l.Basis.StringFixed(fold.MinorDigits(l.Currency)), l.Rate, l.Share, l.Currency, l.Amount.StringFixed(2)}, " "))
	}
	slices.Sort(out)
	return out
}

// The roll-forward adds up, begins where the one before ended, and ends with
// what is open.
func TestRollForwardTies(t *testing.T) {
	type kind struct {
		bonus.Kind
		currency string
	}
	rapid.Check(t, func(r *rapid.T) {
		_, all := lateWorld(r, anyWorld(r, 2), 1+drawer{r}.upTo(8))
		before := map[kind]decimal.Decimal{}
		for _, c := range all {
			open := map[kind]decimal.Decimal{}
			for _, line := range c.now.Lines {
				if k := (kind{line.Kind, line.Currency}); !line.Closed && !dueNow(line) && owed(line) {
					open[k] = open[k].Add(line.Amount)
				}
			}
			for _, roll := range c.draft.Rolls {
				k := kind{roll.Kind, roll.Currency}
				if sum := roll.Opening.Add(roll.New).Sub(roll.Paid).Sub(roll.Forfeited).Add(roll.Adjustments); !sum.Equal(roll.Closing) {
					r.Fatalf("%s: %+v sums to %s", c.month, roll, sum)
				}
				if !roll.Opening.Equal(before[k]) || !roll.Closing.Equal(open[k]) {
					r.Fatalf("%s: %+v after %s, open %s\n%s", c.month, roll, before[k], open[k], listing(c.files))
				}
				before[k] = roll.Closing
				delete(open, k)
			}
			for k, amount := range open {
				if !amount.IsZero() {
					r.Fatalf("%s: %s of %v is open and not rolled forward", c.month, amount, k)
				}
			}
		}
	})
}

// A pay day pays nothing negative, deducts no more than the plan's cap, and
// carries what it could not deduct to the next.
func TestPayDayCarries(t *testing.T) {
	type holding struct{ person, currency string }
	rapid.Check(t, func(r *rapid.T) {
		h, all := lateWorld(r, anyWorld(r, 2), 1+drawer{r}.upTo(8))
		carried := map[holding]decimal.Decimal{}
		for _, c := range all {
			lines := map[holding]decimal.Decimal{}
			for _, line := range c.draft.Lines {
				k := holding{line.Person, line.Currency}
				lines[k] = lines[k].Add(line.Amount)
			}
			for _, p := range c.draft.Pays {
				k := holding{p.Person, p.Currency}
				h.payTies(r, c.month, p)
				if !p.CarriedIn.Equal(carried[k]) || !p.Bonus.Add(p.Refunds).Add(p.Netted).Sub(p.Owed).Equal(lines[k]) {
					r.Fatalf("%s: %+v after %s carried, lines of %s", c.month, p, carried[k], lines[k])
				}
				carried[k] = p.Carried
				delete(lines, k)
			}
			if len(lines) > 0 {
				r.Fatalf("%s: nobody is paid %v", c.month, lines)
			}
		}
	})
}

func (h *history) payTies(t failer, month value.Month, p bonus.Pay) {
	t.Helper()
	plan, base := h.w.plan(month.Last()), p.Bonus
	if plan.setOff == "all" {
		base = base.Add(p.Refunds)
	}
	most := base.Mul(decimal.New(int64(plan.deductionCap), -2))
	switch {
	case p.Pay.IsNegative(), p.Carried.IsNegative(), p.Deducted.IsNegative(),
		p.Deducted.GreaterThan(most),
		!p.CarriedIn.Add(p.Owed).Equal(p.Netted.Add(p.Deducted).Add(p.Carried)),
		!p.Bonus.Add(p.Refunds).Sub(p.Deducted).Equal(p.Pay):
		t.Fatalf("%s: %+v under a cap of %s", month, p, most)
	}
}

// Shares sum to the whole, every line rests on places that exist, no more of an
// expense comes back than was advanced on it, and no commission is more than the
// highest rate of what came in.
func TestLinesAddUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := anyWorld(r, 3)
		files := w.files()
		l := bonus.Compute(load(r, files, w.asOf))
		type of struct{ clause, fact, receipt string }
		left := map[of]decimal.Decimal{}
		whole := map[of]decimal.Decimal{}
		for _, line := range l.Lines {
			if len(line.Sources) == 0 || line.Key.Payee == "" || line.Key.Clause == "" || line.Key.Fact == "" {
				r.Fatalf("no source or no key: %+v", line)
			}
			for _, s := range line.Sources {
				if n := strings.Count(files[s.File], "\n"); s.Line < 1 || s.Line > n {
					r.Fatalf("%s:%d of %d lines does not exist: %v", s.File, s.Line, n, line.Key)
				}
			}
			if line.State == bonus.Provisional {
				continue
			}
			k := of{line.Key.Clause, line.Key.Fact, line.Key.Receipt}
			left[k], whole[k] = left[k].Add(line.Amount), line.Whole
			if line.Kind == bonus.Penalty {
				whole[k] = line.Whole.Abs().Neg()
			}
		}
		for k, sum := range left {
			if !sum.Equal(whole[k]) {
				r.Fatalf("%v: the shares of %s sum to %s\n%s", k, whole[k], sum, listing(files))
			}
		}
		w.bounded(r, l)
	})
}

// bounded holds commissions and advances against the most that they may be.
func (w *world) bounded(t failer, l bonus.Ledger) {
	t.Helper()
	w.neverMoreThanAdvanced(t, l)
	for _, d := range w.deals {
		commission, lines := decimal.Zero, int64(0)
		for _, line := range l.Lines {
			if line.Deal.ID == d.id && line.Kind == bonus.Commission && line.State != bonus.Provisional {
				commission, lines = commission.Add(line.Amount), lines+1
			}
		}
		if most := d.highest(w); commission.Rat().Cmp(most.Add(most, big.NewRat(lines*unitOf(d.currency), 100))) > 0 {
			t.Fatalf("%s: a commission of %s is more than %s", d.id, commission, most.FloatString(2))
		}
	}
}

// neverMoreThanAdvanced holds what comes back of every expense, in all periods,
// against the plan's rate of it.
func (w *world) neverMoreThanAdvanced(t failer, l bonus.Ledger) {
	t.Helper()
	type of struct{ deal, file string }
	back := map[of]decimal.Decimal{}
	for _, line := range l.Lines {
		if line.Kind == bonus.Advance {
			k := of{line.Deal.ID, lastOf(line.Key.Fact)}
			back[k] = back[k].Add(line.Amount)
		}
	}
	for _, d := range w.deals {
		for _, e := range d.expenses {
			k := of{d.id, e.file()}
			if back[k].GreaterThan(decimal.New(w.advanced(d, e), -2)) {
				t.Fatalf("%v: %s come back of %d cents advanced", k, back[k], w.advanced(d, e))
			}
			delete(back, k)
		}
	}
	if len(back) > 0 {
		t.Fatalf("come back of nothing: %v", back)
	}
}

// highest is the highest rate of a deal on all that it ever received.
func (d *deal) highest(w *world) *big.Rat {
	rate, sum := new(big.Rat), new(big.Rat)
	for _, t := range d.terms {
		for _, s := range w.steps(t) {
			rate = greater(rate, ratOf(s.rate))
		}
	}
	for _, x := range w.receipts {
		for _, a := range x.allocations {
			if a.order.deal == d {
				sum.Add(sum, big.NewRat(a.amount, int64(100+a.order.tax)))
			}
		}
	}
	return sum.Mul(sum, rate)
}

// In what order shares and people are entered means nothing, and neither does
// the name of a file beyond its date, unless the money of two counts on one day.
func TestOrderOfEntryMeansNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := anyWorld(r, 2)
		before := told(bonus.Compute(load(r, w.files(), w.asOf)))
		w.mix(drawer{r})
		after := told(bonus.Compute(load(r, w.files(), w.asOf)))
		if diff := differences(unnamed(before), unnamed(after)); diff != "" {
			r.Fatalf("%s\n%s", diff, listing(w.files()))
		}
	})
}

// unnamed leaves the suffix of receipts out of what is due.
func unnamed(all dues) dues {
	out := dues{}
	for text, cents := range all {
		i := strings.Index(text, "-line-")
		if i >= 0 {
			text = text[:i] + text[i+len("-line-000.yaml"):]
		}
		out[text] += cents
	}
	return out
}

// mix enters everything that has no order in another one.
func (w *world) mix(r drawer) {
	for _, d := range w.deals {
		for _, t := range d.terms {
			t.shares = rapid.Permutation(t.shares).Draw(r.T, "shares")
		}
		for i := range d.decisions {
			d.decisions[i].shares = rapid.Permutation(d.decisions[i].shares).Draw(r.T, "shares")
		}
	}
	days := map[value.Day]bool{}
	for _, x := range w.receipts {
		counts := w.businessDate(x)
		if days[x.on] || days[counts] {
			return // what counts on one day goes by name
		}
		days[x.on], days[counts] = true, true
	}
	w.people = rapid.Permutation(w.people).Draw(r.T, "people")
	w.receipts = rapid.Permutation(w.receipts).Draw(r.T, "receipts")
	for n, x := range w.receipts {
		x.n = n
	}
}
