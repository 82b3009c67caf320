package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pages reads every file below a folder.
func pages(t testing.TB, dir string) tree {
	t.Helper()
	tr := tree{}
	must(t, fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		tr[name] = string(data)
		return err
	}))
	return tr
}

func TestRender(t *testing.T) {
	dir, _, first := repo(t)
	dealgate(t, "render", dir).want(t, exitClean, "1 deal in 6 files", first[:10], filepath.Join(dir, "public", "site", "index.html"))
	before := pages(t, dir)
	if before["public/site/index.html"] == "" || before["public/bonus/index.html"] == "" {
		t.Fatal("the first pages are missing")
	}
	// What was written is not read back, and writing again changes nothing.
	dealgate(t, "validate", dir).want(t, exitClean, "6 files and 1 deal")
	again := dealgate(t, "render", dir)
	again.want(t, exitClean, "1 deal in 6 files")
	if strings.Count(again.out, ", 0 of them new or changed") != 2 {
		t.Errorf("the second run says something else:\n%s", again.out)
	}
	for name, content := range pages(t, dir) {
		if before[name] != content {
			t.Errorf("%s is not the same after the second run", name)
		}
	}
}

// foreignMarkup finds markup that came from a file.
var foreignMarkup = regexp.MustCompile(`<script>alert|<img src=x|href="javascript`)

// aHostileCompany says in every text that it may what no page may do.
func aHostileCompany() tree {
	const s = `'</title></td>"><script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))'`
	tr := aCompany()
	tr[policyFile] = strings.Replace(tr[policyFile], "华东线束", s, 1)
	tr[headerFile] = "name: " + s + "\naliases: [" + s + "]\nregion: " + s + "\n"
	tr[dealFile] = "customer: hengtai\ntitle: " + s + "\nproduct: " + strings.Repeat("W", 100_000) + "\n"
	tr[leadFile] = by + "source: " + s + "\nnote: \"\\u202eevil\\u2066\"\nwrong: " + s + "\n"
	tr[qualifyFile] = strings.Replace(tr[qualifyFile], "年需求 12 万套，符合发展战略", s, 1)
	tr[formFile] = "<script>alert(1)</script>\n"
	tr[rosterFile] = strings.ReplaceAll(tr[rosterFile], "赵敏", s)
	return tr
}

// aLongWindedCompany is valid, and says everything in one long word: the address
// of a shared folder pasted as a title, say. Its author in git does so as well.
func aLongWindedCompany(t testing.TB) string {
	word := strings.Repeat("Netdisk", 60)
	tr := aCompany()
	tr[policyFile] = strings.Replace(tr[policyFile], "华东线束", word, 1)
	tr[headerFile] = "name: " + word + "\naliases: [" + word + "]\nregion: " + word + "\n"
	tr[dealFile] = "customer: hengtai\ntitle: " + word + "\nproduct: " + word + "\nexpected: 1200000\n"
	tr[leadFile] = by + "source: " + word + "\nnote: " + word + "\n"
	tr[qualifyFile] = strings.Replace(tr[qualifyFile], "年需求 12 万套，符合发展战略", word, 1)
	tr[formFile] = "# " + word + "\n\n" + word + "\n"
	tr[rosterFile] = strings.NewReplacer("赵敏", word, "华东组", word).Replace(tr[rosterFile])
	dir := tr.onDisk(t)
	r := newRepository(t, dir)
	who := word + " <zhao@example.com> 1770000000 +0800"
	r.branch("main", r.object("commit", "tree "+r.tree(tr)+"\nauthor "+who+"\ncommitter "+who+"\n\n"+word+"\n"))
	return dir
}

func TestRenderKeepsMarkupHarmless(t *testing.T) {
	dir := aHostileCompany().onDisk(t)
	dealgate(t, "render", dir).want(t, exitFindings)
	for name, content := range pages(t, filepath.Join(dir, "public")) {
		if m := foreignMarkup.FindString(content); m != "" && strings.HasSuffix(name, ".html") {
			t.Errorf("%s holds %q", name, m)
		}
	}
}

