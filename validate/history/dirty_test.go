package history

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

func TestDirty(t *testing.T) {
	l, dir := onDisk(t, false)
	f := files{"deals/a": "1\n", "deals/gone": "1", "deals/b/x": "1", "deals/b/c/y": "1", "deals/crlf": "1\n2\n",
		"deals/module": module, "deals/file": "1", "deals/folder/x": "1", "deals/same/恒泰": "1", "README": "1"}
	l.checkout(l.commit(f))
	for name, content := range f {
		if content != module {
			write(t, filepath.Join(dir, filepath.FromSlash(name)), content)
		}
	}
	r := open(t, dir)
	dirty, err := r.Dirty("deals")
	must(t, err)
	if len(dirty) != 0 {
		t.Fatalf("a clean copy shows %v", dirty)
	}

	deals := filepath.Join(dir, "deals")
	write(t, filepath.Join(deals, "a"), "2\n")
	write(t, filepath.Join(deals, "crlf"), "1\r\n2\r\n")
	must(t, os.Remove(filepath.Join(deals, "gone")))
	must(t, os.RemoveAll(filepath.Join(deals, "b")))
	write(t, filepath.Join(deals, "new", "z"), "1")
	must(t, os.Remove(filepath.Join(deals, "file")))
	write(t, filepath.Join(deals, "file", "x"), "1")
	must(t, os.RemoveAll(filepath.Join(deals, "folder")))
	write(t, filepath.Join(deals, "folder"), "1")
	write(t, filepath.Join(deals, "module", "x"), "1")
	write(t, filepath.Join(dir, "README"), "2")
	dirty, err = r.Dirty("deals")
	must(t, err)
	want := []string{"deals/a", "deals/b/c/y", "deals/b/x", "deals/crlf", "deals/file", "deals/file/x",
		"deals/folder", "deals/folder/x", "deals/gone", "deals/new/z"}
	if !slices.Equal(dirty, want) {
		t.Errorf("got  %v\nwant %v", dirty, want)
	}
	dirty, err = r.Dirty("nothing/here")
	must(t, err)
	if len(dirty) != 0 {
		t.Errorf("got %v", dirty)
	}
	_, err = r.Dirty("../deals")
	wantKey(t, err, "history.bad-folder")
}

func TestDirtySymlinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("symlinks need a privilege on Windows")
	}
	l, dir := onDisk(t, false)
	l.checkout(l.commit(files{"d/same": "symlink:a", "d/other": "symlink:a", "d/plain": "symlink:a", "d/out": "1"}))
	must(t, os.Mkdir(filepath.Join(dir, "d"), 0o755))
	must(t, os.Symlink("a", filepath.Join(dir, "d", "same")))
	must(t, os.Symlink("b", filepath.Join(dir, "d", "other")))
	write(t, filepath.Join(dir, "d", "plain"), "a")
	must(t, os.Symlink("/etc", filepath.Join(dir, "d", "out")))
	dirty, err := open(t, dir).Dirty("d")
	must(t, err)
	if want := []string{"d/other", "d/out", "d/plain"}; !slices.Equal(dirty, want) {
		t.Errorf("got %v, want %v", dirty, want)
	}
}
