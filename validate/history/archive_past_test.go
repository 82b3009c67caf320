package history

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/dealgate/dealgate/validate/cache"
)

// gone lists what stood on a branch, in the order in which it went.
func gone(t *testing.T, a *Archive, known *cache.Cache) string {
	t.Helper()
	list, done, err := a.Removed(known)
	must(t, err)
	defer func() { must(t, done()) }()
	var b strings.Builder
	for _, r := range list {
		data, err := fs.ReadFile(r.View, r.Path)
		must(t, err)
		sig, err := fs.ReadFile(r.View, r.Path+Signature)
		if err != nil {
			sig = []byte("-")
		}
		fmt.Fprintf(&b, "%s=%s,%s by %s ", r.Path, data, sig, r.By.Name)
	}
	return strings.TrimSpace(b.String())
}

// What an ordinary commit took away, or put something else in place of, is
// found with the signature that stood beside it; what was only added, signed
// later or put back is not.
func TestRemoved(t *testing.T) {
	for name, c := range map[string]struct {
		steps []files
		want  string
	}{
		"added":        {[]files{{"s/a": "1"}, {"s/a": "1", "s/b": "2"}}, ""},
		"signed":       {[]files{{"s/a": "1"}, {"s/a": "1", "s/a.sig": "x"}}, ""},
		"removed":      {[]files{{"s/a": "1", "s/a.sig": "x", "s/b": "2"}, {"s/b": "2"}}, "s/a=1,x by Zhao Min"},
		"replaced":     {[]files{{"s/a": "1", "s/a.sig": "x"}, {"s/a": "2", "s/a.sig": "y"}}, "s/a=1,x by Zhao Min"},
		"stripped":     {[]files{{"s/a": "1", "s/a.sig": "x"}, {"s/a": "1"}}, "s/a=1,x by Zhao Min"},
		"put back":     {[]files{{"s/a": "1"}, {"s/b": "2"}, {"s/a": "1", "s/b": "2"}}, ""},
		"twice":        {[]files{{"s/a": "1"}, {"s/a": "2"}, {"s/b": "3"}}, "s/a=2,- by Zhao Min s/a=1,- by Zhao Min"},
		"whole folder": {[]files{{"s/a": "1", "b": "2"}, {"s": "odd", "b": "2"}}, "s/a=1,- by Zhao Min"},
	} {
		a, l, _ := newArchive(t)
		var at []string
		for _, f := range c.steps {
			at = []string{l.commit(f, at...)}
		}
		must(t, l.s.SetReference(plumbing.NewHashReference("refs/heads/approvals", plumbing.NewHash(at[0]))))
		if got := gone(t, a, nil); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// instead is the commit that the only view of a branch stands in for.
func instead(t *testing.T, a *Archive) string {
	t.Helper()
	views, done, err := a.Views()
	must(t, err)
	defer func() { must(t, done()) }()
	return InsteadOf(views[0])
}

// A tree that git would not have written, with a name twice in it, hides nothing:
// not what the next commit takes away, nor what stood before it where it is the
// last; and the next that is added puts it right.
func TestRemovedBehindUnsoundTrees(t *testing.T) {
	for name, twice := range map[string]func(l *lab) []object.TreeEntry{
		"equal": func(l *lab) []object.TreeEntry { return []object.TreeEntry{l.leaf("zz", "1"), l.leaf("zz", "2")} },
		"file and folder": func(l *lab) []object.TreeEntry {
			return []object.TreeEntry{l.leaf("zz", "1"), l.leaf("zz-", "1"), {Name: "zz", Mode: filemode.Dir, Hash: l.tree(files{"a": "1"})}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			a, l, _ := newArchive(t)
			first := l.commit(files{"s/a": "1", "s/a.sig": "x", "s/b": "2"})
			s := l.writeTree(append(twice(l), l.leaf("a", "1"), l.leaf("a.sig", "x"), l.leaf("b", "2")))
			odd := l.commitTree(l.writeTree([]object.TreeEntry{{Name: "s", Mode: filemode.Dir, Hash: s}}), "odd", first)
			l.branch("refs/heads/approvals", odd)
			if got := gone(t, a, nil); got != "" {
				t.Errorf("nothing was removed, got %q", got)
			}
			if got, want := holds(t, a, 0), "s/a=1 s/a.sig=x s/b=2"; got != want {
				t.Errorf("the last holds %q, want %q", got, want)
			}
			if got := instead(t, a); got != odd {
				t.Errorf("it stands in for %q", got)
			}
			l.branch("refs/heads/approvals", l.commit(files{"s/b": "2", "s/.sig": "-"}, odd))
			if got, want := gone(t, a, nil), "s/a=1,x by Zhao Min"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			l.branch("refs/heads/approvals", odd)
			add(t, a, "s/c", "3")
			if got, want := holds(t, a, 0), "s/a=1 s/a.sig=x s/b=2 s/c=3"; got != want {
				t.Errorf("put right it holds %q, want %q", got, want)
			}
			if got := instead(t, a); got != "" {
				t.Errorf("it still stands in for %s", got)
			}
		})
	}
}

// What is known up to a commit is not looked at again, and hides nothing that
// came after it.
func TestRemovedSinceItWasKnown(t *testing.T) {
	a, l, _ := newArchive(t)
	dir := t.TempDir()
	at := func(commit string) string {
		must(t, l.s.SetReference(plumbing.NewHashReference("refs/heads/approvals", plumbing.NewHash(commit))))
		return gone(t, a, cache.Open(filepath.Join(dir, "cache"), filepath.Join(dir, "key"), ""))
	}
	first := l.commit(files{"s/a": "1"})
	second := l.commit(files{"s/a": "1", "s/b": "2"}, first)
	third := l.commit(files{"s/b": "2"}, second)
	back := l.commit(files{"s/a": "1", "s/b": "2"}, third)
	for _, c := range []struct{ commit, want string }{
		{second, ""}, {second, ""}, {third, "s/a=1,- by Zhao Min"}, {third, "s/a=1,- by Zhao Min"}, {back, ""},
		{l.commit(files{"s/a": "1"}, back), "s/b=2,- by Zhao Min"}, {l.commit(files{"s/b": "2"}, back), "s/a=1,- by Zhao Min"},
	} {
		if got := at(c.commit); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// What a merge leaves out was removed by it.
func TestRemovedByAMerge(t *testing.T) {
	a, l, _ := newArchive(t)
	root := l.commit(files{"s/a": "1"})
	left, right := l.commit(files{"s/a": "1", "s/b": "2"}, root), l.commit(files{"s/a": "1", "s/c": "3"}, root)
	merge := l.commit(files{"s/a": "1", "s/b": "2"}, left, right)
	must(t, l.s.SetReference(plumbing.NewHashReference("refs/heads/approvals", plumbing.NewHash(merge))))
	if got, want := gone(t, a, nil), "s/c=3,- by Zhao Min"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
