package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/render/output"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// destination is where pages go: public beside deals/, or the folder asked
// for. A link that lies in the repository is nobody's wish, pages in deals/
// would be read as deals the next time, and what lies in .git is git's.
func (w *workspace) destination(asked string) (string, error) {
	out := asked
	if out == "" {
		out = filepath.Join(w.dir, "public")
		if info, err := os.Lstat(out); err == nil && !info.IsDir() {
			return "", &wordedError{"output.not-a-folder", diag.Args{"dir": out}}
		}
	}
	if within(out, filepath.Join(w.dir, fold.Root)) {
		return "", &wordedError{"usage.out-in-deals", diag.Args{"dir": out}}
	}
	if withinGit(out) {
		return "", &wordedError{"usage.out-in-git", diag.Args{"dir": out}}
	}
	return out, nil
}

// withinGit reports whether a path leads into the folder where git keeps a
// repository, this one or another, links followed.
func withinGit(path string) bool {
	path = filepath.ToSlash(followed(path))
	return slices.ContainsFunc(strings.Split(path, "/"), func(part string) bool { return strings.EqualFold(part, ".git") })
}

// keepFromGit lets git overlook the pages, which show what people earn: all of
// those in public, and the bonus report in a folder that somebody named. A
// .gitignore that is there already says what its author wants.
func keepFromGit(out string, named bool) error {
	pattern := "*"
	if named {
		pattern = "/bonus/"
	}
	name := filepath.Join(out, ".gitignore")
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil {
		_, err = f.WriteString(pattern + "\n")
		err = errors.Join(err, f.Close())
	}
	return output.Unwritten(name, err)
}

// within reports whether a path leads into a folder, links followed.
func within(path, folder string) bool {
	rel, err := filepath.Rel(followed(folder), followed(path))
	return err == nil && filepath.IsLocal(rel)
}

// followed resolves the links of a path as far as it exists.
func followed(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	for rest := ""; ; {
		if real, err := filepath.EvalSymlinks(abs); err == nil {
			return filepath.Join(real, rest)
		}
		if filepath.Dir(abs) == abs {
			return filepath.Join(abs, rest)
		}
		abs, rest = filepath.Dir(abs), filepath.Join(filepath.Base(abs), rest)
	}
}
