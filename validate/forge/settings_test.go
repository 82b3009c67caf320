package forge

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// answers replays fixed answers by path; what is not there is not found.
func answers(list map[string]string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := list[r.URL.Path]
		status := http.StatusOK
		if !ok {
			status, text = http.StatusNotFound, `{"message": "Not Found"}`
		}
		if code, err := strconv.Atoi(text[:min(3, len(text))]); err == nil {
			status, text = code, text[3:]
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
	})
}

func settingsOf(t *testing.T, kind string, list map[string]string) (Settings, error) {
	t.Helper()
	f := served(t, kind, answers(list), nil).(replayed)
	s, err := f.Forge.(SettingsReader).Settings(ctx, "main", "approvals")
	for i, p := range s.Pushers {
		if p.Host != f.Host() {
			t.Errorf("%s belongs to %s", p.Login, p.Host)
		}
		s.Pushers[i].Host = "" // which has another port each time
	}
	return s, err
}

// thePushers are those of both repositories below.
var thePushers = []Pusher{{Account{ID: 2, Login: "lin"}, true}, {Account{ID: 9, Login: "zoe"}, false}}

// gitHubUser is a collaborator as GitHub shows him.
func gitHubUser(id int, login, role string, may ...string) string {
	user := dict{"id": id, "login": login, "role_name": role, "type": "User", "site_admin": false, "node_id": "U_1", "avatar_url": "https://api.github.test/a", "gravatar_id": ""}
	for _, name := range strings.Fields("url html_url followers_url following_url gists_url starred_url subscriptions_url organizations_url repos_url events_url received_events_url") {
		user[name] = "https://api.github.test/users/" + login
	}
	permissions := dict{}
	for _, name := range strings.Fields("pull triage push maintain admin") {
		permissions[name] = slices.Contains(may, name)
	}
	user["permissions"] = permissions
	text, err := json.Marshal(user)
	if err != nil {
		panic(err) // texts and numbers alone are always JSON
	}
	return string(text)
}

