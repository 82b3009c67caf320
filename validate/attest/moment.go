package attest

import (
	"context"
	"time"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/approval"
	"github.com/dealgate/dealgate/validate/fold"
)

// date finds when every commit of the line landed.
//
// The date of a commit is its author's word, and where a branch is only
// fast-forwarded it is that of the day on which the commit was made: older
// reviews and keys would count, and the reviews themselves come after it. The
// forge knows when it merged, and a statement says so. How far it is believed:
//
//   - A commit landed no earlier than it is dated, and no earlier than what
//     lies under it landed. Of dates that no signature vouches for the latest
//     alone is not believed of what lies on it, so that one commit dated years
//     ahead spoils nothing but itself; a second one as late confirms it.
//   - Only a signature of a key that may sign moves that on, for the change
//     and for what lies on it. Where nobody signs, a statement speaks of its
//     own change alone, which stays declared.
//   - A change was merged no later than what lies on it, and by then it had
//     landed, however far ahead it is dated.
//   - The key must have been allowed both when the change can have landed at
//     the earliest and when the statement says that it was merged, so that no
//     statement picks a time for its own key.
func (a *auditor) date(context.Context) error {
	a.onwards()
	a.topple()
	a.onwards()
	return nil
}

// onwards lets no change land before what lies under it.
func (a *auditor) onwards() {
	var below floor
	for i, l := range a.landed {
		l.since = latest(below.known, l.Commit.When)
		if !l.top.IsZero() && l.since.After(l.top) {
			l.since = l.top
		}
		merged, signed := a.merged(i)
		l.when = latest(l.since, merged)
		if signed || i == 0 { // what a company begins with vouches for itself
			below.known = l.when
		} else {
			below.see(l.since)
		}
	}
}

// floor is the time before which nothing more can have landed.
type floor struct {
	known  time.Time
	latest time.Time // that a commit says, and none after it
}

// see takes note of a date: the earlier of it and the latest so far is
// confirmed by the other.
func (f *floor) see(date time.Time) {
	confirmed := date
	if date.After(f.latest) {
		confirmed, f.latest = f.latest, date
	}
	f.known = latest(f.known, confirmed)
}

// topple lets no change be merged after what lies on it.
func (a *auditor) topple() {
	var top time.Time
	for i := len(a.landed) - 1; i >= 0; i-- {
		a.landed[i].top = top
		if at, signed := a.merged(i); signed && !at.IsZero() {
			top = at
		}
	}
}

// merged is when a commit was merged by the statements about it that are
// believed, the earliest where they differ; zero if none says.
func (a *auditor) merged(i int) (at time.Time, signed bool) {
	l := a.landed[i]
	for _, c := range l.claims {
		says := c.merged(l)
		if says.IsZero() || !c.concerns(l) || !a.believes(c, i) {
			continue
		}
		if at.IsZero() || says.Before(at) {
			at = says
		}
		signed = signed || c.signed
	}
	return at, signed
}

// concerns reports whether a claim tells of just this change: anybody who can
// write to the branch can put that of another one beside it.
func (c *claim) concerns(l *Landed) bool {
	if c.compared {
		return c.odds == nil
	}
	return c.says.Commit == l.Commit.Hash && c.says.Repository == l.era.repository()
}

// merged is when the forge merged the change, as far as the claim may say so.
func (c *claim) merged(l *Landed) time.Time {
	pr := c.says.PullRequest
	switch {
	case pr == nil:
		return time.Time{}
	case !l.top.IsZero() && pr.Merged.After(l.top):
		return l.top
	}
	return pr.Merged
}

// span is from when the change can have landed at the earliest to when the claim
// says that it was merged.
func (c *claim) span(l *Landed) []time.Time {
	return []time.Time{l.since, latest(l.since, c.merged(l))}
}

// landing is the time up to which reviews of the change count: when it was
// merged, or else the date of its commit.
func (c *claim) landing(l *Landed) time.Time {
	if at := c.merged(l); !at.IsZero() {
		return at
	}
	return l.Commit.When
}

// latest is the later of two times.
func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Ahead refuses commits that say that they were made in the future. Dates are
// the word of whoever commits: facts may be dated up to that of the head, and
// what lies on a commit landed no earlier than it is dated.
func Ahead(commits []approval.Commit, now time.Time) []diag.Diagnostic {
	last := approval.Commit{When: now.Add(aDay)}
	for _, c := range commits {
		if c.When.After(last.When) {
			last = c
		}
	}
	if last.Hash == "" {
		return nil
	}
	args := diag.Args{"commit": short(last.Hash), "date": last.When.Format(time.DateOnly)}
	return []diag.Diagnostic{{Rule: "date/commit-in-future", Span: diag.Span{File: fold.Root}, Args: args}}
}

// aDay is how far ahead a commit may be dated: clocks differ.
const aDay = 24 * time.Hour
