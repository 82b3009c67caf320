package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/history"
)

// company is a repository that init wrote, worked on with git as people do.
type company struct {
	t   *testing.T
	dir string
}

func (c company) git(who, day string, args ...string) string {
	c.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = c.dir
	at := day + "T10:00:00+08:00"
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME="+who, "GIT_AUTHOR_EMAIL="+who+"@acme.example", "GIT_AUTHOR_DATE="+at,
		"GIT_COMMITTER_NAME="+who, "GIT_COMMITTER_EMAIL="+who+"@acme.example", "GIT_COMMITTER_DATE="+at)
	out, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// begin makes the first commit of what lies there.
func (c company) begin(day string) {
	c.t.Helper()
	c.git("lin", day, "init", "--quiet", "--initial-branch=main")
	c.commit(day, "Begin")
}

// commit takes everything that lies there.
func (c company) commit(day, subject string) {
	c.t.Helper()
	c.git("lin", day, "add", "--all")
	c.git("lin", day, "commit", "--quiet", "--message", subject)
}

// Whoever follows the instructions gets proof: init makes the key, the landing
// workflow signs with it, and an audit says proven.
func TestFromInitToProof(t *testing.T) {
	c := company{t, filepath.Join(t.TempDir(), "company")}
	key, reserve, reviews := filepath.Join(t.TempDir(), "landing"), filepath.Join(t.TempDir(), "reserve"), filepath.Join(t.TempDir(), "reviews.json")
	dealgate(t, "init", c.dir, "--lang", "en", "--date", "2026-11-20", "--url", "https://github.com", "--repository", "acme/deals",
		"--validator", exampleValidator, "--key", key, "--reserve", reserve,
		"--gm", "Lin/lin/2/lin@acme.example", "--marketing", "Zhao/zhao/4/zhao@acme.example").want(t, exitClean, "DEALGATE_SIGNING_KEY")
	c.begin("2026-11-20")
	base := c.git("lin", "2026-11-20", "rev-parse", "HEAD")

	policy := filepath.Join(c.dir, "deals", "policy.yaml")
	text, err := os.ReadFile(policy)
	must(t, err)
	put(t, policy, string(text)+"backdating-days: 20\n")
	c.git("zhao", "2026-11-21", "switch", "--quiet", "--create", "policy")
	c.git("zhao", "2026-11-21", "commit", "--quiet", "--all", "--message", "Change the policy")
	head := c.git("zhao", "2026-11-21", "rev-parse", "HEAD")
	pull := `{"version": 1, "host": "github.com", "pull_requests": [{"number": 1, "author": {"id": 4, "login": "zhao"}, "base": {"ref": "main"},
  "head": {"ref": "policy", "commit": "` + head + `"}, "state": STATE, "reviews": [{"id": "1", "state": "approved",
  "author": {"id": 2, "login": "lin"}, "commit": "` + head + `", "submitted": "2026-11-22T10:00:00+08:00"}]}]}`
	put(t, reviews, strings.Replace(pull, "STATE", `"open"`, 1))
	dealgate(t, "gate", c.dir, "--lang", "en", "--base", base, "--head", head, "--reviews", reviews).want(t, exitClean)

	c.git("lin", "2026-11-23", "switch", "--quiet", "main")
	c.git("lin", "2026-11-23", "merge", "--quiet", "--no-ff", "--message", "Merge pull request #1", "policy")
	landed := c.git("lin", "2026-11-23", "rev-parse", "HEAD")
	put(t, reviews, strings.Replace(pull, "STATE", `"merged", "merge_commit": "`+landed+`", "merged_by": {"id": 2, "login": "lin"}`, 1))
	secret, err := os.ReadFile(key)
	must(t, err)
	t.Setenv(signingKey, string(secret))
	dealgate(t, "attest", c.dir, "--lang", "en", "--reviews", reviews, "--checkpoint").want(t, exitClean, "signed")
	dealgate(t, "audit", c.dir, "--lang", "en", "--offline").want(t, exitClean, "proven: 1", "unproven: 0", "contradicted: 0")

	// Where the key was lost before it signed, the reserve does.
	statements := c.git("lin", "2026-11-23", "rev-parse", "approvals")
	c.git("lin", "2026-11-23", "branch", "--quiet", "-D", "approvals")
	dealgate(t, "attest", c.dir, "--lang", "en", "--reviews", reviews, "--key", reserve, "--checkpoint").want(t, exitClean, "signed")
	dealgate(t, "audit", c.dir, "--lang", "en", "--offline").want(t, exitClean, "proven: 1", "signed checkpoint")
	c.git("lin", "2026-11-23", "update-ref", "refs/heads/approvals", statements)

	// What was fixed later says nothing against what came before it, but all
	// against another line.
	c.broken(base, false)
	c.git("zhao", "2026-11-24", "switch", "--quiet", "--create", "other", base)
	c.git("zhao", "2026-11-24", "commit", "--quiet", "--allow-empty", "--message", "Another line")
	other := c.git("zhao", "2026-11-24", "rev-parse", "HEAD")
	c.git("lin", "2026-11-24", "switch", "--quiet", "main")
	c.broken(other, true)

	// Who sets the branch back behind the checkpoint is found out.
	site := filepath.Join(t.TempDir(), "site")
	if o := dealgate(t, "render", c.dir, "--out", site, "--lang", "en"); strings.Contains(o.out+o.err, "rewritten") {
		t.Errorf("nothing was rewritten: %s", o.err)
	}
	c.git("lin", "2026-11-24", "reset", "--quiet", "--hard", "HEAD~1")
	audit := dealgate(t, "audit", c.dir, "--lang", "en", "--offline")
	audit.want(t, exitFindings, "History was rewritten")
	if strings.Contains(audit.out, "No checkpoint") {
		t.Errorf("there is a checkpoint: %s", audit.out)
	}
	if o := dealgate(t, "render", c.dir, "--out", site+"2", "--lang", "en"); !strings.Contains(o.err, "History was rewritten") {
		t.Errorf("nothing is said of it: %s", o.err)
	}
	page, err := os.ReadFile(filepath.Join(site+"2", "site", "en", "index.html"))
	if err != nil || !strings.Contains(string(page), "History was rewritten") {
		t.Errorf("the page says nothing of it: %v", err)
	}
	c.git("lin", "2026-11-24", "symbolic-ref", "HEAD", "refs/heads/unborn")
	c.broken(base, true)
}

