package main

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/value"
)

// A new company's repository validates, and its CODEOWNERS is up to date,
// without a question where nobody could answer.
func TestInit(t *testing.T) {
	for _, forge := range []string{"github", "gitea"} {
		for _, language := range []string{"zh-CN", "en"} {
			dir := filepath.Join(t.TempDir(), "new", "deals")
			dealgate(t, "init", dir, "--forge", forge, "--validator", exampleValidator, "--language", language, "--date", "2026-11-23",
				"--company", "恒川电气", "--repository", "hengchuan/deals", "--gm", "林国栋/lin-guodong/2", "--finance", "叶慧/ye-hui/3",
			).want(t, exitClean, dir)
			dealgate(t, "validate", dir).want(t, exitClean)
			dealgate(t, "codeowners", dir, "--check").want(t, exitClean, "."+forge+"/CODEOWNERS")
			dealgate(t, "render", dir, "--as-of", "2026-12-01").want(t, exitClean)
			owners, err := os.ReadFile(filepath.Join(dir, "."+forge, "CODEOWNERS"))
			must(t, err)
			if !strings.Contains(string(owners), "@lin-guodong") {
				t.Errorf("nobody is asked for a review:\n%s", owners)
			}
		}
	}
}

// Where the examples stay, it is said that nobody can approve yet.
func TestInitSaysWhatIsMissing(t *testing.T) {
	dealgate(t, "init", t.TempDir(), "--lang", "en", "--validator", exampleValidator).want(t, exitClean, "no general manager has an account", "nobody signs yet")
	dealgate(t, "init", t.TempDir(), "--lang", "zh-CN", "--approvals", "none", "--validator", "x.example/y@v1.0.0").want(t, exitClean, "已写入")
}

// Nothing of anybody else's is overwritten; a fresh clone is no reason to
// refuse.
func TestInitRefuses(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, ".git", "HEAD"), "ref: refs/heads/main\n")
	dealgate(t, "init", dir, "--validator", exampleValidator).want(t, exitClean)
	for _, c := range []struct{ args, says string }{
		{dir, "is not empty"},
		{filepath.Join(dir, "README.md"), "cannot be written"},
		{t.TempDir() + " --forge gitlab", "there is no forge gitlab"},
		{t.TempDir() + " --gm Lin", "does not describe a person"},
		{t.TempDir() + " --language fr", "is not known"},
		{t.TempDir() + " --date today", "is not a day"},
		{t.TempDir() + " --validator x@latest", "--validator does not take"},
		{t.TempDir() + " --forge gitea --url http://git.example.com", "is not encrypted"},
		{t.TempDir() + " --key " + filepath.Join(dir, "README.md"), "is there already"},
		{"", "0 arguments"},
	} {
		dealgate(t, append([]string{"init", "--lang", "en", "--validator", exampleValidator}, strings.Fields(c.args)...)...).want(t, exitFailed, c.says)
	}
}

// What cannot be installed by a workflow is not named in one.
func TestInitWantsAVersion(t *testing.T) {
	dir := t.TempDir()
	dealgate(t, "init", dir, "--lang", "en").want(t, exitFailed, "--validator")
	if _, err := os.Stat(filepath.Join(dir, "README.md")); err == nil {
		t.Error("a repository was written")
	}
	dealgate(t, "init", dir, "--lang", "en", "--validator", validatorPath+"@v0.0.0-20261125083749-0123456789ab").want(t, exitClean)
}

// The first key goes into the secret at once. Where one counts today, the next
// lands first: only the old one can sign the statement that brings it.
func TestKeygenSaysWhatComesFirst(t *testing.T) {
	keys := t.TempDir()
	for name, c := range map[string]struct{ says, not string }{
		"":    {"store its whole text", "land the pull request"},
		"old": {"land the pull request with deals/allowed_signers first", "store its whole text"},
	} {
		dir := filepath.Join(t.TempDir(), "deals")
		args := []string{"init", dir, "--lang", "en", "--validator", exampleValidator}
		if name != "" {
			args = append(args, "--key", filepath.Join(keys, name))
		}
		dealgate(t, args...).want(t, exitClean)
		company{t, dir}.begin("2026-11-20")
		o := dealgate(t, "attest", "keygen", filepath.Join(keys, name+"next"), dir, "--lang", "en")
		o.want(t, exitClean, c.says)
		if strings.Contains(o.out, c.not) {
			t.Errorf("it says %q too:\n%s", c.not, o.out)
		}
	}
}

// The landing workflow gets a key: the private part lies outside of the
// repository for its owner alone, the public one is allowed for a time.
func TestKeygen(t *testing.T) {
	dir, keys := filepath.Join(t.TempDir(), "deals"), t.TempDir()
	first, second := filepath.Join(keys, "first"), filepath.Join(keys, "second")
	dealgate(t, "init", dir, "--lang", "en", "--date", "2026-11-23", "--validator", exampleValidator, "--key", first).want(t, exitClean, "DEALGATE_SIGNING_KEY", "2028-11-23")
	dealgate(t, "attest", "keygen", second, dir, "--lang", "en", "--from", "2028-11-01", "--to", "2030-11-01").want(t, exitClean, "2028-11-01 to 2030-11-01", "deals/allowed_signers")
	for _, file := range []string{first, second} {
		info, err := os.Stat(file)
		must(t, err)
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others can read %s: %v", file, info.Mode())
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "deals", "allowed_signers"))
	must(t, err)
	if lines := strings.Count(string(text), "\n"); lines != 2 || strings.Contains(string(text), "PRIVATE") {
		t.Errorf("allowed are:\n%s", text)
	}
	dealgate(t, "validate", dir).want(t, exitClean)
	for _, c := range []struct{ args, says string }{
		{first + " " + dir, "is there already"},
		{filepath.Join(dir, "deals", "key") + " " + dir, "lies in the repository"},
		{filepath.Join(keys, "third") + " " + dir + " --from 2028-01-01 --to 2027-01-01", "never may"},
		{filepath.Join(keys, "third") + " " + keys, "deals"},
	} {
		dealgate(t, append([]string{"attest", "keygen", "--lang", "en"}, strings.Fields(c.args)...)...).want(t, exitFailed, c.says)
	}
	if _, err := os.Stat(filepath.Join(keys, "third")); err == nil {
		t.Error("a key was left behind")
	}
}

