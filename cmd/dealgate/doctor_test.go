package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/forge"
)

// sound are settings that let nothing through.
func sound() forge.Settings {
	return forge.Settings{
		DefaultBranch: "main", Public: forge.No, PagesPublic: forge.No, Rebases: forge.No, ActionsApprove: forge.No, ActionsWrite: forge.No, BindsChecks: true,
		Branches: map[string][]forge.Protection{
			"main": {
				{Name: "landing", PullRequests: true, OwnersReview: true, Rejections: true, BypassKnown: true, Checks: []forge.Check{{Context: "ci", App: forge.ActionsApp}, {Context: "dealgate (main)", App: 77}}},
				{Name: "history", UpToDate: true, NoForce: true, NoDelete: true, BypassKnown: true},
			},
			"approvals": {{Name: "statements", NoForce: true, NoDelete: true, BypassKnown: true}},
		},
	}
}

var (
	aCompanysWish = wanted{branch: "main", context: "dealgate (main)", approvals: "approvals"}
	first         = func(s *forge.Settings) *forge.Protection { return &s.Branches["main"][0] }
	second        = func(s *forge.Settings) *forge.Protection { return &s.Branches["main"][1] }
)

// onlyLin works here.
func onlyLin(a forge.Account) bool { return a.Login == "lin" }

func pushers(logins ...string) (out []forge.Pusher) {
	for _, name := range logins {
		out = append(out, forge.Pusher{Account: forge.Account{Login: name}})
	}
	return out
}

