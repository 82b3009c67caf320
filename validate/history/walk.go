package history

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
)

// Step is one commit of the line of history that changes landed on.
type Step struct {
	Commit  Commit
	Parent  string // the first parent, "" for the first commit of all
	Changes []Change
	Clean   bool // it merges two others and nothing else; see WalkOptions.Merges
}

// WalkOptions says where a walk begins and in which direction it goes.
type WalkOptions struct {
	From        string // a revision; "" is HEAD
	OldestFirst bool
	Merges      bool // find out which merges are clean
}

// Walk calls fn, on one goroutine, for every commit of the first-parent
// history that changed something at or below a folder, compared with its
// first parent. The first commit of all added everything it holds. A shallow
// clone is refused before fn is called: it would show its edge as the
// beginning.
func (r *Repo) Walk(ctx context.Context, under string, o WalkOptions, fn func(Step) error) error {
	if o.From == "" {
		o.From = "HEAD"
	}
	line, err := r.stops(ctx, o.From, under)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w := &walker{repo: r, under: under, merges: o.Merges, line: line, ordered: make(chan *batch, 2*workers())}
	w.start(ctx, o.OldestFirst)
	defer w.wait.Wait()
	defer cancel() // before the wait
	for b := range w.ordered {
		if err := b.deliver(ctx, o.OldestFirst, fn); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r.keep(line, under)
	return nil
}

func workers() int { return max(1, runtime.GOMAXPROCS(0)) }

// line lists the first-parent history, newest first.
func (r *Repo) line(ctx context.Context, from string) ([]*commit, error) {
	c, err := r.find(from)
	if err != nil {
		return nil, err
	}
	line := []*commit{c}
	for len(c.parents) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if r.shallow[c.hash] {
			return nil, fail("history.shallow", "commit", c.Hash)
		}
		if c, err = r.commit(c.parents[0]); err != nil {
			return nil, err
		}
		line = append(line, c)
	}
	return line, nil
}

// batchSize is how many neighbouring commits one worker compares at a time:
// each tree is read once, except at the seams.
const batchSize = 64

// walker compares batches of commits on several goroutines and hands them
// over in order.
type walker struct {
	repo    *Repo
	under   string
	merges  bool
	line    []stop
	ordered chan *batch
	wait    sync.WaitGroup
}

// batch is the commits line[from:to], newest first.
type batch struct {
	from, to int
	steps    []Step
	err      error
	done     chan struct{}
}

func (w *walker) start(ctx context.Context, oldestFirst bool) {
	todo := make(chan *batch)
	w.wait.Go(func() {
		defer close(todo)
		defer close(w.ordered)
		for _, b := range batches(len(w.line), oldestFirst) {
			for _, to := range []chan *batch{w.ordered, todo} {
				select {
				case to <- b:
				case <-ctx.Done():
					return
				}
			}
		}
	})
	for range workers() {
		w.wait.Go(func() { w.work(todo) })
	}
}

func batches(n int, oldestFirst bool) []*batch {
	var bs []*batch
	for from := 0; from < n; from += batchSize {
		bs = append(bs, &batch{from: from, to: min(from+batchSize, n), done: make(chan struct{})})
	}
	if oldestFirst {
		slices.Reverse(bs)
	}
	return bs
}

func (w *walker) work(todo <-chan *batch) {
	for b := range todo {
		b.steps, b.err = w.compare(newDiffer(w.repo.store, w.under), b)
		close(b.done)
	}
}

func (w *walker) compare(d *differ, b *batch) ([]Step, error) {
	var steps []Step
	for i := b.from; i < b.to; i++ {
		c, parent, tree := &w.line[i], "", plumbing.ZeroHash
		if i+1 < len(w.line) {
			parent, tree = w.line[i+1].Hash, w.line[i+1].tree
		}
		if !c.known {
			var err error
			if c.changes, err = d.compare(tree, c.tree); err != nil {
				return nil, err
			}
			c.changes, c.fresh = together(c.changes), true
		}
		if len(c.changes) == 0 {
			continue
		}
		if err := w.merge(c); err != nil {
			return nil, err
		}
		steps = append(steps, Step{Commit: c.Commit, Parent: parent, Changes: c.changes, Clean: c.merge == clean})
	}
	return steps, nil
}

// together returns changes whose texts are pieces of one: of a long history
// there are a million, and the garbage collector looks at each.
func together(changes []Change) []Change {
	var b strings.Builder
	for _, c := range changes {
		b.WriteString(c.Path)
		b.WriteString(c.OldBlob)
		b.WriteString(c.NewBlob)
	}
	all := b.String()
	piece := func(s string) (p string) {
		p, all = all[:len(s)], all[len(s):]
		return p
	}
	out := make([]Change, len(changes))
	for i, c := range changes {
		c.Path, c.OldBlob, c.NewBlob = piece(c.Path), piece(c.OldBlob), piece(c.NewBlob)
		out[i] = c
	}
	return out
}

// merge finds out whether a merge is clean, where that is asked for.
func (w *walker) merge(c *stop) error {
	if !w.merges || c.merge != untold || len(c.parents) != 2 {
		return nil
	}
	ok, err := w.repo.CleanMerge(c.Commit, w.under)
	c.merge, c.fresh = unclean, true
	if ok {
		c.merge = clean
	}
	return err
}

// deliver waits for the batch and passes its steps on.
func (b *batch) deliver(ctx context.Context, oldestFirst bool, fn func(Step) error) error {
	select {
	case <-b.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	if b.err != nil {
		return b.err
	}
	if oldestFirst {
		slices.Reverse(b.steps)
	}
	for _, s := range b.steps {
		if err := fn(s); err != nil {
			return err
		}
	}
	return nil
}