// A change of people makes CODEOWNERS out of date, which is found and mended.
func TestCodeowners(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deals")
	dealgate(t, "init", dir, "--date", "2026-11-23", "--gm", "Lin/lin/2", "--validator", exampleValidator).want(t, exitClean)
	roster := filepath.Join(dir, "deals", "roster.yaml")
	text, err := os.ReadFile(roster)
	must(t, err)
	put(t, roster, strings.ReplaceAll(string(text), "login: lin", "login: lin2"))
	dealgate(t, "codeowners", dir, "--check", "--lang", "en").want(t, exitFindings, "out of date")
	dealgate(t, "codeowners", dir, "--lang", "en").want(t, exitClean, "written")
	dealgate(t, "codeowners", dir, "--check", "--lang", "en").want(t, exitClean, "up to date")
	dealgate(t, "codeowners", dir, "--forge", "gitlab").want(t, exitFailed)
	put(t, roster, "people: 1\n")
	dealgate(t, "codeowners", dir, "--lang", "en").want(t, exitFailed, "cannot be read")
	dealgate(t, "codeowners", aCompany().onDisk(t), "--lang", "en").want(t, exitFailed, "--forge")
}

// A workflow learns which pull requests a commit heads and what to fetch for
// them.
func TestPulls(t *testing.T) {
	a, b := strings.Repeat("a", 40), strings.Repeat("b", 40)
	file := filepath.Join(t.TempDir(), "reviews.json")
	put(t, file, `{"version": 1, "host": "git.example.com", "pull_requests": [{
  "number": 7, "state": "open", "base": {"ref": "main"}, "head": {"commit": "`+a+`"}, "author": {"id": 1, "login": "x"},
  "reviews": [
    {"id": "1", "state": "approved", "author": {"id": 2, "login": "y"}, "commit": "`+b+`", "submitted": "2026-01-02T03:04:05Z"},
    {"id": "2", "state": "commented", "author": {"id": 2, "login": "y"}, "commit": "`+b+`", "submitted": "2026-01-03T03:04:05Z"}]}]}`)
	for _, args := range [][]string{{"--head", a}, {"--pr", "7"}, {"--open"}} {
		o := dealgate(t, append([]string{"pulls", "--forge", "file", "--url", file}, args...)...)
		if o.want(t, exitClean); o.out != "7\tmain\t"+a+"\t"+b+"\n" {
			t.Errorf("%v: %q", args, o.out)
		}
	}
	if o := dealgate(t, "pulls", "--forge", "file", "--url", file, "--head", b); o.code != exitClean || o.out != "" {
		t.Errorf("another commit has pull requests: %q", o.out)
	}
	for _, args := range [][]string{{}, {"--head", a, "--pr", "7"}, {"--head", a, "--open"}, {"--pr", "8"}, {"--head", "main"}} {
		dealgate(t, append([]string{"pulls", "--forge", "file", "--url", file}, args...)...).want(t, exitFailed)
	}
	dealgate(t, "pulls", "--pr", "7").want(t, exitFailed)
}

// A newcomer at a terminal is asked in his language, and again at once when an
// answer cannot be used.
func TestInitAsks(t *testing.T) {
	for language, says := range map[string][]string{
		"en":    {"A few questions", "Name of the company [Example Manufacturing Ltd.]: ", "there is no forge gitlab", "https://git.acme.example/api/v1/users/LOGIN", "Who acts as general manager: ", "does not describe a person", "is that of"},
		"zh-CN": {"以下是几个关于公司的问题", "公司名称 [示例制造有限公司]：", "没有名为 gitlab 的平台", "https://git.acme.example/api/v1/users/LOGIN", "总经理由谁担任：", "不能作为总经理", "的账号相同"},
	} {
		var out strings.Builder
		answers := strings.Join([]string{"fr", language, "gitlab", "gitea", "Acme", "https://git.acme.example", "deals", "acme/deals", "Lin", "Lin/lin/2", "Shen/shen/2", "Shen/shen/3", "", "", ""}, "\n")
		cmd := newInit()
		cmd.Flags().String("lang", "", "")
		f := initFlags{people: map[string]*[]string{}}
		for _, role := range schema.Roles {
			f.people[role] = new([]string)
		}
		f.Forge, f.Branch, f.Approvals, f.Runner, f.Validator, f.Lang, f.Date = "github", "main", "reviews", "ubuntu-latest", exampleValidator, catalogue.EN, value.MustDay("2026-11-23")
		f.ask(cmd, &questions{in: bufio.NewScanner(strings.NewReader(answers)), out: &out, l: f.Lang})
		for _, s := range says {
			if !strings.Contains(out.String(), s) {
				t.Errorf("%s: nobody says %q:\n%s", language, s, out.String())
			}
		}
		if f.Forge != "gitea" || f.Company != "Acme" || f.Repository != "acme/deals" || len(f.People) != 2 || string(f.Lang) != language {
			t.Errorf("%s: got %+v", language, f.Options)
		}
	}
}
