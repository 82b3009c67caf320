package main

import (
	"bufio"
	"cmp"
	"crypto/ed25519"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/validate/attest"
)

// writeKey makes a key file and the line that allows the key.
func writeKey(t *testing.T, file string) (line string) {
	t.Helper()
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))
	block, err := ssh.MarshalPrivateKey(private, "landing")
	must(t, err)
	must(t, os.WriteFile(file, pem.EncodeToMemory(block), 0o600))
	public, err := ssh.NewPublicKey(private.Public())
	must(t, err)
	return `landing@huaxin.example namespaces="dealgate-approval",valid-after="20240101" ` + string(ssh.MarshalAuthorizedKey(public))
}

// landed is a case of the cheats that was merged, whatever the gate says.
type landed struct {
	*cheat
	dir, reviews, key string
}

var submitted = regexp.MustCompile(`"submitted": "([^"]+)"`)

// landCase merges the head of a case one day after its last review.
func landCase(t *testing.T, name string) *landed {
	t.Helper()
	c := newCheat(t, readArchive(t, filepath.Join(cheatDir, name+".txtar")))
	keys := t.TempDir()
	l := &landed{cheat: c, key: filepath.Join(keys, "landing"), reviews: filepath.Join(keys, "reviews.json")}
	c.story["allowed_signers"] = writeKey(t, l.key)
	l.dir = c.build()
	target, head := cmp.Or(c.header["target"], "base"), cmp.Or(c.header["head"], "head")
	at, err := time.Parse(time.RFC3339, cmp.Or(lastOf(c.section("commits"), `at=(\S+)`), "2025-01-22T10:00:00+08:00"))
	must(t, err)
	for _, m := range submitted.FindAllStringSubmatch(c.section("reviews.json"), -1) {
		when, err := time.Parse(time.RFC3339, m[1])
		must(t, err)
		if when.After(at) {
			at = when
		}
	}
	at = at.Add(24 * time.Hour)
	c.commit("landed mail=Gitea/noreply@git.huaxin.example at=" + at.Format(time.RFC3339) + " parents=" + target + "," + head)
	c.repo.branch("main", c.commits["landed"])
	text := strings.ReplaceAll(c.reviews(), `"state": "open"`, `"state": "merged", "merge_commit": "`+c.commits["landed"]+`", "merged_by": {"id": 1, "login": "zhou-jianguo"}`)
	must(t, os.WriteFile(l.reviews, []byte(text), 0o644))
	return l
}

func lastOf(text, pattern string) string {
	last := ""
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		last = max(last, m[1])
	}
	return last
}

func (l *landed) attest(args ...string) outcome {
	return dealgate(l.t, append([]string{"attest", l.dir, "--lang", "en", "--reviews", l.reviews, "--key", l.key}, args...)...)
}

// audited runs an audit and returns its first line and the status of each
// file that landed with the case.
func (l *landed) audited(args ...string) (outcome, map[string]string) {
	l.t.Helper()
	o := dealgate(l.t, append([]string{"audit", l.dir, "--lang", "en", "--offline", "--format", "json"}, args...)...)
	status := map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(o.out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var item struct{ Path, Status, Commit string }
		must(l.t, json.Unmarshal(lines.Bytes(), &item))
		if item.Commit == l.commits["landed"] {
			status[item.Path] = item.Status
		}
	}
	return o, status
}

// What the gate lets pass is proven once it has landed; what it blocks is
// stated by nobody, and never proven, even if it landed all the same.
func TestWhatTheGateDecidesIsWhatAnAuditFinds(t *testing.T) {
	names, err := filepath.Glob(cheatDir + "/*.txtar")
	must(t, err)
	for _, file := range names {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		archive := readArchive(t, file)
		if strings.HasPrefix(string(archive.Comment), "#") {
			continue // the company
		}
		c := newCheat(t, archive)
		if c.header["want"] == "" || c.header["group"] != "" || c.header["bulk"] != "" || slices.Contains(notToLand, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			l := landCase(t, name)
			l.attest().wantCode(t, exitClean)
			o, status := l.audited()
			want := map[bool]string{true: "proven", false: "unproven"}[c.header["want"] == "nothing"]
			if strings.Contains(name, "approvals-none") || name == "good-baseline" { // nobody's approval is asked for
				want = "declared"
			}
			if len(status) == 0 && !strings.Contains(o.out, "audit/fact-changed") {
				t.Fatalf("nothing landed:\n%s", o.out)
			}
			for path, got := range status {
				if got != want && !(want == "unproven" && got == "contradicted") {
					t.Errorf("%s is %s, want %s\n%s", path, got, want, clipped(o.out))
				}
			}
			// What the target had beyond the base was pushed, and is not proven.
			if failed := want == "unproven" || c.header["target"] != ""; failed != (o.code == exitFindings) {
				t.Errorf("exit code %d", o.code)
			}
		})
	}
}

