package main

import (
	"errors"
	"io/fs"

	"github.com/dealgate/dealgate/validate/attest"
	"github.com/dealgate/dealgate/validate/cache"
	"github.com/dealgate/dealgate/validate/history"
)

// branch is the branch of statements as it stands, and what stood on it once.
type branch struct {
	now     []fs.FS
	archive *history.Archive
	cache   *cache.Cache // nil until one is asked for
	done    []func() error
}

func openBranch(a *history.Archive) (*branch, error) {
	now, done, err := a.Views()
	if err != nil {
		return nil, err
	}
	return &branch{now: now, archive: a, done: []func() error{done}}, nil
}

// openBranchIn reads the branch through a repository that is open already, so
// that packs and what was read of them are in memory once.
func openBranchIn(repo *history.Repo, a *history.Archive) (*branch, error) {
	now, err := a.ViewsIn(repo)
	return &branch{now: now, archive: a}, err
}

// removed is read only where something is missing.
func (b *branch) removed() ([]history.Removal, error) {
	list, done, err := b.archive.Removed(b.cache)
	if err == nil {
		b.done = append(b.done, done)
	}
	return list, err
}

// options are those of an audit of what landed in a repository.
func (b *branch) options(repo *history.Repo) attest.Options {
	return attest.Options{Repo: repo, Kept: b.now, Removed: b.removed}
}

func (b *branch) close() error {
	var errs []error
	for _, done := range b.done {
		errs = append(errs, done())
	}
	return errors.Join(errs...)
}
