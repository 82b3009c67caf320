package history

import (
	"errors"
	"io/fs"

	"github.com/go-git/go-git/v5/plumbing"
)

// soundness knows which trees can be read down to the last folder. A server that
// does not look takes trees in which a name stands twice, or out of order; who
// sends one must not keep what stood before it, or what comes after, from being
// read.
type soundness struct {
	repo  *Repo
	trees map[plumbing.Hash]bool
}

func newSoundness(r *Repo) *soundness { return &soundness{r, map[plumbing.Hash]bool{}} }

// last returns a commit; where its tree is unsound, the last ones before it of
// which it is not.
func (s *soundness) last(tip plumbing.Hash) ([]*commit, error) {
	var out []*commit
	seen := map[plumbing.Hash]bool{tip: true}
	for queue := []plumbing.Hash{tip}; len(queue) > 0; queue = queue[1:] {
		c, err := s.repo.commit(queue[0])
		if err != nil {
			return nil, err
		}
		sound, err := s.tree(c.tree, 0)
		if err != nil {
			return nil, err
		}
		if sound {
			out = append(out, c)
			continue
		}
		for _, p := range c.parents {
			if !seen[p] {
				seen[p] = true
				queue = append(queue, p)
			}
		}
	}
	return out, nil
}

// soundTree is the tree of a commit, or all that stood before one whose own is
// unsound: what is added next puts that right.
func (w *archivist) soundTree(tip plumbing.Hash) (tree plumbing.Hash, err error) {
	found, err := newSoundness(w.repo).last(tip)
	for _, c := range found {
		if err == nil {
			tree, err = w.unite(tree, c.tree, "")
		}
	}
	return tree, err
}

// tree reports whether a tree is sound. One that this clone has lost is an error:
// then the branch is not to blame.
func (s *soundness) tree(h plumbing.Hash, depth int) (bool, error) {
	if sound, known := s.trees[h]; known {
		return sound, nil
	}
	es, err := s.repo.tree(h)
	if err != nil {
		if _, _, err := s.repo.store.read(h); err != nil && !tooLarge(err) {
			return false, err
		}
	}
	sound := err == nil && depth <= maxDepth
	for i := 0; sound && i < len(es); i++ {
		if !es[i].isTree() {
			continue
		}
		if sound, err = s.tree(es[i].hash, depth+1); err != nil {
			return false, err
		}
	}
	s.trees[h] = sound
	return sound, nil
}

func tooLarge(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Key == "history.too-large"
}

// standIn shows what stood before a commit whose own tree is unsound.
type standIn struct {
	*snapshot
	of plumbing.Hash
}

// InsteadOf returns the commit of a branch whose tree is unsound, so that a view
// shows what stood before it; "" where it shows what it should.
func InsteadOf(view fs.FS) string {
	if s, ok := view.(standIn); ok {
		return s.of.String()
	}
	return ""
}
