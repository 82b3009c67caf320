package report

import (
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/render/text"
	"github.com/dealgate/dealgate/schema/diag"
)

// money says a sum as people read it.
func money(d decimal.Decimal, currency string) string {
	return text.Group(text.Amount(d, currency)) + " " + currency
}

// total is what several decisions come to in one currency.
type total struct {
	sum, most decimal.Decimal
	n         int
}

func (t total) with(d Decision) total {
	if d.Amount.IsPositive() {
		t.sum, t.most, t.n = t.sum.Add(d.Amount), decimal.Max(t.most, d.Amount), t.n+1
	}
	return t
}

// asked is what the decisions of a deal come to that ask for an approval.
func (d Deal) asked() (t total) {
	for _, one := range d.Decides {
		if one.Asks {
			t = t.with(one)
		}
	}
	return t
}

// byLargest puts the deal first that is about the largest sum to be approved.
func byLargest(deals []Deal) []Deal {
	all := slices.Clone(deals)
	slices.SortStableFunc(all, func(a, b Deal) int { return b.asked().most.Cmp(a.asked().most) })
	return all
}

// sums says what several sums come to.
func (in Input) sums(t total, currency string) string {
	if t.n == 1 {
		return money(t.sum, currency)
	}
	return in.say("markdown.sums", diag.Args{"sum": money(t.sum, currency), "n": t.n, "most": money(t.most, currency)})
}

// amount is what the decisions come to that ask for an approval; where none
// does, what all come to.
func (in Input) amount(d Deal) string {
	t := d.asked()
	if !slices.ContainsFunc(d.Decides, func(one Decision) bool { return one.Asks }) {
		for _, one := range d.Decides {
			t = t.with(one)
		}
	}
	switch {
	case t.n > 0:
		return in.sums(t, d.Currency)
	case d.Expected != "" && len(d.Decides) > 0:
		return in.say("markdown.expected", diag.Args{"amount": d.Expected})
	}
	return ""
}

// decisions lists what has to be approved and, while there is room, the rest:
// in one line, or one below the other where they are many.
func (in Input) decisions(all []Decision) string {
	asked := len(all)
	if i := slices.IndexFunc(all, func(d Decision) bool { return !d.Asks }); i >= 0 {
		asked = i
	}
	n := min(len(all), maxAsked, max(asked, maxItems))
	var shown []string
	for _, d := range all[:n] {
		item := inert(d.What, maxItem)
		if d.More != "" {
			item = in.say("markdown.decision", diag.Args{"what": item, "more": inert(d.More, maxMore)})
		}
		shown = append(shown, item)
	}
	if left := len(all) - n; left > 0 {
		shown = append(shown, in.say("markdown.more.items", diag.Args{"n": left}))
	}
	if n > maxItems {
		return "\n  - " + strings.Join(shown, "\n  - ")
	}
	return strings.Join(shown, in.say("separator", nil))
}

// moreDeals counts the deals that there is no room for, with what they come to.
func (in Input) moreDeals(deals []Deal) string {
	totals := map[string]total{}
	for _, d := range deals {
		t, one := totals[d.Currency], d.asked()
		totals[d.Currency] = total{t.sum.Add(one.sum), decimal.Max(t.most, one.most), t.n + one.n}
	}
	var sums []string
	for _, currency := range slices.Sorted(maps.Keys(totals)) {
		if totals[currency].n > 0 {
			sums = append(sums, inert(in.sums(totals[currency], currency), maxChange))
		}
	}
	args := diag.Args{"deals": in.count(len(deals), "deals"), "sums": strings.Join(sums, in.say("separator", nil))}
	if len(sums) == 0 {
		return in.say("markdown.more.deals", args)
	}
	return in.say("markdown.more.deals-with-sums", args)
}
