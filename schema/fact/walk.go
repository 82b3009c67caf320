package fact

import (
	"reflect"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/value"
)

// Text is a scalar text of a fact.
type Text = value.Text

// Each visits every value of one type in a body, such as value.Text or
// value.Amount, together with the field that declares it.
func Each[T any](body any, fields []schema.Field, visit func(schema.Field, T)) {
	eachField(reflect.ValueOf(body).Elem(), fields, visit)
}

func eachField[T any](v reflect.Value, fields []schema.Field, visit func(schema.Field, T)) {
	l := layoutOf(v.Type())
	for _, f := range fields {
		if i, ok := l.index[f.Name]; ok {
			eachValue(v.Field(i), f, visit)
		}
	}
}

func eachValue[T any](v reflect.Value, f schema.Field, visit func(schema.Field, T)) {
	if v.Type() == reflect.TypeFor[T]() {
		if !v.IsZero() {
			visit(f, v.Interface().(T))
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && len(f.Fields) > 0 {
			eachField(v.Elem(), f.Fields, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachValue(v.Index(i), f, visit)
		}
	case reflect.Struct:
		if len(f.Fields) > 0 {
			eachField(v, f.Fields, visit)
		}
	}
}
