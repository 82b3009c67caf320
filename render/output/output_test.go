package output

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, dir string, files map[string]string) *Dir {
	t.Helper()
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for n := range files {
			if !yield(n) {
				return
			}
		}
	}) {
		if err := d.Write(name, []byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// kill ends a run as the system does: what it locked is free, all else stays.
func kill(t *testing.T, d *Dir) {
	t.Helper()
	if err := d.lock.Close(); err != nil {
		t.Fatal(err)
	}
}

func tree(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(p string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestSecondRunDeletesOnlyWhatTheFirstWrote(t *testing.T) {
	dir := t.TempDir()
	if err := write(t, dir, map[string]string{"a/x.html": "1", "b.html": "2"}).Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a", "mine.txt"), []byte("kept"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := write(t, dir, map[string]string{"b.html": "3"}).Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := tree(t, dir), []string{"a/mine.txt", "b.html", Manifest}; !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
	if data, _ := os.ReadFile(filepath.Join(dir, "b.html")); string(data) != "3" {
		t.Errorf("b.html is %q", data)
	}
}

func TestAnInterruptedRunLeavesTheOldManifest(t *testing.T) {
	dir := t.TempDir()
	if err := write(t, dir, map[string]string{"a.html": "1", "b.html": "2"}).Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, Manifest))
	if err != nil {
		t.Fatal(err)
	}
	kill(t, write(t, dir, map[string]string{"a.html": "new"}))
	after, err := os.ReadFile(filepath.Join(dir, Manifest))
	if err != nil || string(before) != string(after) {
		t.Errorf("manifest changed before the end: %q, %v", after, err)
	}
	if err := write(t, dir, map[string]string{"a.html": "new"}).Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := tree(t, dir), []string{"a.html", Manifest}; !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
}

// A file that is streamed is put in place like any other, and left alone where
// it stands already.
func TestFilling(t *testing.T) {
	dir := t.TempDir()
	fill := func(text string, failing error) *Dir {
		d, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		err = d.Fill("a/long.json", func(out io.Writer) error {
			_, err := io.WriteString(out, text)
			return errors.Join(err, failing)
		})
		if !errors.Is(err, failing) {
			t.Fatalf("filling returns %v, want %v", err, failing)
		}
		return d
	}
	holds := func(want string) {
		t.Helper()
		if data, err := os.ReadFile(filepath.Join(dir, "a", "long.json")); err != nil || string(data) != want {
			t.Errorf("the file holds %q, want %q (%v)", data, want, err)
		}
	}
	for _, c := range []struct {
		text    string
		written int
	}{{"1", 1}, {"1", 0}, {"2", 1}} {
		d := fill(c.text, nil)
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if d.Written() != c.written || d.Files() != 1 {
			t.Errorf("%q: %d of %d files were written, want %d of 1", c.text, d.Written(), d.Files(), c.written)
		}
		holds(c.text)
	}
	fill("half", errors.New("no more")).Release()
	holds("2")
	put(t, filepath.Join(dir, "a", "long.json"), "3") // by hand
	mended := fill("2", nil)
	if mended.Release(); mended.Written() != 1 {
		t.Error("a file that somebody changed was left alone")
	}
	holds("2")
	if names := tree(t, dir); !slices.Equal(names, []string{"a/long.json", Manifest}) {
		t.Errorf("there are %v", names)
	}
	for _, name := range []string{"../out", Manifest} {
		if err := write(t, t.TempDir(), nil).Fill(name, func(io.Writer) error { return nil }); err == nil {
			t.Errorf("%q was written", name)
		}
	}
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestRefusals(t *testing.T) {
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "thesis.doc"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(foreign); err == nil || !strings.Contains(err.Error(), "thesis.doc") {
		t.Errorf("a folder of somebody else was accepted: %v", err)
	}
	for _, there := range []string{"photos/a.jpg", Manifest} {
		dir := t.TempDir()
		name := filepath.Join(dir, filepath.FromSlash(there))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte("0123  thesis.doc\n"), 0o644)); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); err == nil {
			t.Errorf("a folder that holds %s of somebody else was accepted", there)
		}
		if _, err := Open(name); err == nil {
			t.Errorf("the file %s was taken for a folder", there)
		}
	}
	d := write(t, t.TempDir(), map[string]string{"a.html": "1"})
	for _, name := range []string{"../out", "/abs", "a//b", "a\nb", Manifest, "a.html"} {
		if err := d.Write(name, nil); err == nil {
			t.Errorf("%q was written", name)
		}
	}
}

func TestAnInterruptedFirstRunIsTakenUp(t *testing.T) {
	dir := t.TempDir()
	kill(t, write(t, dir, map[string]string{"a.html": "1", "b/c.html": "2"}))
	if err := os.WriteFile(filepath.Join(dir, temporary+"7"), []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := write(t, dir, map[string]string{"a.html": "3", "b/c.html": "4"}).Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := tree(t, dir), []string{"a.html", "b/c.html", Manifest}; !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
}

func TestTheFolderIsNoLink(t *testing.T) {
	outside, link := t.TempDir(), filepath.Join(t.TempDir(), "site")
	if err := os.Symlink(outside, link); err != nil {
		t.Skip("links cannot be made here")
	}
	if _, err := Open(link); err == nil {
		t.Error("a link was taken for the folder")
	}
	if len(tree(t, outside)) > 0 {
		t.Error("a file appeared outside")
	}
}

func TestALinkInTheFolderDoesNotLeadOut(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	if err := write(t, dir, nil).Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "sub")); err != nil {
		t.Skip("links cannot be made here")
	}
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write("sub/x.html", []byte("1")); err == nil {
		t.Error("wrote through a link that leads out of the folder")
	}
	if _, err := os.Stat(filepath.Join(outside, "x.html")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a file appeared outside")
	}
}

func TestKeepsWhatTheRunBeforeWrote(t *testing.T) {
	dir := t.TempDir()
	first := write(t, dir, map[string]string{"a.html": "1", "b.html": "2", "c.html": "3"})
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	// Whoever edits a file by hand does so later than the manifest.
	edited := filepath.Join(dir, "b.html")
	if err := errors.Join(os.WriteFile(edited, []byte("x"), 0o644), os.Chtimes(edited, time.Time{}, time.Now().Add(time.Hour))); err != nil {
		t.Fatal(err)
	}
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if d.Before() != first.After() || d.Before() == "" {
		t.Errorf("the run before left %q, found is %q", first.After(), d.Before())
	}
	for name, want := range map[string]bool{"a.html": true, "b.html": false, "new.html": false, Manifest: false} {
		if got := d.Keep(name); got != want {
			t.Errorf("%s kept: %t", name, got)
		}
	}
	if d.Keep("c.html", "b.html") {
		t.Error("files were kept of which one is another")
	}
	if d.Keep("a.html") {
		t.Error("a file was kept twice")
	}
	if err := errors.Join(d.Write("b.html", []byte("2")), d.Close()); err != nil {
		t.Fatal(err)
	}
	if got, want := tree(t, dir), []string{"a.html", "b.html", Manifest}; !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
	if data, _ := os.ReadFile(edited); string(data) != "2" {
		t.Errorf("the edited file holds %q", data)
	}
}