// Each setting that lets something through is found by its rule, alone.
func TestDoctor(t *testing.T) {
	for _, c := range []struct {
		rule  string
		spoil func(*forge.Settings, *wanted)
	}{
		{"", func(*forge.Settings, *wanted) {}},
		{"doctor/branch-below", func(_ *forge.Settings, w *wanted) { w.below = []string{"origin/approvals/x"} }},
		{"doctor/unprotected", func(s *forge.Settings, _ *wanted) { s.Branches["main"] = []forge.Protection{} }},
		{"doctor/unknown", func(s *forge.Settings, _ *wanted) { delete(s.Branches, "main") }},
		{"doctor/unknown", func(s *forge.Settings, _ *wanted) { delete(s.Branches, "approvals") }},
		{"doctor/unknown", func(s *forge.Settings, _ *wanted) { s.Public = forge.Unknown }},
		{"doctor/unknown", func(s *forge.Settings, _ *wanted) { s.PagesPublic = forge.Unknown }},
		{"doctor/unknown", func(s *forge.Settings, _ *wanted) { s.ActionsApprove = forge.Unknown }},
		{"doctor/unknown", func(s *forge.Settings, _ *wanted) { first(s).BypassKnown = false }},
		{"doctor/direct-push", func(s *forge.Settings, _ *wanted) { first(s).PullRequests = false }},
		{"doctor/workflows-unreviewed", func(s *forge.Settings, _ *wanted) { first(s).OwnersReview = false }},
		{"doctor/rejections", func(s *forge.Settings, _ *wanted) { first(s).Rejections = false }},
		{"doctor/drops-stale", func(s *forge.Settings, _ *wanted) { first(s).DropsStale = true }},
		{"doctor/outdated", func(s *forge.Settings, _ *wanted) { second(s).UpToDate = false }},
		{"doctor/force-push", func(s *forge.Settings, _ *wanted) { second(s).NoForce = false }},
		{"doctor/deletion", func(s *forge.Settings, _ *wanted) { second(s).NoDelete = false }},
		{"doctor/bypass", func(s *forge.Settings, _ *wanted) { second(s).Bypass = []string{"RepositoryAdmin"} }},
		{"doctor/status-not-required", func(s *forge.Settings, _ *wanted) { first(s).Checks = first(s).Checks[:1] }},
		{"doctor/status-not-required", func(s *forge.Settings, _ *wanted) { first(s).Checks[1].Context = "dealgate (lax)" }},
		{"doctor/status-not-required", func(s *forge.Settings, _ *wanted) { first(s).Checks[1].Context = "*" }},
		{"", func(s *forge.Settings, _ *wanted) { first(s).Checks[1].Context = "dealgate*" }},
		{"doctor/status-unbound", func(s *forge.Settings, _ *wanted) { first(s).Checks[1].App = 0 }},
		{"doctor/status-any-workflow", func(s *forge.Settings, _ *wanted) { first(s).Checks[1].App = forge.ActionsApp }},
		{"doctor/status-any-writer", func(s *forge.Settings, _ *wanted) { s.BindsChecks, first(s).Checks[1].App = false, 0 }},
		{"doctor/approvals-unprotected", func(s *forge.Settings, _ *wanted) { s.Branches["approvals"] = []forge.Protection{} }},
		{"doctor/approvals-unprotected", func(s *forge.Settings, _ *wanted) { s.Branches["approvals"][0].NoDelete = false }},
		{"doctor/approvals-closed", func(s *forge.Settings, _ *wanted) { s.Branches["approvals"][0].PullRequests = true }},
		{"doctor/approvals-closed", func(s *forge.Settings, _ *wanted) { s.Branches["approvals"][0].Checks = []forge.Check{{Context: "ci"}} }},
		{"doctor/no-signer", func(_ *forge.Settings, w *wanted) { w.signing = signing{asked: true} }},
		{"doctor/signer-ends", func(_ *forge.Settings, w *wanted) { w.signing = signing{asked: true, now: true, soon: true} }},
		{"", func(_ *forge.Settings, w *wanted) { w.signing = signing{asked: true, now: true} }},
		{"doctor/key-shared", func(_ *forge.Settings, w *wanted) { w.signing, w.shared = signing{asked: true, now: true}, true }},
		{"", func(_ *forge.Settings, w *wanted) { w.shared = true }},
		{"doctor/queue-rebases", func(s *forge.Settings, _ *wanted) { second(s).QueueRebases = true }},
		{"doctor/unknown", func(s *forge.Settings, _ *wanted) { s.Branches["approvals"][0].BypassKnown = false }},
		{"doctor/bypass", func(s *forge.Settings, _ *wanted) { s.Branches["approvals"][0].Rewriters = []string{"RepositoryAdmin"} }},
		{"", func(s *forge.Settings, _ *wanted) { s.Branches["approvals"][0].Bypass = []string{"pusher"} }},
		{"doctor/default-branch", func(s *forge.Settings, _ *wanted) { s.DefaultBranch = "master" }},
		{"doctor/fast-forward", func(s *forge.Settings, _ *wanted) { s.FastForward = forge.Yes }},
		{"doctor/rebase", func(s *forge.Settings, _ *wanted) { s.Rebases = forge.Yes }},
		{"doctor/unknown", func(s *forge.Settings, _ *wanted) { s.Rebases = forge.Unknown }},
		{"doctor/branch-below", func(s *forge.Settings, _ *wanted) { s.InTheWay = []string{"approvals/old"} }},
		{"doctor/unknown", func(_ *forge.Settings, w *wanted) { w.staff = onlyLin }},
		{"doctor/stranger", func(s *forge.Settings, w *wanted) {
			s.Pushers, s.PushersKnown, w.staff = pushers("lin", "zoe"), true, onlyLin
		}},
		{"doctor/stranger doctor/stranger", func(s *forge.Settings, w *wanted) {
			s.Pushers, s.PushersKnown, w.staff = pushers("adam", "zoe"), true, onlyLin
			s.Pushers[0].Admin = true
		}},
		{"", func(s *forge.Settings, w *wanted) { s.Pushers, s.PushersKnown, w.staff = pushers("lin"), true, onlyLin }},
		{"doctor/public", func(s *forge.Settings, _ *wanted) { s.Public = forge.Yes }},
		{"doctor/pages-public", func(s *forge.Settings, _ *wanted) { s.PagesPublic = forge.Yes }},
		{"doctor/actions-approve", func(s *forge.Settings, _ *wanted) { s.ActionsApprove = forge.Yes }},
		{"doctor/actions-write", func(s *forge.Settings, _ *wanted) { s.ActionsWrite = forge.Yes }},
		{"doctor/idle", func(s *forge.Settings, _ *wanted) { s.Idle = []string{"old"} }},
		{"doctor/owners-stale", func(_ *forge.Settings, w *wanted) { w.owners = ".github/CODEOWNERS" }},
	} {
		s, w := sound(), aCompanysWish
		c.spoil(&s, &w)
		var rules []string
		for _, d := range examine(s, w) {
			rules = append(rules, d.Rule)
		}
		if strings.Join(rules, " ") != c.rule {
			t.Errorf("got %v, want %q", rules, c.rule)
		}
	}
}

