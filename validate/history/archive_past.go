package history

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/dealgate/dealgate/validate/cache"
)

// Removal is a file that stood on the branch with its signature, as View still
// shows it, until a commit took it away or put something else in its place.
// Whoever may push to the branch can do that; what stood there is still in the
// branch's history.
type Removal struct {
	View   fs.FS
	Path   string
	Commit string // that did it
	By     Author // as it says of itself
	When   time.Time
}

// Removed lists what stood on the branch once and stands there no more, the
// latest first. That nothing was removed up to a commit follows from that commit
// alone, and is kept in the cache, which may be nil. The caller closes what is
// returned with it.
func (a *Archive) Removed(known *cache.Cache) ([]Removal, func() error, error) {
	d, err := a.open()
	if err != nil {
		return nil, nil, err
	}
	here, seen, err := d.tips(a.branch)
	if err != nil {
		return nil, nil, errors.Join(err, d.Close())
	}
	p := newPast(newRepo("", nil, d, nil), known)
	tips := distinct(append(seen, here))
	if err := p.walk(tips); err != nil {
		return nil, nil, errors.Join(err, d.Close())
	}
	if len(p.out) == 0 && len(tips) == 1 { // what one place lost, another may still have
		known.Put(nil, whole(tips[0])...)
	}
	return p.out, d.Close, nil
}

// distinct are the places at which a branch stands.
func distinct(tips []plumbing.Hash) []plumbing.Hash {
	var out []plumbing.Hash
	for _, h := range tips {
		if !h.IsZero() && !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	return out
}

// whole names, in the cache, that nothing was removed up to a commit.
func whole(h plumbing.Hash) []string { return []string{"nothing removed", h.String()} }

// past goes back over the whole of a branch.
type past struct {
	repo   *Repo
	known  *cache.Cache
	differ *differ
	sound  *soundness
	now    []*snapshot // as the branch stands
	told   map[held]bool
	out    []Removal
}

// held is a file with its signature; either may be missing.
type held struct {
	path      string
	file, sig BlobID
}

func newPast(r *Repo, known *cache.Cache) *past {
	return &past{repo: r, known: known, sound: newSoundness(r), differ: newDiffer(r.store, "."), told: map[held]bool{}}
}

// walk compares every commit that leads to the tips with each of its parents.
func (p *past) walk(tips []plumbing.Hash) error {
	seen := map[plumbing.Hash]bool{}
	var queue []*commit
	visit := func(h plumbing.Hash) (*commit, error) {
		c, err := p.repo.commit(h)
		if err == nil && !seen[h] {
			seen[h] = true
			queue = append(queue, c)
		}
		return c, err
	}
	for _, tip := range tips {
		if _, err := visit(tip); err != nil {
			return err
		}
		found, err := p.sound.last(tip)
		if err != nil {
			return err
		}
		for _, c := range found {
			p.now = append(p.now, &snapshot{p.repo, c.tree})
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		if _, nothing := p.known.Get(whole(queue[0].hash)...); nothing {
			continue
		}
		for _, parent := range queue[0].parents {
			before, err := visit(parent)
			if err == nil {
				err = p.compare(before, queue[0])
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// compare notes what a commit took away from one of its parents. Where the tree
// of either is unsound, what counts is the last before that is not.
func (p *past) compare(before, after *commit) error {
	err := p.pair(before, after)
	if err == nil {
		return nil
	}
	if sound, lost := p.sound.tree(after.tree, 0); lost != nil || !sound {
		return lost
	}
	if sound, lost := p.sound.tree(before.tree, 0); lost != nil || sound {
		return cmp.Or(lost, err)
	}
	found, err := p.sound.last(before.hash)
	for _, c := range found {
		if err == nil {
			err = p.pair(c, after)
		}
	}
	return err
}

// pair notes what a commit has no more that an earlier one had.
func (p *past) pair(before, after *commit) error {
	if before.tree == after.tree {
		return nil
	}
	changes, err := p.differ.compare(before.tree, after.tree)
	if err != nil {
		return err
	}
	view := &snapshot{p.repo, before.tree}
	for _, c := range changes {
		if c.Kind == Added {
			continue
		}
		was, err := view.held(strings.TrimSuffix(c.Path, Signature))
		if err != nil {
			return err
		}
		if was.file == "" || p.told[was] {
			continue
		}
		if stands, err := p.stands(was); stands || err != nil {
			if err != nil {
				return err
			}
			continue
		}
		p.told[was] = true
		p.out = append(p.out, Removal{View: view, Path: was.path, Commit: after.Hash, By: Author{Name: after.Author, Email: after.Email}, When: after.When})
	}
	return nil
}

// stands reports whether the branch has a file with its signature. One that
// had none may have been signed since.
func (p *past) stands(was held) (bool, error) {
	for _, v := range p.now {
		is, err := v.held(was.path)
		if err != nil || is == was || was.sig == "" && is.file == was.file {
			return err == nil, err
		}
	}
	return false, nil
}

func (s *snapshot) held(path string) (held, error) {
	file, err := s.blob(path)
	sig, sigErr := s.blob(path + Signature)
	return held{path, file, sig}, cmp.Or(err, sigErr)
}

// blob is the id of a file's content, "" where there is no file.
func (s *snapshot) blob(path string) (BlobID, error) {
	e, err := s.find("stat", path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid): // as of “.sig” alone
		return "", nil
	case err != nil:
		return "", err
	case e.mode&modeType != modeRegular:
		return "", nil
	}
	return BlobID(e.hash.String()), nil
}
