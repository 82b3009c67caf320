package history

import (
	"container/heap"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// MergeBase returns the commit from which two lines of history parted. It
// fails where there is none, where there are several (both sides merged each
// other), and where a shallow clone hides the answer.
func (r *Repo) MergeBase(a, b string) (string, error) {
	ca, err := r.find(a)
	if err != nil {
		return "", err
	}
	cb, err := r.find(b)
	if err != nil {
		return "", err
	}
	base, err := r.mergeBase(ca, cb)
	if err != nil {
		return "", err
	}
	return base.Hash, nil
}

func (r *Repo) mergeBase(a, b *commit) (*commit, error) {
	p := painter{repo: r, marks: map[plumbing.Hash]mark{}}
	p.paint(a, left)
	p.paint(b, right)
	bases, err := p.run()
	if err != nil {
		return nil, err
	}
	switch len(bases) {
	case 0:
		return nil, fail("history.no-merge-base", "base", a.Hash, "head", b.Hash)
	case 1:
		return r.commit(bases[0])
	}
	return nil, fail("history.criss-cross", "base", a.Hash, "head", b.Hash, "commits", texts(bases))
}

// mark says from which sides a commit can be reached. What both sides reach
// is a candidate; what a candidate reaches is stale.
type mark uint8

const (
	left mark = 1 << iota
	right
	stale
	both = left | right
)

// painter walks both histories at once, youngest commits first, until only
// ancestors of candidates remain.
type painter struct {
	repo  *Repo
	marks map[plumbing.Hash]mark
	queue byTime
}

func (p *painter) paint(c *commit, m mark) {
	if p.marks[c.hash]|m == p.marks[c.hash] {
		return
	}
	p.marks[c.hash] |= m
	heap.Push(&p.queue, c)
}

func (p *painter) run() ([]plumbing.Hash, error) {
	found := map[plumbing.Hash]bool{}
	for p.open() || len(found) > 1 && len(p.queue) > 0 {
		c := heap.Pop(&p.queue).(*commit)
		m := p.marks[c.hash]
		if m&stale != 0 {
			delete(found, c.hash)
		} else if m == both {
			found[c.hash] = true
			m |= stale
		}
		if err := p.parents(c, m); err != nil {
			return nil, err
		}
	}
	var bases []plumbing.Hash
	for h := range found {
		if p.marks[h]&stale == 0 {
			bases = append(bases, h)
		}
	}
	slices.SortFunc(bases, func(a, b plumbing.Hash) int { return slices.Compare(a[:], b[:]) })
	return bases, nil
}

// open reports whether a queued commit may still lead to a candidate.
func (p *painter) open() bool {
	return slices.ContainsFunc(p.queue, func(c *commit) bool { return p.marks[c.hash]&stale == 0 })
}

func (p *painter) parents(c *commit, m mark) error {
	if p.repo.shallow[c.hash] {
		if m&stale != 0 {
			return nil
		}
		return fail("history.shallow", "commit", c.Hash)
	}
	for _, h := range c.parents {
		if p.marks[h]|m == p.marks[h] {
			continue
		}
		parent, err := p.repo.commit(h)
		if err != nil {
			return err
		}
		p.paint(parent, m)
	}
	return nil
}

// byTime is a heap of commits, the youngest first.
type byTime []*commit

func (q byTime) Len() int           { return len(q) }
func (q byTime) Less(i, j int) bool { return q[i].When.After(q[j].When) }
func (q byTime) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }

// Push adds a commit, for container/heap.
func (q *byTime) Push(x any) { *q = append(*q, x.(*commit)) }

// Pop takes the last commit, for container/heap.
func (q *byTime) Pop() any {
	old := *q
	c := old[len(old)-1]
	*q = old[:len(old)-1]
	return c
}
