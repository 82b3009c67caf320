package history

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/dealgate/dealgate/validate/cache"
)

// keeper opens a cache below a folder.
func keeper(dir string) *cache.Cache {
	return cache.Open(filepath.Join(dir, "cache"), filepath.Join(dir, "key"), "")
}

// counting counts what is read from a repository.
type counting struct {
	store
	reads int
}

func (c *counting) read(h plumbing.Hash) (plumbing.ObjectType, []byte, error) {
	c.reads++
	return c.store.read(h)
}

// walked walks a line twice: as it is, and with what is kept. Both must find
// the same; it returns how many objects the second took.
func walked(t *testing.T, r *Repo, c *cache.Cache) int {
	t.Helper()
	plain := newRepo("", r.refs, r.store, r.shallow)
	counted := &counting{store: r.store}
	kept := newRepo("", r.refs, counted, r.shallow)
	kept.Remember(c)
	for _, o := range []WalkOptions{{OldestFirst: true}, {}} {
		want, got := steps(t, plain, o), steps(t, kept, o)
		if !slices.Equal(got, want) {
			t.Errorf("%v: %d steps kept, %d walked", o, len(got), len(want))
		}
	}
	return counted.reads / 2
}

func TestNextWalkReadsOnlyWhatIsNew(t *testing.T) {
	l, r := inMemory(t)
	dir := t.TempDir()
	longLine(l, 3*stretchLen+7)
	walked(t, r, keeper(dir))
	const tip = 2 // what HEAD names is looked at twice
	if got := walked(t, r, keeper(dir)); got != tip {
		t.Errorf("%d objects read although nothing is new", got)
	}
	head, err := r.Head()
	must(t, err)
	l.checkout(l.commit(files{"d/new": "1"}, head.Hash))
	if got, trees := walked(t, r, keeper(dir)), 5; got > tip+trees {
		t.Errorf("%d objects read for one commit", got)
	}
	if got := walked(t, r, keeper(dir)); got != tip {
		t.Errorf("%d objects read although nothing is new", got)
	}
}

func TestRewrittenLineIsWalkedAgain(t *testing.T) {
	l, r := inMemory(t)
	dir := t.TempDir()
	longLine(l, stretchLen+9)
	walked(t, r, keeper(dir))
	line, err := r.Line(context.Background(), "HEAD")
	must(t, err)
	for _, from := range []int{3, 100, len(line) - 1} { // newest first
		l.checkout(l.commit(files{"d/rewritten": fmt.Sprint(from)}, line[from]))
		walked(t, r, keeper(dir))
	}
	l.checkout(line[5])
	walked(t, r, keeper(dir))
	l.checkout(l.commit(files{"d/a": "another beginning"}))
	walked(t, r, keeper(dir))
}

func TestRepositoriesShareACache(t *testing.T) {
	dir := t.TempDir()
	a, one := inMemory(t)
	b, two := inMemory(t)
	longLine(a, stretchLen+5)
	b.clock = b.clock.AddDate(1, 0, 0)
	longLine(b, stretchLen+5)
	for range 2 {
		walked(t, one, keeper(dir))
		walked(t, two, keeper(dir))
	}
}

func TestWhatIsKeptOfOneFolderSaysNothingOfAnother(t *testing.T) {
	l, r := inMemory(t)
	r.Remember(keeper(t.TempDir()))
	l.checkout(l.commit(files{"d/a": "1", "e/b": "1"}))
	for _, under := range []string{".", "d", "e", "f"} {
		want := map[string]int{".": 2, "d": 1, "e": 1}[under]
		for range 2 {
			n := 0
			must(t, r.Walk(context.Background(), under, WalkOptions{}, func(s Step) error { n = len(s.Changes); return nil }))
			if n != want {
				t.Errorf("%s: %d changes, want %d", under, n, want)
			}
		}
	}
}

