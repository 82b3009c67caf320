// Package output writes a tree of generated files so that a reader always
// finds the old or the new: each file is written beside its place and renamed,
// the manifest last, and only what an earlier run wrote is ever deleted. One
// run at a time writes into a folder.
package output

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dealgate/dealgate/schema/diag"
)

// Dir is a folder that is being written. Write may be called from many
// goroutines.
type Dir struct {
	root    *os.Root
	lock    *os.File   // keeps other runs out
	before  string     // digest of the manifest of the run before, "" for none
	closed  time.Time  // when that was written
	after   string     // digest of the manifest of this run
	changed int        // files put in place
	mu      sync.Mutex // guards what follows
	aside   int
	journal *os.File         // names that the manifest does not list yet
	old     map[string]entry // by path, what the run before wrote
	written map[string]entry
	made    map[string]bool
	fresh   bool // no manifest of ours is there yet
}

// Open prepares a folder for writing, and makes it where there is none. A link
// is refused, a folder that holds anything but no manifest of ours, and one
// that another run is writing. Whoever opens a folder closes or releases it.
func Open(dir string) (*Dir, error) {
	if info, err := os.Lstat(dir); err == nil && !info.IsDir() {
		return nil, &Error{key: "output.not-a-folder", args: diag.Args{"dir": dir}}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, Unwritten(dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, Unwritten(dir, err)
	}
	d := &Dir{root: root, written: map[string]entry{}, made: map[string]bool{}}
	if err := d.enter(); err != nil {
		d.Release()
		return nil, Unwritten(dir, err)
	}
	return d, nil
}

// enter keeps other runs out and takes over what the run before left.
func (d *Dir) enter() (err error) {
	if d.lock, err = lock(d.root); errors.Is(err, errHeld) {
		return &Error{key: "output.held", args: diag.Args{"dir": d.root.Name()}}
	}
	if err != nil {
		return err
	}
	return d.takeOver()
}

// takeOver reads the manifest of the run before, and the names that a run wrote
// down which did not come to its end.
func (d *Dir) takeOver() error {
	data, err := d.root.ReadFile(Manifest)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	ours := bytes.HasPrefix(data, []byte(heading))
	if info, err := d.root.Lstat(Manifest); err == nil && ours {
		d.before, d.closed = digestOf(data), info.ModTime()
	}
	if !ours {
		if err := d.refuseForeign(); err != nil {
			return err
		}
	}
	d.fresh, d.old = !ours, entries(data)
	if err := d.sweep(); err != nil || !ours {
		return err
	}
	return d.resume()
}

// sweep removes what an interrupted run left aside, its journal excepted.
func (d *Dir) sweep() error {
	there, err := fs.ReadDir(d.root.FS(), ".")
	for _, e := range there {
		needed := e.Name() == lockName || e.Name() == journalName && e.Type().IsRegular() && !d.fresh
		if strings.HasPrefix(e.Name(), temporary) && !needed {
			err = errors.Join(err, d.root.Remove(e.Name()))
		}
	}
	return err
}

func (d *Dir) refuseForeign() error {
	there, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range there {
		if !strings.HasPrefix(e.Name(), temporary) {
			return &Error{key: "output.foreign", args: diag.Args{"dir": d.root.Name(), "name": e.Name()}}
		}
	}
	return nil
}

// temporary begins the name of every file that is there during a run alone.
const temporary = ".dealgate-"

// Write puts one file in place. What already stands there with the same bytes
// is left alone.
func (d *Dir) Write(name string, data []byte) error {
	return d.unwritten(name, d.write(name, data))
}

func (d *Dir) write(name string, data []byte) error {
	aside, err := d.claim(name)
	if err != nil {
		return err
	}
	e := entry{digestOf(data), int64(len(data))}
	if d.old[name].digest == e.digest && d.same(name, data) {
		d.note(name, e, false)
		return nil
	}
	d.note(name, e, true)
	return d.replace(aside, name, data)
}

// Fill does what Write does, with a file that need not be held in memory: fill
// writes it.
func (d *Dir) Fill(name string, fill func(io.Writer) error) error {
	return d.unwritten(name, d.fill(name, fill))
}

func (d *Dir) fill(name string, fill func(io.Writer) error) error {
	aside, err := d.claim(name)
	if err != nil {
		return err
	}
	e, err := d.stream(aside, fill)
	if err != nil {
		return err
	}
	if d.old[name].digest == e.digest && d.digestAt(name) == e.digest {
		d.note(name, e, false)
		return d.root.Remove(aside)
	}
	d.note(name, e, true)
	return d.root.Rename(aside, name)
}

// stream writes a file and returns what was written.
func (d *Dir) stream(name string, fill func(io.Writer) error) (written entry, err error) {
	f, err := d.root.Create(name)
	if err != nil {
		return entry{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(f, sum), 1<<16)
	if err := cmp.Or(fill(out), out.Flush()); err != nil {
		return entry{}, err
	}
	info, err := f.Stat()
	if err != nil {
		return entry{}, err
	}
	return entry{hex.EncodeToString(sum.Sum(nil)), info.Size()}, nil
}

// digestAt is the digest of a file that is there, "" where none can be read.
func (d *Dir) digestAt(name string) string {
	info, err := d.root.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return ""
	}
	f, err := d.root.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Keep leaves files where they are and reports whether they are those that the
// run before wrote: none was touched after that run's manifest, and each is as
// long as that says. Where one is another, all have to be written again.
func (d *Dir) Keep(names ...string) bool {
	for _, name := range names {
		info, err := d.root.Lstat(name)
		was, known := d.old[name]
		if !known || err != nil || !info.Mode().IsRegular() || info.Size() != was.size || info.ModTime().After(d.closed) {
			return false
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, name := range names {
		if _, twice := d.written[name]; twice {
			return false
		}
	}
	for _, name := range names {
		d.written[name] = d.old[name]
	}
	return true
}

// KeepAll is Keep for all that the run before wrote.
func (d *Dir) KeepAll() bool {
	return len(d.old) > 0 && d.Keep(slices.Collect(maps.Keys(d.old))...)
}

// Name is the folder as it was opened.
func (d *Dir) Name() string { return d.root.Name() }

// Before is the digest of what the run before wrote, "" where there is none.
func (d *Dir) Before() string { return d.before }

// After is the digest of what this run wrote, once it is closed.
func (d *Dir) After() string { return d.after }

// claim takes a name, makes its folder, and names the place where the file's
// bytes are put first.
func (d *Dir) claim(name string) (aside string, err error) {
	if !fs.ValidPath(name) || name == Manifest || strings.Contains(name, "\n") {
		return "", &Error{key: "output.bad-name", args: diag.Args{"name": name}}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, twice := d.written[name]; twice {
		return "", &Error{key: "output.twice", args: diag.Args{"name": name}}
	}
	d.written[name] = entry{}
	if err := d.begin(); err != nil {
		return "", err
	}
	if err := d.announce(name); err != nil {
		return "", err
	}
	if dir := path.Dir(name); dir != "." && !d.made[dir] {
		if err := d.root.MkdirAll(dir, 0o755); err != nil {
			return "", err
		}
		d.made[dir] = true
	}
	d.aside++
	return temporary + strconv.Itoa(d.aside), nil
}

// note says what a claimed file holds, and whether it is put in place anew.
func (d *Dir) note(name string, e entry, anew bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.written[name] = e
	if anew {
		d.changed++
	}
}

// begin gives a new folder a manifest that lists nothing, so that a first run
// that is interrupted is known as ours.
func (d *Dir) begin() error {
	if !d.fresh {
		return nil
	}
	d.fresh = false
	return d.replace(temporary+"manifest", Manifest, []byte(heading))
}

func (d *Dir) same(name string, data []byte) bool {
	info, err := d.root.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(data)) {
		return false
	}
	there, err := d.root.ReadFile(name)
	return err == nil && bytes.Equal(there, data)
}

func (d *Dir) replace(aside, name string, data []byte) error {
	if err := d.root.WriteFile(aside, data, 0o644); err != nil {
		return err
	}
	return d.root.Rename(aside, name)
}

// Written counts the files that did not stand there already.
func (d *Dir) Written() int { return d.changed }

// Files counts what was written, the manifest aside.
func (d *Dir) Files() int { return len(d.written) }

// Close deletes what an earlier run wrote and this one did not, writes the
// manifest, and lets other runs in.
func (d *Dir) Close() error {
	defer d.Release()
	for name := range d.old {
		if _, kept := d.written[name]; !kept {
			if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return d.unwritten(name, err)
			}
		}
	}
	manifest := listing(d.written)
	if err := d.replace(temporary+"manifest", Manifest, manifest); err != nil {
		return d.unwritten(Manifest, err)
	}
	d.after = digestOf(manifest)
	return d.unwritten(journalName, d.forget())
}

// Release lets other runs in and leaves what was written so far to them. A
// folder that is closed is released already.
func (d *Dir) Release() {
	if d.journal != nil {
		_ = d.journal.Close() // each name was written at once
	}
	if d.lock != nil {
		unlock(d.root, d.lock)
	}
	d.journal, d.lock = nil, nil
	_ = d.root.Close()
}
