package report

import (
	"path"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/render/text"
	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// Decision is one thing that a change decides, in the words of one language.
type Decision struct {
	What   string          // the fact: its day, step and row
	More   string          // what is agreed to: the sum, the rate and shares, the team
	Amount decimal.Decimal // the sum that it puts on the table, zero where it names none
	Asks   bool            // an approval is asked for
}

// byWeight puts first what is asked for, and the largest sum first of that.
// What weighs the same keeps its order, which is that of the days.
func byWeight(a, b Decision) int {
	switch {
	case a.Asks != b.Asks && a.Asks:
		return -1
	case a.Asks != b.Asks:
		return 1
	case a.Asks:
		return b.Amount.Cmp(a.Amount)
	}
	return 0
}

// teller words what a fact decides.
type teller struct {
	c    *fold.Company
	l    catalogue.Lang
	base *fold.Company // before the change
}

func (t teller) say(key string, args diag.Args) string {
	return catalogue.Text(t.l, "report.decision."+key, args)
}

// join makes one phrase of those that say something.
func (t teller) join(parts ...string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, t.say("comma", nil))
}

// decision is what a fact of a deal decides.
func (t teller) decision(d *fold.Deal, f *fold.Fact) Decision {
	out := Decision{What: t.what(d, f)}
	if b, ok := f.Body.(*fact.Correct); ok {
		out.More, out.Amount = t.correction(d, f, b)
		return out
	}
	var stated string
	out.Amount = sumOf(d, f)
	if _, several := f.Body.(*fact.Import); !several && out.Amount.IsPositive() {
		stated = money(out.Amount, d.Currency)
	}
	limit := t.limit(d, f)
	out.More = t.join(stated, limit, t.detail(d, f))
	return out
}

func (t teller) what(d *fold.Deal, f *fold.Fact) string {
	s := f.Date.String() + " " + catalogue.Text(t.l, string(f.Step.Term()), nil)
	if dec := t.c.Decide(d, f); dec.Row != nil {
		s += " (" + dec.Row.ID + ")"
	}
	if f.Instance != "" {
		s += " · " + f.Instance
	}
	return s
}

// sumOf is the sum that a fact of a deal puts on the table: what an order is
// worth, what was advanced, the largest opening balance, or the largest sum that
// the fact names.
func sumOf(d *fold.Deal, f *fold.Fact) decimal.Decimal {
	switch b := f.Body.(type) {
	case *fact.Order:
		return worth(b.Lines)
	case *fact.OrderAmendment:
		return worth(b.Lines)
	case *fact.OrderConfirmation, *fact.OrderVoid:
		return ordered(d, f.Instance)
	case *fact.SettleAdvances:
		return d.Advanced(f.Date)
	case *fact.TermsFormal: // its sums are limits
		return decimal.Zero
	case *fact.Import:
		most := decimal.Zero
		for _, o := range openings(b) {
			most = decimal.Max(most, o.sum)
		}
		return most
	}
	most := decimal.Zero
	fact.Each(f.Body, f.Step.Fields, func(field schema.Field, a value.Amount) {
		if field.Kind == schema.KindMoney {
			most = decimal.Max(most, a.Decimal)
		}
	})
	return most
}

func worth[L fact.OrderLines | fact.OrderAmendmentLines](lines []L) decimal.Decimal {
	sum := decimal.Zero
	for _, l := range lines {
		one := fact.OrderLines(l)
		sum = sum.Add(one.Quantity.Mul(one.Price.Decimal))
	}
	return sum
}

// ordered is what an order is worth as it was placed or last amended.
func ordered(d *fold.Deal, name string) decimal.Decimal {
	sum := decimal.Zero
	for _, o := range d.Orders {
		if o.Name != name {
			continue
		}
		for _, l := range o.Lines {
			sum = sum.Add(l.Ordered.Mul(l.Price))
		}
	}
	return sum
}

// opening is one balance that an imported deal brings along.
type opening struct {
	name string
	sum  decimal.Decimal
}

func openings(b *fact.Import) []opening {
	var orders, advances, rewards decimal.Decimal
	for _, o := range b.Orders {
		orders = orders.Add(o.Balance.Decimal)
	}
	for _, a := range b.Advances {
		advances = advances.Add(a.Amount.Decimal)
	}
	for _, r := range b.RewardsPaid {
		rewards = rewards.Add(r.Amount.Decimal)
	}
	return []opening{
		{"orders", orders}, {"advances", advances}, {"rewards", rewards},
		{"commission", b.CommissionPaid.Decimal}, {"received", b.NetReceived.Decimal},
	}
}

