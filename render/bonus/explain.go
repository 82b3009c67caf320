package bonus

import (
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
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

// Explainer derives the lines of one ledger.
type Explainer struct {
	company *fold.Company
	grounds *grounds
	sharing map[Key][]Line // by what is shared: the key without its payee
}

// NewExplainer prepares to derive many lines: it finds those who share the same
// whole only once.
func NewExplainer(l Ledger) *Explainer {
	x := &Explainer{l.Company, l.grounds(), map[Key][]Line{}}
	for _, due := range l.dues {
		x.sharing[due.Key.shared()] = append(x.sharing[due.Key.shared()], due)
	}
	return x
}

// shared is what a key is a share of.
func (k Key) shared() Key {
	k.Payee = ""
	return k
}

// Explain derives the amount of a line, from what is left of it down to the
// files that it rests on. A line of a closed period is what was recorded then,
// whatever the terms say today.
func (x *Explainer) Explain(line Line) Step {
	e := explainer{Explainer: x, line: line, left: slices.Clone(line.Sources)}
	if line.Closed {
		return e.recorded()
	}
	root := e.amount()
	root.Steps = slices.Concat(e.paid(), e.gone(), e.due(), []Step{e.state()}, e.plan(), []Step{e.clause()})
	root.Sources = e.left
	root.Steps = append(root.Steps, e.rests(root)...)
	return root
}

// rests are the files that the line rests on and that no step names.
func (e *explainer) rests(root Step) []Step {
	named := map[string]bool{}
	root.visit(func(s Source) { named[s.File] = true })
	step := e.step("rests", nil)
	for _, s := range e.grounds.of(e.line) {
		if !named[s.File] {
			step.Sources = append(step.Sources, s)
		}
	}
	if len(step.Sources) == 0 || e.line.State == Provisional {
		return nil
	}
	return []Step{step}
}

// visit names every place of a step and of those behind it.
func (s Step) visit(name func(Source)) {
	for _, source := range s.Sources {
		name(source)
	}
	for _, step := range s.Steps {
		step.visit(name)
	}
}

// explainer derives one line.
type explainer struct {
	*Explainer
	line Line
	left []Source // that no step has named yet
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
	switch {
	case e.line.State == Provisional:
		return e.step("amount-provisional", args)
	case len(e.line.Before) == 0:
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
	for _, o := range e.sharing[e.line.Key.shared()] {
		same := o.Whole.Equal(e.line.Whole) && (o.State == Provisional) == (e.line.State == Provisional)
		if same && o.Key.Payee != e.line.Key.Payee {
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
	case l.Kind == Commission && l.Rate == "":
		key = "whole-none"
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
		step.Steps = slices.Concat(step.Steps, e.chain(), e.net())
		step.Sources = slices.DeleteFunc(step.Sources, e.inChain)
	}
	return step
}

// inChain reports whether the chain of the rate names a place already.
func (e *explainer) inChain(s Source) bool {
	return slices.ContainsFunc(e.line.Chain, func(doc RateStep) bool { return doc.Source == s })
}

func (e *explainer) capped() bool {
	return slices.ContainsFunc(e.line.Notes, func(n Note) bool { return n.Key == "bonus.note.capped" })
}

// net derives the money received without tax, and what of it counts.
func (e *explainer) net() []Step {
	if e.line.Net == nil {
		return nil
	}
	key := "net"
	if e.line.Tax == "" {
		key = "net-expected"
	}
	net := e.step(key, diag.Args{"net": e.line.Net, "basis": e.line.Basis, "tax": e.line.Tax}, e.notes(true)...)
	net.Sources = e.take(func(p fold.Place) bool {
		return p.Customer != "" || slices.Contains([]string{"order", "payment", "deal"}, p.Process)
	})
	return []Step{net}
}

// ofBasis are the notes on how much of a receipt counts.
var ofBasis = []string{"bonus.note.credited", "bonus.note.baseline", "bonus.note.open-orders", "bonus.note.expected"}

func (e *explainer) notes(basis bool) []Step {
	var out []Step
	for _, n := range e.line.Notes {
		if slices.Contains(ofBasis, n.Key) == basis {
			out = append(out, Step{Key: n.Key, Args: n.Args, Currency: e.line.Currency})
		}
	}
	return out
}

// chain is how the rate came about: each document with its reason.
func (e *explainer) chain() []Step {
	var steps []Step
	for _, doc := range e.line.Chain {
		step := e.step("rate", diag.Args{"date": doc.On, "what": doc.What, "rate": doc.Rate})
		step.Sources = []Source{doc.Source}
		if doc.Reason != "" {
			step.Steps = []Step{e.step("rate-reason", diag.Args{"reason": doc.Reason})}
		}
		steps = append(steps, step)
	}
	if len(steps) == 0 {
		return nil
	}
	return []Step{e.step("chain", nil, steps...)}
}

// state says whether the line can be paid, and why on that day.
func (e *explainer) state() Step {
	args := diag.Args{"state": stateOf(e.line), "date": e.line.On, "reason": reasonOf{e.line}}
	return e.step("state", args)
}

// stateOf is the state of a line in words; a receipt that earns nothing is in
// none of those that money can be in.
func stateOf(l Line) diag.Term {
	if l.State == Payable && earnsNothing(l) {
		return "bonus.earns-nothing"
	}
	return diag.Term("bonus.state." + string(l.State))
}

// reasonOf stands for the reason of a line in the arguments of a step.
type reasonOf struct{ Line }

// plan is the plan in force on the line's business day.
func (e *explainer) plan() []Step {
	if e.line.Kind == Penalty || e.company.Policy == nil {
		return nil
	}
	day := businessDay(e.line)
	plan := e.company.PlanOn(day)
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
func businessDay(l Line) value.Day {
	path := pathOf(l.Key.Receipt)
	if path == "" {
		if day := fold.Classify(pathOf(l.Key.Fact)).Date; day != 0 && l.Kind == Advance {
			return day
		}
		return l.On
	}
	if l.Deal != nil {
		for _, o := range l.Deal.Orders {
			for _, a := range o.Allocations {
				if a.Receipt.Path == path {
					return a.Earns
				}
			}
		}
	}
	return l.On
}

func (e *explainer) clause() Step {
	args := diag.Args{"clause": e.line.Clause, "row": e.line.Row}
	if table := e.company.Table; table != nil {
		if rows := table.RowsOf(e.line.Row); len(rows) > 0 {
			args["title"] = rows[0].Term()
			return e.step("clause-row", args)
		}
	}
	return e.step("clause", args)
}
