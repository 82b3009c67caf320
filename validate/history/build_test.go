package history

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage"
	"github.com/go-git/go-git/v5/storage/memory"
)

// files maps paths to contents. A content may begin with "symlink:" (then its
// target), "submodule:" (then a hash) or "exec:".
type files map[string]string

func (f files) with(more files) files {
	all := files{}
	for k, v := range f {
		all[k] = v
	}
	for k, v := range more {
		if v == "" {
			delete(all, k)
			continue
		}
		all[k] = v
	}
	return all
}

// lab writes repositories object by object, in memory or on disk.
type lab struct {
	tb    testing.TB
	s     storage.Storer
	clock time.Time
}

func newLab(tb testing.TB, s storage.Storer) *lab {
	zone := time.FixedZone("", 8*3600)
	return &lab{tb: tb, s: s, clock: time.Date(2026, 1, 1, 9, 0, 0, 0, zone)}
}

// inMemory returns a lab and the repository that it writes to.
func inMemory(tb testing.TB, shallow ...string) (*lab, *Repo) {
	s := memory.NewStorage()
	l := newLab(tb, s)
	edge := map[plumbing.Hash]bool{}
	for _, h := range shallow {
		edge[plumbing.NewHash(h)] = true
	}
	return l, newRepo("", s, memoryStore{s}, edge)
}

// onDisk returns a lab that writes to a new repository in a folder.
func onDisk(tb testing.TB, bare bool) (*lab, string) {
	dir := tb.TempDir()
	r, err := git.PlainInit(dir, bare)
	must(tb, err)
	return newLab(tb, r.Storer), dir
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func (l *lab) object(kind plumbing.ObjectType, data []byte) plumbing.Hash {
	o := l.s.NewEncodedObject()
	o.SetType(kind)
	w, err := o.Writer()
	must(l.tb, err)
	_, err = w.Write(data)
	must(l.tb, err)
	must(l.tb, w.Close())
	h, err := l.s.SetEncodedObject(o)
	must(l.tb, err)
	return h
}

func (l *lab) blob(content string) plumbing.Hash {
	return l.object(plumbing.BlobObject, []byte(content))
}

func (l *lab) tree(f files) plumbing.Hash {
	sub := map[string]files{}
	var es []object.TreeEntry
	for name, content := range f {
		dir, rest, deep := strings.Cut(name, "/")
		if deep {
			if sub[dir] == nil {
				sub[dir] = files{}
			}
			sub[dir][rest] = content
			continue
		}
		es = append(es, l.leaf(name, content))
	}
	for dir, f := range sub {
		es = append(es, object.TreeEntry{Name: dir, Mode: filemode.Dir, Hash: l.tree(f)})
	}
	return l.writeTree(es)
}

func (l *lab) leaf(name, content string) object.TreeEntry {
	kind, rest, _ := strings.Cut(content, ":")
	switch kind {
	case "symlink":
		return object.TreeEntry{Name: name, Mode: filemode.Symlink, Hash: l.blob(rest)}
	case "submodule":
		return object.TreeEntry{Name: name, Mode: filemode.Submodule, Hash: plumbing.NewHash(rest)}
	case "exec":
		return object.TreeEntry{Name: name, Mode: filemode.Executable, Hash: l.blob(rest)}
	}
	return object.TreeEntry{Name: name, Mode: filemode.Regular, Hash: l.blob(content)}
}

func (l *lab) writeTree(es []object.TreeEntry) plumbing.Hash {
	sort.Sort(object.TreeEntrySorter(es))
	var b strings.Builder
	for _, e := range es {
		fmt.Fprintf(&b, "%o %s\x00%s", uint32(e.Mode), e.Name, e.Hash[:])
	}
	return l.object(plumbing.TreeObject, []byte(b.String()))
}

// commit writes a commit of these files, one minute after the last.
func (l *lab) commit(f files, parents ...string) string {
	return l.commitTree(l.tree(f), "record a fact", parents...)
}

func (l *lab) commitTree(tree plumbing.Hash, message string, parents ...string) string {
	l.clock = l.clock.Add(time.Minute)
	who := fmt.Sprintf("Zhao Min <zhao@example.com> %d +0800", l.clock.Unix())
	var b strings.Builder
	fmt.Fprintf(&b, "tree %s\n", tree)
	for _, p := range parents {
		fmt.Fprintf(&b, "parent %s\n", p)
	}
	fmt.Fprintf(&b, "author %s\ncommitter %s\n\n%s\n", who, who, message)
	return l.object(plumbing.CommitObject, []byte(b.String())).String()
}

func (l *lab) branch(name, hash string) {
	must(l.tb, l.s.SetReference(plumbing.NewHashReference(plumbing.ReferenceName(name), plumbing.NewHash(hash))))
}

// checkout makes a commit the head, on branch main.
func (l *lab) checkout(hash string) {
	l.branch("refs/heads/main", hash)
	must(l.tb, l.s.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, "refs/heads/main")))
}

// memoryStore reads objects that go-git holds in memory.
type memoryStore struct{ s *memory.Storage }

func (m memoryStore) Close() error { return nil }

func (m memoryStore) withPrefix(hex string) (found []plumbing.Hash, err error) {
	it, err := m.s.IterEncodedObjects(plumbing.AnyObject)
	if err != nil {
		return nil, err
	}
	err = storer.ForEachIterator(it, func(o plumbing.EncodedObject) error {
		if strings.HasPrefix(o.Hash().String(), hex) {
			found = append(found, o.Hash())
		}
		return nil
	})
	return found, err
}

func (m memoryStore) read(h plumbing.Hash) (plumbing.ObjectType, []byte, error) {
	o, err := m.s.EncodedObject(plumbing.AnyObject, h)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return 0, nil, fail("history.missing-object", "object", h.String())
	}
	if err != nil {
		return 0, nil, err
	}
	src, err := o.Reader()
	if err != nil {
		return 0, nil, err
	}
	data, err := io.ReadAll(src)
	return o.Type(), data, err
}

func (m memoryStore) size(h plumbing.Hash) (int64, error) {
	_, data, err := m.read(h)
	return int64(len(data)), err
}

var incomplete = regexp.MustCompile(`⟨|\{[a-z]+\}`)

// wantKey fails unless err is an Error of this key whose words are complete
// in every language.
func wantKey(tb testing.TB, err error, key string) {
	tb.Helper()
	var e *Error
	if !errors.As(err, &e) {
		tb.Fatalf("got %v, want an error %s", err, key)
	}
	if e.Key != key {
		tb.Fatalf("got %s (%v), want %s", e.Key, e, key)
	}
	for _, words := range inAll(e) {
		if incomplete.MatchString(words) {
			tb.Errorf("%s: words are not complete: %s", key, words)
		}
	}
}

// show writes changes one a line, such as "A deals/x".
func show(changes []Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%c %s\n", "AMD"[c.Kind], c.Path)
	}
	return b.String()
}

func lines(s ...string) string {
	if len(s) == 0 {
		return ""
	}
	return strings.Join(s, "\n") + "\n"
}
