package forge

import (
	"cmp"
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/google/go-github/v92/github"
)

// Settings implements SettingsReader.
func (g *gitHub) Settings(ctx context.Context, branches ...string) (Settings, error) {
	s := Settings{Branches: map[string][]Protection{}, BindsChecks: true}
	var repo *github.Repository
	err := g.try(ctx, g.asked(""), func() (err error) {
		repo, _, err = g.api.Repositories.Get(ctx, g.owner, g.repo)
		return err
	})
	if err != nil {
		return Settings{}, err
	}
	s.FastForward = No // there is no such merge
	if repo.AllowRebaseMerge != nil {
		s.Rebases = answer(*repo.AllowRebaseMerge)
	}
	s.DefaultBranch, s.Public = repo.GetDefaultBranch(), answer(!repo.GetPrivate())
	sets, err := g.rulesets(ctx)
	if err != nil {
		return Settings{}, err
	}
	for _, branch := range branches {
		if err := g.protections(ctx, &s, sets, branch); err != nil {
			return Settings{}, err
		}
	}
	names, err := gitHubNames(ctx, g)
	if err != nil {
		return Settings{}, err
	}
	s.InTheWay = inTheWay(names, branches)
	s.Idle = idleSets(sets, s.DefaultBranch, append(names, branches...))
	return s, errors.Join(g.workflowRights(ctx, &s), g.pages(ctx, &s, repo), g.pushers(ctx, &s))
}

func (g *gitHub) workflowRights(ctx context.Context, s *Settings) error {
	err := g.try(ctx, g.asked("/actions/permissions/workflow"), func() error {
		p, _, err := g.api.Repositories.GetDefaultWorkflowPermissions(ctx, g.owner, g.repo)
		if err == nil && p.CanApprovePullRequestReviews != nil {
			s.ActionsApprove = answer(*p.CanApprovePullRequestReviews)
		}
		if err == nil && p.DefaultWorkflowPermissions != nil {
			s.ActionsWrite = answer(*p.DefaultWorkflowPermissions != "read")
		}
		return err
	})
	if hidden(err) {
		return nil
	}
	return err
}

// pages reads who can see the site that GitHub serves, where it serves one.
func (g *gitHub) pages(ctx context.Context, s *Settings, repo *github.Repository) error {
	if !repo.GetHasPages() {
		s.PagesPublic = No
		return nil
	}
	err := g.try(ctx, g.asked("/pages"), func() error {
		p, _, err := g.api.Repositories.GetPagesInfo(ctx, g.owner, g.repo)
		if err == nil && p.Public != nil {
			s.PagesPublic = answer(*p.Public)
		}
		return err
	})
	if hidden(err) {
		return nil
	}
	return err
}

