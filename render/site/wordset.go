package site

import (
	"encoding/binary"
	"iter"
	"slices"
)

// wordSet is a set of numbers: each as its difference from the one before, in
// as few bytes as it takes. All pages together hold millions of them.
type wordSet []byte

func newWordSet(ns []uint32) wordSet {
	slices.Sort(ns)
	var b []byte
	last := uint32(0)
	for _, n := range ns {
		b, last = binary.AppendUvarint(b, uint64(n-last)), n
	}
	return slices.Clone(b)
}

// all lists the numbers in ascending order.
func (w wordSet) all() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		n := uint32(0)
		for len(w) > 0 {
			step, size := binary.Uvarint(w)
			if size <= 0 {
				return
			}
			n, w = n+uint32(step), w[size:]
			if !yield(n) {
				return
			}
		}
	}
}
