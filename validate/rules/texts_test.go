package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// listed are the ids that the rules say they report.
func listed() []string {
	var ids []string
	for _, r := range All.State {
		ids = append(ids, r.IDs...)
	}
	for _, r := range All.Company {
		ids = append(ids, r.IDs...)
	}
	for _, r := range All.Change {
		ids = append(ids, r.IDs...)
	}
	for _, r := range All.Dated {
		ids = append(ids, r.IDs...)
	}
	return ids
}

// Every id has its four texts, each in both languages.
func TestEveryRuleHasTexts(t *testing.T) {
	ids := listed()
	slices.Sort(ids)
	for i, id := range ids {
		if i > 0 && ids[i-1] == id {
			t.Errorf("%s is listed twice", id)
		}
		for _, part := range []string{"title", "found", "want", "fix"} {
			for _, l := range catalogue.Langs {
				if s := catalogue.Text(l, id+"."+part, nil); s == "" || strings.HasPrefix(s, "⟨") {
					t.Errorf("%s lacks %s in %s", id, part, l)
				}
			}
		}
	}
}

var ruleID = regexp.MustCompile(`^[a-z]+/[a-z-]+$`)

// use is one place of the code that names a rule, with the arguments that the
// same statement passes.
type use struct {
	id   string
	at   token.Position
	args map[string]bool
}

// uses finds every rule that the package names, but for the lists of ids.
func uses(t *testing.T) []use {
	t.Helper()
	fset := token.NewFileSet()
	names, _ := filepath.Glob("*.go")
	byPos := map[token.Pos]use{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				key, ok := n.Key.(*ast.Ident)
				return !ok || key.Name != "IDs"
			case *ast.GenDecl:
				if n.Tok == token.IMPORT {
					return false
				}
				collect(fset, n, byPos)
			case *ast.ExprStmt, *ast.AssignStmt, *ast.ReturnStmt:
				collect(fset, n, byPos)
			}
			return true
		})
	}
	var all []use
	for _, u := range byPos {
		all = append(all, u)
	}
	return all
}

// collect notes the rules and arguments of one statement. What an inner
// statement says of the same rule is noted later, and stands.
func collect(fset *token.FileSet, stmt ast.Node, byPos map[token.Pos]use) {
	args := map[string]bool{}
	var ids []*ast.BasicLit
	ast.Inspect(stmt, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.BasicLit); ok {
				args[strings.Trim(key.Value, `"`)] = true
			} else if ident, ok := n.Key.(*ast.Ident); ok && ident.Name == "IDs" {
				return false
			}
		case *ast.BasicLit:
			if s := strings.Trim(n.Value, `"`); ruleID.MatchString(s) && !strings.HasPrefix(s, "testdata/") {
				ids = append(ids, n)
			}
		}
		return true
	})
	for _, lit := range ids {
		id, _ := strconv.Unquote(lit.Value)
		byPos[lit.Pos()] = use{id, fset.Position(lit.Pos()), args}
	}
}

// What the code reports is listed, and what is listed is reported.
func TestEveryRuleIsListed(t *testing.T) {
	reported := map[string]bool{}
	for _, u := range uses(t) {
		reported[u.id] = true
		if !slices.Contains(listed(), u.id) {
			t.Errorf("%s: %s stands in no list of ids", u.at, u.id)
		}
	}
	for _, id := range listed() {
		if !reported[id] {
			t.Errorf("%s is listed, but nothing reports it", id)
		}
	}
}

// elsewhere are the arguments of rules that get them in another statement than
// the one that names the rule.
var elsewhere = map[string][]string{
	"customer/code-twice": {"value", "first"},
	"customer/name-twice": {"value", "first"},

	"invoice/number-twice": {"number", "file"},
	"receipt/bill-twice":   {"number", "file"},
	"money/not-open":       {"amount", "instalment", "left"},
}

var placeholder = regexp.MustCompile(`\{([a-z]+)\}`)

// No text mentions an argument that the code does not pass.
func TestEveryPlaceholderIsFilled(t *testing.T) {
	for _, u := range uses(t) {
		for _, part := range []string{"title", "found", "want", "fix"} {
			text := catalogue.Text(catalogue.EN, u.id+"."+part, diag.Args{})
			for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
				if !u.args[m[1]] && !slices.Contains(elsewhere[u.id], m[1]) {
					t.Errorf("%s: %s.%s mentions {%s}, which is not passed", u.at, u.id, part, m[1])
				}
			}
		}
	}
}
