package history

import (
	"crypto/sha1"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
)

// dirt collects what differs. The one above the units only notes them; each of
// them has one of its own.
type dirt struct {
	snapshot
	above  bool
	units  []committed
	paths  []string
	hash   hash.Hash // of the names and bytes on the disk
	more   bool      // a folder is there that HEAD does not have
	opaque bool      // something there cannot be named
	id     string
}

// committed is what stands in HEAD under a path; the zero entry is nothing.
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
	if d.above && depth == unitDepth {
		d.units = append(d.units, committed{name, e})
		return nil
	}
	i, err := os.Lstat(d.disk(name))
	absent := errors.Is(err, fs.ErrNotExist)
	switch {
	case err != nil && !absent:
		return unreadable(d.disk(name), err)
	case e.mode == modeSubmodule:
		d.opaque = true
		return nil
	case absent && !e.exists():
		return nil
	case !absent && i.IsDir():
		return d.folder(name, e, depth)
	case absent:
		return d.missing(name, e, depth)
	case d.above && !e.isTree():
		d.units = append(d.units, committed{name, e})
		return nil
	}
	if e.isTree() {
		if err := d.missing(name, e, depth); err != nil {
			return err
		}
	}
	return d.file(name, e, i)
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
	if d.hash != nil {
		d.more = d.more || !e.isTree()
		fmt.Fprintf(d.hash, "%s/\n", name)
	}
	list, err := os.ReadDir(d.disk(name))
	if err != nil {
		return unreadable(d.disk(name), err)
	}
	for _, l := range list {
		_, known := names[l.Name()]
		switch {
		case l.Name() == ".git":
			d.opaque = true
		case !known:
			names[l.Name()] = entry{}
		}
	}
	for _, child := range slices.Sorted(maps.Keys(names)) {
		if err := d.path(path.Join(name, child), names[child], depth+1); err != nil {
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

// file compares what is no folder on the disk, byte by byte.
func (d *dirt) file(name string, e entry, i fs.FileInfo) error {
	if !i.Mode().IsRegular() && i.Mode()&fs.ModeSymlink == 0 {
		d.paths, d.opaque = append(d.paths, name), true
		return nil
	}
	id, err := blobID(d.disk(name))
	if err != nil {
		return unreadable(d.disk(name), err)
	}
	if d.hash != nil {
		fmt.Fprintf(d.hash, "%s\x00%o\x00%s\n", name, i.Mode().Type(), id)
	}
	if e.isTree() || !e.exists() || i.Mode().Type() != fileMode(e.mode).Type() || id != e.hash {
		d.paths = append(d.paths, name)
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
	buffer := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buffer)
	_, err = io.CopyBuffer(h, struct{ io.Reader }{src}, buffer[:])
	h.Sum(id[:0])
	return id, err
}

// buffers are for reading files with: most are far smaller than one.
var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}
