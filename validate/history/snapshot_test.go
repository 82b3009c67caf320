package history

import (
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

func TestFSKeepsTheContract(t *testing.T) {
	l, r := inMemory(t)
	fsys, err := r.FS(l.commit(files{"deals/a/x": "1", "deals/a.b": "22", "deals/a-b/y": "", "README": "hello"}))
	must(t, err)
	must(t, fstest.TestFS(fsys, "deals/a/x", "deals/a.b", "deals/a-b/y", "README"))
}

func TestFSNamesBlobsAndTrees(t *testing.T) {
	l, r := inMemory(t)
	blob := l.blob("22").String()
	fsys, err := r.FS(l.commit(files{"d/a": "22", "e/a": "22", "x": "exec:1"}))
	must(t, err)
	a, err := fs.Stat(fsys, "d/a")
	must(t, err)
	if a.Sys() != BlobID(blob) || a.Size() != 2 {
		t.Errorf("blob %v, size %d", a.Sys(), a.Size())
	}
	d, err := fs.Stat(fsys, "d")
	must(t, err)
	e, err := fs.Stat(fsys, "e")
	must(t, err)
	if _, ok := d.Sys().(TreeID); !ok || d.Sys() != e.Sys() {
		t.Errorf("equal folders have the ids %v and %v", d.Sys(), e.Sys())
	}
	x, err := fs.Stat(fsys, "x")
	must(t, err)
	if x.Mode() != 0o555 {
		t.Errorf("mode %v", x.Mode())
	}
}

func TestFSShowsLinksAndModulesUnread(t *testing.T) {
	l, r := inMemory(t)
	fsys, err := r.FS(l.commit(files{"d/link": "symlink:../../etc/passwd", "d/dir": "symlink:.", "d/module": module}))
	must(t, err)
	for name, mode := range map[string]fs.FileMode{"d/link": fs.ModeSymlink, "d/module": fs.ModeIrregular} {
		i, err := fs.Stat(fsys, name)
		must(t, err)
		if i.Mode().Type() != mode {
			t.Errorf("%s: %v", name, i.Mode())
		}
		_, err = fs.ReadFile(fsys, name)
		wantKey(t, err, "history.not-a-file")
		_, err = fsys.Open(name)
		wantKey(t, err, "history.not-a-file")
		_, err = fs.ReadDir(fsys, name)
		wantKey(t, err, "history.not-a-folder")
	}
	if _, err := fsys.Open("d/dir/link"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a path through a symlink: %v", err)
	}
	if _, err := fsys.Open("d/module/x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a path through a submodule: %v", err)
	}
	list, err := fs.ReadDir(fsys, "d")
	must(t, err)
	if len(list) != 3 || list[1].Type() != fs.ModeSymlink || list[2].Type() != fs.ModeIrregular {
		t.Errorf("listed %v", list)
	}
}

func TestFSOddNames(t *testing.T) {
	l, r := inMemory(t)
	gbk := "d/\xba\xe3\xcc\xa9"
	fsys, err := r.FS(l.commit(files{gbk: "1", "d/back\\slash": "2", "d/恒泰": "3"}))
	must(t, err)
	for name, want := range map[string]string{gbk: "1", "d/back\\slash": "2", "d/恒泰": "3"} {
		if got, err := fs.ReadFile(fsys, name); err != nil || string(got) != want {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "/d", "d/", "d/../d", "./d", "d//x"} {
		if _, err := fs.ReadFile(fsys, name); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestFSOfSomethingElse(t *testing.T) {
	_, r := inMemory(t)
	_, err := r.FS("nowhere")
	wantKey(t, err, "history.unknown-revision")
}

func TestFSReportsMissingBlobs(t *testing.T) {
	l, r := inMemory(t)
	e := object.TreeEntry{Name: "a", Mode: filemode.Regular}
	e.Hash[0] = 1
	fsys, err := r.FS(l.commitTree(l.writeTree([]object.TreeEntry{e}), "x"))
	must(t, err)
	_, err = fs.ReadFile(fsys, "a")
	wantKey(t, err, "history.missing-object")
	_, err = fs.Stat(fsys, "a")
	wantKey(t, err, "history.missing-object")
}

func TestFSIsSafeForConcurrentUse(t *testing.T) {
	l, dir := onDisk(t, true)
	f := files{}
	for _, c := range "abcdefghij" {
		f["d/"+string(c)+"/fact"] = strings.Repeat(string(c), 100)
	}
	l.checkout(l.commit(f))
	r := open(t, dir)
	fsys, err := r.FS("HEAD")
	must(t, err)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if _, err := r.Resolve("main"); err != nil {
				t.Error(err)
			}
			for name, want := range f {
				if got, err := fs.ReadFile(fsys, name); err != nil || string(got) != want {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
	wait.Wait()
}
