package history

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// Archive is an append-only branch of files that has nothing in common with
// the branches that people work on. What stands in it is never changed and
// never goes away: a file is added, or it is there already.
//
// Many processes may add at once. Each lays its files over the branch as it
// finds it and moves the branch only if it still stands there; else it looks
// again. So a lost race, a crash or a retry loses nothing and adds nothing
// twice.
type Archive struct {
	branch string
	at     place
	open   func() (depot, error)
	pause  func(try int)
	// Displaced are the paths that something had taken which is no folder, where
	// a folder has to stand. It made room; the branch's history still has it.
	Displaced []string
}

// depot is what an archive is kept in.
type depot interface {
	store
	// tips returns where the branch stands here, zero if nowhere, and where
	// remotes were last seen to have it.
	tips(branch string) (here plumbing.Hash, seen []plumbing.Hash, err error)
	// put stores an object.
	put(kind plumbing.ObjectType, data []byte) (plumbing.Hash, error)
	// swing moves the branch; errMoved when it no longer stands at old.
	swing(branch string, old, now plumbing.Hash) error
}

var (
	errMoved  = errors.New("the branch has moved")
	errLocked = errors.New("the branch is locked")
)

// Note is what the commit that adds files says of itself.
type Note struct {
	Author  Author
	When    time.Time
	Subject string
}

// OpenArchive opens a branch of the repository that dir lies in. The branch
// need not exist yet.
func OpenArchive(dir, branch string) (*Archive, error) {
	at, err := locate(dir)
	if err != nil {
		return nil, err
	}
	if err := at.check(); err != nil {
		return nil, err
	}
	return &Archive{
		branch: branch, at: at, pause: waitForLock,
		open: func() (depot, error) { return openDiskDepot(at) },
	}, nil
}

// Views returns the files of the branch: as it stands here, then as remotes
// were last seen to have it. There are none when the branch does not exist.
// The caller closes what is returned with them.
func (a *Archive) Views() ([]fs.FS, func() error, error) {
	d, err := a.open()
	if err != nil {
		return nil, nil, err
	}
	views, err := a.views(d, newRepo("", nil, d, nil))
	if err != nil {
		return nil, nil, errors.Join(err, d.Close())
	}
	return views, d.Close, nil
}

// ViewsIn returns the same through a repository that is open already, and as
// long as it is. It must have been opened after what was fetched last.
func (a *Archive) ViewsIn(r *Repo) ([]fs.FS, error) {
	d, err := a.open()
	if err != nil {
		return nil, err
	}
	views, err := a.views(d, r)
	return views, errors.Join(err, d.Close())
}

// views reads the branch, found in a depot, through a repository.
func (a *Archive) views(d depot, r *Repo) ([]fs.FS, error) {
	here, seen, err := d.tips(a.branch)
	if err != nil {
		return nil, err
	}
	var views []fs.FS
	sound := newSoundness(r)
	for _, tip := range append([]plumbing.Hash{here}, seen...) {
		if tip.IsZero() {
			continue
		}
		found, err := sound.last(tip)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			if v := (&snapshot{r, c.tree}); c.hash == tip {
				views = append(views, v)
			} else {
				views = append(views, standIn{v, tip})
			}
		}
	}
	return views, nil
}

// tries bounds how often a writer that always comes too late looks again.
const tries = 200

// Add puts files into the branch and reports whether any of them was missing.
func (a *Archive) Add(files []NewFile, note Note) (bool, error) {
	for _, f := range files {
		if !writable(f.Path) {
			return false, fail("archive.bad-path", "path", f.Path)
		}
	}
	return a.retry(func(w *archivist) (bool, error) {
		tree, err := w.folder(files, "")
		if err != nil {
			return false, err
		}
		return w.add(tree, note)
	})
}

// retry does something to the branch until nobody comes between.
func (a *Archive) retry(do func(*archivist) (bool, error)) (bool, error) {
	for try := range tries {
		done, err := a.once(do)
		switch {
		case errors.Is(err, errMoved):
		case errors.Is(err, errLocked):
			a.pause(try)
		case err != nil:
			return false, worded(err)
		default:
			return done, nil
		}
	}
	return false, fail("archive.busy", "branch", a.branch)
}

func (a *Archive) once(do func(*archivist) (bool, error)) (bool, error) {
	d, err := a.open()
	if err != nil {
		return false, err
	}
	defer d.Close()
	w := &archivist{depot: d, branch: a.branch, repo: newRepo("", nil, d, nil)}
	done, err := do(w)
	if err == nil {
		a.Displaced = append(a.Displaced, w.displaced...)
	}
	return done, err
}

func worded(err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return fail("archive.unwritable", "reason", err.Error())
}

func waitForLock(try int) {
	time.Sleep(min(time.Duration(try+1)*5*time.Millisecond, 100*time.Millisecond))
}

// archivist adds to the branch as it stands at one moment.
type archivist struct {
	depot
	branch string
	repo   *Repo

	displaced []string
}

// add lays a tree of new files over the branch and what is known of remotes.
func (w *archivist) add(tree plumbing.Hash, note Note) (bool, error) {
	here, seen, err := w.tips(w.branch)
	if err != nil {
		return false, err
	}
	tip, err := w.join(here, seen, note)
	if err != nil {
		return false, err
	}
	var old, all plumbing.Hash
	var parents []plumbing.Hash
	if !tip.IsZero() {
		c, err := w.repo.commit(tip)
		if err != nil {
			return false, err
		}
		if all, err = w.soundTree(tip); err != nil {
			return false, err
		}
		old, parents = c.tree, []plumbing.Hash{tip}
	}
	all, err = w.unite(all, tree, "")
	if err != nil {
		return false, err
	}
	if all != old {
		if tip, err = w.commit(all, parents, note); err != nil {
			return false, err
		}
	}
	if tip == here {
		return false, nil
	}
	return all != old, w.swing(w.branch, here, tip)
}

