package history

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/dealgate/dealgate/schema/catalogue"
)

func inAll(e *Error) []string {
	var all []string
	for _, l := range catalogue.Langs {
		all = append(all, e.In(l))
	}
	return all
}

func open(t *testing.T, dir string) *Repo {
	t.Helper()
	r, err := Open(dir)
	must(t, err)
	t.Cleanup(func() { must(t, r.Close()) })
	return r
}

func write(t *testing.T, name, content string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(name), 0o755))
	must(t, os.WriteFile(name, []byte(content), 0o644))
}

func wantHead(t *testing.T, r *Repo, hash string) {
	t.Helper()
	c, err := r.Head()
	must(t, err)
	if c.Hash != hash {
		t.Errorf("head is %s, want %s", c.Hash, hash)
	}
}

func TestOpenFindsTheRepositoryAbove(t *testing.T) {
	l, dir := onDisk(t, false)
	head := l.commit(files{"deals/a": "1"})
	l.checkout(head)
	deep := filepath.Join(dir, "deals", "2026")
	must(t, os.MkdirAll(deep, 0o755))
	r := open(t, deep)
	if r.Root() != dir {
		t.Errorf("root is %s, want %s", r.Root(), dir)
	}
	wantHead(t, r, head)
}

func TestOpenBare(t *testing.T) {
	l, dir := onDisk(t, true)
	head := l.commit(files{"deals/a": "1"})
	l.checkout(head)
	r := open(t, filepath.Join(dir, "refs"))
	if r.Root() != "" {
		t.Errorf("a bare repository has the root %s", r.Root())
	}
	wantHead(t, r, head)
	_, err := r.Dirty("deals")
	wantKey(t, err, "history.bare")
}

func TestOpenWorktree(t *testing.T) {
	l, dir := onDisk(t, false)
	l.checkout(l.commit(files{"deals/a": "1"}))
	other := l.commit(files{"deals/a": "2"})
	l.branch("refs/heads/other", other)
	link, tree := filepath.Join(dir, ".git", "worktrees", "w"), t.TempDir()
	write(t, filepath.Join(link, "HEAD"), "ref: refs/heads/other\n")
	write(t, filepath.Join(link, "commondir"), "../..\n")
	write(t, filepath.Join(tree, ".git"), "gitdir: "+filepath.ToSlash(link)+"\n")
	r := open(t, tree)
	if r.Root() != tree {
		t.Errorf("root is %s, want %s", r.Root(), tree)
	}
	wantHead(t, r, other)
}

func TestOpenDetached(t *testing.T) {
	l, dir := onDisk(t, false)
	first := l.commit(files{"deals/a": "1"})
	l.checkout(l.commit(files{"deals/a": "2"}, first))
	write(t, filepath.Join(dir, ".git", "HEAD"), first+"\n")
	wantHead(t, open(t, dir), first)
}

func TestOpenRefuses(t *testing.T) {
	config := func(text string) func(*testing.T, string) {
		return func(t *testing.T, dir string) { write(t, filepath.Join(dir, ".git", "config"), text) }
	}
	v1 := "[core]\n\trepositoryformatversion = 1\n[extensions]\n\t"
	for name, c := range map[string]struct {
		key   string
		spoil func(*testing.T, string)
	}{
		"SHA-256":       {"history.sha256", config(v1 + "objectFormat = sha256\n")},
		"worktree":      {"history.worktree-config", config(v1 + "worktreeConfig = true\n")},
		"promisor":      {"history.partial-clone", config("[remote \"origin\"]\n\tpromisor = true\n")},
		"partial clone": {"history.partial-clone", config(v1 + "partialClone = origin\n")},
		"reftable":      {"history.extension", config(v1 + "refStorage = reftable\n")},
		"broken config": {"history.unreadable", config("[core\n")},
		"shared clone": {"history.shared-clone", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, ".git", "objects", "info", "alternates"), "/elsewhere/objects\n")
		}},
		"broken shallow": {"history.unreadable", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, ".git", "shallow"), "nonsense\n")
		}},
		"dangling .git file": {"history.unreadable", func(t *testing.T, dir string) {
			must(t, os.RemoveAll(filepath.Join(dir, ".git")))
			write(t, filepath.Join(dir, ".git"), "gitdir: gone\n")
		}},
		"strange .git file": {"history.unreadable", func(t *testing.T, dir string) {
			must(t, os.RemoveAll(filepath.Join(dir, ".git")))
			write(t, filepath.Join(dir, ".git"), "hello\n")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			_, dir := onDisk(t, false)
			c.spoil(t, dir)
			_, err := Open(dir)
			wantKey(t, err, c.key)
		})
	}
}

func TestOpenNoRepository(t *testing.T) {
	_, err := Open(t.TempDir())
	wantKey(t, err, "history.no-repository")
}

func TestEmptyRepository(t *testing.T) {
	_, dir := onDisk(t, false)
	r := open(t, dir)
	_, err := r.Head()
	wantKey(t, err, "history.empty")
	_, err = r.Dirty("deals")
	wantKey(t, err, "history.empty")
	wantKey(t, r.Walk(context.Background(), "deals", WalkOptions{}, nil), "history.empty")
}

