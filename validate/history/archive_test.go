package history

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

var archived = Note{Author: Author{"dealgate", "dealgate@example.com"}, When: time.Date(2026, 8, 1, 9, 0, 0, 0, time.UTC), Subject: "Keep statements"}

func newFiles(pairs ...string) []NewFile {
	var out []NewFile
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, NewFile{pairs[i], []byte(pairs[i+1])})
	}
	return out
}

func newArchive(t *testing.T) (*Archive, *lab, string) {
	l, dir := onDisk(t, false)
	a, err := OpenArchive(dir, "approvals")
	must(t, err)
	a.pause = func(int) { time.Sleep(time.Millisecond) }
	return a, l, dir
}

func add(t *testing.T, a *Archive, pairs ...string) bool {
	t.Helper()
	added, err := a.Add(newFiles(pairs...), archived)
	must(t, err)
	return added
}

// holds lists the paths and contents of a view of the branch.
func holds(t *testing.T, a *Archive, view int) string {
	t.Helper()
	views, done, err := a.Views()
	must(t, err)
	defer func() { must(t, done()) }()
	if view >= len(views) {
		return ""
	}
	var b strings.Builder
	must(t, fs.WalkDir(views[view], ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(views[view], path)
		fmt.Fprintf(&b, "%s=%s ", path, data)
		return err
	}))
	return strings.TrimSpace(b.String())
}

func TestArchiveIsReadThroughAnOpenRepository(t *testing.T) {
	a, _, dir := newArchive(t)
	add(t, a, "s/2026/a.json", "1")
	repo, err := Open(dir)
	must(t, err)
	defer func() { must(t, repo.Close()) }()
	views, err := a.ViewsIn(repo)
	must(t, err)
	if len(views) != 1 {
		t.Fatalf("there are %d views", len(views))
	}
	if data, err := fs.ReadFile(views[0], "s/2026/a.json"); err != nil || string(data) != "1" {
		t.Errorf("read %q, %v", data, err)
	}
}

func TestArchiveAddsOnce(t *testing.T) {
	a, l, dir := newArchive(t)
	if s := holds(t, a, 0); s != "" {
		t.Errorf("a new archive holds %s", s)
	}
	if !add(t, a, "s/2026/a.json", "1") || !add(t, a, "s/2026/b.json", "2", "s/2026/b.json.sig", "x") {
		t.Error("what was new was not added")
	}
	if add(t, a, "s/2026/a.json", "1") {
		t.Error("what was there was added again")
	}
	if add(t, a, "s/2026/a.json", "other", "s/2026/a.json.sig", "forged") {
		t.Error("what was there was changed, or given the signature of something else")
	}
	if !add(t, a, "s/2026/a.json", "1", "s/2026/a.json.sig", "y") {
		t.Error("a signature could not be added later")
	}
	want := "s/2026/a.json=1 s/2026/a.json.sig=y s/2026/b.json=2 s/2026/b.json.sig=x"
	if s := holds(t, a, 0); s != want {
		t.Errorf("holds %s\nwant  %s", s, want)
	}
	l.checkout(l.commit(files{"deals/x": "1"}))
	r, err := Open(dir)
	must(t, err)
	defer r.Close()
	n := 0
	must(t, r.Walk(t.Context(), ".", WalkOptions{From: "refs/heads/approvals"}, func(s Step) error {
		n++
		for _, c := range s.Changes {
			if c.Kind != Added {
				t.Errorf("%s was %s", c.Path, c.Kind)
			}
		}
		return nil
	}))
	if n != 3 {
		t.Errorf("%d commits, want 3", n)
	}
}

func TestArchiveRefusesPathsThatLeadOut(t *testing.T) {
	a, _, _ := newArchive(t)
	for _, path := range []string{"../x", "/x", "a/../x", ".git/x", "", "."} {
		_, err := a.Add(newFiles(path, "1"), archived)
		wantKey(t, err, "archive.bad-path")
	}
}

