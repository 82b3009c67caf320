package check_test

import (
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/source"
)

// goodValues are values that each kind accepts.
var goodValues = map[schema.Kind]string{
	schema.KindText: "年需求 12 万套", schema.KindWord: "so-0107", schema.KindPerson: "zhao-min",
	schema.KindTeam: "east", schema.KindRole: "finance", schema.KindCustomer: "hengtai",
	schema.KindDeal: "hengtai-harness", schema.KindFact: "2026-03-05-needs.yaml",
	schema.KindEvidence: "contract.pdf", schema.KindDate: "2026-03-05", schema.KindMoney: "12800.50",
	schema.KindSigned: "-12800.50", schema.KindMonth: "2026-03",
	schema.KindNumber: "1200", schema.KindInteger: "3", schema.KindFraction: "1/3",
	schema.KindCurrency: "CNY", schema.KindCreditCode: "91350100M000100Y43",
}

func text(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: s} }

// quotedText is a value that YAML must not read as anything but text.
func quotedText(s string) *yaml.Node {
	n := text(s)
	n.Style = yaml.SingleQuotedStyle
	return n
}

func list(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Content: items}
}

func mapping(pairs ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Content: pairs}
}

// example builds a good file with every field of a step.
func example(fields []schema.Field) *yaml.Node {
	m := mapping()
	for _, f := range fields {
		m.Content = append(m.Content, text(f.Name), exampleValue(f))
	}
	return m
}

func exampleValue(f schema.Field) *yaml.Node {
	switch {
	case f.Many:
		f.Many = false
		return list(exampleValue(f), exampleValue(f))
	case len(f.Enum) > 0:
		return quotedText(f.Enum[0])
	}
	switch f.Kind {
	case schema.KindObject:
		return example(f.Fields)
	case schema.KindList:
		return list(example(f.Fields), example(f.Fields))
	case schema.KindMap:
		return mapping(text("zhao-min"), example(f.Fields), text("li-lei"), example(f.Fields))
	case schema.KindRange:
		return list(text("1000"), text("2000"))
	case schema.KindAny:
		return mapping(text("reason"), text("更正"))
	}
	return text(goodValues[f.Kind])
}

// write turns a tree into the text of a file.
func write(t testing.TB, root *yaml.Node) string {
	t.Helper()
	var b strings.Builder
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(root); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// parse reads the text of a file that is fine as YAML.
func parse(t testing.TB, data string) *source.Doc {
	t.Helper()
	doc, found := source.Parse("deals/2026/hengtai-harness/fact.yaml", []byte(data))
	if doc == nil {
		t.Fatalf("not fine as YAML: %v\n%s", found, data)
	}
	return doc
}

// eachMapping calls do with every mapping of a tree that has fields.
func eachMapping(fields []schema.Field, n *yaml.Node, path string, do func(fields []schema.Field, m *yaml.Node, path string)) {
	do(fields, n, path)
	for i, f := range fields {
		if len(f.Fields) == 0 {
			continue
		}
		val, sub := n.Content[2*i+1], path+"/"+f.Name
		switch f.Kind {
		case schema.KindObject:
			eachMapping(f.Fields, val, sub, do)
		case schema.KindList:
			eachMapping(f.Fields, val.Content[0], sub+"/0", do)
		case schema.KindMap:
			eachMapping(f.Fields, val.Content[1], sub+"/"+val.Content[0].Value, do)
		}
	}
}
