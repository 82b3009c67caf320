package attest

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// canonical reads a statement from the one form that Encode writes, and
// reports whether the text is just that. Since nearly all of such a text is
// known beforehand, this takes a tenth of the time of decoding it, encoding it
// again and comparing. What it does not understand, as a text with escapes, is
// left to that. The texts in it are pieces of one copy of the whole.
func canonical[P any](data []byte) (s Statement[P], ok bool) {
	f := form{rest: string(data)}
	ok = f.value(reflect.ValueOf(&s).Elem(), margin[:1]) && f.skip(margin[:1]) && len(f.rest) == 0
	return s, ok
}

// form is what remains to be read.
type form struct{ rest string }

// skip reads what must stand there.
func (f *form) skip(s string) bool {
	rest, ok := strings.CutPrefix(f.rest, s)
	f.rest = rest
	return ok
}

// margin is a line end with more indentation than any statement has.
const margin = "\n                                "

// deeper is a line end with the indentation of what stands in a value that
// begins on a line.
func deeper(line string) string { return margin[:len(line)+len("  ")] }

// skipAll reads several things that must stand there one after the other, or
// nothing.
func (f *form) skipAll(all ...string) bool {
	from := f.rest
	for _, s := range all {
		if !f.skip(s) {
			f.rest = from
			return false
		}
	}
	return true
}

var timeType = reflect.TypeFor[time.Time]()

// value reads a value of a type; line is the line end and the indentation of
// the line on which it begins.
func (f *form) value(v reflect.Value, line string) bool {
	switch v.Kind() {
	case reflect.String:
		s, ok := f.text()
		v.SetString(s)
		return ok
	case reflect.Int, reflect.Int64:
		return f.integer(v)
	case reflect.Bool:
		v.SetBool(strings.HasPrefix(f.rest, "true"))
		return f.skip(strconv.FormatBool(v.Bool()))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return f.value(v.Elem(), line)
	case reflect.Slice:
		return f.list(v, line)
	case reflect.Map:
		return f.digests(v, line)
	case reflect.Struct:
		if v.Type() == timeType {
			return f.time(v.Addr().Interface().(*time.Time))
		}
		return f.object(v, line)
	}
	return false
}

// text reads a string in which nothing is escaped.
func (f *form) text() (string, bool) {
	if !f.skip(`"`) {
		return "", false
	}
	end := strings.IndexByte(f.rest, '"')
	if end < 0 {
		return "", false
	}
	text := f.rest[:end]
	ascii := true
	for i := range len(text) {
		b := text[i]
		if b < ' ' || b == '\\' {
			return "", false
		}
		ascii = ascii && b < utf8.RuneSelf
	}
	if !ascii && (!utf8.ValidString(text) || strings.ContainsAny(text, "\u2028\u2029")) {
		return "", false
	}
	f.rest = f.rest[end+1:]
	return text, true
}

func (f *form) integer(v reflect.Value) bool {
	end := 0
	for end < len(f.rest) && (f.rest[end] == '-' || '0' <= f.rest[end] && f.rest[end] <= '9') {
		end++
	}
	n, err := strconv.ParseInt(f.rest[:end], 10, v.Type().Bits())
	if err != nil {
		return false
	}
	v.SetInt(n)
	return f.skip(strconv.FormatInt(n, 10))
}

// time reads a time in UTC.
func (f *form) time(t *time.Time) bool {
	s, ok := f.text()
	if !ok || !strings.HasSuffix(s, "Z") {
		return false
	}
	var err error
	*t, err = time.Parse(time.RFC3339Nano, s)
	return err == nil && t.Format(time.RFC3339Nano) == s
}

func (f *form) list(v reflect.Value, line string) bool {
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	if f.skip("[]") {
		return true
	}
	inner := deeper(line)
	if !f.skipAll("[", inner) {
		return false
	}
	for n := 0; ; n++ {
		v.Grow(1)
		v.SetLen(n + 1)
		if !f.value(v.Index(n), inner) {
			return false
		}
		if f.skipAll(line, "]") {
			return true
		}
		if !f.skipAll(",", inner) {
			return false
		}
	}
}

// digests reads a map of texts, in the order of their names.
func (f *form) digests(v reflect.Value, line string) bool {
	m := map[string]string{}
	v.Set(reflect.ValueOf(m))
	inner, last := deeper(line), ""
	if !f.skipAll("{", inner) {
		return false
	}
	for {
		name, ok := f.text()
		if !ok || name <= last || !f.skip(": ") {
			return false
		}
		if m[name], ok = f.text(); !ok {
			return false
		}
		if f.skipAll(line, "}") {
			return true
		}
		if last = name; !f.skipAll(",", inner) {
			return false
		}
	}
}

// object reads the fields of a struct in their order.
func (f *form) object(v reflect.Value, line string) bool {
	inner, before := deeper(line), "{"
	for i, field := range fieldsOf(v.Type()) {
		if !f.skipAll(before, inner, field.key) {
			if field.optional {
				continue
			}
			return false
		}
		at := v.Field(i)
		if !f.value(at, inner) || field.optional && empty(at) {
			return false
		}
		before = ","
	}
	return f.skipAll(line, "}")
}

// empty reports what is left out where it may be.
func empty(v reflect.Value) bool {
	if v.Kind() == reflect.Slice {
		return v.Len() == 0
	}
	return v.IsZero()
}

// field is how a field of a struct is written.
type field struct {
	key      string // with what follows it
	optional bool   // left out when it is empty
}

var fieldLists sync.Map // by type

func fieldsOf(t reflect.Type) []field {
	if known, ok := fieldLists.Load(t); ok {
		return known.([]field)
	}
	var all []field
	for i := range t.NumField() {
		name, rest, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		all = append(all, field{strconv.Quote(name) + ": ", rest != ""})
	}
	fieldLists.Store(t, all)
	return all
}
