package history

import (
	"encoding/binary"
	"errors"
	"math"
)

// go-git's PatchDelta grows its target as it goes. The folder of a year with
// thousands of deals is made anew by each of tens of thousands of commits, and
// then half of the work was that.

var errDelta = errors.New("a difference in the pack is not valid")

// deltaSizes reads of how large an object, and to how large a one, a
// difference leads.
func deltaSizes(delta []byte) (from, to int64, steps []byte, err error) {
	a, n := binary.Uvarint(delta)
	if n <= 0 {
		return 0, 0, nil, errDelta
	}
	b, m := binary.Uvarint(delta[n:])
	if m <= 0 || a > math.MaxInt64 || b > math.MaxInt64 {
		return 0, 0, nil, errDelta
	}
	return int64(a), int64(b), delta[n+m:], nil
}

// deltaTarget reads how large the object is that a difference makes.
func deltaTarget(delta []byte) (int64, error) {
	_, to, _, err := deltaSizes(delta)
	return to, err
}

// patch makes the object that a difference leads to.
func patch(base, delta []byte) ([]byte, error) {
	from, to, steps, err := deltaSizes(delta)
	switch {
	case err != nil:
		return nil, err
	case from != int64(len(base)):
		return nil, errDelta
	case to > maxObject:
		return nil, errTooLarge(to)
	}
	out := make([]byte, 0, to)
	for len(steps) > 0 {
		var part []byte
		if part, steps, err = deltaStep(base, steps); err != nil {
			return nil, err
		}
		if len(out)+len(part) > int(to) {
			return nil, errDelta
		}
		out = append(out, part...)
	}
	if len(out) != int(to) {
		return nil, errDelta
	}
	return out, nil
}

// deltaStep reads one step: a piece of the base, or bytes that stand in the
// difference itself.
func deltaStep(base, steps []byte) (part, rest []byte, err error) {
	op := steps[0]
	steps = steps[1:]
	if op&0x80 == 0 {
		if op == 0 || int(op) > len(steps) {
			return nil, nil, errDelta
		}
		return steps[:op], steps[op:], nil
	}
	var field [7]byte // four of the offset, three of the size, lowest first
	for i := range field {
		if op&(1<<i) == 0 {
			continue
		}
		if len(steps) == 0 {
			return nil, nil, errDelta
		}
		field[i], steps = steps[0], steps[1:]
	}
	at := int(binary.LittleEndian.Uint32(field[:4]))
	n := int(field[4]) | int(field[5])<<8 | int(field[6])<<16
	if n == 0 {
		n = 0x10000
	}
	if at > len(base) || n > len(base)-at {
		return nil, nil, errDelta
	}
	return base[at : at+n], steps, nil
}
