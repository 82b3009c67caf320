// Package catalogue is the one place where dealgate's words stand, in every
// language it speaks. All other code names texts by key.
package catalogue

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/diag"
)

// Lang is a language that the catalogue is complete in.
type Lang string

// The languages, Chinese first: it is what most readers read.
const (
	ZH Lang = "zh-CN"
	EN Lang = "en"
)

// Langs lists every language of the catalogue.
var Langs = []Lang{ZH, EN}

// ParseLang accepts a language tag; "zh" means zh-CN.
func ParseLang(s string) (Lang, error) {
	switch strings.ToLower(s) {
	case "zh", "zh-cn", "zh_cn":
		return ZH, nil
	case "en":
		return EN, nil
	}
	return "", fmt.Errorf("language %q: expected zh-CN or en", s)
}

//go:embed texts/*.yaml
var files embed.FS

type text struct {
	EN string `yaml:"en"`
	ZH string `yaml:"zh"`
}

func (t text) in(l Lang) string {
	if l == EN {
		return t.EN
	}
	return t.ZH
}

var mu sync.RWMutex // guards the texts that Add enters

var load = sync.OnceValue(func() map[string]text {
	texts, err := read(files)
	if err != nil {
		panic(err) // the texts are part of the program; a test reads them all
	}
	return texts
})

func read(fsys fs.FS) (map[string]text, error) {
	names, err := fs.Glob(fsys, "texts/*.yaml")
	if err != nil {
		return nil, err
	}
	texts := map[string]text{}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		var root yaml.Node
		if err := yaml.Unmarshal(data, &root); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if len(root.Content) == 0 {
			continue
		}
		if err := collect(texts, "", root.Content[0]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return texts, nil
}

// collect flattens nested keys with dots; a mapping of en and zh is a text.
func collect(texts map[string]text, key string, n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: %s: expected a mapping", n.Line, key)
	}
	if isText(n) {
		if _, twice := texts[key]; twice {
			return fmt.Errorf("line %d: %s stands twice", n.Line, key)
		}
		var t text
		if err := n.Decode(&t); err != nil {
			return err
		}
		texts[key] = t
		return nil
	}
	for i := 0; i < len(n.Content); i += 2 {
		sub := n.Content[i].Value
		if key != "" {
			sub = key + "." + sub
		}
		if err := collect(texts, sub, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func isText(n *yaml.Node) bool {
	return len(n.Content) == 4 &&
		slices.Contains([]string{"en", "zh"}, n.Content[0].Value) &&
		slices.Contains([]string{"en", "zh"}, n.Content[2].Value)
}

// Has reports whether the catalogue knows the key.
func Has(key string) bool { _, ok := get(key); return ok }

// Keys returns all keys, sorted.
func Keys() []string {
	texts := load()
	mu.RLock()
	defer mu.RUnlock()
	return slices.Sorted(maps.Keys(texts))
}

// Add enters the texts that another embedded table brings with it, such as
// the names of stages, under their keys.
func Add(key, en, zh string) {
	texts := load()
	mu.Lock()
	defer mu.Unlock()
	texts[key] = text{EN: en, ZH: zh}
}

func get(key string) (text, bool) {
	texts := load()
	mu.RLock()
	defer mu.RUnlock()
	t, ok := texts[key]
	return t, ok
}

// Text returns the text of a key with {name} replaced by the argument of that
// name. A key or argument that is missing stays visible, never silent.
func Text(l Lang, key string, args diag.Args) string {
	t, ok := get(key)
	if !ok {
		return "⟨" + key + "⟩"
	}
	return fill(l, t.in(l), args)
}

// Rules names every rule that findings may bear, sorted. Other texts have
// titles too, but no slash.
func Rules() []string {
	var names []string
	for _, key := range Keys() {
		if rule, ok := strings.CutSuffix(key, ".title"); ok && strings.Contains(rule, "/") {
			names = append(names, rule)
		}
	}
	slices.Sort(names)
	return names
}

// General returns the text of a key without arguments: an ellipsis stands for
// what it would mention.
func General(l Lang, key string) string {
	return blanks.ReplaceAllString(Text(l, key, nil), "…")
}

var blanks = regexp.MustCompile(`(\{[A-Za-z0-9-]+\})+`)

func fill(l Lang, s string, args diag.Args) string {
	if !strings.Contains(s, "{") {
		return s
	}
	var b strings.Builder
	for {
		open := strings.IndexByte(s, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(s[open:], '}')
		if end < 0 {
			break
		}
		b.WriteString(s[:open])
		name := s[open+1 : open+end]
		if v, ok := args[name]; ok {
			b.WriteString(show(l, v))
		} else {
			b.WriteString(s[open : open+end+1])
		}
		s = s[open+end+1:]
	}
	b.WriteString(s)
	return b.String()
}

func show(l Lang, v any) string {
	switch v := v.(type) {
	case diag.Term:
		return Text(l, string(v), nil)
	case []diag.Term:
		return join(l, len(v), func(i int) string { return show(l, v[i]) })
	case []string:
		return join(l, len(v), func(i int) string { return v[i] })
	default:
		return fmt.Sprint(v)
	}
}

func join(l Lang, n int, item func(int) string) string {
	sep := ", "
	if l == ZH {
		sep = "、"
	}
	parts := make([]string, n)
	for i := range parts {
		parts[i] = item(i)
	}
	return strings.Join(parts, sep)
}

// Finding is a diagnostic in words.
type Finding struct{ Title, Found, Expected, Fix string }

// Explain puts a diagnostic into words: what it is called, what was found,
// what was expected and what to do.
func Explain(l Lang, d diag.Diagnostic) Finding {
	part := func(p string) string { return Text(l, d.Rule+"."+p, d.Args) }
	return Finding{Title: part("title"), Found: part("found"), Expected: part("want"), Fix: part("fix")}
}
