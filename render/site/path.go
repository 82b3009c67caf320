package site

import (
	"slices"

	"github.com/dealgate/dealgate/render/markup"
	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// stop is a stage on a deal's way: passed, where it stands, or ahead.
type stop struct {
	Stage   diag.Term
	On      value.Day // entered, 0 while ahead
	Now     bool
	Reached bool
}

// showWay shows the stages of a way, each as an item of a list.
func showWay(w *markup.Writer, stops []stop) {
	for _, s := range stops {
		w.Tag("\n" + `<li class="`)
		switch {
		case s.Now:
			w.Tag(`now" aria-current="step`)
		case s.Reached:
			w.Tag("passed")
		default:
			w.Tag("ahead")
		}
		w.Tag(`"><span class="stage">`).Say(s.Stage).Tag(`</span> <span class="sub">`)
		switch {
		case s.Now:
			w.Term("site.way.now").Tag(" · ")
		case s.Reached:
			w.Tag(`<span class="hidden">`).Term("site.way.passed").Tag(" · </span>")
		default:
			w.Term("site.way.ahead")
		}
		if s.On != 0 {
			showDay(w, s.On)
		}
		w.Tag("</span></li>")
	}
}

// way lists the stages that a run went through, in order, and those that lie
// ahead on the straight way.
func way(i *fold.Instance) []stop {
	var stops []stop
	at := schema.None
	for _, t := range i.Taken {
		if t.To != at {
			stops = append(stops, stop{Stage: i.Process.Term(t.To), On: t.On, Reached: true})
			at = t.To
		}
	}
	if len(stops) > 0 {
		stops[len(stops)-1].Now = true
	}
	if i.Ended() {
		return stops
	}
	for _, state := range ahead(i) {
		stops = append(stops, stop{Stage: i.Process.Term(state)})
	}
	return stops
}

// ahead lists the stages of the straight way after the furthest that counts:
// the present one, or the last on the way where the present is a detour.
func ahead(i *fold.Instance) []string {
	straight := straightWay(i.Process)
	from := -1
	for _, t := range i.Taken {
		if k := slices.Index(straight, t.To); k >= 0 {
			from = k
		}
	}
	return straight[from+1:]
}

// straightWay reads the straight way off the table of rows: the longest that
// leads to an end without options; where only options end a process, it leads
// to the first end.
func straightWay(p *schema.Process) []string {
	var longest []string
	first := -1
	for k, s := range p.States {
		if !s.End {
			continue
		}
		if first < 0 {
			first = k
		}
		if way := wayTo(p, k, false); len(way) > max(1, len(longest)) {
			longest = way
		}
	}
	if longest == nil && first >= 0 {
		return wayTo(p, first, true)
	}
	return longest
}

// wayTo lists the stages that lead to the one with the given number. A stage is
// one of them when some row leads from it to a later one that is; what only
// leads back, such as an improvement, is not, nor what a refusal leads to. With
// byOption the last step may be an option.
func wayTo(p *schema.Process, goal int, byOption bool) []string {
	way := []string{p.States[goal].Name}
	straight := func(r *schema.Row) bool {
		return len(r.Refusal) == 0 && (!r.Option || byOption && r.To == p.States[goal].Name)
	}
	for k := goal - 1; k >= 0; k-- {
		state := p.States[k].Name
		if slices.ContainsFunc(p.Rows, func(r *schema.Row) bool {
			return straight(r) && slices.Contains(r.From, state) && slices.Contains(way, r.To)
		}) {
			way = append(way, state)
		}
	}
	slices.Reverse(way)
	return way
}

func hasName(name string) func(schema.State) bool {
	return func(s schema.State) bool { return s.Name == name }
}
