package history

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"

	"github.com/dealgate/dealgate/schema/diag"
)

// diskDepot is a repository on disk. It is opened anew for every try, so that
// packs which came meanwhile are seen.
type diskDepot struct {
	store
	at   place
	base *filesystem.Storage
}

func openDiskDepot(at place) (depot, error) {
	return &diskDepot{store: newDisk(filepath.Join(at.commonDir, "objects")), at: at, base: goStorage(at)}, nil
}

// goStorage opens go-git's own view of a repository.
func goStorage(at place) *filesystem.Storage {
	return filesystem.NewStorage(dotgit.NewRepositoryFilesystem(osfs.New(at.gitDir), osfs.New(at.commonDir)), cache.NewObjectLRUDefault())
}

func headOf(branch string) plumbing.ReferenceName { return plumbing.NewBranchReferenceName(branch) }

func (d *diskDepot) tips(branch string) (here plumbing.Hash, seen []plumbing.Hash, err error) {
	if here, err = d.hash(headOf(branch)); err != nil {
		return here, nil, err
	}
	// Going through all references would take another writer's lock for one.
	cfg, err := d.base.Config()
	if err != nil {
		return here, nil, err
	}
	for _, remote := range slices.Sorted(maps.Keys(cfg.Remotes)) {
		h, err := d.hash(plumbing.NewRemoteReferenceName(remote, branch))
		if err != nil {
			return here, nil, err
		}
		if !h.IsZero() {
			seen = append(seen, h)
		}
	}
	return here, seen, nil
}

// Tips names the commits that Views reads: where they are the same, so is what
// stands on the branch.
func (a *Archive) Tips() ([]string, error) {
	d, err := a.open()
	if err != nil {
		return nil, err
	}
	here, seen, err := d.tips(a.branch)
	if err := errors.Join(err, d.Close()); err != nil {
		return nil, err
	}
	var tips []string
	for _, h := range distinct(append([]plumbing.Hash{here}, seen...)) {
		tips = append(tips, h.String())
	}
	return tips, nil
}

func (d *diskDepot) hash(name plumbing.ReferenceName) (plumbing.Hash, error) {
	ref, err := d.base.Reference(name)
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return plumbing.ZeroHash, nil
	}
	if err != nil {
		return plumbing.ZeroHash, err
	}
	if ref.Type() != plumbing.HashReference {
		return plumbing.ZeroHash, fail("archive.symbolic", "branch", name.Short())
	}
	return ref.Hash(), nil
}

func (d *diskDepot) put(kind plumbing.ObjectType, data []byte) (plumbing.Hash, error) {
	if h := objectID(kind, data); d.has(h) {
		return h, nil
	}
	o := d.base.NewEncodedObject()
	o.SetType(kind)
	o.SetSize(int64(len(data)))
	w, err := o.Writer()
	if err != nil {
		return plumbing.ZeroHash, err
	}
	_, err = w.Write(data)
	if err = errors.Join(err, w.Close()); err != nil {
		return plumbing.ZeroHash, err
	}
	return d.base.SetEncodedObject(o)
}

func (d *diskDepot) has(h plumbing.Hash) bool {
	_, err := d.size(h)
	return err == nil
}

// swing does as git does: whoever creates the lock file looks once more where
// the branch stands, writes the new place into the lock and renames it. So
// git's own programs and this one exclude each other, and a crash leaves the
// branch where it stood. go-git empties the file before it writes, and cannot
// ask that a branch must not exist.
func (d *diskDepot) swing(branch string, old, now plumbing.Hash) error {
	name := filepath.Join(d.at.commonDir, "refs", "heads", filepath.FromSlash(branch))
	if old.IsZero() {
		if err := d.clear(name, branch); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	lock, err := os.OpenFile(name+".lock", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return errLocked
	}
	if err != nil {
		return err
	}
	at, err := d.hash(headOf(branch))
	if err == nil && at != old {
		err = errMoved
	}
	if err == nil {
		_, err = lock.WriteString(now.String() + "\n")
	}
	err = errors.Join(err, lock.Sync(), lock.Close())
	if err == nil {
		err = os.Rename(name+".lock", name)
	}
	if err != nil {
		_ = os.Remove(name + ".lock")
	}
	return err
}

// clear makes room for a new branch: folders that branches below its name have
// left behind go away, as with git; such branches themselves stay, and are named.
func (d *diskDepot) clear(name, branch string) error {
	names, err := branchesBelow(d.at.commonDir, "refs/heads/"+branch)
	if err != nil {
		return err
	}
	if len(names) > 0 {
		return inTheWay(branch, diag.Term("archive.this-clone"), names)
	}
	if info, err := os.Stat(name); err != nil || !info.IsDir() {
		return nil
	}
	return os.RemoveAll(name)
}

// branchesBelow lists the references below a name, packed or not, without the
// lock files of writers.
func branchesBelow(gitDir, ref string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(filepath.Join(gitDir, filepath.FromSlash(ref)), func(at string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && at != filepath.Join(gitDir, filepath.FromSlash(ref)) && !strings.HasSuffix(at, ".lock") {
			at, err = filepath.Rel(gitDir, at)
			names = append(names, shortName(filepath.ToSlash(at)))
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	packed, err := os.ReadFile(filepath.Join(gitDir, "packed-refs"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for line := range strings.Lines(string(packed)) {
		_, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasPrefix(name, ref+"/") {
			names = append(names, shortName(name))
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func shortName(ref string) string { return plumbing.ReferenceName(ref).Short() }

// Below lists the branches, here and as remotes were last seen to have them,
// whose names begin with that of the archive. While there is one at a place,
// git cannot make the archive there.
func (a *Archive) Below() ([]string, error) {
	s := goStorage(a.at)
	defer s.Close()
	cfg, err := s.Config()
	if err != nil {
		return nil, err
	}
	all, err := branchesBelow(a.at.commonDir, headOf(a.branch).String())
	for _, remote := range slices.Sorted(maps.Keys(cfg.Remotes)) {
		if err != nil {
			break
		}
		var more []string
		more, err = branchesBelow(a.at.commonDir, plumbing.NewRemoteReferenceName(remote, a.branch).String())
		all = append(all, more...)
	}
	return all, err
}

// inTheWay says which branches keep one from being made.
func inTheWay(branch string, where any, names []string) error {
	slices.Sort(names)
	return fail("archive.branch-below", "branch", branch, "where", where, "names", names)
}
