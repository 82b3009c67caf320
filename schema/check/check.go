// Package check judges one file by what its step or registry may hold. The
// JSON Schema decides; where it refuses, a walk over the fields says why, at
// the place where it can be mended. The walk also looks at what no JSON Schema
// sees: check digits, days of the calendar, how many digits a number has.
package check

import (
	"bytes"
	"errors"
	"fmt"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/source"
)

// Rules lists every rule that Fact reports.
var Rules = []string{
	"schema/unknown-key", "schema/missing-key", "schema/wrong-type", "schema/not-in-list",
	"schema/bad-date", "schema/negative", "schema/too-long", "schema/blank", "schema/bad-id",
	"schema/bad-currency", "schema/bad-credit-code", "schema/bad-fraction", "schema/bad-range",
	"schema/too-many", "schema/refused",
}

// Fact judges one file by the JSON Schema of its step or registry, and names
// every problem of the file in one go. A file without findings can be decoded.
func Fact(step *schema.Step, doc *source.Doc) []diag.Diagnostic {
	tree := doc.Tree()
	err := compiled(step).Validate(tree)
	w := walker{step: step, file: doc.File}
	w.root(doc.Root, tree)
	if err != nil && len(w.found) == 0 {
		return []diag.Diagnostic{refused(step, doc, err)}
	}
	return w.found
}

var schemas sync.Map // *schema.Step to func() *jsonschema.Schema

// compiled returns the step's JSON Schema, compiled when it is first needed.
func compiled(step *schema.Step) *jsonschema.Schema {
	once, ok := schemas.Load(step)
	if !ok {
		once, _ = schemas.LoadOrStore(step, sync.OnceValue(func() *jsonschema.Schema {
			s, err := compile(step)
			if err != nil {
				panic(err) // the table is part of the program; a test compiles every step
			}
			return s
		}))
	}
	return once.(func() *jsonschema.Schema)()
}

func compile(step *schema.Step) (*jsonschema.Schema, error) {
	doc, err := step.JSONSchema()
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	c.AssertFormat = true
	url := schema.BaseURL + step.ID() + ".json"
	if err := c.AddResource(url, bytes.NewReader(doc)); err != nil {
		return nil, fmt.Errorf("schema of %s: %w", step.ID(), err)
	}
	return c.Compile(url)
}

// refused reports in the library's own words what the walk has no words for.
func refused(step *schema.Step, doc *source.Doc, err error) diag.Diagnostic {
	location, message := "", err.Error()
	var invalid *jsonschema.ValidationError
	if errors.As(err, &invalid) {
		for len(invalid.Causes) > 0 {
			invalid = invalid.Causes[0]
		}
		location, message = invalid.InstanceLocation, invalid.Message
	}
	at := doc.Root
	if key, val := source.Find(doc.Root, location); key != nil {
		at = key
	} else if val != nil {
		at = val
	}
	w := walker{step: step, file: doc.File}
	w.report("schema/refused", at, diag.Args{"location": location, "message": message})
	return w.found[0]
}
