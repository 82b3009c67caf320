package history

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

// content reads all files of a tree.
func contentOf(tb rapid.TB, fsys fs.FS) files {
	all := files{}
	err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		all[name] = string(data)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

func same(a, b files) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !ok || v != w {
			return false
		}
	}
	return true
}

// laid returns base with the change from base to head laid over it.
func laid(tb rapid.TB, l *lab, r *Repo, base, head files) fs.FS {
	b, h := l.commit(base), l.commit(head)
	changes, err := r.Changes(b, h, ".")
	if err != nil {
		tb.Fatal(err)
	}
	bt, err1 := r.FS(b)
	ht, err2 := r.FS(h)
	if err := errors.Join(err1, err2); err != nil {
		tb.Fatal(err)
	}
	return Overlay(bt, ht, changes)
}

func TestOverlay(t *testing.T) {
	base := files{"deals/p": "1", "deals/a/x": "1", "deals/a/y": "1", "deals/b/only": "1"}
	for name, more := range map[string]files{
		"nothing":               {},
		"added":                 {"deals/a/z": "1"},
		"added in a new folder": {"deals/2027/c/fact": "1"},
		"modified":              {"deals/p": "2"},
		"deleted":               {"deals/a/x": ""},
		"deleted with folder":   {"deals/b/only": ""},
		"folder becomes file":   {"deals/a/x": "", "deals/a/y": "", "deals/a": "f"},
		"file becomes folder":   {"deals/p": "", "deals/p/x": "1"},
		"everything deleted":    {"deals/p": "", "deals/a/x": "", "deals/a/y": "", "deals/b/only": ""},
	} {
		t.Run(name, func(t *testing.T) {
			l, r := inMemory(t)
			head := base.with(more)
			fsys := laid(t, l, r, base, head)
			if got := contentOf(t, fsys); !same(got, head) {
				t.Errorf("got %v, want %v", got, head)
			}
			var names []string
			for n := range head {
				names = append(names, n)
			}
			must(t, fstest.TestFS(fsys, names...))
		})
	}
}

func TestOverlayLosesWhatIsGone(t *testing.T) {
	l, r := inMemory(t)
	fsys := laid(t, l, r, files{"a/x": "1", "b": "1"}, files{"a": "1", "b/x": "1"})
	for _, name := range []string{"a/x", "b/y", "c"} {
		if _, err := fs.Stat(fsys, name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if i, err := fs.Stat(fsys, "b"); err != nil || !i.IsDir() || i.Sys() != nil {
		t.Errorf("b: %v, %v", i, err)
	}
	_, err := fs.ReadFile(fsys, "b")
	wantKey(t, err, "history.not-a-file")
	if _, err := fs.Stat(fsys, "../a"); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("got %v", err)
	}
}

func TestOverlayShowsLinksAsLinks(t *testing.T) {
	l, r := inMemory(t)
	fsys := laid(t, l, r, files{"d/a": "1"}, files{"d/a": "symlink:b"})
	list, err := fs.ReadDir(fsys, "d")
	must(t, err)
	if len(list) != 1 || list[0].Type() != fs.ModeSymlink {
		t.Errorf("listed %v", list)
	}
	_, err = fs.ReadFile(fsys, "d/a")
	wantKey(t, err, "history.not-a-file")
}

// genFiles draws small trees that share paths and turn files into folders.
var genFiles = rapid.Custom(func(t *rapid.T) files {
	name := rapid.SampledFrom([]string{"a", "b", "a-b", "c"})
	f := files{}
	for range rapid.IntRange(0, 8).Draw(t, "files") {
		at := name.Draw(t, "top")
		for rapid.Bool().Draw(t, "deeper") && len(at) < 8 {
			at += "/" + name.Draw(t, "name")
		}
		if !clash(f, at) {
			f[at] = rapid.SampledFrom([]string{"1", "2"}).Draw(t, "content")
		}
	}
	return f
})

func clash(f files, at string) bool {
	for have := range f {
		if len(have) > len(at) && have[:len(at)+1] == at+"/" || len(at) > len(have) && at[:len(have)+1] == have+"/" {
			return true
		}
	}
	return false
}

// A change laid over its own base is its head.
func TestOverlayOfItsBaseIsItsHead(t *testing.T) {
	l, r := inMemory(t)
	rapid.Check(t, func(t *rapid.T) {
		base, head := genFiles.Draw(t, "base"), genFiles.Draw(t, "head")
		if got := contentOf(t, laid(t, l, r, base, head)); !same(got, head) {
			t.Fatalf("got %v", got)
		}
	})
}
