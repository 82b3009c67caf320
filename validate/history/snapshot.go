package history

import (
	"bytes"
	"encoding/hex"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// BlobID is what Sys of a file's fs.FileInfo holds: the hash that git stores
// its content under.
type BlobID string

// TreeID is what Sys of a folder's fs.FileInfo holds. Two folders with one id
// are equal down to the last file.
type TreeID string

// FS returns the files of a commit. It reads only what it is asked for and
// may be used by many goroutines. Symlinks (fs.ModeSymlink) and submodules
// (fs.ModeIrregular) are shown and never followed: reading one is an error.
func (r *Repo) FS(commit string) (fs.FS, error) {
	c, err := r.find(commit)
	if err != nil {
		return nil, err
	}
	return &snapshot{repo: r, root: c.tree}, nil
}

type snapshot struct {
	repo *Repo
	root plumbing.Hash
}

// Open opens a file or folder.
func (s *snapshot) Open(name string) (fs.File, error) {
	e, err := s.find("open", name)
	if err != nil {
		return nil, err
	}
	if e.isTree() {
		list, err := s.list(name, e)
		if err != nil {
			return nil, err
		}
		return newFolder(s.info(name, e, 0), list), nil
	}
	data, err := s.content(name, e)
	if err != nil {
		return nil, err
	}
	return &file{info: s.info(name, e, int64(len(data))), Reader: bytes.NewReader(data)}, nil
}

// ReadFile returns the content of a file.
func (s *snapshot) ReadFile(name string) ([]byte, error) {
	e, err := s.find("read", name)
	if err != nil {
		return nil, err
	}
	return s.content(name, e)
}

// ReadDir lists a folder, sorted by name.
func (s *snapshot) ReadDir(name string) ([]fs.DirEntry, error) {
	e, err := s.find("readdir", name)
	if err != nil {
		return nil, err
	}
	return s.list(name, e)
}

// Stat describes a path without following symlinks.
func (s *snapshot) Stat(name string) (fs.FileInfo, error) {
	e, err := s.find("stat", name)
	if err != nil {
		return nil, err
	}
	return s.stat(name, e)
}

func (s *snapshot) stat(name string, e entry) (fs.FileInfo, error) {
	if e.isTree() || e.mode == modeSubmodule {
		return s.info(name, e, 0), nil
	}
	size, err := s.repo.store.size(e.hash)
	if err != nil {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	return s.info(name, e, size), nil
}

// find walks down the trees that lead to a name.
func (s *snapshot) find(op, name string) (entry, error) {
	if !validPath(name) {
		return entry{}, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	e := top(s.root)
	if name == "." {
		return e, nil
	}
	for part := range strings.SplitSeq(name, "/") {
		if !e.isTree() {
			return entry{}, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
		es, err := s.repo.tree(e.hash)
		if err != nil {
			return entry{}, &fs.PathError{Op: op, Path: name, Err: err}
		}
		i, ok := slices.BinarySearchFunc(es, part, func(e entry, n string) int { return strings.Compare(e.name, n) })
		if !ok {
			return entry{}, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
		e = es[i]
	}
	return e, nil
}

// validPath is fs.ValidPath, except that it accepts names that are no UTF-8:
// git may hold some, and they are to be reported, not to fail their folder.
func validPath(name string) bool {
	return name == "." || !slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool {
		return part == "" || part == "." || part == ".."
	})
}

func (s *snapshot) content(name string, e entry) ([]byte, error) {
	if e.mode&modeType != modeRegular {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fail("history.not-a-file", "path", name)}
	}
	data, err := readAs(s.repo.store, e.hash, plumbing.BlobObject)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return data, nil
}

func (s *snapshot) list(name string, e entry) ([]fs.DirEntry, error) {
	if !e.isTree() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fail("history.not-a-folder", "path", name)}
	}
	es, err := s.repo.tree(e.hash)
	if err != nil {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: err}
	}
	list := make([]fs.DirEntry, len(es))
	for i, e := range es {
		list[i] = listed{of: s, dir: name, e: e}
	}
	return list, nil
}

func (s *snapshot) info(name string, e entry, size int64) fs.FileInfo {
	i := info{name: path.Base(name), size: size, mode: fileMode(e.mode), sys: BlobID(e.hash.String())}
	if e.isTree() {
		i.sys = TreeID(e.hash.String())
	}
	return i
}

func fileMode(mode uint32) fs.FileMode {
	switch mode & modeType {
	case modeTree:
		return fs.ModeDir | 0o555
	case modeRegular:
		return 0o444 | fs.FileMode(mode&0o111)
	case modeSymlink:
		return fs.ModeSymlink | 0o444
	}
	return fs.ModeIrregular
}

// listed is an entry of a folder; its size is read when asked for.
type listed struct {
	of  *snapshot
	dir string
	e   entry
}

func (l listed) Name() string      { return l.e.name }
func (l listed) IsDir() bool       { return l.e.isTree() }
func (l listed) Type() fs.FileMode { return fileMode(l.e.mode).Type() }
func (l listed) String() string    { return fs.FormatDirEntry(l) }

// Listed returns the id of the content of a file that a folder of a commit
// lists, without reading anything; "" of any other folder.
func Listed(e fs.DirEntry) BlobID {
	l, ok := e.(listed)
	if !ok || l.e.mode&modeType != modeRegular {
		return ""
	}
	return BlobID(l.e.hash.String())
}

// Of reports whether the id is that of a content.
func (id BlobID) Of(content []byte) bool {
	is := objectID(plumbing.BlobObject, content)
	var text [2 * len(is)]byte
	hex.Encode(text[:], is[:])
	return string(text[:]) == string(id)
}

// Info describes the entry.
func (l listed) Info() (fs.FileInfo, error) { return l.of.stat(path.Join(l.dir, l.e.name), l.e) }

// info is an fs.FileInfo; git keeps no times.
type info struct {
	name string
	size int64
	mode fs.FileMode
	sys  any
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return i.sys }
func (i info) String() string     { return fs.FormatFileInfo(i) }

// file is an open file.
type file struct {
	info fs.FileInfo
	*bytes.Reader
}

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *file) Close() error               { return nil }

// folder is an open folder.
type folder struct {
	info fs.FileInfo
	rest []fs.DirEntry
}

func newFolder(i fs.FileInfo, list []fs.DirEntry) *folder { return &folder{info: i, rest: list} }

func (f *folder) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *folder) Close() error               { return nil }

// Read refuses: a folder has no bytes.
func (f *folder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.info.Name(), Err: fail("history.not-a-file", "path", f.info.Name())}
}

// ReadDir returns the next n entries, or all that remain.
func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(f.rest)
	} else if len(f.rest) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(f.rest))
	next := f.rest[:n:n]
	f.rest = f.rest[n:]
	return next, nil
}
