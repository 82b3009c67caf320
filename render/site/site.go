// Package site renders the status site: plain HTML and CSS, one tree of pages
// per language. It is pure: the same model gives the same bytes.
package site

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// Model is everything that the site is rendered from. Provenance and Missing
// may be nil; both are called from several goroutines.
type Model struct {
	Company         *fold.Company
	AsOf            value.Day
	Commit, Subject string                         // Commit is empty outside of git
	Provenance      func(path string) (Prov, bool) // of a fact file
	Missing         func(*fold.Deal) []Next        // the straight way first
	Approvals       string                         // none or reviews, as in policy
	Dirty           int                            // files that differ from the commit
	Default         catalogue.Lang
}

// Prov says which commit recorded a file. When is in the company's time zone.
// What stands in the baseline commit is declared, not approved.
type Prov struct {
	Commit, Author string
	When           time.Time
	Baseline       bool
	Proof, Why     diag.Term // what an audit shows of it, and for what reason; empty where none is made
	Unproven       bool      // the audit does not bear it out
}

// Next is one thing that may happen to a deal now. File is empty for a row
// that follows by itself once its needs are met.
type Next struct {
	Row       string
	Name      diag.Term
	Process   diag.Term
	Instance  string
	Step      diag.Term
	File      string
	URL       string // the forge's form for the new file, where there is one
	Needs     []Need
	Evidence  int         // files that prove it
	Actors    []diag.Term // who may record it
	Approvals []diag.Term // whose approval it takes, in order
	Option    bool        // beside the straight way
}

// Need is one condition of a Next, in the words of its catalogue key. OfFact
// marks what the new fact itself must say: it is for its author to fill in.
type Need struct {
	Key    string
	Args   diag.Args
	Met    bool
	OfFact bool
}

// Title is what there is to do: the step, or the row that follows by itself.
func (n Next) Title() diag.Term {
	if n.Step != "" {
		return n.Step
	}
	return n.Name
}

// Ready reports whether nothing but the fact itself is lacking.
func (n Next) Ready() bool {
	for _, need := range n.Needs {
		if !need.Met && !need.OfFact {
			return false
		}
	}
	return true
}

// Render writes every file of the site through write, with slash-separated
// paths relative to the site's root. It calls write from several goroutines,
// once for each path.
func Render(ctx context.Context, m Model, write func(path string, data []byte) error) error {
	s := newSite(m)
	rows := make([]row, len(s.deals))
	err := parallel(ctx, len(s.deals), func(i int) error {
		page := s.dealPage(s.deals[i])
		rows[i] = page.Deal
		return s.write(write, page.File, "deal.html", page)
	})
	if err != nil {
		return err
	}
	for _, page := range s.overview(rows) {
		if err := s.write(write, page.File, "overview.html", page); err != nil {
			return err
		}
	}
	if err := s.choice(write); err != nil {
		return err
	}
	return write(stylePath, style)
}

// site is a model together with what all pages share.
type site struct {
	Model
	deals []*fold.Deal
	files map[*fold.Deal]string // below the tree of a language
}

func newSite(m Model) *site {
	if m.AsOf == 0 {
		m.AsOf = m.Company.AsOf
	}
	if m.Default == "" {
		m.Default = catalogue.ZH
	}
	s := &site{Model: m, deals: m.Company.Deals(), files: map[*fold.Deal]string{}}
	seen := map[string]int{}
	for _, d := range s.deals {
		seen[d.ID]++
	}
	for _, d := range s.deals {
		s.files[d] = "deals/" + d.ID + ".html"
		if seen[d.ID] > 1 { // an error of the company, but no page may be lost
			s.files[d] = "deals/" + d.ID + "." + d.Year + ".html"
		}
	}
	return s
}

// write renders one page in every language.
func (s *site) write(write func(string, []byte) error, file, name string, page any) error {
	for _, l := range catalogue.Langs {
		data, err := execute(l, name, page)
		if err != nil {
			return err
		}
		if err := write(string(l)+"/"+file, data); err != nil {
			return err
		}
	}
	return nil
}

// choice is the page at the site's root: it leads to the default language.
func (s *site) choice(write func(string, []byte) error) error {
	f := s.frame("index.html")
	f.Root, f.Home = "", string(s.Default)+"/index.html"
	data, err := execute(s.Default, "choice.html", f)
	if err != nil {
		return err
	}
	return write("index.html", data)
}

// frame is what every page shows around its content. It names no language:
// one page is built once and said in each.
type frame struct {
	Root, File      string // way to the site's root; place below a language
	Home            string // way to the overview
	Title           string // of the deal, empty for the overview
	Company         string
	AsOf            value.Day
	Commit, Subject string
	Dirty           int
	Unjudged        bool // policy asks for no approvals
	Style           string
}

func (s *site) frame(file string) frame {
	up := strings.Repeat("../", strings.Count(file, "/"))
	f := frame{
		Root: "../" + up, File: file, Home: up + "index.html", AsOf: s.AsOf, Commit: s.Commit, Subject: s.Subject,
		Dirty: s.Dirty, Unjudged: s.Approvals == "none", Style: stylePath,
	}
	if p := s.Model.Company.Policy; p != nil {
		f.Company = p.Company.S
	}
	return f
}

// parallel runs do for 0…n-1 on all processors and returns the first error.
func parallel(ctx context.Context, n int, do func(int) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				if err := do(i); err != nil {
					stop(err)
					return
				}
			}
		})
	}
	for i := 0; i < n && ctx.Err() == nil; i++ {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	wg.Wait()
	return context.Cause(ctx)
}
