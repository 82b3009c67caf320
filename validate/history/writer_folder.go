package history

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// sprout is a tree that is being written: its entries in git's own form, and
// its folders by name.
type sprout struct {
	raw     []byte
	sub     map[string]*sprout
	touched bool
	dirty   []string // folders in it that were touched
	before  []byte   // raw as last written, while a large folder is touched
	last    written
}

// set puts a blob at a path and reports whether it could: no file may stand
// where a folder has to be, nor the other way round.
func (f *sprout) set(path string, blob plumbing.Hash) bool {
	name, rest, deep := strings.Cut(path, "/")
	if !deep {
		if f.sub[name] != nil {
			return false
		}
		f.put(name, modeRegular|0o644, blob)
		return true
	}
	sub := f.sub[name]
	if sub == nil {
		if sub = f.open(name); sub == nil {
			return false
		}
	}
	f.touch()
	if !sub.touched {
		f.dirty = append(f.dirty, name)
	}
	return sub.set(rest, blob)
}

// open makes a new folder, nil where a file bears the name.
func (f *sprout) open(name string) *sprout {
	if at, end := f.find(name, false); end > at {
		return nil
	}
	if f.sub == nil {
		f.sub = map[string]*sprout{}
	}
	f.sub[name] = &sprout{}
	return f.sub[name]
}

// touch remembers a large folder as it was written, to be told apart from what
// it becomes.
func (f *sprout) touch() {
	if !f.touched && f.last.at > 0 && len(f.raw) >= worthDelta {
		f.before = slices.Clone(f.raw)
	}
	f.touched = true
}

// put adds or replaces one entry.
func (f *sprout) put(name string, mode uint32, id plumbing.Hash) {
	f.touch()
	at, end := f.find(name, mode == modeTree)
	e := strconv.AppendUint(make([]byte, 0, len(name)+28), uint64(mode), 8)
	e = append(append(append(e, ' '), name...), 0)
	f.raw = slices.Replace(f.raw, at, end, append(e, id[:]...)...)
}

// find returns where the entry of a name stands; at equals end where it would
// have to stand.
func (f *sprout) find(name string, dir bool) (at, end int) {
	key := []byte(name)
	for at < len(f.raw) {
		e := f.raw[at:]
		space := bytes.IndexByte(e, ' ')
		size := bytes.IndexByte(e, 0)
		next := at + size + 1 + len(plumbing.ZeroHash)
		switch order := compareNames(key, dir, e[space+1:size], e[0] == '4'); {
		case order == 0:
			return at, next
		case order < 0:
			return at, at
		}
		at = next
	}
	return at, at
}

// write stores what was touched and returns the tree's hash.
func (f *sprout) write(p *packWriter) (plumbing.Hash, error) {
	for _, name := range f.dirty {
		id, err := f.sub[name].write(p)
		if err != nil {
			return id, err
		}
		f.put(name, modeTree, id)
	}
	id, last, err := p.tree(f.raw, f.before, f.last)
	f.touched, f.dirty, f.before, f.last = false, f.dirty[:0], nil, last
	return id, err
}

// each visits every file below the folder in the order of git's index.
func (f *sprout) each(prefix string, visit func(path string, blob plumbing.Hash) error) error {
	for at := 0; at < len(f.raw); {
		e := f.raw[at:]
		size := bytes.IndexByte(e, 0)
		name, id := string(e[bytes.IndexByte(e, ' ')+1:size]), plumbing.Hash(e[size+1:size+21])
		var err error
		if sub := f.sub[name]; sub != nil {
			err = sub.each(prefix+name+"/", visit)
		} else {
			err = visit(prefix+name, id)
		}
		if err != nil {
			return err
		}
		at += size + 21
	}
	return nil
}
