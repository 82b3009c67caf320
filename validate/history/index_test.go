package history

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"pgregory.net/rapid"
)

// indexOf writes the index of a pack with objects of these names, of which each
// lies as far on as its number says.
func indexOf(t *rapid.T, names []plumbing.Hash) index {
	raw := []byte(indexMagic)
	for b := range 256 {
		n := slices.IndexFunc(names, func(h plumbing.Hash) bool { return int(h[0]) > b })
		if n < 0 {
			n = len(names)
		}
		raw = binary.BigEndian.AppendUint32(raw, uint32(n))
	}
	for _, h := range names {
		raw = append(raw, h[:]...)
	}
	raw = append(raw, make([]byte, 4*len(names))...)
	for i := range names {
		raw = binary.BigEndian.AppendUint32(raw, uint32(i))
	}
	x, err := parseIndex(append(raw, make([]byte, indexSums)...))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// However the names lie, all alike or far apart, each is found, and nothing else.
func TestEachObjectIsFound(t *testing.T) {
	name := rapid.Custom(func(t *rapid.T) (h plumbing.Hash) {
		copy(h[:], rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 127, 255}), 0, 20).Draw(t, "bytes"))
		return h
	})
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfDistinct(name, rapid.ID[plumbing.Hash]).Draw(t, "names")
		slices.SortFunc(names, func(a, b plumbing.Hash) int { return bytes.Compare(a[:], b[:]) })
		x := indexOf(t, names)
		for _, h := range append(names, rapid.SliceOf(name).Draw(t, "others")...) {
			at, found := x.find(h)
			i := slices.Index(names, h)
			if found != (i >= 0) || found && at != int64(i) {
				t.Fatalf("%s: %d %v, want %d", h, at, found, i)
			}
		}
	})
}