func TestShallowIsRefusedWithACacheToo(t *testing.T) {
	l, whole := inMemory(t)
	dir := t.TempDir()
	first := l.commit(files{"d/a": "1"})
	l.checkout(l.commit(files{"d/a": "2"}, first))
	walked(t, whole, keeper(dir))
	r := newRepo("", whole.refs, whole.store, map[plumbing.Hash]bool{plumbing.NewHash(first): true})
	r.Remember(keeper(dir))
	head, err := r.Head()
	must(t, err)
	r.shallow[plumbing.NewHash(head.Hash)] = true
	err = r.Walk(context.Background(), "d", WalkOptions{}, func(Step) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "shallow") {
		t.Errorf("got %v", err)
	}
}

func TestDamagedEntriesAreWalkedAgain(t *testing.T) {
	l, r := inMemory(t)
	dir := t.TempDir()
	longLine(l, 2*stretchLen+5)
	walked(t, r, keeper(dir))
	names, err := filepath.Glob(filepath.Join(dir, "cache", "*"))
	must(t, err)
	for i, name := range names {
		data, err := os.ReadFile(name)
		must(t, err)
		must(t, os.WriteFile(name, data[:len(data)*i/len(names)], 0o600))
	}
	walked(t, r, keeper(dir))
	if got := walked(t, r, keeper(dir)); got > 2 {
		t.Errorf("not mended: %d objects read", got)
	}
	must(t, os.RemoveAll(filepath.Join(dir, "cache")))
	walked(t, r, keeper(dir))
}

// Even with the right seal, a stretch yields no line but the one that the
// hashes of its commits spell.
func TestAStretchIsHeldAgainstItsCommits(t *testing.T) {
	l, r := inMemory(t)
	longLine(l, 4)
	line, err := r.stops(context.Background(), "HEAD", "d")
	must(t, err)
	slices.Reverse(line)
	last := line[3].hash
	if _, err := decodeStretch(encodeStretch(line), last); err != nil {
		t.Fatal(err)
	}
	swapped := slices.Clone(line)
	swapped[1], swapped[2] = swapped[2], swapped[1]
	short := encodeStretch(line)
	copy(short, bytes.Repeat([]byte{1}, 20))
	for what, data := range map[string][]byte{
		"another line": encodeStretch(line[:3]), "another order": encodeStretch(swapped), "a gap": encodeStretch(slices.Delete(slices.Clone(line), 1, 2)), "another beginning": short,
	} {
		if _, err := decodeStretch(data, last); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
}

// merges lists which steps of a line are clean merges, oldest first, and counts
// the objects that were read.
func merges(t *testing.T, r *Repo, c *cache.Cache, wanted bool) (clean []bool, reads int) {
	t.Helper()
	counted := &counting{store: r.store}
	kept := newRepo("", r.refs, counted, r.shallow)
	kept.Remember(c)
	must(t, kept.Walk(context.Background(), "d", WalkOptions{OldestFirst: true, Merges: wanted}, func(s Step) error {
		clean = append(clean, s.Clean)
		return nil
	}))
	return clean, counted.reads
}

func TestMergesAreLookedAtOnce(t *testing.T) {
	l, r := inMemory(t)
	dir := t.TempDir()
	zero := files{"d/a": "1"}
	root := l.commit(zero)
	b := l.commit(zero.with(files{"d/b": "1"}), root)
	clean := l.commit(zero.with(files{"d/b": "1"}), root, b)
	c := l.commit(zero.with(files{"d/c": "1"}), clean)
	edited := l.commit(zero.with(files{"d/b": "1", "d/c": "smuggled"}), clean, c)
	l.checkout(edited)
	if got, _ := merges(t, r, keeper(dir), false); !slices.Equal(got, []bool{false, false, false}) {
		t.Errorf("not asked for: %v", got)
	}
	for _, again := range []bool{false, true} {
		got, reads := merges(t, r, keeper(dir), true)
		if !slices.Equal(got, []bool{false, true, false}) {
			t.Errorf("again %t: %v", again, got)
		}
		if again && reads > 2 {
			t.Errorf("%d objects read although nothing is new", reads)
		}
	}
}
