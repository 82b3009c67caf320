package source

import (
	"bytes"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/diag"
)

// checker walks a parsed tree and refuses what a fact does not need.
type checker struct {
	Limits
	file  string
	bang  bool // the text has an exclamation mark, so perhaps a tag
	at    cursor
	found []diag.Diagnostic
}

func (c *checker) add(rule string, n *yaml.Node, args diag.Args) {
	d := finding(c.file, rule, Pos(n), args)
	d.Len = width(n)
	c.found = append(c.found, d)
}

// width is how many runes a plain scalar takes; 0 where only its beginning is
// known.
func width(n *yaml.Node) int {
	if n.Kind != yaml.ScalarNode || n.Style != 0 || n.Anchor != "" {
		return 0
	}
	return utf8.RuneCountInString(n.Value)
}

func (c *checker) node(n *yaml.Node, depth int) {
	if len(c.found) >= maxFindings {
		return
	}
	if n.Kind == yaml.AliasNode {
		c.add("yaml/alias", n, diag.Args{"name": n.Value})
		return
	}
	if n.Anchor != "" {
		c.add("yaml/anchor", n, diag.Args{"name": n.Anchor})
	}
	c.tag(n)
	if n.Kind == yaml.ScalarNode {
		c.scalar(n)
		return
	}
	if depth > c.MaxDepth {
		c.add("yaml/too-deep", n, diag.Args{"max": c.MaxDepth})
		return
	}
	if n.Kind == yaml.MappingNode {
		c.keys(n)
	}
	for _, child := range n.Content {
		c.node(child, depth+1)
	}
}

// tag refuses explicit tags. The parser drops a lone "!", so that one is
// looked up in the text. (A block mapping begins where its first key does,
// which is looked at by itself.)
func (c *checker) tag(n *yaml.Node) {
	if n.Style&yaml.TaggedStyle != 0 {
		c.add("yaml/tag", n, diag.Args{"tag": excerpt(n.Tag)})
		return
	}
	own := n.Kind == yaml.ScalarNode || n.Style&yaml.FlowStyle != 0
	if c.bang && own && c.at.byte(Pos(n)) == '!' {
		c.add("yaml/tag", n, diag.Args{"tag": "!"})
		c.found[len(c.found)-1].Len = 1
	}
}

// cursor finds places in a text that are asked for in order, each byte being
// passed once.
type cursor struct {
	text []byte
	diag.Pos
}

// byte returns the byte at a place, 0 when it lies behind or nowhere.
func (c *cursor) byte(p diag.Pos) byte {
	for c.Line < p.Line {
		end := bytes.IndexByte(c.text, '\n')
		if end < 0 {
			return 0
		}
		c.text, c.Line, c.Col = c.text[end+1:], c.Line+1, 1
	}
	for c.Line == p.Line && c.Col < p.Col && len(c.text) > 0 && c.text[0] != '\n' {
		_, size := utf8.DecodeRune(c.text)
		c.text, c.Col = c.text[size:], c.Col+1
	}
	if c.Pos != p || len(c.text) == 0 {
		return 0
	}
	return c.text[0]
}

func (c *checker) scalar(n *yaml.Node) {
	if len(n.Value) > c.MaxScalar {
		if runes := utf8.RuneCountInString(n.Value); runes > c.MaxScalar {
			c.add("yaml/long-value", n, diag.Args{"runes": runes, "max": c.MaxScalar})
			c.found[len(c.found)-1].Len = 0
		}
	}
	if n.Style&yaml.DoubleQuotedStyle != 0 {
		c.escapes(n)
	}
}

// escapes refuses in a double-quoted value what the scan of the bytes refuses
// in the open: "\u202e" is no better.
func (c *checker) escapes(n *yaml.Node) {
	for _, r := range n.Value {
		switch {
		case hidden(r):
			c.add("yaml/bidi", n, diag.Args{"char": name(r)})
			return
		case unprintable(r):
			c.add("yaml/control-character", n, diag.Args{"char": name(r)})
			return
		}
	}
}

// manyKeys is from where on a map beats comparing all pairs.
const manyKeys = 16

func (c *checker) keys(n *yaml.Node) {
	var seen map[string]*yaml.Node
	if len(n.Content) > 2*manyKeys {
		seen = make(map[string]*yaml.Node, len(n.Content)/2)
	}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		settle(key, n.Content[i+1])
		if !c.key(key) {
			continue
		}
		var first *yaml.Node
		if seen == nil {
			first = earlier(n.Content[:i], key.Value)
		} else if first = seen[key.Value]; first == nil {
			seen[key.Value] = key
		}
		if first != nil {
			c.duplicate(first, key)
		}
	}
}

// settle puts a value that is left out at its key: the parser puts it where
// the next thing begins, which may be below the last line.
func settle(key, val *yaml.Node) {
	if val.Kind == yaml.ScalarNode && val.Value == "" && val.Style == 0 && val.Line != key.Line {
		val.Line, val.Column = key.Line, key.Column
	}
}

// earlier returns the key of that name among the pairs.
func earlier(pairs []*yaml.Node, name string) *yaml.Node {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i].Kind == yaml.ScalarNode && pairs[i].Value == name {
			return pairs[i]
		}
	}
	return nil
}

func (c *checker) duplicate(first, again *yaml.Node) {
	if len(c.found) >= maxFindings {
		return
	}
	args := diag.Args{"key": excerpt(again.Value), "line": first.Line}
	c.add("yaml/duplicate-key", again, args)
	d := &c.found[len(c.found)-1]
	d.Related = []diag.Related{{
		Span: diag.Span{File: c.file, Pos: Pos(first), Len: width(first)},
		Text: "yaml/note.first-key",
		Args: args,
	}}
}

// key reports whether a key can name a field. Aliases and over-long keys are
// reported where every node is.
func (c *checker) key(n *yaml.Node) bool {
	switch n.Kind {
	case yaml.ScalarNode:
	case yaml.AliasNode:
		return false
	default:
		c.add("yaml/key-not-text", n, diag.Args{"key": shape(n)})
		return false
	}
	switch n.Tag {
	case "!!merge":
		c.add("yaml/merge-key", n, nil)
		return false
	case "!!int", "!!float", "!!bool", "!!null":
		c.add("yaml/key-not-text", n, diag.Args{"key": excerpt(n.Value)})
		return false
	}
	return true
}

// shape names a key that is a mapping or a list.
func shape(n *yaml.Node) string {
	if n.Kind == yaml.SequenceNode {
		return "[…]"
	}
	return "{…}"
}

// excerpt shortens what a message repeats.
func excerpt(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