// join returns a commit that holds what stands here and at every remote.
func (w *archivist) join(here plumbing.Hash, seen []plumbing.Hash, note Note) (plumbing.Hash, error) {
	tip := here
	for _, other := range seen {
		var err error
		if tip, err = w.merge(other, tip, note); err != nil {
			return tip, err
		}
	}
	return tip, nil
}

// merge returns a commit that descends from both. Where both have a file of
// one name, that of keep stands: others have seen it already.
func (w *archivist) merge(keep, more plumbing.Hash, note Note) (plumbing.Hash, error) {
	if more.IsZero() || keep == more {
		return keep, nil
	}
	if keep.IsZero() {
		return more, nil
	}
	if in, err := w.reaches(more, keep); err != nil || in {
		return more, err
	}
	if in, err := w.reaches(keep, more); err != nil || in {
		return keep, err
	}
	a, err := w.soundTree(keep)
	if err != nil {
		return keep, err
	}
	b, err := w.soundTree(more)
	if err != nil {
		return keep, err
	}
	tree, err := w.unite(a, b, "")
	if err != nil {
		return keep, err
	}
	return w.commit(tree, []plumbing.Hash{keep, more}, note)
}

// reaches reports whether a commit is an ancestor of tip, or tip itself.
func (w *archivist) reaches(tip, ancestor plumbing.Hash) (bool, error) {
	seen := map[plumbing.Hash]bool{tip: true}
	for queue := []plumbing.Hash{tip}; len(queue) > 0; queue = queue[1:] {
		if queue[0] == ancestor {
			return true, nil
		}
		c, err := w.repo.commit(queue[0])
		if err != nil {
			return false, err
		}
		for _, p := range c.parents {
			if !seen[p] {
				seen[p] = true
				queue = append(queue, p)
			}
		}
	}
	return false, nil
}

func (w *archivist) commit(tree plumbing.Hash, parents []plumbing.Hash, note Note) (plumbing.Hash, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "tree %s\n", tree)
	for _, p := range parents {
		fmt.Fprintf(&b, "parent %s\n", p)
	}
	by := stamp{note.Author, note.When}
	fmt.Fprintf(&b, "author %s\ncommitter %s\n\n%s\n", by, by, strings.ReplaceAll(note.Subject, "\x00", ""))
	return w.put(plumbing.CommitObject, []byte(b.String()))
}

// folder writes the tree of the files below a prefix.
func (w *archivist) folder(files []NewFile, prefix string) (plumbing.Hash, error) {
	sub := map[string][]NewFile{}
	var es []entry
	for _, f := range files {
		name, _, deep := strings.Cut(strings.TrimPrefix(f.Path, prefix), "/")
		if deep {
			sub[name] = append(sub[name], f)
			continue
		}
		blob, err := w.put(plumbing.BlobObject, f.Data)
		if err != nil {
			return blob, err
		}
		es = append(es, entry{name, modeRegular | 0o644, blob})
	}
	for name, files := range sub {
		tree, err := w.folder(files, prefix+name+"/")
		if err != nil {
			return tree, err
		}
		es = append(es, entry{name, modeTree, tree})
	}
	return w.tree(es)
}

// tree writes a tree of entries in any order.
func (w *archivist) tree(es []entry) (plumbing.Hash, error) {
	slices.SortFunc(es, func(a, b entry) int {
		return compareNames([]byte(a.name), a.isTree(), []byte(b.name), b.isTree())
	})
	var raw []byte
	for _, e := range es {
		raw = fmt.Appendf(raw, "%o %s\x00", e.mode, e.name)
		raw = append(raw, e.hash[:]...)
	}
	return w.put(plumbing.TreeObject, raw)
}

// Signature is what the name of a file's detached signature ends in. A file
// and its signature stay together: neither is ever paired with that of
// another version.
const Signature = ".sig"

// unite returns a tree with all of keep and what only more has, at a path. A
// folder of either displaces what is none: nobody who may push can keep
// statements from being written by what he puts in their way.
func (w *archivist) unite(keep, more plumbing.Hash, at string) (plumbing.Hash, error) {
	if keep == more || more.IsZero() {
		return keep, nil
	}
	if keep.IsZero() {
		return more, nil
	}
	old, err := w.repo.tree(keep)
	if err != nil {
		return keep, err
	}
	added, err := w.repo.tree(more)
	if err != nil {
		return keep, err
	}
	es := slices.Clone(old)
	for _, e := range added {
		i, there := slices.BinarySearchFunc(old, e, byName)
		switch {
		case !there && foreign(e, old, added):
		case !there:
			es = append(es, e)
		case old[i].isTree() && e.isTree():
			if es[i].hash, err = w.unite(old[i].hash, e.hash, path.Join(at, e.name)); err != nil {
				return keep, err
			}
		case e.isTree():
			w.displaced = append(w.displaced, path.Join(at, e.name))
			es[i] = e
		}
	}
	if slices.Equal(es, old) {
		return keep, nil
	}
	return w.tree(es)
}

// foreign reports a signature of a file that keep has otherwise.
func foreign(e entry, keep, more []entry) bool {
	name, ok := strings.CutSuffix(e.name, Signature)
	if !ok {
		return false
	}
	i, kept := slices.BinarySearchFunc(keep, entry{name: name}, byName)
	j, there := slices.BinarySearchFunc(more, entry{name: name}, byName)
	return kept && there && keep[i].hash != more[j].hash
}
