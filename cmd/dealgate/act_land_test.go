package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The landing workflow runs for real on both forges: what landed is stated,
// signed and audited, and the site is pushed without the bonus report.
func TestTheLandingWorkflowRuns(t *testing.T) {
	for _, kind := range []string{"github", "gitea"} {
		t.Run(kind, func(t *testing.T) {
			g := newRunning(t, kind)
			g.review(3, g.head)
			g.review(2, g.head)
			g.lands()
			g.publishes(true)
			approvals := g.git(g.bare(), "rev-parse", "approvals")
			files := g.files("approvals")
			for _, part := range []string{g.landed + ".json\n", g.landed + ".json.sig\n", "checkpoints/"} {
				if !strings.Contains(files, part) {
					t.Errorf("no %q among\n%s", part, files)
				}
			}
			site := g.files("site")
			if !strings.Contains(site, "\nindex.html\n") || strings.Contains(site, "bonus") || strings.Contains(site, "policy.yaml") {
				t.Errorf("published:\n%s", site)
			}
			g.publishes(true)
			if again := g.git(g.bare(), "rev-parse", "approvals"); again != approvals {
				t.Errorf("a second run stated more:\n%s", g.files("approvals"))
			}
		})
	}
}

// A squash from a fork leaves what was reviewed on no branch, and what was
// pushed over since stands not even in the pull request: both are fetched.
func TestASquashFromAForkIsStated(t *testing.T) {
	for _, kind := range []string{"github", "gitea"} {
		t.Run(kind, func(t *testing.T) {
			g := newRunning(t, kind)
			g.review(3, g.head)
			g.pushesOver()
			g.review(2, g.head)
			g.squashes()
			g.publishes(true)
			if files := g.files("approvals"); !strings.Contains(files, g.landed+".json\n") {
				t.Errorf("nothing is stated of %s among\n%s", g.landed, files)
			}
		})
	}
}

// A push that is refused loses nothing: the next run makes up for it. Nor does
// one that comes second, which adds to what the first has pushed.
func TestALostPushOfStatements(t *testing.T) {
	g := newRunning(t, "github")
	g.review(3, g.head)
	g.review(2, g.head)
	g.lands()
	hook := filepath.Join(g.bare(), "hooks", "update")
	executable(t, hook, "#!/bin/sh\ntest \"$1\" != refs/heads/approvals\n")
	g.publishes(false)
	if branches := g.git(g.bare(), "branch", "--list"); strings.Contains(branches, "approvals") || !strings.Contains(branches, "site") {
		t.Errorf("want the site, which shows what is not proven, and no statements: %s", branches)
	}
	other := g.otherWriter()
	executable(t, hook, "#!/bin/sh\ntest \"$1\" = refs/heads/approvals && ! test -e raced && touch raced && git update-ref \"$1\" "+other+"\nexit 0\n")
	g.publishes(true)
	files := g.files("approvals")
	for _, part := range []string{"statements/2026/" + g.landed + ".json\n", "statements/2026/" + g.landed + ".json.sig\n", "another.md\n"} {
		if strings.Count(files, part) != 1 {
			t.Errorf("%q stands %d times among\n%s", part, strings.Count(files, part), files)
		}
	}
}

// lands merges the pull request as a button of the forge does.
func (g *running) lands() {
	company := g.company()
	g.under = g.git(company, "rev-parse", "HEAD")
	g.git(company, "merge", "--quiet", "--no-ff", "--message", "Merge pull request #7 from zhao/plan", "plan")
	g.landed = g.git(company, "rev-parse", "HEAD")
	g.git(g.bare(), "fetch", "--quiet", company, "main:main")
}

// squashes lands the pull request as one commit, and forgets its own.
func (g *running) squashes() {
	company := g.company()
	g.under = g.git(company, "rev-parse", "HEAD")
	g.git(company, "merge", "--quiet", "--squash", "plan")
	g.git(company, "commit", "--quiet", "--date", "2026-11-23T10:00:00+08:00", "--message", "Plan a visit (#7)")
	g.landed = g.git(company, "rev-parse", "HEAD")
	g.git(g.bare(), "fetch", "--quiet", company, "main:main")
}

// publishes runs the landing workflow, which ends well or does not.
func (g *running) publishes(well bool) {
	g.Helper()
	out, err := g.runsWorkflow("land.yml", "push", map[string]any{"ref": "refs/heads/main", "before": g.under, "after": g.landed})
	if (err == nil) != well {
		g.Fatalf("%v\n%s", err, out)
	}
}

// files lists what a branch of the forge's repository holds.
func (g *running) files(branch string) string {
	g.Helper()
	return g.git(g.bare(), "ls-tree", "-r", "--name-only", branch) + "\n"
}

// otherWriter stores what somebody else would put on the statements' branch.
func (g *running) otherWriter() string {
	put(g, filepath.Join(g.dir, "other", "another.md"), "another\n")
	other := filepath.Join(g.dir, "other")
	g.git(other, "init", "--quiet", "--initial-branch=approvals")
	g.commit(other, "another")
	g.git(g.bare(), "fetch", "--quiet", other, "approvals:refs/kept/another")
	return g.git(other, "rev-parse", "HEAD")
}

func executable(t testing.TB, file, script string) {
	t.Helper()
	must(t, os.WriteFile(file, []byte(script), 0o755))
}
