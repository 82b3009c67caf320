package site

import (
	"bytes"
	"embed"
	"html/template"
	"regexp"
	"strings"
	"sync"

	"github.com/dealgate/dealgate/schema/catalogue"
)

//go:embed templates/*.html
var templateFiles embed.FS

// templates holds every kind of page in every language: the layout around it,
// the parts that all share, and its own. They are part of the program; a test
// executes them all.
var templates = sync.OnceValue(func() map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, l := range catalogue.Langs {
		for _, k := range kinds {
			all[string(l)+k.name] = parse(l, k.name, k.up())
		}
		t := parse(l, "choice", string(l)+"/")
		all[string(l)+"choice"] = t.Funcs(template.FuncMap{"root": func(file string) string { return file }})
	}
	return all
})

func parse(l catalogue.Lang, kind, up string) *template.Template {
	t := template.New("layout.html").Option("missingkey=error")
	t.Funcs(words{l}.funcs(up)).Funcs(words{l}.parts(up)).Funcs((&repeats{t: t}).funcs())
	for _, name := range []string{"layout", "parts", kind} {
		source, err := templateFiles.ReadFile("templates/" + name + ".html")
		if err != nil {
			panic(err) // they are part of the program
		}
		part := t
		if name != "layout" {
			part = t.New(name + ".html")
		}
		template.Must(part.Parse(words{l}.fixed(string(source))))
	}
	return t
}

// fixedText is a text of the catalogue that mentions nothing.
var fixedText = regexp.MustCompile(`\{\{t "([^"]+)"\}\}`)

// fixed puts the texts that every page says alike into a template, once for
// all pages. They are escaped as a text or the value of an attribute is.
func (w words) fixed(source string) string {
	return fixedText.ReplaceAllStringFunc(source, func(action string) string {
		text, err := w.text(fixedText.FindStringSubmatch(action)[1])
		if err != nil || strings.Contains(text, "{{") {
			return action
		}
		return template.HTMLEscapeString(text)
	})
}

// repeats keeps what templates make that is the same on many pages.
type repeats struct {
	t    *template.Template
	made sync.Map // repeat to template.HTML
}

type repeat struct{ part, key string }

func (r *repeats) funcs() template.FuncMap {
	return template.FuncMap{
		"drawing":    func(f *figure) (template.HTML, error) { return r.part("shapes", f.Alike, f.Shapes) },
		"steps":      func(f *figure) (template.HTML, error) { return r.part("steps", f.Alike, f.Steps) },
		"navigation": func(items []navItem) (template.HTML, error) { return r.part("navigation", currentOf(items), items) },
	}
}

// part executes a template, once for each key; "" keeps nothing.
func (r *repeats) part(name, key string, data any) (template.HTML, error) {
	if made, ok := r.made.Load(repeat{name, key}); ok && key != "" {
		return made.(template.HTML), nil
	}
	var b strings.Builder
	if err := r.t.ExecuteTemplate(&b, name, data); err != nil {
		return "", err
	}
	made := template.HTML(b.String()) //nolint:gosec // escaped by the template
	if key != "" {
		r.made.Store(repeat{name, key}, made)
	}
	return made, nil
}

// currentOf tells apart the navigations of one kind of pages.
func currentOf(items []navItem) string {
	var marks []string
	for _, n := range items {
		marks = append(marks, n.File+" "+n.Current)
	}
	return strings.Join(marks, "\n")
}

// buffers are used again, page after page, so that none has to grow.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func execute(l catalogue.Lang, kind string, data any) ([]byte, error) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := templates()[string(l)+kind].Execute(b, data); err != nil {
		return nil, err
	}
	return bytes.Clone(b.Bytes()), nil
}

// funcs are what templates can call. All pages of a kind lie in one folder, so
// that links are relative to where up leads: the root of the language's tree.
func (w words) funcs(up string) template.FuncMap {
	return template.FuncMap{
		"lang":    func() catalogue.Lang { return w.lang },
		"langs":   func() []catalogue.Lang { return catalogue.Langs },
		"in":      func(l catalogue.Lang, key string) string { return catalogue.Text(l, key, nil) },
		"t":       w.text,
		"count":   w.count,
		"say":     w.say,
		"explain": w.explain,
		"need":    w.need,
		"related": w.related,
		"rule":    ruleFile,
		"short":   short,
		"isDay":   isDay,
		"to":      func(file string) string { return up + file },
		"root":    func(file string) string { return up + "../" + file },
		"asset":   assetPath,
	}
}