// Invalid deals are shown; without rules nothing is written at all.
func TestRenderOfBrokenFiles(t *testing.T) {
	dir := aCompany().onDisk(t)
	dealgate(t, "render", dir).want(t, exitClean)
	before := pages(t, filepath.Join(dir, "public"))
	for name, content := range map[string]string{policyFile: "x: [\n", rosterFile: "", "workflow": ""} {
		tr := aCompany().with(name, content)
		if name == "workflow" {
			tr = aCompany().with(policyFile, strings.Replace(aCompany()[policyFile], "workflow: 1", "workflow: 999", 1))
		}
		for file, text := range tr {
			put(t, filepath.Join(dir, filepath.FromSlash(file)), text)
		}
		dealgate(t, "render", dir, "--lang", "en").want(t, exitFailed, "policy.yaml or roster.yaml cannot be read")
		same(t, before, pages(t, filepath.Join(dir, "public")))
	}
	put(t, filepath.Join(dir, filepath.FromSlash(leadFile)), "x: [\n")
	for _, file := range []string{policyFile, rosterFile} {
		put(t, filepath.Join(dir, filepath.FromSlash(file)), aCompany()[file])
	}
	dealgate(t, "render", dir, "--lang", "en").want(t, exitFindings, leadFile+":1:4", "1 invalid")
	wholePages(t, filepath.Join(dir, "public", "site"))
	wholePages(t, filepath.Join(dir, "public", "bonus"))
}

func same(t *testing.T, before, after tree) {
	t.Helper()
	if len(before) != len(after) {
		t.Errorf("%d files became %d", len(before), len(after))
	}
	for name, content := range before {
		if after[name] != content {
			t.Errorf("%s has changed", name)
		}
	}
}

// wholePages holds a folder against its manifest: every file is there, as listed.
func wholePages(t *testing.T, dir string) {
	t.Helper()
	there := pages(t, dir)
	listed := 0
	for line := range strings.Lines(there["manifest.txt"]) {
		about, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok {
			continue
		}
		digest, _, _ := strings.Cut(about, " ")
		listed++
		if sum := sha256.Sum256([]byte(there[name])); hex.EncodeToString(sum[:]) != digest {
			t.Errorf("%s is not what the manifest says", name)
		}
	}
	if listed == 0 || listed != len(there)-1 {
		t.Errorf("%s: the manifest lists %d of %d files", dir, listed, len(there)-1)
	}
}

// Nothing is written where it could do harm.
func TestRenderRefuses(t *testing.T) {
	foreign := t.TempDir()
	put(t, filepath.Join(foreign, "site", "thesis.doc"), "x")
	listing := t.TempDir()
	put(t, filepath.Join(listing, "bonus", "manifest.txt"), "0123  thesis.doc\n")
	put(t, filepath.Join(listing, "bonus", "thesis.doc"), "x")
	nested := t.TempDir()
	put(t, filepath.Join(nested, "site", "photos", "a.jpg"), "x")
	file := filepath.Join(t.TempDir(), "file")
	put(t, file, "x")

	dir := aCompany().onDisk(t)
	for out, says := range map[string]string{
		foreign: "thesis.doc", listing: "manifest.txt", nested: "photos", file: "file",
		filepath.Join(dir, "deals"): "lies in deals/", filepath.Join(dir, "deals", "2026", "x"): "lies in deals/",
	} {
		before := pages(t, filepath.Dir(dir))
		dealgate(t, "render", dir, "--out", out, "--lang", "en").want(t, exitFailed, says)
		dealgate(t, "render", dir, "--out", out, "--lang", "zh").want(t, exitFailed)
		same(t, before, pages(t, filepath.Dir(dir)))
	}
	for _, f := range []string{filepath.Join(foreign, "site", "thesis.doc"), filepath.Join(listing, "bonus", "thesis.doc"), filepath.Join(nested, "site", "photos", "a.jpg")} {
		if data, err := os.ReadFile(f); err != nil || string(data) != "x" {
			t.Errorf("%s was touched: %q, %v", f, data, err)
		}
	}
	if _, err := os.Stat(filepath.Join(listing, "site", "index.html")); err == nil {
		t.Error("the site was written although the bonus report could not be")
	}
}

