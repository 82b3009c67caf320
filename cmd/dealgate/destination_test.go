package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/render/output"
)

// staged lists what git would take into the repository of a folder.
func staged(t *testing.T, dir string) []string {
	t.Helper()
	for _, args := range [][]string{{"init", "--quiet"}, {"add", "--all"}} {
		if out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	out, err := exec.Command("git", "-C", dir, "ls-files").Output()
	must(t, err)
	return strings.Fields(string(out))
}

// holds reports whether a file below a folder is listed.
func holds(names []string, folder string) bool {
	for _, name := range names {
		if strings.HasPrefix(name, folder) {
			return true
		}
	}
	return false
}

// Nobody's pay gets into git because somebody adds all that lies there.
func TestPagesStayOutOfGit(t *testing.T) {
	dir := aCompany().onDisk(t)
	dealgate(t, "render", dir).want(t, exitClean)
	dealgate(t, "render", dir, "--out", filepath.Join(dir, "pages")).want(t, exitClean)
	names := staged(t, dir)
	for folder, want := range map[string]bool{"deals/": true, "public/": false, "pages/site/": true, "pages/bonus/": false} {
		if holds(names, folder) != want {
			t.Errorf("git takes %s: %t", folder, !want)
		}
	}
	// The landing workflow makes a repository of each, and pushes that.
	for _, part := range []string{"site", "bonus"} {
		if names := staged(t, filepath.Join(dir, "public", part)); !holds(names, "index.html") {
			t.Errorf("git takes nothing of %s: %v", part, names)
		}
	}
}

// What somebody wrote into .gitignore himself stays, and no link is followed.
func TestAGitignoreThatIsThere(t *testing.T) {
	dir, precious := aCompany().onDisk(t), filepath.Join(t.TempDir(), "precious")
	name := filepath.Join(dir, "public", ".gitignore")
	put(t, name, "/bonus/\n")
	dealgate(t, "render", dir).want(t, exitClean)
	if data, err := os.ReadFile(name); err != nil || string(data) != "/bonus/\n" {
		t.Errorf("it says %q, %v", data, err)
	}
	link(t, precious, dir, "public/.gitignore")
	dealgate(t, "render", dir).want(t, exitClean)
	if _, err := os.Lstat(precious); err == nil {
		t.Error("a link was followed")
	}
}

// A new repository leaves pages out before any are made.
func TestInitLeavesPagesOut(t *testing.T) {
	dir := t.TempDir()
	dealgate(t, "init", dir, "--validator", exampleValidator).want(t, exitClean)
	put(t, filepath.Join(dir, "public", "bonus", "index.html"), "x")
	names := staged(t, dir)
	if !holds(names, ".gitignore") || !holds(names, "deals/") || holds(names, "public/") {
		t.Errorf("git takes %v", names)
	}
}

// What lies in .git is git's, in whatever way one gets there.
func TestNothingIsWrittenIntoGit(t *testing.T) {
	dir, _, _ := repo(t)
	hidden := t.TempDir()
	link(t, filepath.Join(dir, ".git"), hidden, "way")
	for _, out := range []string{filepath.Join(dir, ".git", "x"), filepath.Join(dir, ".git"), filepath.Join(dir, ".GIT", "x"), filepath.Join(hidden, "way", "x"), filepath.Join(hidden, ".git", "x")} {
		before := pages(t, dir)
		dealgate(t, "render", dir, "--out", out, "--lang", "en").want(t, exitFailed, "lies in .git")
		dealgate(t, "render", dir, "--out", out, "--lang", "zh").want(t, exitFailed, "位于 .git 之内")
		dealgate(t, "serve", dir, "--out", out, "--lang", "en").want(t, exitFailed, "lies in .git")
		dealgate(t, "bonus", dir, "--format", "json", "--output", filepath.Join(out, "config"), "--lang", "en").want(t, exitFailed, "lies in .git")
		same(t, before, pages(t, dir))
	}
	dealgate(t, "render", dir, "--out", filepath.Join(dir, ".github-pages")).want(t, exitClean)
}

// Two runs into one folder: the second is refused in words, and what the first
// writes is whole.
func TestRenderBesideAnotherRun(t *testing.T) {
	dir := aCompany().onDisk(t)
	dealgate(t, "render", dir).want(t, exitClean)
	before := pages(t, filepath.Join(dir, "public"))
	for _, part := range []string{"site", "bonus"} {
		other, err := output.Open(filepath.Join(dir, "public", part))
		must(t, err)
		dealgate(t, "render", dir, "--lang", "en").want(t, exitFailed, filepath.Join("public", part), "another run")
		dealgate(t, "render", dir, "--lang", "zh").want(t, exitFailed, "另一个 dealgate 进程")
		other.Release()
	}
	same(t, before, pages(t, filepath.Join(dir, "public")))
	dealgate(t, "render", dir).want(t, exitClean)
}

// What serve could not write is no lock that it holds against itself.
func TestServingGoesOnAfterAFailure(t *testing.T) {
	c := aChangingCompany(t)
	c.sites()
	at := filepath.Join(c.goes.out, "site", "en", "index.html")
	must(t, os.Remove(at))
	put(t, filepath.Join(at, "in-the-way"), "x")
	c.set(leadFile, c.files[leadFile]+"note: 一个改动\n")
	if err := c.goes.again(c.command()); err == nil || !strings.Contains(err.Error(), "cannot be written") {
		t.Fatalf("a folder in the way of a page: %v", err)
	}
	must(t, os.RemoveAll(at))
	must(t, c.goes.again(c.command()))
	wholePages(t, filepath.Join(c.goes.out, "site"))
}

// Pages of a run that was killed go away with the next, and a page that was
// emptied is made again.
func TestRenderMendsWhatLiesThere(t *testing.T) {
	dir := aCompany().onDisk(t)
	dealgate(t, "render", dir).want(t, exitClean)
	site := filepath.Join(dir, "public", "site")
	before := pages(t, site)
	put(t, filepath.Join(site, ".dealgate-journal"), "zh/pipeline-improving.html\n")
	put(t, filepath.Join(site, "zh", "pipeline-improving.html"), "x")
	emptied := filepath.Join(site, "index.html")
	info, err := os.Stat(emptied)
	must(t, err)
	must(t, os.Truncate(emptied, 0))
	must(t, os.Chtimes(emptied, info.ModTime(), info.ModTime()))
	dealgate(t, "render", dir).want(t, exitClean)
	same(t, before, pages(t, site))
}

// What the system refuses is told of the file that was to be written.
func TestWhatCannotBeWritten(t *testing.T) {
	dir := aCompany().onDisk(t)
	put(t, filepath.Join(dir, "file"), "x")
	for _, args := range [][]string{
		{"render", dir, "--out", filepath.Join(dir, "file", "x")},
		{"bonus", dir, "--format", "json", "--output", filepath.Join(dir, "none", "x.json")},
		{"bonus", dir, "--format", "html", "--output", filepath.Join(dir, "file", "x")},
	} {
		for lang, says := range map[string]string{"en": "cannot be written", "zh": "无法写入"} {
			o := dealgate(t, append(args, "--lang", lang)...)
			o.want(t, exitFailed, says)
			if strings.Contains(o.err, "cannot be read") || strings.Contains(o.err, "无法读取") {
				t.Errorf("%v tells of reading: %s", args, o.err)
			}
		}
	}
}
