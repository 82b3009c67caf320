package attest

import (
	"bytes"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
)

// blobs reads what git stores.
type blobs interface {
	Blob(id string) ([]byte, error)
}

// tree is the part of a repository that concerns one customer, kept up to date
// while his changes are replayed. What is decoded of a file stays with it, so
// that each is decoded once however often the customer is folded.
type tree struct {
	git  blobs
	top  *node
	lost map[string]error // files whose content git cannot give
}

// node is a file or folder.
type node struct {
	name     string
	mode     fs.FileMode
	blob     string
	children []*node // of a folder, by name
	decoded  bool
	body     any
	findings []diag.Diagnostic
}

func newTree(git blobs) *tree {
	return &tree{git: git, top: &node{name: ".", mode: fs.ModeDir | 0o555}, lost: map[string]error{}}
}

// apply brings a change into the tree. Folders appear and vanish with files.
func (t *tree) apply(c history.Change) {
	delete(t.lost, c.Path)
	if c.Kind == history.Deleted {
		t.top.remove(strings.Split(c.Path, "/"))
		return
	}
	t.put(c.Path, &node{mode: modeOf(c.NewMode), blob: c.NewBlob})
}

// put places a node, whose name it sets, at a path.
func (t *tree) put(name string, n *node) {
	at := t.top
	parts := strings.Split(name, "/")
	for _, part := range parts[:len(parts)-1] {
		at = at.folder(part)
	}
	if n.name == "" { // nodes of the rules are shared
		n.name = parts[len(parts)-1]
	}
	i, there := at.find(n.name)
	if there {
		at.children[i] = n
		return
	}
	at.children = slices.Insert(at.children, i, n)
}

func modeOf(mode uint32) fs.FileMode {
	switch mode &^ 0o7777 {
	case 0o100000:
		return 0o444
	case 0o120000:
		return fs.ModeSymlink | 0o444
	}
	return fs.ModeIrregular
}

func (n *node) find(name string) (int, bool) {
	return slices.BinarySearchFunc(n.children, name, func(c *node, name string) int { return strings.Compare(c.name, name) })
}

// folder returns a folder, which takes the place of a file of that name.
func (n *node) folder(name string) *node {
	i, there := n.find(name)
	if !there {
		n.children = slices.Insert(n.children, i, &node{name: name, mode: fs.ModeDir | 0o555})
	} else if !n.children[i].mode.IsDir() {
		n.children[i] = &node{name: name, mode: fs.ModeDir | 0o555}
	}
	return n.children[i]
}

func (n *node) remove(parts []string) {
	i, there := n.find(parts[0])
	if !there {
		return
	}
	if child := n.children[i]; len(parts) > 1 {
		child.remove(parts[1:])
		if len(child.children) > 0 || !child.mode.IsDir() {
			return
		}
	}
	n.children = slices.Delete(n.children, i, i+1)
}

func (t *tree) at(op, name string) (*node, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	n := t.top
	if name == "." {
		return n, nil
	}
	for part := range strings.SplitSeq(name, "/") {
		i, there := n.find(part)
		if !there {
			return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
		n = n.children[i]
	}
	return n, nil
}

// Decode implements fold.Decoder.
func (t *tree) Decode(p fold.Place) (any, []diag.Diagnostic) {
	n, err := t.at("read", p.Path)
	if err != nil || n.mode.IsDir() {
		return fold.ReadFile(plain{t}, p, nil)
	}
	if !n.decoded {
		n.body, n.findings = fold.ReadFile(plain{t}, p, nil)
		n.decoded = true
	}
	return n.body, slices.Clone(n.findings)
}

// plain is the tree without what was decoded.
type plain struct{ *tree }

// Decode hides that of the tree.
func (plain) Decode() {}

// Open implements fs.FS.
func (t *tree) Open(name string) (fs.File, error) {
	n, err := t.at("open", name)
	if err != nil {
		return nil, err
	}
	if n.mode.IsDir() {
		return &open{info: info{node: n}, rest: n.children}, nil
	}
	data, err := t.read(name, n)
	if err != nil {
		return nil, err
	}
	return &open{info: info{n, int64(len(data))}, Reader: bytes.NewReader(data)}, nil
}

func (t *tree) read(name string, n *node) ([]byte, error) {
	if !n.mode.IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	data, err := t.git.Blob(n.blob)
	if err != nil {
		t.lost[name] = err
	}
	return data, err
}

// unreadable is the first file whose content git cannot give, nil if there is
// none.
func (t *tree) unreadable() *Reason {
	for _, name := range slices.Sorted(maps.Keys(t.lost)) {
		return reason("audit/unreadable", "file", name, "problem", t.lost[name])
	}
	return nil
}

// Stat implements fs.StatFS: it describes a path without following links.
func (t *tree) Stat(name string) (fs.FileInfo, error) {
	n, err := t.at("stat", name)
	if err != nil {
		return nil, err
	}
	return info{node: n}, nil
}

// ReadDir implements fs.ReadDirFS.
func (t *tree) ReadDir(name string) ([]fs.DirEntry, error) {
	n, err := t.at("readdir", name)
	if err != nil {
		return nil, err
	}
	if !n.mode.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrInvalid}
	}
	return entries(n.children), nil
}

func entries(nodes []*node) []fs.DirEntry {
	list := make([]fs.DirEntry, len(nodes))
	for i, n := range nodes {
		list[i] = info{node: n}
	}
	return list
}

// info describes a node; git keeps no times.
type info struct {
	node *node
	size int64
}

func (i info) Name() string               { return path.Base(i.node.name) }
func (i info) Size() int64                { return i.size }
func (i info) Mode() fs.FileMode          { return i.node.mode }
func (i info) Type() fs.FileMode          { return i.node.mode.Type() }
func (i info) ModTime() time.Time         { return time.Time{} }
func (i info) IsDir() bool                { return i.node.mode.IsDir() }
func (i info) Sys() any                   { return nil }
func (i info) Info() (fs.FileInfo, error) { return i, nil }

// open is an open file or folder.
type open struct {
	info
	*bytes.Reader
	rest []*node
}

func (o *open) Stat() (fs.FileInfo, error) { return o.info, nil }
func (o *open) Close() error               { return nil }

// Size is that of the info; the reader has one too.
func (o *open) Size() int64 { return o.info.Size() }

// Read refuses a folder.
func (o *open) Read(b []byte) (int, error) {
	if o.Reader == nil {
		return 0, &fs.PathError{Op: "read", Path: o.node.name, Err: fs.ErrInvalid}
	}
	return o.Reader.Read(b)
}

// ReadDir returns the next n entries, or all that remain.
func (o *open) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(o.rest)
	} else if len(o.rest) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(o.rest))
	next := entries(o.rest[:n])
	o.rest = o.rest[n:]
	return next, nil
}
