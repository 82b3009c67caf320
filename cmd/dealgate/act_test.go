package main

import (
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// The gate's workflow runs for real, as a company's repository has it, on this
// machine: the validator is fetched by its digest, the commits by git, and the
// reviews from a server that answers as GitHub does.
func TestTheGateWorkflowRuns(t *testing.T) {
	g := newRunning(t, "github")
	opened := map[string]any{"action": "opened", "number": 7, "pull_request": map[string]any{"number": 7, "head": map[string]any{"sha": g.head}}}
	reviewed := map[string]any{"action": "completed", "workflow_run": map[string]any{"head_sha": g.head, "event": "pull_request_review"}}

	g.wakes("pull_request_target", opened)
	g.wants("failure", "Still to approve:** marketing department manager")
	g.review(3, g.head)
	g.wakes("workflow_run", reviewed)
	g.wants("failure", "Approved by:** Shen")
	g.review(2, g.head)
	g.wakes("workflow_run", reviewed)
	g.wants("success", "Lin")
	g.pushesOver() // the same content in another commit, as after a rebase
	opened["pull_request"].(map[string]any)["head"] = map[string]any{"sha": g.head}
	g.wakes("pull_request_target", opened)
	g.wants("success", "Shen")
	group := g.queues("Merge pull request #7 from zhao/plan")
	g.wakes("merge_group", group)
	g.wants("success", "Shen")
	g.reviews = g.reviews[:1]
	g.wakes("merge_group", group)
	g.wants("failure", "Shen")
	if out, err := g.runs("merge_group", g.queues("Rebased by hand")); err == nil {
		t.Errorf("a group that lands no pull request passes:\n%s", out)
	}
	g.wants("error", "Shen")
	if _, err := os.Stat(filepath.Join(g.dir, "ran")); err == nil {
		t.Error("something of the head was run")
	}
}

// Installing the validator takes a while, and may fail: what was said before
// does not stand meanwhile. A pull request to another branch is none of it.
func TestAnOlderAnswerIsTakenBackFirst(t *testing.T) {
	for _, kind := range []string{"github", "gitea"} {
		t.Run(kind, func(t *testing.T) {
			g := newRunning(t, kind)
			must(t, os.Remove(filepath.Join(g.dir, "dealgate")))
			for _, c := range []struct{ event, target, want string }{
				{"pull_request_target", "main", "pending"}, {"workflow_run", "", "pending"},
				{"pull_request_target", "other", ""}, {"schedule", "", ""},
			} {
				pull := map[string]any{"number": 7, "head": map[string]any{"sha": g.head}, "base": map[string]any{"ref": c.target}}
				payload := map[string]map[string]any{
					"pull_request_target": {"action": "edited", "number": 7, "pull_request": pull},
					"workflow_run":        {"action": "completed", "workflow_run": map[string]any{"head_sha": g.head, "event": "pull_request_review"}},
					"schedule":            {},
				}[c.event]
				if out, err := g.runs(c.event, payload); err == nil {
					t.Fatalf("%s: runs without a validator\n%s", c.event, out)
				}
				g.wantsOnly(c.want)
			}
		})
	}
}

// Gitea before 1.25 wakes nothing after a review; what looks at every open
// pull request from time to time finds it, and says no more than is new. So it
// is on GitHub with forks of a private repository.
func TestTheGateRunsByTheClock(t *testing.T) {
	for _, kind := range []string{"github", "gitea"} {
		t.Run(kind, func(t *testing.T) { runsByTheClock(t, newRunning(t, kind)) })
	}
}

func runsByTheClock(t *testing.T, g *running) {
	opened := map[string]any{"action": "opened", "number": 7, "pull_request": map[string]any{"number": 7, "head": map[string]any{"sha": g.head}}}
	g.wakes("pull_request_target", opened)
	g.wants("failure", "Still to approve:** marketing department manager")
	g.wakes("schedule", map[string]any{})
	g.wantsOnly("")
	g.review(3, g.head)
	g.review(2, g.head)
	g.wakes("schedule", map[string]any{})
	g.wantsOnly("success")
	if g.reviews[1]["dismissed"] = true; g.kind == "github" {
		g.reviews[1]["state"] = "DISMISSED"
	}
	g.wakes("schedule", map[string]any{})
	g.wantsOnly("failure")
	g.wakes("schedule", map[string]any{})
	g.wantsOnly("")
}

// running is a company's repository, its forge, and the program that runs
// its workflows.
type running struct {
	*testing.T
	kind                    string // of the forge
	act, dir, head, api, ca string
	group                   string // head of a merge queue's group
	under, landed           string // where the line stood before the pull request landed, and the commit that landed it; "" while it is open

	mu       sync.Mutex
	reviews  []map[string]any
	statuses []map[string]any
	heard    int // of the statuses, how many a test has seen
	comment  string
}

func newRunning(t *testing.T, kind string) *running {
	act := os.Getenv("DEALGATE_ACT")
	if act == "" && os.Getenv("DEALGATE_REQUIRE_ALL") == "1" {
		t.Fatal("DEALGATE_ACT does not name the program act")
	}
	if act == "" {
		t.Skip("DEALGATE_ACT does not name the program act (github.com/nektos/act)")
	}
	g := &running{T: t, kind: kind, act: act, dir: t.TempDir()}
	server := httptest.NewServer(http.HandlerFunc(g.answer))
	t.Cleanup(server.Close)
	g.api = server.URL + map[string]string{"gitea": "/api/v1"}[kind]
	validator := g.release()
	company := g.company()
	dealgate(t, "init", company, "--forge", kind, "--lang", "en", "--date", "2026-11-20", "--url", server.URL, "--repository", "acme/deals", "--validator", validator, "--key", filepath.Join(g.dir, "landing"),
		"--gm", "Lin/lin/2", "--department-manager", "Shen/shen/3", "--marketing", "Zhao/zhao/4/zhao@acme.example").want(t, exitClean)
	g.git(company, "init", "--quiet", "--initial-branch=main")
	g.commit(company, "base")
	g.git(company, "switch", "--quiet", "--create", "plan")
	put(t, filepath.Join(company, "deals/2026/hengtai-harness/campaigns/visit/2026-11-21-plan.yaml"), `by: zhao
targets: [{organisation: Hengtai, role: Head of purchasing}]
means: Visit
tangible-value: A test order
intangible-value: Trust
goals: [a visit]
budget: 3000
`)
	put(t, filepath.Join(company, "."+kind, "workflows/gate.yml"), "on: pull_request_target\njobs: {x: {runs-on: ubuntu-latest, steps: [{run: touch "+filepath.Join(g.dir, "ran")+"}]}}\n")
	g.commit(company, "plan")
	g.head = g.git(company, "rev-parse", "HEAD")
	g.git(company, "switch", "--quiet", "main") // a trusted run takes the workflow of the base
	bare := g.bare()
	g.git(g.dir, "clone", "--quiet", "--bare", company, bare)
	g.git(bare, "update-ref", "refs/pull/7/head", g.head)
	g.git(bare, "update-ref", "-d", "refs/heads/plan") // as from a fork
	g.git(bare, "config", "uploadpack.allowAnySHA1InWant", "true")
	g.git(company, "remote", "add", "origin", "https://github.com/acme/deals")
	return g
}

// company is the folder that people work in, bare the forge's repository.
func (g *running) company() string { return filepath.Join(g.dir, "company") }
func (g *running) bare() string    { return filepath.Join(g.dir, "acme", "deals.git") }

// pushesOver puts another commit with the same content in the head's place;
// what the reviewers saw can from now on be fetched by its name alone.
func (g *running) pushesOver() {
	company, bare := g.company(), g.bare()
	g.git(company, "switch", "--quiet", "plan")
	g.git(company, "commit", "--quiet", "--amend", "--message", "plan, better said")
	g.head = g.git(company, "rev-parse", "HEAD")
	g.git(company, "switch", "--quiet", "main")
	g.git(bare, "fetch", "--quiet", "--force", company, "plan:refs/pull/7/head")
}

// queues lands the head as a merge queue would, and returns the event that
// tells of it.
func (g *running) queues(subject string) map[string]any {
	company, bare := g.company(), g.bare()
	g.git(company, "switch", "--quiet", "--detach", "main")
	g.git(company, "merge", "--quiet", "--no-ff", "--message", subject, "plan")
	g.group = g.git(company, "rev-parse", "HEAD")
	g.git(company, "switch", "--quiet", "main")
	g.git(bare, "fetch", "--quiet", "--force", company, g.group+":refs/heads/gh-readonly-queue/main/pr-7")
	return map[string]any{"action": "checks_requested", "merge_group": map[string]any{
		"head_sha": g.group, "head_ref": "refs/heads/gh-readonly-queue/main/pr-7", "base_ref": "refs/heads/main",
	}}
}

// release builds the validator and offers it for download.
func (g *running) release() string {
	name := filepath.Join(g.dir, "dealgate")
	if out, err := exec.Command("go", "build", "-o", name, ".").CombinedOutput(); err != nil {
		g.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(name)
	must(g, err)
	server := httptest.NewTLSServer(http.FileServerFS(os.DirFS(g.dir)))
	g.Cleanup(server.Close)
	g.ca = filepath.Join(g.dir, "ca.pem")
	put(g, g.ca, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	return fmt.Sprintf("%s/dealgate#sha256=%x", server.URL, sha256.Sum256(data))
}

func (g *running) git(dir string, args ...string) string {
	g.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	day := "2026-11-21"
	if args[0] == "merge" { // what was reviewed lands after its reviews
		day = "2026-11-23"
	}
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=Zhao", "GIT_AUTHOR_EMAIL=zhao@acme.example", "GIT_AUTHOR_DATE="+day+"T10:00:00+08:00",
		"GIT_COMMITTER_NAME=Zhao", "GIT_COMMITTER_EMAIL=zhao@acme.example", "GIT_COMMITTER_DATE="+day+"T10:00:00+08:00")
	out, err := cmd.Output()
	if err != nil {
		g.Fatalf("git %v: %v", args, err)
	}
	return strings.TrimSpace(string(out))
}

func (g *running) commit(dir, message string) {
	g.git(dir, "add", "--all")
	g.git(dir, "commit", "--quiet", "--message", message)
}

// wakes runs the workflow for an event, without a failure of the job.
func (g *running) wakes(event string, payload map[string]any) {
	g.Helper()
	out, err := g.runs(event, payload)
	if err != nil {
		g.Fatalf("%s: %v\n%s", event, err, out)
	}
	g.Logf("%s", out)
}

func (g *running) runs(event string, payload map[string]any) ([]byte, error) {
	g.Helper()
	return g.runsWorkflow("gate.yml", event, payload)
}

func (g *running) runsWorkflow(name, event string, payload map[string]any) ([]byte, error) {
	g.Helper()
	payload["repository"] = map[string]any{"full_name": "acme/deals", "default_branch": "main"}
	data, err := json.Marshal(payload)
	must(g, err)
	file := filepath.Join(g.dir, "event.json")
	put(g, file, string(data))
	cmd := exec.Command(g.act, event, "--workflows", "."+g.kind+"/workflows/"+name, "--eventpath", file,
		"--platform", "ubuntu-latest=-self-hosted", "--secret", "GITHUB_TOKEN=a-token", "--secret", signingKey, "--no-cache-server", "--rm",
		"--env", "GITHUB_SERVER_URL=file://"+g.dir, "--env", "GITHUB_API_URL="+g.api, "--env", "GITHUB_REPOSITORY=acme/deals", "--env", "CURL_CA_BUNDLE="+g.ca)
	cmd.Dir = g.company()
	key, err := os.ReadFile(filepath.Join(g.dir, "landing"))
	must(g, err)
	cmd.Env = append(os.Environ(), signingKey+"="+string(key), "XDG_CONFIG_HOME="+g.dir, "XDG_CACHE_HOME="+filepath.Join(g.dir, "cache"), "HOME="+g.dir)
	return cmd.CombinedOutput()
}

// wants checks the last word about the head, and that it was pending before.
func (g *running) wants(state, comment string) {
	g.Helper()
	if len(g.statuses) < g.heard+2 {
		g.Fatalf("statuses: %v", g.statuses[g.heard:])
	}
	last, before := g.statuses[len(g.statuses)-1], g.statuses[len(g.statuses)-2]
	if last["state"] != state || before["state"] != "pending" || last["context"] != "dealgate (main)" {
		g.Errorf("statuses %v, want %s at last\n%s", g.statuses, state, g.comment)
	}
	if !strings.Contains(g.comment, comment) {
		g.Errorf("the comment does not say %q: %s", comment, g.comment)
	}
	g.heard = len(g.statuses)
}

// wantsOnly checks that nothing but this was said about the head.
func (g *running) wantsOnly(state string) {
	g.Helper()
	var got []string
	for _, s := range g.statuses[g.heard:] {
		got = append(got, s["state"].(string))
	}
	if strings.Join(got, " ") != state {
		g.Errorf("got %q, want %q\n%s", got, state, g.comment)
	}
	g.heard = len(g.statuses)
}

func (g *running) review(id int, commit string) {
	g.reviews = append(g.reviews, map[string]any{
		"id": 100 + id, "state": "APPROVED", "commit_id": commit, "submitted_at": "2026-11-22T03:04:05Z", "body": "",
		"user": map[string]any{"id": id, "login": map[int]string{2: "lin", 3: "shen"}[id], "type": "User"},
	})
}
