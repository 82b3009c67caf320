package history

import (
	"io"
	"os"
	"path/filepath"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	gitindex "github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

const mainBranch = plumbing.ReferenceName("refs/heads/main")

func gitStorage(dir string) *filesystem.Storage {
	return filesystem.NewStorage(osfs.New(filepath.Join(dir, ".git")), cache.NewObjectLRUDefault())
}

// initialise makes the folders, the config and the HEAD of a repository. The
// index will hold only sizes and times, as every system has them, and the
// config tells git to be content with these.
func initialise(dir string) error {
	s := gitStorage(dir)
	if err := s.Init(); err != nil {
		return err
	}
	cfg := config.NewConfig()
	cfg.Core.IsBare = false
	core := cfg.Raw.Section("core")
	core.SetOption("repositoryformatversion", "0")
	core.SetOption("checkStat", "minimal")
	core.SetOption("trustctime", "false")
	core.SetOption("autocrlf", "false")
	if err := s.SetConfig(cfg); err != nil {
		return err
	}
	return s.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, mainBranch))
}

// checkedOut points main at the head and writes an index of the work tree.
func checkedOut(dir string, head plumbing.Hash, root *sprout) error {
	x := &gitindex.Index{Version: 2}
	err := root.each("", func(path string, blob plumbing.Hash) error {
		info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		x.Entries = append(x.Entries, &gitindex.Entry{
			Name: path, Hash: blob, Mode: filemode.Regular, ModifiedAt: info.ModTime(), Size: uint32(info.Size()),
		})
		return nil
	})
	if err != nil {
		return err
	}
	err = create(filepath.Join(dir, ".git", "index"), 0o644, func(w io.Writer) error {
		return gitindex.NewEncoder(w).Encode(x)
	})
	if err != nil {
		return err
	}
	return gitStorage(dir).SetReference(plumbing.NewHashReference(mainBranch, head))
}
