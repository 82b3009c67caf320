package schema

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// BaseURL is where the JSON Schemas are published; editors load the copies in
// the repository.
const BaseURL = "https://raw.githubusercontent.com/dealgate/dealgate/main/schema/json/"

// Roles are the roles that a person can hold.
var Roles = []string{
	"general-manager", "leadership", "department-manager", "marketing", "marketing-manager",
	"team-member", "rnd", "manufacturing", "quality", "planning", "finance", "auditor",
}

// Patterns of values, as the JSON Schemas state them.
const (
	IDPattern         = `^[a-z0-9][a-z0-9-]{0,63}$`
	FractionPattern   = `^(0|[1-9][0-9]{0,14})(/[1-9][0-9]{0,14}|(\.[0-9]{1,15})?%?)$`
	MonthPattern      = `^(19[89][0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])$`
	CurrencyPattern   = `^[A-Z]{3}$`
	CreditCodePattern = `^[0-9A-HJ-NPQRTUWXY]{18}$`
)

// Limits of values, as the JSON Schemas state them.
const (
	MaxText    = 20_000 // runes
	MaxPath    = 400
	MaxName    = 64
	MaxItems   = 1000
	MaxInteger = 1_000_000_000
)

type object = map[string]any

// JSONSchema returns the JSON Schema (2020-12) of a step or registry.
func (s *Step) JSONSchema() ([]byte, error) {
	doc := objectOf(s.Fields)
	maps.Copy(doc, object{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"$id":         BaseURL + s.ID() + ".json",
		"title":       s.Title.ZH + " · " + s.Title.EN,
		"description": strings.TrimSpace(s.Clause + " " + s.Title.EN),
	})
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(doc)
	return []byte(b.String()), err
}

func objectOf(fields []Field) object {
	props, required := object{}, []string{}
	for _, f := range fields {
		props[f.Name] = described(f, f.schema())
		if f.Required {
			required = append(required, f.Name)
		}
	}
	slices.Sort(required)
	o := object{"type": "object", "properties": props, "additionalProperties": false}
	if len(required) > 0 {
		o["required"] = required
	}
	return o
}

func described(f Field, s object) object {
	s["description"] = f.Words.ZH + " · " + f.Words.EN
	if f.Default != nil {
		s["default"] = f.defaultValue()
	}
	return s
}

// defaultValue is the preset as an editor shall type it: what the table quotes
// is a number all the same where the field takes one.
func (f Field) defaultValue() any {
	switch f.Kind {
	case KindInteger, KindMoney, KindNumber:
		return json.Number(f.Default.Value)
	}
	var v any
	if f.Default.Decode(&v) != nil {
		return f.Default.Value
	}
	return v
}

func (f Field) schema() object {
	switch {
	case f.Many:
		one := f
		one.Many = false
		return object{"type": "array", "items": one.schema(), "minItems": 1, "maxItems": f.Most}
	case f.Kind == KindList:
		return object{"type": "array", "items": objectOf(f.Fields), "minItems": 1, "maxItems": f.Most}
	case f.Kind == KindMap:
		return object{"type": "object", "propertyNames": object{"pattern": IDPattern}, "additionalProperties": objectOf(f.Fields)}
	case f.Kind == KindObject:
		return objectOf(f.Fields)
	}
	return maps.Clone(scalars[f.Kind].with(f.Enum))
}

type scalar object

func (s scalar) with(enum []string) object {
	if len(enum) > 0 {
		return object{"enum": enum}
	}
	return object(s)
}

// written is what a text may be typed as: an order number of digits alone needs
// no quotes, since its digits are kept as they stand.
var written = []string{"string", "number"}

// scalars maps each kind of a single value to its schema. Numbers reach the
// schema as numbers only when they are plain decimals.
var scalars = map[Kind]scalar{
	KindText:       {"type": written, "minLength": 1, "maxLength": MaxText},
	KindWord:       {"type": written, "pattern": `^\S{1,64}$`},
	KindPerson:     {"type": "string", "minLength": 1, "maxLength": MaxName},
	KindTeam:       {"type": "string", "minLength": 1, "maxLength": MaxName},
	KindRole:       {"enum": Roles},
	KindCustomer:   {"type": "string", "pattern": IDPattern},
	KindDeal:       {"type": "string", "pattern": IDPattern},
	KindFact:       {"type": "string", "pattern": `\.yaml$`, "maxLength": MaxPath},
	KindEvidence:   {"type": "string", "minLength": 1, "maxLength": MaxPath},
	KindDate:       {"type": "string", "format": "date"},
	KindMoney:      {"type": "number", "minimum": 0},
	KindSigned:     {"type": "number"},
	KindMonth:      {"type": "string", "pattern": MonthPattern},
	KindNumber:     {"type": "number", "minimum": 0},
	KindInteger:    {"type": "integer", "minimum": 0, "maximum": MaxInteger},
	KindFraction:   {"type": []string{"string", "number"}, "pattern": FractionPattern, "minimum": 0},
	KindCurrency:   {"type": "string", "pattern": CurrencyPattern},
	KindCreditCode: {"type": written, "pattern": CreditCodePattern},
	KindRange:      {"type": "array", "items": object{"type": "number", "minimum": 0}, "minItems": 2, "maxItems": 2},
	KindAny:        {"type": "object"},
}
