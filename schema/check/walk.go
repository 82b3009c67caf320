package check

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/source"
)

// maxFindings bounds what one file may say.
const maxFindings = 50

// walker goes through a file and the fields of its step side by side. Each
// node comes with its value in the JSON tree, which is what the schema judged.
type walker struct {
	step  *schema.Step
	file  string
	names []string // the fields that lead to the present one
	found []diag.Diagnostic
}

func (w *walker) root(n *yaml.Node, tree any) {
	if m, ok := tree.(map[string]any); ok {
		w.object(w.step.Fields, n, n, m)
	}
}

// report adds a finding about a node.
func (w *walker) report(rule string, n *yaml.Node, args diag.Args) {
	if len(w.found) == maxFindings {
		return
	}
	d := diag.Diagnostic{Rule: rule, Args: args}
	d.Span = diag.Span{File: w.file, Pos: source.Pos(n), Len: runes(n)}
	if w.step.Clause != "own" {
		d.Clause = w.step.Clause
	}
	w.found = append(w.found, d)
}

// problem adds a finding about the value of the present field.
func (w *walker) problem(rule string, n *yaml.Node, more diag.Args) {
	args := diag.Args{"key": w.key(), "what": w.what(""), "text": quoted(n)}
	for name, arg := range more {
		args[name] = arg
	}
	w.report(rule, n, args)
}

func (w *walker) key() string { return w.names[len(w.names)-1] }

// what says in words what a key of the present field, or the field, means.
func (w *walker) what(key string) diag.Term {
	path := strings.Join(w.names, ".")
	if key != "" {
		path = strings.TrimPrefix(path+"."+key, ".")
	}
	return w.step.FieldTerm(path)
}

// object judges the keys of a mapping and their values. What is missing is
// reported at the node `at`, the key that the mapping stands under.
func (w *walker) object(fields []schema.Field, at, n *yaml.Node, tree map[string]any) {
	given := make([]bool, len(fields))
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		f := index(fields, key.Value)
		if f < 0 {
			f = w.unknown(fields, key)
			if f >= 0 {
				given[f] = true // it is misspelt rather than missing
			}
			continue
		}
		given[f] = true
		w.names = append(w.names, key.Value)
		w.value(&fields[f], key, n.Content[i+1], tree[key.Value])
		w.names = w.names[:len(w.names)-1]
	}
	for i, f := range fields {
		if f.Required && !given[i] {
			w.report("schema/missing-key", at, diag.Args{"key": f.Name, "what": w.what(f.Name)})
		}
	}
}

func index(fields []schema.Field, name string) int {
	for i := range fields {
		if fields[i].Name == name {
			return i
		}
	}
	return -1
}

// unknown reports a key that no field has, and returns the field that was
// probably meant.
func (w *walker) unknown(fields []schema.Field, key *yaml.Node) int {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
		if key.Value == f.Words.ZH || strings.EqualFold(key.Value, f.Words.EN) {
			w.misspelt(fields, key, f.Name)
			return i
		}
	}
	near := Similar(key.Value, names)
	w.misspelt(fields, key, near)
	return index(fields, near)
}

func (w *walker) misspelt(fields []schema.Field, key *yaml.Node, near string) {
	var allowed []string
	for _, f := range fields {
		allowed = append(allowed, f.Name)
	}
	w.report("schema/unknown-key", key, diag.Args{
		"key": quoted(key), "step": w.step.Term(), "allowed": allowed,
		"hint": meant(near, "schema/hint.no-such-key"), "near": near,
	})
}

// meant chooses between "did you mean" and a hint for when nothing is near.
func meant(near string, otherwise diag.Term) diag.Term {
	if near != "" {
		return "schema/hint.did-you-mean"
	}
	return otherwise
}

// value judges the value of a field; key is nil for an item of a list.
func (w *walker) value(f *schema.Field, key, n *yaml.Node, val any) {
	switch {
	case val == nil:
		w.problem("schema/blank", place(key, n), nil)
	case f.Many:
		one := *f
		one.Many = false
		w.list(&one, n, val)
	case f.Kind == schema.KindList:
		w.list(&schema.Field{Name: f.Name, Kind: schema.KindObject, Fields: f.Fields, Most: f.Most}, n, val)
	case f.Kind == schema.KindObject, f.Kind == schema.KindMap, f.Kind == schema.KindAny:
		w.mapping(f, key, n, val)
	case f.Kind == schema.KindRange:
		w.bounds(n, val)
	default:
		w.scalar(f, n, val)
	}
}

// place is where an empty value is shown: there is nothing to see but its key.
func place(key, n *yaml.Node) *yaml.Node {
	if key != nil {
		return key
	}
	return n
}

func (w *walker) mapping(f *schema.Field, key, n *yaml.Node, val any) {
	tree, ok := val.(map[string]any)
	switch {
	case !ok:
		w.wrongType(f.Kind, n, val, "schema/hint.mapping", "")
	case f.Kind == schema.KindObject:
		w.object(f.Fields, place(key, n), n, tree)
	case f.Kind == schema.KindMap:
		w.entries(f, n, tree)
	}
}

var idText = regexp.MustCompile(schema.IDPattern)

func (w *walker) entries(f *schema.Field, n *yaml.Node, tree map[string]any) {
	one := schema.Field{Name: f.Name, Kind: schema.KindObject, Fields: f.Fields}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if !idText.MatchString(key.Value) {
			w.badID(key)
		}
		w.value(&one, key, n.Content[i+1], tree[key.Value])
	}
}

func (w *walker) list(one *schema.Field, n *yaml.Node, val any) {
	items, ok := val.([]any)
	switch {
	case !ok:
		w.wrongType(schema.KindList, n, val, "schema/hint.list", "")
	case len(items) == 0:
		w.problem("schema/blank", n, nil)
	case len(items) > one.Most:
		w.problem("schema/too-many", n, diag.Args{"n": len(items), "max": one.Most})
	default:
		for i, item := range n.Content {
			w.value(one, nil, item, items[i])
		}
	}
}

// wrongType reports a value of another kind than the field has. What would be
// right stands in near, where it can be guessed.
func (w *walker) wrongType(kind schema.Kind, n *yaml.Node, val any, hint diag.Term, near string) {
	w.problem("schema/wrong-type", n, diag.Args{
		"form": form(val), "expected": diag.Term("schema/kind." + string(kind)), "hint": hint, "near": near,
	})
}

// form names what the value is.
func form(val any) diag.Term {
	switch val.(type) {
	case map[string]any:
		return "schema/form.mapping"
	case []any:
		return "schema/form.list"
	case string:
		return "schema/form.text"
	case bool:
		return "schema/form.bool"
	}
	return "schema/form.number"
}

// quoted is what a message repeats of a node, shortened.
func quoted(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "{…}"
	case yaml.SequenceNode:
		return "[…]"
	}
	return shorten(n.Value)
}

func shorten(s string) string {
	const most = 60
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// runes is how many runes a plain value takes; 0 where only its beginning is
// known.
func runes(n *yaml.Node) int {
	if n.Kind != yaml.ScalarNode || n.Style != 0 || strings.Contains(n.Value, "\n") {
		return 0
	}
	return utf8.RuneCountInString(n.Value)
}
