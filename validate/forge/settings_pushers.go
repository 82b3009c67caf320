package forge

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"code.gitea.io/sdk/gitea"
	"github.com/google/go-github/v92/github"
)

// Pusher is somebody who may push to the repository.
type Pusher struct {
	Account
	Admin bool // he may change its settings, too
}

// eachOnce names everybody once, by login; of what he may, the most.
func eachOnce(list []Pusher) []Pusher {
	slices.SortFunc(list, func(a, b Pusher) int {
		return cmp.Or(strings.Compare(a.Login, b.Login), cmp.Compare(a.ID, b.ID))
	})
	var out []Pusher
	for _, p := range list {
		if n := len(out); n > 0 && out[n-1].Account == p.Account {
			out[n-1].Admin = out[n-1].Admin || p.Admin
			continue
		}
		out = append(out, p)
	}
	return out
}

// inTheWay lists the branches that lie below one of those asked about: git
// keeps no branch a beside a branch a/b.
func inTheWay(names, asked []string) []string {
	var out []string
	for _, name := range names {
		if slices.ContainsFunc(asked, func(a string) bool { return strings.HasPrefix(name, a+"/") }) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// pushers reads who may push, by himself, through a team or as the owner.
func (g *gitHub) pushers(ctx context.Context, s *Settings) error {
	list, err := gitHubPages(ctx, g, g.asked("/collaborators"), (*github.User).GetID,
		func(o github.ListOptions) ([]*github.User, *github.Response, error) {
			return g.api.Repositories.ListCollaborators(ctx, g.owner, g.repo, &github.ListCollaboratorsOptions{ListOptions: o})
		})
	if err != nil {
		return unlessHidden(err)
	}
	var out []Pusher
	for _, u := range list {
		may := u.GetPermissions()
		if may == nil {
			return nil // what each may is not told
		}
		if may.GetPush() || may.GetMaintain() || may.GetAdmin() {
			out = append(out, Pusher{g.account(u), may.GetAdmin()})
		}
	}
	s.Pushers, s.PushersKnown = eachOnce(out), true
	return nil
}

// unlessHidden drops an error that says no more than that the token may not ask.
func unlessHidden(err error) error {
	if hidden(err) {
		return nil
	}
	return err
}

// pushers reads who may push. The list of collaborators holds neither the owner
// nor the teams of an organisation.
func (g *giteaForge) pushers(ctx context.Context, s *Settings, owner *gitea.User) error {
	var all []Pusher
	for _, read := range []func(context.Context, *gitea.User) ([]Pusher, error){g.collaborators, g.teams} {
		some, err := read(ctx, owner)
		if err != nil {
			return unlessHidden(err)
		}
		all = append(all, some...)
	}
	s.Pushers, s.PushersKnown = eachOnce(all), true
	return nil
}

func (g *giteaForge) collaborators(ctx context.Context, _ *gitea.User) ([]Pusher, error) {
	list, _, err := giteaPages(ctx, g, g.asked("/collaborators"), giteaUserID, func(api *gitea.Client, o gitea.ListOptions) ([]*gitea.User, *gitea.Response, error) {
		return api.ListCollaborators(g.owner, g.repo, gitea.ListCollaboratorsOptions{ListOptions: o})
	})
	var out []Pusher
	for _, u := range list {
		var may *gitea.CollaboratorPermissionResult
		err := g.call(ctx, g.asked("/collaborators/%s/permission", u.UserName), func(api *gitea.Client) (err error) {
			may, _, err = api.CollaboratorPermission(g.owner, g.repo, u.UserName)
			return err
		})
		if err != nil {
			return nil, err
		}
		if p, ok := g.pusher(u, may.Permission); ok {
			out = append(out, p)
		}
	}
	return out, err
}

// teams reads the members of the teams that may push; a repository that belongs
// to a person has none, but him.
func (g *giteaForge) teams(ctx context.Context, owner *gitea.User) ([]Pusher, error) {
	var teams []*gitea.Team
	err := g.call(ctx, g.asked("/teams"), func(api *gitea.Client) (err error) {
		teams, _, err = api.GetRepoTeams(g.owner, g.repo)
		return err
	})
	if isStatus(err, http.StatusMethodNotAllowed) && owner != nil {
		return []Pusher{{g.account(owner), true}}, nil
	}
	var out []Pusher
	for _, t := range teams {
		access := t.Permission
		if unit := gitea.AccessMode(t.UnitsMap[string(gitea.RepoUnitCode)]); access == gitea.AccessModeNone || access == "" {
			access = unit
		}
		if _, pushes := g.pusher(&gitea.User{}, access); !pushes {
			continue
		}
		members, _, err := giteaPages(ctx, g, g.Host()+"/teams/members", giteaUserID, func(api *gitea.Client, o gitea.ListOptions) ([]*gitea.User, *gitea.Response, error) {
			return api.ListTeamMembers(t.ID, gitea.ListTeamMembersOptions{ListOptions: o})
		})
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			p, _ := g.pusher(m, access)
			out = append(out, p)
		}
	}
	return out, err
}

// pusher is somebody with an access, and whether that lets him push.
func (g *giteaForge) pusher(u *gitea.User, access gitea.AccessMode) (p Pusher, pushes bool) {
	admin := access == gitea.AccessModeAdmin || access == gitea.AccessModeOwner
	return Pusher{g.account(u), admin}, admin || access == gitea.AccessModeWrite
}

func giteaUserID(u *gitea.User) int64 {
	if u == nil {
		return 0
	}
	return u.ID
}
