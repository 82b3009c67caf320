package history

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestLanding(t *testing.T) {
	from := files{"d/p": "1", "d/a/x": "1", "e/x": "1"}
	for name, c := range map[string]struct {
		base, head files
		changes    string
		conflicts  string
		tree       files
	}{
		"only the change":       {files{}, files{"d/a/y": "1"}, "A d/a/y", "", from.with(files{"d/a/y": "1"})},
		"side by side":          {files{"d/a/z": "1"}, files{"d/a/y": "1"}, "A d/a/y", "", from.with(files{"d/a/y": "1", "d/a/z": "1"})},
		"both the same":         {files{"d/a/y": "1"}, files{"d/a/y": "1"}, "", "", from.with(files{"d/a/y": "1"})},
		"both deleted":          {files{"d/p": ""}, files{"d/p": ""}, "", "", from.with(files{"d/p": ""})},
		"both modified":         {files{"d/p": "2"}, files{"d/p": "3"}, "M d/p", "d/p", from.with(files{"d/p": "3"})},
		"both added":            {files{"d/n": "2"}, files{"d/n": "3"}, "M d/n", "d/n", from.with(files{"d/n": "3"})},
		"deleted and modified":  {files{"d/p": ""}, files{"d/p": "3"}, "A d/p", "d/p", from.with(files{"d/p": "3"})},
		"modified and deleted":  {files{"d/p": "2"}, files{"d/p": ""}, "D d/p", "d/p", from.with(files{"d/p": ""})},
		"file over new folder":  {files{"d/n/x": "1"}, files{"d/n": "1"}, "A d/n", "d/n", from.with(files{"d/n": "1"})},
		"folder over new file":  {files{"d/n": "1"}, files{"d/n/x": "1"}, "A d/n/x", "d/n", nil},
		"folder replaced":       {files{"d/p": "2"}, files{"d/a/x": "", "d/a": "f"}, "A d/a D d/a/x", "", from.with(files{"d/p": "2", "d/a/x": "", "d/a": "f"})},
		"replaced, but grown":   {files{"d/a/y": "1"}, files{"d/a/x": "", "d/a": "f"}, "A d/a D d/a/x", "d/a", from.with(files{"d/a/x": "", "d/a": "f"})},
		"outside is left alone": {files{"e/x": "2"}, files{"e/x": "3", "d/p": "2"}, "M d/p", "", from.with(files{"e/x": "2", "d/p": "2"})},
	} {
		t.Run(name, func(t *testing.T) {
			l, r := inMemory(t)
			f := l.commit(from)
			b, h := l.commit(from.with(c.base), f), l.commit(from.with(c.head), f)
			got, err := r.Landing(b, h, "d")
			must(t, err)
			if got.Base.Hash != b || got.Head.Hash != h || got.From.Hash != f {
				t.Errorf("from %s, base %s, head %s", got.From.Hash, got.Base.Hash, got.Head.Hash)
			}
			if s := strings.Join(strings.Fields(sorted(show(got.Changes))), " "); s != c.changes {
				t.Errorf("changes %q, want %q", s, c.changes)
			}
			if s := strings.Join(got.Conflicts, " "); s != c.conflicts {
				t.Errorf("conflicts %q, want %q", s, c.conflicts)
			}
			if all := c.tree; all != nil && !same(contentOf(t, got.Tree), all) {
				t.Errorf("tree %v, want %v", contentOf(t, got.Tree), all)
			}
		})
	}
}

// The old side of a change is that of the target's tip, so that the change
// can be recomputed from the landed commit and its parent.
func TestLandingSpeaksOfTheTargetsTip(t *testing.T) {
	l, r := inMemory(t)
	from := l.commit(files{"d/p": "1"})
	got, err := r.Landing(l.commit(files{"d/p": "2"}, from), l.commit(files{"d/p": "3"}, from), "d")
	must(t, err)
	if len(got.Changes) != 1 || got.Changes[0].OldBlob != l.blob("2").String() {
		t.Errorf("got %+v", got.Changes)
	}
}

// Without conflicts, what lands is the difference between the tree as it
// lands and the target's tip.
func TestLandingIsWhatChangesTheTip(t *testing.T) {
	l, r := inMemory(t)
	rapid.Check(t, func(t *rapid.T) {
		from := genFiles.Draw(t, "from")
		f := l.commit(from)
		b, h := l.commit(genFiles.Draw(t, "base"), f), l.commit(genFiles.Draw(t, "head"), f)
		got, err := r.Landing(b, h, ".")
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Conflicts) > 0 {
			return
		}
		landed := l.commit(contentOf(t, got.Tree), b)
		want, err := r.Changes(b, landed, ".")
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(want, got.Changes) {
			t.Fatalf("got\n%swant\n%s", show(got.Changes), show(want))
		}
	})
}

func TestLandingOfWhatHasLanded(t *testing.T) {
	l, r := inMemory(t)
	a := l.commit(files{"d/a": "1"})
	b := l.commit(files{"d/a": "2"}, a)
	got, err := r.Landing(b, a, "d")
	must(t, err)
	if len(got.Changes) != 0 || got.From.Hash != a {
		t.Errorf("got %+v", got)
	}
}

func TestMergeBase(t *testing.T) {
	l, r := inMemory(t)
	f := files{"a": "1"}
	root := l.commit(f)
	a1 := l.commit(f, root)
	b1 := l.commit(f, root)
	b2 := l.commit(f, b1)
	merge := l.commit(f, a1, b1) // the target took b1 in
	a2 := l.commit(f, merge)
	cross := l.commit(f, b2, a1) // and the branch took a1 in
	caught := l.commit(f, cross, a2)
	alien := l.commit(f)
	for _, c := range []struct{ a, b, want string }{
		{a1, b1, root}, {b2, a2, b1}, {a2, b2, b1}, {a1, a2, a1}, {root, root, root}, {caught, a2, a2},
	} {
		got, err := r.MergeBase(c.a, c.b)
		must(t, err)
		if got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
	_, err := r.MergeBase(a2, alien)
	wantKey(t, err, "history.no-merge-base")
	_, err = r.MergeBase(a2, cross)
	wantKey(t, err, "history.criss-cross")
}

// Clocks may run wrong: an ancestor may be younger than its child.
func TestMergeBaseWithSkewedClocks(t *testing.T) {
	l, r := inMemory(t)
	f := files{"a": "1"}
	root := l.commit(f)
	old := l.clock
	l.clock = old.AddDate(1, 0, 0)
	late := l.commit(f, root)
	l.clock = old
	a, b := l.commit(f, late), l.commit(f, late)
	b2 := l.commit(f, b, root)
	got, err := r.MergeBase(a, b2)
	must(t, err)
	if got != late {
		t.Errorf("got %s, want %s", got, late)
	}
}
