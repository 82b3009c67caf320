// Package fact holds the Go types of everything that is recorded. The types
// are generated from the table of steps; each field knows where it was written.
package fact

import (
	"reflect"
	"sync"

	"github.com/dealgate/dealgate/schema/value"
)

// Base is what every fact has: who acted, the evidence, a remark.
type Base struct {
	By       value.Text
	Evidence []value.Text
	Note     value.Text
}

// Body is the content of a fact.
type Body interface{ Base() Base }

// New returns an empty value of a step's type, nil when the step is unknown.
func New(stepID string) any {
	make, ok := empty[stepID]
	if !ok {
		return nil
	}
	return bodies.next(stepID, make)
}

// shelf makes values of a step several at a time. They live about as long as
// each other, far longer than what is allocated between them while files are
// read: apart, each would keep a page of memory from being used for anything
// larger.
type shelf struct {
	mu   sync.Mutex
	rows map[string]*row
}

// row holds the values of one step that were made at once.
type row struct {
	values reflect.Value
	used   int
}

const rowLen = 32

var bodies = shelf{rows: map[string]*row{}}

func (s *shelf) next(stepID string, one func() any) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.rows[stepID]
	if r == nil || r.used == rowLen {
		of := reflect.TypeOf(one()).Elem()
		r = &row{values: reflect.MakeSlice(reflect.SliceOf(of), rowLen, rowLen)}
		s.rows[stepID] = r
	}
	r.used++
	return r.values.Index(r.used - 1).Addr().Interface()
}
