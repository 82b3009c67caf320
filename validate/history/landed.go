package history

import (
	"context"

	"github.com/go-git/go-git/v5/plumbing"
)

// Line lists the hashes of the first-parent history, newest first.
func (r *Repo) Line(ctx context.Context, from string) ([]string, error) {
	line, err := r.line(ctx, from)
	if err != nil {
		return nil, err
	}
	hashes := make([]string, len(line))
	for i, c := range line {
		hashes[i] = c.Hash
	}
	return hashes, nil
}

// shortBranch bounds how far back the quick look at a merge goes.
const shortBranch = 32

// CleanMerge reports whether a commit merges two others and brings nothing of
// its own below a folder.
func (r *Repo) CleanMerge(commit, under string) (bool, error) {
	c, err := r.find(commit)
	if err != nil || len(c.parents) != 2 {
		return false, err
	}
	ours, theirs := c.parents[0], c.parents[1]
	at, err := r.commit(theirs)
	// Most branches begin at the tip that they are merged into: then the merge
	// holds just what the branch holds.
	for range shortBranch {
		if err != nil || at.tree != c.tree && at.hash == theirs || len(at.parents) == 0 {
			break
		}
		if at.parents[0] == ours {
			return true, nil
		}
		at, err = r.commit(at.parents[0])
	}
	if err != nil {
		return false, err
	}
	return r.cleanMerge(c, under)
}

// Blob returns the content that git stores under a hash.
func (r *Repo) Blob(id string) ([]byte, error) {
	return readAs(r.store, plumbing.NewHash(id), plumbing.BlobObject)
}
