package check

import (
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/source"
)

// What the walk cannot explain still stops the file, in the library's words
// and at the place it names.
func TestRefusedInTheLibrarysWords(t *testing.T) {
	s := jsonschema.MustCompileString("x.json", `{"properties": {"lines": {"items": {"properties": {"item": {"const": "x"}}}}}}`)
	doc, _ := source.Parse("f.yaml", []byte("by: zhao-min\nlines:\n  - item: x\n  - item: y\n"))
	d := refused(schema.AllSteps().Get("deal", "lead"), doc, s.Validate(doc.Tree()))
	if d.Rule != "schema/refused" || d.Pos != (diag.Pos{Line: 4, Col: 5}) {
		t.Errorf("got %+v", d)
	}
	want := `the JSON Schema refuses the place /lines/1/item: value must be "x"`
	if got := catalogue.Explain(catalogue.EN, d).Found; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEverySchemaCompiles(t *testing.T) {
	for _, s := range schema.AllSteps().All() {
		if _, err := compile(s); err != nil {
			t.Error(err)
		}
	}
}

// JudgedBySchema says whether the JSON Schema alone accepts a file, for the
// tests that hold the walk against it.
func JudgedBySchema(step *schema.Step, doc *source.Doc) bool {
	return compiled(step).Validate(doc.Tree()) == nil
}
