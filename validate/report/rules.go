package report

import (
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	yamlsource "github.com/dealgate/dealgate/schema/source"
)

// Part is what one change means outside of deals: the rules together, or
// another file or folder that is approved by itself.
type Part struct {
	Title          string
	Changes        []string // what is different, old → new
	Under          string   // the rule that says whose approval it needs, "" where its facts say so
	Given, Missing []string
}

// RuleChanges says what a change does to a file of the rules: option by option
// of the policy, person by person of the roster, else line by line.
func RuleChanges(file string, before, after []byte, l catalogue.Lang) []string {
	c := comparison{l: l}
	i := slices.IndexFunc(schema.AllSteps().Of(""), func(s *schema.Step) bool { return s.Name+".yaml" == path.Base(file) })
	old, oldOK := mapping(file, before)
	now, nowOK := mapping(file, after)
	switch {
	case i < 0:
		c.lists("", linesOf(before), linesOf(after))
	case !oldOK || !nowOK:
		c.out = append(c.out, c.say("unreadable", nil))
	default:
		c.fields("", schema.AllSteps().Of("")[i].Fields, old, now)
	}
	return c.out
}

// mapping parses a file; one that is not there is an empty mapping.
func mapping(file string, data []byte) (*yaml.Node, bool) {
	if len(data) == 0 {
		return nil, true
	}
	doc, _ := yamlsource.Parse(file, data)
	if doc == nil || doc.Root == nil || doc.Root.Kind != yaml.MappingNode {
		return nil, false
	}
	return doc.Root, true
}

func linesOf(data []byte) []string {
	var lines []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines
}

// comparison collects the differences between two states of a file.
type comparison struct {
	l   catalogue.Lang
	out []string
}

func (c *comparison) say(key string, args diag.Args) string {
	return catalogue.Text(c.l, "report.part."+key, args)
}

func (c *comparison) differ(where, old, now string) {
	if old != now {
		absent := c.say("absent", nil)
		text := orElse(old, absent) + " → " + orElse(now, absent)
		if where != "" {
			text = c.say("change", diag.Args{"where": where, "change": text})
		}
		c.out = append(c.out, text)
	}
}

func orElse(text, absent string) string {
	if text == "" {
		return absent
	}
	return text
}

// fields compares two mappings key by key, each under the name that its field
// has for people.
func (c *comparison) fields(where string, fields []schema.Field, old, now *yaml.Node) {
	for _, key := range keysOf(old, now) {
		f := fieldNamed(fields, key)
		c.value(below(where, label(f, key, c.l)), f, valueOf(old, key), valueOf(now, key))
	}
}

// value compares what two states have in one place, and goes deeper where both
// have something there.
func (c *comparison) value(where string, f schema.Field, old, now *yaml.Node) {
	switch {
	case f.Kind == schema.KindMap:
		for _, id := range keysOf(old, now) {
			was, is := valueOf(old, id), valueOf(now, id)
			place := below(where, named(id, was, is))
			if was == nil || is == nil {
				c.differ(place, c.text(f, was), c.text(f, is))
			} else {
				c.fields(place, f.Fields, was, is)
			}
		}
	case isList(old) || isList(now):
		c.lists(where, c.items(f, old), c.items(f, now))
	case old != nil && now != nil && old.Kind == yaml.MappingNode && now.Kind == yaml.MappingNode:
		c.fields(where, f.Fields, old, now)
	default:
		c.differ(where, c.text(f, old), c.text(f, now))
	}
}

// lists leaves out what both have.
func (c *comparison) lists(where string, old, now []string) {
	without := func(list, other []string) string {
		rest := slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
		return strings.Join(rest, catalogue.Text(c.l, "report.separator", nil))
	}
	gone, come := without(old, now), without(now, old)
	if gone == "" && come == "" && !slices.Equal(old, now) {
		gone, come = without(old, nil), without(now, nil) // another order
	}
	c.differ(where, gone, come)
}

func (c *comparison) items(f schema.Field, n *yaml.Node) []string {
	if !isList(n) {
		if n == nil {
			return nil
		}
		return []string{c.text(f, n)}
	}
	var all []string
	for _, item := range n.Content {
		all = append(all, c.text(f, item))
	}
	return all
}

// text writes a value on one line.
func (c *comparison) text(f schema.Field, n *yaml.Node) string {
	switch {
	case n == nil:
		return ""
	case isList(n):
		return strings.Join(c.items(f, n), ", ")
	case n.Kind == yaml.MappingNode:
		var all []string
		for _, key := range keysOf(n) {
			inner := fieldNamed(f.Fields, key)
			all = append(all, label(inner, key, c.l)+" "+c.text(inner, valueOf(n, key)))
		}
		return strings.Join(all, ", ")
	case f.Kind == schema.KindRole && catalogue.Has("role."+n.Value):
		return catalogue.Text(c.l, "role."+n.Value, nil)
	}
	return n.Value
}

func isList(n *yaml.Node) bool { return n != nil && n.Kind == yaml.SequenceNode }

// keysOf lists the keys of mappings, each once, in their order.
func keysOf(nodes ...*yaml.Node) []string {
	var keys []string
	for _, n := range nodes {
		if n == nil || n.Kind != yaml.MappingNode {
			continue
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if key := n.Content[i].Value; !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func valueOf(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func fieldNamed(fields []schema.Field, name string) schema.Field {
	if i := slices.IndexFunc(fields, func(f schema.Field) bool { return f.Name == name }); i >= 0 {
		return fields[i]
	}
	return schema.Field{Name: name}
}

func label(f schema.Field, key string, l catalogue.Lang) string {
	if words := f.Words.In(l); words != "" {
		return words
	}
	return key
}

// named is an id with the name that it goes by, the old one where it changes.
func named(id string, nodes ...*yaml.Node) string {
	for _, n := range nodes {
		if name := valueOf(n, "name"); name != nil && name.Value != id {
			return name.Value + " (" + id + ")"
		}
	}
	return id
}

func below(where, name string) string {
	if where == "" {
		return name
	}
	return where + " · " + name
}
