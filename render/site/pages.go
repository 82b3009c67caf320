package site

import (
	"context"
	"reflect"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

// kinds lists every kind of page, in the order of the navigation.
var kinds = []kind{
	{name: "today", front: "index.html", pages: of(todayPages)},
	{name: "reader", under: "today", dir: "today", pages: of(readerPages)},
	{name: "findings", under: "today", pages: of(findingsPages)},
	{name: "pipeline", front: "pipeline.html", pages: of(pipelinePages)},
	{name: "stage", under: "pipeline", pages: of(stagePages)},
	{name: "forecast", under: "pipeline", pages: of(forecastPages)},
	{name: "statistics", under: "pipeline", pages: of(statisticsPages)},
	{name: "outcomes", under: "pipeline", pages: of(outcomesPages)},
	{name: "breakdown", under: "pipeline", pages: of(breakdownPages)},
	{name: "deal", under: "pipeline", dir: "deals", pages: of(dealPages)},
	{name: "orders", under: "pipeline", dir: "deals", pages: of(ordersPages)},
	{name: "timeline", under: "pipeline", dir: "deals", pages: of(timelinePages)},
	{name: "tenders", front: "tenders.html", pages: of(tendersPages)},
	{name: "receivables", front: receivablesFile, pages: of(receivablesPages)},
	{name: "campaigns", front: campaignsFile, pages: of(campaignsPages)},
	{name: "customers", front: customersFile, pages: of(customersPages)},
	{name: "customer", under: "customers", dir: "customers", pages: of(customerPages)},
	{name: "people", front: peopleFile, pages: of(peoplePages)},
	{name: "person", under: "people", dir: "people", pages: of(personPages)},
	{name: "team", under: "people", dir: "teams", pages: of(teamPages)},
	{name: "approvals", front: approvalsFile, pages: of(approvalsPages)},
	{name: "audit", front: auditFile, pages: of(auditPages)},
	{name: "handbook", front: handbookFile, pages: of(handbookPages)},
	{name: "process", under: "handbook", dir: "handbook", pages: of(processPages)},
	{name: "rules", under: "handbook", dir: "handbook", pages: of(rulesPages)},
	{name: "policy", under: "handbook", dir: "handbook", pages: of(policyPages)},
	{name: "search", last: true, pages: of(searchPages)},
}

// kind is a kind of page. Its Go file, template and texts bear its name.
type kind struct {
	name  string
	front string // file that the navigation leads to; empty keeps it out
	under string // the kind in the navigation that it belongs to, if any
	dir   string // folder of all its pages, empty at the top
	last  bool   // is made from all other pages
	pages builder
}

// Page is one page. It names no language: it is built once and said in each.
type Page[T any] struct {
	File    string       // below the tree of a language, in the folder of the kind
	Title   any          // what it is about, as say says it
	Above   []Ref        // between the front of its kind and itself
	Find    func() []any // what the search finds it by beside its title; nil keeps it out
	Sub     any          // said beside the title where the search finds it
	Content func() T     // what the template shows
	Of      *Deal        // that all of the page follows from; nil for all other pages
	// Source names what all of the content follows from, where that is quicker to
	// tell than the content is to make; it may be nil or return "".
	Source func() string
}

// one is the only page of a kind.
func one[T any](file string, title any, content func() T) []Page[T] {
	return []Page[T]{{File: file, Title: title, Find: nothing, Content: content}}
}

// nothing is for pages that are found by their title alone.
func nothing() []any { return nil }

// untyped is a Page whose struct is no longer known.
type untyped struct {
	File    string
	Title   any
	Above   []Ref
	Find    func() []any
	Sub     any
	content func() any
	Of      *Deal
	Source  func() string
}

// builder makes the pages of a kind; content is the struct of its template.
type builder struct {
	content reflect.Type
	build   func(*Model) []untyped
}

func of[T any](build func(*Model) []Page[T]) builder {
	return builder{reflect.TypeFor[T](), func(m *Model) []untyped {
		typed := build(m)
		pages := make([]untyped, len(typed))
		for i, p := range typed {
			pages[i] = untyped{p.File, p.Title, p.Above, p.Find, p.Sub, func() any { return p.Content() }, p.Of, p.Source}
		}
		return pages
	}}
}

// nav is what the navigation calls a kind.
func (k kind) nav() diag.Term { return diag.Term("site.nav." + k.name) }

// task is one page that is to be written.
type task struct {
	kind kind
	page untyped
	doc  int // its place in the search index, -1 for none
}

// plan lists all pages there are, before any is made.
func (m *Model) plan(ctx context.Context) error {
	of := make([][]untyped, len(kinds))
	err := parallel(ctx, len(kinds), func(i int) error {
		of[i] = kinds[i].pages.build(m)
		return nil
	})
	m.files = map[string]bool{}
	docs := 0
	for i, k := range kinds {
		for _, p := range of[i] {
			t := task{k, p, -1}
			if p.Find != nil {
				t.doc = docs
				docs++
			}
			m.planned = append(m.planned, t)
			m.files[p.File] = true
		}
	}
	m.links, m.alike = linkable(m.files), Digest(m.frame(task{}))
	return err
}

func (m *Model) tasks(last bool) []task {
	var out []task
	for _, t := range m.planned {
		if t.kind.last == last {
			out = append(out, t)
		}
	}
	return out
}

// Ref is a thing with the page about it. It is shown as a link, or as plain
// text where File is empty.
type Ref struct {
	Label any
	File  string // below the tree of a language, with an anchor perhaps
}

// Ref links a thing to its page, if there is one. Call it from Content: only
// then all pages are known.
func (m *Model) Ref(label any, file string) Ref {
	if name, _, _ := strings.Cut(file, "#"); !m.files[name] {
		return Ref{Label: label}
	}
	return Ref{label, file}
}

// Files of things that several kinds of pages link to.
func customerFile(id string) string { return "customers/" + id + ".html" }
func personFile(id string) string   { return "people/" + id + ".html" }
func teamFile(id string) string     { return "teams/" + id + ".html" }

// frame is what every page shows around its content.
type frame struct {
	Kind, File string
	Title      any // nil on the choice of a language
	Crumbs     []Ref
	Nav        []navItem
	Company    string
	AsOf       value.Day
	Version    string
	Unjudged   bool     // policy asks for no approvals
	Broken     []Reason // what contradicts history as a whole
	Status     *status  // on the front page, nil elsewhere: it changes with every commit
}

// status is the state of the whole repository.
type status struct {
	Commit, Subject string
	Dirty           int
	Health          health
	Latest          *latest // nil where the commit that is rendered is it, or none is known
}

// latest is the last commit that touched the company's files.
type latest struct{ Commit, Subject string }

// status is that of the commit that is rendered. Its subject may be about a
// program beside the deals, so that of the last change to them stands there, too.
func (m *Model) status() *status {
	s := &status{Commit: m.Commit, Subject: m.Subject, Dirty: m.Dirty, Health: m.Health}
	if of := m.Landing.ofDeals(); len(of) > 0 && of[0].Commit != m.Commit {
		s.Subject, s.Latest = "", &latest{of[0].Commit, of[0].Subject}
	}
	return s
}

// navItem is one kind in the navigation.
type navItem struct {
	Label   diag.Term
	File    string
	Current string // value of aria-current, empty elsewhere
}

// view is what a template is executed with: the layout shows the frame, and
// gives Content to the template of the kind.
type view struct {
	frame
	Content any
}

func (m *Model) frame(t task) frame {
	f := frame{
		Kind: t.kind.name, File: t.page.File, Title: t.page.Title, Company: m.name(), Version: m.Version, AsOf: m.AsOf, Unjudged: m.Approvals == "none", Broken: m.Broken,
	}
	if front := kinds[0]; t.page.File == front.front {
		f.Status = m.status()
	}
	if front := kinds[0]; t.kind.name != front.name {
		f.Crumbs = append(f.Crumbs, Ref{front.nav(), front.front})
	}
	for _, k := range kinds {
		if k.front == "" {
			continue
		}
		f.Nav = append(f.Nav, navItem{k.nav(), k.front, current(k, t)})
		if k.front != kinds[0].front && k.front != t.page.File && (k.name == t.kind.name || k.name == t.kind.under) {
			f.Crumbs = append(f.Crumbs, Ref{k.nav(), k.front})
		}
	}
	f.Crumbs = append(f.Crumbs, t.page.Above...)
	return f
}

// current marks the page itself, and the kind that it belongs to.
func current(k kind, t task) string {
	switch {
	case k.front == t.page.File:
		return "page"
	case k.name == t.kind.name || k.name == t.kind.under:
		return "true"
	}
	return ""
}

// up is the way from the pages of a kind to the root of their tree.
func (k kind) up() string {
	if k.dir == "" {
		return ""
	}
	return strings.Repeat("../", strings.Count(k.dir, "/")+1)
}
