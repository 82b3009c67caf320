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
func (r *Repo) CleanMerge(c Commit, under string) (bool, error) {
	if len(c.Parents) != 2 {
		return false, nil
	}
	ours, theirs := c.Parents[0], c.Parents[1]
	at, err := r.commit(plumbing.NewHash(theirs))
	// Most branches begin at the tip that they are merged into: then the merge
	// holds just what the branch holds.
	for range shortBranch {
		if err != nil || at.Hash == theirs && at.Tree != c.Tree || len(at.parents) == 0 {
			break
		}
		if at.Parents[0] == ours {
			return true, nil
		}
		at, err = r.commit(at.parents[0])
	}
	if err != nil {
		return false, err
	}
	whole, err := r.commit(plumbing.NewHash(c.Hash))
	if err != nil {
		return false, err
	}
	return r.cleanMerge(whole, under)
}

// Blob returns the content that git stores under a hash.
func (r *Repo) Blob(id string) ([]byte, error) {
	return readAs(r.store, plumbing.NewHash(id), plumbing.BlobObject)
}
