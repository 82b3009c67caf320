// Package cache keeps between runs what follows from git objects alone and
// takes long to find: which paths a commit changed, which approvals a change
// asks for. Whether an approval was given is never kept; that is decided from
// the statements on every run.
//
// An entry is named by everything that it follows from, so that it can go
// stale in no way, and any folder of entries may be deleted, shared by several
// repositories and written by several runs at once. It is sealed with a key
// that lies elsewhere, and with the program that wrote it: an entry that was
// altered, exchanged for another, restored from somebody else's machine or
// left by another build counts as absent. Whoever can read the key as well can
// replace the program itself.
package cache

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Cache is a folder of entries. A nil Cache keeps nothing.
type Cache struct {
	dir   string
	seal  []byte
	known sync.Map // names of entries
	most  int64    // bytes
}

// form is part of every seal: entries of another form count as absent.
const form = "dealgate-cache-v1"

// mostBytes bounds the folder. A company of 10,000 deals takes a little more
// than half of it, most of which are contents of statements.
const mostBytes = 512 << 20

const keyLen = 32

// OfUser opens the cache of the person who runs the program: entries in the
// folder for caches, the key in that for settings. Where there is no such
// place, or it cannot be written, nothing is kept.
func OfUser() *Cache {
	entries, err1 := os.UserCacheDir()
	settings, err2 := os.UserConfigDir()
	program, err3 := programID()
	if errors.Join(err1, err2, err3) != nil {
		return nil
	}
	return Open(filepath.Join(entries, "dealgate"), filepath.Join(settings, "dealgate", "cache.key"), program)
}

// Open opens a cache in a folder, for one build of a program, sealed with the
// key in a file; both are made when they are not there.
func Open(dir, keyFile, program string) *Cache {
	key, err := readKey(keyFile)
	if err != nil {
		return nil
	}
	c := &Cache{dir: dir, seal: mac(key, form, program), most: mostBytes}
	list, _ := os.ReadDir(dir) // made when the first entry is put there
	for _, e := range list {
		c.known.Store(e.Name(), true)
	}
	return c
}

// readKey reads the key, or makes one. Of two runs that make one at the same
// time, the first to link it into its place wins.
func readKey(name string) ([]byte, error) {
	if key, err := exactly(name); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, err
	}
	key := make([]byte, keyLen)
	_, _ = rand.Read(key) // never fails
	err := place(name, func(temporary string) error { return os.Link(temporary, name) }, key)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return exactly(name)
}

func exactly(name string) ([]byte, error) {
	key, err := os.ReadFile(name)
	if err == nil && len(key) != keyLen {
		err = errors.New("it is no key")
	}
	return key, err
}

// place writes a file beside a name and lets done move it there.
func place(name string, done func(temporary string) error, data ...[]byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), temporary+"*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	for _, d := range data {
		if err == nil {
			_, err = f.Write(d)
		}
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return done(f.Name())
}

// temporary is what the names of unfinished files begin with.
const temporary = "new-"

// programID tells one build from another: what is kept depends on the code.
func programID() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return string(h.Sum(nil)), err
}

func mac(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		_, _ = io.WriteString(h, p)
		_, _ = h.Write([]byte{0})
	}
	return h.Sum(nil)
}

// name is the file name of the entry that follows from something. It tells
// nothing to whoever lacks the key.
func (c *Cache) name(from []string) string {
	return hex.EncodeToString(mac(c.seal, append([]string{"name"}, from...)...))
}

// sign is the seal of an entry.
func (c *Cache) sign(name string, data []byte) []byte {
	h := hmac.New(sha256.New, c.seal)
	_, _ = io.WriteString(h, "entry\x00"+name)
	_, _ = h.Write(data)
	return h.Sum(nil)
}

// Get returns the entry that follows from something.
func (c *Cache) Get(from ...string) ([]byte, bool) {
	if c == nil {
		return nil, false
	}
	name := c.name(from)
	if _, there := c.known.Load(name); !there {
		return nil, false
	}
	data, err := os.ReadFile(filepath.Join(c.dir, name))
	if err != nil || len(data) < sha256.Size {
		return nil, false
	}
	seal, data := data[:sha256.Size], data[sha256.Size:]
	return data, hmac.Equal(seal, c.sign(name, data))
}

// Put keeps an entry, where that can be done: nobody is told when it cannot.
func (c *Cache) Put(data []byte, from ...string) {
	if c == nil || os.MkdirAll(c.dir, 0o700) != nil {
		return
	}
	name := c.name(from)
	path := filepath.Join(c.dir, name)
	if place(path, func(temporary string) error { return os.Rename(temporary, path) }, c.sign(name, data), data) == nil {
		c.known.Store(name, true)
	}
}

// Trim deletes the entries that were written first when there are too many.
func (c *Cache) Trim() {
	if c == nil {
		return
	}
	var all []fs.FileInfo
	var used int64
	list, _ := os.ReadDir(c.dir)
	for _, e := range list {
		if i, err := e.Info(); err == nil && i.Mode().IsRegular() {
			all = append(all, i)
			used += i.Size()
		}
	}
	slices.SortFunc(all, func(a, b fs.FileInfo) int {
		if order := a.ModTime().Compare(b.ModTime()); order != 0 {
			return order
		}
		return strings.Compare(a.Name(), b.Name())
	})
	for _, i := range all {
		if used <= c.most {
			return
		}
		if os.Remove(filepath.Join(c.dir, i.Name())) == nil {
			used -= i.Size()
		}
	}
}
