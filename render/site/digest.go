package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"reflect"
	"slices"
	"time"
)

// digester takes the digest of values, whatever they are made of. Two values
// with one digest look the same on a page. What it cannot look into, such as a
// function that takes arguments, leaves it without one.
type digester struct {
	h      hash.Hash
	buf    []byte
	depth  int
	opaque bool
}

func newDigester() *digester { return &digester{h: sha256.New(), buf: make([]byte, 0, 512)} }

// Digest names values by all that can be seen of them; it is empty where there
// is no telling.
func Digest(values ...any) string {
	d := newDigester()
	d.add(values...)
	return d.sum()
}

// mostDepth is deeper than any page: what goes deeper turns in a circle.
const mostDepth = 64

func (d *digester) add(values ...any) {
	for _, v := range values {
		d.value(reflect.ValueOf(&v).Elem())
	}
}

// sum is the digest of all that was added, empty where there is none.
func (d *digester) sum() string {
	if d.opaque {
		return ""
	}
	d.flush()
	return string(d.h.Sum(nil)[:16])
}

func (d *digester) flush() {
	_, _ = d.h.Write(d.buf)
	d.buf = d.buf[:0]
}

func (d *digester) number(n uint64) {
	if len(d.buf)+binary.MaxVarintLen64 > cap(d.buf) {
		d.flush()
	}
	d.buf = binary.AppendUvarint(d.buf, n)
}

func (d *digester) text(s string) {
	d.number(uint64(len(s)))
	if len(d.buf)+len(s) > cap(d.buf) {
		d.flush()
	}
	if len(s) > cap(d.buf) {
		_, _ = d.h.Write([]byte(s))
		return
	}
	d.buf = append(d.buf, s...)
}

func (d *digester) value(v reflect.Value) {
	d.depth++
	defer func() { d.depth-- }()
	if d.opaque = d.opaque || d.depth > mostDepth; d.opaque {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		d.number(uint64(boolInt(v.Bool())))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		d.number(uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		d.number(v.Uint())
	case reflect.String:
		d.text(v.String())
	case reflect.Struct:
		d.fields(v)
	case reflect.Slice, reflect.Array:
		d.number(uint64(v.Len()))
		for i := range v.Len() {
			d.value(v.Index(i))
		}
	case reflect.Map:
		d.pairs(v)
	case reflect.Pointer, reflect.Interface, reflect.Func:
		d.behind(v)
	default:
		d.opaque = true
	}
}

func (d *digester) fields(v reflect.Value) {
	if v.Type() == reflect.TypeFor[time.Time]() { // its zone holds more than it says
		d.number(v.Field(0).Uint())
		d.number(uint64(v.Field(1).Int()))
		if zone := v.Field(2); !zone.IsNil() {
			d.value(zone.Elem().Field(0))
		}
		return
	}
	for i := range v.NumField() {
		d.value(v.Field(i))
	}
}

// pairs takes a map in an order of its own.
func (d *digester) pairs(v reflect.Value) {
	sums := make([][]byte, 0, v.Len())
	for _, key := range v.MapKeys() {
		pair := newDigester()
		pair.depth = d.depth
		pair.value(key)
		pair.value(v.MapIndex(key))
		d.opaque = d.opaque || pair.opaque
		sums = append(sums, []byte(pair.sum()))
	}
	slices.SortFunc(sums, bytes.Compare)
	d.number(uint64(len(sums)))
	for _, s := range sums {
		d.text(string(s))
	}
}

// behind follows a pointer, an interface, and a function that only puts off
// what it returns.
func (d *digester) behind(v reflect.Value) {
	if v.IsNil() {
		d.number(0)
		return
	}
	d.number(1)
	switch v.Kind() {
	case reflect.Interface:
		d.text(v.Elem().Type().String())
		d.value(v.Elem())
	case reflect.Pointer:
		d.value(v.Elem())
	default:
		if t := v.Type(); t.NumIn() > 0 || t.NumOut() != 1 || !v.CanInterface() {
			d.opaque = true
			return
		}
		d.value(v.Call(nil)[0])
	}
}
