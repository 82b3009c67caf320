package attest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"slices"

	"github.com/dealgate/dealgate/validate/cache"
)

// memory brings the contents of changes from one audit to the next: to find
// out what they ask for means to decode and to fold every fact. Whether that
// was given is decided anew from the statements each time.
type memory struct {
	cache   *cache.Cache
	shelves []*shelf
}

// shelf is the parts of some changes that landed one after the other.
type shelf struct {
	parts []*part
	name  string // of all that the contents follow from
	known bool
}

// perShelf is how many landed changes a shelf covers.
const perShelf = 256

// newMemory recalls the contents of the parts of some lives.
func newMemory(c *cache.Cache, lives [][]part) *memory {
	m := &memory{cache: c}
	if c == nil {
		return m
	}
	keys := map[*part]digest{}
	for _, parts := range lives {
		var so digest
		for i := range parts {
			so = so.then(&parts[i])
			if parts[i].landed.decidable() {
				keys[&parts[i]] = so
			}
		}
	}
	m.lay(keys)
	each(len(m.shelves), func(i int) { m.shelves[i].recall(c) })
	return m
}

// lay puts the parts on shelves, in one order.
func (m *memory) lay(keys map[*part]digest) {
	var all []*part
	for p := range keys {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *part) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.customer, b.customer))
	})
	for len(all) > 0 {
		number := all[0].number / perShelf
		n := slices.IndexFunc(all, func(p *part) bool { return p.number/perShelf != number })
		if n < 0 {
			n = len(all)
		}
		h := sha256.New()
		for _, p := range all[:n] {
			key := keys[p]
			h.Write(key[:])
		}
		m.shelves = append(m.shelves, &shelf{parts: all[:n], name: hex.EncodeToString(h.Sum(nil))})
		all = all[n:]
	}
}

// digest covers a part of a change and all that the customer was before.
type digest [sha256.Size]byte

// then is the digest after one more part. The commit fixes when it landed; the
// rules stand in no customer's part.
func (d digest) then(p *part) (next digest) {
	h := sha256.New()
	field := func(s string) { _, _ = h.Write(append([]byte(s), 0)) }
	h.Write(d[:])
	for _, s := range []string{p.customer, p.landed.Commit.Hash, p.landed.era.rules.Policy, p.landed.era.rules.Roster, p.landed.era.rules.Signers} {
		field(s)
	}
	for _, c := range p.changes {
		field(c.Path)
		h.Write([]byte{byte(c.Kind), byte(c.NewMode >> 24), byte(c.NewMode >> 16), byte(c.NewMode >> 8), byte(c.NewMode)})
		field(c.NewBlob)
	}
	h.Sum(next[:0])
	return next
}

func (p *shelf) recall(c *cache.Cache) {
	data, ok := c.Get("contents", p.name)
	if !ok {
		return
	}
	var all []contents
	if gob.NewDecoder(bytes.NewReader(data)).Decode(&all) != nil || len(all) != len(p.parts) {
		return
	}
	for i, part := range p.parts {
		part.contents = &all[i]
	}
	p.known = true
}

// keep writes the shelves that were not known.
func (m *memory) keep() {
	fresh := slices.DeleteFunc(m.shelves, func(p *shelf) bool { return p.known })
	each(len(fresh), func(i int) { fresh[i].keep(m.cache) })
	if len(fresh) > 0 {
		m.cache.Trim()
	}
}

func (p *shelf) keep(c *cache.Cache) {
	all := make([]contents, len(p.parts))
	for i, part := range p.parts {
		all[i] = *part.contents
	}
	var b bytes.Buffer
	if gob.NewEncoder(&b).Encode(all) == nil {
		c.Put(b.Bytes(), "contents", p.name)
	}
}
