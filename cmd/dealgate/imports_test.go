package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/dealgate/dealgate/"

// layers lists the packages from the top of the house to its ground: a package
// imports only what stands below it.
var layers = [][]string{
	{"cmd/dealgate"},
	{"cmd/dealgate/internal/demo", "cmd/dealgate/internal/setup", "cmd/dealgate/internal/serve"},
	{"validate/rules", "validate/report", "render/site", "render/output"},
	{"validate/attest"},
	{"validate/approval"},
	{"validate/forge"},
	{"render/bonus"},
	{"render/text", "render/markup", "render/paging"},
	{"validate", "validate/history"},
	{"validate/fold", "validate/cache"},
	{"schema/internal/gen/cmd"},
	{"schema/internal/gen", "schema/check"},
	{"schema/fact"},
	{"schema"},
	{"schema/signers"},
	{"schema/source", "schema/value"},
	{"schema/catalogue"},
	{"schema/diag"},
}

// only names libraries that a single package may import.
var only = map[string][]string{
	"github.com/go-git/":   {"validate/history"},
	"net/http":             {"validate/forge", "cmd/dealgate", "cmd/dealgate/internal/serve"},
	"github.com/fsnotify/": {"cmd/dealgate/internal/serve"},
	"os/exec":              nil,
}

func TestImportsRunOneWay(t *testing.T) {
	level := map[string]int{}
	for i, layer := range layers {
		for _, p := range layer {
			level[p] = i
		}
	}
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		pkg := path.Dir(name)
		from, known := level[pkg]
		if !known {
			t.Errorf("%s: package %s stands in no layer", name, pkg)
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			checkImport(t, name, pkg, imported, from, level)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImport(t *testing.T, name, pkg, imported string, from int, level map[string]int) {
	t.Helper()
	if ours, ok := strings.CutPrefix(imported, module); ok && level[ours] <= from {
		t.Errorf("%s imports %s, which does not stand below it", name, ours)
	}
	for prefix, allowed := range only {
		if strings.HasPrefix(imported, prefix) && !slices.Contains(allowed, pkg) {
			t.Errorf("%s imports %s, which only %v may", name, imported, allowed)
		}
	}
}
