package forge

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-github/v92/github"
)

const gitHubPage = 100 // entries, the most that GitHub gives

// gitHub is a repository on github.com or a GitHub Enterprise Server.
type gitHub struct {
	*client
	host string
	api  *github.Client
}

// openGitHub takes the address of the API, as workflows find it in
// GITHUB_API_URL: https://api.github.com or https://HOST/api/v3.
func openGitHub(c Config) (Forge, error) {
	if c.BaseURL == "" || strings.TrimRight(c.BaseURL, "/") == "https://github.com" {
		c.BaseURL = "https://api.github.com"
	}
	address, err := parseURL(c.BaseURL)
	if err != nil {
		return nil, err
	}
	shared, err := newClient(c, address, "Bearer")
	if err != nil {
		return nil, err
	}
	base := address.String() + "/"
	api, err := github.NewClient(github.WithHTTPClient(shared.http), github.WithURLs(&base, &base), github.WithDisableRateLimitCheck(), github.WithUserAgent("dealgate"))
	if err != nil {
		return nil, fail("forge.bad-address", "address", hostOnly(address))
	}
	return &gitHub{client: shared, host: gitHubHost(address), api: api}, nil
}

// gitHubHost is the host that people know: GitHub's own API has another, and
// no path.
func gitHubHost(api *url.URL) string {
	host := strings.ToLower(api.Host)
	if api.Path == "" {
		host = strings.TrimPrefix(host, "api.")
	}
	return host
}

func (g *gitHub) Name() string { return "github" }
func (g *gitHub) Host() string { return g.host }

func (g *gitHub) PullRequest(ctx context.Context, number int) (PullRequest, error) {
	if err := checkNumber(number); err != nil {
		return PullRequest{}, err
	}
	var pr PullRequest
	asked := g.asked("/pulls/%d", number)
	err := g.try(ctx, asked, func() error {
		p, _, err := g.api.PullRequests.Get(ctx, g.owner, g.repo, number)
		pr = g.pull(p)
		return err
	})
	if err == nil {
		err = checkPull(asked, number, pr)
	}
	if err == nil {
		pr.Retargeted, pr.Pushed, err = g.moved(ctx, number) // after the target was read, lest a change slip between
	}
	if err != nil {
		return PullRequest{}, err
	}
	return pr, nil
}

// newTarget are the events by which a pull request gets another target: by
// hand, and by the forge when the branch that it aimed at is gone.
var newTarget = []string{"base_ref_changed", "automatic_base_change_succeeded"}

// events reads what happened to a pull request. It asks for the issue's events,
// since the timeline leaves out those of newTarget.
func (g *gitHub) events(ctx context.Context, number int) (asked string, events []*github.IssueEvent, err error) {
	asked = g.asked("/issues/%d/events", number)
	events, err = gitHubPages(ctx, g, asked, (*github.IssueEvent).GetID,
		func(o github.ListOptions) ([]*github.IssueEvent, *github.Response, error) {
			return g.api.Issues.ListIssueEvents(ctx, g.owner, g.repo, number, &o)
		})
	return asked, events, err
}

// dismissals notes when reviews were dismissed, and gives them the state back
// that they had, as far as the event of their dismissal tells it; GitHub itself
// says only that they were dismissed.
func (g *gitHub) dismissals(ctx context.Context, number int, reviews []Review) error {
	if !slices.ContainsFunc(reviews, func(r Review) bool { return r.State == Dismissed }) {
		return nil
	}
	_, events, err := g.events(ctx, number)
	for _, e := range events {
		was := e.GetDismissedReview()
		i := slices.IndexFunc(reviews, func(r Review) bool { return r.ID == strconv.FormatInt(was.GetReviewID(), 10) })
		if was == nil || i < 0 || !reviews[i].Dismissed {
			continue
		}
		reviews[i].dismissed(e.GetCreatedAt().UTC())
		if state := gitHubStates[strings.ToUpper(was.GetState())]; state == Approved || state == ChangesRequested {
			reviews[i].State = state
		}
	}
	return err
}

// moved is when the pull request last got another target, and when its head was
// last pushed by force; of other pushes GitHub tells no time.
func (g *gitHub) moved(ctx context.Context, number int) (target, head time.Time, err error) {
	asked, events, err := g.events(ctx, number)
	for _, e := range events {
		var last *time.Time
		switch {
		case e.GetEvent() == "":
			return target, head, odd(asked, "forge.reason.no-event")
		case slices.Contains(newTarget, e.GetEvent()):
			last = &target
		case e.GetEvent() == "head_ref_force_pushed":
			last = &head
		default:
			continue
		}
		if e.GetCreatedAt().IsZero() {
			return target, head, odd(asked, "forge.reason.no-time")
		}
		*last = later(*last, e.GetCreatedAt().UTC())
	}
	return target, head, err
}

