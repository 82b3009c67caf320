package forge

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"

	"code.gitea.io/sdk/gitea"
)

const (
	giteaPage      = 50 // entries, the most that Gitea gives unless told to give fewer
	giteaActionsID = -2 // the account of workflows
)

// giteaForge is a repository on Gitea or Forgejo.
type giteaForge struct {
	*client
	name, base string
	limit      atomic.Int64 // entries of a page; 0 until it was asked for
}

// openGitea takes the address of the forge or of its API, which ends in
// /api/v1.
func openGitea(c Config) (Forge, error) {
	address, err := parseURL(c.BaseURL)
	if err != nil {
		return nil, err
	}
	address.Path = strings.TrimSuffix(address.Path, "/api/v1")
	shared, err := newClient(c, address, "token")
	if err != nil {
		return nil, err
	}
	shared.transport.nullIsEmpty = true
	return &giteaForge{client: shared, name: c.Kind, base: address.String()}, nil
}

func (g *giteaForge) Name() string { return g.name }
func (g *giteaForge) Host() string { return strings.ToLower(g.client.api.Host) }

// call makes a request through the library, whose clients carry one context.
// They are not asked to find out the version of the server first.
func (g *giteaForge) call(ctx context.Context, asked string, request func(*gitea.Client) error) error {
	return g.try(ctx, asked, func() error {
		api, err := gitea.NewClient(g.base, gitea.SetGiteaVersion(""), gitea.SetHTTPClient(g.http), gitea.SetContext(ctx), gitea.SetUserAgent("dealgate"))
		if err != nil {
			return err
		}
		return request(api)
	})
}

