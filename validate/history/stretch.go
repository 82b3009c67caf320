package history

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/dealgate/dealgate/validate/cache"
)

// Remember lets walks keep in a cache what each commit changed, so that the
// next walk compares only what is new. It is called before anything is read.
func (r *Repo) Remember(c *cache.Cache) { r.cache = c }

// stop is a commit of the line with what it changed, where that is known.
type stop struct {
	*commit
	changes []Change
	known   bool
	merge   merge
	fresh   bool // something of it was found out that is not kept
}

// merge is what is known of a merge commit.
type merge uint8

const (
	untold merge = iota
	clean
	unclean
)

// stretch is a piece of the line as the cache keeps it, oldest first. The
// commits are kept as git stores them: each is held against its hash, which
// the next one names, so that no line but the one asked for comes out.
type stretch struct {
	Commits []string
	Changes [][]Change
	Merges  []merge
}

// stretchLen is how many commits a stretch holds. It begins at a multiple of
// this, counted from the first commit; only the last one may be shorter.
const stretchLen = 256

var errStretch = errors.New("what is kept is no stretch of this line")

// stops lists the first-parent history, newest first: from the cache where it
// is kept, else from git.
func (r *Repo) stops(ctx context.Context, from, under string) ([]stop, error) {
	head, err := r.find(from)
	if err != nil {
		return nil, err
	}
	if r.cache != nil && !r.Shallow() {
		if line, err := r.recall(ctx, head.hash, under); err == nil || ctx.Err() != nil {
			return line, ctx.Err()
		}
	}
	line, err := r.line(ctx, head.Hash)
	if err != nil {
		return nil, err
	}
	all := make([]stop, len(line))
	for i, c := range line {
		all[i].commit = c
	}
	return all, nil
}

// piece is one commit that was read, or a stretch that is being decoded.
type piece struct {
	stops []stop // oldest first
	err   error
}

// recall goes back along the line, over kept stretches where there are any.
func (r *Repo) recall(ctx context.Context, at plumbing.Hash, under string) ([]stop, error) {
	var pieces []*piece
	var wait sync.WaitGroup
	for !at.IsZero() && ctx.Err() == nil {
		p, end := &piece{}, at
		pieces = append(pieces, p)
		if data, ok := r.cache.Get(stretchKey(under, at)...); ok && len(data) > len(at) {
			copy(at[:], data)
			wait.Go(func() { p.stops, p.err = decodeStretch(data, end) })
			continue
		}
		c, err := r.commit(at)
		if err != nil {
			return nil, err
		}
		p.stops, at = []stop{{commit: c}}, c.parent()
	}
	wait.Wait()
	var line []stop
	for _, p := range pieces {
		if p.err != nil {
			return nil, p.err
		}
		slices.Reverse(p.stops)
		line = append(line, p.stops...)
	}
	return line, ctx.Err()
}

// stretchKey names a stretch by the folder below which the changes lie, and
// by its last commit.
func stretchKey(under string, last plumbing.Hash) []string {
	return []string{"stretch", under, last.String()}
}

// parent is the first parent, zero for the first commit of all.
func (c *commit) parent() plumbing.Hash {
	if len(c.parents) == 0 {
		return plumbing.ZeroHash
	}
	return c.parents[0]
}

// decodeStretch reads a stretch that ends at a commit. It begins with the hash
// of the commit before, so that the one before can be fetched meanwhile.
func decodeStretch(data []byte, last plumbing.Hash) ([]stop, error) {
	before, at := plumbing.Hash(data[:len(last)]), last
	var s stretch
	if err := cache.Decode(data[len(last):], &s); err != nil {
		return nil, err
	}
	if len(s.Changes) != len(s.Commits) || len(s.Merges) != len(s.Commits) {
		return nil, errStretch
	}
	stops := make([]stop, len(s.Commits))
	for i, text := range slices.Backward(s.Commits) {
		if objectID(plumbing.CommitObject, []byte(text)) != at {
			return nil, errStretch
		}
		c, err := parseCommit(at, text)
		if err != nil {
			return nil, err
		}
		stops[i], at = stop{commit: c, changes: s.Changes[i], known: true, merge: s.Merges[i]}, c.parent()
	}
	if at != before || at == last {
		return nil, errStretch
	}
	return stops, nil
}

// keep puts what was found out about a line, newest first, into the cache.
func (r *Repo) keep(line []stop, under string) {
	if r.cache == nil || r.Shallow() {
		return
	}
	line = slices.Clone(line)
	slices.Reverse(line)
	var wait sync.WaitGroup
	fresh := false
	for part := range slices.Chunk(line, stretchLen) {
		if slices.ContainsFunc(part, func(s stop) bool { return s.fresh }) {
			fresh = true
			wait.Go(func() { r.keepStretch(part, under) })
		}
	}
	wait.Wait()
	if fresh {
		r.cache.Trim()
	}
}

func (r *Repo) keepStretch(stops []stop, under string) {
	r.cache.Put(encodeStretch(stops), stretchKey(under, stops[len(stops)-1].hash)...)
}

func encodeStretch(stops []stop) []byte {
	var s stretch
	for _, c := range stops {
		s.Commits, s.Changes, s.Merges = append(s.Commits, c.text), append(s.Changes, c.changes), append(s.Merges, c.merge)
	}
	before := stops[0].parent()
	return append(before[:], cache.Encode(s)...)
}
