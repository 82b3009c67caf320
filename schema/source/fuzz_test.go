package source_test

import (
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/source"
)

// FuzzParse holds that whatever a file contains, it is either refused at a
// place inside it or becomes one mapping with nothing lost.
func FuzzParse(f *testing.F) {
	for _, data := range seeds(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, found := source.Parse("f.yaml", data)
		again, foundAgain := source.Parse("f.yaml", data)
		if !reflect.DeepEqual(found, foundAgain) || !reflect.DeepEqual(doc, again) {
			t.Fatal("parsing twice gives two results")
		}
		inside(t, data, found)
		inside(t, data, source.PrivateText("f.yaml", data))
		if (doc == nil) != diag.Failed(found) {
			t.Fatalf("doc %v with findings %s", doc != nil, describe(found))
		}
		if doc != nil {
			accepted(t, data, doc)
		}
	})
}

func seeds(tb testing.TB) [][]byte {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		tb.Fatal(err)
	}
	var list [][]byte
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		for i := 0; i < len(archive.Files); i += 2 {
			list = append(list, unescape(tb, archive.Files[i].Data))
		}
	}
	return list
}

// inside holds that findings point into the file.
func inside(t *testing.T, data []byte, found []diag.Diagnostic) {
	for _, d := range found {
		if d.Pos != (diag.Pos{}) {
			exists(t, data, d.Pos)
		}
	}
}

func exists(t *testing.T, data []byte, p diag.Pos) {
	line := source.Line(data, p.Line)
	if p.Line < 1 || p.Line > bytes.Count(data, []byte{'\n'})+1 ||
		p.Col < 1 || p.Col > utf8.RuneCountInString(line)+1 {
		t.Fatalf("%v is outside %q", p, data)
	}
}

func accepted(t *testing.T, data []byte, doc *source.Doc) {
	if doc.Root.Kind != yaml.MappingNode {
		t.Fatal("the root is not a mapping")
	}
	everyNode(doc.Root, func(n *yaml.Node) { exists(t, data, source.Pos(n)) })
	tree := doc.Tree()
	sameInJSON(t, tree)
	oneDocument(t, data)
	text := strings.ReplaceAll(strings.TrimPrefix(string(data), "\uFEFF"), "\r\n", "\n")
	if len(text) > source.Default.MaxBytes/3 {
		return // the variant could be too large
	}
	variant := "\uFEFF" + strings.ReplaceAll(text, "\n", "\r\n")
	other, found := source.Parse("f.yaml", []byte(variant))
	if other == nil || !reflect.DeepEqual(other.Tree(), tree) {
		t.Fatalf("with CRLF and a byte-order mark it differs: %s", describe(found))
	}
}

func everyNode(n *yaml.Node, visit func(*yaml.Node)) {
	visit(n)
	for _, child := range n.Content {
		everyNode(child, visit)
	}
}

// sameInJSON holds that the tree is a JSON tree whose numbers keep their
// digits.
func sameInJSON(t *testing.T, tree any) {
	text, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var back any
	if err := decoder.Decode(&back); err != nil || !reflect.DeepEqual(tree, back) {
		t.Fatalf("%v becomes %v: %v", tree, back, err)
	}
}

// oneDocument asks the parser whether more documents follow.
func oneDocument(t *testing.T, data []byte) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var n yaml.Node
	if err := decoder.Decode(&n); err != nil {
		t.Fatal(err)
	}
	if err := decoder.Decode(&n); err != io.EOF {
		t.Fatalf("after the document: %v", err)
	}
}

// FuzzRedact holds that a redacted line has no private number left.
func FuzzRedact(f *testing.F) {
	for _, data := range seeds(f) {
		for line := range strings.Lines(string(data)) {
			f.Add(line)
		}
	}
	f.Fuzz(func(t *testing.T, line string) {
		redacted := source.Redact(line)
		if found := source.PrivateText("f.md", []byte(redacted)); found != nil {
			t.Fatalf("%q becomes %q: %s", line, redacted, describe(found))
		}
		if len(redacted) != len(line) {
			t.Fatalf("%q becomes %q", line, redacted)
		}
	})
}