// pull maps a pull request. Before the merge, GitHub gives the hash of a trial
// merge as the merge commit: it is none.
func (g *gitHub) pull(p *github.PullRequest) PullRequest {
	pr := PullRequest{
		Number: p.GetNumber(), Title: p.GetTitle(), URL: p.GetHTMLURL(), Author: g.account(p.GetUser()),
		BaseRef: p.GetBase().GetRef(), BaseCommit: commitOf(p.GetBase().GetSHA()),
		HeadRef: p.GetHead().GetRef(), HeadCommit: commitOf(p.GetHead().GetSHA()), HeadRepo: p.GetHead().GetRepo().GetFullName(),
		Merged: p.GetMerged(), Closed: p.GetState() == "closed",
	}
	if pr.Merged {
		pr.MergeCommit, pr.MergedBy = commitOf(p.GetMergeCommitSHA()), g.account(p.GetMergedBy())
		pr.MergedAt = p.GetMergedAt().UTC()
	}
	return pr
}

func (g *gitHub) account(u *github.User) Account {
	return Account{Host: g.host, ID: max(u.GetID(), 0), Login: u.GetLogin(), Bot: u.GetType() == "Bot"}
}

func (g *gitHub) Reviews(ctx context.Context, number int) ([]Review, error) {
	if err := checkNumber(number); err != nil {
		return nil, err
	}
	asked := g.asked("/pulls/%d/reviews", number)
	list, err := gitHubPages(ctx, g, asked, (*github.PullRequestReview).GetID,
		func(o github.ListOptions) ([]*github.PullRequestReview, *github.Response, error) {
			return g.api.PullRequests.ListReviews(ctx, g.owner, g.repo, number, &o)
		})
	if err != nil {
		return nil, err
	}
	var reviews []Review
	for _, r := range list {
		review, err := g.review(asked, r)
		if err != nil {
			return nil, err
		}
		reviews = append(reviews, review)
	}
	if err := g.dismissals(ctx, number, reviews); err != nil {
		return nil, err
	}
	return inOrder(reviews), nil
}

var gitHubStates = map[string]State{
	"APPROVED":          Approved,
	"CHANGES_REQUESTED": ChangesRequested,
	"COMMENTED":         Commented,
	"DISMISSED":         Dismissed,
	"PENDING":           Pending,
}

func (g *gitHub) review(asked string, r *github.PullRequestReview) (Review, error) {
	state, known := gitHubStates[r.GetState()]
	if !known {
		return Review{}, fail("forge.unknown-state", "asked", asked, "state", clip(r.GetState(), 80))
	}
	if state != Pending && r.GetSubmittedAt().IsZero() {
		return Review{}, odd(asked, "forge.reason.no-time")
	}
	return Review{
		ID: strconv.FormatInt(r.GetID(), 10), State: state, Dismissed: state == Dismissed,
		Author: g.account(r.GetUser()), Commit: commitOf(r.GetCommitID()),
		Submitted: r.GetSubmittedAt().UTC(), Body: r.GetBody(), URL: r.GetHTMLURL(),
	}, nil
}

