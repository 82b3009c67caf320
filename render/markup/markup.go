// Package markup writes HTML from Go: the parts of a page that stand there
// thousands of times, where a template would take most of the time. All that it
// writes is the same, byte for byte, as what html/template makes of it.
//
// What comes from data is always escaped. Markup itself can only be a constant
// in the source, because nobody else can name its type:
//
//	w.Tag(`<a href="`).To(file).Tag(`">`).Say(label).Tag(`</a>`) // compiles
//	w.Tag(label)                                                 // does not
package markup

import (
	"html/template"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
)

// Writer writes a part of a page. Its methods return it, so that what stands in
// one line of the page stands in one line of the source.
type Writer struct {
	say  func(any) string
	up   string
	html []byte
}

// New is a writer for a page: say puts a value into the page's language, up
// leads from the page to the root of its tree.
func New(say func(any) string, up string) *Writer { return &Writer{say: say, up: up} }

// Reset forgets all that was written, so that a Writer can be used again.
func (w *Writer) Reset() { w.html = w.html[:0] }

// HTML is all that was written.
func (w *Writer) HTML() template.HTML {
	return template.HTML(w.html) //nolint:gosec // all of it was escaped
}

// markup is a constant of the program.
type markup string

// Tag writes markup as it stands.
func (w *Writer) Tag(m markup) *Writer {
	w.html = append(w.html, m...)
	return w
}

// Sanitised writes HTML that html/template would write as it stands.
func (w *Writer) Sanitised(h template.HTML) *Writer {
	w.html = append(w.html, h...)
	return w
}

// Text writes a text, or the value of an attribute between double quotes.
func (w *Writer) Text(s string) *Writer {
	w.html = append(w.html, escape(s)...)
	return w
}

// Attr writes an attribute unless it is empty. It is not for links: what may
// stand in those is for To, Root and URL to say.
func (w *Writer) Attr(name markup, value string) *Writer {
	if value == "" {
		return w
	}
	return w.Tag(" ").Tag(name).Tag(`="`).Text(value).Tag(`"`)
}

// Say writes a value in the language of the page, where Text could stand.
func (w *Writer) Say(v any) *Writer { return w.Text(w.say(v)) }

// Said is what Say would write, before it is escaped.
func (w *Writer) Said(v any) string { return w.say(v) }

// Term says a text of the catalogue that mentions nothing.
func (w *Writer) Term(key diag.Term) *Writer { return w.Say(key) }

// To writes a link to a page of the tree, between double quotes.
func (w *Writer) To(file string) *Writer { return w.link(w.up, file) }

// Root writes a link to what all languages share, between double quotes.
func (w *Writer) Root(file string) *Writer { return w.link(w.up+"../", file) }

// URL writes a link that leads anywhere, between double quotes.
func (w *Writer) URL(url string) *Writer {
	w.html = append(w.html, address(url)...)
	return w
}

func (w *Writer) link(up, file string) *Writer {
	if !plain(file) {
		return w.URL(up + file)
	}
	w.html = append(append(w.html, up...), file...)
	return w
}

// escape escapes a text as html/template does, which goes further than its own
// function: a plus sign could be read as UTF-7.
func escape(s string) string {
	return strings.ReplaceAll(template.HTMLEscapeString(s), "+", "&#43;")
}

const before, after = `<a href="`, `">`

var anchor = template.Must(template.New("anchor").Parse(before + "{{.}}" + after))

// address lets html/template filter and escape a link, unless it is of such
// letters that there is nothing to do.
func address(url string) string {
	if plain(url) {
		return url
	}
	var b strings.Builder
	if err := anchor.Execute(&b, url); err != nil {
		panic(err) // a builder takes everything
	}
	return strings.TrimSuffix(strings.TrimPrefix(b.String(), before), after)
}

// plain reports whether a link has no scheme and nothing to escape.
func plain(url string) bool {
	for i := range len(url) {
		c := url[i]
		if letter := 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'; !letter && strings.IndexByte("-._~/#", c) < 0 {
			return false
		}
	}
	return true
}
