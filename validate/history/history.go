// Package history reads a git repository without a git program: the tree of a
// commit as an fs.FS, what changed between two commits, how a change would
// land, and the first-parent history below one folder. It knows paths and
// commits, never deals.
//
// It reads raw tree objects and descends only where their hashes differ, so
// that the cost of a change is that of the change, not of the repository.
package history

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	lru "github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"

	"github.com/dealgate/dealgate/validate/cache"
)

// Repo is a repository opened for reading. Its methods may be called by many
// goroutines at once.
type Repo struct {
	root    string // the work tree, "" when bare
	refs    storer.ReferenceStorer
	store   store
	trees   *recent[plumbing.Hash, []entry]
	shallow map[plumbing.Hash]bool // commits whose parents were not fetched
	cache   *cache.Cache           // nil keeps nothing between runs
}

// Open finds the repository that dir lies in, as git does: a .git folder or
// file in dir or above it, or a bare repository. The caller closes it.
func Open(dir string) (*Repo, error) {
	at, err := locate(dir)
	if err != nil {
		return nil, err
	}
	if err := at.check(); err != nil {
		return nil, err
	}
	shallow, err := at.shallow()
	if err != nil {
		return nil, unreadable(at.gitDir, err)
	}
	fs := dotgit.NewRepositoryFilesystem(osfs.New(at.gitDir), osfs.New(at.commonDir))
	refs := filesystem.NewStorage(fs, lru.NewObjectLRUDefault())
	return newRepo(at.workTree, refs, newDisk(filepath.Join(at.commonDir, "objects")), shallow), nil
}

func newRepo(root string, refs storer.ReferenceStorer, s store, shallow map[plumbing.Hash]bool) *Repo {
	return &Repo{
		root: root, refs: refs, store: s, shallow: shallow,
		trees: newRecent[plumbing.Hash, []entry](maxCachedEntries),
	}
}

// Root returns the folder of the work tree in the form of the operating
// system, or "" when the repository is bare.
func (r *Repo) Root() string { return r.root }

// Shallow reports whether the clone lacks a part of its history.
func (r *Repo) Shallow() bool { return len(r.shallow) > 0 }

// Close closes the files that reading kept open.
func (r *Repo) Close() error { return r.store.Close() }

// place is where the parts of a repository lie. In a worktree the git folder
// holds only HEAD; objects and references lie in the common folder.
type place struct{ gitDir, commonDir, workTree string }

func locate(dir string) (place, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return place{}, unreadable(dir, err)
	}
	for at := abs; ; at = filepath.Dir(at) {
		p, err := placeAt(at)
		if err == nil {
			return p, nil
		}
		if !errors.Is(err, os.ErrNotExist) {
			return place{}, unreadable(at, err)
		}
		if filepath.Dir(at) == at {
			return place{}, fail("history.no-repository", "dir", abs)
		}
	}
}

// placeAt returns the repository that begins in this very folder, or
// os.ErrNotExist.
func placeAt(dir string) (place, error) {
	dot := filepath.Join(dir, ".git")
	info, err := os.Stat(dot)
	switch {
	case err == nil && info.IsDir():
		return gitFolder(dot, dir)
	case err == nil:
		target, err := gitFile(dot)
		if err != nil {
			return place{}, err
		}
		p, err := gitFolder(target, dir)
		if errors.Is(err, os.ErrNotExist) {
			return place{}, errors.New(".git names " + target + ", where no repository is")
		}
		return p, err
	default:
		return gitFolder(dir, "")
	}
}

// gitFile reads the "gitdir: PATH" of a worktree or submodule.
func gitFile(name string) (string, error) {
	data, err := readSmall(name)
	if err != nil {
		return "", err
	}
	target, ok := strings.CutPrefix(strings.TrimSpace(data), "gitdir:")
	if !ok {
		return "", errors.New("the file .git does not begin with gitdir: as it should")
	}
	return join(filepath.Dir(name), strings.TrimSpace(target)), nil
}

func gitFolder(dir, workTree string) (place, error) {
	p := place{gitDir: dir, commonDir: dir, workTree: workTree}
	common, err := readSmall(filepath.Join(dir, "commondir"))
	if err == nil {
		p.commonDir = join(dir, strings.TrimSpace(common))
	}
	for _, part := range []string{
		filepath.Join(p.gitDir, "HEAD"), filepath.Join(p.commonDir, "objects"), filepath.Join(p.commonDir, "refs"),
	} {
		if _, err := os.Stat(part); err != nil {
			return place{}, os.ErrNotExist
		}
	}
	return p, nil
}

func join(dir, name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}
