package fold

import (
	"context"
	"errors"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// Options say what to load and as of when.
type Options struct {
	// AsOf is the day up to which facts are folded; 0 means the latest day
	// that any fact bears.
	AsOf value.Day
	// Today is the day after which no fact may be dated; 0 means AsOf. It is
	// later than AsOf when somebody looks back.
	Today value.Day
	// PolicyOf gives the policy under which a file landed, nil where that is
	// the present one. It may itself be nil.
	PolicyOf func(path string) *fact.Policy
	// Only, when set, chooses the customers to load; registries always are.
	Only func(customer string) bool
	// Forget drops the facts of a customer once Each has seen them, for checks
	// that need only the findings.
	Forget bool
	// WithoutPayouts leaves closed periods unread, for a change that has nothing
	// to do with them: they hold a line for everything that was ever paid.
	WithoutPayouts bool
	// Roster, when set, is that of the tree, indexed already.
	Roster *Roster
	// Before is the company as it was loaded last, and Names say what has
	// changed since: customers that are as they were then are taken from it, and
	// Each is not called for them. Both may be nil.
	Before *Company
	Names  *Names
	// Each is called for every customer when it is loaded and folded, from
	// several goroutines. Checks of one customer belong here.
	Each func(*Company, *Customer)
}

// Load reads the company below deals/ of a tree and folds it. What is wrong
// with the files stands in the findings; the error is of the tree itself.
func Load(ctx context.Context, fsys fs.FS, opt Options) (*Company, error) {
	l := &loader{fsys: fsys, c: &Company{AsOf: opt.AsOf, policyOf: opt.PolicyOf, Today: max(opt.Today, opt.AsOf), Table: schema.Table()}}
	if err := l.list(); err != nil {
		return nil, err
	}
	if !l.registries(opt.Roster) {
		l.finish()
		return l.c, nil
	}
	if err := l.companyFacts(opt.WithoutPayouts); err != nil {
		return nil, err
	}
	l.choose(opt.Only)
	l.again(opt.Before, opt.Names)
	if err := l.customers(ctx, opt); err != nil {
		return nil, err
	}
	l.finish()
	return l.c, nil
}

type loader struct {
	fsys      fs.FS
	c         *Company
	mu        sync.Mutex
	registry  []fs.DirEntry
	customer  map[string]*Customer
	pending   []*Customer
	dealNames []Place   // of deal folders: Dir, Deal
	company   []string  // folders of the company as a whole
	latest    value.Day // that a fact of those bears
}

// find reports something that belongs to no customer.
func (l *loader) find(ds ...diag.Diagnostic) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.c.Findings = append(l.c.Findings, ds...)
}

