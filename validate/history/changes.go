package history

import (
	"io/fs"
	"path"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Kind says what happened to a path.
type Kind uint8

// A rename is a Deleted and an Added; a folder that became a file is a
// Deleted for each of its files and an Added.
const (
	Added Kind = iota
	Modified
	Deleted
)

// String returns the kind in lower case.
func (k Kind) String() string { return [...]string{"added", "modified", "deleted"}[k] }

// Change is what happened to one path. Modes are git's (0o100644 a file,
// 0o120000 a symlink, 0o160000 a submodule); mode and blob of the side on
// which the path does not exist are zero. For a submodule the blob is the
// commit that it points to.
type Change struct {
	Path             string // from the top of the repository, with slashes
	Kind             Kind
	OldMode, NewMode uint32
	OldBlob, NewBlob string
}

// Changes lists what head has otherwise than base at or below one folder
// ("." for all), sorted by path.
func (r *Repo) Changes(base, head, under string) ([]Change, error) {
	b, err := r.find(base)
	if err != nil {
		return nil, err
	}
	h, err := r.find(head)
	if err != nil {
		return nil, err
	}
	return r.changes(b.tree, h.tree, under)
}

func (r *Repo) changes(base, head plumbing.Hash, under string) ([]Change, error) {
	return newDiffer(r.store, under).compare(base, head)
}

// maxCachedRaw bounds the bytes of tree objects kept per generation.
const maxCachedRaw = 4 << 20

// differ compares trees entry by entry and reads only those that differ.
type differ struct {
	src   store
	under string
	raw   *recent[plumbing.Hash, []byte]
	out   []Change
}

func newDiffer(src store, under string) *differ {
	return &differ{src: src, under: under, raw: newRecent[plumbing.Hash, []byte](maxCachedRaw)}
}

// compare returns the changes between two root trees; a zero hash is empty.
func (d *differ) compare(base, head plumbing.Hash) ([]Change, error) {
	if !fs.ValidPath(d.under) {
		return nil, fail("history.bad-folder", "folder", d.under)
	}
	old, now := top(base), top(head)
	at := ""
	if d.under != "." {
		at = d.under
		for name := range strings.SplitSeq(d.under, "/") {
			var err error
			if old, now, err = d.children(old, now, name); err != nil {
				return nil, err
			}
		}
	}
	d.out = nil
	err := d.pair(at, old, now, 0)
	return d.out, err
}

func top(tree plumbing.Hash) entry {
	if tree.IsZero() {
		return entry{}
	}
	return entry{mode: modeTree, hash: tree}
}

// children steps down into one name on both sides, without reading when both
// are the same already.
func (d *differ) children(old, now entry, name string) (o, n entry, err error) {
	if old == now {
		return entry{}, entry{}, nil
	}
	if o, err = d.child(old, name); err != nil {
		return entry{}, entry{}, err
	}
	n, err = d.child(now, name)
	return o, n, err
}

func (d *differ) child(e entry, name string) (entry, error) {
	if !e.isTree() {
		return entry{}, nil
	}
	raw, err := d.read(e.hash)
	if err != nil {
		return entry{}, err
	}
	return lookup(e.hash, raw, name)
}

// read returns the bytes of a tree. The next step of a walk compares with the
// same tree again, hence the cache.
func (d *differ) read(h plumbing.Hash) ([]byte, error) {
	if raw, ok := d.raw.get(h); ok {
		return raw, nil
	}
	raw, err := readAs(d.src, h, plumbing.TreeObject)
	if err != nil {
		return nil, err
	}
	d.raw.put(h, raw, len(raw))
	return raw, nil
}

// pair reports what became of one path; either side may not exist.
func (d *differ) pair(at string, old, now entry, depth int) error {
	switch {
	case old.mode == now.mode && old.hash == now.hash:
		return nil
	case depth > maxDepth:
		return fail("history.too-deep", "path", at, "limit", maxDepth)
	case old.isTree() || now.isTree():
		return d.folders(at, old, now, depth)
	}
	c := Change{Path: at, OldMode: old.mode, NewMode: now.mode, Kind: Modified}
	if old.exists() {
		c.OldBlob = old.hash.String()
	} else {
		c.Kind = Added
	}
	if now.exists() {
		c.NewBlob = now.hash.String()
	} else {
		c.Kind = Deleted
	}
	d.out = append(d.out, c)
	return nil
}

// folders handles a path that is a folder on at least one side; a file on the
// other side is gone or new.
func (d *differ) folders(at string, old, now entry, depth int) error {
	if old.exists() && !old.isTree() {
		if err := d.pair(at, old, entry{}, depth); err != nil {
			return err
		}
		old = entry{}
	}
	if now.exists() && !now.isTree() {
		if err := d.pair(at, entry{}, now, depth); err != nil {
			return err
		}
		now = entry{}
	}
	o, err := d.open(old)
	if err != nil {
		return err
	}
	n, err := d.open(now)
	if err != nil {
		return err
	}
	return d.merge(at, o, n, depth)
}

func (d *differ) open(e entry) (*cursor, error) {
	if !e.exists() {
		return &cursor{}, nil
	}
	raw, err := d.read(e.hash)
	if err != nil {
		return nil, err
	}
	return newCursor(e.hash, raw)
}

// merge steps through two trees side by side.
func (d *differ) merge(at string, o, n *cursor, depth int) error {
	for o.name != nil || n.name != nil {
		if err := skipEqual(o, n); err != nil {
			return err
		}
		order := o.compare(n)
		if order != 0 || o.hash != n.hash || o.mode != n.mode {
			if err := d.unequal(at, o, n, order, depth+1); err != nil {
				return err
			}
		}
		if order <= 0 {
			if err := o.next(); err != nil {
				return err
			}
		}
		if order >= 0 {
			if err := n.next(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *differ) unequal(at string, o, n *cursor, order, depth int) error {
	switch {
	case order < 0:
		return d.pair(path.Join(at, string(o.name)), o.entry(), entry{}, depth)
	case order > 0:
		return d.pair(path.Join(at, string(n.name)), entry{}, n.entry(), depth)
	}
	return d.pair(path.Join(at, string(o.name)), o.entry(), n.entry(), depth)
}
