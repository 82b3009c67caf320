package main

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
)

// workspace is the folder that a command works on: its files, and the
// repository around them if there is one.
type workspace struct {
	dir     string
	files   fs.FS // for walking: links are refused where they are listed
	guarded fs.FS // for single files: refuses whatever leads out of the folder
	repo    *history.Repo
	repoErr error // why there is no repository
	tree    func() (*history.Worktree, error)
}

// wordedError is an error of a command, with its words in the catalogue.
type wordedError struct {
	key  string
	args diag.Args
}

func (e *wordedError) Error() string              { return e.In(catalogue.EN) }
func (e *wordedError) In(l catalogue.Lang) string { return catalogue.Text(l, e.key, e.args) }

// openWorkspace opens the folder that holds deals/: the given one, the one
// above it when it is deals itself, or the top of the repository around it.
func openWorkspace(dir string) (*workspace, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if filepath.Base(abs) == fold.Root && !isDir(filepath.Join(abs, fold.Root)) {
		abs = filepath.Dir(abs)
	}
	w := &workspace{dir: abs}
	w.repo, w.repoErr = history.Open(abs)
	if !isDir(filepath.Join(abs, fold.Root)) && w.repo != nil && w.repo.Root() != "" {
		w.dir = w.repo.Root()
	}
	root, err := os.OpenRoot(w.dir)
	if err != nil {
		return nil, &wordedError{"usage.folder", diag.Args{"dir": w.dir, "reason": err.Error()}}
	}
	w.files, w.guarded = os.DirFS(w.dir), root.FS()
	w.tree = sync.OnceValues(func() (*history.Worktree, error) { return w.repo.Worktree(fold.Root) })
	return w, w.deals()
}

// since lets only what may have changed be compared with HEAD, where that is
// known and all was compared before.
func (w *workspace) since(before *rendering, changed []string) {
	if before != nil && before.tree != nil && changed != nil {
		w.tree = sync.OnceValues(func() (*history.Worktree, error) { return w.repo.WorktreeAgain(before.tree, changed) })
	}
}

// deals refuses a folder without deals/, and a link in its place.
func (w *workspace) deals() error {
	name := filepath.Join(w.dir, fold.Root)
	info, err := os.Lstat(name)
	switch {
	case err == nil && info.IsDir():
		return nil
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		return &wordedError{"usage.deals-link", diag.Args{"dir": name}}
	}
	return &wordedError{"cli.no-deals", diag.Args{"dir": w.dir}}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// rules reads the policy alone, for its language and time zone; nil when it
// cannot be read.
func policyOf(fsys fs.FS) *fact.Policy {
	body, _ := fold.ReadFile(fsys, fold.Classify(fold.Root+"/policy.yaml"), nil)
	p, _ := body.(*fact.Policy)
	return p
}

// lang is the language asked for, by flag or DEALGATE_LANG, else the policy's,
// else that of the person's system.
func lang(cmd *cobra.Command, p *fact.Policy) (catalogue.Lang, error) {
	if asked := cmp.Or(cmd.Flag("lang").Value.String(), os.Getenv("DEALGATE_LANG")); asked != "" {
		return parseLang(asked)
	}
	if p == nil {
		return languageAround(), nil
	}
	// What fails after this is said in the policy's language too.
	return catalogue.Lang(p.Language.S), cmd.Flags().Set("lang", p.Language.S)
}

// zone is the company's time zone.
func zone(p *fact.Policy) *time.Location {
	if p != nil {
		if z, err := time.LoadLocation(p.TimeZone.S); err == nil {
			return z
		}
	}
	return time.FixedZone("CST", 8*60*60)
}

// days are the day as of which facts count, and the last day that one may
// bear: the day of the head's commit, or a later one that a file not yet
// committed bears. Both are the same unless another day is asked for.
func (w *workspace) days(asked string, p *fact.Policy) (asOf, today value.Day, err error) {
	if asked != "" {
		if asOf, err = parseDay(asked); err != nil || w.repo == nil {
			return asOf, asOf, err
		}
	}
	if today, err = w.today(p); err != nil || asked == "" {
		return today, today, err
	}
	return asOf, max(asOf, today), nil
}

func (w *workspace) today(p *fact.Policy) (value.Day, error) {
	if w.repo == nil {
		return 0, w.unreadable() // the latest day that any fact bears
	}
	head, err := w.repo.Head()
	if err != nil {
		if noCommits(err) {
			return 0, nil
		}
		return 0, err
	}
	day := value.DayOf(head.When.In(zone(p)))
	tree, err := w.tree()
	if err != nil {
		return 0, err
	}
	for _, path := range tree.Dirty {
		day = max(day, fold.Classify(path).Date)
	}
	return day, nil
}

// unreadable is why the repository around the folder cannot be read; nil when
// there is none.
func (w *workspace) unreadable() error {
	if e, ok := errors.AsType[*history.Error](w.repoErr); ok && e.Key == "history.no-repository" {
		return nil
	}
	return w.repoErr
}

// noCommits reports that a repository is there but has no history yet.
func noCommits(err error) bool {
	e, ok := errors.AsType[*history.Error](err)
	return ok && e.Key == "history.empty"
}
