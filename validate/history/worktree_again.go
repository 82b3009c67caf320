package history

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// origin is what a Worktree was compared with.
type origin struct {
	under string
	tree  plumbing.Hash
}

// WorktreeAgain is the Worktree of the same folder, when nothing but the given
// paths may have changed since. Where HEAD is another, or a path does not lie
// in one of the folders that are compared as a whole, it looks at all of them.
func (r *Repo) WorktreeAgain(before *Worktree, changed []string) (*Worktree, error) {
	c, err := r.find("HEAD")
	if err != nil {
		return nil, err
	}
	units, all := before.unitsOf(changed)
	if all || c.tree != before.of.tree {
		return r.Worktree(before.of.under)
	}
	w := before.without(units)
	d := &dirt{snapshot: snapshot{r, c.tree}}
	for _, path := range units {
		e, err := d.find("stat", path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if _, gone := os.Lstat(d.disk(path)); e.exists() || !errors.Is(gone, fs.ErrNotExist) {
			d.units = append(d.units, committed{path, e})
		}
	}
	if err := w.compare(d, newCleanSet(nil)); err != nil {
		return nil, err
	}
	slices.Sort(w.Dirty)
	return w, nil
}

// unitsOf lists the folders that hold some paths. All is true where they cannot
// be told from others.
func (w *Worktree) unitsOf(paths []string) (units []string, all bool) {
	for _, path := range paths {
		rest, below := strings.CutPrefix(path, w.of.under+"/")
		parts := strings.SplitN(rest, "/", unitDepth+1)
		if !below || len(parts) < unitDepth || w.IDs == nil {
			return nil, true
		}
		units = append(units, w.of.under+"/"+strings.Join(parts[:unitDepth], "/"))
	}
	slices.Sort(units)
	return slices.Compact(units), false
}

// without is what is known of all other units.
func (w *Worktree) without(units []string) *Worktree {
	out := &Worktree{IDs: maps.Clone(w.IDs), of: w.of}
	for _, u := range units {
		delete(out.IDs, u)
	}
	for _, path := range w.Dirty {
		if !slices.ContainsFunc(units, func(u string) bool { return path == u || strings.HasPrefix(path, u+"/") }) {
			out.Dirty = append(out.Dirty, path)
		}
	}
	return out
}
