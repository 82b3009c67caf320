package bonus

import (
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// Step is one step of how an amount came about: a sentence, the places that it
// rests on, and the steps behind it. It names no language.
type Step struct {
	Key      string // of the sentence, in the catalogue
	Args     diag.Args
	Currency string // of the amounts among the arguments
	Sources  []Source
	Steps    []Step
}

// Explain derives the amount of a line, from what is left of it down to the
// files that it rests on. A line of a closed period is what was recorded then,
// whatever the terms say today.
func (l Ledger) Explain(line Line) Step {
	e := explainer{ledger: l, line: line, left: slices.Clone(line.Sources)}
	if line.Closed {
		return e.recorded()
	}
	root := e.amount()
	root.Steps = slices.Concat(e.paid(), e.gone(), e.due(), []Step{e.state()}, e.plan(), []Step{e.clause()})
	root.Sources = e.left
	return root
}

// explainer derives one line.
type explainer struct {
	ledger Ledger
	line   Line
	left   []Source // that no step has named yet
}

func (e *explainer) step(key string, args diag.Args, steps ...Step) Step {
	return Step{Key: "bonus.explain." + key, Args: args, Currency: e.line.Currency, Steps: steps}
}

// take hands out the sources of some places, each to one step.
func (e *explainer) take(from func(fold.Place) bool) []Source {
	var taken, left []Source
	for _, s := range e.left {
		if from(fold.Classify(s.File)) {
			taken = append(taken, s)
		} else {
			left = append(left, s)
		}
	}
	e.left = left
	return taken
}

func (e *explainer) recorded() Step {
	root := e.step("recorded", diag.Args{"amount": e.line.Amount, "period": e.line.Period.String()})
	root.Steps = append(e.paid(), e.formula(), e.state(), e.clause())
	root.Sources = e.left
	return root
}

// formula is the calculation as a closed period wrote it down.
func (e *explainer) formula() Step {
	args := diag.Args{"basis": e.line.Basis, "share": e.line.Share, "rate": e.line.Rate}
	if e.line.Rate == "" {
		return e.step("formula-plain", args)
	}
	return e.step("formula", args)
}

// amount sets what is due against what was paid.
func (e *explainer) amount() Step {
	args := diag.Args{"amount": e.line.Amount, "due": e.line.Due, "paid": total(e.line.Before)}
	if len(e.line.Before) == 0 {
		return e.step("amount", args)
	}
	return e.step("amount-rest", args)
}

func (e *explainer) paid() []Step {
	var out []Step
	for _, s := range e.line.Before {
		one := e.step("paid-in", diag.Args{"period": s.Month.String(), "amount": s.Amount})
		one.Sources = []Source{s.Source}
		out = append(out, one)
		e.left = slices.DeleteFunc(e.left, func(known Source) bool { return known == s.Source })
	}
	return out
}

// due derives what is due in all; nothing is for a key that is no longer there.
func (e *explainer) due() []Step {
	if e.line.State == ClawedBack && e.line.Due.IsZero() {
		return nil
	}
	if e.line.Share == "1" || e.line.Share == "" {
		return []Step{e.whole()}
	}
	due := e.step("due", diag.Args{"due": e.line.Due, "whole": e.line.Whole, "share": e.line.Share})
	if others := e.others(); len(others) > 0 {
		due.Steps = append(others, e.step("remainder", nil))
	}
	due.Steps = append(due.Steps, e.whole())
	return []Step{due}
}

// others are those who share the same whole.
func (e *explainer) others() []Step {
	var out []Step
	for _, o := range e.ledger.dues {
		same := o.Key.Clause == e.line.Key.Clause && o.Key.Fact == e.line.Key.Fact && o.Key.Receipt == e.line.Key.Receipt
		if same && o.Key.Payee != e.line.Key.Payee && o.Whole.Equal(e.line.Whole) && o.State != Provisional {
			out = append(out, e.step("other", diag.Args{"name": payeeName{o.Person, o.Team}, "share": o.Share, "amount": o.Amount}))
		}
	}
	return out
}

// payeeName stands for a payee in the arguments of a step.
type payeeName struct{ person, team string }

// whole derives the amount before it is shared.
func (e *explainer) whole() Step {
	l := e.line
	args := diag.Args{"whole": l.Whole, "basis": l.Basis, "rate": l.Rate, "what": l.What}
	key := "whole-recorded"
	switch {
	case l.Net != nil && e.capped():
		key, args["net"] = "whole-capped", l.Net
	case l.Net != nil && strings.Contains(l.Rate, "+"):
		key, args["net"] = "whole-ladder", l.Net
	case l.Net != nil:
		key, args["net"] = "whole-net", l.Net
	case l.Rate != "":
		key = "whole-basis"
	case l.Kind == Reward:
		key = "whole-reward"
	}
	step := e.step(key, args, e.notes(false)...)
	step.Sources = e.take(func(p fold.Place) bool { return p.Process == "terms" })
	if l.Kind == Commission {
		if chain := e.chain(step.Sources); len(chain) > 0 {
			step.Steps, step.Sources = append(step.Steps, chain...), nil
		}
		step.Steps = append(step.Steps, e.net()...)
	}
	return step
}

func (e *explainer) capped() bool {
	return slices.ContainsFunc(e.line.Notes, func(n Note) bool { return n.Key == "bonus.note.capped" })
}

// net derives the money received without tax, and what of it counts.
func (e *explainer) net() []Step {
	if e.line.Net == nil {
		return nil
	}
	net := e.step("net", diag.Args{"net": e.line.Net, "basis": e.line.Basis, "tax": e.line.Tax}, e.notes(true)...)
	net.Sources = e.take(func(p fold.Place) bool { return p.Customer != "" || p.Process == "order" || p.Process == "deal" })
	return []Step{net}
}

// ofBasis are the notes on how much of a receipt counts.
var ofBasis = []string{"bonus.note.credited", "bonus.note.baseline"}

func (e *explainer) notes(basis bool) []Step {
	var out []Step
	for _, n := range e.line.Notes {
		if slices.Contains(ofBasis, n.Key) == basis {
			out = append(out, Step{Key: n.Key, Args: n.Args, Currency: e.line.Currency})
		}
	}
	return out
}

// chain is how the rate came about: what the team asked for in its bid, the
// award, the preliminary and the formal contract, each with its reason, up to
// the terms that the line was computed under.
func (e *explainer) chain(terms []Source) []Step {
	until := e.line.On
	for _, s := range terms {
		until = fold.Classify(s.File).Date
	}
	agreed := func(f *fold.Fact, key, rate, reason string) Step { return e.agreed(f, terms, key, rate, reason) }
	var steps []Step
	bids := map[string]Step{}
	for _, f := range e.facts() {
		if f.Date > until {
			break
		}
		switch b := f.Body.(type) {
		case *fact.TenderBid:
			bids[e.team(b.Team.S)] = agreed(f, "bid", b.Commission.Text, "")
		case *fact.TenderAward:
			if bid, ok := bids[e.team(b.Team.S)]; ok {
				steps = append(steps, bid)
			}
			steps = append(steps, agreed(f, "award", "", b.Reason.S))
		case *fact.TermsPreliminary:
			steps = append(steps, agreed(f, "preliminary", b.Rate.Text, b.Reason.S))
		case *fact.TermsFormal:
			steps = append(steps, agreed(f, "formal", rateText(b), b.Reason.S))
		}
	}
	if len(steps) == 0 {
		return nil
	}
	return []Step{e.step("chain", nil, steps...)}
}

// facts are those of the line's deal, none where a closed period names a deal
// that is no longer there.
func (e *explainer) facts() []*fold.Fact {
	if e.line.Deal == nil {
		return nil
	}
	return e.line.Deal.Facts
}

func (e *explainer) team(ref string) string { return e.ledger.Company.Roster.TeamID(ref) }

// agreed is one document of the chain of rates.
func (e *explainer) agreed(f *fold.Fact, terms []Source, key, rate, reason string) Step {
	step := e.step("rate-"+key, diag.Args{"date": f.Date, "rate": rate})
	step.Sources = []Source{at(f, diag.Pos{})}
	for _, s := range terms {
		if s.File == f.File {
			step.Sources = []Source{s}
		}
	}
	if reason != "" {
		step.Steps = []Step{e.step("rate-reason", diag.Args{"reason": reason})}
	}
	return step
}

// rateText writes the rate of a formal contract, or the rates of its ladder.
func rateText(b *fact.TermsFormal) string {
	if b.Rate.Set() {
		return b.Rate.Text
	}
	var rates []string
	for _, step := range b.Ladder {
		rates = append(rates, step.Rate.Text)
	}
	return strings.Join(rates, " / ")
}

// state says whether the line can be paid, and why on that day.
func (e *explainer) state() Step {
	args := diag.Args{"state": diag.Term("bonus.state." + string(e.line.State)), "date": e.line.On, "reason": reasonOf{e.line}}
	return e.step("state", args)
}

// reasonOf stands for the reason of a line in the arguments of a step.
type reasonOf struct{ Line }

// plan is the plan in force on the line's business day.
func (e *explainer) plan() []Step {
	if e.line.Kind == Penalty || e.ledger.Company.Policy == nil {
		return nil
	}
	day := e.businessDay()
	plan := e.ledger.Company.PlanOn(day)
	step := e.step("plan", diag.Args{"date": day, "from": plan.From})
	if plan.From == 0 {
		step.Key = "bonus.explain.plan-policy"
	}
	step.Sources = e.take(func(p fold.Place) bool { return p.Path == plan.File })
	if len(step.Sources) == 0 {
		step.Sources = []Source{{File: plan.File, Line: 1}}
	}
	return []Step{step}
}

// businessDay is the day whose plan a line follows: that on which the receipt
// counts as money, or of the fact that earned it.
func (e *explainer) businessDay() value.Day {
	path, _, _ := strings.Cut(e.line.Key.Receipt, "#")
	if path == "" {
		path, _, _ = strings.Cut(e.line.Key.Fact, "#")
		if day := fold.Classify(path).Date; day != 0 && e.line.Kind == Advance {
			return day
		}
		return e.line.On
	}
	if e.line.Deal != nil {
		for _, o := range e.line.Deal.Orders {
			for _, a := range o.Allocations {
				if a.Receipt.Path == path {
					return a.Earns
				}
			}
		}
	}
	return e.line.On
}

func (e *explainer) clause() Step {
	args := diag.Args{"clause": e.line.Clause, "row": e.line.Row}
	if table := e.ledger.Company.Table; table != nil {
		if rows := table.RowsOf(e.line.Row); len(rows) > 0 {
			args["title"] = rows[0].Term()
			return e.step("clause-row", args)
		}
	}
	return e.step("clause", args)
}
