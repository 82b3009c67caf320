package history

import "context"

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
	origin := &Provenance{Commit: &commit}
	for _, c := range s.Changes {
		switch c.Kind {
		case Added:
			origins[c.Path] = origin
			added = added || c.Path == mark
		case Modified:
			p := *origins[c.Path]
			p.Modified = append(p.Modified, commit.Hash)
			origins[c.Path] = &p
		case Deleted:
			delete(origins, c.Path)
		}
	}
	return added
}

func declare(origins map[string]*Provenance) {
	for _, p := range origins {
		p.Baseline = true
	}
}