// Landed asks for the pull requests of the commit; GitHub also gives those
// that merely contain it, so the merge commit is compared.
func (g *gitHub) Landed(ctx context.Context, commit string) (*PullRequest, error) {
	if err := checkCommit(commit); err != nil {
		return nil, err
	}
	list, err := gitHubPages(ctx, g, g.asked("/commits/%s/pulls", commit), pullID,
		func(o github.ListOptions) ([]*github.PullRequest, *github.Response, error) {
			return g.api.PullRequests.ListPullRequestsWithCommit(ctx, g.owner, g.repo, commit, &o)
		})
	if isUnknownCommit(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var landed []PullRequest
	for _, p := range list {
		if p.MergedAt == nil || commitOf(p.GetMergeCommitSHA()) != commitOf(commit) {
			continue
		}
		pr, err := g.PullRequest(ctx, p.GetNumber())
		if err != nil {
			return nil, err
		}
		if pr.MergeCommit == commitOf(commit) {
			landed = append(landed, pr)
		}
	}
	return theOne(commit, landed)
}

func pullID(p *github.PullRequest) int64 { return int64(p.GetNumber()) }

// isUnknownCommit recognises GitHub's answer about a commit that it does not
// have; a missing repository is answered otherwise.
func isUnknownCommit(err error) bool {
	var e *Error
	if !errors.As(err, &e) || e.status != http.StatusUnprocessableEntity {
		return false
	}
	message, _ := e.Args["message"].(string)
	return strings.HasPrefix(message, "No commit found")
}

// Open reads all open pull requests: asked for those of one commit, GitHub
// leaves out some that come from forks.
func (g *gitHub) Open(ctx context.Context, headCommit string) ([]PullRequest, error) {
	if err := checkHead(headCommit); err != nil {
		return nil, err
	}
	list, err := gitHubPages(ctx, g, g.asked("/pulls?state=open"), pullID,
		func(o github.ListOptions) ([]*github.PullRequest, *github.Response, error) {
			opts := github.PullRequestListOptions{State: "open", Sort: "created", Direction: "asc", ListOptions: o}
			return g.api.PullRequests.List(ctx, g.owner, g.repo, &opts)
		})
	if err != nil {
		return nil, err
	}
	var open []PullRequest
	for _, p := range list {
		open = append(open, g.pull(p))
	}
	return ofHead(open, headCommit), nil
}

func (g *gitHub) Comment(ctx context.Context, number int, marker, body string) error {
	if err := checkNumber(number); err != nil {
		return err
	}
	body, err := withMarker(marker, body)
	if err != nil {
		return err
	}
	me, err := g.me(ctx)
	if err != nil {
		return err
	}
	asked := g.asked("/issues/%d/comments", number)
	return g.try(ctx, asked, func() error {
		notes, err := g.notes(ctx, asked, number)
		if err != nil {
			return err
		}
		request := github.IssueCommentRequest{Body: body}
		mine := ours(notes, marker, me)
		switch {
		case mine == nil:
			_, _, err = g.api.Issues.CreateComment(ctx, g.owner, g.repo, number, request)
		case mine.body != body:
			_, _, err = g.api.Issues.UpdateComment(ctx, g.owner, g.repo, mine.id, request)
		}
		return err
	})
}

// me is the account that the token belongs to. The token of a workflow may
// not ask.
func (g *gitHub) me(ctx context.Context) (me Account, err error) {
	err = g.try(ctx, g.host+"/user", func() error {
		u, _, err := g.api.Users.Get(ctx, "")
		me = g.account(u)
		return err
	})
	if isStatus(err, http.StatusForbidden) || isStatus(err, http.StatusNotFound) {
		return Account{}, nil
	}
	return me, err
}

func (g *gitHub) notes(ctx context.Context, asked string, number int) ([]note, error) {
	list, err := gitHubPages(ctx, g, asked, (*github.IssueComment).GetID,
		func(o github.ListOptions) ([]*github.IssueComment, *github.Response, error) {
			return g.api.Issues.ListComments(ctx, g.owner, g.repo, number, &github.IssueListCommentsOptions{ListOptions: o})
		})
	var notes []note
	for _, c := range list {
		notes = append(notes, note{c.GetID(), g.account(c.GetUser()), c.GetBody()})
	}
	return notes, err
}

func (g *gitHub) Status(ctx context.Context, commit, context, state, description, url string) error {
	if err := checkStatus(commit, state); err != nil {
		return err
	}
	status := github.RepoStatus{State: &state, Context: &context, Description: new(Description(description))}
	if url != "" {
		status.TargetURL = &url
	}
	return g.try(ctx, g.asked("/statuses/%s", commit), func() error {
		_, _, err := g.api.Repositories.CreateStatus(ctx, g.owner, g.repo, commit, status)
		return err
	})
}

// Stated implements Forge. The combined status lists the latest of each
// context.
func (g *gitHub) Stated(ctx context.Context, commit, context string) (state, description string, err error) {
	if err := checkCommit(commit); err != nil {
		return "", "", err
	}
	list, err := gitHubPages(ctx, g, g.asked("/commits/%s/status", commit), (*github.RepoStatus).GetID,
		func(o github.ListOptions) ([]*github.RepoStatus, *github.Response, error) {
			all, resp, err := g.api.Repositories.GetCombinedStatus(ctx, g.owner, g.repo, commit, &o)
			if err != nil {
				return nil, resp, err
			}
			return all.Statuses, resp, nil
		})
	for _, s := range list {
		if s.GetContext() == context {
			state, description = s.GetState(), s.GetDescription()
		}
	}
	return state, description, err
}

// gitHubPages reads a list to its end. The Link header names the next page;
// should a full page come without one, the next is asked for all the same.
func gitHubPages[T any](ctx context.Context, g *gitHub, asked string, id func(T) int64, get func(github.ListOptions) ([]T, *github.Response, error)) ([]T, error) {
	return pages(asked, id, func(n int) (items []T, more bool, err error) {
		var resp *github.Response
		err = g.try(ctx, asked, func() (err error) {
			items, resp, err = get(github.ListOptions{Page: n, PerPage: gitHubPage})
			return err
		})
		if err != nil {
			return nil, false, err
		}
		if resp.NextPage != 0 && resp.NextPage != n+1 {
			return nil, false, odd(asked, "forge.reason.wrong-page")
		}
		return items, resp.NextPage != 0 || len(items) >= gitHubPage, nil
	})
}