// notToLand are cases of which a merge here would not be the same change, or of
// which the forge itself says that it cannot tell.
var notToLand = []string{"good-branch-put-back", "head-moved", "fact-deleted", "fact-deleted-and-added", "two-pulls-one-head"}

func (o outcome) wantCode(t *testing.T, code int) {
	t.Helper()
	if o.code != code {
		t.Errorf("exit code %d, want %d\n%s%s", o.code, code, clipped(o.out), clipped(o.err))
	}
}

// Stating again changes nothing; a checkpoint is made once; the register of
// the year holds what landed, and its statement.
func TestAttestAuditAndRegister(t *testing.T) {
	l := landCase(t, "good-two-levels")
	l.attest("--checkpoint").want(t, exitClean, "signed", "checkpoint: checkpoints/00000002-")
	again := l.attest("--checkpoint")
	again.want(t, exitClean, "has one")
	if strings.Contains(again.out, "checkpoint:") {
		t.Errorf("a second checkpoint of the same line:\n%s", again.out)
	}
	own := filepath.Join(t.TempDir(), "kept.json")
	dealgate(t, "audit", l.dir, "--offline", "--lang", "en", "--checkpoint", own).want(t, exitClean, "proven: 1", "signed checkpoint up to change 2 of 2", "kept in", "compared with nothing")
	if o := dealgate(t, "audit", l.dir, "--offline", "--lang", "zh-CN", "--checkpoint", own); o.code != exitClean || !strings.Contains(o.out, "已证明：") || strings.Contains(o.err, "未与任何检查点比对") {
		t.Errorf("%d: %s%s", o.code, o.out, o.err)
	}
	out := filepath.Join(t.TempDir(), "register")
	dealgate(t, "audit", "--pack", "2025", out, l.dir, "--offline", "--lang", "zh-CN").want(t, exitClean, "登记册")
	for file, want := range map[string]string{
		"index.html": "2025", "zh-CN/index.html": "没有未证明或矛盾的内容", "en/2025-02.html": "王军 (marketing department manager)",
		"zh-CN/register.csv": "\uFEFF落地时间", "en/register.csv": "2025-02-05-plan.yaml",
		"statements/" + l.commits["landed"] + ".json": attest.ChangeType, "statements/" + l.commits["landed"] + ".json.sig": "SSH SIGNATURE",
	} {
		data, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(file)))
		must(t, err)
		if !strings.Contains(string(data), want) {
			t.Errorf("%s does not hold %q:\n%s", file, want, clipped(string(data)))
		}
	}
}

// What an ordinary commit took from the branch of statements counts, is told, and
// is put back before anything else is stated; what it put in the way makes room.
func TestAttestPutsBackWhatWasRemoved(t *testing.T) {
	l := landCase(t, "good-two-levels")
	l.attest("--checkpoint").want(t, exitClean, "signed", "checkpoint:")
	was := l.git("rev-parse", "approvals^{tree}")
	l.git("update-ref", "refs/heads/approvals", l.git("-c", "user.name=何人", "-c", "user.email=x@x.example", "commit-tree", "-p", "approvals", "-m", "tidy up", l.git("mktree")))
	audit := func() outcome { return dealgate(t, "audit", l.dir, "--offline", "--lang", "en") }
	audit().want(t, exitClean, "proven: 1", "signed checkpoint up to change 2 of 2", "in the name of 何人", "[audit/removed]")
	l.attest("--checkpoint").want(t, exitClean, "put back as it was", "has one")
	if now := l.git("rev-parse", "approvals^{tree}"); now != was {
		t.Errorf("the branch holds %s, held %s", now, was)
	}
	if o := audit(); o.code != exitClean || strings.Contains(o.out, "audit/removed") {
		t.Errorf("%d: %s", o.code, o.out)
	}

	l = landCase(t, "good-two-levels")
	odd := l.git("hash-object", "-w", l.reviews)
	l.git("update-ref", "refs/heads/approvals", l.git("-c", "user.name=x", "-c", "user.email=x@x.example", "commit-tree", "-m", "in the way", l.tree("100644 blob "+odd+"\tstatements")))
	l.attest("--checkpoint").want(t, exitClean, ", signed", "checkpoint:", "statements on the branch approvals stood where")
	audit().want(t, exitClean, "proven: 1", "signed checkpoint")
}

// git runs the git program in the repository.
func (l *landed) git(args ...string) string { return l.tree("", args...) }

