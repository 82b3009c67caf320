package source

import (
	"encoding/json"

	"gopkg.in/yaml.v3"
)

// Tree returns the file as a JSON tree of map[string]any, []any, string,
// json.Number, bool and nil. Only an unquoted plain decimal is a number, and
// it keeps its digits; dates, 0x10, 1e400, 1_000 and .nan stay the strings
// that were typed, for the schema to judge.
func (d *Doc) Tree() any { return tree(d.Root) }

func tree(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = tree(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			list[i] = tree(item)
		}
		return list
	}
	return scalar(n)
}

// scalar reads an unquoted scalar by its form; a quoted one is text.
func scalar(n *yaml.Node) any {
	if n.Style != 0 {
		return n.Value
	}
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return n.Value[0] == 't' || n.Value[0] == 'T'
	}
	if isDecimal(n.Value) {
		return json.Number(n.Value)
	}
	return n.Value
}

// isDecimal reports whether s is -?(0|[1-9][0-9]*)(.[0-9]+)?, which is also
// what JSON takes for a number.
func isDecimal(s string) bool {
	if s != "" && s[0] == '-' {
		s = s[1:]
	}
	whole := digits(s)
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	s = s[whole:]
	if s == "" {
		return true
	}
	return s[0] == '.' && len(s) > 1 && digits(s[1:]) == len(s)-1
}

// digits counts the digits that s begins with.
func digits(s string) int {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}