func TestShallowClone(t *testing.T) {
	l, dir := onDisk(t, false)
	gone := strings.Repeat("12", 20)
	edge := l.commit(files{"deals/a": "1"}, gone)
	head := l.commit(files{"deals/a": "2"}, edge)
	side := l.commit(files{"deals/a": "3"}, edge)
	other := l.commit(files{"deals/a": "4"}, gone)
	l.checkout(head)
	write(t, filepath.Join(dir, ".git", "shallow"), edge+"\n"+other+"\n")
	r := open(t, dir)
	wantHead(t, r, head)

	changes, err := r.Changes(edge, head, "deals")
	must(t, err)
	if got := show(changes); got != "M deals/a\n" {
		t.Errorf("got %s", got)
	}
	base, err := r.MergeBase(head, side)
	must(t, err)
	if base != edge {
		t.Errorf("merge base is %s, want %s", base, edge)
	}
	_, err = r.MergeBase(head, other)
	wantKey(t, err, "history.shallow")
	_, err = r.Resolve("HEAD~2")
	wantKey(t, err, "history.shallow")
	_, err = r.Resolve("v1")
	wantKey(t, err, "history.unknown-revision-shallow")
	wantKey(t, r.Walk(context.Background(), "deals", WalkOptions{}, func(Step) error {
		t.Error("a step was reported")
		return nil
	}), "history.shallow")
}

func TestResolve(t *testing.T) {
	l, r := inMemory(t)
	first := l.commit(files{"a": "1"})
	side := l.commit(files{"a": "2"}, first)
	merge := l.commit(files{"a": "3"}, first, side)
	l.checkout(merge)
	l.branch("refs/remotes/origin/topic", side)
	inner := l.object(plumbing.TagObject, []byte("object "+side+"\ntype commit\ntag v1\n\n"))
	l.branch("refs/tags/v1", inner.String())
	l.branch("refs/tags/tree", l.tree(files{"a": "1"}).String())
	for rev, want := range map[string]string{
		"HEAD": merge, "@": merge, "main": merge, "refs/heads/main": merge, "heads/main": merge,
		"origin/topic": side, "v1": side, "v1^": first, "HEAD~": first, "HEAD^2": side, "HEAD^2~1": first,
		"HEAD^0": merge, "main~0": merge, merge: merge, merge[:12]: merge, strings.ToUpper(side[:10]): side,
	} {
		c, err := r.Resolve(rev)
		if err != nil {
			t.Errorf("%s: %v", rev, err)
		} else if c.Hash != want {
			t.Errorf("%s is %s, want %s", rev, c.Hash, want)
		}
	}
	for rev, key := range map[string]string{
		"nowhere": "history.unknown-revision", strings.Repeat("0", 40): "history.unknown-revision",
		"topic": "history.unknown-revision-near", "tree": "history.not-a-commit",
		"HEAD~2": "history.no-ancestor", "HEAD^3": "history.no-ancestor",
		"": "history.bad-revision", "~1": "history.bad-revision", "^2": "history.bad-revision",
		"main@{1}": "history.bad-revision", "main..v1": "history.bad-revision", "main:a": "history.bad-revision",
		"../../x": "history.bad-revision", "HEAD^{/x}": "history.bad-revision", "a b": "history.bad-revision",
	} {
		_, err := r.Resolve(rev)
		t.Run(rev, func(t *testing.T) { wantKey(t, err, key) })
	}
}

func TestAmbiguousAbbreviation(t *testing.T) {
	l, r := inMemory(t)
	seen := map[string]bool{}
	for i := 0; ; i++ {
		h := l.commit(files{"a": "1"})[:4]
		if seen[h] {
			_, err := r.Resolve(h)
			wantKey(t, err, "history.ambiguous-revision")
			return
		}
		seen[h] = true
	}
}

func TestCommitFields(t *testing.T) {
	l, r := inMemory(t)
	first := l.commit(files{"a": "1"})
	raw := "tree " + l.tree(files{"a": "2"}).String() + "\nparent " + first +
		"\nauthor 赵敏 <zhao@example.com> 1767229200 +0800\ncommitter Forge <forge@example.com> 1767232800 -0330" +
		"\ngpgsig -----BEGIN\n parent 0000\n -----END\n\nLand the award\nof the tender\n\nDetails \xff\n"
	h := l.object(plumbing.CommitObject, []byte(raw)).String()
	c, err := r.Resolve(h)
	must(t, err)
	if c.Author != "赵敏" || c.Email != "zhao@example.com" || c.Subject != "Land the award of the tender" {
		t.Errorf("got %+v", c)
	}
	if got := c.When.Format("2006-01-02 15:04 -0700"); got != "2025-12-31 22:30 -0330" {
		t.Errorf("committed %s", got)
	}
	if got := c.AuthorWhen.Format("2006-01-02 15:04 -0700"); got != "2026-01-01 09:00 +0800" {
		t.Errorf("written %s", got)
	}
	if len(c.Parents) != 1 || c.Parents[0] != first {
		t.Errorf("parents %v", c.Parents)
	}
}

func TestDamagedCommit(t *testing.T) {
	l, r := inMemory(t)
	for _, raw := range []string{"", "tree x\n", "author a\n", "tree " + strings.Repeat("1", 40) + "\nparent 12\n",
		"tree " + strings.Repeat("1", 40) + "\n\nmessage"} {
		_, err := r.Resolve(l.object(plumbing.CommitObject, []byte(raw)).String())
		wantKey(t, err, "history.damaged-object")
	}
}
