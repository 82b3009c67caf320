package site

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed style.css
var style []byte

// stylePath bears the digest of the style sheet, so that no browser keeps an
// old one.
var stylePath = func() string {
	sum := sha256.Sum256(style)
	return "assets/style." + hex.EncodeToString(sum[:6]) + ".css"
}()

// pageKinds are the templates of whole pages; layout.html stands around each.
var pageKinds = []string{"choice.html", "overview.html", "deal.html"}

// templates holds the page kinds in every language. They are part of the
// program; a test executes them all.
var templates = sync.OnceValue(func() map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, l := range catalogue.Langs {
		for _, kind := range pageKinds {
			t := template.New("layout.html").Funcs(words{l}.funcs()).Option("missingkey=error")
			all[string(l)+kind] = template.Must(t.ParseFS(templateFiles, "templates/layout.html", "templates/"+kind))
		}
	}
	return all
})

func execute(l catalogue.Lang, kind string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := templates()[string(l)+kind].Execute(&b, data); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// words says things in one language.
type words struct{ lang catalogue.Lang }

func (w words) funcs() template.FuncMap {
	return template.FuncMap{
		"lang":    func() catalogue.Lang { return w.lang },
		"langs":   func() []catalogue.Lang { return catalogue.Langs },
		"in":      func(l catalogue.Lang, key string) string { return catalogue.Text(l, key, nil) },
		"t":       w.text,
		"count":   w.count,
		"say":     w.say,
		"all":     w.all,
		"explain": w.explain,
		"need":    w.need,
		"short":   short,
	}
}

// text is a text of the catalogue, its arguments given as name and value in
// turn.
func (w words) text(key string, pairs ...any) (string, error) {
	if len(pairs)%2 != 0 {
		return "", fmt.Errorf("%s: an argument lacks its value", key)
	}
	args := diag.Args{}
	for i := 0; i < len(pairs); i += 2 {
		args[fmt.Sprint(pairs[i])] = w.say(pairs[i+1])
	}
	return catalogue.Text(w.lang, key, args), nil
}

// count is a text that has a form for one and a form for many.
func (w words) count(key string, n int) string {
	form := ".many"
	if n == 1 {
		form = ".one"
	}
	return catalogue.Text(w.lang, key+form, diag.Args{"n": n})
}

// say puts a value of a page into words.
func (w words) say(v any) string {
	switch v := v.(type) {
	case diag.Term:
		return visible(catalogue.Text(w.lang, string(v), nil))
	case schema.Words:
		return v.In(w.lang)
	case money:
		return w.money(v)
	case int:
		return strconv.Itoa(v)
	case string:
		return visible(v)
	}
	return visible(fmt.Sprint(v))
}

// all says several things with the language's comma between them.
func (w words) all(list any) (string, error) {
	comma := catalogue.Text(w.lang, "site.comma", nil)
	switch list := list.(type) {
	case []diag.Term:
		return join(list, comma, func(t diag.Term) string { return w.say(t) }), nil
	case values:
		return join(list, comma, w.say), nil
	case sums:
		return join(list, comma, func(m money) string { return w.say(m) }), nil
	}
	return "", fmt.Errorf("no list of things to say: %T", list)
}

func join[T any](list []T, comma string, say func(T) string) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = say(v)
	}
	return strings.Join(parts, comma)
}

// money says an amount with its currency.
func (w words) money(m money) string {
	key := "site.money." + m.Currency
	if !catalogue.Has(key) {
		key = "site.money.other"
	}
	return catalogue.Text(w.lang, key, diag.Args{"amount": m.digits(), "currency": visible(m.Currency)})
}

func (w words) need(n Need) string { return visible(catalogue.Text(w.lang, n.Key, n.Args)) }

func (w words) explain(d diag.Diagnostic) catalogue.Finding {
	f := catalogue.Explain(w.lang, d)
	return catalogue.Finding{Title: visible(f.Title), Found: visible(f.Found), Expected: visible(f.Expected), Fix: visible(f.Fix)}
}

// visible writes out what could make a text look different from what it says:
// control and bidirectional characters.
func visible(s string) string {
	if strings.IndexFunc(s, deceptive) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if deceptive(r) {
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func deceptive(r rune) bool {
	return (unicode.IsControl(r) && r != '\n' && r != '\t') || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar
}

// short is the beginning of a commit's hash, enough to find it.
func short(commit string) string { return commit[:min(len(commit), 8)] }