func with(list map[string]string, pairs ...string) map[string]string {
	out := map[string]string{}
	for k, v := range list {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

const gh = "/repos/acme/deals"

// gitHubSettings are a repository with a ruleset and a branch protection.
var gitHubSettings = map[string]string{
	gh:                    `{"id": 1, "default_branch": "main", "private": true, "has_pages": true, "allow_rebase_merge": true}`,
	gh + "/collaborators": `[` + gitHubUser(9, "zoe", "write", "pull", "triage", "push") + `,` + gitHubUser(2, "lin", "admin", "pull", "triage", "push", "maintain", "admin") + `,` + gitHubUser(5, "qin", "read", "pull") + `]`,
	gh + "/rulesets": `[
	  {"id": 1, "name": "landing", "target": "branch", "enforcement": "active", "source": "acme/deals"},
	  {"id": 2, "name": "old", "target": "branch", "enforcement": "active", "source": "acme/deals"},
	  {"id": 3, "name": "tried", "target": "branch", "enforcement": "evaluate", "source": "acme/deals"},
	  {"id": 4, "name": "tags", "target": "tag", "enforcement": "active", "source": "acme/deals"}]`,
	gh + "/rulesets/1": `{"id": 1, "name": "landing", "target": "branch", "enforcement": "active", "source": "acme/deals",
	  "bypass_actors": [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}],
	  "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}}`,
	gh + "/rulesets/2": `{"id": 2, "name": "old", "target": "branch", "enforcement": "active", "source": "acme/deals", "bypass_actors": [],
	  "conditions": {"ref_name": {"include": ["refs/heads/release/*"], "exclude": []}}}`,
	gh + "/rulesets/3": `{"id": 3, "name": "tried", "target": "branch", "enforcement": "evaluate", "source": "acme/deals", "bypass_actors": [],
	  "conditions": {"ref_name": {"include": ["~ALL"], "exclude": []}}}`,
	gh + "/rulesets/4": `{"id": 4, "name": "tags", "target": "tag", "enforcement": "active", "source": "acme/deals", "bypass_actors": [],
	  "conditions": {"ref_name": {"include": ["refs/tags/v*"], "exclude": []}}}`,
	gh + "/branches": `[
	  {"name": "main", "protected": true, "commit": {"sha": "ec26c3e57ca3a959ca5aad62de7213c562f8c821", "url": "https://api.github.test/c/1"}},
	  {"name": "approvals/old", "protected": false, "commit": {"sha": "ec26c3e57ca3a959ca5aad62de7213c562f8c821", "url": "https://api.github.test/c/1"}},
	  {"name": "site", "protected": false, "commit": {"sha": "ec26c3e57ca3a959ca5aad62de7213c562f8c821", "url": "https://api.github.test/c/1"}}]`,
	gh + "/rules/branches/main": `[
	  {"type": "pull_request", "ruleset_source_type": "Repository", "ruleset_source": "acme/deals", "ruleset_id": 1,
	   "parameters": {"required_approving_review_count": 1, "dismiss_stale_reviews_on_push": true, "require_code_owner_review": true, "require_last_push_approval": false, "required_review_thread_resolution": false}},
	  {"type": "required_status_checks", "ruleset_source_type": "Repository", "ruleset_source": "acme/deals", "ruleset_id": 1,
	   "parameters": {"strict_required_status_checks_policy": true, "required_status_checks": [{"context": "dealgate (main)", "integration_id": 15368}, {"context": "other"}]}},
	  {"type": "merge_queue", "ruleset_source_type": "Repository", "ruleset_source": "acme/deals", "ruleset_id": 1,
	   "parameters": {"check_response_timeout_minutes": 60, "grouping_strategy": "ALLGREEN", "max_entries_to_build": 5, "max_entries_to_merge": 5, "merge_method": "REBASE", "min_entries_to_merge": 1, "min_entries_to_merge_wait_minutes": 5}},
	  {"type": "non_fast_forward", "ruleset_source_type": "Repository", "ruleset_source": "acme/deals", "ruleset_id": 1},
	  {"type": "deletion", "ruleset_source_type": "Repository", "ruleset_source": "acme/deals", "ruleset_id": 1}]`,
	gh + "/rules/branches/approvals":      `[]`,
	gh + "/branches/main/protection":      `404 {"message": "Branch not protected"}`,
	gh + "/branches/approvals/protection": `404 {"message": "Branch not found"}`,
	gh + "/actions/permissions/workflow":  `{"default_workflow_permissions": "write", "can_approve_pull_request_reviews": true}`,
	gh + "/pages":                         `{"url": "https://api.github.test/repos/acme/deals/pages", "public": true, "status": "built", "cname": null, "custom_404": false}`,
}

func TestGitHubSettings(t *testing.T) {
	got, err := settingsOf(t, "github", gitHubSettings)
	must(t, err)
	equal(t, got, Settings{
		DefaultBranch: "main", Public: No, FastForward: No, Rebases: Yes, PagesPublic: Yes, ActionsApprove: Yes, ActionsWrite: Yes, BindsChecks: true,
		InTheWay: []string{"approvals/old"}, Pushers: thePushers, PushersKnown: true,
		Idle: []string{"old", "tried"},
		Branches: map[string][]Protection{"approvals": {}, "main": {{
			Name: "landing", PullRequests: true, OwnersReview: true, Rejections: true, DropsStale: true, UpToDate: true, NoForce: true, NoDelete: true, QueueRebases: true,
			Checks: []Check{{"dealgate (main)", ActionsApp}, {"other", 0}}, Bypass: []string{"RepositoryRole"}, Rewriters: []string{"RepositoryRole"}, BypassKnown: true,
		}}},
	})
}

func TestGitHubBranchProtection(t *testing.T) {
	protected := with(gitHubSettings, gh+"/rulesets", `[]`, gh+"/rules/branches/main", `[]`, gh+"/branches/main/protection", `{
	  "required_status_checks": {"strict": true, "contexts": ["dealgate (main)"], "checks": [{"context": "dealgate (main)", "app_id": null}]},
	  "required_pull_request_reviews": {"dismiss_stale_reviews": false, "require_code_owner_reviews": true, "required_approving_review_count": 0,
	    "bypass_pull_request_allowances": {"users": [{"login": "lin"}], "teams": [{"slug": "heads"}], "apps": [{"slug": "bot"}]}},
	  "enforce_admins": {"enabled": false}, "allow_force_pushes": {"enabled": false}, "allow_deletions": {"enabled": true}}`)
	got, err := settingsOf(t, "github", protected)
	must(t, err)
	equal(t, got.Branches["main"], []Protection{{
		Name: "main", PullRequests: true, OwnersReview: true, UpToDate: true, NoForce: true, BypassKnown: true,
		Checks: []Check{{"dealgate (main)", 0}}, Bypass: []string{"RepositoryAdmin", "lin", "heads", "bot"}, Rewriters: []string{"RepositoryAdmin"},
	}})
}

// What the token may not read stays unknown; what fails is an error.
func TestGitHubSettingsUnread(t *testing.T) {
	no := `403 {"message": "Resource not accessible by integration"}`
	got, err := settingsOf(t, "github", with(gitHubSettings,
		gh+"/rulesets", no, gh+"/rules/branches/main", `[]`, gh+"/branches/main/protection", `404 {"message": "Not Found"}`,
		gh+"/actions/permissions/workflow", no, gh+"/pages", no, gh+"/collaborators", no, gh, `{"id": 1, "default_branch": "main", "has_pages": true}`))
	must(t, err)
	if _, known := got.Branches["main"]; known || got.PushersKnown || got.Rebases != Unknown || got.ActionsApprove != Unknown || got.PagesPublic != Unknown {
		t.Errorf("taken for known: %+v", got)
	}
	hidden := with(gitHubSettings, gh+"/rulesets/1", `{"id": 1, "name": "landing", "target": "branch", "enforcement": "active", "source": "acme/deals"}`)
	got, err = settingsOf(t, "github", hidden)
	must(t, err)
	if got.Branches["main"][0].BypassKnown {
		t.Error("bypass actors that were not shown are known")
	}
	for _, path := range []string{"", "/rules/branches/main", "/branches/main/protection", "/pages", "/rulesets", "/rulesets/1", "/branches", "/collaborators"} {
		if _, err := settingsOf(t, "github", with(gitHubSettings, gh+path, `500 {"message": "broken"}`)); err == nil {
			t.Errorf("%s fails and nobody is told", path)
		}
	}
}

const gt = "/api/v1/repos/acme/deals"

var giteaSettings = map[string]string{
	"/api/v1/settings/api": `{"max_response_items": 50}`,
	gt:                     `{"id": 1, "default_branch": "main", "private": true, "allow_fast_forward_only_merge": true, "allow_rebase": true, "owner": {"id": 1, "login": "acme"}}`,
	gt + "/branches":       `[{"name": "main"}, {"name": "approvals/old"}]`,
	gt + "/collaborators":  `[{"id": 9, "login": "zoe"}, {"id": 2, "login": "lin"}, {"id": 5, "login": "qin"}]`,
	gt + "/teams": `[{"id": 1, "name": "Owners", "permission": "owner"}, {"id": 2, "name": "sales", "permission": "none", "units_map": {"repo.code": "write"}},
	  {"id": 3, "name": "readers", "permission": "read"}]`,
	"/api/v1/teams/1/members":            `[{"id": 2, "login": "lin"}]`,
	"/api/v1/teams/2/members":            `[{"id": 9, "login": "zoe"}]`,
	gt + "/collaborators/zoe/permission": `{"permission": "write", "role_name": "write"}`,
	gt + "/collaborators/lin/permission": `{"permission": "write", "role_name": "write"}`,
	gt + "/collaborators/qin/permission": `{"permission": "read", "role_name": "read"}`,
	gt + "/branch_protections": `[
	  {"rule_name": "m*", "enable_push": true},
	  {"rule_name": "main", "enable_push": false, "enable_status_check": true, "status_check_contexts": ["dealgate (main)"], "block_on_rejected_reviews": true,
	   "block_on_outdated_branch": true, "protected_file_patterns": "x; .gitea/**", "block_admin_merge_override": true, "enable_force_push": false},
	  {"rule_name": "approvals", "enable_push": true, "enable_force_push": true},
	  {"rule_name": "release/**", "enable_push": false}]`,
}

func TestGiteaSettings(t *testing.T) {
	for _, kind := range []string{"gitea", "forgejo"} {
		got, err := settingsOf(t, kind, giteaSettings)
		must(t, err)
		equal(t, got, Settings{
			DefaultBranch: "main", Public: No, FastForward: Yes, Rebases: Yes, PagesPublic: No, ActionsApprove: No, ActionsWrite: No, Idle: []string{"release/**"},
			InTheWay: []string{"approvals/old"}, Pushers: thePushers, PushersKnown: true,
			Branches: map[string][]Protection{
				"main": {{Name: "main", PullRequests: true, OwnersReview: true, Rejections: true, UpToDate: true, NoForce: true, NoDelete: true,
					Checks: []Check{{"dealgate (main)", 0}}, BypassKnown: true}},
				"approvals": {{Name: "approvals", NoDelete: true, Bypass: []string{"RepositoryAdmin"}, BypassKnown: true}},
			},
		})
	}
}

func TestGiteaPushers(t *testing.T) {
	got, err := settingsOf(t, "gitea", with(giteaSettings, gt+"/branch_protections", `[{"rule_name": "ma*", "apply_to_admins": true, "enable_push": true,
	  "enable_push_whitelist": true, "push_whitelist_usernames": ["lin"], "push_whitelist_teams": ["heads"], "push_whitelist_deploy_keys": true}]`))
	must(t, err)
	equal(t, got.Branches, map[string][]Protection{"approvals": {}, "main": {{
		Name: "ma*", PullRequests: true, NoForce: true, NoDelete: true, BypassKnown: true, Bypass: []string{"lin", "heads", "DeployKey"},
	}}})
}

func TestGiteaSettingsUnread(t *testing.T) {
	got, err := settingsOf(t, "gitea", with(giteaSettings, gt+"/branch_protections", `403 {"message": "must be admin"}`, gt, `{"default_branch": "main"}`))
	must(t, err)
	if len(got.Branches) > 0 || got.Public != Yes {
		t.Errorf("got %+v", got)
	}
	for _, path := range []string{"/collaborators", "/collaborators/zoe/permission", "/teams"} {
		got, err := settingsOf(t, "gitea", with(giteaSettings, gt+path, `403 {"message": "must be admin"}`))
		if must(t, err); got.PushersKnown || got.Pushers != nil {
			t.Errorf("%s: taken for known: %+v", path, got.Pushers)
		}
	}
	for _, path := range []string{"", "/branch_protections", "/branches", "/collaborators", "/teams", "/collaborators/lin/permission"} {
		if _, err := settingsOf(t, "gitea", with(giteaSettings, gt+path, `500 {"message": "broken"}`)); err == nil {
			t.Errorf("%s fails and nobody is told", path)
		}
	}
}

// A repository of a person has no teams, but an owner.
func TestGiteaOwner(t *testing.T) {
	got, err := settingsOf(t, "gitea", with(giteaSettings, gt+"/collaborators", `[]`, gt+"/teams", `405 {"message": "repo is not owned by an organization"}`))
	must(t, err)
	if len(got.Pushers) != 1 || got.Pushers[0].Login != "acme" || !got.Pushers[0].Admin || !got.PushersKnown {
		t.Errorf("got %+v", got.Pushers)
	}
}

func TestGlobFits(t *testing.T) {
	for _, c := range []struct {
		pattern, branch string
		want            bool
	}{
		{"main", "main", true}, {"main", "mainly", false}, {"ma*", "main", true}, {"*", "a/b", false}, {"**", "a/b", true}, {"**/*", "a", true},
		{"release/**", "release/1/2", true}, {"release/**", "main", false}, {"a/**/z", "a/b/c/z", true}, {"a/**/z", "a/z", true}, {"a/**/z", "a/b", false}, {"[", "[", false},
	} {
		if got := globFits(c.pattern, c.branch); got != c.want {
			t.Errorf("%q fits %q: %v", c.pattern, c.branch, got)
		}
	}
}

// What is asked for the settings fits GitHub's own description of its API.
func TestGitHubSettingsDescription(t *testing.T) {
	d := readDescription(t)
	f := served(t, "github", answers(gitHubSettings), nil).(replayed)
	_, err := f.Forge.(SettingsReader).Settings(ctx, "main", "approvals")
	must(t, err)
	for _, e := range f.server.exchanges() {
		if e.path != gh { // of the repository itself we wrote down but what is read
			d.check(t, e)
		}
	}
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		a, _ := json.MarshalIndent(got, "", " ")
		b, _ := json.MarshalIndent(want, "", " ")
		t.Errorf("got %s\nwant %s", a, b)
	}
}
