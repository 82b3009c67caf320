package site

import (
	"html/template"
	"sync"

	"github.com/dealgate/dealgate/render/markup"
	"github.com/dealgate/dealgate/schema/value"
)

// parts are what pages show so often that it is not left to templates: those of
// the same name call them. Each stands beside the struct that it shows.
func (w words) parts(up string) template.FuncMap {
	return template.FuncMap{
		"ref":      partial(w, up, showRef),
		"empty":    partial(w, up, showEmpty),
		"table":    partial(w, up, showTable),
		"summary":  partial(w, up, showSummary),
		"fields":   partial(w, up, showFields),
		"exhibits": partial(w, up, showExhibits),
		"days":     partial(w, up, showDays),
		"contents": partial(w, up, showContents),
		"way":      partial(w, up, showWay),
		"cards":    partial(w, up, w.showCards),
	}
}

// partial makes a function for templates of one that shows something.
func partial[T any](w words, up string, show func(*markup.Writer, T)) func(T) template.HTML {
	writers := sync.Pool{New: func() any { return markup.New(w.say, up) }}
	return func(v T) template.HTML {
		html := writers.Get().(*markup.Writer)
		defer writers.Put(html)
		html.Reset()
		show(html, v)
		return html.HTML()
	}
}

// showRef shows a link to a page, or plain text where there is none.
func showRef(w *markup.Writer, r Ref) {
	if r.File == "" {
		w.Tag("<bdi>").Say(r.Label).Tag("</bdi>")
		return
	}
	w.Tag(`<a href="`).To(r.File).Tag(`"><bdi>`).Say(r.Label).Tag("</bdi></a>")
}

// showRefs shows one link after the other.
func showRefs(w *markup.Writer, list []Ref) {
	for i, r := range list {
		if i > 0 {
			w.Term("site.comma")
		}
		showRef(w, r)
	}
}

// showContents lists links to what stands on a page.
func showContents(w *markup.Writer, list []Ref) {
	for _, r := range list {
		w.Tag("\n<li>")
		showRef(w, r)
		w.Tag("</li>")
	}
}

// showEmpty says why there is nothing to show.
func showEmpty(w *markup.Writer, why any) { w.Tag(`<p class="empty">`).Say(why).Tag("</p>") }

// showDay shows a date.
func showDay(w *markup.Writer, on value.Day) {
	day := on.String()
	w.Tag(`<time datetime="`).Text(day).Tag(`">`).Text(day).Tag("</time>")
}
