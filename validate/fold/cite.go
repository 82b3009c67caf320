package fold

import (
	"strings"
	"sync"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
)

// Citation is one place where a fact names a file of evidence.
type Citation struct {
	Name, Digest string // the digest as typed, "sha256:…"
	At           diag.Pos
}

// Cited parts "contract.pdf sha256:…".
func Cited(text string) Citation {
	var c Citation
	if i := strings.LastIndex(text, " sha256:"); i >= 0 {
		text, c.Digest = text[:i], strings.TrimSpace(text[i:])
	}
	c.Name = strings.TrimSpace(text)
	return c
}

// EachCitation visits the files that a fact names, in whatever field.
func EachCitation(f *Fact, do func(Citation)) {
	fact.Each(f.Body, evidenceFields()[f.Step], func(_ schema.Field, t fact.Text) {
		c := Cited(t.S)
		c.At = t.At
		do(c)
	})
}

// evidenceFields are the fields of each step that name files, so that no other
// field is looked at.
var evidenceFields = sync.OnceValue(func() map[*schema.Step][]schema.Field {
	of := map[*schema.Step][]schema.Field{}
	for _, s := range schema.AllSteps().All() {
		of[s] = naming(s.Fields)
	}
	return of
})

func naming(fields []schema.Field) []schema.Field {
	var out []schema.Field
	for _, f := range fields {
		if f.Fields = naming(f.Fields); f.Kind == schema.KindEvidence || len(f.Fields) > 0 {
			out = append(out, f)
		}
	}
	return out
}
