package serve

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quiet is how long nothing must happen before a change counts as over: an
// editor writes a file in several steps, git many files.
const quiet = 150 * time.Millisecond

// every is how often is looked where the system tells of no changes.
const every = 2 * time.Second

// Watch calls changed, one call at a time, whenever something has changed below
// one of the trees or directly in one of the folders, with the paths of what
// has; without any the first time, and where events were lost: it may be
// anything then. What is not there is left out. It ends with the context.
func Watch(ctx context.Context, trees, folders []string, changed func(paths []string)) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return poll(ctx, trees, changed)
	}
	defer w.Close()
	for _, dir := range folders {
		if err := w.Add(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return poll(ctx, trees, changed)
		}
	}
	for _, dir := range trees {
		if err := addTree(w, dir); err != nil {
			return poll(ctx, trees, changed) // more folders than the system watches
		}
	}
	return listen(ctx, w, changed)
}

func listen(ctx context.Context, w *fsnotify.Watcher, changed func(paths []string)) error {
	var paths []string
	lost := true // what happened before anybody listened
	still := time.NewTimer(quiet)
	still.Stop()
	defer still.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-w.Events:
			if e.Has(fsnotify.Create) {
				_ = addTree(w, e.Name) // gone again, perhaps
			}
			paths = append(paths, e.Name)
			still.Reset(quiet)
		case <-w.Errors: // events were lost: something has changed
			lost = true
			still.Reset(quiet)
		case <-still.C:
			if lost {
				paths = nil
			}
			changed(paths)
			paths, lost = nil, false
		}
	}
}

// addTree watches a folder and all below it; links are not followed.
func addTree(w *fsnotify.Watcher, dir string) error {
	return filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !e.IsDir() {
			return err
		}
		if err := w.Add(name); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

// poll looks again and again.
func poll(ctx context.Context, trees []string, changed func(paths []string)) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for last := latest(trees); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if now := latest(trees); now != last {
				last = now
				changed(nil)
			}
		}
	}
}

// looks is what a change of any file changes.
type looks struct {
	files  int
	size   int64
	newest time.Time
}

func latest(trees []string) looks {
	var l looks
	for _, dir := range trees {
		_ = filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
			if i, statErr := os.Lstat(name); err == nil && statErr == nil {
				l.files++
				l.size += i.Size()
				if i.ModTime().After(l.newest) {
					l.newest = i.ModTime()
				}
			}
			return nil
		})
	}
	return l
}
