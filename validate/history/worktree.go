package history

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"sync"
	"time"
)

// Worktree is the working copy at or below a folder, held against HEAD.
type Worktree struct {
	// Dirty lists the paths, sorted, whose working copy differs from HEAD:
	// changed, missing, or never committed.
	Dirty []string
	// IDs names what lies in each folder two levels down, and in each file
	// above: one that holds the same bytes under the same names as before has
	// the same ID. It is empty for what cannot be named in this way, and nothing
	// is named where that lies above.
	IDs map[string]string
	of  origin
}

// unitDepth is how far below the folder asked for lie those that are compared
// as a whole.
const unitDepth = 2

// settled is how old the youngest file of a folder must be before its times
// are trusted: one that is changed twice within a tick of the clock shows the
// same time twice.
const settled = 2 * time.Second

// Worktree compares the bytes as they lie on the disk. So a file that a
// checkout with core.autocrlf gave other line ends is reported, and so is one
// that .gitignore names; the executable bit is not looked at, nor is the
// inside of a submodule.
//
// A folder that was found clean is remembered by the sizes, times and places
// of its files, as git's index does it, and not read again until one of them
// is another.
func (r *Repo) Worktree(under string) (*Worktree, error) {
	if r.root == "" {
		return nil, fail("history.bare")
	}
	if !fs.ValidPath(under) {
		return nil, fail("history.bad-folder", "folder", under)
	}
	c, err := r.find("HEAD")
	if err != nil {
		return nil, err
	}
	d := &dirt{snapshot: snapshot{r, c.tree}, above: true}
	e, err := d.find("stat", under)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := d.path(under, e, 0); err != nil {
		return nil, err
	}
	w := &Worktree{Dirty: d.paths, IDs: map[string]string{}, of: origin{under, c.tree}}
	clean := r.recallClean(under)
	if err := w.compare(d, clean); err != nil {
		return nil, err
	}
	r.keepClean(under, clean)
	if d.opaque {
		w.IDs = nil
	}
	slices.Sort(w.Dirty)
	r.trees.forget() // of all folders there are
	return w, nil
}

// Dirty lists the paths at or below a folder, sorted, whose working copy
// differs from HEAD.
func (r *Repo) Dirty(under string) ([]string, error) {
	w, err := r.Worktree(under)
	if err != nil {
		return nil, err
	}
	return w.Dirty, nil
}

// compare goes through the units on several goroutines.
func (w *Worktree) compare(d *dirt, clean *cleanSet) error {
	todo := make(chan committed)
	errs := make([]error, workers())
	var mu sync.Mutex
	var wait sync.WaitGroup
	for i := range errs {
		wait.Go(func() {
			for u := range todo {
				one := &dirt{snapshot: d.snapshot, hash: sha256.New()}
				errs[i] = errors.Join(errs[i], one.unit(u, clean))
				mu.Lock()
				w.Dirty = append(w.Dirty, one.paths...)
				w.IDs[u.path] = one.id
				mu.Unlock()
			}
		})
	}
	for _, u := range d.units {
		todo <- u
	}
	close(todo)
	wait.Wait()
	return errors.Join(errs...)
}

// unit compares one folder, or one file above such folders, and names what
// lies there.
func (d *dirt) unit(u committed, clean *cleanSet) error {
	l, young, err := d.looks(u)
	if err != nil {
		return err
	}
	if clean.has(l) {
		d.id = u.e.hash.String()
		return nil
	}
	if err := d.path(u.path, u.e, unitDepth); err != nil {
		return err
	}
	switch {
	case d.opaque:
	case len(d.paths) > 0 || d.more:
		d.id = hex.EncodeToString(d.hash.Sum(nil))
	default:
		d.id = u.e.hash.String()
		if !young {
			clean.put(l)
		}
	}
	return nil
}

// looks is a digest of what a unit is in HEAD and of how its files look from
// outside, and whether one of them is so young that this proves little.
func (d *dirt) looks(u committed) (look, bool, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00", u.path, u.e.hash)
	youngest := time.Time{}
	var file func(name string, depth int) error
	file = func(name string, depth int) error {
		if depth > maxDepth {
			return fail("history.too-deep", "path", name, "limit", maxDepth)
		}
		i, err := os.Lstat(d.disk(name))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return unreadable(d.disk(name), err)
		}
		changed := changeTime(i)
		for _, t := range []time.Time{changed, i.ModTime()} {
			if t.After(youngest) {
				youngest = t
			}
		}
		fmt.Fprintf(h, "%s\x00%o %d %d %d %d\n", name, i.Mode(), i.Size(), i.ModTime().UnixNano(), changed.UnixNano(), inode(i))
		if !i.IsDir() {
			return nil
		}
		list, err := os.ReadDir(d.disk(name))
		if err != nil {
			return unreadable(d.disk(name), err)
		}
		for _, l := range list {
			if err := file(path.Join(name, l.Name()), depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	err := file(u.path, unitDepth)
	return look(h.Sum(nil)), time.Since(youngest) < settled, err
}

// look is how a unit looks from outside.
type look [sha256.Size]byte

// cleanSet holds how units look that hold what HEAD has of them.
type cleanSet struct {
	mu         sync.Mutex
	known, now map[look]bool
}

func (c *cleanSet) has(l look) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known[l] {
		c.now[l] = true
	}
	return c.known[l]
}

func (c *cleanSet) put(l look) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now[l] = true
}

func (r *Repo) recallClean(under string) *cleanSet {
	data, _ := r.cache.Get("clean", r.root, under)
	return newCleanSet(data)
}

func newCleanSet(data []byte) *cleanSet {
	c := &cleanSet{known: map[look]bool{}, now: map[look]bool{}}
	for l := range slices.Chunk(data, sha256.Size) {
		if len(l) == sha256.Size {
			c.known[look(l)] = true
		}
	}
	return c
}

func (r *Repo) keepClean(under string, c *cleanSet) {
	fresh := len(c.now) != len(c.known)
	data := make([]byte, 0, len(c.now)*sha256.Size)
	for l := range c.now {
		fresh = fresh || !c.known[l]
		data = append(data, l[:]...)
	}
	if fresh {
		r.cache.Put(data, "clean", r.root, under)
	}
}
