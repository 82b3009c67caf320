package fold_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Literals of the source that are rules or keys of the catalogue.
var (
	ruleID  = regexp.MustCompile(`^[a-z]+/[a-z-]+$`)
	termKey = regexp.MustCompile(`^(needs|aspect|role|state|layout)\.[a-z][a-z-]*$`)
)

// packageSource is the parsed source of the package, tests left aside.
type packageSource struct {
	files []*ast.File
	decls []*ast.FuncDecl
	funcs map[string]*ast.FuncDecl // by name; conditions have names of their own
}

func parseSource(t *testing.T) *packageSource {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	src := &packageSource{funcs: map[string]*ast.FuncDecl{}}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		src.files = append(src.files, file)
		for _, decl := range file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok {
				src.decls = append(src.decls, fn)
				src.funcs[fn.Name.Name] = fn
			}
		}
	}
	return src
}

// literals lists the string literals of a form, imports left aside.
func (src *packageSource) literals(form *regexp.Regexp) []string {
	var found []string
	for _, file := range src.files {
		ast.Inspect(file, func(n ast.Node) bool {
			if _, ok := n.(*ast.ImportSpec); ok {
				return false
			}
			if s := text(n); form.MatchString(s) {
				found = append(found, s)
			}
			return true
		})
	}
	return found
}

// text is the value of a string literal, "" of anything else.
func text(n ast.Node) string {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, _ := strconv.Unquote(lit.Value)
	return s
}

type keys map[string]bool

// argumentsOf collects, for each rule, what all of its findings bring with
// them.
type argumentsOf map[string]keys

func (a argumentsOf) add(rule string, args []keys) {
	for _, one := range args {
		known, ok := a[rule]
		if !ok {
			a[rule] = maps.Clone(one)
			continue
		}
		maps.DeleteFunc(known, func(k string, _ bool) bool { return !one[k] })
	}
}

// arguments reads from the source which arguments the findings of each rule
// bring with them.
func (src *packageSource) arguments() argumentsOf {
	found := argumentsOf{}
	for _, fn := range src.decls {
		ast.Inspect(fn, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if rule := text(field(n, "Rule")); ruleID.MatchString(rule) {
					found.add(rule, src.keysOf(field(n, "Args"), fn))
				}
			case *ast.CallExpr:
				if len(n.Args) > 1 && ruleID.MatchString(text(n.Args[0])) {
					found.add(text(n.Args[0]), src.keysOf(n.Args[len(n.Args)-1], fn))
				}
			case *ast.AssignStmt:
				src.problem(n, found)
			}
			return true
		})
	}
	for name, fn := range src.conditions() {
		found.add("needs/"+name, src.unmet(fn, map[string]bool{}))
	}
	return found
}

// problem notes the rules that Classify finds; misplaced gives them their
// arguments.
func (src *packageSource) problem(n *ast.AssignStmt, found argumentsOf) {
	for i, left := range n.Lhs {
		sel, ok := left.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Problem" || i >= len(n.Rhs) {
			continue
		}
		args := keys{"name": true}
		if text(n.Rhs[i]) == "layout/unknown-step" {
			args["near"], args["steps"] = true, true
		}
		found.add(text(n.Rhs[i]), []keys{args})
	}
}

// field is the value of a key of a composite literal, nil when it has none.
func field(lit *ast.CompositeLit, name string) ast.Expr {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && isIdent(kv.Key, name) {
			return kv.Value
		}
	}
	return nil
}

func isIdent(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// keysOf reads the keys of an argument list. Arguments in a variable are those
// of the function that it was filled by.
func (src *packageSource) keysOf(e ast.Expr, in *ast.FuncDecl) []keys {
	switch e := e.(type) {
	case *ast.CompositeLit:
		found := keys{}
		for _, elt := range e.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				found[text(kv.Key)] = true
			}
		}
		return []keys{found}
	case *ast.Ident:
		if from := src.filledBy(e.Name, in); from != nil {
			return src.literalArgs(from)
		}
	}
	return []keys{{}}
}

func (src *packageSource) filledBy(name string, in *ast.FuncDecl) (fn *ast.FuncDecl) {
	ast.Inspect(in, func(n ast.Node) bool {
		if as, ok := n.(*ast.AssignStmt); ok && isIdent(as.Lhs[0], name) {
			if call, ok := as.Rhs[0].(*ast.CallExpr); ok {
				fn = src.funcs[callee(call)]
			}
		}
		return true
	})
	return fn
}

func (src *packageSource) literalArgs(fn *ast.FuncDecl) (found []keys) {
	ast.Inspect(fn, func(n ast.Node) bool {
		if lit, ok := n.(*ast.CompositeLit); ok && typeName(lit.Type) == "Args" {
			found = append(found, src.keysOf(lit, fn)...)
		}
		return true
	})
	return found
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.StarExpr:
		return typeName(e.X)
	}
	return ""
}

func callee(call *ast.CallExpr) string { return typeName(call.Fun) }

// conditions maps the name of each condition to its function.
func (src *packageSource) conditions() map[string]*ast.FuncDecl {
	found := map[string]*ast.FuncDecl{}
	for _, file := range src.files {
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if m, ok := lit.Type.(*ast.MapType); !ok || typeName(m.Value) != "Condition" {
				return true
			}
			for _, elt := range lit.Elts {
				kv := elt.(*ast.KeyValueExpr)
				fn := kv.Value
				if call, ok := fn.(*ast.CallExpr); ok {
					fn = call.Fun
				}
				found[text(kv.Key)] = src.funcs[typeName(fn)]
			}
			return true
		})
	}
	return found
}

// unmet collects the arguments of what a condition reports under its own name,
// in its function and in those that it hands on.
func (src *packageSource) unmet(fn *ast.FuncDecl, seen map[string]bool) (found []keys) {
	if fn == nil || seen[fn.Name.Name] {
		return nil
	}
	seen[fn.Name.Name] = true
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if typeName(n.Type) == "Unmet" && field(n, "Rule") == nil {
				found = append(found, src.keysOf(field(n, "Args"), fn)...)
			}
		case *ast.CallExpr:
			name := callee(n)
			if name == "unless" {
				found = append(found, src.keysOf(n.Args[2], fn)...)
			} else if src.returnsUnmet(name) {
				found = append(found, src.unmet(src.funcs[name], seen)...)
			}
		case *ast.Ident:
			if n.Name == "missing" && fn.Name.Name != "ahead" { // ahead: only without a fact, where nothing is reported
				found = append(found, keys{})
			}
		}
		return true
	})
	return found
}

func (src *packageSource) returnsUnmet(name string) bool {
	fn := src.funcs[name]
	return fn != nil && name != "because" && fn.Type.Results != nil && typeName(fn.Type.Results.List[0].Type) == "Unmet"
}
