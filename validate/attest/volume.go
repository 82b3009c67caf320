package attest

import (
	"encoding/binary"
	"io/fs"
	"slices"

	"github.com/dealgate/dealgate/validate/cache"
	"github.com/dealgate/dealgate/validate/history"
)

// volume holds the statements about neighbouring changes, with their
// signatures, as the cache keeps them: one after the other, each behind its
// length. To inflate a hundred thousand of them from a pack takes far longer
// than to look at them.
//
// What it holds is believed in nothing: the folder that git lists says which
// id each content has, and what has not that id is read from git instead.
type volume struct {
	cache *cache.Cache
	name  []string
	rest  []byte // of what was kept, to be read
	fresh []byte // to be kept, where nothing was
}

// volumeLen is how many landed changes one volume is about, counted from the
// first of all: so a further change writes only the last one anew.
const volumeLen = 256

// openVolume opens the volume with the statements about some changes.
func openVolume(c *cache.Cache, landed []*Landed, statements map[string][]place) *volume {
	v := &volume{cache: c, name: []string{"statements"}}
	if c == nil {
		return v
	}
	for _, l := range landed {
		for _, p := range statements[l.Commit.Hash] {
			v.name = append(v.name, string(p.blob), string(p.sig))
		}
	}
	v.rest, _ = c.Get(v.name...)
	return v
}

// read returns a file with its signature. The places come in the order in
// which the volume was opened.
func (v *volume) read(p place) (kept, error) {
	if v.cache == nil || p.blob == "" || p.sig == "" {
		return p.read()
	}
	var err error
	k := kept{path: p.path}
	if k.data, err = v.content(p.view, p.path, p.blob); err == nil {
		k.sig, err = v.content(p.view, p.path+history.Signature, p.sig)
	}
	return k, err
}

func (v *volume) content(view fs.FS, path string, id history.BlobID) ([]byte, error) {
	if data, ok := v.next(); ok && id.Of(data) {
		return data, nil
	}
	v.rest = nil // what follows is of no use either
	data, err := fs.ReadFile(view, path)
	if need := binary.MaxVarintLen64 + len(data); cap(v.fresh)-len(v.fresh) < need {
		v.fresh = slices.Grow(v.fresh, need+len(v.fresh))
	}
	v.fresh = append(binary.AppendUvarint(v.fresh, uint64(len(data))), data...)
	return data, err
}

func (v *volume) next() ([]byte, bool) {
	n, head := binary.Uvarint(v.rest)
	if head <= 0 || n > uint64(len(v.rest)-head) {
		return nil, false
	}
	data := v.rest[head : head+int(n)]
	v.rest = v.rest[head+int(n):]
	return data, true
}

// keep keeps what was read, unless it was kept or no statement stands there.
func (v *volume) keep() (fresh bool) {
	if len(v.fresh) == 0 {
		return false
	}
	v.cache.Put(v.fresh, v.name...)
	return true
}
