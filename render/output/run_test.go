package output

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dealgate/dealgate/schema/catalogue"
)

func open(t *testing.T, dir string) *Dir {
	t.Helper()
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Release)
	return d
}

// What a run wrote that was killed is known to the next, though no manifest
// lists it, and so is what it was in the middle of writing down.
func TestAKilledRunLeavesNothingForEver(t *testing.T) {
	dir := t.TempDir()
	if err := write(t, dir, map[string]string{"a.html": "1"}).Close(); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "mine.txt"), "kept")
	kill(t, write(t, dir, map[string]string{"a.html": "1", "on-that-day.html": "2", "sub/x.html": "3"}))
	kill(t, write(t, dir, map[string]string{"a.html": "1", "again.html": "4", "sub/x.html": "3"}))
	journal := filepath.Join(dir, journalName)
	data, err := os.ReadFile(journal)
	if err != nil || strings.Count(string(data), "\n") != 3 {
		t.Errorf("the journal says %q, %v", data, err)
	}
	put(t, journal, string(data)+"mine.t")
	kill(t, write(t, dir, map[string]string{"late.html": "5"}))
	d := open(t, dir)
	for _, name := range []string{"on-that-day.html", "sub/x.html", "late.html"} {
		if d.Keep(name) {
			t.Errorf("%s was kept, though nobody says what it has to hold", name)
		}
	}
	if d.KeepAll() || !d.Keep("a.html") {
		t.Error("what the manifest lists is kept, and nothing else")
	}
	if err := errors.Join(d.Write("sub/x.html", []byte("6")), d.Close()); err != nil {
		t.Fatal(err)
	}
	if got, want := tree(t, dir), []string{"a.html", Manifest, "mine.txt", "sub/x.html"}; !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
}

// A journal beside no manifest of ours is nobody's, and a link is no journal.
func TestAJournalOfSomebodyElse(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, journalName), "a.html\n")
	if err := write(t, dir, map[string]string{"b.html": "1"}).Close(); err != nil {
		t.Fatal(err)
	}
	precious := filepath.Join(dir, "precious")
	put(t, precious, "b.html\n")
	for _, name := range []string{journalName, lockName} {
		if err := os.Symlink("precious", filepath.Join(dir, name)); err != nil {
			t.Skip("links cannot be made here")
		}
	}
	if err := write(t, dir, map[string]string{"b.html": "1", "c.html": "2"}).Close(); err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(precious); string(data) != "b.html\n" {
		t.Errorf("a link led to %q", data)
	}
	if got, want := tree(t, dir), []string{"b.html", "c.html", Manifest, "precious"}; !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
}

// A file of another length is not what was written, whenever it was touched.
func TestAnEmptiedFileIsNotKept(t *testing.T) {
	dir := t.TempDir()
	if err := write(t, dir, map[string]string{"a.html": "1", "b.html": "2", "c.html": ""}).Close(); err != nil {
		t.Fatal(err)
	}
	emptied := filepath.Join(dir, "b.html")
	info, err := os.Stat(emptied)
	if err != nil {
		t.Fatal(err)
	}
	put(t, emptied, "")
	if err := os.Chtimes(emptied, time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
	d := open(t, dir)
	if d.KeepAll() || d.Keep("b.html") {
		t.Error("an emptied file was kept")
	}
	if !d.Keep("a.html", "c.html") {
		t.Error("files that are as they were written were not kept")
	}
	if err := errors.Join(d.Write("b.html", []byte("2")), d.Close()); err != nil || d.Written() != 1 {
		t.Errorf("%d files were written, %v", d.Written(), err)
	}
}

// A manifest that tells no sizes lists what is ours; nothing is kept by it.
func TestAManifestWithoutSizes(t *testing.T) {
	dir := t.TempDir()
	if err := write(t, dir, map[string]string{"a.html": "1", "b c.html": "2", "old.html": "3"}).Close(); err != nil {
		t.Fatal(err)
	}
	manifest := filepath.Join(dir, Manifest)
	data, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	older := regexp.MustCompile(`(?m)^([0-9a-f]{64}) 1  `).ReplaceAllString(string(data), "$1  ")
	if older == string(data) {
		t.Fatalf("no sizes in %q", data)
	}
	put(t, manifest, older)
	d := open(t, dir)
	if d.KeepAll() || d.Keep("a.html") {
		t.Error("a file was kept whose size nobody knows")
	}
	if err := errors.Join(d.Write("a.html", []byte("1")), d.Write("b c.html", []byte("2")), d.Close()); err != nil || d.Written() != 0 {
		t.Errorf("%d files were written anew, %v", d.Written(), err)
	}
	if got, want := tree(t, dir), []string{"a.html", "b c.html", Manifest}; !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
	if !open(t, dir).KeepAll() {
		t.Error("the new manifest tells no sizes")
	}
}

func TestOneRunAtATime(t *testing.T) {
	dir := t.TempDir()
	first := write(t, dir, map[string]string{"a.html": "1"})
	_, err := Open(dir)
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(e.In(catalogue.EN), "another run") || !strings.Contains(e.In(catalogue.ZH), "另一个") {
		t.Fatalf("a second run says %v", err)
	}
	if err := errors.Join(first.Write("b.html", []byte("2")), first.Close()); err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{"a.html": "1"}).Release()
	kill(t, write(t, dir, map[string]string{"a.html": "1"}))
	if err := write(t, dir, map[string]string{"a.html": "3"}).Close(); err != nil {
		t.Errorf("after one that was killed: %v", err)
	}
	if got, want := tree(t, dir), []string{"a.html", Manifest}; !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
}

// Many runs at once leave the whole of one: each writes all or is refused.
func TestManyRunsAtOnce(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for run := range 8 {
		all.Go(func() {
			for range 20 {
				d, err := Open(dir)
				if err != nil {
					if e, ok := errors.AsType[*Error](err); !ok || e.key != "output.held" {
						t.Error(err)
					}
					continue
				}
				text := strconv.Itoa(run)
				if err := errors.Join(d.Write("a.html", []byte(text)), d.Write("of-"+text+".html", []byte(text)), d.Close()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	last, err := os.ReadFile(filepath.Join(dir, "a.html"))
	if got, want := tree(t, dir), []string{"a.html", Manifest, "of-" + string(last) + ".html"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("files %v, want %v, %v", got, want, err)
	}
}

// What the system refuses is said of the file that was to be written.
func TestWhatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	at := filepath.Join(dir, "a.html")
	if err := os.MkdirAll(filepath.Join(at, "in-the-way"), 0o755); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, Manifest), heading)
	d := open(t, dir)
	full := &fs.PathError{Op: "write", Path: temporary + "1", Err: errors.New("no space left on device")}
	for says, err := range map[string]error{
		at + " cannot be written (": d.Write("a.html", nil),
		filepath.Join(dir, "b.html") + " cannot be written (no space left on device)": d.Fill("b.html", func(io.Writer) error { return full }),
	} {
		e, ok := errors.AsType[*Error](err)
		if !ok || !strings.Contains(err.Error(), says) || !strings.Contains(e.In(catalogue.ZH), "无法写入 "+dir) {
			t.Errorf("%q is not said by: %v", says, err)
		}
	}
	other := errors.New("no more")
	err := d.Fill("c.html", func(io.Writer) error { return other })
	if _, worded := errors.AsType[*Error](err); worded || !errors.Is(err, other) {
		t.Errorf("what the caller says became %v", err)
	}
	put(t, filepath.Join(dir, "file"), "x")
	if _, err := Open(filepath.Join(dir, "file", "x")); err == nil || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("a folder that cannot be made: %v", err)
	}
}
