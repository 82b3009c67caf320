package setup

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/catalogue"
)

// workflow is what the rules look at.
type workflow struct {
	Name        string
	On          yaml.Node
	Permissions yaml.Node
	Concurrency queue
	Jobs        map[string]struct {
		Name        string
		If          string
		Permissions yaml.Node
		Concurrency queue
		Uses        string
		Steps       []struct {
			If   string
			Uses string
			Run  string
			With map[string]string
		}
	}
}

// queue is what waits for one another. Of what waits in a group the forge keeps
// the latest alone.
type queue struct{ Group string }

// workflows are all there are: this project's own, and those of a company.
func workflows(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	own, err := filepath.Glob("../../../../.github/workflows/*")
	if err != nil || len(own) == 0 {
		t.Fatal("this project has no workflows", err)
	}
	for _, name := range own {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all["own/"+filepath.Base(name)] = string(data)
	}
	for _, f := range Forges {
		for name, file := range written(t, options(f, catalogue.EN)) {
			if strings.Contains(name, "/workflows/") {
				all[name] = string(file.Data)
			}
		}
	}
	return all
}

func TestWorkflows(t *testing.T) {
	for name, text := range workflows(t) {
		for _, broken := range breaches(t, name, text) {
			t.Errorf("%s: %s", name, broken)
		}
	}
}

var (
	pinned     = regexp.MustCompile(`^actions/checkout@[0-9a-f]{40}$`)
	checksOut  = regexp.MustCompile(`git (checkout|switch|worktree|archive|restore|reset|merge|pull)\b|go (run|build|test|generate)\b`)
	ofTheHead  = regexp.MustCompile(`head|pull_request|merge_group|workflow_run`)
	runsAsHead = []string{"pull_request_target", "workflow_run", "merge_group"}
)

// breaches lists what a workflow may not do.
func breaches(t *testing.T, name, text string) []string {
	t.Helper()
	var w workflow
	if err := yaml.Unmarshal([]byte(text), &w); err != nil {
		return []string{err.Error()}
	}
	var out []string
	refuse := func(broken bool, what string) {
		if broken {
			out = append(out, what)
		}
	}
	trusted := slices.ContainsFunc(runsAsHead, func(e string) bool { return has(w.On, e) })
	refuse(w.Permissions.Kind != yaml.MappingNode || len(w.Permissions.Content) > 0, "permissions on top are not {}")
	refuse(len(w.Jobs) == 0, "there is no job")
	refuse(!w.Concurrency.keeps(w.On), "a run that tells of a push could be dropped")
	for id, job := range w.Jobs {
		refuse(id != "site" && job.Concurrency.Group != "", "a job that a later one could drop")
		refuse(job.If != "" && (trusted || job.If != "${{ !cancelled() }}"), "a job that an if could skip")
		refuse(job.Uses != "", "a job from elsewhere")
		refuse(job.Permissions.Kind != yaml.MappingNode, "a job does not say its permissions")
		refuse(strings.HasPrefix(job.Name, "dealgate"), "a job could be taken for the commit status")
		for _, s := range job.Steps {
			refuse(s.If != "", "a step that an if could skip")
			refuse(strings.Contains(s.Run, "${{"), "a value inside a script")
			refuse(s.Uses != "" && !pinned.MatchString(s.Uses), "an action that is not pinned: "+s.Uses)
			refuse(s.Uses != "" && !strings.HasPrefix(name, "own/"), "an action loaded into a company's repository")
			refuse(strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != "false", "a checkout keeps the token")
			refuse(trusted && strings.HasPrefix(s.Uses, "actions/checkout@") && ofTheHead.MatchString(s.With["ref"]), "a checkout of the head")
			refuse(trusted && checksOut.MatchString(s.Run), "a trusted run takes files out of a commit")
		}
	}
	refuse(strings.Contains(text, "merge_group.base_sha"), "a merge group is judged from where only its last part begins")
	refuse(has(w.On, "merge_group") != strings.Contains(text, `dealgate gate "${ask[@]}" --group --base "refs/heads/$branch" --head "$HEAD" --status`), "a merge group is not judged as a whole")
	refuse(strings.Contains(text, "--status") && !strings.Contains(text, `--status "dealgate ($branch)"`), "the status does not name the branch")
	return out
}

// keeps reports whether every push gets its run: only its event tells what came
// with it.
func (q queue) keeps(on yaml.Node) bool {
	return q.Group == "" || !has(on, "push") || strings.Contains(q.Group, "github.event.after")
}

// has reports whether a workflow is woken by an event.
func has(on yaml.Node, event string) bool {
	return slices.ContainsFunc(on.Content, func(n *yaml.Node) bool { return n.Value == event }) || on.Value == event
}