// rulesets reads all rulesets, those of the organisation too, in full.
func (g *gitHub) rulesets(ctx context.Context) (map[int64]*github.RepositoryRuleset, error) {
	list, err := gitHubPages(ctx, g, g.asked("/rulesets"), (*github.RepositoryRuleset).GetID,
		func(o github.ListOptions) ([]*github.RepositoryRuleset, *github.Response, error) {
			return g.api.Repositories.GetAllRulesets(ctx, g.owner, g.repo, &github.RepositoryListRulesetsOptions{IncludesParents: new(true), ListOptions: o})
		})
	if hidden(err) {
		return nil, nil // a plan without rulesets has none
	}
	sets := map[int64]*github.RepositoryRuleset{}
	for _, short := range list {
		err = g.try(ctx, g.asked("/rulesets/%d", short.GetID()), func() error {
			full, _, err := g.api.Repositories.GetRuleset(ctx, g.owner, g.repo, short.GetID(), true)
			sets[short.GetID()] = full
			return err
		})
		if hidden(err) {
			sets[short.GetID()], err = short, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return sets, err
}

// protections reads what is in force for a branch: rulesets, and the older
// protection of branches.
func (g *gitHub) protections(ctx context.Context, s *Settings, sets map[int64]*github.RepositoryRuleset, branch string) error {
	byID := map[int64]*Protection{}
	for page := 1; page <= maxPages; page++ {
		var rules *github.BranchRules
		var resp *github.Response
		err := g.try(ctx, g.asked("/rules/branches/%s", branch), func() (err error) {
			rules, resp, err = g.api.Repositories.ListRulesForBranch(ctx, g.owner, g.repo, branch, &github.ListOptions{Page: page, PerPage: gitHubPage})
			return err
		})
		if err != nil {
			return err
		}
		gather(byID, rules)
		if resp.NextPage == 0 {
			break
		}
	}
	list := []Protection{}
	for id, p := range byID {
		p.Name = "ruleset"
		if set := sets[id]; set != nil {
			p.Name, p.BypassKnown = set.Name, set.BypassActors != nil
			p.Bypass = bypassers(set.BypassActors)
			p.Rewriters = p.Bypass
		}
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b Protection) int { return cmp.Compare(a.Name, b.Name) })
	classic, known, err := g.classic(ctx, branch)
	if err != nil {
		return err
	}
	if classic != nil {
		list = append(list, *classic)
	}
	if known || len(list) > 0 {
		s.Branches[branch] = list
	}
	return nil
}

// gather adds the rules of one page to the rulesets that they come from.
func gather(byID map[int64]*Protection, rules *github.BranchRules) {
	of := func(m github.BranchRuleMetadata) *Protection {
		if byID[m.RulesetID] == nil {
			byID[m.RulesetID] = &Protection{}
		}
		return byID[m.RulesetID]
	}
	for _, r := range rules.PullRequest {
		p := of(r.BranchRuleMetadata)
		p.PullRequests, p.Rejections = true, r.Parameters.RequiredApprovingReviewCount > 0
		p.OwnersReview, p.DropsStale = r.Parameters.RequireCodeOwnerReview, r.Parameters.DismissStaleReviewsOnPush
	}
	for _, r := range rules.RequiredStatusChecks {
		p := of(r.BranchRuleMetadata)
		p.UpToDate = p.UpToDate || r.Parameters.StrictRequiredStatusChecksPolicy
		for _, c := range r.Parameters.RequiredStatusChecks {
			check := Check{Context: c.Context}
			if c.IntegrationID != nil {
				check.App = max(*c.IntegrationID, 0)
			}
			p.Checks = append(p.Checks, check)
		}
	}
	for _, r := range rules.MergeQueue {
		p := of(r.BranchRuleMetadata)
		p.UpToDate, p.QueueRebases = true, r.Parameters.MergeMethod == github.MergeQueueMergeMethodRebase
	}
	for _, r := range rules.NonFastForward {
		of(*r).NoForce = true
	}
	for _, r := range rules.Deletion {
		of(*r).NoDelete = true
	}
}

func bypassers(actors []*github.BypassActor) []string {
	var names []string
	for _, a := range actors {
		if a != nil && a.ActorType != nil {
			names = append(names, string(*a.ActorType))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// notProtected is GitHub's answer about a branch without protection, or one
// that is not there; without its words the answer may hide more.
func notProtected(err error) bool {
	var e *Error
	if errors.Is(err, github.ErrBranchNotProtected) {
		return true
	}
	if !errors.As(err, &e) {
		return false
	}
	message, _ := e.Args["message"].(string)
	return message == "Branch not protected" || message == "Branch not found"
}

func (g *gitHub) classic(ctx context.Context, branch string) (p *Protection, known bool, err error) {
	var c *github.Protection
	err = g.try(ctx, g.asked("/branches/%s/protection", branch), func() (err error) {
		c, _, err = g.api.Repositories.GetBranchProtection(ctx, g.owner, g.repo, branch)
		return err
	})
	switch {
	case notProtected(err):
		return nil, true, nil
	case hidden(err):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	}
	p = &Protection{
		Name: branch, BypassKnown: true, OwnersReview: c.GetRequiredPullRequestReviews().GetRequireCodeOwnerReviews(),
		PullRequests: c.RequiredPullRequestReviews != nil,
		Rejections:   c.GetRequiredPullRequestReviews().GetRequiredApprovingReviewCount() > 0,
		DropsStale:   c.GetRequiredPullRequestReviews().GetDismissStaleReviews(),
		NoForce:      c.AllowForcePushes == nil || !c.AllowForcePushes.Enabled,
		NoDelete:     c.AllowDeletions == nil || !c.AllowDeletions.Enabled,
	}
	if c.EnforceAdmins == nil || !c.EnforceAdmins.Enabled {
		p.Bypass, p.Rewriters = []string{"RepositoryAdmin"}, []string{"RepositoryAdmin"}
	}
	if b := c.GetRequiredPullRequestReviews().GetBypassPullRequestAllowances(); b != nil {
		for _, u := range b.Users {
			p.Bypass = append(p.Bypass, u.GetLogin())
		}
		for _, t := range b.Teams {
			p.Bypass = append(p.Bypass, t.GetSlug())
		}
		for _, a := range b.Apps {
			p.Bypass = append(p.Bypass, a.GetSlug())
		}
	}
	if checks := c.RequiredStatusChecks; checks != nil {
		p.UpToDate = checks.Strict
		for _, check := range checks.GetChecks() {
			p.Checks = append(p.Checks, Check{check.Context, max(check.GetAppID(), 0)})
		}
	}
	return p, true, nil
}

// idleSets names the rulesets for branches that hold for none of these.
func idleSets(sets map[int64]*github.RepositoryRuleset, main string, list []string) []string {
	var idle []string
	for _, set := range sets {
		if set.Target != nil && *set.Target != github.RulesetTargetBranch {
			continue
		}
		if set.Enforcement != github.RulesetEnforcementActive || !fitsAny(set, main, list) {
			idle = append(idle, set.Name)
		}
	}
	slices.Sort(idle)
	return idle
}

func gitHubNames(ctx context.Context, g *gitHub) ([]string, error) {
	var names []string
	for page := 1; page <= maxPages; page++ {
		var resp *github.Response
		var list []*github.Branch
		err := g.try(ctx, g.asked("/branches"), func() (err error) {
			list, resp, err = g.api.Repositories.ListBranches(ctx, g.owner, g.repo, &github.BranchListOptions{ListOptions: github.ListOptions{Page: page, PerPage: gitHubPage}})
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, b := range list {
			names = append(names, b.GetName())
		}
		if resp.NextPage == 0 {
			return names, nil
		}
	}
	return nil, fail("forge.too-many-pages", "asked", g.asked("/branches"), "pages", maxPages)
}

// fitsAny reports whether a ruleset's patterns fit one of the branches. A set
// whose patterns were not shown is taken to fit.
func fitsAny(set *github.RepositoryRuleset, main string, branches []string) bool {
	names := set.GetConditions().GetRefName()
	if names == nil {
		return true
	}
	fits := func(patterns []string, branch string) bool {
		return slices.ContainsFunc(patterns, func(p string) bool {
			switch p {
			case "~ALL":
				return true
			case "~DEFAULT_BRANCH":
				return branch == main
			}
			return globFits(strings.TrimPrefix(p, "refs/heads/"), branch)
		})
	}
	return slices.ContainsFunc(branches, func(b string) bool { return fits(names.Include, b) && !fits(names.Exclude, b) })
}

// globFits matches a branch with a pattern in which ** may stand for several
// parts of a name.
func globFits(pattern, branch string) bool {
	head, tail, deep := strings.Cut(pattern, "**")
	if !deep {
		ok, err := path.Match(pattern, branch)
		return ok && err == nil
	}
	tail = strings.TrimPrefix(tail, "/")
	if !strings.HasPrefix(branch, head) {
		return false
	}
	rest := strings.TrimPrefix(branch, head)
	for {
		if tail == "" || globFits(tail, rest) {
			return true
		}
		_, after, more := strings.Cut(rest, "/")
		if !more {
			return false
		}
		rest = after
	}
}
