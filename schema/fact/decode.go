package fact

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

// Decode fills a value made by New from a tree that its JSON Schema has
// accepted, and fills what is absent with the defaults of the table. Values
// that no schema can judge, such as a day that no calendar has, come back as
// an error with their position.
func Decode(root *yaml.Node, into any) error {
	v := reflect.ValueOf(into).Elem()
	if err := decodeStruct(root, v); err != nil {
		return err
	}
	return nil
}

// Error is a value that cannot be decoded.
type Error struct {
	At  diag.Pos
	Err error
}

func (e *Error) Error() string { return fmt.Sprintf("%d:%d: %v", e.At.Line, e.At.Col, e.Err) }
func (e *Error) Unwrap() error { return e.Err }

func fail(n *yaml.Node, err error) error { return &Error{At: pos(n), Err: err} }

func pos(n *yaml.Node) diag.Pos { return diag.Pos{Line: n.Line, Col: n.Column} }

type layout struct {
	index    map[string]int
	defaults map[int]string
	nested   []int // structs held by value, which may have defaults of their own
}

var layouts sync.Map // reflect.Type to *layout

func layoutOf(t reflect.Type) *layout {
	if l, ok := layouts.Load(t); ok {
		return l.(*layout)
	}
	l := &layout{index: map[string]int{}, defaults: map[int]string{}}
	for i := range t.NumField() {
		f := t.Field(i)
		l.index[f.Tag.Get("yaml")] = i
		if d, ok := f.Tag.Lookup("default"); ok {
			l.defaults[i] = d
		}
		if f.Type.Kind() == reflect.Struct && f.Type.PkgPath() == t.PkgPath() {
			l.nested = append(l.nested, i)
		}
	}
	actual, _ := layouts.LoadOrStore(t, l)
	return actual.(*layout)
}

func decodeStruct(n *yaml.Node, v reflect.Value) error {
	l := layoutOf(v.Type())
	var given uint64
	for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
		field, ok := l.index[n.Content[i].Value]
		if !ok {
			return fail(n.Content[i], fmt.Errorf("unknown key %q", n.Content[i].Value))
		}
		given |= 1 << field
		if err := decode(n.Content[i+1], v.Field(field)); err != nil {
			return err
		}
	}
	for field, text := range l.defaults {
		if given&(1<<field) == 0 {
			if err := setDefault(v.Field(field), text); err != nil {
				return err
			}
		}
	}
	for _, field := range l.nested {
		if given&(1<<field) == 0 {
			if err := decodeStruct(nil, v.Field(field)); err != nil {
				return err
			}
		}
	}
	return nil
}

func setDefault(v reflect.Value, text string) error {
	if v.Kind() != reflect.Slice && v.Type() != reflect.TypeFor[value.Range]() {
		return decode(&yaml.Node{Kind: yaml.ScalarNode, Value: text}, v)
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for item := range strings.SplitSeq(text, ",") {
		list.Content = append(list.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: item})
	}
	return decode(list, v)
}

func decode(n *yaml.Node, v reflect.Value) error {
	switch p := v.Addr().Interface().(type) {
	case *value.Text:
		*p = value.Text{S: once(n.Value), At: pos(n)}
		return nil
	case *value.Date:
		return decodeDate(n, p)
	case *value.Period:
		return decodePeriod(n, p)
	case *value.Amount:
		return decodeAmount(n, p)
	case *value.Fraction:
		return decodeFraction(n, p)
	case *value.Int:
		return decodeInt(n, p)
	case *value.Range:
		return decodeRange(n, p)
	case **yaml.Node:
		*p = n
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return decodeStruct(n, v.Elem())
	case reflect.Struct:
		return decodeStruct(n, v)
	case reflect.Slice:
		return decodeSlice(n, v)
	}
	return fail(n, fmt.Errorf("no decoder for %s", v.Type()))
}

func decodeSlice(n *yaml.Node, v reflect.Value) error {
	if n.Kind == yaml.MappingNode {
		return decodeMap(n, v)
	}
	out := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		if err := decode(item, out.Index(i)); err != nil {
			return err
		}
	}
	v.Set(out)
	return nil
}

// decodeMap fills a value.Map, whose entries are structs of Key and Value.
func decodeMap(n *yaml.Node, v reflect.Value) error {
	out := reflect.MakeSlice(v.Type(), len(n.Content)/2, len(n.Content)/2)
	for i := range out.Len() {
		key, val := n.Content[2*i], n.Content[2*i+1]
		entry := out.Index(i)
		entry.Field(0).Set(reflect.ValueOf(value.Text{S: key.Value, At: pos(key)}))
		if err := decode(val, entry.Field(1)); err != nil {
			return err
		}
	}
	v.Set(out)
	return nil
}

func decodeDate(n *yaml.Node, p *value.Date) error {
	d, err := value.ParseDay(n.Value)
	if err != nil {
		return fail(n, err)
	}
	*p = value.Date{Day: d, At: pos(n)}
	return nil
}

func decodePeriod(n *yaml.Node, p *value.Period) error {
	m, err := value.ParseMonth(n.Value)
	if err != nil {
		return fail(n, err)
	}
	*p = value.Period{Month: m, At: pos(n)}
	return nil
}

func decodeAmount(n *yaml.Node, p *value.Amount) error {
	d, err := value.ParseDecimal(n.Value)
	if err != nil {
		return fail(n, err)
	}
	*p = value.Amount{Decimal: d, Set: true, At: pos(n)}
	return nil
}

func decodeFraction(n *yaml.Node, p *value.Fraction) error {
	text, r, err := fraction(n.Value)
	if err != nil {
		return fail(n, err)
	}
	*p = value.Fraction{R: r, Text: text, At: pos(n)}
	return nil
}

func decodeInt(n *yaml.Node, p *value.Int) error {
	i, err := strconv.Atoi(n.Value)
	if err != nil {
		return fail(n, value.ErrNumber)
	}
	*p = value.Int{N: i, Set: true, At: pos(n)}
	return nil
}

func decodeRange(n *yaml.Node, p *value.Range) error {
	if len(n.Content) != 2 {
		return fail(n, fmt.Errorf("a range is [lowest, highest]"))
	}
	if err := decodeAmount(n.Content[0], &p.Min); err != nil {
		return err
	}
	return decodeAmount(n.Content[1], &p.Max)
}