// list reads the names of customers and deals.
func (l *loader) list() error {
	entries, err := fs.ReadDir(l.fsys, Root)
	if errors.Is(err, fs.ErrNotExist) {
		l.find(diag.Diagnostic{Rule: "layout/no-deals", Span: diag.Span{File: Root}})
		return nil
	}
	if err != nil {
		return err
	}
	l.customer = map[string]*Customer{}
	l.names(Root, entries)
	for _, e := range entries {
		path := Root + "/" + e.Name()
		switch {
		case !e.IsDir() && !e.Type().IsRegular(): // names has reported it
		case e.IsDir() && e.Name() == "customers":
			err = l.listCustomers(path)
		case e.IsDir() && yearName.MatchString(e.Name()):
			err = l.listDeals(path)
		case e.IsDir() && (path == PayoutsDir || path == PlansDir):
			l.company = append(l.company, path)
		case Classify(path).Rules():
			l.registry = append(l.registry, e)
		default:
			l.find(unknownFile(path))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func unknownFile(path string) diag.Diagnostic {
	return diag.Diagnostic{Rule: "layout/unknown", Span: diag.Span{File: path}}
}

func (l *loader) listCustomers(dir string) error {
	return l.folders(dir, func(name, path string) {
		cu := &Customer{ID: name, Dir: path, Evidence: map[string]bool{}}
		l.customer[name] = cu
		l.pending = append(l.pending, cu)
	})
}

func (l *loader) listDeals(dir string) error {
	return l.folders(dir, func(name, path string) {
		l.dealNames = append(l.dealNames, Place{Deal: name, Dir: path})
	})
}

// folders calls add for every well-named folder of dir.
func (l *loader) folders(dir string, add func(name, path string)) error {
	entries, err := fs.ReadDir(l.fsys, dir)
	if finding := unlistable(dir, err); finding != nil {
		l.find(*finding)
		return nil
	}
	if err != nil {
		return err
	}
	l.names(dir, entries)
	for _, e := range entries {
		path := dir + "/" + e.Name()
		switch {
		case e.Type()&fs.ModeSymlink != 0:
		case !e.IsDir():
			l.find(unknownFile(path))
		case !idName.MatchString(e.Name()):
			l.find(badID(path, e.Name()))
		default:
			add(e.Name(), path)
		}
	}
	return nil
}

// names reports what is wrong with the names in one folder.
func (l *loader) names(dir string, entries []fs.DirEntry) { l.find(badNames(dir, entries)...) }

// registries reads policy and roster; without them nothing can be judged.
func (l *loader) registries(known *Roster) bool {
	if l.customer == nil {
		return false // there is no folder; that is said already
	}
	ok := true
	for _, name := range []string{"policy", "roster"} {
		path := Root + "/" + name + ".yaml"
		if !slices.ContainsFunc(l.registry, func(e fs.DirEntry) bool { return e.Name() == name+".yaml" }) {
			l.find(diag.Diagnostic{Rule: "layout/missing-registry", Span: diag.Span{File: path}, Args: diag.Args{"file": path}})
			ok = false
			continue
		}
		body, findings := ReadFile(l.fsys, Classify(path), nil)
		l.c.Files++
		l.find(findings...)
		switch b := body.(type) {
		case *fact.Policy:
			l.c.Policy = b
		case *fact.Roster:
			if l.c.Roster = known; known == nil {
				l.c.Roster = NewRoster(b)
			}
		default:
			ok = false
		}
	}
	if ok {
		w, known := schema.WorkflowVersion(l.c.Policy.Workflow.N)
		if !known {
			l.find(diag.Diagnostic{Rule: "policy/workflow-version", Span: diag.Span{File: Root + "/policy.yaml", Pos: l.c.Policy.Workflow.At},
				Args: diag.Args{"version": l.c.Policy.Workflow.N, "latest": schema.LatestWorkflow}})
			l.c.Policy = nil // nothing is judged by it
			return false
		}
		l.c.Table = w
		l.signers()
	}
	return ok
}

// choose gives each deal to the customer whose id its folder begins with, and
// drops the customers that are not asked for.
func (l *loader) choose(only func(string) bool) {
	for _, p := range l.dealNames {
		id := l.owner(p.Deal)
		if id == "" {
			l.find(diag.Diagnostic{Rule: "layout/deal-without-customer", Span: diag.Span{File: p.Dir + "/deal.yaml"}, Args: diag.Args{"deal": p.Deal}})
			continue
		}
		d := &Deal{ID: p.Deal, Dir: p.Dir, Year: strings.Split(p.Dir, "/")[1], Customer: l.customer[id], Evidence: map[string]bool{}}
		l.customer[id].Deals = append(l.customer[id].Deals, d)
	}
	l.pending = slices.DeleteFunc(l.pending, func(cu *Customer) bool { return only != nil && !only(cu.ID) })
	slices.SortFunc(l.pending, func(a, b *Customer) int { return strings.Compare(a.ID, b.ID) })
	l.c.Customers = l.pending
}

// owner is the longest customer id that a deal's name begins with.
func (l *loader) owner(deal string) string {
	for end := strings.LastIndexByte(deal, '-'); end > 0; end = strings.LastIndexByte(deal[:end], '-') {
		if l.customer[deal[:end]] != nil {
			return deal[:end]
		}
	}
	return ""
}

// customers reads and folds the customers on all processors. Where the as-of
// date is known, each is read and folded at once, so that no more than a few
// are held half-done.
func (l *loader) customers(ctx context.Context, opt Options) error {
	readers := make([]*reader, len(l.pending))
	read := func(i int) error {
		readers[i] = newReader(l.fsys, l.c, l.pending[i])
		if opt.Names != nil && opt.Names.Path != nil {
			readers[i].path = opt.Names.Path
		}
		return readers[i].read()
	}
	fold := func(i int) error {
		l.fold(readers[i], opt)
		readers[i] = nil
		return nil
	}
	if l.c.AsOf != 0 {
		return parallel(ctx, len(l.pending), func(i int) error { return errors.Join(read(i), fold(i)) })
	}
	if err := parallel(ctx, len(l.pending), read); err != nil {
		return err
	}
	l.c.AsOf = l.latest
	for _, r := range readers {
		l.c.AsOf = max(l.c.AsOf, r.latest)
	}
	l.c.Today = max(l.c.Today, l.c.AsOf)
	return parallel(ctx, len(l.pending), fold)
}

func (l *loader) fold(r *reader, opt Options) {
	r.fold()
	if opt.Each != nil {
		opt.Each(l.c, r.cu)
	}
	if opt.Forget {
		r.cu.forget()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	r.cu.files = r.files
	l.c.Files += r.files
}

// parallel runs do for 0…n-1 on all processors and returns the first error.
func parallel(ctx context.Context, n int, do func(int) error) error {
	var (
		wg   sync.WaitGroup
		next = make(chan int)
		fail = make(chan error, runtime.GOMAXPROCS(0))
	)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				if err := do(i); err != nil {
					fail <- err
					cancel()
					return
				}
			}
		})
	}
feed:
	for i := range n {
		select {
		case next <- i:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	select {
	case err := <-fail:
		return err
	default:
		return context.Cause(ctx)
	}
}

// finish gathers every finding and sorts them.
func (l *loader) finish() {
	for _, cu := range l.c.Customers {
		l.c.Findings = append(l.c.Findings, cu.Findings...)
		for _, d := range cu.Deals {
			diag.Sort(d.Findings)
			l.c.Findings = append(l.c.Findings, d.Findings...)
		}
	}
	diag.Sort(l.c.Findings)
}
