package site

import (
	"slices"
	"strings"
	"time"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// Landing is every change that landed, as an audit found it.
type Landing struct {
	Changes []Change // oldest first
	// Of the line of history as a whole: checkpoints that agree with it, how many
	// changes the last of them covers, whether a key that may has signed it, and
	// what speaks against it.
	Checkpoints, Covered int
	Signed               bool
	Reasons              []Reason
}

// Change is one landed change: what one pull request, or one push, brought to
// the first-parent line.
type Change struct {
	Commit, Parent  string
	Author, Subject string
	When            time.Time // it landed, in the company's time zone
	Verdict         Verdict   // the worst of its files
	Reasons         []Reason  // that concern all it brought
	Pull            Pull      // as its statement says
	Files           []ChangeFile
	Approvals       []Approval // as its statement says
}

// ofDeals reports whether a change touched the company's files; others concern
// what lies beside them, such as a program.
func (c *Change) ofDeals() bool {
	return slices.ContainsFunc(c.Files, func(f ChangeFile) bool { return strings.HasPrefix(f.Path, fold.Root+"/") })
}

// ofDeals lists the changes that touched the company's files, the latest first.
func (l *Landing) ofDeals() []*Change {
	var out []*Change
	for i := range l.Changes {
		if c := &l.Changes[len(l.Changes)-1-i]; c.ofDeals() {
			out = append(out, c)
		}
	}
	return out
}

// ChangeFile is what a change did to one file.
type ChangeFile struct {
	Path    string
	Reasons []Reason // of this file alone
	Deleted bool
	Verdict Verdict
}

// Pull is the pull request that proposed a change; without one it is zero.
type Pull struct {
	Number             int
	URL, Title, Author string // the author's login
}

// Approval is one approval that counted when the change landed. What a change
// that is not proven says of approvals is no more than a claim.
type Approval struct {
	Fact        string    // path; empty where the rules as a whole were approved
	Role        diag.Term // or the aspect of a review
	Person      string    // id in the roster
	Name        string
	Host, Login string // the account on the forge
	Review      string // id on the forge
	When        time.Time
	Delegated   bool
	Text        string
}

// Reason says why something is not proven.
type Reason struct {
	Title diag.Term
	Found Phrase
}

// Verdict is what history and statements show of a file or a change.
type Verdict uint8

// From best to worst.
const (
	Proven Verdict = iota
	Declared
	Unproven
	Contradicted
)

// Term names a verdict.
func (v Verdict) Term() diag.Term {
	return [...]diag.Term{"audit.proven", "audit.declared", "audit.unproven", "audit.contradicted"}[v]
}

// Badge is the class of the badge that shows it.
func (v Verdict) Badge() string { return [...]string{"good", "plain", "warn", "bad"}[v] }

// ApprovalsOf lists whose approval a file of the change had.
func (c *Change) ApprovalsOf(path string) []Approval {
	var out []Approval
	for _, a := range c.Approvals {
		if a.Fact == path {
			out = append(out, a)
		}
	}
	return out
}