// tree is what git makes of an input: without arguments, a tree.
func (l *landed) tree(input string, args ...string) string {
	l.t.Helper()
	if len(args) == 0 {
		args = []string{"mktree"}
	}
	cmd := exec.Command("git", append([]string{"-C", l.dir}, args...)...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil {
		l.t.Fatalf("git %v: %s", args, out)
	}
	return strings.TrimSpace(string(out))
}

// A branch that is only fast-forwarded to is older than its reviews; the forge
// tells when it landed.
func TestAttestFastForward(t *testing.T) {
	l := landCase(t, "good-two-levels")
	head := l.commits["head"]
	l.repo.branch("main", head)
	data, err := os.ReadFile(l.reviews)
	must(t, err)
	text := strings.ReplaceAll(string(data), l.commits["landed"], head)
	must(t, os.WriteFile(l.reviews, []byte(text), 0o644))
	l.attest("--commit", "HEAD").want(t, exitFindings, "approval/missing")
	text = strings.ReplaceAll(text, `"state": "merged",`, `"state": "merged", "merged_at": "2025-03-01T10:00:00+08:00", "merge_base": "`+l.commits["base"]+`",`)
	must(t, os.WriteFile(l.reviews, []byte(text), 0o644))
	l.attest().want(t, exitClean, "stated:", ", signed")
	dealgate(t, "audit", l.dir, "--offline", "--lang", "en").want(t, exitClean, "proven: 1", "unproven: 0")
	text = strings.ReplaceAll(text, "2025-03-01T", "2999-03-01T")
	must(t, os.WriteFile(l.reviews, []byte(text), 0o644))
	l.attest("--commit", "HEAD").want(t, exitFailed, "yet to come")
}

// Several commits of one pull request are one change where the forge's event
// tells that they came together, and not before.
func TestAttestWhatCameTogether(t *testing.T) {
	l := landCase(t, "good-two-levels")
	l.files = append(l.files, txtar.File{Name: "second/2025/ruifeng-cable/deal.yaml", Data: []byte("customer: ruifeng\ntitle: 瑞丰线束\nproduct: 线束\n")})
	l.commit("second by=sun-li at=2025-02-05T11:00:00+08:00 parents=head")
	head, second := l.commits["head"], l.commits["second"]
	l.repo.branch("main", second)
	data, err := os.ReadFile(l.reviews)
	must(t, err)
	text := strings.NewReplacer(l.commits["landed"], second, head, second, `"state": "merged",`, `"state": "merged", "merged_at": "2025-03-01T10:00:00+08:00",`).Replace(string(data))
	must(t, os.WriteFile(l.reviews, []byte(text), 0o644))
	l.attest("--landed", "..").want(t, exitClean, head[:10]+"  not stated", "audit/no-pull-request")
	l.attest("--landed", head+".."+second).want(t, exitClean, "audit/no-pull-request")
	dealgate(t, "audit", l.dir, "--offline", "--lang", "en").want(t, exitFindings, "proven: 1", "unproven: 1")
	l.attest("--landed", l.commits["base"]+".."+second).want(t, exitClean, second[:10]+"  stated: files 2, approvals 2, signed")
	dealgate(t, "audit", l.dir, "--offline", "--lang", "en").want(t, exitClean, "proven: 2", "unproven: 0")
	l.attest("--landed", "main").want(t, exitFailed, "BEFORE..AFTER")
}

// Two pushes are stated side by side: a run that knows of the later push alone
// keeps the other from nothing.
func TestAttestPushesSideBySide(t *testing.T) {
	l := landCase(t, "good-two-levels")
	at := func(name, file, under string) string {
		l.files = append(l.files, txtar.File{Name: name + "/2025/" + file + "/deal.yaml", Data: []byte("customer: ruifeng\ntitle: 瑞丰线束\nproduct: 线束\n")})
		l.commit(name + " by=sun-li at=2025-02-05T11:00:00+08:00 parents=" + under)
		return l.commits[name]
	}
	head, second := l.commits["head"], at("second", "ruifeng-cable", "head")
	third := at("third", "ruifeng-clip", "second")
	l.repo.branch("main", third)
	data, err := os.ReadFile(l.reviews)
	must(t, err)
	text := strings.NewReplacer(l.commits["landed"], second, head, second, `"state": "merged",`, `"state": "merged", "merged_at": "2025-03-01T10:00:00+08:00",`).Replace(string(data))
	must(t, os.WriteFile(l.reviews, []byte(text), 0o644))
	l.attest("--landed", second+".."+third).want(t, exitClean, second[:10]+"  stated: files 1, approvals 0", third[:10]+"  not stated")
	l.attest("--landed", l.commits["base"]+".."+second).want(t, exitClean, second[:10]+"  stated: files 2, approvals 2, signed")
	dealgate(t, "audit", l.dir, "--offline", "--lang", "en").want(t, exitFindings, "proven: 2", "unproven: 1")
}

// A statement is made once; one that does not count keeps nobody from it.
func TestAttestBesideWhatDoesNotCount(t *testing.T) {
	l := landCase(t, "good-two-levels")
	l.attest().want(t, exitClean, ", signed")
	l.unsign()
	l.attest("--commit", "HEAD").want(t, exitClean, "stated:", ", signed")
	dealgate(t, "audit", l.dir, "--offline", "--lang", "en").want(t, exitClean, "proven: 1")
	l.attest().want(t, exitClean, "has one")

	l = landCase(t, "good-two-levels")
	l.attest().want(t, exitClean, ", signed")
	l.attest("--commit", "HEAD").want(t, exitClean, "was stated before")
}

func TestAttestSaysWhatIsWrong(t *testing.T) {
	l := landCase(t, "no-review")
	l.attest().want(t, exitClean, "not stated", "approval/missing")
	l.attest("--commit", "HEAD").want(t, exitFindings, "approval/missing")
	must(t, os.WriteFile(l.key, []byte("no key"), 0o600))
	l.attest().want(t, exitFailed, "no private key")
	dealgate(t, "audit", l.dir, "--lang", "en", "--offline", "--format", "xml").want(t, exitFailed, "text, json")
	dealgate(t, "audit", l.dir, "--lang", "en").want(t, exitFailed, "origin")
	dealgate(t, "attest", l.dir, "--lang", "en", "--reviews", filepath.Join(l.dir, "nothing.json")).want(t, exitFailed, "nothing.json")
	o := dealgate(t, "audit", l.dir, "--lang", "zh-CN", "--offline")
	o.want(t, exitFindings, "audit/no-statement", "未证明")
}

// What is not proven may stay so for ever; the line is fixed all the same, and
// what is said of it does not spoil the JSON. A line that was rewritten is not.
func TestAuditKeepsACheckpointOfWhatIsUnproven(t *testing.T) {
	l := landCase(t, "no-review")
	own := filepath.Join(t.TempDir(), "kept.json")
	audit := func() outcome {
		return dealgate(t, "audit", l.dir, "--offline", "--lang", "en", "--format", "json", "--checkpoint", own)
	}
	o := audit()
	if o.code != exitFindings || notJSON(o.out) || !strings.Contains(o.err, "kept in") {
		t.Errorf("%d: %s%s", o.code, o.out, o.err)
	}
	was, err := os.ReadFile(own)
	must(t, err)
	l.repo.branch("main", l.commits["base"])
	o = audit()
	if now, err := os.ReadFile(own); err != nil || string(now) != string(was) || o.code != exitFindings || !strings.Contains(o.err, "is left as it is") {
		t.Errorf("%d, %v: %s\n%s", o.code, err, o.err, now)
	}
}

// A clone that lacks what a checkpoint has to fix leaves the auditor's own file as
// it is, and that is a finding, no failure.
func TestAuditKeepsNothingOfWhatItCannotRead(t *testing.T) {
	l := landCase(t, "good-two-levels")
	l.attest("--checkpoint").want(t, exitClean, "checkpoint:")
	own := filepath.Join(t.TempDir(), "kept.json")
	roster := l.git("rev-parse", "main:deals/roster.yaml")
	must(t, os.Remove(filepath.Join(l.dir, l.git("rev-parse", "--git-path", "objects"), roster[:2], roster[2:])))
	o := dealgate(t, "audit", l.dir, "--offline", "--lang", "en", "--checkpoint", own)
	if _, err := os.Stat(own); err == nil || o.code != exitFindings || !strings.Contains(o.out, "audit/unreadable") || !strings.Contains(o.err, "cannot be read in this clone") {
		t.Errorf("%d: %s\n%s", o.code, o.out, o.err)
	}
}

// notJSON reports whether any line is something else.
func notJSON(text string) bool {
	return slices.ContainsFunc(strings.Split(strings.TrimSpace(text), "\n"), func(line string) bool { return !json.Valid([]byte(line)) })
}

// What can be stated is pushed, though a later change cannot be.
func TestAttestPushesWhatItHas(t *testing.T) {
	l := landCase(t, "good-two-levels")
	l.files = append(l.files, txtar.File{Name: "octopus/roster.yaml+", Data: []byte("# later\n")})
	l.commit("octopus mail=Gitea/noreply@git.huaxin.example at=2025-03-01T10:00:00+08:00 parents=landed,base,head")
	l.repo.branch("main", l.commits["octopus"])
	bare := filepath.Join(t.TempDir(), "origin.git")
	for _, args := range [][]string{{"init", "--quiet", "--bare", bare}, {"-C", l.dir, "remote", "add", "origin", bare}} {
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	l.attest("--push", "origin").want(t, exitFailed, "signed", "merges 3 branches")
	out, err := exec.Command("git", "-C", bare, "ls-tree", "-r", "--name-only", "approvals").Output()
	if err != nil || !strings.Contains(string(out), l.commits["landed"]+".json.sig") {
		t.Errorf("%v: pushed\n%s", err, out)
	}
}