// No link leads a page out of public/.
func TestRenderFollowsNoLink(t *testing.T) {
	for _, at := range []string{"public", "public/site", "public/bonus", "public/site/index.html", "public/site/deals", "public/bonus/manifest.txt", "public/site/.dealgate-1"} {
		t.Run(at, func(t *testing.T) {
			outside := t.TempDir()
			dir := aCompany().onDisk(t)
			if at != "public" && strings.Count(at, "/") > 1 {
				dealgate(t, "render", dir).want(t, exitClean)
			}
			target := outside
			if filepath.Ext(at) != "" {
				target = filepath.Join(outside, "precious")
				put(t, target, "kept")
			}
			before := pages(t, outside)
			link(t, target, dir, at)
			dealgate(t, "render", dir, "--lang", "en")
			same(t, before, pages(t, outside))
		})
	}
	dir, hidden := aCompany().onDisk(t), t.TempDir()
	link(t, filepath.Join(dir, "deals"), hidden, "way")
	dealgate(t, "render", dir, "--out", filepath.Join(hidden, "way", "x"), "--lang", "en").want(t, exitFailed, "lies in deals/")
}

// A page that cannot be written leaves the manifest of the run before.
func TestRenderFailsInTheMiddle(t *testing.T) {
	dir := aCompany().onDisk(t)
	dealgate(t, "render", dir).want(t, exitClean)
	public := filepath.Join(dir, "public")
	before := pages(t, public)
	for name := range before {
		if !strings.HasPrefix(name, "site/") || !strings.Contains(name, "hengtai-harness") {
			continue
		}
		at := filepath.Join(public, filepath.FromSlash(name))
		must(t, os.Remove(at))
		must(t, os.MkdirAll(filepath.Join(at, "in-the-way"), 0o755))
		break
	}
	put(t, filepath.Join(dir, filepath.FromSlash(dealFile)), aCompany()[dealFile]+"expected: 9\n")
	dealgate(t, "render", dir).want(t, exitFailed)
	after := pages(t, public)
	for _, name := range []string{"site/manifest.txt", "bonus/manifest.txt"} {
		if after[name] != before[name] {
			t.Errorf("%s changed although the run failed", name)
		}
	}
	if after["site/index.html"] == "" {
		t.Error("the first page is gone")
	}
}

// A repository that cannot be read is no reason to say that nobody recorded
// anything.
func TestRenderOfBrokenRepositories(t *testing.T) {
	dir, r, first := repo(t)
	second := r.commit(aCompany().with("README.md", "x"), first)
	r.branch("main", second)
	dealgate(t, "render", dir).want(t, exitClean, second[:10])
	before := pages(t, filepath.Join(dir, "public"))

	r.file("shallow", second+"\n")
	dealgate(t, "render", dir, "--lang", "en").want(t, exitFailed, "shallow")
	must(t, os.Remove(filepath.Join(r.git, "shallow")))
	r.damage(first, "")
	dealgate(t, "render", dir, "--lang", "en").want(t, exitFailed, first)
	r.file("config", "[extensions]\n\tobjectFormat = sha256\n")
	dealgate(t, "render", dir, "--lang", "zh").want(t, exitFailed, "SHA-1")
	dealgate(t, "render", dir, "--lang", "en", "--as-of", "2026-01-31").want(t, exitFailed, "SHA-1")
	same(t, before, pages(t, filepath.Join(dir, "public")))

	must(t, os.RemoveAll(r.git))
	dealgate(t, "render", dir, "--lang", "en").want(t, exitClean, "no git history")
}
