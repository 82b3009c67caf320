package history

import (
	"io/fs"
	"slices"
	"strings"
)

// Landing is a change as it would land on its target now.
type Landing struct {
	Base, Head Commit // the tips of the target and of the change
	From       Commit // where the two parted
	// Changes is what the change does to the target's tip, so that OldBlob is
	// the blob there. What the target already has is left out.
	Changes []Change
	// Conflicts lists the paths, sorted, that both sides changed to different
	// things. Their changes stand in Changes, but the target's side is lost in
	// Tree, so the caller must block.
	Conflicts []string
	Tree      fs.FS // the target's tip with Changes laid over it
}

// Landing lays what head changed at or below a folder, since it parted from
// base, over the tip of base. It merges whole files only: a file that both
// sides changed is a conflict even where git could merge its lines.
func (r *Repo) Landing(base, head, under string) (*Landing, error) {
	b, err := r.find(base)
	if err != nil {
		return nil, err
	}
	h, err := r.find(head)
	if err != nil {
		return nil, err
	}
	from, err := r.mergeBase(b, h)
	if err != nil {
		return nil, err
	}
	ours, err := r.changes(from.tree, b.tree, under)
	if err != nil {
		return nil, err
	}
	theirs, err := r.changes(from.tree, h.tree, under)
	if err != nil {
		return nil, err
	}
	l := &Landing{Base: b.Commit, Head: h.Commit, From: from.Commit}
	l.merge(ours, theirs)
	l.Tree = Overlay(&snapshot{r, b.tree}, &snapshot{r, h.tree}, l.Changes)
	return l, nil
}

func (l *Landing) merge(ours, theirs []Change) {
	mine := byPath(ours)
	for _, c := range theirs {
		o, touched := mine[c.Path]
		if touched && o == c {
			continue // both did the same
		}
		if touched {
			c = rebased(c, o)
			l.Conflicts = append(l.Conflicts, c.Path)
		}
		l.Changes = append(l.Changes, c)
	}
	l.Conflicts = append(l.Conflicts, clashes(l.Changes, ours)...)
	l.Conflicts = append(l.Conflicts, clashes(ours, l.Changes)...)
	slices.Sort(l.Conflicts)
	l.Conflicts = slices.Compact(l.Conflicts)
}

// rebased says what c does to a path that the target has changed by o.
func rebased(c, o Change) Change {
	c.OldMode, c.OldBlob = o.NewMode, o.NewBlob
	switch {
	case o.Kind == Deleted:
		c.Kind = Added
	case c.Kind == Added:
		c.Kind = Modified
	}
	return c
}

// clashes returns the files of a that stand where b has a folder.
func clashes(a, b []Change) []string {
	files := byPath(slices.DeleteFunc(slices.Clone(a), func(c Change) bool { return c.Kind == Deleted }))
	var found []string
	for _, c := range b {
		if c.Kind == Deleted {
			continue
		}
		for i := strings.LastIndexByte(c.Path, '/'); i > 0; i = strings.LastIndexByte(c.Path[:i], '/') {
			if _, ok := files[c.Path[:i]]; ok {
				found = append(found, c.Path[:i])
			}
		}
	}
	return found
}

func byPath(changes []Change) map[string]Change {
	m := make(map[string]Change, len(changes))
	for _, c := range changes {
		m[c.Path] = c
	}
	return m
}
