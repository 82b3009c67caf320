package history

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// Overlay returns base with changes laid over it: what was added or modified
// is read from head, what was deleted is gone, and folders appear and vanish
// with their files, as in git. Both must show symlinks without following them.
func Overlay(base, head fs.FS, changes []Change) fs.FS {
	o := &overlay{base: base, head: head, top: &node{}}
	for _, c := range changes {
		n := o.top
		for part := range strings.SplitSeq(c.Path, "/") {
			n = n.child(part)
		}
		n.set = true
		n.live = n.live || c.Kind != Deleted
	}
	return o
}

// node is a path that a change stands at or below.
type node struct {
	set, live bool // a change stands here; it leaves a file
	sub       map[string]*node
}

func (n *node) child(name string) *node {
	if n.sub == nil {
		n.sub = map[string]*node{}
	}
	if n.sub[name] == nil {
		n.sub[name] = &node{}
	}
	return n.sub[name]
}

type overlay struct {
	base, head fs.FS
	top        *node
}

// find returns the side that shows a path, or neither and the node of a
// folder that both have a part in.
func (o *overlay) find(op, name string) (fs.FS, *node, error) {
	if !validPath(name) {
		return nil, nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	if name == "." {
		return nil, o.top, nil
	}
	gone := &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	n := o.top
	for part := range strings.SplitSeq(name, "/") {
		if n.live {
			return nil, nil, gone // below a file
		}
		if n = n.sub[part]; n == nil {
			return o.base, nil, nil
		}
	}
	switch {
	case n.live:
		return o.head, nil, nil
	case n.set && n.sub == nil:
		return nil, nil, gone
	}
	list, err := o.list(name, n)
	if err != nil {
		return nil, nil, err
	}
	if len(list) == 0 {
		return nil, nil, gone
	}
	return nil, n, nil
}

// Open opens a file or folder.
func (o *overlay) Open(name string) (fs.File, error) {
	side, n, err := o.find("open", name)
	if err != nil {
		return nil, err
	}
	if side != nil {
		return side.Open(name)
	}
	list, err := o.list(name, n)
	if err != nil {
		return nil, err
	}
	return newFolder(mixed(name), list), nil
}

// ReadFile returns the content of a file.
func (o *overlay) ReadFile(name string) ([]byte, error) {
	side, _, err := o.find("read", name)
	if err != nil {
		return nil, err
	}
	if side != nil {
		return fs.ReadFile(side, name)
	}
	return nil, &fs.PathError{Op: "read", Path: name, Err: fail("history.not-a-file", "path", name)}
}

// ReadDir lists a folder, sorted by name.
func (o *overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	side, n, err := o.find("readdir", name)
	if err != nil {
		return nil, err
	}
	if side != nil {
		return fs.ReadDir(side, name)
	}
	return o.list(name, n)
}

// Stat describes a path without following symlinks.
func (o *overlay) Stat(name string) (fs.FileInfo, error) {
	side, _, err := o.find("stat", name)
	if err != nil {
		return nil, err
	}
	if side != nil {
		return fs.Stat(side, name)
	}
	return mixed(name), nil
}

// mixed describes a folder that both sides have a part in; it has no id.
func mixed(name string) fs.FileInfo {
	return info{name: path.Base(name), mode: fs.ModeDir | 0o555}
}

// list is the base's listing with the nodes below n laid over it.
func (o *overlay) list(name string, n *node) ([]fs.DirEntry, error) {
	entries, err := o.baseEntries(name)
	if err != nil {
		return nil, err
	}
	for child, c := range n.sub {
		e, err := o.entry(path.Join(name, child), c)
		if err != nil {
			return nil, err
		}
		if e == nil {
			delete(entries, child)
		} else {
			entries[child] = e
		}
	}
	return slices.SortedFunc(maps.Values(entries), func(a, b fs.DirEntry) int {
		return strings.Compare(a.Name(), b.Name())
	}), nil
}

// entry describes a changed path, or returns nil when nothing is left of it.
func (o *overlay) entry(name string, n *node) (fs.DirEntry, error) {
	if n.live {
		i, err := fs.Stat(o.head, name)
		if err != nil {
			return nil, err
		}
		return fs.FileInfoToDirEntry(i), nil
	}
	list, err := o.list(name, n)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return fs.FileInfoToDirEntry(mixed(name)), nil
}

// baseEntries lists a folder of the base; what is no folder there has none.
func (o *overlay) baseEntries(name string) (map[string]fs.DirEntry, error) {
	entries := map[string]fs.DirEntry{}
	i, err := fs.Stat(o.base, name)
	if errors.Is(err, fs.ErrNotExist) {
		return entries, nil
	}
	if err != nil || !i.IsDir() {
		return entries, err
	}
	list, err := fs.ReadDir(o.base, name)
	for _, e := range list {
		entries[e.Name()] = e
	}
	return entries, err
}
