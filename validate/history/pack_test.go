package history

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/memory"
)

// repack writes all objects of a memory storage as one pack with deltas into
// a new bare repository, and returns its folder.
func repack(tb testing.TB, s *memory.Storage, window uint) string {
	dir := tb.TempDir()
	r, err := git.PlainInit(dir, true)
	must(tb, err)
	head, err := s.Reference("refs/heads/main")
	must(tb, err)
	l := newLab(tb, r.Storer)
	l.checkout(head.Hash().String())
	var all []plumbing.Hash
	it, err := s.IterEncodedObjects(plumbing.AnyObject)
	must(tb, err)
	must(tb, it.ForEach(func(o plumbing.EncodedObject) error { all = append(all, o.Hash()); return nil }))
	w, err := r.Storer.(storer.PackfileWriter).PackfileWriter()
	must(tb, err)
	_, err = packfile.NewEncoder(w, s, false).Encode(all, window)
	must(tb, err)
	must(tb, w.Close())
	return dir
}

// packed is a small repository whose trees and blobs are deltas.
func packed(tb testing.TB) (dir string, want files) {
	s := memory.NewStorage()
	l := newLab(tb, s)
	want = files{}
	var parent []string
	for i := range 12 {
		name := "d/" + strings.Repeat(string(rune('a'+i)), 30)
		want = want.with(files{name: strings.Repeat("a line that stays\n", 20) + name})
		parent = []string{l.commit(want, parent...)}
	}
	l.checkout(parent[0])
	return repack(tb, s, 10), want
}

func TestPackedRepository(t *testing.T) {
	dir, want := packed(t)
	r := open(t, dir)
	fsys, err := r.FS("HEAD")
	must(t, err)
	if got := contentOf(t, fsys); !same(got, want) {
		t.Errorf("got %v", got)
	}
	for name, content := range want {
		i, err := fs.Stat(fsys, name)
		must(t, err)
		if i.Size() != int64(len(content)) {
			t.Errorf("%s has %d bytes, want %d", name, i.Size(), len(content))
		}
	}
	if got := len(steps(t, r, WalkOptions{})); got != 12 {
		t.Errorf("%d steps", got)
	}
	c, err := r.Head()
	must(t, err)
	short, err := r.Resolve(c.Hash[:7])
	must(t, err)
	if short.Hash != c.Hash {
		t.Errorf("%s is %s", c.Hash[:7], short.Hash)
	}
}

// A damaged pack gives an error or the true content, never a panic and never
// something else.
func TestDamagedPack(t *testing.T) {
	dir, want := packed(t)
	for _, ext := range []string{".pack", ".idx"} {
		names, err := filepath.Glob(filepath.Join(dir, "objects", "pack", "*"+ext))
		must(t, err)
		must(t, os.Chmod(names[0], 0o644))
		sound, err := os.ReadFile(names[0])
		must(t, err)
		for i := 0; i < len(sound); i += 23 {
			bad := append([]byte(nil), sound...)
			bad[i] ^= 0x55
			must(t, os.WriteFile(names[0], bad, 0o644))
			readAll(t, dir, want)
		}
		must(t, os.WriteFile(names[0], sound[:len(sound)/2], 0o644))
		readAll(t, dir, want)
		must(t, os.WriteFile(names[0], sound, 0o644))
	}
}

func readAll(t *testing.T, dir string, want files) {
	t.Helper()
	r, err := Open(dir)
	must(t, err)
	defer r.Close()
	fsys, err := r.FS("HEAD")
	if err != nil {
		wantError(t, err)
		return
	}
	for name, content := range want {
		got, err := fs.ReadFile(fsys, name)
		if err != nil {
			wantError(t, err)
		} else if string(got) != content {
			t.Errorf("%s has other content", name)
		}
	}
}

func wantError(t *testing.T, err error) {
	t.Helper()
	if e := (*Error)(nil); !errors.As(err, &e) {
		t.Errorf("got %v, want an Error", err)
	}
}

func TestDamagedLooseObjects(t *testing.T) {
	l, dir := onDisk(t, true)
	l.checkout(l.commit(files{"d/a": "1"}))
	id := l.blob("1").String()
	name := filepath.Join(dir, "objects", id[:2], id[2:])
	must(t, os.Chmod(name, 0o644))
	sound, err := os.ReadFile(name)
	must(t, err)
	other := l.blob("2").String()
	swapped, err := os.ReadFile(filepath.Join(dir, "objects", other[:2], other[2:]))
	must(t, err)
	for what, data := range map[string][]byte{"empty": nil, "cut": sound[:len(sound)/2], "swapped": swapped, "text": []byte("hello")} {
		must(t, os.WriteFile(name, data, 0o644))
		fsys, err := open(t, dir).FS("HEAD")
		must(t, err)
		_, err = fs.ReadFile(fsys, "d/a")
		t.Run(what, func(t *testing.T) { wantKey(t, err, "history.damaged-object") })
	}
}

func TestTooLargeObjectIsRefused(t *testing.T) {
	l, dir := onDisk(t, true)
	l.checkout(l.commit(files{"d/a": "1"}))
	id := l.blob("1").String()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	fmt.Fprintf(z, "blob %d\x00", maxObject+1)
	must(t, z.Close())
	name := filepath.Join(dir, "objects", id[:2], id[2:])
	must(t, os.Remove(name))
	must(t, os.WriteFile(name, b.Bytes(), 0o644))
	fsys, err := open(t, dir).FS("HEAD")
	must(t, err)
	_, err = fs.ReadFile(fsys, "d/a")
	wantKey(t, err, "history.too-large")
	i, err := fs.Stat(fsys, "d/a")
	must(t, err)
	if i.Size() != maxObject+1 {
		t.Errorf("size %d", i.Size())
	}
}
