package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/validate/forge"
)

// failing is a forge that is told of a file and fails where it is asked to.
type failing struct {
	*forge.File
	fails map[string]bool
}

var errForge = errors.New("the forge fails")

func (f *failing) PullRequest(ctx context.Context, n int) (forge.PullRequest, error) {
	if f.fails["pull"] {
		return forge.PullRequest{}, errForge
	}
	return f.File.PullRequest(ctx, n)
}

func (f *failing) Open(ctx context.Context, head string) ([]forge.PullRequest, error) {
	if f.fails["open"] {
		return nil, errForge
	}
	return f.File.Open(ctx, head)
}

func (f *failing) Reviews(ctx context.Context, n int) ([]forge.Review, error) {
	if f.fails["reviews"] {
		return nil, errForge
	}
	return f.File.Reviews(ctx, n)
}

func (f *failing) Comment(ctx context.Context, n int, marker, body string) error {
	if f.fails["comment"] {
		return errForge
	}
	return f.File.Comment(ctx, n, marker, body)
}

func (f *failing) Status(ctx context.Context, commit, name, state, description, url string) error {
	if f.fails["status"] {
		return errForge
	}
	return f.File.Status(ctx, commit, name, state, description, url)
}

// scene is a repository with one pull request, and the forge that holds it.
type scene struct {
	dir  string
	args []string
	fake *failing
	head string
	c    *cheat
}

// newScene builds one of the cheats' cases behind a forge.
func newScene(t *testing.T, name string, fails ...string) *scene {
	t.Helper()
	c := newCheat(t, readArchive(t, filepath.Join(cheatDir, name+".txtar")))
	s := &scene{c: c, dir: c.build(), fake: &failing{fails: map[string]bool{}}}
	s.head = c.commits[cmp.Or(c.header["head"], "head")]
	file, err := forge.ReadFile("reviews.json", []byte(c.reviews()))
	must(t, err)
	s.fake.File = file
	for _, f := range fails {
		s.fake.fails[f] = true
	}
	before := openForge
	openForge = func(forge.Config) (forge.Forge, error) { return s.fake, nil }
	t.Cleanup(func() { openForge = before })
	s.args = []string{"gate", s.dir, "--lang", "en", "--forge", "gitea", "--url", "https://git.huaxin.example", "--repo", "market/deals",
		"--base", c.commits["base"], "--head", s.head}
	if c.header["group"] != "" {
		s.args = append(s.args, "--group")
	} else {
		s.args = append(s.args, "--pr", "1")
	}
	return s
}

// repolicy puts a policy that has more in it in the place of the base's.
func (s *scene) repolicy(t *testing.T, more string) {
	t.Helper()
	files := maps.Clone(s.c.trees["base"])
	if more == "workflow: none\n" {
		files["policy.yaml"] = more
	} else {
		files["policy.yaml"] += more
	}
	s.c.write("base by=zhou-jianguo at=2025-01-20T08:00:00+08:00", files, nil)
	i := slices.Index(s.args, "--base")
	s.args[i+1] = s.c.commits["base"]
}

func (s *scene) run(t *testing.T, more ...string) outcome {
	t.Helper()
	return dealgate(t, append(s.args, more...)...)
}

// told lists the statuses that were posted.
func (s *scene) told() string {
	var all []string
	for _, x := range s.fake.Statuses() {
		all = append(all, x.Context+" "+x.State)
	}
	return strings.Join(all, ", ")
}

// A check that nothing woke says what is new, and that it failed.
func TestGateChecksAgain(t *testing.T) {
	s := newScene(t, "only-the-second-level")
	again := []string{"--recheck", "--status", "dealgate/%base"}
	s.run(t, again...).want(t, exitFindings, "approval/missing")
	s.run(t, again...).want(t, exitFindings, "approval/missing")
	if got := s.told(); got != "dealgate/main failure" {
		t.Errorf("statuses: %s", got)
	}
	s.fake.fails["reviews"] = true
	s.run(t, again...).want(t, exitFailed)
	if got := s.told(); got != "dealgate/main failure, dealgate/main error" {
		t.Errorf("statuses: %s", got)
	}
	delete(s.fake.fails, "reviews")
	s.run(t, again...).want(t, exitFindings)
	if got := s.told(); got != "dealgate/main failure, dealgate/main error, dealgate/main failure" {
		t.Errorf("statuses: %s", got)
	}
}

