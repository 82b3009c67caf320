package check_test

import (
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/source"
)

const benchFile = `# yaml-language-server: $schema=../../../schema/json/order.order.json
by: zhao-min
customer-order: HT-2026-0107
channel: portal
approved-by: 采购部经理
lines:
  - {item: 线束 A 型, quantity: 12000, price: 35.80}
  - {item: 线束 B 型, quantity: 4000, price: 41.25}
tax-rate: 13%
deliver-by: 2026-09-15
instalments:
  - {name: prepayment, share: 30%, after: order, days: 7}
  - {name: rest, share: 65%, after: invoice, days: 60, month-end: yes}
  - {name: retention, share: 5%, after: acceptance, months: 12, retention: yes}
evidence: [order-0107.pdf]
note: 分两批交付
`

// What YAML alone costs, to hold BenchmarkFact against.
func BenchmarkNodes(b *testing.B) {
	data := []byte(benchFile)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		var n yaml.Node
		if err := yaml.Unmarshal(data, &n); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	data := []byte(benchFile)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if doc, _ := source.Parse("f.yaml", data); doc == nil {
			b.Fatal("not fine as YAML")
		}
	}
}

func BenchmarkFact(b *testing.B) {
	data, step := []byte(benchFile), stepNamed(b, "order.order")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		doc, _ := source.Parse("f.yaml", data)
		if found := check.Fact(step, doc); found != nil {
			b.Fatal(found)
		}
	}
}

// The JSON Schema without the walk.
func BenchmarkSchemaAlone(b *testing.B) {
	data, step := []byte(benchFile), stepNamed(b, "order.order")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		doc, _ := source.Parse("f.yaml", data)
		if !check.JudgedBySchema(step, doc) {
			b.Fatal("refused")
		}
	}
}