// What keygen says depends on which keys that have landed count: the one in use
// signs for its successor, and where it is gone the reserve does. Before the
// first commit there is none yet.
func TestKeygenAndTheReserve(t *testing.T) {
	dir, keys := filepath.Join(t.TempDir(), "company"), t.TempDir()
	at := func(name string) string { return filepath.Join(keys, name) }
	begin := []string{"init", dir, "--lang", "en", "--validator", exampleValidator, "--date", "2020-01-20"}
	dealgate(t, append(begin, "--reserve", at("reserve"))...).want(t, exitFailed, "--key")
	dealgate(t, append(begin, "--key", at("landing"))...).want(t, exitClean, "there is no reserve")
	keygen := func(args ...string) outcome {
		return dealgate(t, append([]string{"attest", "keygen", "--lang", "en"}, args...)...)
	}
	keygen("--from", "2020-01-21", "--to", "2100-01-01", "--reserve", at("reserve"), dir).want(t, exitClean, "reserve key:", "keep it offline", "with the first push", "while the key in use still counts")
	c := company{t, dir}
	c.begin("2020-01-22")
	keygen(at("second"), dir).want(t, exitClean, "Only the reserve key counts today", "take the reserve offline again")
	c.commit("2026-11-20", "The next key")
	keygen(at("third"), dir).want(t, exitClean, "Another key counts today")
	data, err := os.ReadFile(filepath.Join(dir, "deals", "allowed_signers"))
	must(t, err)
	var who []string
	for line := range strings.Lines(string(data)) {
		name, _, _ := strings.Cut(line, " ")
		who = append(who, name)
	}
	if got := strings.Join(who, " "); got != "landing reserve landing landing" {
		t.Errorf("%s:\n%s", got, data)
	}
}

