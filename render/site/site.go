// Package site renders the status site: plain files that are read without a
// script, one complete tree of pages per language. It is pure: the same Input
// gives the same bytes.
//
// # Adding a page
//
// A kind of page is four things, each called by its name, here "customers":
//
//  1. customers.go: a struct that holds everything the page says, and a
//     builder that makes the pages from the Model:
//
//     type customersPage struct{ List table }
//
//     func customersPages(m *Model) []Page[customersPage] {
//     return one("customers.html", diag.Term("site.customers.title"), func() customersPage { … })
//     }
//
//  2. templates/customers.html: defines "main", executed with that struct. It
//     begins with the page's one h1. The partials of templates/parts.html and
//     the functions of words.go are at hand.
//
//  3. schema/catalogue/texts/site-customers.yaml: the keys
//     site.nav.customers, where the kind stands in the navigation, and
//     site.customers.*, in both languages.
//
//  4. One line in the list of kinds in pages.go.
//
// Tests hold the four together: a template or file without its line, a field
// that the struct lacks, a text that is missing or unused, a broken link, an id
// that stands twice, a page over its size. customers_test.go calls checkPages,
// which renders several companies, and asks the pages by selector.
//
// A builder says which pages there are; what a page holds is made by its
// Content, which runs later, on any processor, and is dropped when the page is
// written, so that many pages cost little memory. Pages know nothing but the
// Model. Long lists are cut into pages by paged. A page whose Find is not nil is
// in the search, by its title and what Find returns.
//
// Links name a file below the tree of a language ("deals/x.html"); the template
// function "to" makes them relative, "root" does so for what both languages
// share. Model.Ref links only to pages that exist, so that a page can point at
// a kind that is not there.
//
// # Parts
//
// Templates say values with say, which knows texts of the catalogue
// (diag.Term), phrases with arguments (phrase, counted), money, numbers, dates
// and lists of them; t and count say a text by its key. The parts of
// templates/parts.html are executed with the struct of the same name: ref,
// table (of cells, by say, link, badge, amount; sorted, filtered and downloaded
// where it has an ID; with Cards its rows become cards on a phone), roll (the
// beginning of a listing; wholes gives the rest pages of their own), fields,
// figure (by drawing.bars, drawing.lines or flowChart), block (a thing with
// fields, tables and drawings), days (a timeline), example, pager; summary takes
// a list of datum, tabs of tab, findings diagnostics, empty the reason why there
// is nothing.
//
// What stands on pages thousands of times, such as the cells of tables, is not
// left to templates: parts.go lists what is written by Go, with the package
// markup, and much faster.
//
// Classes of assets/app.css for the rest: badge and state, each with good, bad,
// warn, info or plain; callout; card in cards; summary for the head of a page;
// facts for a line of figures; days and entries for a timeline; beside for a
// figure with its table; scroll around what is wide; number for digits; sub for
// what is smaller; hidden for what is only heard.
package site

import (
	"context"
	"io/fs"
	"runtime"
	"sync"
	"time"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// Input is everything that the site is rendered from. Provenance, Missing,
// Files and Ledger may be nil; the functions are called from several
// goroutines.
type Input struct {
	Company         *fold.Company
	AsOf            value.Day
	Commit, Subject string                         // Commit is empty outside of git
	Version         string                         // of the program
	Provenance      func(path string) (Prov, bool) // of a fact file
	Missing         func(*fold.Deal) []Next        // the straight way first
	Approvals       string                         // none or reviews, as in policy
	Dirty           int                            // files that differ from the commit
	Default         catalogue.Lang
	Files           fs.FS                   // the repository, to show evidence from
	Ledger          *bonus.Ledger           // who is owed what, where its readers may see it
	Landing         Landing                 // every landed change; empty outside of git
	Broken          []Reason                // what contradicts the line of history: nothing on it is proven
	Example         func(id string) Example // of a rule, row or guard, for the handbook; may be nil
	// Key names all that is told of a deal beside what the model computes of it:
	// what lies in its folders and its customer's, who recorded that, and the
	// rules. It is empty where that cannot be named, and may be nil.
	Key func(*fold.Deal) string
	// Rules names the registries and the day, and Landed all of the Landing. Both
	// may be empty or nil, where that cannot be named.
	Rules  string
	Landed func() string
}

// Prov says which commit recorded a file. When is in the company's time zone.
// What stands in the baseline commit is declared, not approved.
type Prov struct {
	Commit, Author string
	When           time.Time
	Baseline       bool
	Proof, Why     diag.Term // what an audit shows of it, and for what reason; empty where none is made
	Unproven       bool      // the audit does not bear it out
	Change         *Change   // of the Landing, with its approvals; nil where none is known
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
	Evidence  int                 // files that prove it
	Actors    []diag.Term         // who may record it
	Approvals []diag.Term         // whose approval it takes, in order
	Option    bool                // beside the straight way
	Template  func() schema.Words // what the new file says, for somebody to fill in; nil without a file
	Mend      string              // the file that records it already, with errors: there is no form for a second one
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

// Write takes one file of the site. Paths are slash-separated and relative to
// the site's root.
type Write func(path string, data []byte) error

// Render writes every file of the site through write, from several goroutines
// and once for each path.
func Render(ctx context.Context, in Input, write Write) error {
	_, err := RenderAgain(ctx, in, nil, Place{Write: write})
	return err
}

// RenderAgain does what Render does, but neither makes nor writes a page that
// stands in its place already. Before is what the rendering returned that was
// the last one there, nil where there was none.
func RenderAgain(ctx context.Context, in Input, before *Kept, to Place) (*Kept, error) {
	r := newRemake(before, to)
	m, err := newModel(ctx, in, to.Write)
	if err != nil {
		return nil, err
	}
	m.index.words = r.now.words
	if err := r.pages(ctx, m, m.tasks(false)); err != nil {
		return nil, err
	}
	if err := m.writeIndex(ctx, to.Write); err != nil {
		return nil, err
	}
	if err := r.pages(ctx, m, m.tasks(true)); err != nil {
		return nil, err
	}
	if err := m.shelf.err(); err != nil {
		return nil, err
	}
	if err := m.choice(to.Write); err != nil {
		return nil, err
	}
	r.now.copies = m.shelf.copies
	return r.now, writeAssets(to.Write)
}

// choice is the page at the site's root: it leads to the default language.
func (m *Model) choice(write Write) error {
	data, err := execute(m.Default, "choice", view{m.frame(task{kind: kind{name: "choice"}, page: untyped{File: "index.html"}}), nil})
	if err != nil {
		return err
	}
	return write("index.html", data)
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
