package history

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"

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
