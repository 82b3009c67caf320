package history

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"sort"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Layout of a version 2 pack index: header, 256 counts, then for each object
// its name, its CRC and its offset, then offsets beyond 31 bits, two checksums.
const (
	indexMagic  = "\xfftOc\x00\x00\x00\x02"
	namesAt     = int64(8 + 4*256)
	nameLen     = int64(20)
	checksumLen = int64(20)
	perObject   = nameLen + 4 + 4
	indexSums   = 2 * checksumLen
	farOffset   = 1 << 31
	farMask     = farOffset - 1
	maxInPack   = 1 << 28
)

// index says where in a pack the objects lie.
type index struct {
	raw  []byte
	n    int64 // objects
	fars int64 // offsets beyond 31 bits
}

var errIndex = errors.New("the index of the pack is damaged or of an unknown version")

func parseIndex(raw []byte) (index, error) {
	if int64(len(raw)) < namesAt+indexSums || !bytes.HasPrefix(raw, []byte(indexMagic)) {
		return index{}, errIndex
	}
	x := index{raw: raw}
	x.n = x.upTo(255)
	far := int64(len(raw)) - namesAt - indexSums - x.n*perObject
	if x.n > maxInPack || far < 0 || far%8 != 0 {
		return index{}, errIndex
	}
	x.fars = far / 8
	for b := 1; b < 256; b++ {
		if x.upTo(b-1) > x.upTo(b) {
			return index{}, errIndex
		}
	}
	return x, nil
}

// upTo counts the objects whose name begins with a byte of at most b.
func (x index) upTo(b int) int64 { return x.uint32(8 + 4*int64(b)) }

func (x index) uint32(at int64) int64 { return int64(binary.BigEndian.Uint32(x.raw[at:])) }

func (x index) name(i int64) []byte {
	at := namesAt + i*nameLen
	return x.raw[at : at+nameLen]
}

// first returns the number of the first object whose name is not before b.
func (x index) first(b []byte) int64 {
	lo := int64(0)
	if b[0] > 0 {
		lo = x.upTo(int(b[0]) - 1)
	}
	n := x.upTo(int(b[0])) - lo
	return lo + int64(sort.Search(int(n), func(i int) bool { return bytes.Compare(x.name(lo+int64(i)), b) >= 0 }))
}

// number returns the number of an object. Hashes lie evenly between 0 and 1, so
// that where one is to be found is guessed well; every other guess is the
// middle, whatever hashes somebody has chosen.
func (x index) number(h plumbing.Hash) (int64, bool) {
	lo, hi := int64(0), x.upTo(int(h[0]))
	if h[0] > 0 {
		lo = x.upTo(int(h[0]) - 1)
	}
	least, most := uint64(0), uint64(1)<<32 // of what follows the first byte
	want := uint64(binary.BigEndian.Uint32(h[1:]))
	for guessed := true; lo < hi; guessed = !guessed {
		at := lo + (hi-lo)/2
		if guessed && least <= want && want <= most && least < most {
			at = min(lo+int64((want-least)*uint64(hi-lo)/(most-least)), hi-1)
		}
		switch c := bytes.Compare(x.name(at), h[:]); {
		case c == 0:
			return at, true
		case c < 0:
			lo, least = at+1, uint64(binary.BigEndian.Uint32(x.name(at)[1:]))
		default:
			hi, most = at, uint64(binary.BigEndian.Uint32(x.name(at)[1:]))
		}
	}
	return 0, false
}

// find returns the place of an object in the pack.
func (x index) find(h plumbing.Hash) (int64, bool) {
	i, ok := x.number(h)
	if !ok {
		return 0, false
	}
	offset := x.uint32(namesAt + x.n*(nameLen+4) + 4*i)
	if offset < farOffset {
		return offset, true
	}
	far := offset & farMask
	if far >= x.fars {
		return 0, false
	}
	return int64(binary.BigEndian.Uint64(x.raw[namesAt+x.n*perObject+8*far:])), true
}

// withPrefix lists the objects whose name begins with these digits.
func (x index) withPrefix(digits string) (found []plumbing.Hash) {
	b, err := hex.DecodeString(digits[:len(digits)&^1])
	if err != nil || len(b) == 0 {
		return nil
	}
	for i := x.first(b); i < x.n && bytes.HasPrefix(x.name(i), b); i++ {
		if h := plumbing.Hash(x.name(i)); strings.HasPrefix(h.String(), digits) {
			found = append(found, h)
		}
	}
	return found
}
