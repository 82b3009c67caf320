package history

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Modes of tree entries as git writes them.
const (
	modeTree      = 0o040000
	modeSymlink   = 0o120000
	modeSubmodule = 0o160000
	modeType      = 0o170000
	modeRegular   = 0o100000
)

const (
	maxDepth         = 64      // folders within folders
	maxCachedEntries = 1 << 18 // decoded entries, per generation
)

// entry is one line of a tree; the zero entry stands for "nothing there".
type entry struct {
	name string
	mode uint32
	hash plumbing.Hash
}

func (e entry) exists() bool { return e.mode != 0 }
func (e entry) isTree() bool { return e.mode == modeTree }

// cursor steps through the bytes of a tree object, "mode SP name NUL hash"
// over and over, without copying them.
type cursor struct {
	of   plumbing.Hash
	here []byte // from the current entry on
	rest []byte // after the current entry
	name []byte // nil at the end
	mode uint32
	hash plumbing.Hash
}

func newCursor(of plumbing.Hash, raw []byte) (*cursor, error) {
	c := &cursor{of: of, rest: raw}
	return c, c.next()
}

func (c *cursor) entry() entry { return entry{name: string(c.name), mode: c.mode, hash: c.hash} }
func (c *cursor) isTree() bool { return c.mode == modeTree }

// next moves on. Git writes entries in order and checks names when it
// receives them; a tree that breaks this could hide files, so it is refused.
func (c *cursor) next() error {
	c.here = c.rest
	if len(c.rest) == 0 {
		c.name = nil
		return nil
	}
	space := bytes.IndexByte(c.rest[:min(8, len(c.rest))], ' ')
	if space < 0 {
		return damaged(c.of, "an entry has no mode")
	}
	mode, err := strconv.ParseUint(string(c.rest[:space]), 8, 32)
	if err != nil || mode == 0 {
		return damaged(c.of, "an entry has no valid mode")
	}
	rest := c.rest[space+1:]
	end := bytes.IndexByte(rest, 0)
	if end < 0 || len(rest) < end+1+len(c.hash) {
		return damaged(c.of, "its last entry is cut off")
	}
	name := rest[:end]
	if !validElement(name) {
		return damaged(c.of, "an entry has no valid name")
	}
	if c.name != nil && compareNames(c.name, c.isTree(), name, mode == modeTree) >= 0 {
		return damaged(c.of, "its entries are not in order")
	}
	c.name, c.mode = name, uint32(mode)
	copy(c.hash[:], rest[end+1:])
	c.rest = rest[end+1+len(c.hash):]
	return nil
}

// compare orders the current entries of two cursors; the end comes last.
func (c *cursor) compare(o *cursor) int {
	switch {
	case c.name == nil:
		return 1
	case o.name == nil:
		return -1
	}
	return compareNames(c.name, c.isTree(), o.name, o.isTree())
}

// skipEqual moves two cursors forward to the last of the entries that both
// trees have alike from here on: neighbouring commits differ in few of a
// folder's thousands of entries.
func skipEqual(a, b *cursor) error {
	last := lastEntry(a.here, commonPrefix(a.here, b.here))
	if last == 0 {
		return nil
	}
	a.rest, b.rest = a.here[last:], b.here[last:]
	if err := a.next(); err != nil {
		return err
	}
	return b.next()
}

// lastEntry returns where the last entry begins that ends before the limit,
// or 0. An entry ends a hash's length after the NUL behind its name.
func lastEntry(raw []byte, limit int) int {
	last, at := 0, 0
	for {
		end := bytes.IndexByte(raw[at:limit], 0)
		if end < 0 || at+end+1+len(plumbing.Hash{}) > limit {
			return last
		}
		last, at = at, at+end+1+len(plumbing.Hash{})
	}
}

// commonPrefix counts the bytes that two slices begin with alike.
func commonPrefix(a, b []byte) int {
	const step = 256
	n, i := min(len(a), len(b)), 0
	for i+step <= n && bytes.Equal(a[i:i+step], b[i:i+step]) {
		i += step
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

func validElement(name []byte) bool {
	return len(name) > 0 && bytes.IndexByte(name, '/') < 0 && string(name) != "." && string(name) != ".."
}

// compareNames orders as git does: a folder sorts as if its name ended in "/".
func compareNames(a []byte, aTree bool, b []byte, bTree bool) int {
	n := min(len(a), len(b))
	if c := bytes.Compare(a[:n], b[:n]); c != 0 {
		return c
	}
	return cmp.Compare(after(a, n, aTree), after(b, n, bTree))
}

// after returns the byte of a name at n as it counts in git's order.
func after(name []byte, n int, tree bool) byte {
	switch {
	case len(name) > n:
		return name[n]
	case tree:
		return '/'
	}
	return 0
}

// lookup finds one name in a tree object.
func lookup(of plumbing.Hash, raw []byte, name string) (entry, error) {
	c, err := newCursor(of, raw)
	for ; err == nil && c.name != nil; err = c.next() {
		if string(c.name) == name {
			return c.entry(), nil
		}
	}
	return entry{}, err
}

// tree returns the entries of a tree by name, from the cache if possible.
func (r *Repo) tree(h plumbing.Hash) ([]entry, error) {
	if es, ok := r.trees.get(h); ok {
		return es, nil
	}
	raw, err := readAs(r.store, h, plumbing.TreeObject)
	if err != nil {
		return nil, err
	}
	es, err := decodeTree(h, raw)
	if err != nil {
		return nil, err
	}
	r.trees.put(h, es, len(es)+1)
	return es, nil
}

func decodeTree(h plumbing.Hash, raw []byte) ([]entry, error) {
	var es []entry
	c, err := newCursor(h, raw)
	for ; err == nil && c.name != nil; err = c.next() {
		es = append(es, c.entry())
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(es, byName)
	for i := 1; i < len(es); i++ {
		if es[i].name == es[i-1].name {
			return nil, damaged(h, "a name stands in it twice")
		}
	}
	return es, nil
}

func byName(a, b entry) int { return strings.Compare(a.name, b.name) }
