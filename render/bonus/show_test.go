package bonus

import (
	"fmt"
	"path"
	"strings"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/value"
)

// shows are the further parts of a ledger that a case can ask for. A part may
// want the ledger of the same files as of another day.
var shows = map[string]func(l Ledger, on func(value.Day) Ledger) string{
	"pay":  func(l Ledger, _ func(value.Day) Ledger) string { return showPay(l) },
	"roll": showRoll,

	"rests": func(l Ledger, _ func(value.Day) Ledger) string { return showRests(l) },

	"exposure":     func(l Ledger, _ func(value.Day) Ledger) string { return showExposure(l) },
	"liability":    func(l Ledger, _ func(value.Day) Ledger) string { return showLiability(l) },
	"contribution": func(l Ledger, _ func(value.Day) Ledger) string { return showContribution(l) },
}

// show writes a ledger as text: every line, then what earns nothing, then what
// is left out.
func show(l Ledger) string {
	var b strings.Builder
	for _, x := range l.Lines {
		b.WriteString(showLine(l, x))
	}
	if len(l.Nothing) > 0 {
		b.WriteString("nothing:\n")
	}
	for _, x := range l.Nothing {
		fmt.Fprintf(&b, "  %s %s: %s\n", x.On, whatOf(x), sentenceOf(l, x, x.Reason))
	}
	for _, d := range l.Excluded {
		fmt.Fprintf(&b, "excluded %s\n", d.ID)
	}
	return b.String()
}

func showLine(l Ledger, x Line) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s %s: basis %s", x.On, payeeID(x), x.Kind, whatOf(x), x.Basis)
	if x.Net != nil {
		fmt.Fprintf(&b, ", net %s", x.Net.RatString())
	}
	if x.Rate != "" {
		fmt.Fprintf(&b, ", rate %s", x.Rate)
	}
	whole := x.Whole
	if x.Recorded { // its share alone is known
		whole = x.Amount.Abs()
		if x.Closed {
			whole = x.Amount
		}
	}
	fmt.Fprintf(&b, ", %s of %s = %s %s %s %s\n", x.Share, whole, plain(x.Amount, x.Currency), x.Currency, x.State, strings.TrimPrefix(x.Reason, "bonus."))
	fmt.Fprintf(&b, "  %s %s%s\n", x.Clause, x.Row, sourcesOf(x))
	if len(l.Company.Payouts) > 0 {
		b.WriteString(showSettled(x))
	}
	for _, n := range x.Notes {
		fmt.Fprintf(&b, "  - %s\n", words{catalogue.EN, l.Company}.sentence(x, n.Key, n.Args))
	}
	for _, step := range x.Chain[:len(x.Chain)*min(len(x.Chain)-1, 1)] { // a chain of one says nothing new
		fmt.Fprintf(&b, "  > %s %s: %s %s\n", step.On, step.What, step.Rate, step.Reason)
	}
	return b.String()
}

// showSettled says how a line stands to closed periods.
func showSettled(x Line) string {
	if x.Period == 0 {
		return ""
	}
	text := "  period " + x.Period.String()
	if x.Closed {
		text += " closed"
	} else {
		text += fmt.Sprintf(", due %s", x.Due)
		for _, s := range x.Before {
			text += fmt.Sprintf(" after %s in %s", s.Amount, s.Month)
		}
	}
	if x.Late {
		text += ", late"
	}
	return text + "; " + strings.TrimRight(x.Key.Payee+" "+path.Base(x.Key.Fact)+" "+lastPart(x.Key.Receipt), " ") + "\n"
}

func lastPart(p string) string {
	if p == "" {
		return ""
	}
	return path.Base(p)
}

func whatOf(x Line) string {
	what := strings.TrimPrefix(string(x.What), "word.")
	if x.Detail != "" {
		what += " (" + x.Detail + ")"
	}
	return what
}

func sentenceOf(l Ledger, x Line, key string) string {
	return words{catalogue.EN, l.Company}.sentence(x, key, x.Args)
}

func showPay(l Ledger) string {
	text := "pay:\n"
	for _, p := range l.PayDay() {
		text += fmt.Sprintf("  %s %s: bonus %s, refunds %s, owed %s, carried in %s, deducted %s, pay %s, carried %s", p.Person, p.Currency,
			p.Bonus, p.Refunds, p.Owed, p.CarriedIn, p.Deducted, p.Pay, p.Carried)
		if !p.CarriedRefunds.IsZero() {
			text += fmt.Sprintf(" (%s of refunds)", p.CarriedRefunds)
		}
		if !p.Netted.IsZero() {
			text += fmt.Sprintf(", netted %s", p.Netted)
		}
		text += "\n"
	}
	return text
}

// showRoll rolls forward from the last closed period, or from nothing.
func showRoll(l Ledger, on func(value.Day) Ledger) string {
	then := Ledger{Company: l.Company}
	if last := l.Company.LastClosed(); last != nil {
		then = on(last.Month.Last())
	}
	text := "roll:\n"
	for _, r := range RollForward(then, l) {
		text += fmt.Sprintf("  %s %s: %s + new %s - paid %s - forfeited %s + adjustments %s = %s\n", r.Kind, r.Currency,
			r.Opening, r.New, r.Paid, r.Forfeited, r.Adjustments, r.Closing)
	}
	return text
}

func payeeID(l Line) string {
	if l.Person != "" {
		return l.Person
	}
	return "team:" + l.Team
}

func sourcesOf(l Line) string {
	var b strings.Builder
	for _, s := range l.Sources {
		b.WriteString(" " + path.Base(s.String()))
	}
	return b.String()
}

func showExposure(l Ledger) string {
	text := "exposure:\n"
	for _, e := range l.Exposures() {
		text += fmt.Sprintf("  %s %s: %s out since %s, %d days; %s refundable\n", e.Person, e.Currency, e.Outstanding, e.Oldest, e.Days, e.Refundable)
	}
	return text
}

func showLiability(l Ledger) string {
	text := "liability:\n"
	for _, x := range l.Liabilities() {
		text += fmt.Sprintf("  %s %s %s: earned %s, paid %s, open %s\n", x.Month, x.Kind, x.Currency, x.Earned, x.Paid, x.Open)
	}
	return text
}

func showContribution(l Ledger) string {
	text := "contribution:\n"
	for _, x := range l.Contributions() {
		text += fmt.Sprintf("  %s: %s - %s - %s = %s\n", x.Deal.ID, x.Collected, x.Campaign, x.Bonus, x.Net)
	}
	return text
}

// showRests lists the files that open lines rest on beside their sources.
func showRests(l Ledger) string {
	var b strings.Builder
	g := newGrounds(l.Company)
	for _, x := range l.Lines {
		if x.Closed || x.State == Provisional {
			continue
		}
		fmt.Fprintf(&b, "%s %s %s rests on\n", x.On, payeeID(x), whatOf(x))
		for _, s := range g.of(x) {
			fmt.Fprintf(&b, "  %s\n", strings.TrimPrefix(s.File, "deals/"))
		}
	}
	return b.String()
}
