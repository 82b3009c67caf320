package history

import (
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
)

// Dirty lists the paths at or below a folder, sorted, whose working copy
// differs from HEAD: changed, missing, or never committed. It compares the
// bytes as they lie on the disk. So a file that a checkout with core.autocrlf
// gave other line ends is reported, and so is one that .gitignore names; the
// executable bit is not looked at, nor is the inside of a submodule.
func (r *Repo) Dirty(under string) ([]string, error) {
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
	d := &dirt{snapshot: snapshot{r, c.tree}}
	e, err := d.find("stat", under)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := d.path(under, e, 0); err != nil {
		return nil, err
	}
	if err := d.hash(); err != nil {
		return nil, err
	}
	slices.Sort(d.paths)
	return d.paths, nil
}

// dirt collects what differs: at once what can be seen from the folders, and
// after hashing what stands on both sides.
type dirt struct {
	snapshot
	paths []string
	files []committed
	mu    sync.Mutex
}

// committed is a file that stands in HEAD and on the disk.
type committed struct {
	path string
	e    entry
}

func (d *dirt) disk(name string) string {
	return filepath.Join(d.repo.root, filepath.FromSlash(name))
}

// path compares one path with its entry in HEAD, which may not exist.
func (d *dirt) path(name string, e entry, depth int) error {
	if depth > maxDepth {
		return fail("history.too-deep", "path", name, "limit", maxDepth)
	}
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		d.paths = append(d.paths, name) // a name that this system cannot hold
		return nil
	}
	i, err := os.Lstat(d.disk(name))
	absent := errors.Is(err, fs.ErrNotExist)
	switch {
	case err != nil && !absent:
		return unreadable(d.disk(name), err)
	case e.mode == modeSubmodule || absent && !e.exists():
		return nil
	case !absent && i.IsDir():
		return d.folder(name, e, depth)
	case e.isTree():
		if !absent {
			d.paths = append(d.paths, name)
		}
		return d.missing(name, e, depth)
	case e.exists() && !absent && i.Mode().Type() == fileMode(e.mode).Type():
		d.files = append(d.files, committed{name, e})
		return nil
	}
	d.paths = append(d.paths, name)
	return nil
}

// folder compares a folder on the disk with what HEAD has of that name.
func (d *dirt) folder(name string, e entry, depth int) error {
	names := map[string]entry{}
	if e.isTree() {
		es, err := d.repo.tree(e.hash)
		if err != nil {
			return err
		}
		for _, e := range es {
			names[e.name] = e
		}
	} else if e.exists() {
		d.paths = append(d.paths, name)
	}
	list, err := os.ReadDir(d.disk(name))
	if err != nil {
		return unreadable(d.disk(name), err)
	}
	for _, l := range list {
		if _, known := names[l.Name()]; !known && l.Name() != ".git" {
			names[l.Name()] = entry{}
		}
	}
	for child, e := range names {
		if err := d.path(path.Join(name, child), e, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// missing reports every file of a folder that is not on the disk.
func (d *dirt) missing(name string, e entry, depth int) error {
	if depth > maxDepth {
		return fail("history.too-deep", "path", name, "limit", maxDepth)
	}
	if e.mode == modeSubmodule {
		return nil
	}
	if !e.isTree() {
		d.paths = append(d.paths, name)
		return nil
	}
	es, err := d.repo.tree(e.hash)
	if err != nil {
		return err
	}
	for _, e := range es {
		if err := d.missing(path.Join(name, e.name), e, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// hash compares the content of the files on several goroutines.
func (d *dirt) hash() error {
	todo := make(chan committed)
	errs := make([]error, workers())
	var wait sync.WaitGroup
	for i := range errs {
		wait.Go(func() {
			for f := range todo {
				errs[i] = errors.Join(errs[i], d.file(f))
			}
		})
	}
	for _, f := range d.files {
		todo <- f
	}
	close(todo)
	wait.Wait()
	return errors.Join(errs...)
}

func (d *dirt) file(f committed) error {
	id, err := blobID(d.disk(f.path))
	if err != nil {
		return unreadable(d.disk(f.path), err)
	}
	if id != f.e.hash {
		d.mu.Lock()
		d.paths = append(d.paths, f.path)
		d.mu.Unlock()
	}
	return nil
}

// blobID returns the hash that git would store a file under, a symlink by
// its target.
func blobID(name string) (plumbing.Hash, error) {
	i, err := os.Lstat(name)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	if i.Mode()&fs.ModeSymlink != 0 {
		target, err := os.Readlink(name)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		target = filepath.ToSlash(target)
		return sum(int64(len(target)), strings.NewReader(target))
	}
	f, err := os.Open(name)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	defer f.Close()
	return sum(i.Size(), f)
}

func sum(size int64, src io.Reader) (id plumbing.Hash, err error) {
	h := sha1.New()
	fmt.Fprintf(h, "blob %d\x00", size)
	_, err = io.Copy(h, src)
	h.Sum(id[:0])
	return id, err
}
