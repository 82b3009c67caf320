package bonus

import (
	"iter"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// grounds finds the files that a line rests on beside its sources, which give
// its figures: were one of them different, so could the line be. That is what
// brought the contract or the advances into force, all that is recorded of the
// order and paid for it, the plan and the roster of the day, and every
// correction of such a file; a file that a correction voids counts no more.
type grounds struct {
	c     *fold.Company
	mu    sync.Mutex          // guards known
	known map[string][]string // by the folder of a deal, and by that of an order
}

func newGrounds(c *fold.Company) *grounds { return &grounds{c: c, known: map[string][]string{}} }

// once finds the files of a folder, and knows them from then on.
func (g *grounds) once(dir string, find func() []string) []string {
	g.mu.Lock()
	files, ok := g.known[dir]
	g.mu.Unlock()
	if ok {
		return files
	}
	files = slices.Clip(find())
	g.mu.Lock()
	defer g.mu.Unlock()
	g.known[dir] = files
	return files
}

// of lists the files by path, without those of the sources.
func (g *grounds) of(l Line) []Source {
	files := g.plans(l)
	if l.Person != "" {
		files = append(files, fold.Root+"/roster.yaml")
	}
	if l.Deal != nil {
		files = slices.Concat(files, g.deal(l.Deal), g.kind(l))
	}
	for _, b := range l.Before {
		files = append(files, b.File)
	}
	slices.Sort(files)
	var out []Source
	for _, file := range slices.Compact(files) {
		if !slices.ContainsFunc(l.Sources, func(s Source) bool { return s.File == file }) {
			out = append(out, Source{File: file, Line: 1})
		}
	}
	return out
}

// all lists the files of a line, those of its sources first.
func (g *grounds) all(l Line) []Source { return slices.Concat(l.Sources, g.of(l)) }

// plans are those in force on the days that a line is computed by. What is
// deducted follows none.
func (g *grounds) plans(l Line) []string {
	if l.Kind == Penalty || g.c.Policy == nil {
		return nil
	}
	days := []value.Day{l.On, businessDay(l)}
	if day := fold.Classify(pathOf(l.Key.Receipt)).Date; day != 0 {
		days = append(days, day)
	}
	if l.Kind == Advance && l.Deal != nil {
		if o, _ := l.Deal.Sale(g.c, g.c.AsOf); o != nil {
			days = append(days, o.Confirmed)
		}
	}
	var files []string
	for _, day := range days {
		files = append(files, g.c.PlanOn(day).File)
	}
	return files
}

// deal is what any line of a deal rests on: its header, its import, what began
// and ended its contract, and what was corrected outside of its orders and
// campaigns.
func (g *grounds) deal(d *fold.Deal) []string {
	return g.once(d.Dir, func() []string {
		files := []string{d.Dir + "/deal.yaml"}
		if d.Import != nil {
			files = append(files, d.Import.Path)
		}
		files = append(files, turns(d)...)
		for f := range g.landed(d) {
			if !slices.Contains([]string{"order", "payment", "campaign"}, f.Process) {
				files = append(files, corrections(f)...)
			}
		}
		return files
	})
}

// turns are the facts from which on a deal's money is due, or is not.
func turns(d *fold.Deal) []string {
	if d.Main == nil {
		return nil // not folded
	}
	var files []string
	before := ""
	for _, t := range d.Main.Taken {
		if t.Cause != nil && (t.Row.ID == "TM-20" || fold.Dead(t.To) || fold.Dead(before)) {
			files = append(files, t.Cause.Path)
		}
		before = t.To
	}
	return files
}

// kind is what a line of a kind rests on.
func (g *grounds) kind(l Line) []string {
	switch l.Kind {
	case Commission:
		return g.commission(l)
	case Reward:
		return g.terms(l.Deal, is[fact.TermsReward])
	case Advance:
		return g.advance(l)
	case Penalty:
		return g.terms(l.Deal, func(b fact.Body) bool { return is[fact.TermsPreliminary](b) || is[fact.TermsFormal](b) })
	}
	return nil
}

// commission rests on the contract's terms and on the order. Where what one
// receipt earns depends on those before it, that is all orders of the deal.
func (g *grounds) commission(l Line) []string {
	files := g.terms(l.Deal, is[fact.TermsFormal])
	if accumulates(l.Deal) {
		return append(files, g.orders(l.Deal)...)
	}
	_, fragment, _ := strings.Cut(l.Key.Fact, "#")
	name, _, _ := strings.Cut(fragment, "/")
	return append(files, g.order(l.Deal, name)...)
}

// accumulates reports whether a deal has a ladder, a cap or a baseline.
func accumulates(d *fold.Deal) bool {
	return slices.ContainsFunc(d.Facts, func(f *fold.Fact) bool {
		switch b := f.Body.(type) {
		case *fact.TermsFormal:
			return len(b.Ladder) > 0 || b.Cap.Set
		case *fact.Order:
			return b.Development.S != ""
		}
		return false
	})
}

// advance rests on what its campaign was allowed, and on both facts that return
// it: the supply agreement and the order by which the sale was realised, or any
// order while none did that.
func (g *grounds) advance(l Line) []string {
	var files []string
	campaign := path.Dir(pathOf(l.Key.Fact))
	for f := range g.landed(l.Deal) {
		if f.Process != "campaign" || path.Dir(f.Path) != campaign {
			continue
		}
		if is[fact.CampaignPlan](f.Body) || is[fact.CampaignSupplement](f.Body) {
			files = append(files, counts(f)...)
		} else {
			files = append(files, corrections(f)...)
		}
	}
	for _, i := range l.Deal.Of("supply") {
		for _, t := range i.Taken {
			if t.Cause != nil && t.Row.ID == "TF-26" {
				files = append(files, t.Cause.Path)
			}
		}
	}
	if o, since := l.Deal.Sale(g.c, g.c.AsOf); o != nil {
		return append(files, g.order(l.Deal, o.Name)...)
	} else if since != 0 {
		return files
	}
	return append(files, g.orders(l.Deal)...)
}

// terms are the money terms of some kind.
func (g *grounds) terms(d *fold.Deal, of func(fact.Body) bool) []string {
	var files []string
	for f := range g.landed(d) {
		if of(f.Body) {
			files = append(files, counts(f)...)
		}
	}
	return files
}

func (g *grounds) orders(d *fold.Deal) []string {
	var files []string
	for _, o := range d.Orders {
		files = append(files, g.order(d, o.Name)...)
	}
	return files
}

// order is all that is recorded of an order, and all that was paid for it.
func (g *grounds) order(d *fold.Deal, name string) []string {
	dir := d.Dir + "/orders/" + name
	return g.once(dir, func() []string {
		var files []string
		for f := range g.landed(d) {
			if path.Dir(f.Path) == dir {
				files = append(files, counts(f)...)
			}
		}
		return append(files, g.receipts(d, name)...)
	})
}

// receipts are those that pay an order, or that did before they were corrected,
// and what became of the bills among them.
func (g *grounds) receipts(d *fold.Deal, order string) []string {
	paying := map[string]bool{}
	if o := orderNamed(d, order); o != nil {
		for _, a := range o.Allocations {
			paying[a.Receipt.Path] = true
		}
	}
	var of []*fold.Fact
	for _, f := range d.Customer.Records() {
		b, ok := f.Body.(*fact.Receipt)
		if !ok || f.Date > g.c.AsOf {
			continue
		}
		of = append(of, f)
		pays := func(a fact.ReceiptAllocations) bool { return a.Deal.S == d.ID && a.Order.S == order }
		if slices.ContainsFunc(b.Allocations, pays) {
			paying[f.Path] = true
		}
	}
	var files []string
	for _, f := range of {
		b := f.Body.(*fact.Receipt)
		beside := func(name string) bool { return name != "" && paying[path.Join(path.Dir(f.Path), name)] }
		if paying[f.Path] || beside(b.Dishonours.S) || beside(b.Discounts.S) {
			files = append(files, counts(f)...)
		}
	}
	return files
}

// landed goes through the deal's facts as they landed, by the as-of day,
// corrections left out.
func (g *grounds) landed(d *fold.Deal) iter.Seq[*fold.Fact] {
	return func(yield func(*fold.Fact) bool) {
		for _, f := range d.Records {
			if f.Date <= g.c.AsOf && !is[fact.Correct](f.Body) && !yield(f) {
				return
			}
		}
	}
}

// counts are the files that say what counts of a fact: its own, unless a
// correction voids it, and its corrections.
func counts(f *fold.Fact) []string {
	files := corrections(f)
	if !f.Void() {
		files = append(files, f.Path)
	}
	return files
}

func corrections(f *fold.Fact) []string {
	var files []string
	for _, c := range f.Corrections() {
		files = append(files, c.Path)
	}
	return files
}

func is[T any](b fact.Body) bool {
	_, ok := b.(any).(*T)
	return ok
}

// pathOf is the file that a key names, without the part of it.
func pathOf(key string) string {
	file, _, _ := strings.Cut(key, "#")
	return file
}
