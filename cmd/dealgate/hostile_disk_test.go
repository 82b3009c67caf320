package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func correction(what, rest string) string {
	return by + "corrects: " + what + "\nreason: 录入有误\n" + rest
}

// A correction reaches nothing but the facts of its own deal, once each.
func TestHostileCorrections(t *testing.T) {
	const (
		a     = dealDir + "2026-01-21-correct-a.yaml"
		b     = dealDir + "2026-01-21-correct-b.yaml"
		other = "deals/2026/hengtai-zwei/"
	)
	for name, c := range map[string]struct {
		files []string
		says  []string
	}{
		"of each other": {[]string{a, correction("2026-01-21-correct-b.yaml", "action: void\n"), b, correction("2026-01-21-correct-a.yaml", "action: void\n")},
			[]string{a + ":2:11", b + ":2:11", "[correct/of-a-correction"}},
		"of itself":          {[]string{a, correction("2026-01-21-correct-a.yaml", "action: void\n")}, []string{a + ":2:11", "[correct/of-a-correction"}},
		"of another deal":    {[]string{a, correction("../hengtai-zwei/2026-01-12-lead.yaml", "action: void\n")}, []string{a + ":2:11", "[correct/no-such-file"}},
		"of the customer":    {[]string{a, correction("../../customers/hengtai/customer.yaml", "action: void\n")}, []string{a + ":2:11", "[correct/no-such-file"}},
		"of the policy":      {[]string{a, correction("../../policy.yaml", "action: void\n")}, []string{a + ":2:11", "[correct/no-such-file"}},
		"out of the tree":    {[]string{a, correction("../../../../../etc/passwd.yaml", "action: void\n")}, []string{a + ":2:11", "[correct/no-such-file"}},
		"absolute":           {[]string{a, correction("/"+leadFile, "action: void\n")}, []string{a + ":2:11", "[correct/no-such-file"}},
		"of the header":      {[]string{a, correction("deal.yaml", "action: void\n")}, []string{a + ":2:11", "[correct/no-such-file"}},
		"of what is void":    {[]string{a, correction("2026-01-20-qualify.yaml", "action: void\n"), b, correction("2026-01-20-qualify.yaml", "action: void\n")}, []string{b + ":2:11", "[correct/already-void"}},
		"without fields":     {[]string{a, correction("2026-01-12-lead.yaml", "action: replace\n")}, []string{a + ":2:11", "[correct/nothing-replaced"}},
		"void with fields":   {[]string{a, correction("2026-01-20-qualify.yaml", "action: void\nwith: {reason: x}\n")}, []string{a + ":5:", "[correct/void-with-fields"}},
		"unknown field":      {[]string{a, correction("2026-01-12-lead.yaml", "action: replace\nwith:\n  sourse: 网站\n")}, []string{a + ":6:3", "[schema/unknown-key"}},
		"wrong type":         {[]string{a, correction("2026-01-12-lead.yaml", "action: replace\nwith:\n  source: [网站]\n")}, []string{a + ":6:11", "[schema/wrong-type"}},
		"null":               {[]string{a, correction("2026-01-12-lead.yaml", "action: replace\nwith:\n  source: ~\n")}, []string{a + ":6:", "[schema/"}},
		"with a list":        {[]string{a, correction("2026-01-12-lead.yaml", "action: replace\nwith: [a]\n")}, []string{a + ":5:", "[schema/"}},
		"with nothing":       {[]string{a, correction("2026-01-12-lead.yaml", "action: replace\nwith: {}\n")}, []string{a + ":", "[correct/nothing-replaced"}},
		"earlier":            {[]string{dealDir + "2026-01-13-correct.yaml", correction("2026-01-20-qualify.yaml", "action: void\n")}, []string{"2026-01-13-correct.yaml:2:11", "[correct/before-its-file"}},
		"of a broken file":   {[]string{qualifyFile, "x: [", a, correction("2026-01-20-qualify.yaml", "action: void\n")}, []string{qualifyFile + ":1:4", a + ":2:11"}},
		"number, not a name": {[]string{a, correction("5", "action: void\n")}, []string{a + ":2:11", "[schema/"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := aCompany().with(other+"deal.yaml", "customer: hengtai\ntitle: 二\nproduct: 线束\n", other+"2026-01-12-lead.yaml", aCompany()[leadFile]).with(c.files...).onDisk(t)
			dealgate(t, "validate", dir, "--lang", "en").want(t, exitFindings, c.says...)
			dealgate(t, "validate", dir, "--lang", "zh").want(t, exitFindings, c.says...)
		})
	}
}

// link puts a symbolic link into a folder, where the system has them.
func link(t *testing.T, target, dir, name string) {
	t.Helper()
	at := filepath.Join(dir, filepath.FromSlash(name))
	must(t, os.MkdirAll(filepath.Dir(at), 0o755))
	must(t, os.RemoveAll(at))
	if err := os.Symlink(target, at); err != nil {
		t.Skip("no symbolic links here:", err)
	}
}

