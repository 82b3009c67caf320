package attest

import (
	"context"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/validate/cache"
)

// shelf is some customers whose contents are brought together from one audit
// to the next: to find out what their changes ask for means to decode and to
// fold every fact. Whether that was given is decided anew from the statements
// each time.
type shelf struct {
	lives [][]part
}

// shelfCount bounds how many there are. A customer always lies on the same one,
// so that a change makes only its customer's shelf anew.
const shelfCount = 128

// shelve lays lives on shelves.
func shelve(lives [][]part) []*shelf {
	on := map[uint32]*shelf{}
	var all []*shelf
	slices.SortFunc(lives, func(a, b []part) int { return strings.Compare(a[0].customer, b[0].customer) })
	for _, parts := range lives {
		h := fnv.New32a()
		_, _ = h.Write([]byte(parts[0].customer))
		at := h.Sum32() % shelfCount
		if on[at] == nil {
			on[at] = &shelf{}
			all = append(all, on[at])
		}
		on[at].lives = append(on[at].lives, parts)
	}
	return all
}

// judgeShelf decides about the customers of a shelf, and tells whether something of
// them is kept that was not.
func (a *auditor) judgeShelf(ctx context.Context, s *shelf) (fresh bool, err error) {
	name := ""
	if a.cache != nil {
		name = s.name()
		fresh = !s.recall(a.cache, name)
	}
	for _, parts := range s.lives {
		if err := a.live(ctx, parts); err != nil {
			return false, err
		}
	}
	fresh = fresh && s.whole()
	if fresh {
		s.keep(a.cache, name)
	}
	s.each(func(p *part) { p.contents = nil }) // they have served
	return fresh, nil
}

// each visits the parts that are decided about.
func (s *shelf) each(do func(*part)) {
	for _, parts := range s.lives {
		for i := range parts {
			if parts[i].landed.decidable() {
				do(&parts[i])
			}
		}
	}
}

// whole reports whether all that the contents follow from could be read: a
// damaged clone may be mended.
func (s *shelf) whole() bool {
	whole := true
	s.each(func(p *part) { whole = whole && p.lost == nil })
	return whole
}

// name covers all that the contents follow from.
func (s *shelf) name() string {
	var text []byte
	field := func(s string) { text = append(append(text, s...), 0) }
	for _, parts := range s.lives {
		field(parts[0].customer)
		for i := range parts {
			parts[i].describe(field)
		}
	}
	return sum(text)
}

// describe names a part. The commit fixes when it landed and, since it names
// all before it, what; the rules and whose it is depend on more than that.
func (p *part) describe(field func(string)) {
	l := p.landed
	wanted := ""
	if l.decidable() {
		wanted = "wanted"
	}
	for _, s := range [...]string{l.Parent, l.Commit.Hash, l.era.rules.Policy, l.era.rules.Roster, l.era.rules.Signers, l.day().String(), wanted} {
		field(s)
	}
	for _, c := range p.changes {
		field(c.Path)
	}
	field("")
}

func (s *shelf) recall(c *cache.Cache, name string) bool {
	data, ok := c.Get("contents", name)
	if !ok {
		return false
	}
	n := 0
	s.each(func(*part) { n++ })
	var all []contents
	if cache.Decode(data, &all) != nil || len(all) != n {
		return false
	}
	s.each(func(p *part) { p.contents, all = &all[0], all[1:] })
	return true
}

func (s *shelf) keep(c *cache.Cache, name string) {
	var all []contents
	s.each(func(p *part) { all = append(all, *p.contents) })
	c.Put(cache.Encode(all), "contents", name)
}
