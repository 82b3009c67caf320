package site

import (
	"bytes"
	"html"
	"html/template"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
	tags "golang.org/x/net/html"

	"github.com/dealgate/dealgate/render/text"
)

// markdown renders a text for somebody who is to approve what it proves: what
// it says must not vanish because of how it is written. Raw HTML, pictures and
// links that lead nowhere stand there as they are written, and the rest passes
// a list of the few elements that a text needs. It returns the text itself too,
// with what would make it look different written out.
func markdown(data []byte) (page template.HTML, source string) {
	source = text.Visible(strings.ReplaceAll(string(data), "\r\n", "\n"))
	var b bytes.Buffer
	if err := converter().Convert([]byte(source), &b); err != nil {
		return "", source
	}
	return template.HTML(sanitizer().SanitizeBytes(b.Bytes())), source //nolint:gosec // sanitised by the list below
}

var converter = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.Table, extension.Strikethrough),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(asWritten{}, 100))),
	)
})

var sanitizer = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li",
		"h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,6}$`)).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(false)
	p.RequireNoReferrerOnLinks(true)
	return p
})

// asWritten renders what a page does not take over from a text.
type asWritten struct{}

// RegisterFuncs tells which nodes are rendered here.
func (asWritten) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindHTMLBlock, writeHTMLBlock)
	r.Register(ast.KindRawHTML, writeRawHTML)
	r.Register(ast.KindImage, writeImage)
	r.Register(ast.KindLink, writeLink)
	r.Register(ast.KindHeading, writeHeading)
}

func writeHTMLBlock(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		block := n.(*ast.HTMLBlock)
		written := block.Lines().Value(source)
		if block.HasClosure() {
			written = append(bytes.Clone(written), block.ClosureLine.Value(source)...)
		}
		put(w, "<pre><code>", html.EscapeString(string(written)), "</code></pre>\n")
	}
	return ast.WalkSkipChildren, nil
}

func writeRawHTML(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		put(w, "<code>", html.EscapeString(string(n.(*ast.RawHTML).Segments.Value(source))), "</code>")
	}
	return ast.WalkSkipChildren, nil
}

// writeImage names a picture: it might come from elsewhere.
func writeImage(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		put(w, "<code>![")
	} else {
		image := n.(*ast.Image)
		put(w, "](", target(image.Destination, image.Title), ")</code>")
	}
	return ast.WalkContinue, nil
}

// writeLink names what a link leads to, unless it can be followed from the page.
func writeLink(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	link := n.(*ast.Link)
	follow := followed.Match(link.Destination)
	switch {
	case follow && entering:
		put(w, `<a href="`, string(util.EscapeHTML(util.URLEscape(link.Destination, true))), `">`)
	case follow && len(link.Title) > 0:
		put(w, "</a> <code>", target(nil, link.Title), "</code>")
	case follow:
		put(w, "</a>")
	case !entering:
		put(w, " <code>(", target(link.Destination, link.Title), ")</code>")
	}
	return ast.WalkContinue, nil
}

var followed = regexp.MustCompile(`(?i)^(https?://|mailto:)`)

// target is what a link or a picture names, as Markdown writes it.
func target(destination, title []byte) string {
	s := string(destination)
	if len(title) > 0 {
		s = strings.TrimSpace(s + ` "` + string(title) + `"`)
	}
	return html.EscapeString(s)
}

// writeHeading puts headings below the one that they stand under.
func writeHeading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	level := string(rune('0' + min(n.(*ast.Heading).Level+2, 6)))
	if entering {
		put(w, "<h", level, ">")
	} else {
		put(w, "</h", level, ">\n")
	}
	return ast.WalkContinue, nil
}

func put(w util.BufWriter, parts ...string) {
	for _, s := range parts {
		_, _ = w.WriteString(s) // into memory
	}
}

// leavesOut reports whether words of a text do not stand on its page, such as
// those of a table's row that is longer than its head, or of a reference that
// nothing refers to.
func leavesOut(source string, page template.HTML) bool {
	left := map[string]int{}
	for _, word := range tokens(onPage(page)) {
		left[word]++
	}
	for _, word := range tokens(html.UnescapeString(listNumber.ReplaceAllString(source, " "))) {
		if left[word]--; left[word] < 0 {
			return true
		}
	}
	return false
}

// listNumber is what a browser counts itself.
var listNumber = regexp.MustCompile(`(?m)^[ \t>*+-]*\d{1,9}[.)]([ \t]|$)`)

// onPage is what a reader can read of a page, and where its links lead.
func onPage(page template.HTML) string {
	var b strings.Builder
	z := tags.NewTokenizer(strings.NewReader(string(page)))
	for kind := z.Next(); kind != tags.ErrorToken; kind = z.Next() {
		t := z.Token()
		if kind == tags.TextToken {
			b.WriteString(t.Data)
			continue
		}
		b.WriteByte(' ')
		for _, a := range t.Attr {
			if a.Key != "href" {
				continue
			}
			if to, err := url.PathUnescape(a.Val); err == nil {
				b.WriteString(to + " ")
			}
		}
	}
	return b.String()
}
