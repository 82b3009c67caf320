// Package source reads one YAML file that nobody vouches for: from its bytes
// to a checked tree of nodes with positions. What YAML allows but a fact does
// not need (anchors, aliases, tags, further documents, repeated keys) is
// refused, and size and depth are bounded before and after parsing.
package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/diag"
)

// Limits bound one file.
type Limits struct {
	MaxBytes  int // of the whole file
	MaxDepth  int // of nested mappings and lists, the root included
	MaxScalar int // runes of one key or value
}

// Default is what a file that people write by hand never exceeds.
var Default = Limits{MaxBytes: 256 << 10, MaxDepth: 32, MaxScalar: 20_000}

// maxFindings bounds what one broken file may say.
const maxFindings = 20

// Doc is a file that passed: one mapping, free of everything refused here.
type Doc struct {
	File string
	Root *yaml.Node // the mapping
	data []byte     // without byte-order mark and carriage returns
}

// Parse checks a file against the default limits. The Doc is nil when a
// finding is an error.
func Parse(file string, data []byte) (*Doc, []diag.Diagnostic) {
	return Default.Parse(file, data)
}

// Parse checks a file. The Doc is nil when a finding is an error.
func (l Limits) Parse(file string, data []byte) (*Doc, []diag.Diagnostic) {
	if len(data) > l.MaxBytes {
		args := diag.Args{"bytes": len(data), "max": l.MaxBytes}
		return nil, []diag.Diagnostic{finding(file, "yaml/too-large", diag.Pos{}, args)}
	}
	text := bytes.TrimPrefix(data, bom)
	if found := l.scan(file, text); found != nil {
		return nil, found
	}
	if bytes.IndexByte(text, '\r') >= 0 {
		text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	}
	return l.parse(file, text)
}

// parse turns scanned text into a tree and checks it.
func (l Limits) parse(file string, text []byte) (*Doc, []diag.Diagnostic) {
	var top yaml.Node
	if err := unmarshal(text, &top); err != nil {
		return nil, l.explain(file, text)
	}
	root := rootOf(&top)
	if found := notMapping(file, text, root); found != nil {
		return nil, found
	}
	c := checker{Limits: l, file: file, bang: bytes.IndexByte(text, '!') >= 0}
	c.at = cursor{text: text, Pos: diag.Pos{Line: 1, Col: 1}}
	c.node(root, 1)
	if c.found != nil {
		return nil, c.found
	}
	return &Doc{File: file, Root: root, data: text}, nil
}

// unmarshal is yaml.Unmarshal that reads to the end and never panics: the
// input is hostile, and the parser is not ours.
func unmarshal(text []byte, n *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	if err := yaml.Unmarshal(text, n); err != nil {
		return err
	}
	if root := rootOf(n); root != nil && endsEarly(root) {
		return atEnd(text)
	}
	return nil
}

// endsEarly reports a root that may be over before the file is: one in
// brackets, or one whose lines are indented. What stands after it the parser
// would silently leave unread.
func endsEarly(root *yaml.Node) bool {
	return root.Style&yaml.FlowStyle != 0 || len(root.Content) > 0 && root.Content[0].Column > 1
}

// atEnd returns the error of what follows the first document.
func atEnd(text []byte) error {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var n yaml.Node
	for range 2 {
		if err := decoder.Decode(&n); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
	return errors.New("yaml: did not find expected <document start>")
}

// rootOf returns the root of a parsed document, nil when it has none.
func rootOf(top *yaml.Node) *yaml.Node {
	if top.Kind != yaml.DocumentNode || len(top.Content) == 0 {
		return nil
	}
	return top.Content[0]
}

// notMapping refuses files that say nothing or hold something else than keys
// and values.
func notMapping(file string, text []byte, root *yaml.Node) []diag.Diagnostic {
	if root == nil || root.Kind == yaml.ScalarNode && root.Tag == "!!null" && root.Anchor == "" {
		return []diag.Diagnostic{finding(file, "yaml/empty", diag.Pos{}, nil)}
	}
	if root.Kind == yaml.MappingNode {
		return nil
	}
	if found := badColons(file, text); found != nil {
		return found
	}
	kind := diag.Term("yaml/kind.text")
	if root.Kind == yaml.SequenceNode {
		kind = "yaml/kind.list"
	}
	return []diag.Diagnostic{finding(file, "yaml/not-a-mapping", Pos(root), diag.Args{"kind": kind})}
}

func finding(file, rule string, at diag.Pos, args diag.Args) diag.Diagnostic {
	return diag.Diagnostic{Rule: rule, Span: diag.Span{File: file, Pos: at}, Args: args}
}

// Pos returns where a node begins.
func Pos(n *yaml.Node) diag.Pos { return diag.Pos{Line: n.Line, Col: n.Column} }

// position turns a byte offset into a place.
func position(text []byte, offset int) diag.Pos {
	before := text[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return diag.Pos{
		Line: bytes.Count(before, []byte{'\n'}) + 1,
		Col:  utf8.RuneCount(before[start:]) + 1,
	}
}

// Line returns line n of a file, counted from 1, without its line end and
// without a byte-order mark; nothing when there is no such line.
func Line(data []byte, n int) string {
	if n < 1 {
		return ""
	}
	data = bytes.TrimPrefix(data, bom)
	for ; n > 1; n-- {
		end := bytes.IndexByte(data, '\n')
		if end < 0 {
			return ""
		}
		data = data[end+1:]
	}
	if end := bytes.IndexByte(data, '\n'); end >= 0 {
		data = data[:end]
	}
	return string(bytes.TrimSuffix(data, []byte{'\r'}))
}

// Find follows a JSON pointer ("/allocations/0/order") from a node. It returns
// the value and the key that it stands under; an item of a list and the root
// itself have no key. Both are nil when there is no such place.
func Find(root *yaml.Node, pointer string) (key, val *yaml.Node) {
	val = root
	for pointer != "" && val != nil {
		if pointer[0] != '/' {
			return nil, nil
		}
		step, rest := pointer[1:], ""
		if i := strings.IndexByte(step, '/'); i >= 0 {
			step, rest = step[:i], step[i:]
		}
		key, val = child(val, step)
		pointer = rest
	}
	return key, val
}

var unescape = strings.NewReplacer("~1", "/", "~0", "~")

func child(n *yaml.Node, step string) (key, val *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		step = unescape.Replace(step)
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return n.Content[i], n.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		i, err := strconv.Atoi(step)
		if err == nil && i >= 0 && i < len(n.Content) && strconv.Itoa(i) == step {
			return nil, n.Content[i]
		}
	}
	return nil, nil
}
