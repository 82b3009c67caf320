package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A key that the rules under a change do not name signs nothing: neither a
// statement, which could not count, nor a checkpoint, which would look forged.
func TestAttestRefusesAKeyThatDoesNotCount(t *testing.T) {
	l := landCase(t, "good-two-levels")
	other := filepath.Join(t.TempDir(), "other")
	dealgate(t, "init", t.TempDir(), "--validator", exampleValidator, "--key", other).want(t, exitClean)
	dealgate(t, "attest", l.dir, "--lang", "en", "--reviews", l.reviews, "--key", other, "--checkpoint").
		want(t, exitFindings, "not stated", "may not sign it", "no checkpoint", "DEALGATE_SIGNING_KEY")
	l.nothingKept()
	l.attest("--checkpoint").want(t, exitClean, ", signed", "checkpoint:")
	dealgate(t, "audit", l.dir, "--offline", "--lang", "en").want(t, exitClean, "proven: 1")
}

// Where somebody is to sign and the key is not there, as before the secret is
// stored, nothing is written: neither a statement nor a checkpoint without its
// signature would ever count. The run that has the key makes up for it.
func TestAttestWithoutTheKeyWritesNothing(t *testing.T) {
	l := landCase(t, "good-two-levels")
	keyless := func(args ...string) outcome {
		return dealgate(t, append([]string{"attest", l.dir, "--lang", "en", "--reviews", l.reviews}, args...)...)
	}
	keyless("--checkpoint").want(t, exitFindings, "not stated: deals/allowed_signers says who signs", "no checkpoint:", "secret DEALGATE_SIGNING_KEY")
	l.nothingKept()
	l.attest("--checkpoint").want(t, exitClean, ", signed", "checkpoint:")
	keyless("--checkpoint").want(t, exitClean, "has one")
	dealgate(t, "audit", l.dir, "--offline", "--lang", "en").want(t, exitClean, "proven: 1", "signed checkpoint")
}

// Who pushes before he stores the secret is told so by a red run, which leaves
// nothing behind that an audit would find.
func TestTheFirstPushBeforeTheSecret(t *testing.T) {
	c := company{t, filepath.Join(t.TempDir(), "company")}
	key, reviews := filepath.Join(t.TempDir(), "landing"), filepath.Join(t.TempDir(), "reviews.json")
	dealgate(t, "init", c.dir, "--lang", "en", "--date", "2026-11-20", "--validator", exampleValidator, "--key", key).want(t, exitClean)
	put(t, reviews, `{"version": 1, "host": "github.com", "pull_requests": []}`)
	c.begin("2026-11-20")
	attest := []string{"attest", c.dir, "--lang", "en", "--reviews", reviews, "--checkpoint"}
	audit := func() outcome { return dealgate(t, "audit", c.dir, "--offline", "--lang", "en") }
	dealgate(t, attest...).want(t, exitFindings, "no checkpoint:", "DEALGATE_SIGNING_KEY")
	audit().want(t, exitClean, "No checkpoint is kept")
	dealgate(t, append(attest, "--key", key)...).want(t, exitClean, "checkpoint:")
	audit().want(t, exitClean, "signed checkpoint")
}

// nothingKept wants no branch of statements.
func (l *landed) nothingKept() {
	l.t.Helper()
	if out, err := exec.Command("git", "-C", l.dir, "rev-parse", "--verify", "--quiet", "approvals").Output(); err == nil {
		l.t.Errorf("something was written: %s", out)
	}
}

// unsign leaves a branch of statements without a past and without signatures.
func (l *landed) unsign() {
	l.t.Helper()
	year := l.git("rev-parse", "approvals:statements/"+l.year())
	var unsigned strings.Builder
	for line := range strings.Lines(l.git("ls-tree", year) + "\n") {
		if !strings.HasSuffix(strings.TrimSpace(line), ".sig") {
			unsigned.WriteString(line)
		}
	}
	folder := func(name, tree string) string { return l.tree("040000 tree " + tree + "\t" + name) }
	root := folder("statements", folder(l.year(), l.tree(unsigned.String())))
	l.git("update-ref", "refs/heads/approvals", l.git("-c", "user.name=x", "-c", "user.email=x@x.example", "commit-tree", "-m", "unsigned", root))
}

// year is the folder of the one statement.
func (l *landed) year() string {
	return strings.TrimPrefix(l.git("ls-tree", "--name-only", "approvals", "statements/"), "statements/")
}
