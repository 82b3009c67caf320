package site

import (
	"bytes"
	"embed"
	"html/template"
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
	t := template.New("layout.html").Funcs(words{l}.funcs(up)).Option("missingkey=error")
	return template.Must(t.ParseFS(templateFiles, "templates/layout.html", "templates/parts.html", "templates/"+kind+".html"))
}

func execute(l catalogue.Lang, kind string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := templates()[string(l)+kind].Execute(&b, data); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
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
