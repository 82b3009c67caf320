package demo

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/value"
)

// longestDelay is how many days a fact may wait for the change that lands it.
const longestDelay = 55

type file struct {
	path string
	data []byte
}

// change is what lands together.
type change struct {
	author  person
	at      time.Time
	subject string
	files   []file
}

// draft is a change in the making.
type draft struct {
	first, last value.Day
	by          person // of the last fact
	steps       []*schema.Step
	files       []file
	approvals   []string // roles that must approve it
	secret      bool     // holds bids without their award
}

// full reports whether a fact has to go into a change of its own. What is
// dated after a fact that somebody must approve presupposes that approval; it
// may land together with it only if the same people approve it too. And
// nothing waits for too long.
func (p *draft) full(step *schema.Step, day value.Day) bool {
	if len(p.steps) == 0 {
		return false
	}
	return day-p.first > longestDelay || day > p.last && !containsAll(approvals(step), p.approvals)
}

func containsAll(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

func (p *draft) note(step *schema.Step, by person, day value.Day) {
	if len(p.steps) == 0 {
		p.first = day
	}
	p.last, p.by = day, by
	p.steps = append(p.steps, step)
	p.approvals = append(p.approvals, approvals(step)...)
}

// approvals lists who approves any row or record of a step.
func approvals(s *schema.Step) []string {
	tracks := []string{s.Process}
	if s.Process == "order" {
		tracks = append(tracks, "payment") // shares the folder
	}
	var roles []string
	for _, name := range tracks {
		p := schema.Table().Process(name)
		if r := p.Record(s.Name); r != nil {
			roles = append(roles, r.Approval...)
		}
		for _, r := range p.RowsFor(s.Name) {
			roles = append(roles, r.Approval...)
		}
	}
	return roles
}

// mostNamed is how many steps a subject names before it only counts them.
const mostNamed = 3

func (p *draft) subject(title string) string {
	var names []string
	for _, s := range p.steps {
		if !slices.Contains(names, s.Title.ZH) {
			names = append(names, s.Title.ZH)
		}
	}
	w, more := words(), ""
	if len(names) > mostNamed {
		names, more = names[:mostNamed], fill(w.More, "count", strconv.Itoa(len(p.steps)))
	}
	return fill(w.Subject, "title", title, "steps", strings.Join(names, w.Between)+more)
}

var zone = time.FixedZone("", 8*60*60)

// clockTime is a second of a working day.
func clockTime(day value.Day, second int) time.Time {
	return time.Unix(int64(day)*86400, 0).In(zone).Add(time.Hour + time.Duration(second)*time.Second)
}
