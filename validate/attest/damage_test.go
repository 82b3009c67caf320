package attest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/dealgate/dealgate/schema/catalogue"
)

// A file that git cannot give contradicts nothing. Once the clone is mended all
// is proven, whatever was kept meanwhile.
func TestDamagedObject(t *testing.T) {
	l := newLab(t)
	l.base()
	const path, text = "deals/2025/hengtai-harness/2025-01-13-qualify.yaml", "by: lin-xia\nverdict: worth-developing\nreason: 年需求 3 万套\nevidence: [customer-form.md]\n"
	l.land(landing{id: "a", kind: "merge", by: "lin-xia", approvers: []string{"wang-jun"}, steps: []files{{
		path: text, "deals/2025/hengtai-harness/evidence/customer-form.md": "需求登记表\n",
	}}})
	l.attest("a", "landing")
	id := plumbing.ComputeHash(plumbing.BlobObject, []byte(text)).String()
	object := filepath.Join(l.dir, "objects", id[:2], id[2:])
	data, err := os.ReadFile(object)
	must(t, err)
	must(t, os.Rename(object, object+"-lost"))
	if got := shown(l.audit()); got != path+" unproven audit/unreadable\n" {
		t.Errorf("lost: %s", got)
	}
	must(t, os.WriteFile(object, data[:len(data)/2], 0o600))
	cache := t.TempDir()
	if got := l.auditWith(keeper(cache)); !strings.Contains(got, "audit/unreadable") {
		t.Errorf("cut off: %s", got)
	}
	must(t, os.WriteFile(object, data, 0o600))
	if got := l.auditWith(keeper(cache)); !strings.Contains(got, `"proven":1`) {
		t.Errorf("mended: %s", got)
	}
}

// Rules that git cannot give judge nothing: what is signed is not doubted, what
// is not is not let off, and nothing new is stated.
func TestDamagedRules(t *testing.T) {
	for _, path := range []string{"deals/allowed_signers", "deals/policy.yaml", "deals/roster.yaml"} {
		for _, key := range []string{"landing", "none"} {
			l := newLab(t)
			l.base()
			l.land(landing{id: "b", kind: "squash", by: "liu-yang", steps: []files{{"deals/2025/ruifeng-radar/deal.yaml": "customer: ruifeng\ntitle: 瑞丰\nproduct: 支架\n"}}})
			l.attest("b", key)
			l.checkpoint(key)
			id := plumbing.ComputeHash(plumbing.BlobObject, []byte(l.main.files[path])).String()
			must(t, os.Remove(filepath.Join(l.dir, "objects", id[:2], id[2:])))
			if got := shown(l.audit()); !strings.HasPrefix(got, "deals/2025/ruifeng-radar/deal.yaml unproven audit/unreadable\nline audit/") {
				t.Errorf("%s lost, signed by %s: %s", path, key, got)
			}
			_, err := Make(t.Context(), Request{Repo: l.open(), Commit: l.names["b"], PR: l.pulls["b"], Version: "test"})
			wantKey(t, err)
			_, _, err = NextCheckpoint(t.Context(), l.options(), "test")
			wantKey(t, err)
		}
	}
}

func wantKey(t *testing.T, err error) {
	t.Helper()
	if e := (*Error)(nil); !errors.As(err, &e) || e.Key != "attest.rules-lost" {
		t.Errorf("got %v", err)
	}
}

// Whoever must put rules back is told just what to type.
func TestUnsoundRulesSayHowToRestore(t *testing.T) {
	l := newLab(t)
	l.base()
	begin := short(l.main.hash)
	l.land(landing{id: "k", kind: "push", by: "lin-xia", steps: []files{{"deals/allowed_signers+": "# mine\n", "deals/roster.yaml+": "\n"}}})
	l.land(landing{id: "b", kind: "rebase", by: "liu-yang", steps: []files{{"deals/2025/ruifeng-radar/deal.yaml": "customer: ruifeng\ntitle: 瑞丰\nproduct: 支架\n"}}})
	l.attest("b", "landing")
	r := l.audit()
	var why Reason
	for _, one := range r.Landed[len(r.Landed)-1].Reasons {
		if one.Rule == "audit/unsound-rules" {
			why = one
		}
	}
	for _, lang := range catalogue.Langs {
		fix := catalogue.Text(lang, why.Rule+".fix", why.Args)
		for _, want := range []string{"git restore --source=" + begin + " deals/roster.yaml", "git restore --source=" + begin + " deals/allowed_signers"} {
			if !strings.Contains(fix, want) {
				t.Errorf("%s lacks %q: %s", lang, want, fix)
			}
		}
		if strings.Contains(fix, "policy.yaml") {
			t.Errorf("%s: the policy is as it was: %s", lang, fix)
		}
	}
}
