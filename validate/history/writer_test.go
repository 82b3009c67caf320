package history

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"
)

var clerk = Author{"Dealgate", "merge@example.com"}

// landing is the n-th change of a history: a file in a folder of its own.
func landing(n int, files ...NewFile) NewChange {
	at := time.Date(2026, 1, 5, 9, 0, 0, 0, time.FixedZone("", 8*3600)).Add(time.Duration(n) * time.Hour)
	return NewChange{
		Author: Author{"赵敏", "zhao-min@example.com"}, Subject: fmt.Sprintf("change %d", n),
		Written: at.Add(-time.Minute), Landed: at, Squashed: n%3 == 0, Files: files,
	}
}

func text(path, data string) NewFile { return NewFile{path, []byte(data)} }

// writtenTo writes a history and returns its folder and head.
func writtenTo(tb testing.TB, changes ...NewChange) (dir, head string) {
	tb.Helper()
	dir = filepath.Join(tb.TempDir(), "new")
	w, err := Create(dir, clerk)
	must(tb, err)
	defer w.Close()
	for _, c := range changes {
		_, err := w.Land(c)
		must(tb, err)
	}
	head, err = w.Finish()
	must(tb, err)
	return dir, head
}

// many lands enough folders side by side that their tree is stored as
// differences, longer than one chain.
func many() []NewChange {
	var cs []NewChange
	for n := range 180 {
		name := fmt.Sprintf("deals/2026/deal-%03d", n*37%180)
		cs = append(cs, landing(n, text(name+"/deal.yaml", fmt.Sprint("title: ", n)), text(name+"/evidence/a.md", "same")))
	}
	return append(cs, landing(180, text("deals/2026/deal-000/deal.yaml", "title: new\n"), text("deals/2026/deal-0000.md", "x")))
}

func TestWriterIsReadByGoGitAndHere(t *testing.T) {
	dir, head := writtenTo(t, many()...)
	g, err := git.PlainOpen(dir)
	must(t, err)
	ref, err := g.Head()
	must(t, err)
	if ref.Hash().String() != head || ref.Name() != "refs/heads/main" {
		t.Fatalf("head is %v, want %s", ref, head)
	}
	tree, err := g.Worktree()
	must(t, err)
	status, err := tree.Status()
	must(t, err)
	if !status.IsClean() {
		t.Errorf("the work tree is not clean:\n%s", status)
	}
	objects, err := g.Objects()
	must(t, err)
	n := 0
	must(t, objects.ForEach(func(o object.Object) error { n++; return nil }))
	r, err := Open(dir)
	must(t, err)
	defer r.Close()
	steps := 0
	must(t, r.Walk(context.Background(), "deals", WalkOptions{}, func(Step) error { steps++; return nil }))
	if steps != 181 || n < 3*181 {
		t.Errorf("read %d steps and %d objects", steps, n)
	}
	dirty, err := r.Dirty(".")
	must(t, err)
	if len(dirty) > 0 {
		t.Errorf("differs from HEAD: %v", dirty)
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "deals/2026/deal-000/deal.yaml")); string(got) != "title: new\n" {
		t.Errorf("got %q", got)
	}
}

func TestWriterStoresTreesAsDifferences(t *testing.T) {
	dir, _ := writtenTo(t, many()...)
	packs, err := openPacks(filepath.Join(dir, ".git", "objects", "pack"))
	must(t, err)
	if len(packs) != 1 {
		t.Fatalf("%d packs", len(packs))
	}
	defer packs[0].close()
	if packs[0].end > 200_000 {
		t.Errorf("the pack has %d bytes", packs[0].end)
	}
}

func TestWriterCommits(t *testing.T) {
	dir, head := writtenTo(t, landing(0, text("a", "1")), landing(1, text("a", "2")), landing(3, text("b", "3")))
	g, err := git.PlainOpen(dir)
	must(t, err)
	r, err := Open(dir)
	must(t, err)
	defer r.Close()
	squashed, err := r.Resolve(head)
	must(t, err)
	if len(squashed.Parents) != 1 || squashed.Author != "赵敏" || squashed.Subject != "change 3" {
		t.Errorf("squashed: %+v", squashed)
	}
	merge, err := r.Resolve(squashed.Parents[0])
	must(t, err)
	own, err := r.Resolve(merge.Parents[1])
	must(t, err)
	if own.Parents[0] != merge.Parents[0] || own.Email != "zhao-min@example.com" || !merge.When.After(own.When) {
		t.Errorf("merge %+v of %+v", merge, own)
	}
	h, err := g.ResolveRevision("HEAD~1")
	must(t, err)
	c, err := g.CommitObject(*h)
	must(t, err)
	if c.Committer.Name != clerk.Name || c.Author.When.Equal(c.Committer.When) {
		t.Errorf("committer %v, author %v", c.Committer, c.Author)
	}
}

func TestWriterIsDeterministic(t *testing.T) {
	_, a := writtenTo(t, many()...)
	_, b := writtenTo(t, many()...)
	_, c := writtenTo(t, many()[1:]...)
	if a != b || a == c {
		t.Errorf("heads %s %s %s", a, b, c)
	}
}

func TestWriterRefuses(t *testing.T) {
	full := t.TempDir()
	must(t, os.WriteFile(filepath.Join(full, "x"), nil, 0o600))
	_, err := Create(full, clerk)
	wantKey(t, err, "writer.not-empty")
	for _, path := range []string{"../x", "/x", "", ".", "a/.git/x", ".GIT/config", "a//b", "a\\b", "file/x", "folder"} {
		w, err := Create(t.TempDir(), clerk)
		must(t, err)
		_, err = w.Land(landing(0, text("file", "1"), text("folder/x", "2"), text(path, "3")))
		wantKey(t, err, "writer.bad-path")
		must(t, w.Close())
	}
	dir := t.TempDir()
	w, err := Create(dir, clerk)
	must(t, err)
	_, err = w.Finish()
	wantKey(t, err, "writer.nothing")
	must(t, w.Close())
	left, err := filepath.Glob(filepath.Join(dir, ".git/objects/pack/*"))
	must(t, err)
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestDifference(t *testing.T) {
	long := strings.Repeat("0123456789", 20_000)
	for _, c := range [][2]string{{"a", "a"}, {"aaa", "aa"}, {long, long[:70_000] + strings.Repeat("new", 99) + long[70_000:]}} {
		made, err := patch([]byte(c[0]), difference([]byte(c[0]), []byte(c[1])))
		must(t, err)
		if string(made) != c[1] {
			t.Errorf("from %d bytes: made %d, want %d", len(c[0]), len(made), len(c[1]))
		}
	}
	for _, d := range []int64{1, 127, 128, 16511, 16512, 1 << 40} {
		got, err := new(pack).distance(bufio.NewReader(bytes.NewReader(distance(d))), 2*d)
		if err != nil || got != d {
			t.Errorf("distance %d is read as %d, %v", d, got, err)
		}
	}
}
