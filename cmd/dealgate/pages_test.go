package main

import (
	"encoding/json"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// published renders companies as their readers find them: the sample, one that
// was just set up, one without a single deal, one of hostile texts, and one of
// long words. It returns the folder of each.
func published(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{"the sample": "../..", "a new company": t.TempDir(), "no deals": t.TempDir(), "hostile texts": aHostileCompany().onDisk(t), "long words": aLongWindedCompany(t)}
	for _, name := range []string{"a new company", "no deals"} {
		dealgate(t, "init", out[name], "--date", "2026-11-20", "--validator", "github.com/dealgate/dealgate/cmd/dealgate@v0.1.0").want(t, exitClean)
	}
	must(t, os.RemoveAll(filepath.Join(out["no deals"], "deals", "2026")))
	for name, dir := range out {
		out[name] = t.TempDir()
		want := exitClean
		if name == "hostile texts" {
			want = exitFindings
		}
		dealgate(t, "render", dir, "--out", out[name]).want(t, want)
	}
	return out
}

// samples are pages to look at closely: of each folder the smallest and the
// largest, and all that stand alone.
func samples(t *testing.T, dir string) []string {
	t.Helper()
	type file struct {
		name string
		size int64
	}
	folders := map[string][]file{}
	must(t, fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".html" || name == "site/index.html" || name == "bonus/index.html" { // those lead on at once
			return err
		}
		info, err := e.Info()
		folder := path.Dir(name)
		if strings.HasPrefix(path.Base(name), "pipeline-") { // one page for each stage
			folder += "/pipeline"
		}
		folders[folder] = append(folders[folder], file{name, info.Size()})
		return err
	}))
	var out []string
	for _, folder := range slices.Sorted(maps.Keys(folders)) {
		files := folders[folder]
		slices.SortFunc(files, func(a, b file) int { return int(a.size - b.size) })
		if strings.Count(folder, "/") > 1 && len(files) > 2 {
			files = []file{files[0], files[len(files)-1]}
		}
		for _, f := range files {
			out = append(out, f.name)
		}
	}
	if len(out) == 0 {
		t.Fatal("no page was written")
	}
	return out
}

// serving serves a folder, and nothing for the icon that a browser looks for
// by itself.
func serving(dir string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServerFS(os.DirFS(dir)))
	mux.HandleFunc("/favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return mux
}

func TestPagesInABrowser(t *testing.T) {
	b := newBrowser(t)
	for company, dir := range published(t) {
		b.looksAt(t, company, dir, samples(t, dir))
	}
}

// looksAt holds pages of a folder to what a browser and axe say of them.
func (b *browser) looksAt(t *testing.T, company, dir string, names []string) {
	t.Helper()
	server := httptest.NewServer(serving(dir))
	t.Cleanup(server.Close)
	for i, name := range names {
		on := screens[i%len(screens)]
		t.Run(company+"/"+name, func(t *testing.T) {
			below := server.URL
			if i%2 == 0 { // from a disk as well as from a server
				below = local(dir)
			}
			p := b.opens(t, below+"/"+name, on)
			p.isAccessible()
			p.stays(below)
			for _, on := range screens {
				p.does(chromedp.EmulateViewport(on.width, on.height))
				p.fits()
			}
		})
	}
}

// TestPagedListsInABrowser looks at the further pages of long lists, which only
// a large company has: one of each list of the site, one of a statement.
func TestPagedListsInABrowser(t *testing.T) {
	b := newBrowser(t)
	company, dir := t.TempDir(), t.TempDir()
	dealgate(t, "demo", company, "--deals", "700").want(t, exitClean)
	dealgate(t, "render", company, "--out", dir).want(t, exitClean)
	names := furtherPages(t, dir)
	b.looksAt(t, "a large company", dir, names)
	jar := needed(t, "DEALGATE_VNU", "the file vnu.jar (npm vnu-jar)")
	for i, name := range names {
		names[i] = filepath.Join(dir, name)
	}
	valid(t, jar, names...)
}

// furtherPages lists the second page of every list of the site, and of one
// statement of the bonus report in each language.
func furtherPages(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	seen := map[string]bool{} // folders; true where one page of it does
	must(t, fs.WalkDir(os.DirFS(dir), ".", func(name string, _ fs.DirEntry, err error) error {
		folder := path.Dir(name)
		if err != nil || !strings.HasSuffix(name, ".2.html") || seen[folder] {
			return err
		}
		seen[folder] = path.Base(folder) == "people"
		out = append(out, name)
		return nil
	}))
	if len(seen) < 4 {
		t.Fatalf("too few lists have a further page: %q", out)
	}
	return out
}

