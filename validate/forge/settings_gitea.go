package forge

import (
	"context"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"code.gitea.io/sdk/gitea"
)

// giteaRules are one protection of branches, with what the library leaves out.
// Older servers do not send all of it: what is missing counts as not set.
type giteaRules struct {
	gitea.BranchProtection
	EnableForcePush bool `json:"enable_force_push"`
	ApplyToAdmins   bool `json:"apply_to_admins"` // Forgejo
}

// Settings implements SettingsReader.
func (g *giteaForge) Settings(ctx context.Context, branches ...string) (Settings, error) {
	s := Settings{Branches: map[string][]Protection{}, PagesPublic: No, ActionsApprove: No, ActionsWrite: No}
	var owner *gitea.User
	err := g.call(ctx, g.asked(""), func(api *gitea.Client) error {
		repo, _, err := api.GetRepo(g.owner, g.repo)
		if err == nil {
			owner = repo.Owner
			s.FastForward, s.Rebases = answer(repo.AllowFastForwardOnlyMerge), answer(repo.AllowRebase)
			s.DefaultBranch, s.Public = repo.DefaultBranch, answer(!repo.Private && !repo.Internal)
		}
		return err
	})
	if err != nil {
		return Settings{}, err
	}
	names, err := g.branches(ctx)
	if err != nil {
		return Settings{}, err
	}
	s.InTheWay = inTheWay(names, branches)
	if err := g.pushers(ctx, &s, owner); err != nil {
		return Settings{}, err
	}
	rules, err := g.rules(ctx)
	if hidden(err) {
		return s, nil // only administrators of the repository are told
	}
	if err != nil {
		return Settings{}, err
	}
	for _, branch := range branches {
		s.Branches[branch] = []Protection{}
		if r := theRule(rules, branch); r != nil {
			s.Branches[branch] = append(s.Branches[branch], r.protection())
		}
	}
	s.Idle = idleRules(rules, append(names, branches...))
	return s, nil
}

// rules reads all protections; the list has no pages.
func (g *giteaForge) rules(ctx context.Context) ([]giteaRules, error) {
	var body []byte
	asked := g.asked("/branch_protections")
	err := g.call(keep(ctx, &body), asked, func(api *gitea.Client) error {
		_, _, err := api.ListBranchProtections(g.owner, g.repo, gitea.ListBranchProtectionsOptions{})
		return err
	})
	if err != nil {
		return nil, err
	}
	var rules []giteaRules
	if json.Unmarshal(body, &rules) != nil {
		return nil, odd(asked, "forge.reason.undecodable")
	}
	return rules, nil
}

func (r giteaRules) pattern() string {
	if r.RuleName != "" {
		return r.RuleName
	}
	return r.BranchName
}

// theRule is the one that holds for a branch: that of its very name, else the
// first whose pattern fits.
func theRule(rules []giteaRules, branch string) *giteaRules {
	for _, fits := range []func(string) bool{
		func(p string) bool { return p == branch },
		func(p string) bool { return globFits(p, branch) },
	} {
		if i := slices.IndexFunc(rules, func(r giteaRules) bool { return fits(r.pattern()) }); i >= 0 {
			return &rules[i]
		}
	}
	return nil
}

func (r giteaRules) protection() Protection {
	p := Protection{
		Name: r.pattern(), BypassKnown: true, NoForce: !r.EnableForcePush, NoDelete: true,
		PullRequests: !r.EnablePush || r.EnablePushWhitelist, Rejections: r.BlockOnRejectedReviews, DropsStale: r.DismissStaleApprovals,
		UpToDate: r.BlockOnOutdatedBranch, OwnersReview: protects(r.ProtectedFilePatterns, ".gitea/workflows/gate.yml"),
	}
	if !r.BlockAdminMergeOverride && !r.ApplyToAdmins {
		p.Bypass = append(p.Bypass, "RepositoryAdmin")
	}
	if r.EnablePush && r.EnablePushWhitelist {
		p.Bypass = append(p.Bypass, slices.Concat(r.PushWhitelistUsernames, r.PushWhitelistTeams)...)
		if r.PushWhitelistDeployKeys {
			p.Bypass = append(p.Bypass, "DeployKey")
		}
	}
	if r.EnableStatusCheck {
		for _, c := range r.StatusCheckContexts {
			p.Checks = append(p.Checks, Check{Context: c})
		}
	}
	return p
}

// protects reports whether patterns, parted by semicolons, name a file.
func protects(patterns, file string) bool {
	return slices.ContainsFunc(strings.Split(patterns, ";"), func(p string) bool {
		p = strings.ToLower(strings.TrimSpace(p))
		ok, _ := path.Match(p, file)
		return p != "" && (ok || globFits(p, file))
	})
}

func (g *giteaForge) branches(ctx context.Context) ([]string, error) {
	list, _, err := giteaPages(ctx, g, g.asked("/branches"), branchNumber(), func(api *gitea.Client, o gitea.ListOptions) ([]*gitea.Branch, *gitea.Response, error) {
		return api.ListRepoBranches(g.owner, g.repo, gitea.ListRepoBranchesOptions{ListOptions: o})
	})
	var names []string
	for _, b := range list {
		names = append(names, b.Name)
	}
	return names, err
}

// idleRules names the rules that hold for none of the branches.
func idleRules(rules []giteaRules, branches []string) []string {
	var idle []string
	for _, r := range rules {
		if !slices.ContainsFunc(branches, func(b string) bool { return globFits(r.pattern(), b) }) {
			idle = append(idle, r.pattern())
		}
	}
	return idle
}

// branchNumber numbers branches by name, since they have no number by which
// one that comes twice is noticed.
func branchNumber() func(*gitea.Branch) int64 {
	seen := map[string]int64{}
	return func(b *gitea.Branch) int64 {
		if b == nil || b.Name == "" {
			return 0
		}
		if seen[b.Name] == 0 {
			seen[b.Name] = int64(len(seen) + 1)
		}
		return seen[b.Name]
	}
}
