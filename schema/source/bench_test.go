package source_test

import (
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/source"
)

var fact = []byte(`by: zhao-min
verdict: worth-developing
reason: 年需求 12 万套，符合发展战略
estimate: 1280000.50
evidence: [customer-form.md]
`)

func bench(b *testing.B, step func()) {
	b.SetBytes(int64(len(fact)))
	b.ReportAllocs()
	for b.Loop() {
		step()
	}
}

// BenchmarkBare is yaml.v3 alone: what Parse is measured against.
func BenchmarkBare(b *testing.B) {
	bench(b, func() {
		var n yaml.Node
		if yaml.Unmarshal(fact, &n) != nil {
			b.Fatal("unmarshal")
		}
	})
}

func BenchmarkParse(b *testing.B) {
	bench(b, func() {
		if doc, _ := source.Parse("f.yaml", fact); doc == nil {
			b.Fatal("parse")
		}
	})
}

func BenchmarkPrivate(b *testing.B) {
	doc, _ := source.Parse("f.yaml", fact)
	bench(b, func() {
		if source.Private(doc) != nil {
			b.Fatal("private")
		}
	})
}

func BenchmarkTree(b *testing.B) {
	doc, _ := source.Parse("f.yaml", fact)
	bench(b, func() {
		if doc.Tree() == nil {
			b.Fatal("tree")
		}
	})
}
