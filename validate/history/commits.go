package history

import (
	"bytes"
	"container/heap"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Contribution is a commit of a change with everybody who had a hand in it.
type Contribution struct {
	Commit
	Committer Author
	CoAuthors []Author
	// CleanMerge says that the commit merges two others and brings nothing of
	// its own below the folder that was asked about.
	CleanMerge bool
}

// maxCommits bounds a change. Nobody reviews so many commits at once.
const maxCommits = 5000

// Commits lists what head has beyond base, head first, second parents
// included. A merge is clean below a folder when it holds, file by file, what
// merging its parents gives; a file that both sides changed makes it unclean
// even where git could have merged its lines.
func (r *Repo) Commits(base, head, under string) ([]Contribution, error) {
	b, err := r.find(base)
	if err != nil {
		return nil, err
	}
	h, err := r.find(head)
	if err != nil {
		return nil, err
	}
	beyond, err := r.beyond(b, h)
	if err != nil {
		return nil, err
	}
	var all []Contribution
	for _, c := range beyond {
		one, err := r.contribution(c, under)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// beyond walks both histories, youngest commits first, until everything that
// is left can be reached from base and is older than what was found, so that a
// wrong clock does not make base's own commits look like the change's.
func (r *Repo) beyond(base, head *commit) ([]*commit, error) {
	p := painter{repo: r, marks: map[plumbing.Hash]mark{}}
	p.paint(base, stale)
	p.paint(head, right)
	var found []*commit
	var oldest time.Time
	listed := map[plumbing.Hash]bool{}
	reached := false // base, whatever its clock says
	for p.open() || len(found) > 0 && len(p.queue) > 0 && !(reached && p.queue[0].When.Before(oldest)) {
		c := heap.Pop(&p.queue).(*commit)
		reached = reached || c.hash == base.hash
		if p.marks[c.hash]&stale == 0 && !listed[c.hash] {
			if len(found) == 0 || c.When.Before(oldest) {
				oldest = c.When
			}
			listed[c.hash] = true
			found = append(found, c)
		}
		if len(found) > maxCommits {
			return nil, fail("history.many-commits", "limit", maxCommits)
		}
		if err := p.parents(c, p.marks[c.hash]); err != nil {
			return nil, err
		}
	}
	found = slices.DeleteFunc(found, func(c *commit) bool { return p.marks[c.hash]&stale != 0 })
	slices.SortStableFunc(found, func(a, b *commit) int { return headFirst(a, b, head) })
	return found, nil
}

// headFirst orders commits by their time, but for the head.
func headFirst(a, b, head *commit) int {
	switch {
	case a.hash == head.hash:
		return -1
	case b.hash == head.hash:
		return 1
	}
	return b.When.Compare(a.When)
}

func (r *Repo) contribution(c *commit, under string) (Contribution, error) {
	raw, err := readAs(r.store, c.hash, plumbing.CommitObject)
	if err != nil {
		return Contribution{}, err
	}
	one := Contribution{Commit: c.Commit}
	head, message, _ := bytes.Cut(raw, []byte("\n\n"))
	one.Committer = committer(head)
	one.CoAuthors = coAuthors(message)
	one.CleanMerge, err = r.cleanMerge(c, under)
	return one, err
}

func committer(head []byte) Author {
	for line := range bytes.Lines(head) {
		if value, ok := bytes.CutPrefix(line, []byte("committer ")); ok {
			return author(bytes.TrimSuffix(value, []byte("\n")))
		}
	}
	return Author{}
}

func author(line []byte) Author {
	var s object.Signature
	s.Decode(line)
	return Author{Name: readable(s.Name), Email: readable(s.Email)}
}

// coAuthored is a trailer that names co-authors. It is looked for on every
// line, since a trailer that git would not take for one still tells of a hand.
// Lines that are set in carry it on.
var coAuthored = regexp.MustCompile(`(?im)^[ \t]*co-authored-by[ \t]*:[ \t]*(.*(?:\n[ \t]+[^\n:]*)*)$`)

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// address is anything in a trailer that may be somebody's mail address: who
// writes several into one line has named them all.
var address = regexp.MustCompile(`[^\s<>,;"'()]+@[^\s<>,;"'()]+`)

func coAuthors(message []byte) []Author {
	var all []Author
	for _, m := range coAuthored.FindAllSubmatch([]byte(lineEnds.Replace(string(message))), -1) {
		for _, a := range named(bytes.TrimSpace(m[1])) {
			if !slices.Contains(all, a) {
				all = append(all, a)
			}
		}
	}
	return all
}

// named lists whom a trailer names: one for every address in it, or one by name
// alone.
func named(trailer []byte) []Author {
	name, _, _ := bytes.Cut(trailer, []byte("<"))
	only := Author{Name: readable(strings.Join(strings.Fields(string(name)), " "))}
	addresses := address.FindAll(trailer, -1)
	if len(addresses) == 0 {
		return []Author{only}
	}
	all := make([]Author, len(addresses))
	for i, mail := range addresses {
		all[i] = Author{Name: only.Name, Email: readable(string(mail))}
	}
	return all
}

// cleanMerge reports whether a commit merges two others and nothing else.
func (r *Repo) cleanMerge(c *commit, under string) (bool, error) {
	if len(c.parents) != 2 {
		return false, nil
	}
	ours, err := r.commit(c.parents[0])
	if err != nil {
		return false, err
	}
	theirs, err := r.commit(c.parents[1])
	if err != nil {
		return false, err
	}
	from, err := r.mergeBase(ours, theirs)
	if e, ok := errors.AsType[*Error](err); ok && slices.Contains([]string{"history.criss-cross", "history.no-merge-base"}, e.Key) {
		return false, nil // there is no one way to merge them
	}
	if err != nil {
		return false, err
	}
	want, clean, err := r.merged(from, ours, theirs, under)
	if err != nil || !clean {
		return false, err
	}
	got, err := r.changes(ours.tree, c.tree, under)
	return slices.Equal(got, want), err
}

// merged says what merging theirs changes in ours, and whether no path is
// claimed by both.
func (r *Repo) merged(from, ours, theirs *commit, under string) ([]Change, bool, error) {
	mine, err := r.changes(from.tree, ours.tree, under)
	if err != nil {
		return nil, false, err
	}
	yours, err := r.changes(from.tree, theirs.tree, under)
	if err != nil {
		return nil, false, err
	}
	var l Landing
	l.merge(mine, yours)
	return l.Changes, len(l.Conflicts) == 0, nil
}
