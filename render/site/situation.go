package site

// situation says in plain words where a deal stands, what it still needs, and
// from whom: the first thing on its page.
type situation struct {
	Class string // of the callout
	Where Phrase
	Ills  []Ref  // what is wrong with it
	Now   []Next // what can be recorded now on the straight way
	Waits Phrase // what it waits for where nothing can be recorded; no Key where it waits for nothing
}

// mostNow bounds what is listed at the top; the cards below have all.
const mostNow = 3

func (m *Model) situation(d *Deal, overdue sums) situation {
	s := situation{Class: "info", Where: m.where(d)}
	if d.Row.Errors > 0 {
		s.Class = "bad"
		s.Ills = append(s.Ills, Ref{counted("site.standing.errors", d.Row.Errors), d.Row.File + "#findings"})
	}
	if len(overdue) > 0 {
		s.Class = "bad"
		s.Ills = append(s.Ills, Ref{phrase("site.standing.overdue", "amount", overdue), d.Row.File + "#orders"})
	}
	if d.Row.Ended {
		if s.Class == "info" {
			s.Class = "plain"
		}
		return s
	}
	for _, n := range d.Next {
		if !n.Option && n.File != "" && n.Ready() && n.Mend == "" && len(s.Now) < mostNow {
			s.Now = append(s.Now, n)
		}
	}
	if len(s.Now) == 0 {
		s.Waits = waits(d.Next)
	}
	return s
}

// where is the stage in a sentence.
func (m *Model) where(d *Deal) Phrase {
	switch {
	case d.Row.Since == 0 && d.Row.Errors > 0:
		return phrase("site.standing.unread")
	case d.Row.Since == 0:
		return phrase("site.standing.begins")
	case d.Row.Ended:
		return phrase("site.standing.ended", "stage", d.Row.Stage, "on", d.Row.Since)
	}
	p := counted("site.standing.here", d.Row.Days)
	if d.Row.Days == 0 {
		p = phrase("site.standing.today")
	}
	p.Args["stage"], p.Args["since"] = d.Row.Stage, d.Row.Since
	return p
}

// waits says what the first thing on the straight way lacks.
func waits(next []Next) Phrase {
	for _, n := range next {
		if n.Option {
			continue
		}
		for _, need := range n.Needs {
			if !need.Met && !need.OfFact {
				return phrase("site.standing.waits", "step", n.Title(), "need", Phrase{need.Key, need.Args})
			}
		}
	}
	return Phrase{}
}
