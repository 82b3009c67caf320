package forge

import (
	"context"
	"net/http"
)

// Answer is what a forge says to a question with yes or no.
type Answer string

// The answers. Unknown is one that the access token may not hear, which is
// never taken for a good one.
const (
	Unknown Answer = ""
	Yes     Answer = "yes"
	No      Answer = "no"
)

func answer(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// Check is a commit status that a branch requires.
type Check struct {
	Context string
	// App is the only app whose status counts, 0 where anybody's does.
	App int64
}

// ActionsApp is the app in whose name GitHub's workflows set statuses.
const ActionsApp = 15368

// Protection is one set of rules that holds for a branch.
type Protection struct {
	Name         string
	PullRequests bool    // nothing lands but through a pull request
	OwnersReview bool    // workflows change only with a review by their owners, or not at all
	Rejections   bool    // a request for changes blocks
	DropsStale   bool    // a push takes approvals away, whatever it changes
	Checks       []Check // required statuses
	UpToDate     bool    // a branch must contain the target's tip, or a queue brings it up to date
	QueueRebases bool    // the merge queue lays commits on the line one by one
	NoForce      bool    // history is not rewritten
	NoDelete     bool
	Bypass       []string // who need not obey
	Rewriters    []string // who of them may rewrite history all the same
	BypassKnown  bool
}

// Settings are what decides how changes land in a repository, and who can read
// it.
type Settings struct {
	DefaultBranch  string
	Public         Answer
	PagesPublic    Answer
	FastForward    Answer // may a branch become the line as it is
	Rebases        Answer // may the commits of a pull request be laid on the line one by one
	ActionsApprove Answer // may workflows approve pull requests
	ActionsWrite   Answer // may workflows write unless they say less
	// Branches holds the rules in force for each branch asked about; no entry
	// where they could not be read.
	Branches map[string][]Protection
	// Idle names rules that hold for no branch: switched off, or with
	// patterns that fit none.
	Idle []string
	// InTheWay names branches beside which one of those asked about cannot be.
	InTheWay []string
	// Pushers are who may push, where PushersKnown.
	Pushers      []Pusher
	PushersKnown bool
	// BindsChecks tells whether the forge can tie a status to its app at all.
	BindsChecks bool
}

// SettingsReader is a forge whose settings can be read.
type SettingsReader interface {
	// Settings reads the repository's settings, and the rules in force for
	// these branches, whether they exist yet or not.
	Settings(ctx context.Context, branches ...string) (Settings, error)
}

// hidden reports an answer that says no more than that the token may not ask.
func hidden(err error) bool {
	return isStatus(err, http.StatusForbidden) || isStatus(err, http.StatusNotFound)
}
