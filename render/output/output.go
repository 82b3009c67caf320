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
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Manifest is the file that lists what was written, one "digest path" a line.
const Manifest = "manifest.txt"

// Dir is a folder that is being written. Write may be called from many
// goroutines.
type Dir struct {
	root    *os.Root
	mu      sync.Mutex // guards what follows
	aside   int
	old     map[string]string // path to digest of the run before
	written map[string]string
	made    map[string]bool
}

// Open prepares a folder for writing. A folder that holds files but no
// manifest was not written by us, and is refused.
func Open(dir string) (*Dir, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	d := &Dir{root: root, old: map[string]string{}, written: map[string]string{}, made: map[string]bool{}}
	if err := d.sweep(); err != nil {
		return nil, err
	}
	data, err := root.ReadFile(Manifest)
	if errors.Is(err, fs.ErrNotExist) {
		return d, d.refuseForeign(dir)
	}
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		if digest, name, ok := strings.Cut(lines.Text(), "  "); ok && fs.ValidPath(name) {
			d.old[name] = digest
		}
	}
	return d, lines.Err()
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
		if !e.IsDir() {
			return fmt.Errorf("%s holds %s, which dealgate did not write: name another folder with --out, or empty it", dir, e.Name())
		}
	}
	return nil
}

const temporary = ".dealgate-"

// Write puts one file in place. What already stands there with the same bytes
// is left alone.
func (d *Dir) Write(name string, data []byte) error {
	if !fs.ValidPath(name) || name == Manifest {
		return fmt.Errorf("cannot write %q", name)
	}
	sum := sha256.Sum256(data)
	digest := hex.EncodeToString(sum[:])
	aside, err := d.claim(name, digest)
	if err != nil || (d.old[name] == digest && d.same(name, data)) {
		return err
	}
	return d.replace(aside, name, data)
}

// claim notes that a file is being written, makes its folder, and names the
// place where its bytes are put first.
func (d *Dir) claim(name, digest string) (aside string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, twice := d.written[name]; twice {
		return "", fmt.Errorf("%s is written twice", name)
	}
	d.written[name] = digest
	if dir := path.Dir(name); dir != "." && !d.made[dir] {
		if err := d.root.MkdirAll(dir, 0o755); err != nil {
			return "", err
		}
		d.made[dir] = true
	}
	d.aside++
	return temporary + strconv.Itoa(d.aside), nil
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
	for _, name := range names {
		fmt.Fprintf(&b, "%s  %s\n", d.written[name], name)
	}
	if err := d.replace(temporary+"manifest", Manifest, []byte(b.String())); err != nil {
		return err
	}
	return d.root.Close()
}
