// Package forge asks the place that hosts the repository about pull requests
// and their reviews, and tells it the outcome. It is the only code of dealgate
// that uses the network.
//
// It judges nothing: who may approve what is decided elsewhere. What it
// answers is whole or an error: a list that may lack an entry is never given.
package forge

import (
	"context"
	"net/http"
	"time"
)

// Account is somebody as a forge knows him. A login can be renamed and given
// to somebody else; host and ID together stay. The ID is 0 where the forge
// no longer knows the person.
type Account struct {
	Host  string
	ID    int64
	Login string
	Bot   bool
}

// Known reports whether the account can be matched with a person at all.
func (a Account) Known() bool { return a.ID > 0 }

// State is what a review says.
type State string

// The states of a review. Dismissed is a decisive review of which the forge
// no longer tells whether it approved.
const (
	Approved         State = "approved"
	ChangesRequested State = "changes-requested"
	Commented        State = "commented"
	Dismissed        State = "dismissed"
	Pending          State = "pending"
)

// Review is one review of a pull request. Some forges keep the state of a
// dismissed review, so look at Dismissed before State. DismissedAt is when it
// was first dismissed, zero where the forge does not tell. Commit is the commit
// that the forge says the reviewer saw, empty where it does not tell.
type Review struct {
	ID          string
	State       State
	Dismissed   bool
	DismissedAt time.Time
	Author      Account
	Commit      string
	Submitted   time.Time
	Body        string
	URL         string
}

// dismissed notes a dismissal: of several the first.
func (r *Review) dismissed(at time.Time) {
	if r.DismissedAt.IsZero() || at.Before(r.DismissedAt) {
		r.DismissedAt = at
	}
}

// PullRequest is a pull request as it stands now. HeadRepo is "owner/name", or
// empty when that repository is gone; BaseCommit is the tip of the target
// branch as the forge tells it, and MergeBase where the head had left it when
// that was last looked at, "" where the forge does not tell. MergeCommit and
// MergedBy are set once merged.
// MergedAt is when it was merged by the forge's own clock, zero where the forge
// does not tell: a commit that was only fast-forwarded to bears an older date.
// Retargeted is when its target branch was last changed, zero if never; Pushed
// is when its head was last pushed by the forge's own clock, zero where the
// forge does not tell. A pull request out of a list tells neither.
type PullRequest struct {
	Number           int
	Title, URL       string
	Author           Account
	BaseRef, HeadRef string
	HeadRepo         string
	BaseCommit       string
	MergeBase        string
	HeadCommit       string
	Merged           bool
	MergeCommit      string
	MergedBy         Account
	MergedAt         time.Time
	Closed           bool
	Retargeted       time.Time
	Pushed           time.Time
}

// The states of a commit status.
const (
	StatusPending = "pending"
	StatusSuccess = "success"
	StatusFailure = "failure"
	StatusError   = "error"
)

// Forge is one repository on one forge. All errors are of type *Error.
type Forge interface {
	// Name is the kind of forge, as given to Open.
	Name() string
	// Host is the host that accounts belong to, as the roster writes it.
	Host() string
	// PullRequest reads one pull request, with what happened to its target.
	PullRequest(ctx context.Context, number int) (PullRequest, error)
	// Reviews lists all reviews of a pull request in the order in which they
	// were submitted; drafts, where they are shown, come last.
	Reviews(ctx context.Context, number int) ([]Review, error)
	// Landed finds the merged pull request that this commit landed, by its
	// merge commit; nil when there is none.
	Landed(ctx context.Context, commit string) (*PullRequest, error)
	// Open lists the open pull requests whose head is this commit, or all of
	// them when it is "". Whether they were retargeted it does not tell.
	Open(ctx context.Context, headCommit string) ([]PullRequest, error)
	// Comment keeps one comment of our own, recognised by its first line,
	// the marker: it is written anew, or made where it is missing.
	Comment(ctx context.Context, number int, marker, body string) error
	// Status sets the state of a commit under a context.
	Status(ctx context.Context, commit, context, state, description, url string) error
	// Stated reads the state of a commit under a context as it was last set,
	// with its description; both are empty where none was.
	Stated(ctx context.Context, commit, context string) (state, description string, err error)
}

// Config says which repository to ask about, and how.
type Config struct {
	// Kind is one of Kinds.
	Kind string
	// BaseURL is the address of the API or of the forge itself (GitHub's own
	// when empty), or the path of the file.
	BaseURL string
	// Repository is "owner/name".
	Repository string
	// Token is sent to the host of BaseURL and to nobody else.
	Token string
	// Client lends its transport and time limit; nil means the usual ones.
	Client *http.Client
	// Sleep waits before a request is made again; nil means real time.
	Sleep func(context.Context, time.Duration) error
	// Now is the clock that the forge's dates are compared with.
	Now func() time.Time
}

// kinds lists every forge. A new one is a file and a line here.
var kinds = []struct {
	name string
	open func(Config) (Forge, error)
}{
	{"github", openGitHub},
	{"gitea", openGitea},
	{"forgejo", openGitea},
	{"file", openFile},
}

// Kinds returns the names of the forges.
func Kinds() []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

// Open prepares to ask one repository of a forge. It sends nothing yet.
func Open(kind, baseURL, repository, token string, client *http.Client) (Forge, error) {
	return Config{Kind: kind, BaseURL: baseURL, Repository: repository, Token: token, Client: client}.Open()
}

// Open is Open with everything that can be configured.
func (c Config) Open() (Forge, error) {
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	for _, k := range kinds {
		if k.name == c.Kind {
			return k.open(c)
		}
	}
	return nil, fail("forge.unknown-kind", "kind", c.Kind, "kinds", Kinds())
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
