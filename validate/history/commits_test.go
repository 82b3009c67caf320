package history

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
)

// by writes a commit with its own author, committer and message.
func (l *lab) by(author, committer, message string, f files, parents ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "tree %s\n", l.tree(f))
	for _, p := range parents {
		fmt.Fprintf(&b, "parent %s\n", p)
	}
	l.clock = l.clock.Add(60e9)
	fmt.Fprintf(&b, "author %s %d +0800\ncommitter %s %d +0800\n\n%s", author, l.clock.Unix(), committer, l.clock.Unix(), message)
	return l.object(plumbing.CommitObject, []byte(b.String())).String()
}

// names writes commits one a line: clean merges with a star, then who had a
// hand in them.
func names(all []Contribution) string {
	var b strings.Builder
	for _, c := range all {
		if c.CleanMerge {
			b.WriteString("*")
		}
		fmt.Fprintf(&b, "%s %s/%s", c.Subject, c.Email, c.Committer.Email)
		for _, a := range c.CoAuthors {
			fmt.Fprintf(&b, " +%s<%s>", a.Name, a.Email)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestCommitsAndTheirHands(t *testing.T) {
	l, r := inMemory(t)
	zero := files{"deals/a": "1"}
	root := l.by("Root <root@x>", "Root <root@x>", "root", zero)
	ours := l.by("Main <main@x>", "Main <main@x>", "ours", zero.with(files{"deals/b": "1"}), root)
	one := l.by("Chen <chen@x>", "GitHub <noreply@github.com>", "one\n\nCo-authored-by: Lin <lin@x>\r\nco-AUTHORED-by : Lin <lin@x>\n\nand more\n  Co-authored-by: 王 <wang@x>\nCo-authored-by: nobody\nCo-authored-by:\r\n Wu <wu@x>\nCo-authored-by: Xu\n\tLi <xu@x>\n", zero.with(files{"deals/c": "1"}), root)
	merge := l.by("Zhao <zhao@x>", "Zhao <zhao@x>", "merge", zero.with(files{"deals/b": "1", "deals/c": "1"}), one, ours)
	head := l.by("Chen <chen@x>", "Chen <chen@x>", "head", zero.with(files{"deals/b": "1", "deals/c": "2"}), merge)
	got, err := r.Commits(ours, head, "deals")
	must(t, err)
	want := "head chen@x/chen@x\n*merge zhao@x/zhao@x\none chen@x/noreply@github.com +Lin<lin@x> +王<wang@x> +nobody<> +Wu<wu@x> +Xu Li<xu@x>\n"
	if names(got) != want {
		t.Errorf("got\n%s\nwant\n%s", names(got), want)
	}
	none, err := r.Commits(head, ours, "deals")
	if must(t, err); len(none) != 0 {
		t.Errorf("what has landed is listed: %s", names(none))
	}
}

// A merge is clean only when it brings nothing of its own.
func TestCleanMerges(t *testing.T) {
	zero := files{"deals/a": "1", "deals/z": "1", "README": "1"}
	ours, theirs := files{"deals/b": "1"}, files{"deals/c": "1", "deals/z": ""}
	both := zero.with(ours).with(theirs)
	for name, c := range map[string]struct {
		ours, theirs, result files
		clean                bool
	}{
		"automatic":            {ours, theirs, both, true},
		"same on both sides":   {ours, ours, zero.with(ours), true},
		"something outside":    {ours, theirs, both.with(files{"README": "2"}), true},
		"one byte more":        {ours, theirs, both.with(files{"deals/c": "2"}), false},
		"a file of its own":    {ours, theirs, both.with(files{"deals/d": "1"}), false},
		"a file dropped":       {ours, theirs, both.with(files{"deals/b": ""}), false},
		"a deletion undone":    {ours, theirs, both.with(files{"deals/z": "1"}), false},
		"another mode":         {ours, theirs, both.with(files{"deals/c": "exec:1"}), false},
		"ours alone":           {ours, theirs, zero.with(ours), false},
		"theirs alone":         {ours, theirs, zero.with(theirs), false},
		"both changed it":      {files{"deals/a": "2"}, files{"deals/a": "3"}, zero.with(files{"deals/a": "2"}), false},
		"a file for a folder":  {files{"deals/x": "1"}, files{"deals/x/y": "1"}, zero.with(files{"deals/x": "1"}), false},
		"the README of theirs": {ours, files{"README": "2"}, zero.with(ours), true},
	} {
		l, r := inMemory(t)
		root := l.commit(zero)
		a, b := l.commit(zero.with(c.ours), root), l.commit(zero.with(c.theirs), root)
		m := l.commit(c.result, a, b)
		got, err := r.Commits(root, m, "deals")
		must(t, err)
		if len(got) != 3 || got[0].CleanMerge != c.clean || got[1].CleanMerge || got[2].CleanMerge {
			t.Errorf("%s: got %d commits, clean %v", name, len(got), got[0].CleanMerge)
		}
	}
}

// What has no one way to be merged is never clean.
func TestUncleanMerges(t *testing.T) {
	l, r := inMemory(t)
	zero := files{"deals/a": "1"}
	root := l.commit(zero)
	a, b, c := l.commit(zero.with(files{"deals/b": "1"}), root), l.commit(zero.with(files{"deals/c": "1"}), root), l.commit(zero, root)
	x, y := l.commit(zero, a, b), l.commit(zero, b, a)
	other := l.commit(zero)
	for name, head := range map[string]string{
		"octopus":     l.commit(zero, a, b, c),
		"criss-cross": l.commit(zero, x, y),
		"unrelated":   l.commit(zero, a, other),
	} {
		got, err := r.Commits(root, head, "deals")
		must(t, err)
		if got[0].Hash != head || got[0].CleanMerge {
			t.Errorf("%s: head %v, clean %v", name, got[0].Hash == head, got[0].CleanMerge)
		}
	}
}

// Clocks that are wrong do not make base's commits part of the change.
func TestCommitsByWrongClocks(t *testing.T) {
	l, r := inMemory(t)
	zero := files{"deals/a": "1"}
	line := []string{l.commit(zero)}
	for range 5 {
		line = append(line, l.commit(zero, line[len(line)-1]))
	}
	l.clock = l.clock.Add(-24 * 3600e9)
	base := l.commit(zero, line[5])
	l.clock = l.clock.Add(48 * 3600e9)
	head := l.commit(zero, line[5])
	got, err := r.Commits(base, head, "deals")
	if must(t, err); len(got) != 1 || got[0].Hash != head {
		t.Errorf("got %d commits", len(got))
	}
}

func TestCommitsAreRefused(t *testing.T) {
	s, r := inMemory(t)
	zero := files{"deals/a": "1"}
	root := s.commit(zero)
	mid := s.commit(zero, root)
	head := s.commit(zero, mid)
	_, err := r.Commits("nowhere", head, "deals")
	wantKey(t, err, "history.unknown-revision")
	r.shallow[plumbing.NewHash(mid)] = true
	_, err = r.Commits(root, head, "deals")
	wantKey(t, err, "history.shallow")
	delete(r.shallow, plumbing.NewHash(mid))
	for range maxCommits {
		head = s.commit(zero, head)
	}
	_, err = r.Commits(root, head, "deals")
	wantKey(t, err, "history.many-commits")
}
