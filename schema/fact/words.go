package fact

import (
	"hash/maphash"
	"math/big"
	"sync"

	"github.com/dealgate/dealgate/schema/value"
)

// Files say the same again and again: ids of people and customers, names of
// steps, units, verdicts. A table holds what was said lately, so that most of
// it is in memory once and not once for each file.
type table [1 << 12]string

var (
	tables = sync.Pool{New: func() any { return new(table) }}
	seed   = maphash.MakeSeed()
)

// longWord bounds what is looked for: longer texts are seldom said twice.
const longWord = 32

// once gives a copy of a text that was said before, where there is one.
func once(s string) string {
	if len(s) > longWord {
		return s
	}
	t := tables.Get().(*table)
	defer tables.Put(t)
	slot := &t[maphash.String(seed, s)%uint64(len(t))]
	if *slot != s {
		*slot = s
	}
	return *slot
}

// shares does for fractions what a table does for words: rates of tax and
// shares are few, and nobody changes one that was read.
type shares [1 << 8]struct {
	text  string
	value *big.Rat
}

var fractions = sync.Pool{New: func() any { return new(shares) }}

// fraction reads a fraction, and gives the same for a text that was read before.
func fraction(s string) (string, *big.Rat, error) {
	t := fractions.Get().(*shares)
	defer fractions.Put(t)
	slot := &t[maphash.String(seed, s)%uint64(len(t))]
	if slot.value == nil || slot.text != s {
		r, err := value.ParseFraction(s)
		if err != nil {
			return "", nil, err
		}
		slot.text, slot.value = s, r
	}
	return slot.text, slot.value, nil
}