func TestGateTellsTheForge(t *testing.T) {
	s := newScene(t, "only-the-second-level")
	s.run(t, "--comment", "--status", "dealgate/%base").want(t, exitFindings, "approval/order", "approval/missing")
	if got := s.told(); got != "dealgate/main pending, dealgate/main failure" {
		t.Errorf("statuses: %s", got)
	}
	s.run(t, "--comment", "--status", "dealgate/main").want(t, exitFindings)
	comments := s.fake.Comments(1)
	if len(comments) != 1 || !strings.HasPrefix(comments[0], marker+"\n") {
		t.Fatalf("comments: %q", comments)
	}
	for _, says := range []string{"Approved by:** none", "Still to approve:** marketing department manager (Approval is missing); general manager (Approved before it was checked)"} {
		if !strings.Contains(comments[0], says) {
			t.Errorf("the comment does not say %q:\n%s", says, comments[0])
		}
	}
	s = newScene(t, "good-two-levels")
	s.run(t, "--comment", "--status", "dealgate/main").want(t, exitClean, "All fine")
	if got := s.told(); got != "dealgate/main pending, dealgate/main success" {
		t.Errorf("statuses: %s", got)
	}
	if c := s.fake.Comments(1)[0]; !strings.Contains(c, "Approved by:** 王军, marketing department manager; 周建国, general manager") {
		t.Errorf("the comment does not say who approved:\n%s", c)
	}
}

// Whatever the forge fails to do, nothing is ever said to be in order.
func TestGateFailsClosed(t *testing.T) {
	for step, told := range map[string]string{
		"pull":    "dealgate/main pending, dealgate/main error",
		"open":    "dealgate/main pending, dealgate/main error",
		"reviews": "dealgate/main pending, dealgate/main error",
		"comment": "dealgate/main pending, dealgate/main error",
		"status":  "",
	} {
		s := newScene(t, "good-two-levels", step)
		s.run(t, "--comment", "--status", "dealgate/main").want(t, exitFailed, "the forge fails")
		if got := s.told(); got != told {
			t.Errorf("%s fails: statuses: %s", step, got)
		}
	}
	s := newScene(t, "good-two-levels")
	s.run(t, "--status", "dealgate").want(t, exitFailed, "does not name the base branch main")
	if got := s.told(); strings.Contains(got, "success") {
		t.Errorf("statuses: %s", got)
	}
}

// Before anything is known but the base, the status speaks the language of the
// base's policy; without a policy, all of them.
func TestGateSpeaksThePolicysLanguage(t *testing.T) {
	t.Setenv("DEALGATE_LANG", "")
	for _, c := range []struct{ policy, lang, pending string }{
		{"", "", "正在检查"},
		{"language: en\n", "", "being checked"},
		{"language: en\n", "zh-CN", "正在检查"},
		{"workflow: none\n", "", "正在检查 / being checked"},
	} {
		s := newScene(t, "good-two-levels", "open")
		s.repolicy(t, c.policy)
		args := append(slices.Clone(s.args), "--status", "dealgate (main)")
		args = slices.Delete(args, 2, 4) // the language
		if c.lang != "" {
			args = append(args, "--lang", c.lang)
		}
		dealgate(t, args...).want(t, exitFailed, "")
		if got := s.fake.Statuses()[0].Description; got != c.pending {
			t.Errorf("%q, asked for %q: %q", c.policy, c.lang, got)
		}
	}
}

// A status on a group's head answers for all that it holds, and is never good
// while one of them may not be.
func TestGateTellsOfGroups(t *testing.T) {
	for name, told := range map[string]string{
		"good-queue":             "dealgate (main) pending, dealgate (main) success",
		"queue-first-unapproved": "dealgate (main) pending, dealgate (main) failure",
		"queue-smuggled":         "dealgate (main) pending, dealgate (main) failure",
		"queue-unnamed":          "dealgate (main) pending, dealgate (main) error",
		"queue-empty":            "dealgate (main) pending, dealgate (main) error",
	} {
		s := newScene(t, name)
		s.run(t, "--status", "dealgate (main)")
		if got := s.told(); got != told {
			t.Errorf("%s: %s", name, got)
		}
		for _, x := range s.fake.Statuses() {
			if x.Commit != s.head {
				t.Errorf("%s: a status on %s, not on the group's head", name, x.Commit)
			}
		}
	}
	s := newScene(t, "good-queue")
	s.run(t, "--comment").want(t, exitFailed, "leave out --pr and --comment")
	s.run(t, "--pr", "1").want(t, exitFailed, "leave out --pr and --comment")
	s.run(t, "--status", "dealgate").want(t, exitFailed, "does not name the base branch main")
}

// A commit that another pull request of the same branch has for its head is
// never given a status of one of them.
func TestGateSeesTwins(t *testing.T) {
	newScene(t, "two-pulls-one-head").run(t).want(t, exitFindings, "approval/same-head")
}

