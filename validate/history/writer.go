package history

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// Author is who wrote or landed a change.
type Author struct{ Name, Email string }

// NewFile is a file that a change adds, or whose content it replaces.
type NewFile struct {
	Path string // relative to the root, with slashes
	Data []byte
}

// NewChange is a change to be landed on the branch main.
type NewChange struct {
	Author  Author
	Subject string
	Written time.Time // when the author wrote it; the zero time takes Landed
	Landed  time.Time
	// Squashed lands it as one commit instead of as a merge whose second
	// parent is the author's own.
	Squashed bool
	Files    []NewFile
}

// Writer writes a new repository, one landed change after another. It keeps
// the present trees and the names of objects in memory, never their content:
// objects go into one pack and files into the work tree as they come. A Writer
// belongs to one goroutine.
type Writer struct {
	dir       string
	committer Author
	pack      *packWriter
	root      *sprout
	head      plumbing.Hash
}

// Create begins a repository in a folder that is empty or does not exist. The
// committer is whoever lands changes. The caller closes the writer.
func Create(dir string, committer Author) (*Writer, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, unwritable(dir, err)
	}
	if len(entries) > 0 {
		return nil, fail("writer.not-empty", "dir", dir)
	}
	if err := initialise(dir); err != nil {
		return nil, unwritable(dir, err)
	}
	p, err := newPackWriter(filepath.Join(dir, ".git", "objects", "pack"))
	if err != nil {
		return nil, unwritable(dir, err)
	}
	return &Writer{dir: dir, committer: committer, pack: p, root: &sprout{}}, nil
}

func unwritable(dir string, reason error) *Error {
	return fail("writer.unwritable", "dir", dir, "reason", reason.Error())
}

// Land writes the files of a change and the commits that land it, and returns
// the hash of the landed commit.
func (w *Writer) Land(c NewChange) (string, error) {
	for _, f := range c.Files {
		if err := w.file(f); err != nil {
			return "", err
		}
	}
	tree, err := w.root.write(w.pack)
	if err != nil {
		return "", unwritable(w.dir, err)
	}
	if err := w.commits(c, tree); err != nil {
		return "", unwritable(w.dir, err)
	}
	return w.head.String(), nil
}

// file puts one file into the pack, into its tree and on the disk.
func (w *Writer) file(f NewFile) error {
	if !writable(f.Path) {
		return fail("writer.bad-path", "path", f.Path)
	}
	blob, _, err := w.pack.object(plumbing.BlobObject, f.Data)
	if err != nil {
		return unwritable(w.dir, err)
	}
	if !w.root.set(f.Path, blob) {
		return fail("writer.bad-path", "path", f.Path)
	}
	name := filepath.Join(w.dir, filepath.FromSlash(f.Path))
	err = os.WriteFile(name, f.Data, 0o644)
	if errors.Is(err, fs.ErrNotExist) {
		err = errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, f.Data, 0o644))
	}
	if err != nil {
		return unwritable(name, err)
	}
	return nil
}

// writable refuses paths that lead out of the work tree or into git's folder.
func writable(path string) bool {
	if !fs.ValidPath(path) || path == "." || !filepath.IsLocal(filepath.FromSlash(path)) {
		return false
	}
	for part := range strings.SplitSeq(path, "/") {
		if strings.EqualFold(part, ".git") || strings.ContainsAny(part, "\x00\\") {
			return false
		}
	}
	return true
}

// commits lands a tree: as a merge of the author's commit, or as one commit.
// The first commit of all has nothing to be merged into.
func (w *Writer) commits(c NewChange, tree plumbing.Hash) error {
	if c.Written.IsZero() {
		c.Written = c.Landed
	}
	parents := []plumbing.Hash{}
	if !w.head.IsZero() {
		parents = append(parents, w.head)
	}
	if !c.Squashed && len(parents) > 0 {
		own, err := w.commit(tree, parents, stamp{c.Author, c.Written}, stamp{c.Author, c.Written}, c.Subject)
		if err != nil {
			return err
		}
		parents = append(parents, own)
	}
	head, err := w.commit(tree, parents, stamp{c.Author, c.Written}, stamp{w.committer, c.Landed}, c.Subject)
	w.head = head
	return err
}

// stamp is one signature line of a commit.
type stamp struct {
	Author
	at time.Time
}

// String writes the line as git does. What would break it is left out.
func (s stamp) String() string {
	plain := strings.NewReplacer("<", "", ">", "", "\n", " ", "\x00", "")
	return fmt.Sprintf("%s <%s> %d %s", plain.Replace(s.Name), plain.Replace(s.Email), s.at.Unix(), s.at.Format("-0700"))
}

func (w *Writer) commit(tree plumbing.Hash, parents []plumbing.Hash, author, committer stamp, subject string) (plumbing.Hash, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "tree %s\n", tree)
	for _, p := range parents {
		fmt.Fprintf(&b, "parent %s\n", p)
	}
	fmt.Fprintf(&b, "author %s\ncommitter %s\n\n%s\n", author, committer, strings.ReplaceAll(subject, "\x00", ""))
	id, _, err := w.pack.object(plumbing.CommitObject, b.Bytes())
	return id, err
}

// Finish completes the pack, the branch main and the index, so that the work
// tree is clean, and returns the hash of the head.
func (w *Writer) Finish() (string, error) {
	if w.head.IsZero() {
		return "", fail("writer.nothing")
	}
	if err := w.pack.finish(); err != nil {
		return "", unwritable(w.dir, err)
	}
	if err := checkedOut(w.dir, w.head, w.root); err != nil {
		return "", unwritable(w.dir, err)
	}
	return w.head.String(), nil
}

// Close lets go of the pack. Without Finish before it no object stays.
func (w *Writer) Close() error { return w.pack.close() }
