package site

import (
	"bytes"
	"context"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

var asOf = value.MustDay("2026-08-31")

// load folds the company of testdata, changed by edit where it is given.
func load(t testing.TB, edit func(fstest.MapFS)) *fold.Company {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/company.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, f := range archive.Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	if edit != nil {
		edit(files)
	}
	c, err := fold.Load(context.Background(), files, fold.Options{AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const commit = "0123456789abcdef0123456789abcdef01234567"

// model is the company with a history in which one fact came late and one
// stands in the baseline.
func model(t testing.TB, edit func(fstest.MapFS)) Input {
	c := load(t, edit)
	return Input{
		Company: c, AsOf: asOf, Commit: commit, Subject: "登记 <八月> 收款", Version: "1.2.3", Approvals: "none", Dirty: 2, Default: catalogue.ZH,
		Missing: func(d *fold.Deal) []Next { return missingOf(c, d) },
		Provenance: func(file string) (Prov, bool) {
			day, _ := value.ParseDay(path.Base(file)[:10])
			p := Prov{Commit: commit, Author: "Chen Jing", When: day.Time().Add(30 * time.Hour)}
			switch {
			case strings.HasSuffix(file, "-lead.yaml"):
				p.When, p.Baseline = p.When.AddDate(0, 0, 20), true
			case strings.HasSuffix(file, "-shipment.yaml"):
				p.When = p.When.AddDate(0, 0, 20)
			case strings.HasSuffix(file, "-stock.yaml"):
				return Prov{}, false
			}
			return p, true
		},
	}
}

// missingOf turns what the fold says may come next into the site's words.
func missingOf(c *fold.Company, d *fold.Deal) []Next {
	var out []Next
	for _, n := range c.Next(d) {
		x := Next{
			Row: n.Label(), Name: n.Term(), Process: diag.Term("process." + n.Instance.Process.Name),
			Instance: n.Instance.Name, Option: n.Option, Evidence: n.Evidence, File: n.FilePath(d, asOf),
		}
		if n.Step != nil {
			x.Step, x.URL = n.Step.Term(), "https://forge.example/new/main?filename="+x.File
		}
		for _, need := range n.Needs {
			x.Needs = append(x.Needs, Need{Key: "needs/" + need.Name + ".want", Args: need.Args, Met: need.Met, OfFact: need.OfFact})
		}
		for _, a := range n.Actor {
			x.Actors = append(x.Actors, diag.Term("role."+a))
		}
		for _, a := range n.Approval {
			x.Approvals = append(x.Approvals, diag.Term("role."+a))
		}
		out = append(out, x)
	}
	return out
}

func render(t testing.TB, m Input) map[string][]byte {
	t.Helper()
	var mu sync.Mutex
	files := map[string][]byte{}
	err := Render(context.Background(), m, func(name string, data []byte) error {
		mu.Lock()
		defer mu.Unlock()
		if files[name] != nil {
			t.Errorf("%s is written twice", name)
		}
		files[name] = bytes.Clone(data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// page is a parsed page that can be asked by selector.
type page struct {
	t    testing.TB
	name string
	root *html.Node
}

func open(t testing.TB, files map[string][]byte, name string) page {
	t.Helper()
	if files[name] == nil {
		t.Fatalf("%s is not written; there are %v", name, slices.Sorted(maps.Keys(files)))
	}
	root, err := html.Parse(bytes.NewReader(files[name]))
	if err != nil {
		t.Fatal(err)
	}
	return page{t, name, root}
}

func (p page) all(selector string) []*html.Node {
	p.t.Helper()
	s, err := cascadia.ParseGroup(selector)
	if err != nil {
		p.t.Fatal(err)
	}
	return cascadia.QueryAll(p.root, s)
}

// text is the text of all that a selector finds, its white space made single.
func (p page) text(selector string) string {
	p.t.Helper()
	var b strings.Builder
	for _, n := range p.all(selector) {
		write(&b, n)
		b.WriteByte(' ')
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func write(b *strings.Builder, n *html.Node) {
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
	}
	for c := range n.ChildNodes() {
		write(b, c)
	}
}

func (p page) says(selector string, wants ...string) {
	p.t.Helper()
	got := p.text(selector)
	for _, want := range wants {
		if !strings.Contains(got, want) {
			p.t.Errorf("%s: %s says %.300q, want it to say %q", p.name, selector, got, want)
		}
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
