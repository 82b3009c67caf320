// Package output writes a tree of generated files so that a reader always
// finds the old or the new: each file is written beside its place and renamed,
// the manifest last, and only what an earlier run wrote is ever deleted.
package output

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
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

// Manifest is the file that lists what was written, one "digest path" a line.
const Manifest = "manifest.txt"

// heading begins every manifest of ours; others may call a file like that too.
const heading = "written by dealgate; do not edit\n"

// Dir is a folder that is being written. Write may be called from many
// goroutines.
type Dir struct {
	root    *os.Root
	before  string     // digest of the manifest of the run before, "" for none
	closed  time.Time  // when that was written
	after   string     // digest of the manifest of this run
	changed int        // files put in place
	mu      sync.Mutex // guards what follows
	aside   int
	old     map[string]string // path to digest of the run before
	written map[string]string
	made    map[string]bool
	fresh   bool // no manifest of ours is there yet
}

// Open prepares a folder for writing, and makes it where there is none. A link
// is refused, and so is a folder that holds anything but no manifest of ours.
func Open(dir string) (*Dir, error) {
	if info, err := os.Lstat(dir); err == nil && !info.IsDir() {
		return nil, &Error{"output.not-a-folder", diag.Args{"dir": dir}}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	d := &Dir{root: root, old: map[string]string{}, written: map[string]string{}, made: map[string]bool{}}
	if err := d.takeOver(dir); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return d, nil
}

// takeOver reads the manifest of the run before.
func (d *Dir) takeOver(dir string) error {
	data, err := d.root.ReadFile(Manifest)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	ours := bytes.HasPrefix(data, []byte(heading))
	if info, err := d.root.Lstat(Manifest); err == nil && ours {
		d.before, d.closed = digestOf(data), info.ModTime()
	}
	if !ours {
		if err := d.refuseForeign(dir); err != nil {
			return err
		}
	}
	for line := range bytes.Lines(data) {
		digest, name, ok := strings.Cut(strings.TrimSuffix(string(line), "\n"), "  ")
		if ok && fs.ValidPath(name) {
			d.old[name] = digest
		}
	}
	d.fresh = !ours
	return d.sweep()
}

// sweep removes what an interrupted run left aside.
func (d *Dir) sweep() error {
	entries, err := fs.ReadDir(d.root.FS(), ".")
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), temporary) {
			err = errors.Join(err, d.root.Remove(e.Name()))
		}
	}
	return err
}

func (d *Dir) refuseForeign(dir string) error {
	entries, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), temporary) {
			return &Error{"output.foreign", diag.Args{"dir": dir, "name": e.Name()}}
		}
	}
	return nil
}

const temporary = ".dealgate-"

// Write puts one file in place. What already stands there with the same bytes
// is left alone.
func (d *Dir) Write(name string, data []byte) error {
	aside, err := d.claim(name)
	if err != nil {
		return err
	}
	digest := digestOf(data)
	if d.old[name] == digest && d.same(name, data) {
		d.note(name, digest, false)
		return nil
	}
	d.note(name, digest, true)
	return d.replace(aside, name, data)
}

// Fill does what Write does, with a file that need not be held in memory: fill
// writes it.
func (d *Dir) Fill(name string, fill func(io.Writer) error) error {
	aside, err := d.claim(name)
	if err != nil {
		return err
	}
	digest, err := d.stream(aside, fill)
	if err != nil {
		return err
	}
	if d.old[name] == digest && d.digestAt(name) == digest {
		d.note(name, digest, false)
		return d.root.Remove(aside)
	}
	d.note(name, digest, true)
	return d.root.Rename(aside, name)
}

// stream writes a file and returns the digest of what was written.
func (d *Dir) stream(name string, fill func(io.Writer) error) (digest string, err error) {
	f, err := d.root.Create(name)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(f, sum), 1<<16)
	if err := fill(out); err != nil {
		return "", err
	}
	if err := out.Flush(); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
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
// run before wrote: none was touched after that run's manifest. Where one is
// another, all have to be written again.
func (d *Dir) Keep(names ...string) bool {
	for _, name := range names {
		info, err := d.root.Lstat(name)
		if d.old[name] == "" || err != nil || !info.Mode().IsRegular() || info.ModTime().After(d.closed) {
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
	if !fs.ValidPath(name) || name == Manifest {
		return "", &Error{"output.bad-name", diag.Args{"name": name}}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, twice := d.written[name]; twice {
		return "", &Error{"output.twice", diag.Args{"name": name}}
	}
	d.written[name] = ""
	if err := d.begin(); err != nil {
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
func (d *Dir) note(name, digest string, anew bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.written[name] = digest
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

// Close deletes what an earlier run wrote and this one did not, and writes the
// manifest.
func (d *Dir) Close() error {
	for name := range d.old {
		if _, kept := d.written[name]; !kept {
			if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	names := make([]string, 0, len(d.written))
	for name := range d.written {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	b.WriteString(heading)
	for _, name := range names {
		fmt.Fprintf(&b, "%s  %s\n", d.written[name], name)
	}
	if err := d.replace(temporary+"manifest", Manifest, []byte(b.String())); err != nil {
		return err
	}
	d.after = digestOf([]byte(b.String()))
	return d.root.Close()
}
