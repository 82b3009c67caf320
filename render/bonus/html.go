package bonus

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"strings"
	"sync"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/value"
)

// Meta says of what the report is made.
type Meta struct {
	AsOf      value.Day
	Commit    string // empty outside of git
	Default   catalogue.Lang
	Approvals string                   // none or reviews, as in policy
	Commits   func(path string) string // short hash that recorded a file, "" unknown
}

func (m Meta) commit(path string) string {
	if m.Commits == nil {
		return ""
	}
	return m.Commits(path)
}

// Render writes the report through write: pages and one CSV file in every
// language. Paths are slash-separated and relative to the report's root.
func Render(l Ledger, m Meta, write func(path string, data []byte) error) error {
	if m.Default == "" {
		m.Default = catalogue.ZH
	}
	b := newBook(l, m)
	pages := b.pages()
	for _, lang := range catalogue.Langs {
		w := words{lang, l.Company}
		say, err := templatesIn(w, m)
		if err != nil {
			return err
		}
		for _, p := range pages {
			if err := say(string(lang)+"/"+p.File, "page", p, write); err != nil {
				return err
			}
		}
		data, err := writeCSV(l, m, w)
		if err != nil {
			return err
		}
		if err := write(csvName(lang), data); err != nil {
			return err
		}
	}
	return b.choice(write)
}

// choice is the page at the report's root: it leads to the default language.
func (b *book) choice(write func(string, []byte) error) error {
	say, err := templatesIn(words{b.meta.Default, b.ledger.Company}, b.meta)
	if err != nil {
		return err
	}
	p := page{frame: b.frame("index.html")}
	if err := say("index.html", "choice", p, write); err != nil {
		return err
	}
	return write(stylePath, style)
}

func csvName(l catalogue.Lang) string { return "bonus." + string(l) + ".csv" }

// templatesIn binds the templates to the words of a language.
func templatesIn(w words, m Meta) (func(path, name string, p page, write func(string, []byte) error) error, error) {
	t, err := templates().Clone()
	if err != nil {
		return nil, err
	}
	t.Funcs(funcs(w, m))
	return func(path, name string, p page, write func(string, []byte) error) error {
		var b bytes.Buffer
		if err := t.ExecuteTemplate(&b, name, p); err != nil {
			return err
		}
		return write(path, b.Bytes())
	}, nil
}

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed style.css
var style []byte

// stylePath bears the digest of the style sheet, so that no browser keeps an
// old one.
var stylePath = func() string {
	sum := sha256.Sum256(style)
	return "style." + hex.EncodeToString(sum[:6]) + ".css"
}()

// templates are parsed once and never executed, only copied. They are part of the program; a test executes them all.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(funcs(words{}, Meta{})).ParseFS(templateFiles, "templates/*.html"))
})

func funcs(w words, m Meta) template.FuncMap {
	return template.FuncMap{
		"lang":     func() catalogue.Lang { return w.lang },
		"langs":    func() []catalogue.Lang { return catalogue.Langs },
		"in":       func(l catalogue.Lang, key string) string { return catalogue.Text(l, key, nil) },
		"csv":      func() string { return csvName(w.lang) },
		"t":        w.text,
		"count":    w.count,
		"visible":  visible,
		"payee":    w.payee,
		"digits":   w.digits,
		"money":    w.money,
		"net":      w.net,
		"reason":   w.reason,
		"notes":    w.notes,
		"what":     w.what,
		"title":    title,
		"customer": customer,
		"commit":   m.commit,
		"short":    func(commit string) string { return commit[:min(len(commit), 10)] },
	}
}

// frame is what every page shows around its content.
type frame struct {
	Root, File, Home string // way to the report's root; place below a language; way to the totals
	Style            string
	Company          string
	AsOf             value.Day
	Commit           string
	Unjudged         bool
}

func (b *book) frame(file string) frame {
	up := strings.Repeat("../", strings.Count(file, "/"))
	f := frame{
		Root: "../" + up, File: file, Home: up + "index.html", Style: stylePath,
		AsOf: b.meta.AsOf, Commit: b.meta.Commit, Unjudged: b.meta.Approvals == "none",
	}
	if p := b.ledger.Company.Policy; p != nil {
		f.Company = visible(p.Company.S)
	}
	return f
}
