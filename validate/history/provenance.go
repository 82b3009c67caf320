package history

import (
	"context"
	"strings"
)

// Provenance says how a file that stands in HEAD came there. The files that a
// commit added share one, for there are many.
type Provenance struct {
	Commit *Commit // the one that added it, the last time if it came and went; without its tree and parents
	// Baseline is set when the file stood there already in the commit that
	// first added the baseline's mark.
	Baseline bool
	Modified []string // commits that changed it since, oldest first
}

// Provenance explains every file at or below a folder from the first-parent
// history of HEAD. Mark is the path of the file whose first addition ends the
// baseline; "" when there is none.
func (r *Repo) Provenance(ctx context.Context, under, mark string) (map[string]*Provenance, error) {
	return r.ProvenanceAt(ctx, "HEAD", under, mark)
}

// ProvenanceAt explains every file that stands in another revision.
func (r *Repo) ProvenanceAt(ctx context.Context, rev, under, mark string) (map[string]*Provenance, error) {
	origins := map[string]*Provenance{}
	marked := false
	err := r.Walk(ctx, under, WalkOptions{From: rev, OldestFirst: true}, func(s Step) error {
		marking := apply(origins, s, mark) && !marked
		if marking {
			marked = true
			declare(origins)
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	return origins, nil
}

// apply carries origins over one commit and reports whether it added mark.
func apply(origins map[string]*Provenance, s Step, mark string) (added bool) {
	commit := s.Commit // apart, so that what it changed is not kept along with it
	commit.Tree, commit.Parents = "", nil
	paths := apart(&commit, s.Changes)
	origin := &Provenance{Commit: &commit}
	for i, c := range s.Changes {
		path := paths[i]
		switch c.Kind {
		case Added:
			origins[path] = origin
			added = added || path == mark
		case Modified:
			p := *origins[path]
			p.Modified = append(p.Modified, commit.Hash)
			origins[path] = &p
		case Deleted:
			delete(origins, path)
		}
	}
	return added
}

// apart returns the paths of changes as pieces of a text that holds them and the
// commit's subject alone. What they were cut from holds all that history says
// of many commits, and would be kept for their sake.
func apart(commit *Commit, changes []Change) []string {
	texts := []string{commit.Subject}
	for _, c := range changes {
		texts = append(texts, c.Path)
	}
	all := strings.Join(texts, "")
	for i, text := range texts {
		texts[i], all = all[:len(text)], all[len(text):]
	}
	commit.Subject = texts[0]
	return texts[1:]
}

func declare(origins map[string]*Provenance) {
	for _, p := range origins {
		p.Baseline = true
	}
}
