package attest

import (
	"slices"
	"strings"
	"time"

	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
)

// Status is what history and statements show of a landed file.
type Status uint8

// From best to worst. What stands is proven by a signed statement that agrees
// with history; declared where the company had no approvals yet, keeps them
// elsewhere or signs nothing; unproven where a statement is missing or cannot
// be trusted; contradicted where history or a statement shows that it is wrong.
const (
	Proven Status = iota
	Declared
	Unproven
	Contradicted
)

// String returns the status in lower case, as in machine-readable formats.
func (s Status) String() string {
	return [...]string{"proven", "declared", "unproven", "contradicted"}[s]
}

// statusOf says what each reason makes of a file; what is not listed
// contradicts.
var statusOf = map[string]Status{
	"audit/baseline":   Declared,
	"audit/none":       Declared,
	"audit/no-signers": Declared,
	"audit/odd-file":   Declared,
	"audit/spare":      Declared,
	"audit/removed":    Declared,

	"audit/unsound-commit": Declared,

	"audit/no-statement":          Unproven,
	"audit/unreadable-statement":  Unproven,
	"audit/unsigned":              Unproven,
	"audit/unknown-key":           Unproven,
	"audit/expired-key":           Unproven,
	"audit/foreign-key":           Unproven,
	"audit/octopus":               Unproven,
	"audit/unjudged":              Unproven,
	"audit/unreadable":            Unproven,
	"audit/policy-gone":           Unproven,
	"audit/reviews-ended":         Unproven,
	"audit/signers-gone":          Unproven,
	"audit/unsound-rules":         Unproven,
	"audit/keys-ended":            Unproven,
	"audit/checkpoint-untrusted":  Unproven,
	"audit/checkpoint-unreadable": Unproven,
}

func (r Reason) status() Status {
	if s, ok := statusOf[r.Rule]; ok {
		return s
	}
	return Contradicted
}

// worst is the status that reasons leave.
func worst(lists ...[]Reason) Status {
	s := Proven
	for _, list := range lists {
		for _, r := range list {
			s = max(s, r.status())
		}
	}
	return s
}

// Landed is one landed change: what one pull request, or one push, brought.
type Landed struct {
	Commit  history.Commit // the last one on the line
	Parent  string         // where the line stood before
	Reasons []Reason       // that concern all it brought
	File    string         // of the statement, "" when there is none
	// Approvals and PullRequest are what the statement says, where it counts.
	Approvals   []Approval
	PullRequest *PullRequest

	since   time.Time        // it landed no earlier, by what lies under it
	when    time.Time        // it landed, for its rules and keys
	top     time.Time        // when what lies on it was merged; zero if nobody says
	steps   []history.Commit // the commits on the line, where there are several
	changes []history.Change
	clean   bool     // it is a merge that brings nothing of its own
	era     *era     // by which the change is judged
	after   *era     // by which the next one is
	past    past     // what there was up to then
	claims  []*claim // statements that bear its name
	claim   *claim   // the one that is believed
	spare   []string // files of the others
	items   []*Item
	verdict verdict
}

// Status is the worst of what is known of the files that the change brought.
func (l *Landed) Status() Status {
	s := worst(l.Reasons)
	for _, i := range l.items {
		s = max(s, worst(i.Reasons))
	}
	return s
}

// When is when the change landed: the date of its commit, unless it is known
// better.
func (l *Landed) When() time.Time {
	if l.when.IsZero() {
		return l.Commit.When
	}
	return l.when
}

// Item is a file that landed: a fact, a header, a registry, evidence that was
// changed in place.
type Item struct {
	Path    string
	Deleted bool // this change took it away
	Landed  *Landed
	Reasons []Reason // of this file alone
}

// Status is what is known of the file.
func (i *Item) Status() Status { return worst(i.Landed.Reasons, i.Reasons) }

// All lists why the file is not proven, the weightiest first.
func (i *Item) All() []Reason {
	all := slices.Concat(i.Landed.Reasons, i.Reasons)
	slices.SortStableFunc(all, func(a, b Reason) int { return int(b.status()) - int(a.status()) })
	return all
}

// Approvals lists whose approval the file had, by a statement that counts.
func (i *Item) Approvals() []Approval {
	var out []Approval
	for _, a := range i.Landed.Approvals {
		if a.Fact == i.Path || a.Fact == "" && fold.Classify(i.Path).Rules() {
			out = append(out, a)
		}
	}
	return out
}

// isEvidence reports whether a file lies in the folder of evidence of a deal or
// customer.
func isEvidence(path string) bool {
	rest, ok := strings.CutPrefix(path, fold.Root+"/")
	for range 2 {
		_, rest, _ = strings.Cut(rest, "/")
	}
	return ok && strings.HasPrefix(rest, "evidence/")
}