// Every finding has its case above, and words that lack nothing.
func TestDoctorsWords(t *testing.T) {
	s := forge.Settings{BindsChecks: true, DefaultBranch: "x", Public: forge.Yes, PagesPublic: forge.Yes, FastForward: forge.Yes, Rebases: forge.Yes, InTheWay: []string{"approvals/x"}, Pushers: pushers("zoe"), PushersKnown: true, ActionsApprove: forge.Yes, ActionsWrite: forge.Yes, Idle: []string{"old"},
		Branches: map[string][]forge.Protection{"main": {{Name: "a", Bypass: []string{"b"}, BypassKnown: true, QueueRebases: true}}, "approvals": {}}}
	w := aCompanysWish
	w.owners, w.shared, w.staff = "CODEOWNERS", true, onlyLin
	for _, l := range catalogue.Langs {
		var out strings.Builder
		for _, keys := range []signing{{asked: true}, {asked: true, now: true, soon: true}} {
			w.signing = keys
			if err := writeDoctor(&out, examine(s, w), l); err == nil {
				t.Error("nothing is wrong")
			}
		}
		if m := unfinished.FindString(out.String()); m != "" {
			t.Errorf("%q in\n%s", m, out.String())
		}
	}
}

// Errors come before warnings, and warnings alone are no failure.
func TestDoctorsVerdict(t *testing.T) {
	s := sound()
	s.Idle, s.Public = []string{"old"}, forge.Yes
	found := examine(s, aCompanysWish)
	if !slices.IsSortedFunc(found, func(a, b diag.Diagnostic) int { return int(a.Severity) - int(b.Severity) }) || len(found) != 2 {
		t.Errorf("got %v", found)
	}
	var out strings.Builder
	if err := writeDoctor(&out, found[1:], catalogue.EN); err != nil {
		t.Errorf("a warning fails: %v", err)
	}
	if err := writeDoctor(&out, nil, catalogue.EN); err != nil || !strings.Contains(out.String(), "Nothing found") {
		t.Errorf("got %q, %v", out.String(), err)
	}
}

// Whether anybody signs follows from the keys that are allowed, as of a day.
func TestDoctorLooksAtKeys(t *testing.T) {
	dir, key := filepath.Join(t.TempDir(), "deals"), filepath.Join(t.TempDir(), "key")
	dealgate(t, "init", dir, "--validator", exampleValidator, "--date", "2026-11-23").want(t, exitClean)
	at := func(day string) signing {
		w, err := openWorkspace(dir)
		must(t, err)
		return signingOf(w.guarded, policyOf(w.guarded), value.MustDay(day).Time())
	}
	if got := at("2026-12-01"); got != (signing{asked: true}) {
		t.Errorf("without a key: %+v", got)
	}
	dealgate(t, "attest", "keygen", key, dir, "--from", "2026-11-23", "--to", "2027-11-22").want(t, exitClean)
	for day, want := range map[string]signing{
		"2026-11-01": {asked: true},
		"2026-12-01": {asked: true, now: true},
		"2027-11-01": {asked: true, now: true, soon: true, until: value.MustDay("2027-11-22")},
		"2027-12-01": {asked: true},
	} {
		if got := at(day); got != want {
			t.Errorf("%s: %+v, want %+v", day, got, want)
		}
	}
}

// Who works here follows from the roster, by host and numeric id, as of a day.
func TestDoctorLooksAtTheRoster(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deals")
	dealgate(t, "init", dir, "--validator", exampleValidator, "--date", "2026-11-23", "--gm", "Lin/lin/2").want(t, exitClean)
	w, err := openWorkspace(dir)
	must(t, err)
	for _, c := range []struct {
		host string
		id   int64
		day  string
		want bool
	}{{"github.com", 2, "2026-12-01", true}, {"github.com", 3, "2026-12-01", false}, {"git.example.com", 2, "2026-12-01", false}, {"github.com", 2, "2020-01-01", false}} {
		works := w.staff(policyOf(w.guarded), value.MustDay(c.day).Time())
		if got := works(forge.Account{Host: c.host, ID: c.id, Login: "lin"}); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// What cannot be asked is said, before anything is asked.
func TestDoctorCalled(t *testing.T) {
	t.Chdir(t.TempDir())
	dealgate(t, "doctor", "--lang", "en").want(t, exitFailed, "--forge github")
	dealgate(t, "doctor", "--lang", "en", "nowhere").want(t, exitFailed, "cannot be opened")
	put(t, "reviews.json", `{"version": 1, "host": "git.example.com", "pull_requests": []}`)
	dealgate(t, "doctor", "--lang", "en", "--forge", "file", "--url", "reviews.json").want(t, exitFailed, "has no settings")
	dealgate(t, "doctor", "--lang", "en", "--forge", "github", "--repo", "nothing").want(t, exitFailed, "owner/name")
	dealgate(t, "doctor", "--lang", "en", "--forge", "gitea", "--repo", "a/b", "--url", "http://git.example.com").want(t, exitFailed, "https://")
}
