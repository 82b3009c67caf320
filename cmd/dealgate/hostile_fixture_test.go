package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Paths of the small company that the hostile cases start from.
const (
	policyFile  = "deals/policy.yaml"
	rosterFile  = "deals/roster.yaml"
	headerFile  = "deals/customers/hengtai/customer.yaml"
	dealDir     = "deals/2026/hengtai-harness/"
	dealFile    = dealDir + "deal.yaml"
	leadFile    = dealDir + "2026-01-12-lead.yaml"
	qualifyFile = dealDir + "2026-01-20-qualify.yaml"
	formFile    = dealDir + "evidence/customer-form.md"
)

// tree is a set of files by slash-separated path.
type tree map[string]string

// aCompany is a small company in which nothing is wrong.
func aCompany() tree {
	return tree{
		policyFile:  "company: 华东线束\nrepository: huadong\nworkflow: 1\napprovals: none\nlanguage: en\n",
		rosterFile:  "teams:\n  east: {name: 华东组, from: 2020-01-01}\npeople:\n  zhao-min:\n    name: 赵敏\n    roles: [{role: marketing, from: 2020-01-01}]\n    teams: [{team: east, from: 2020-01-01}]\n",
		headerFile:  "name: 恒泰汽车零部件有限公司\n",
		dealFile:    "customer: hengtai\ntitle: 恒泰线束\nproduct: 线束\n",
		leadFile:    "by: zhao-min\nsource: 展会\n",
		qualifyFile: "by: zhao-min\nverdict: worth-developing\nreason: 年需求 12 万套，符合发展战略\nevidence: [customer-form.md]\n",
		formFile:    "# 客户登记表\n",
	}
}

// with returns a copy with further files, given as path, content, path, …
func (tr tree) with(pairs ...string) tree {
	out := maps.Clone(tr)
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

// without returns a copy that lacks everything at or below some paths.
func (tr tree) without(paths ...string) tree {
	out := maps.Clone(tr)
	for _, p := range paths {
		maps.DeleteFunc(out, func(name, _ string) bool { return name == p || strings.HasPrefix(name, p+"/") })
	}
	return out
}

// onDisk writes the files into a new folder.
func (tr tree) onDisk(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range tr {
		put(t, filepath.Join(dir, filepath.FromSlash(name)), content)
	}
	return dir
}

func put(t testing.TB, name, content string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(name), 0o755))
	must(t, os.WriteFile(name, []byte(content), 0o644))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// outcome is what a command did.
type outcome struct {
	code     int
	out, err string
}

// unfinished finds what no user should see: a panic, or words that lack a
// part.
var unfinished = regexp.MustCompile(`goroutine \d+ \[|panic:|runtime error|%!|⟨[a-z/.-]+⟩|\{[a-z]+\}`)

// dealgate runs a command and holds it to the contract of every run: an exit
// code of three, a worded error exactly when it could not run, no stack.
func dealgate(t testing.TB, args ...string) outcome {
	t.Helper()
	var out, err bytes.Buffer
	o := outcome{code: run(args, &out, &err)}
	o.out, o.err = out.String(), err.String()
	if o.code < exitClean || o.code > exitFailed {
		t.Errorf("%q ends with exit code %d", args, o.code)
	}
	if m := unfinished.FindString(o.out + o.err); m != "" {
		t.Errorf("%q shows %q:\n%s%s", args, m, clipped(o.out), clipped(o.err))
	}
	if said := strings.HasPrefix(o.err, "dealgate: ") || strings.Contains(o.err, "\ndealgate: "); said != (o.code == exitFailed) {
		t.Errorf("%q ends with exit code %d and says %q", args, o.code, clipped(o.err))
	}
	return o
}

func clipped(s string) string { return s[:min(len(s), 2000)] }

// want fails unless the command ended with this code and says all of this.
func (o outcome) want(t testing.TB, code int, says ...string) {
	t.Helper()
	if o.code != code {
		t.Errorf("exit code %d, want %d\n%s%s", o.code, code, clipped(o.out), clipped(o.err))
	}
	for _, s := range says {
		if !strings.Contains(o.out+o.err, s) {
			t.Errorf("nothing says %q:\n%s%s", s, clipped(o.out), clipped(o.err))
		}
	}
}

func TestTheSmallCompanyIsClean(t *testing.T) {
	dir := aCompany().onDisk(t)
	dealgate(t, "validate", dir).want(t, exitClean, "6 files and 1 deal checked, nothing found")
	dealgate(t, "validate", filepath.Join(dir, "deals")).want(t, exitClean)
	dealgate(t, "validate", dir, "--lang", "zh").want(t, exitClean, "全部正常")
}
