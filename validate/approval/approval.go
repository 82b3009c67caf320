package approval

import (
	"time"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/forge"
)

// Identity is a name and mail address as a commit bears them.
type Identity struct{ Name, Mail string }

// Commit is a commit of the change: target..head, second parents included.
// A clean merge brings nothing of its own, so that whoever made it had no
// hand in the content. When is the committer's date: a review older than the
// commit that it claims to have seen saw an earlier one.
type Commit struct {
	Hash              string
	When              time.Time
	Author, Committer Identity
	CoAuthors         []Identity
	CleanMerge        bool
}

// Input is everything that decides about approvals.
type Input struct {
	Change  *validate.Change // base, head, files; judged by the base's policy and roster
	PR      forge.PullRequest
	Reviews []forge.Review
	Commits []Commit // the head first
	// Returns is the branch that a change of the rules alone makes the protected
	// one again: it is proposed for that, whatever the rules say before it. "" for
	// every other change.
	Returns string
	// Outside are the paths that the change touches outside deals/.
	Outside []string
	// Digests are those of the change at its head.
	Digests map[Scope]Digest
	// Seen computes the digests at a commit that a reviewer saw, relative to
	// the target's tip.
	Seen func(commit string) (map[Scope]Digest, error)
	// Grounds are what the facts refer to, as it stands where the change is to
	// land, and Shown as it stood in a commit that a reviewer saw. Without Shown,
	// as where statements are judged, nothing is asked of it.
	Grounds Grounds
	Shown   func(commit string) (Grounds, error)
}

// Given is one approval that counts.
type Given struct {
	Fact      string // path, "" for a registry
	Scope     Scope
	Role      string
	Aspect    string
	Person    string // id
	Name      string
	Account   forge.Account
	Review    string // id
	Commit    string // as the reviewer saw it
	At        time.Time
	Text      string
	Delegated bool
}

// Lacking is one approval that is still needed, and why.
type Lacking struct {
	Fact         string
	Scope        Scope
	Role, Aspect string
	Why          string // catalogue key
	Args         diag.Args
}

// Result is what was decided: the change may land when nothing is lacking and
// no finding is an error.
type Result struct {
	Given    []Given
	Lacking  []Lacking
	Findings []diag.Diagnostic
}

// Complete is when the last of the approvals that a change asks for in a scope
// was given; zero while one is lacking, and where none is asked for.
func (r Result) Complete(s Scope) time.Time {
	for _, l := range r.Lacking {
		if l.Scope == s {
			return time.Time{}
		}
	}
	var last time.Time
	for _, g := range r.Given {
		if g.Scope == s && g.At.After(last) {
			last = g.At
		}
	}
	return last
}

// Decided tells of each file when it was decided about, by the calendar of a
// zone: on the day of its last approval, or today.
func (r Result) Decided(zone *time.Location, today value.Day) validate.Decided {
	return func(path string) (value.Day, bool) {
		if at := r.Complete(ScopeOf(path)); !at.IsZero() {
			return value.DayOf(at.In(zone)), true
		}
		return today, false
	}
}