// Where every key that landed has ended, no further one could ever be proven, so
// none is made; the copy that begins anew gets its own.
func TestKeygenWhereEveryKeyHasEnded(t *testing.T) {
	dir, keys := filepath.Join(t.TempDir(), "company"), t.TempDir()
	dealgate(t, "init", dir, "--lang", "en", "--validator", exampleValidator, "--date", "2020-01-20", "--key", filepath.Join(keys, "first")).want(t, exitClean)
	company{t, dir}.begin("2020-01-20")
	list := filepath.Join(dir, "deals", "allowed_signers")
	was, err := os.ReadFile(list)
	must(t, err)
	next := filepath.Join(keys, "next")
	for _, args := range [][]string{{next}, {next, "--reserve"}} {
		for lang, says := range map[string]string{"en": "Begin a new repository", "zh-CN": "另建仓库"} {
			dealgate(t, append([]string{"attest", "keygen", "--lang", lang}, append(args, dir)...)...).want(t, exitFailed, says)
		}
	}
	now, err := os.ReadFile(list)
	must(t, err)
	if _, err := os.Stat(next); err == nil || string(now) != string(was) {
		t.Errorf("a key was made:\n%s", now)
	}
	must(t, os.RemoveAll(filepath.Join(dir, ".git")))
	must(t, os.Remove(list))
	dealgate(t, "attest", "keygen", "--lang", "en", next, dir).want(t, exitClean, "store its whole text", "with the first push")
}

// broken wants the history of a commit to contradict what was fixed of it, or
// not to.
func (c company) broken(commit string, want bool) {
	c.t.Helper()
	repo, err := history.Open(c.dir)
	must(c.t, err)
	defer func() { must(c.t, repo.Close()) }()
	proven, err := prove(c.t.Context(), repo, c.dir, commit, &fact.Policy{Approvals: value.Text{S: "reviews"}})
	must(c.t, err)
	if got := len(proven.line) > 0; got != want {
		c.t.Errorf("the history of %s is broken: %v, want %v", commit, got, want)
	}
}

// A token goes to the forge that a workflow runs on, else to the policy's, and
// where neither is known to nobody.
func TestAccess(t *testing.T) {
	t.Setenv("TOKEN", "secret")
	named := &fact.Policy{Forge: &fact.PolicyForge{Url: value.Text{S: "https://git.acme.example:3000/"}}}
	for _, c := range []struct {
		server string
		policy *fact.Policy
		host   string
	}{
		{"", nil, ""},
		{"", &fact.Policy{}, ""},
		{"", named, "git.acme.example:3000"},
		{"https://github.com", named, "github.com"},
		{"https://github.com", nil, "github.com"},
	} {
		t.Setenv("GITHUB_SERVER_URL", c.server)
		if got := access("TOKEN", c.policy); got.Host != c.host || (got.Token == "secret") != (c.host != "") {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}

// What keeps a key from being made, or a forge from being asked, is said for
// the command that was called.
func TestWhereThereIsNothing(t *testing.T) {
	empty, dir := t.TempDir(), filepath.Join(t.TempDir(), "company")
	dealgate(t, "init", dir, "--lang", "en", "--validator", exampleValidator, "--date", "2026-11-20").want(t, exitClean)
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"attest", "keygen", filepath.Join(empty, "nodir", "key"), dir}, "cannot be written"},
		{[]string{"attest", "keygen", filepath.Join(empty, "key"), empty}, "name its folder as PATH"},
		{[]string{"pulls", "--open"}, "there is no policy here"},
		{[]string{"doctor", "--forge", "file", dir}, "no settings to be read"},
	} {
		dealgate(t, append(c.args, "--lang", "en")...).want(t, exitFailed, c.says)
	}
}