func TestGateCalledWrongly(t *testing.T) {
	dir := aCompany().onDisk(t)
	newRepository(t, dir)
	base := []string{"gate", dir, "--lang", "en"}
	t.Setenv("EMPTY_TOKEN", "")
	for _, c := range []struct{ args, says string }{
		{"", "--base is missing"},
		{"--base ", "--base is given but empty"},
		{"--base x --head ", "--head is given but empty"},
		{"--base x --format odd", "not known"},
		{"a b", "was called with"},
	} {
		args := base
		if c.args != "" {
			args = append(append([]string{}, base...), strings.Split(c.args, " ")...)
		}
		dealgate(t, args...).want(t, exitFailed, c.says)
	}
	s := newScene(t, "good-two-levels")
	for _, c := range []struct {
		args []string
		says string
	}{
		{nil, "say where the reviews are"},
		{[]string{"--forge", "gitea", "--reviews", "x.json"}, "but not both"},
		{[]string{"--forge", "file"}, "say where the reviews are"},
		{[]string{"--forge", "gitea", "--token-env", "EMPTY_TOKEN"}, "EMPTY_TOKEN, but that variable is empty"},
	} {
		dealgate(t, append([]string{"gate", s.dir, "--lang", "en", "--base", s.args[11], "--head", s.args[13]}, c.args...)...).want(t, exitFailed, c.says)
	}
	openForge = func(c forge.Config) (forge.Forge, error) { return c.Open() }
	dealgate(t, "gate", s.dir, "--base", s.args[11], "--head", s.args[13], "--reviews", "nowhere.json").want(t, exitFailed, "nowhere.json")
	dealgate(t, "gate", s.dir, "--lang", "en", "--base", s.args[11], "--head", s.args[13], "--forge", "svn").want(t, exitFailed, "no forge named")
}

// Who approves a change of the rules, or of what lies outside deals/, reads in
// the comment what is different, under which rule he is asked, and who agreed.
func TestGateTellsOfRules(t *testing.T) {
	for name, says := range map[string][]string{
		"good-rules-changed":    {"The rules:", "lu-ping", "陆平", "finance department", "2025-01-20", "rule-changes: general manager", "Approved by:** 周建国, general manager", "Still to approve:** none"},
		"outside-workflow":      {"Outside the folder deals", "added: `.github/workflows/gate.yml`", "Approved by:** none", "Still to approve:** general manager"},
		"good-outside-approved": {"Outside the folder deals", "Approved by:** 周建国, general manager"},
		"policy-with-deal":      {"The rules:", " → "},
	} {
		s := newScene(t, name)
		s.run(t, "--comment", "--status", "dealgate (main)")
		comments := s.fake.Comments(1)
		if len(comments) != 1 {
			t.Fatalf("%s: comments: %q", name, comments)
		}
		for _, text := range says {
			if !strings.Contains(comments[0], text) {
				t.Errorf("%s: the comment does not say %q:\n%s", name, text, comments[0])
			}
		}
	}
}

// Whoever approves reads in the comment what he agrees to: each sum, the largest
// first, the rate and shares, the team and its bid, opening balances.
func TestGateTellsOfMoney(t *testing.T) {
	for name, says := range map[string][]string{
		"told-terms":      {"rate `3%,` 赵敏 `60%,` 陈波 `40%`"},
		"told-award":      {"华南团队, bid `3%` commission"},
		"told-many-plans": {"- **Decides:**\n  - 2025-02-05 Campaign plan `(TP-01)` · `visit-7`: 990,000.00 CNY\n", "**Amount:** 990,070.00 CNY, in 8 sums, the largest 990,000.00 CNY", "visit-8"},
		"told-import":     {"open orders 211,800.00 CNY, advances 1,240.00 CNY", "**Amount:** 211,800.00 CNY"},
	} {
		s := newScene(t, name)
		s.run(t, "--comment", "--status", "dealgate (main)")
		comments := s.fake.Comments(1)
		if len(comments) != 1 {
			t.Fatalf("%s: comments: %q", name, comments)
		}
		for _, text := range says {
			if !strings.Contains(comments[0], text) {
				t.Errorf("%s: the comment does not say %q:\n%s", name, text, comments[0])
			}
		}
	}
}

// racing lets another run of the gate post its outcome after the reviews were
// read.
type racing struct {
	*failing
	other func()
}

func (r *racing) Reviews(ctx context.Context, n int) ([]forge.Review, error) {
	out, err := r.failing.Reviews(ctx, n)
	r.other()
	return out, err
}

// A check that is made again leaves alone what another run, woken by a later
// review, has said meanwhile.
func TestRecheckLeavesWhatIsNewer(t *testing.T) {
	s := newScene(t, "good-two-levels")
	r := &racing{failing: s.fake, other: func() {
		must(t, s.fake.File.Status(t.Context(), s.head, "dealgate/main", forge.StatusFailure, "x", ""))
	}}
	openForge = func(forge.Config) (forge.Forge, error) { return r, nil }
	s.run(t, "--recheck", "--status", "dealgate/%base")
	if state, _, err := s.fake.File.Stated(t.Context(), s.head, "dealgate/main"); err != nil || state != forge.StatusFailure {
		t.Errorf("the status is %s, %v; told %v", state, err, s.told())
	}
}