// detail is what else is agreed to: rate and shares of money terms, the team and
// its bid of an award, the opening balances of an import.
func (t teller) detail(d *fold.Deal, f *fold.Fact) string {
	switch b := f.Body.(type) {
	case *fact.TermsPreliminary:
		return t.join(t.rate(b.Rate.String()), shares(t, b.Shares))
	case *fact.TermsFormal:
		return t.join(t.rate(b.Rate.String()), t.ladder(d, b), shares(t, b.Shares))
	case *fact.TermsReward:
		return shares(t, b.Shares)
	case *fact.TenderAward:
		return t.join(t.team(b.Team), t.bid(d, f, b.Team))
	case *fact.TenderDecision:
		return t.team(b.Team)
	case *fact.SettleAdvances:
		return t.join(b.Decision.S, b.Share.String())
	case *fact.Import:
		var all []string
		for _, o := range openings(b) {
			if o.sum.IsPositive() {
				all = append(all, t.say("opening."+o.name, diag.Args{"amount": money(o.sum, d.Currency)}))
			}
		}
		return t.join(all...)
	}
	return ""
}

func (t teller) rate(rate string) string {
	if rate == "" {
		return ""
	}
	return t.say("rate", diag.Args{"rate": rate})
}

func (t teller) ladder(d *fold.Deal, b *fact.TermsFormal) string {
	var all []string
	for _, s := range b.Ladder {
		if s.UpTo.Set {
			all = append(all, t.say("step", diag.Args{"rate": s.Rate.String(), "amount": money(s.UpTo.Decimal, d.Currency)}))
		} else {
			all = append(all, t.say("beyond", diag.Args{"rate": s.Rate.String()}))
		}
	}
	if b.Cap.Set {
		all = append(all, t.say("cap", diag.Args{"amount": money(b.Cap.Decimal, d.Currency)}))
	}
	return t.join(all...)
}

func shares[S fact.TermsPreliminaryShares | fact.TermsFormalShares | fact.TermsRewardShares](t teller, list []S) string {
	var all []string
	for _, s := range list {
		one := fact.TermsPreliminaryShares(s)
		all = append(all, t.name(one.Person)+" "+one.Share.String())
	}
	return t.join(all...)
}

// name is what a person is called, as the file has it where the roster does not
// know him.
func (t teller) name(ref value.Text) string {
	if t.c.Roster != nil {
		if p := t.c.Roster.Person(ref.S); p != nil {
			return p.Name
		}
	}
	return ref.S
}

func (t teller) team(ref value.Text) string {
	if t.c.Roster != nil && ref.S != "" {
		return t.c.Roster.TeamName(ref.S)
	}
	return ref.S
}

// bid is what the team that an award goes to asked for.
func (t teller) bid(d *fold.Deal, f *fold.Fact, team value.Text) string {
	asked := ""
	for _, b := range fold.All[fact.TenderBid](d.Instance("tender", f.Instance)) {
		if t.team(b.Team) == t.team(team) {
			asked = t.say("bid", diag.Args{"rate": b.Commission.String()})
		}
	}
	return asked
}

// limit is the bound that policy or plan sets to the sum of a fact.
func (t teller) limit(d *fold.Deal, f *fold.Fact) string {
	if t.c.Policy == nil {
		return ""
	}
	within := func(bound string) string { return t.say("limit", diag.Args{"amount": bound}) }
	switch b := f.Body.(type) {
	case *fact.TermsReward:
		r := d.RewardPlan(t.c, f).RewardRange(b.Milestone.S)
		return within(text.Group(r.Min.String()) + "–" + text.Group(r.Max.String()))
	case *fact.CampaignExpense:
		if i := d.Instance("campaign", f.Instance); i != nil {
			return within(money(i.Budget(), d.Currency))
		}
	case *fact.OrderSmallDifference:
		return within(money(t.c.Policy.Orders.SmallDifference.Decimal, t.c.Policy.Currency.S))
	}
	return ""
}

// correction names the file that is voided or replaced, with its sum before and
// after; the larger one is what it is about.
func (t teller) correction(d *fold.Deal, f *fold.Fact, b *fact.Correct) (more string, amount decimal.Decimal) {
	target := path.Join(path.Dir(f.Path), b.Corrects.S)
	was, now := sumIn(t.base, d.Dir, target), sumIn(t.c, d.Dir, target)
	change := ""
	if was.IsPositive() || now.IsPositive() {
		change = money(was, d.Currency) + " → " + money(now, d.Currency)
	}
	return t.join(change, t.corrects(d.Records, target, b)), decimal.Max(was, now)
}

// sumIn is the sum of a fact as it counts in a state, zero where it does not.
func sumIn(c *fold.Company, dir, file string) decimal.Decimal {
	if d := c.Deal(dir); d != nil {
		if i := slices.IndexFunc(d.Facts, func(f *fold.Fact) bool { return f.Path == file }); i >= 0 {
			return sumOf(d, d.Facts[i])
		}
	}
	return decimal.Zero
}

// corrects says which file is voided, or which of its fields become what.
func (t teller) corrects(records []*fold.Fact, target string, b *fact.Correct) string {
	if b.With == nil {
		return t.say("voids", diag.Args{"file": b.Corrects.S})
	}
	whole := schema.Field{}
	if i := slices.IndexFunc(records, func(f *fold.Fact) bool { return f.Path == target }); i >= 0 {
		whole.Fields = records[i].Step.Fields
	}
	c := comparison{l: t.l}
	return t.say("replaces", diag.Args{"file": b.Corrects.S, "fields": c.text(whole, b.With)})
}
