package site

import (
	"bytes"
	"compress/gzip"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/net/html"

	"github.com/dealgate/dealgate/schema/catalogue"
)

// The companies that every kind of page is checked with.
var companies = map[string]func(fstest.MapFS){
	"the company of testdata": nil,
	"a company without deals": func(files fstest.MapFS) {
		maps.DeleteFunc(files, func(name string, _ *fstest.MapFile) bool {
			return strings.HasPrefix(name, "deals/20") || strings.HasPrefix(name, "deals/customers/")
		})
	},
	"a company with one deal": func(files fstest.MapFS) {
		maps.DeleteFunc(files, func(name string, _ *fstest.MapFile) bool {
			return strings.HasPrefix(name, "deals/20") && !strings.HasPrefix(name, "deals/2026/hengtai-relay/")
		})
	},
}

// checkPages renders each of the companies, holds all its pages to what is
// true of every page, and calls do, which may be nil, with its files.
func checkPages(t *testing.T, do func(t *testing.T, files map[string][]byte)) {
	for name, edit := range companies {
		t.Run(name, func(t *testing.T) {
			files := render(t, model(t, edit))
			checkSite(t, files)
			if do != nil {
				do(t, files)
			}
		})
	}
}

// checkSite holds a site to what is true of every page of it: language,
// landmarks, headings, ids, links, size, and that nothing but its own files is
// loaded.
func checkSite(t *testing.T, files map[string][]byte) {
	t.Helper()
	parsed := map[string]page{}
	ids := map[string]map[string]bool{}
	for name := range pages(files) {
		parsed[name] = open(t, files, name)
		ids[name] = map[string]bool{}
		for _, n := range parsed[name].all("[id]") {
			if ids[name][attr(n, "id")] {
				t.Errorf("%s: id %s stands twice", name, attr(n, "id"))
			}
			ids[name][attr(n, "id")] = true
		}
	}
	for name, p := range parsed {
		checkFrame(p)
		checkHeadings(p)
		checkLabels(p, ids[name])
		for _, n := range p.all("[href], [src], [action]") {
			checkLink(p, n, files, ids)
		}
		if size := compressed(files[name]); size > 100<<10 {
			t.Errorf("%s has %d bytes compressed", name, size)
		}
	}
}

func checkFrame(p page) {
	p.t.Helper()
	lang := attr(p.all("html")[0], "lang")
	if dir, _, ok := strings.Cut(p.name, "/"); ok && lang != dir {
		p.t.Errorf("%s: lang is %q", p.name, lang)
	}
	for selector, want := range map[string]int{
		"h1": 1, "main#main": 1, "body > header": 1, "body > footer": 1, "nav.langs": 1, "form[role=search]": 1, "head > title": 1,
		"a.skip[href='#main']": 1, "meta[http-equiv='Content-Security-Policy']": 1,
		"script:not([src]), style, [style], [onclick], iframe, object, embed, base, svg script": 0,
	} {
		if got := len(p.all(selector)); got != want {
			p.t.Errorf("%s: %d of %s, want %d", p.name, got, selector, want)
		}
	}
	if p.text("head > title") == "" || p.text("h1") == "" {
		p.t.Errorf("%s: lacks a title or says nothing in its heading", p.name)
	}
	if text := p.text("body"); strings.Contains(text, "⟨site.") || strings.Contains(text, "%!") {
		p.t.Errorf("%s: a text is missing: %.80s", p.name, text[strings.IndexAny(text, "⟨%"):])
	}
}

// checkHeadings wants no level of headings left out.
func checkHeadings(p page) {
	p.t.Helper()
	last := byte('0')
	for _, n := range p.all("h1, h2, h3, h4, h5, h6") {
		level := n.Data[1]
		if level > last+1 {
			p.t.Errorf("%s: after a heading of level %c comes one of level %c: %s", p.name, last, level, (page{p.t, p.name, n}).text("*"))
		}
		last = level
	}
}

// checkLabels wants everything to have a name that is there.
func checkLabels(p page, ids map[string]bool) {
	p.t.Helper()
	for _, key := range []string{"aria-labelledby", "aria-describedby", "aria-controls", "for"} {
		for _, n := range p.all("[" + key + "]") {
			for _, id := range strings.Fields(attr(n, key)) {
				if !ids[id] {
					p.t.Errorf("%s: %s names %s, which is not there", p.name, key, id)
				}
			}
		}
	}
	for _, n := range p.all("main table:not(.entry table):not(.block > .fields table):not(.markdown table)") {
		if sub := (page{p.t, p.name, n}); len(sub.all("caption")) != 1 || len(sub.all("th[scope]")) == 0 {
			p.t.Errorf("%s: a table lacks its caption or heads", p.name)
		}
	}
	for _, n := range p.all("img:not([alt]), svg[role=img]:not([aria-labelledby]), [role=group]:not([aria-labelledby]):not([aria-label]), .scroll:not([tabindex])") {
		p.t.Errorf("%s: a %s has no name", p.name, n.Data)
	}
}

// checkLink wants a link to lead to a file and place of the site. Only a
// reader's click may leave it, for the forge or what a text names.
func checkLink(p page, n *html.Node, files map[string][]byte, ids map[string]map[string]bool) {
	p.t.Helper()
	for _, key := range []string{"href", "src", "action"} {
		link := attr(n, key)
		if link == "" {
			continue
		}
		u, err := url.Parse(link)
		if err != nil {
			p.t.Errorf("%s: %s is no link", p.name, link)
			continue
		}
		if u.Scheme != "" || u.Host != "" {
			if n.Data != "a" || !slices.Contains([]string{"http", "https", "mailto"}, u.Scheme) {
				p.t.Errorf("%s: a %s refers to %s, outside the site", p.name, n.Data, link)
			}
			continue
		}
		target := p.name
		if u.Path != "" {
			target = path.Join(path.Dir(p.name), u.Path)
		}
		if files[target] == nil {
			p.t.Errorf("%s links to %s, which is not written", p.name, link)
		} else if u.Fragment != "" && !ids[target][u.Fragment] {
			p.t.Errorf("%s links to %s, which has no such place", p.name, link)
		}
	}
}

func compressed(data []byte) int {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Len()
}

func pages(files map[string][]byte) map[string][]byte {
	out := maps.Clone(files)
	maps.DeleteFunc(out, func(name string, _ []byte) bool { return !strings.HasSuffix(name, ".html") })
	return out
}

func TestEveryPage(t *testing.T) {
	checkPages(t, func(t *testing.T, files map[string][]byte) {
		for _, l := range catalogue.Langs { // both trees are complete
			for name := range files {
				if rest, ok := strings.CutPrefix(name, string(catalogue.ZH)+"/"); ok && files[string(l)+"/"+rest] == nil {
					t.Errorf("%s lacks %s", l, rest)
				}
			}
		}
	})
}
