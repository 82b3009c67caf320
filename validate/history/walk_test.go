package history

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func steps(t *testing.T, r *Repo, o WalkOptions) []string {
	t.Helper()
	var got []string
	must(t, r.Walk(context.Background(), "d", o, func(s Step) error {
		got = append(got, s.Commit.Hash+" on "+s.Parent+" "+strings.ReplaceAll(show(s.Changes), "\n", ";"))
		return nil
	}))
	return got
}

func TestWalkFollowsFirstParents(t *testing.T) {
	l, r := inMemory(t)
	first := l.commit(files{"d/a": "1", "d/b": "1"})
	branch := l.commit(files{"d/a": "1", "d/b": "1", "d/x": "1"}, first)
	tip := l.commit(files{"d/a": "1", "d/b": "1", "d/x": "2"}, branch)
	outside := l.commit(files{"d/a": "1", "d/b": "1", "README": "1"}, first)
	merge := l.commit(files{"d/a": "1", "d/b": "1", "d/x": "2", "README": "1"}, outside, tip)
	last := l.commit(files{"d/a": "2", "d/x": "2", "README": "1"}, merge)
	l.checkout(last)
	want := []string{
		first + " on  A d/a;A d/b;",
		merge + " on " + outside + " A d/x;",
		last + " on " + merge + " M d/a;D d/b;",
	}
	if got := steps(t, r, WalkOptions{OldestFirst: true}); !slices.Equal(got, want) {
		t.Errorf("oldest first:\n%s", strings.Join(got, "\n"))
	}
	if got := steps(t, r, WalkOptions{From: "HEAD^"}); !slices.Equal(got, []string{want[1], want[0]}) {
		t.Errorf("newest first:\n%s", strings.Join(got, "\n"))
	}
}

// longLine writes more commits than several batches hold.
func longLine(l *lab, n int) {
	parent, f := []string(nil), files{}
	for i := range n {
		f[fmt.Sprintf("d/%03d", i)] = "1"
		parent = []string{l.commit(f, parent...)}
	}
	l.checkout(parent[0])
}

func TestWalkKeepsTheOrderOverBatches(t *testing.T) {
	l, r := inMemory(t)
	n := 4*batchSize + 3
	longLine(l, n)
	i := 0
	must(t, r.Walk(context.Background(), "d", WalkOptions{OldestFirst: true}, func(s Step) error {
		if want := fmt.Sprintf("A d/%03d\n", i); show(s.Changes) != want {
			t.Errorf("step %d: %s", i, show(s.Changes))
		}
		i++
		_, err := r.FS(s.Commit.Hash) // fn may read too
		return err
	}))
	if i != n {
		t.Errorf("%d steps, want %d", i, n)
	}
}

func TestWalkStops(t *testing.T) {
	l, r := inMemory(t)
	longLine(l, 5*batchSize)
	stop, n := errors.New("enough"), 0
	err := r.Walk(context.Background(), "d", WalkOptions{}, func(Step) error {
		if n++; n == 3 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || n != 3 {
		t.Errorf("%d steps, then %v", n, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Walk(ctx, "d", WalkOptions{}, func(Step) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestWalkReportsMissingHistory(t *testing.T) {
	l, r := inMemory(t)
	l.checkout(l.commit(files{"d/a": "1"}, strings.Repeat("3", 40)))
	err := r.Walk(context.Background(), "d", WalkOptions{}, func(Step) error { return nil })
	wantKey(t, err, "history.missing-object")
	wantKey(t, r.Walk(context.Background(), "../d", WalkOptions{From: l.commit(files{})}, nil), "history.bad-folder")
}

func TestProvenance(t *testing.T) {
	l, r := inMemory(t)
	f := files{"d/early": "1", "d/came-and-went": "1"}
	c1 := l.commit(f)
	f = f.with(files{"d/mark": "1", "d/with-mark": "1"})
	c2 := l.commit(f, c1)
	side := l.commit(f.with(files{"d/late": "1"}), c2)
	f = f.with(files{"d/early": "2", "d/came-and-went": ""})
	c3 := l.commit(f, c2)
	f = f.with(files{"d/late": "1", "d/came-and-went": "1"})
	c4 := l.commit(f, c3, side)
	f = f.with(files{"d/early": "exec:2", "d/mark": ""})
	c5 := l.commit(f, c4)
	f = f.with(files{"d/mark": "2"})
	c6 := l.commit(f, c5)
	l.checkout(c6)
	got, err := r.Provenance(context.Background(), "d", "d/mark")
	must(t, err)
	want := map[string]string{
		"d/early":         fmt.Sprint(c1, true, []string{c3, c5}),
		"d/with-mark":     fmt.Sprint(c2, true, []string{}),
		"d/late":          fmt.Sprint(c4, false, []string{}),
		"d/came-and-went": fmt.Sprint(c4, false, []string{}),
		"d/mark":          fmt.Sprint(c6, false, []string{}),
	}
	for path, p := range got {
		if s := fmt.Sprint(p.Commit.Hash, p.Baseline, p.Modified); s != want[path] {
			t.Errorf("%s: %s, want %s", path, s, want[path])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d paths, want %d", len(got), len(want))
	}
	if got["d/early"].Commit.Author != "Zhao Min" {
		t.Errorf("by %s", got["d/early"].Commit.Author)
	}
	got, err = r.Provenance(context.Background(), "d", "")
	must(t, err)
	if got["d/early"].Baseline {
		t.Error("a baseline without a mark")
	}
}
