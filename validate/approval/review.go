package approval

import (
	"fmt"
	"slices"
	"time"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/forge"
)

// reviewer is somebody with his latest decisive review.
type reviewer struct {
	person *fold.Person // nil when the roster does not know the account
	review forge.Review
	day    value.Day
	why    string    // rule that keeps every approval of his from counting, "" if none
	before *reviewer // his approval before this one, with no other decisive review between
}

func (r *reviewer) approves() bool {
	return r.review.State == forge.Approved && !r.review.Dismissed
}

// objects reports a request for changes. That others dismissed it changes
// nothing: only its author takes it back, by reviewing again. A review of which
// nobody can tell what it was before it was dismissed may have been one.
func (r *reviewer) objects() bool {
	return (r.review.State == forge.ChangesRequested || r.review.State == forge.Dismissed) && !r.review.Author.Bot
}

// dismissed reports an approval that was taken back.
func (r *reviewer) dismissed() bool {
	return r.review.Dismissed && !r.objects()
}

// name is who reviewed, for messages.
func (r *reviewer) name() string {
	if r.person != nil {
		return r.person.Name
	}
	return r.review.Author.Login
}

// review keeps the latest decisive review of every person. A dismissed approval
// decides nothing, but stands before those that came earlier.
func (d *decider) review() {
	reviews := slices.Clone(d.in.Reviews)
	slices.SortStableFunc(reviews, func(a, b forge.Review) int { return a.Submitted.Compare(b.Submitted) })
	at := map[string]int{}
	for _, r := range reviews {
		if r.State == forge.Commented || r.State == forge.Pending {
			continue
		}
		var p *fold.Person
		if !r.Author.Bot {
			p = owner(d.base.Roster, r.Author)
		}
		key := fmt.Sprintf("%s#%d %s", fold.Lower(r.Author.Host), r.Author.ID, r.Author.Login)
		if p != nil {
			key = p.ID
		}
		one := &reviewer{person: p, review: r, day: d.day(r.Submitted), why: d.barred(p, r)}
		if i, known := at[key]; known {
			if was := d.reviewers[i]; one.approves() && was.approves() {
				one.before = was
			}
			d.reviewers[i] = one
			continue
		}
		at[key] = len(d.reviewers)
		d.reviewers = append(d.reviewers, one)
	}
}

// barred says why no approval of a reviewer counts, whatever it is about. One
// from before the pull request got its present target was given under another
// branch's rules.
func (d *decider) barred(p *fold.Person, r forge.Review) string {
	switch {
	case r.Author.Bot:
		return "approval/bot"
	case p == nil:
		return "approval/unknown-reviewer"
	case d.hands[p]:
		return "approval/own-change"
	case r.Submitted.IsZero():
		return "approval/unseen"
	case d.in.PR.Retargeted.After(r.Submitted) || d.in.PR.Retargeted.Equal(r.Submitted):
		return "approval/retargeted"
	}
	return ""
}

// stale says why a review does not cover the change as it is now in a scope;
// "" when it does.
func (d *decider) stale(r *reviewer, s Scope) string {
	commit, moved := d.saw(r.review)
	if commit == "" {
		if moved {
			return "approval/re-pointed"
		}
		return "approval/unseen"
	}
	digests, err := d.digests(commit)
	want, ok := d.in.Digests[s]
	switch {
	case err != nil || !ok || want == "":
		return "approval/unseen"
	case digests[s] == want:
		if d.unshown(commit, s) != "" {
			return "approval/grounds-unseen"
		}
		return ""
	case moved:
		return "approval/re-pointed"
	}
	return "approval/stale"
}

// unshown is a file that the facts refer to and a reviewer saw otherwise, or not
// at all, than it stands where they are to land; "" when he saw them all.
func (d *decider) unshown(commit string, s Scope) string {
	if d.in.Shown == nil || len(d.in.Grounds[s]) == 0 {
		return ""
	}
	known, ok := d.shown[commit]
	if !ok {
		known, _ = d.in.Shown(commit) // what cannot be read was not seen
		d.shown[commit] = known
	}
	return d.in.Grounds.differs(s, known)
}

// saw is the commit that a reviewer can have seen. Nobody has seen a commit
// that was made after his review: then the forge has moved the review along,
// and what counts is the latest commit that was there. A commit's date is its
// author's word. Where the forge tells that the head came later all the same,
// no date of a commit is believed, and what was seen cannot be told.
func (d *decider) saw(r forge.Review) (commit string, moved bool) {
	pr := d.in.PR
	if r.Commit == pr.HeadCommit && !pr.Pushed.IsZero() && !r.Submitted.After(pr.Pushed) {
		return "", true
	}
	i := slices.IndexFunc(d.in.Commits, func(c Commit) bool { return c.Hash == r.Commit })
	if i < 0 || d.in.Commits[i].madeBy(r.Submitted) {
		return r.Commit, false
	}
	var latest *Commit
	for k, c := range d.in.Commits {
		if c.madeBy(r.Submitted) && (latest == nil || c.When.After(latest.When)) {
			latest = &d.in.Commits[k]
		}
	}
	if latest == nil {
		return "", true
	}
	return latest.Hash, true
}

// madeBy reports whether a commit was there at a time; one without a date is
// not known to have been.
func (c Commit) madeBy(t time.Time) bool { return !c.When.IsZero() && !c.When.After(t) }

// sight is what a commit looks like relative to the target's tip, or why that
// cannot be told.
type sight struct {
	digests map[Scope]Digest
	err     error
}

func (d *decider) digests(commit string) (map[Scope]Digest, error) {
	known, ok := d.seen[commit]
	if !ok {
		known.digests, known.err = d.in.Seen(commit)
		d.seen[commit] = known
	}
	return known.digests, known.err
}

// counts reports whether somebody approves of what the change does in a scope.
func (d *decider) counts(r *reviewer, s Scope) bool {
	return r.approves() && r.why == "" && len(r.person.RolesOn(r.day)) > 0 && d.stale(r, s) == ""
}

// first is the approval by which somebody first agreed to what the change does
// in a scope: to say so once more changes neither when nor what he approved.
func (d *decider) first(r *reviewer, s Scope) *reviewer {
	for r.before != nil && d.counts(r.before, s) {
		r = r.before
	}
	return r
}

// reviewArgs are the arguments of every message about one review.
func (d *decider) reviewArgs(r *reviewer) diag.Args {
	args := accountArgs(r.review.Author)
	args["person"], args["on"] = r.name(), r.day
	args["commit"] = short(r.review.Commit)
	if r.review.Commit == "" {
		args["commit"] = "—"
	}
	return args
}