// Links are reported and never followed, in the tree or out of it.
func TestLinks(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.yaml")
	put(t, secret, by+"source: 机密\n")
	for name, where := range map[string]string{
		"fact": leadFile, "header": dealFile, "customer": headerFile, "policy": policyFile, "roster": rosterFile,
		"evidence": formFile, "evidence folder": dealDir + "evidence", "deal": "deals/2026/hengtai-harness", "customer folder": "deals/customers/hengtai",
		"customers": "deals/customers", "year": "deals/2026", "new": "deals/x",
	} {
		for kind, target := range map[string]string{"out": secret, "folder": filepath.Dir(secret), "dangling": "nowhere", "loop": filepath.Base(where), "up": "../../.."} {
			t.Run(name+" "+kind, func(t *testing.T) {
				dir := aCompany().onDisk(t)
				link(t, target, dir, where)
				o := dealgate(t, "validate", dir)
				o.want(t, exitFindings, where, "[layout/symlink]")
				if strings.Contains(o.out, "机密") {
					t.Error("the link was followed")
				}
			})
		}
	}
	dir := t.TempDir()
	link(t, aCompany().onDisk(t)+"/deals", dir, "deals")
	dealgate(t, "validate", dir).want(t, exitFailed, "链接")
	dealgate(t, "validate", dir, "--lang", "en").want(t, exitFailed, "is a link")
}

// A whole company behind a link to its folder is fine: the caller named it.
func TestTheCallersOwnLink(t *testing.T) {
	dir := t.TempDir()
	link(t, aCompany().onDisk(t), dir, "company")
	dealgate(t, "validate", filepath.Join(dir, "company")).want(t, exitClean)
}

func TestFilesInTheWay(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "deals"), "x")
	dealgate(t, "validate", dir, "--lang", "en").want(t, exitFailed, "there is no folder deals/")
	dealgate(t, "validate", filepath.Join(dir, "deals"), "--lang", "en").want(t, exitFailed, "there is no folder deals/")
	dealgate(t, "validate", filepath.Join(dir, "nowhere"), "--lang", "zh").want(t, exitFailed, "无法打开文件夹")

	empty := t.TempDir()
	must(t, os.Mkdir(filepath.Join(empty, "deals"), 0o755))
	dealgate(t, "validate", empty, "--lang", "en").want(t, exitFindings, policyFile, rosterFile, "[layout/missing-registry]")
	for _, cmd := range []string{"status", "render"} {
		t.Chdir(empty)
		dealgate(t, cmd, "--lang", "en").want(t, exitFailed, "policy.yaml or roster.yaml cannot be read")
	}

	none := aCompany().without("deals/2026", "deals/customers").onDisk(t)
	dealgate(t, "validate", none).want(t, exitClean)
}

func TestUnreadableFiles(t *testing.T) {
	for _, name := range []string{leadFile, policyFile, formFile, dealDir + "evidence", "deals/2026", "deals/customers/hengtai"} {
		dir := aCompany().onDisk(t)
		at := filepath.Join(dir, filepath.FromSlash(name))
		must(t, os.Chmod(at, 0))
		t.Cleanup(func() { os.Chmod(at, 0o755) })
		if _, err := os.ReadDir(at); err == nil {
			t.Skip("this user may read everything")
		}
		if _, err := os.ReadFile(at); err == nil {
			t.Skip("this user may read everything")
		}
		dealgate(t, "validate", dir, "--lang", "en").want(t, exitFindings, name, "/unreadable]")
	}
	dir := aCompany().onDisk(t)
	must(t, os.Chmod(filepath.Join(dir, "deals"), 0))
	dealgate(t, "validate", dir).want(t, exitFailed)
	must(t, os.Chmod(filepath.Join(dir, "deals"), 0o755))
}

// Many files that are no facts cost no more than reading their names.
func TestManyFiles(t *testing.T) {
	tr := aCompany()
	for i := range 500 {
		tr[fmt.Sprintf("%sjunk-%d.txt", dealDir, i)] = ""
		tr[fmt.Sprintf("%s2026-01-21-qualifi-%d.yaml", dealDir, i)] = ""
	}
	dealgate(t, "validate", tr.onDisk(t), "--lang", "en").want(t, exitFindings, "[layout/unknown-step]", "[layout/not-yaml]", "1000 errors")
}

// Many facts that all want to go first are no trap either.
func TestManyFacts(t *testing.T) {
	tr := aCompany()
	for i := range 300 {
		tr[fmt.Sprintf("%s2026-01-20-qualify-%d.yaml", dealDir, i)] = aCompany()[qualifyFile]
	}
	dealgate(t, "validate", tr.onDisk(t)).want(t, exitFindings)
}

// Long lists of unknown names are compared with a long roster in bounded time.
func TestManyUnknownPeople(t *testing.T) {
	var people, targets strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&people, "  person-number-%d-of-the-roster: {name: 某某%d, roles: [{role: marketing, from: 2020-01-01}]}\n", i, i)
	}
	for i := range 500 {
		fmt.Fprintf(&targets, "  - {person: unknown-person-%d-who-is-not-there, share: 1/500}\n", i)
	}
	tr := aCompany()
	tr[rosterFile] += people.String()
	for i := range 2 {
		tr[fmt.Sprintf("%sterms/2026-01-2%d-reward-%d.yaml", dealDir, i, i)] = by + "milestone: lead\namount: 1000\nshares:\n" + targets.String()
	}
	dealgate(t, "validate", tr.onDisk(t)).want(t, exitFindings)
}
