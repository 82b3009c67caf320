package bonus_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/value"
)

// The reference computes every due of a made-up company a second time, from the
// clauses and not from the engine: naively, from the company's description and
// not from its files, with fractions that are rounded where a clause says so.
// DEALGATE_REFERENCE_DEALS says how many random deals it has to agree on.
func TestReference(t *testing.T) {
	want, seen := 2000, 0
	if n, err := strconv.Atoi(os.Getenv("DEALGATE_REFERENCE_DEALS")); err == nil {
		want = n
	}
	for seen < want && !t.Failed() {
		rapid.Check(t, func(r *rapid.T) {
			w := anyWorld(r, 3)
			files := w.files()
			got := told(bonus.Compute(load(r, files, w.asOf)))
			if diff := differences(got, w.dues()); diff != "" {
				r.Fatalf("as of %s, engine and reference differ:\n%s\n%s", w.asOf, diff, listing(files))
			}
			seen += len(w.deals)
		})
	}
	t.Logf("agreed on %d deals", seen)
}

// dues are amounts in cents by what they are due for, and in which state.
type dues map[string]int64

func (d dues) add(cents int64, kind, payee, deal, what, state string, on value.Day) {
	if cents == 0 {
		return
	}
	if state == "payable" {
		state += " on " + on.String()
	}
	d[strings.Join([]string{deal, kind, what, payee, state}, " | ")] += cents
}

// told says the lines of a ledger as the reference would.
func told(l bonus.Ledger) dues {
	out := dues{}
	for _, x := range l.Lines {
		if x.State == bonus.Provisional {
			continue
		}
		payee := x.Person
		if payee == "" {
			payee = "team:" + x.Team
		}
		_, what, _ := strings.Cut(x.Key.Fact, "#")
		switch x.Kind {
		case bonus.Commission:
			what += " " + lastOf(x.Key.Receipt)
		case bonus.Reward:
			what = strings.TrimPrefix(string(x.What), "word.")
		default:
			what = lastOf(x.Key.Fact)
		}
		out.add(x.Amount.Shift(2).IntPart(), string(x.Kind), payee, x.Deal.ID, what, string(x.State), x.On)
	}
	return out
}

func lastOf(path string) string {
	path, _, _ = strings.Cut(path, "#")
	return path[strings.LastIndex(path, "/")+1:]
}

func differences(got, want dues) string {
	var b strings.Builder
	keys := slices.Sorted(maps.Keys(got))
	for k := range want {
		if _, both := got[k]; !both {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		if got[k] != want[k] {
			fmt.Fprintf(&b, "%s: engine %d, reference %d\n", k, got[k], want[k])
		}
	}
	return b.String()
}

func listing(files map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&b, "-- %s --\n%s", name, files[name])
	}
	return b.String()
}

// dues recomputes all that the company owes as of its day.
func (w *world) dues() dues {
	out := dues{}
	for _, d := range w.deals {
		w.rewards(d, out)
		w.commission(d, out)
		w.advances(d, out)
		for i, p := range d.penalties {
			if p.on <= w.asOf && (p.withdrawn == 0 || p.withdrawn > w.asOf) {
				file := p.on.String() + "-penalty" + strings.Repeat("-x", i) + ".yaml"
				taken := roundTo(unitOf(d.currency), new(big.Rat).SetInt64(p.amount))
				if p.person == "" { // nobody's share is agreed
					out.add(-taken, "penalty", "team:east", d.id, file, "waiting", p.on)
					continue
				}
				out.add(-taken, "penalty", p.person, d.id, file, "payable", p.on)
			}
		}
	}
	return out
}

// plan is the plan in force on a day.
func (w *world) plan(day value.Day) planOf {
	in := w.plans[0]
	for _, p := range w.plans {
		if p.from <= day {
			in = p
		}
	}
	return in
}

// rewards: G-12 to G-16 and 4.4. A milestone earns the amount decided, else the
// plan's minimum, and belongs to the team's account until shares are decided.
func (w *world) rewards(d *deal, out dues) {
	for _, m := range d.milestones {
		if m.on > w.asOf {
			continue
		}
		plan := w.plan(m.on)
		amount, shares, decided := plan.least[m.name], []shareOf(nil), false
		for _, x := range d.decisions {
			if x.milestone == m.name && x.on <= w.asOf {
				amount, shares, decided = x.amount, x.shares, true
			}
		}
		whole := new(big.Rat).SetInt64(amount)
		amount = roundTo(unitOf(d.currency), whole)
		switch {
		case !decided && plan.amount == "decided", len(shares) == 0:
			out.add(amount, "reward", "team:east", d.id, m.name, "waiting", m.on)
		default:
			for who, cents := range w.split(d, whole, shares, m.on) {
				out.add(cents, "reward", who, d.id, m.name, w.stateFor(who, m.on, "payable"), m.on)
			}
		}
	}
}

// stateFor is the state of a share: what the team's account holds waits, and
// what a leaver loses to the company is forfeited.
func (w *world) stateFor(who string, day value.Day, state string) string {
	switch {
	case strings.HasPrefix(who, "team:"):
		return "waiting"
	case w.plan(day).leavers == "company" && w.left(who, day):
		return "forfeited"
	}
	return state
}

