package main

import (
	"os"
	"path/filepath"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// destination is where pages go: public beside deals/, or the folder asked
// for. A link that lies in the repository is nobody's wish, and pages in deals/
// would be read as deals the next time.
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
	return out, nil
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