// Each rule finds the workflow that breaks it.
func TestTheRulesFindWhatBreaksThem(t *testing.T) {
	gate := string(written(t, options("github", catalogue.EN))[".github/workflows/gate.yml"].Data)
	checkout := "      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683\n        with: {persist-credentials: false"
	for what, change := range map[string][2]string{
		"permissions on top are not {}":                                {"permissions: {}", "permissions: {contents: write}"},
		"a job does not say its permissions":                           {"    permissions:\n      contents: read\n      pull-requests: write\n      statuses: write\n", ""},
		"a job that an if could skip":                                  {"    timeout-minutes: 20\n", "    timeout-minutes: 20\n    if: github.actor != 'x'\n"},
		"a value inside a script":                                      {`fetch "$HEAD"`, `fetch "${{ github.head_ref }}"`},
		"a trusted run takes files out of a commit":                    {`fetch "$HEAD"`, `git checkout "$HEAD"`},
		"an action that is not pinned: actions/checkout@v4":            {"    steps:\n", "    steps:\n      - uses: actions/checkout@v4\n"},
		"an action loaded into a company's repository":                 {"    steps:\n", "    steps:\n" + checkout + "}\n"},
		"a checkout keeps the token":                                   {"    steps:\n", "    steps:\n      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683\n"},
		"a checkout of the head":                                       {"    steps:\n", "    steps:\n" + checkout + ", ref: '${{ github.event.pull_request.head.sha }}'}\n"},
		"a merge group is not judged as a whole":                       {"--group --base", "--base"},
		"a merge group is judged from where only its last part begins": {"merge_group.base_ref }}", "merge_group.base_sha }}"},
		"the status does not name the branch":                          {`--status "dealgate ($branch)"`, `--status "dealgate"`},
		"a job could be taken for the commit status":                   {"    timeout-minutes: 20\n", "    timeout-minutes: 20\n    name: dealgate (main)\n"},
	} {
		broken := strings.ReplaceAll(gate, change[0], change[1])
		if broken == gate {
			t.Errorf("%s: nothing was changed", what)
		}
		if got := breaches(t, ".github/workflows/gate.yml", broken); !slices.Contains(got, what) {
			t.Errorf("%s is not found: %v", what, got)
		}
	}
}

// Those of what follows a landing find what breaks them, too.
func TestTheRulesFindALostPush(t *testing.T) {
	for _, f := range Forges {
		land := string(written(t, options(f, catalogue.EN))["."+f+"/workflows/land.yml"].Data)
		for what, change := range map[string][2]string{
			"a run that tells of a push could be dropped": {"land-${{ github.event.after || 'daily' }}", "land"},
			"a job that a later one could drop":           {"  site:", "  other:"},
		} {
			broken := strings.Replace(land, change[0], change[1], 1)
			if got := breaches(t, "land.yml", broken); !slices.Contains(got, what) {
				t.Errorf("%s is not found: %v", what, got)
			}
		}
	}
}

// The gate is woken by whatever may change its answer, and by nothing else.
func TestWhatWakesTheGate(t *testing.T) {
	for _, f := range Forges {
		tree := written(t, options(f, catalogue.EN))
		for file, events := range map[string][]string{
			"gate.yml":   {"pull_request_target", "workflow_run"},
			"review.yml": {"pull_request_review"},
			"land.yml":   {"push", "schedule"},
		} {
			var w workflow
			if err := yaml.Unmarshal(tree["."+f+"/workflows/"+file].Data, &w); err != nil {
				t.Fatal(err)
			}
			if file == "gate.yml" {
				events = append(events, map[string][]string{"github": {"merge_group", "schedule"}, "gitea": {"schedule"}}[f]...)
			}
			for i := 0; i < len(w.On.Content); i += 2 {
				if !slices.Contains(events, w.On.Content[i].Value) {
					t.Errorf("%s %s is woken by %s", f, file, w.On.Content[i].Value)
				}
			}
			if len(w.On.Content)/2 != len(events) {
				t.Errorf("%s %s is not woken by all of %v", f, file, events)
			}
		}
	}
}

// Whatever the workflows read of an event is there in events that GitHub has
// really sent: api.github.com/index.json of the npm package
// @octokit/webhooks-examples.
func TestEventsHoldWhatIsReadOfThem(t *testing.T) {
	name := os.Getenv("DEALGATE_WEBHOOKS")
	if name == "" && os.Getenv("DEALGATE_REQUIRE_ALL") == "1" {
		t.Fatal("DEALGATE_WEBHOOKS does not name GitHub's event payloads")
	}
	if name == "" {
		t.Skip("DEALGATE_WEBHOOKS does not name GitHub's event payloads (api.github.com/index.json of the npm package @octokit/webhooks-examples)")
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var events []struct {
		Name     string
		Examples []map[string]any
	}
	if err := json.Unmarshal(data, &events); err != nil {
		t.Fatal(err)
	}
	gate := string(written(t, options("github", catalogue.EN))[".github/workflows/gate.yml"].Data)
	reads := regexp.MustCompile(`github\.event\.([a-z_.]+)`).FindAllStringSubmatch(gate, -1)
	if len(reads) == 0 {
		t.Fatal("the gate reads nothing")
	}
	for _, read := range reads {
		path := strings.Split(read[1], ".")
		seen := 0
		for _, e := range events {
			if e.Name != path[0] {
				continue
			}
			for _, example := range e.Examples {
				seen++
				if text, ok := at(example, path).(string); !ok || text == "" {
					t.Errorf("an event %s has no %s", e.Name, read[1])
				}
			}
		}
		if seen == 0 {
			t.Errorf("there is no event %s", path[0])
		}
	}
}

// at follows a path into JSON.
func at(v any, path []string) any {
	for _, key := range path {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

// Secrets stand in one job alone, and rights to write only where something is
// written.
func TestWhoMayWrite(t *testing.T) {
	for name, text := range workflows(t) {
		want := map[string]int{"gate.yml": 0, "review.yml": 0, "land.yml": 1, "ci.yml": 0}[filepath.Base(name)]
		if got := strings.Count(text, "secrets."); got != want {
			t.Errorf("%s names %d secrets, want %d", name, got, want)
		}
		writes := map[string]int{"gate.yml": 2, "land.yml": 2}[filepath.Base(name)]
		if got := strings.Count(text, ": write"); got != writes {
			t.Errorf("%s may write %d things, want %d", name, got, writes)
		}
	}
}