// advances: 4.2-N2, G-08 to G-10 and G-46. Whoever incurred an expense advances
// the plan's rate of it, and gets it back once agreement and sale are there.
func (w *world) advances(d *deal, out dues) {
	both := w.bothFacts(d)
	for _, e := range d.expenses {
		if e.on > w.asOf || (both != 0 && e.on > both) || (e.withdrawn != 0 && e.withdrawn <= w.asOf) {
			continue
		}
		advanced := w.advanced(d, e)
		add := func(cents int64, state string, on value.Day) {
			out.add(cents, "advance", e.person, d.id, e.file(), state, on)
		}
		stopped := d.stopped != 0 && d.stopped <= w.asOf
		settled := d.settled != 0 && d.settled <= w.asOf
		switch {
		case both != 0:
			add(advanced, "payable", both)
		case stopped && d.disposition == "refund":
			add(advanced, "payable", d.stopped)
		case stopped && d.disposition == "forfeit":
			add(advanced, "forfeited", d.stopped)
		case settled && d.settlement == "refund":
			add(advanced, "payable", d.settled)
		case settled && d.settlement == "forfeit":
			add(advanced, "forfeited", d.settled)
		case settled:
			back := roundTo(unitOf(d.currency), new(big.Rat).SetFrac64(advanced*int64(d.part), 100))
			add(back, "payable", d.settled)
			add(advanced-back, "forfeited", d.settled)
		default:
			add(advanced, "waiting", 0)
		}
	}
}

// advanced is what a person lays out of an expense, in cents.
func (w *world) advanced(d *deal, e expense) int64 {
	return roundTo(unitOf(d.currency), new(big.Rat).SetFrac64(w.spent(e)*int64(w.plan(e.on).advance), 100))
}

// spent is what an expense was, as far as it is known.
func (w *world) spent(e expense) int64 {
	if e.corrected != 0 && e.corrected <= w.asOf {
		return e.really
	}
	return e.amount
}

// file is the name of the fact.
func (e expense) file() string { return fmt.Sprintf("%s-expense-%d.yaml", e.on, e.n) }

// bothFacts is the day since which the agreement is signed and a first order
// was accepted and fully paid (G-09), 0 if it has not come.
func (w *world) bothFacts(d *deal) value.Day {
	if d.agreed == 0 || d.agreed > w.asOf {
		return 0
	}
	var first value.Day
	if d.route == "selling" { // a sale was realised before the import
		return d.agreed
	}
	for _, o := range d.orders {
		paid := w.paidOn(o)
		if paid == 0 || o.accepted == 0 || o.accepted > w.asOf {
			continue
		}
		day := max(paid, o.accepted)
		if o.returned != 0 && day == o.rejected() {
			day = o.returned // what was rejected that day is not accepted
		}
		if day <= w.asOf && (first == 0 || day < first) {
			first = day
		}
	}
	if first == 0 {
		return 0
	}
	return max(first, d.agreed)
}

// split rounds a whole once and gives it to those who are there on the day that
// it accrues: whole units by share, then one each by the largest remainder, ties
// by id. Where nobody is left it stays on the team's account (G-14).
func (w *world) split(d *deal, whole *big.Rat, shares []shareOf, day value.Day) map[string]int64 {
	unit := unitOf(d.currency)
	total := roundTo(unit, whole)
	parts := w.present(shares, day)
	if len(parts) == 0 {
		return map[string]int64{"team:east": total}
	}
	type part struct {
		who  string
		got  int64
		rest *big.Rat
	}
	var all []part
	left := total / unit
	for _, who := range slices.Sorted(maps.Keys(parts)) {
		exact := new(big.Rat).Mul(parts[who], new(big.Rat).SetInt64(total/unit))
		down := new(big.Int).Quo(exact.Num(), exact.Denom()).Int64()
		all = append(all, part{who, down, exact.Sub(exact, new(big.Rat).SetInt64(down))})
		left -= down
	}
	slices.SortStableFunc(all, func(a, b part) int { return cmp.Or(b.rest.Cmp(a.rest), cmp.Compare(a.who, b.who)) })
	out := map[string]int64{}
	for i, p := range all {
		if int64(i) < left {
			p.got++
		}
		out[p.who] = p.got * unit
	}
	return out
}

// present are the shares of whoever has not left before a day, in proportion.
// Where the plan leaves a leaver's share to him or to the company, they are as
// they were agreed.
func (w *world) present(shares []shareOf, day value.Day) map[string]*big.Rat {
	out, there := map[string]*big.Rat{}, new(big.Rat)
	for _, s := range shares {
		if w.plan(day).leavers == "others" && w.left(s.person, day) {
			continue
		}
		out[s.person] = ratOf(s.share)
		there.Add(there, out[s.person])
	}
	for _, share := range out {
		share.Quo(share, there)
	}
	return out
}

// left reports whether somebody's last day was before a day.
func (w *world) left(id string, day value.Day) bool {
	p := w.people[slices.IndexFunc(w.people, func(p person) bool { return p.id == id })]
	return p.last != 0 && p.last < day && (p.again == 0 || day < p.again)
}

// roundTo rounds cents to a unit, half away from zero.
func roundTo(unit int64, cents *big.Rat) int64 {
	units := new(big.Rat).Quo(cents, new(big.Rat).SetInt64(unit))
	double := new(big.Rat).Add(new(big.Rat).Mul(units.Abs(units), big.NewRat(2, 1)), big.NewRat(1, 1))
	n := new(big.Int).Quo(double.Num(), double.Denom())
	n.Quo(n, big.NewInt(2))
	return n.Int64() * unit * int64(cents.Sign())
}