func TestPagesForTheW3C(t *testing.T) {
	jar := needed(t, "DEALGATE_VNU", "the file vnu.jar (npm vnu-jar)")
	for company, dir := range published(t) {
		t.Run(company, func(t *testing.T) {
			valid(t, jar, dir)
		})
	}
}

// valid holds files, or all in a folder, to what the W3C's checker knows.
func valid(t *testing.T, jar string, names ...string) {
	t.Helper()
	arguments := append([]string{"-jar", jar, "--errors-only", "--also-check-css", "--skip-non-html", "--format", "json"}, names...)
	out, err := exec.Command("java", arguments...).CombinedOutput()
	var found struct{ Messages []map[string]any }
	if json.Unmarshal(out, &found) != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, m := range found.Messages {
		t.Errorf("%v:%v: %v: %v", m["url"], m["lastLine"], m["message"], m["extract"])
	}
}

// The first key leads past the navigation, and the search is a key away.
func TestPagesByKeyboard(t *testing.T) {
	b := newBrowser(t)
	p := b.opens(t, local(filepath.Join(published(t)["the sample"], "site/zh-CN/pipeline.html"))+"#%E0%A4%A", screens[1]) // a malformed address does no harm
	p.does(chromedp.KeyEvent(kb.Tab))
	if class := p.says(`document.activeElement.className`); class != "skip" {
		t.Errorf("the first key leads to %q, want the link past the navigation", class)
	}
	p.does(chromedp.KeyEvent(kb.Enter))
	if id := p.says(`document.activeElement.id`); id != "main" {
		t.Errorf("the link past the navigation leads to %q", id)
	}
	p.does(chromedp.KeyEvent("/"))
	if id := p.says(`document.activeElement.id`); id != "find" {
		t.Errorf("the key / leads to %q, want the search", id)
	}
	p.does(chromedp.KeyEvent("传感器"+kb.Enter), chromedp.WaitVisible(`#search-results a`))
	p.stays("file://")
}

// A table keeps in the address how it is sorted and filtered, and so does the
// switch of the language.
func TestTablesKeepTheirState(t *testing.T) {
	b := newBrowser(t)
	p := b.opens(t, local(filepath.Join(published(t)["the sample"], "site/zh-CN/pipeline.html")), screens[1])
	p.does(chromedp.Focus(`table[data-sort] button.sort`), chromedp.KeyEvent(kb.Enter))
	if sorted := p.says(`document.querySelector("table[data-sort] th").getAttribute("aria-sort")`); sorted != "ascending" {
		t.Errorf("the first column is sorted %q", sorted)
	}
	p.waits(`location.hash.indexOf(".sort=1") > 0`)
	p.does(chromedp.Focus(`.tools input`), chromedp.KeyEvent("zzzz"))
	if rest := p.says(`String(document.querySelectorAll("table[data-filter]")[0].querySelectorAll("tbody tr:not([hidden])").length)`); rest != "0" {
		t.Errorf("a filter that nothing matches leaves %s rows", rest)
	}
	p.does(chromedp.Click(`.langs a[lang=en]`), chromedp.WaitVisible(`html[lang=en] .tools input`))
	if kept := p.says(`document.querySelector(".tools input").value`); kept != "zzzz" {
		t.Errorf("in the other language the filter is %q", kept)
	}
}

// What is finished is folded; a link that leads inside unfolds it, and a button
// all of a section.
func TestFinishedUnfolds(t *testing.T) {
	b := newBrowser(t)
	dir := t.TempDir()
	dealgate(t, "render", "../..", "--out", dir).want(t, exitClean)
	page := local(filepath.Join(dir, "site/zh-CN/deals/hengtai-harness.html"))
	p := b.opens(t, page+"#order-so-2505", screens[0])
	p.waits(`document.getElementById("order-so-2505").closest("details").open`)
	if open := p.says(`String(document.querySelectorAll("details[open]").length)`); open != "1" {
		t.Errorf("%s things are unfolded, want the one that the link leads to", open)
	}
	p.does(chromedp.Click(`section[aria-labelledby=timeline] .unfold`))
	if folded := p.says(`String(document.querySelectorAll(".entry > details:not([open])").length)`); folded != "0" {
		t.Errorf("%s facts are still folded", folded)
	}
}