func TestManyWritersLoseNothing(t *testing.T) {
	const writers, each = 8, 5
	_, _, dir := newArchive(t)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			a, err := OpenArchive(dir, "approvals")
			if err != nil {
				t.Error(err)
				return
			}
			for i := range each {
				// All write one file of their own and one that all write.
				if _, err := a.Add(newFiles(fmt.Sprintf("s/%d-%d", w, i), "own", fmt.Sprintf("s/all-%d", i), "all"), archived); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	a, err := OpenArchive(dir, "approvals")
	must(t, err)
	if got := len(strings.Fields(holds(t, a, 0))); got != writers*each+each {
		t.Errorf("%d files, want %d", got, writers*each+each)
	}
}

// faulty is a real store in which the n-th operation fails.
type faulty struct {
	depot
	left  *int
	after bool // the operation is carried out all the same
}

var errInjected = errors.New("injected fault")

func (f faulty) trip() bool { *f.left--; return *f.left == 0 }

func (f faulty) put(kind plumbing.ObjectType, data []byte) (plumbing.Hash, error) {
	if f.trip() {
		if f.after {
			_, _ = f.depot.put(kind, data)
		}
		return plumbing.ZeroHash, errInjected
	}
	return f.depot.put(kind, data)
}

func (f faulty) swing(branch string, old, now plumbing.Hash) error {
	if f.trip() {
		if f.after {
			_ = f.depot.swing(branch, old, now)
		}
		return errInjected
	}
	return f.depot.swing(branch, old, now)
}

func (f faulty) tips(branch string) (plumbing.Hash, []plumbing.Hash, error) {
	if f.trip() {
		return plumbing.ZeroHash, nil, errInjected
	}
	return f.depot.tips(branch)
}

// Wherever a writer fails, what stood there stands, and trying again leads to
// the same end.
func TestEveryFaultIsMendedByTryingAgain(t *testing.T) {
	for _, after := range []bool{false, true} {
		failed := true
		for n := 1; failed; n++ {
			a, _, _ := newArchive(t)
			add(t, a, "s/a.json", "1")
			open, left := a.open, n
			a.open = func() (depot, error) {
				d, err := open()
				return faulty{d, &left, after}, err
			}
			_, err := a.Add(newFiles("s/b.json", "2", "s/b.json.sig", "y"), archived)
			failed = err != nil
			if failed {
				wantKey(t, err, "archive.unwritable")
			}
			a.open = open
			if s := holds(t, a, 0); !strings.HasPrefix(s, "s/a.json=1") {
				t.Fatalf("fault %d: holds %s", n, s)
			}
			add(t, a, "s/b.json", "2", "s/b.json.sig", "y")
			if s := holds(t, a, 0); s != "s/a.json=1 s/b.json=2 s/b.json.sig=y" {
				t.Fatalf("fault %d: after trying again it holds %s", n, s)
			}
			if n > 50 {
				t.Fatal("the fault never ends")
			}
		}
	}
}

// overtaken lets somebody else add a file just before the branch is moved.
type overtaken struct {
	depot
	by func()
}

func (o overtaken) swing(branch string, old, now plumbing.Hash) error {
	o.by()
	return o.depot.swing(branch, old, now)
}

func TestAWriterThatIsOvertakenLooksAgain(t *testing.T) {
	a, _, dir := newArchive(t)
	other, err := OpenArchive(dir, "approvals")
	must(t, err)
	open, n := a.open, 0
	a.open = func() (depot, error) {
		d, err := open()
		return overtaken{d, func() {
			if n++; n <= 3 {
				add(t, other, fmt.Sprintf("s/other-%d", n), "o")
			}
		}}, err
	}
	add(t, a, "s/own", "1")
	if s := holds(t, a, 0); s != "s/other-1=o s/other-2=o s/other-3=o s/own=1" {
		t.Errorf("holds %s", s)
	}
}

func TestALockThatNobodyReleasesIsNamed(t *testing.T) {
	a, _, _ := newArchive(t)
	open := a.open
	a.pause = func(int) {}
	a.open = func() (depot, error) {
		d, err := open()
		return locked{d}, err
	}
	_, err := a.Add(newFiles("s/a", "1"), archived)
	wantKey(t, err, "archive.busy")
}

type locked struct{ depot }

func (locked) swing(string, plumbing.Hash, plumbing.Hash) error { return errLocked }

// What somebody put where a folder has to stand makes room and is named; a
// folder where a file has to stand stays.
func TestWhatIsInTheWayMakesRoom(t *testing.T) {
	a, _, _ := newArchive(t)
	add(t, a, "statements/2025", "odd", "statements/2026/a.json/b", "odd")
	add(t, a, "statements/2025/a.json", "{}", "statements/2026/a.json", "{}")
	if got, want := holds(t, a, 0), "statements/2025/a.json={} statements/2026/a.json/b=odd"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if want := []string{"statements/2025"}; !slices.Equal(a.Displaced, want) {
		t.Errorf("displaced %q, want %q", a.Displaced, want)
	}
}

// A branch below the name of the one that is to be made is named; the empty
// folder that one leaves behind is no hindrance.
func TestBranchesBelowTheName(t *testing.T) {
	a, l, dir := newArchive(t)
	other := filepath.Join(dir, ".git", "refs", "heads", "approvals", "x", "y")
	must(t, l.s.SetReference(plumbing.NewHashReference("refs/heads/approvals/x/y", plumbing.NewHash(l.commit(files{"a": "1"})))))
	_, err := a.Add(newFiles("s/a", "1"), archived)
	wantKey(t, err, "archive.branch-below")
	if names, err := a.Below(); err != nil || !slices.Equal(names, []string{"approvals/x/y"}) {
		t.Errorf("%q, %v", names, err)
	}
	must(t, os.Remove(other))
	if !add(t, a, "s/a", "1") || holds(t, a, 0) != "s/a=1" {
		t.Errorf("holds %s", holds(t, a, 0))
	}
}