func (g *giteaForge) PullRequest(ctx context.Context, number int) (PullRequest, error) {
	if err := checkNumber(number); err != nil {
		return PullRequest{}, err
	}
	var pr PullRequest
	asked := g.asked("/pulls/%d", number)
	err := g.call(ctx, asked, func(api *gitea.Client) error {
		p, _, err := api.GetPullRequest(g.owner, g.repo, int64(number))
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

func (g *giteaForge) pull(p *gitea.PullRequest) PullRequest {
	if p == nil {
		return PullRequest{}
	}
	pr := PullRequest{
		Number: int(p.Index), Title: p.Title, URL: p.HTMLURL, Author: g.account(p.Poster),
		MergeBase: commitOf(p.MergeBase), Merged: p.HasMerged, Closed: p.State == gitea.StateClosed,
	}
	if p.Base != nil {
		pr.BaseRef, pr.BaseCommit = p.Base.Ref, commitOf(p.Base.Sha)
	}
	if p.Head != nil {
		pr.HeadRef, pr.HeadCommit = p.Head.Ref, commitOf(p.Head.Sha)
		if p.Head.Repository != nil {
			pr.HeadRepo = p.Head.Repository.FullName
		}
	}
	if p.HasMerged && p.MergedCommitID != nil {
		pr.MergeCommit, pr.MergedBy = commitOf(*p.MergedCommitID), g.account(p.MergedBy)
		if p.Merged != nil {
			pr.MergedAt = p.Merged.UTC()
		}
	}
	return pr
}

// account maps a user; those that stand for nobody have numbers below zero.
func (g *giteaForge) account(u *gitea.User) Account {
	if u == nil {
		return Account{Host: g.Host()}
	}
	return Account{Host: g.Host(), ID: max(u.ID, 0), Login: u.UserName, Bot: u.ID == giteaActionsID}
}

func (g *giteaForge) Landed(ctx context.Context, commit string) (*PullRequest, error) {
	if err := checkCommit(commit); err != nil {
		return nil, err
	}
	var pr PullRequest
	asked := g.asked("/commits/%s/pull", commit)
	err := g.call(ctx, asked, func(api *gitea.Client) error {
		p, _, err := api.GetCommitPullRequest(g.owner, g.repo, commit)
		pr = g.pull(p)
		return err
	})
	switch {
	case isStatus(err, http.StatusNotFound):
		return nil, g.visible(ctx)
	case err != nil:
		return nil, err
	case pr.Merged && pr.MergeCommit == commitOf(commit):
		pr, err = g.PullRequest(ctx, pr.Number)
		return &pr, err
	default:
		return g.search(ctx, commit)
	}
}

// visible tells "there is none" from "the token may not see the repository",
// which are answered alike.
func (g *giteaForge) visible(ctx context.Context) error {
	return g.call(ctx, g.asked(""), func(api *gitea.Client) error {
		_, _, err := api.GetRepo(g.owner, g.repo)
		return err
	})
}

// search looks through the closed pull requests: some versions answer with
// the wrong one for any commit, behind which the right one may be.
func (g *giteaForge) search(ctx context.Context, commit string) (*PullRequest, error) {
	closed, err := g.pulls(ctx, gitea.StateClosed)
	if err != nil {
		return nil, err
	}
	var landed []PullRequest
	for _, pr := range closed {
		if pr.Merged && pr.MergeCommit == commitOf(commit) {
			landed = append(landed, pr)
		}
	}
	one, err := theOne(commit, landed)
	if one == nil {
		return nil, err
	}
	full, err := g.PullRequest(ctx, one.Number) // a list does not say who merged
	if err != nil {
		return nil, err
	}
	return &full, nil
}

func (g *giteaForge) Open(ctx context.Context, headCommit string) ([]PullRequest, error) {
	if err := checkHead(headCommit); err != nil {
		return nil, err
	}
	all, err := g.pulls(ctx, gitea.StateOpen)
	return ofHead(all, headCommit), err
}

func (g *giteaForge) pulls(ctx context.Context, state gitea.StateType) ([]PullRequest, error) {
	asked := g.asked("/pulls?state=%s", state)
	list, _, err := giteaPages(ctx, g, asked, func(p *gitea.PullRequest) int64 { return int64(g.pull(p).Number) },
		func(api *gitea.Client, o gitea.ListOptions) ([]*gitea.PullRequest, *gitea.Response, error) {
			return api.ListRepoPullRequests(g.owner, g.repo, gitea.ListPullRequestsOptions{ListOptions: o, State: state, Sort: "oldest"})
		})
	var pulls []PullRequest
	for _, p := range list {
		pulls = append(pulls, g.pull(p))
	}
	return pulls, err
}

func (g *giteaForge) Comment(ctx context.Context, number int, marker, body string) error {
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
	return g.call(ctx, asked, func(api *gitea.Client) error {
		notes, err := g.notes(ctx, asked, number)
		if err != nil {
			return err
		}
		mine := ours(notes, marker, me)
		switch {
		case mine == nil:
			_, _, err = api.CreateIssueComment(g.owner, g.repo, int64(number), gitea.CreateIssueCommentOption{Body: body})
		case mine.body != body:
			_, _, err = api.EditIssueComment(g.owner, g.repo, mine.id, gitea.EditIssueCommentOption{Body: body})
		}
		return err
	})
}

// me is the account that the token belongs to. The token of a workflow may
// not ask.
func (g *giteaForge) me(ctx context.Context) (me Account, err error) {
	err = g.call(ctx, g.Host()+"/user", func(api *gitea.Client) error {
		u, _, err := api.GetMyUserInfo()
		me = g.account(u)
		return err
	})
	if isStatus(err, http.StatusForbidden) || isStatus(err, http.StatusNotFound) {
		return Account{}, nil
	}
	return me, err
}

func (g *giteaForge) notes(ctx context.Context, asked string, number int) ([]note, error) {
	list, _, err := giteaPages(ctx, g, asked, func(c *gitea.Comment) int64 {
		if c == nil {
			return 0
		}
		return c.ID
	}, func(api *gitea.Client, o gitea.ListOptions) ([]*gitea.Comment, *gitea.Response, error) {
		return api.ListIssueComments(g.owner, g.repo, int64(number), gitea.ListIssueCommentOptions{ListOptions: o})
	})
	var notes []note
	for _, c := range list {
		notes = append(notes, note{c.ID, g.account(c.Poster), c.Body})
	}
	return notes, err
}

func (g *giteaForge) Status(ctx context.Context, commit, context, state, description, url string) error {
	if err := checkStatus(commit, state); err != nil {
		return err
	}
	return g.call(ctx, g.asked("/statuses/%s", commit), func(api *gitea.Client) error {
		_, _, err := api.CreateStatus(g.owner, g.repo, commit, gitea.CreateStatusOption{
			State: gitea.StatusState(state), TargetURL: url, Description: Description(description), Context: context,
		})
		return err
	})
}

// Stated implements Forge. The combined status lists the latest of each
// context.
func (g *giteaForge) Stated(ctx context.Context, commit, context string) (state, description string, err error) {
	if err := checkCommit(commit); err != nil {
		return "", "", err
	}
	err = g.call(ctx, g.asked("/commits/%s/status", commit), func(api *gitea.Client) error {
		all, _, err := api.GetCombinedStatus(g.owner, g.repo, commit)
		if err != nil {
			return err
		}
		for _, s := range all.Statuses {
			if s != nil && s.Context == context {
				state, description = string(s.State), s.Description
			}
		}
		return nil
	})
	return state, description, err
}
