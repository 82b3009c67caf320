package site

import (
	"github.com/dealgate/dealgate/render/markup"
	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
)

// card is something that may happen next, with the template of its file.
type card struct {
	Next
	Template schema.Words
}

// cardsOf lists what may happen next on the straight way, or beside it, in the
// given order.
func cardsOf(next []Next, option bool) []card {
	var out []card
	for _, n := range next {
		if n.Option != option {
			continue
		}
		c := card{Next: n}
		if n.Template != nil {
			c.Template = n.Template()
		}
		out = append(out, c)
	}
	return out
}

// showCards shows what may happen next, each with what it needs.
func (w words) showCards(html *markup.Writer, list []card) {
	html.Tag("\n" + `<ul class="cards">`)
	for _, c := range list {
		html.Tag("\n" + `<li class="card`)
		if c.Ready() {
			html.Tag(" ready")
		}
		if c.Option {
			html.Tag(" option")
		}
		html.Tag(`">` + "\n" + `<p class="fine">`).Say(c.Process)
		if c.Instance != "" {
			html.Tag(" <bdi>").Say(c.Instance).Tag("</bdi>")
		}
		html.Tag("</p>\n<h3>").Say(c.Title()).Tag(" <small>").Text(c.Row)
		if name := html.Said(c.Name); name != html.Said(c.Title()) {
			html.Tag(" ").Text(name)
		}
		html.Tag("</small></h3>\n<p>")
		switch {
		case c.File == "":
			html.Tag(`<span class="badge">`).Term("site.next.follows")
		case c.Ready():
			html.Tag(`<span class="badge good">`).Term("site.next.ready")
		default:
			html.Tag(`<span class="badge warn">`).Term("site.next.waits")
		}
		html.Tag("</span></p>")
		w.showNeeds(html, c.Needs)
		showTask(html, c)
		html.Tag("\n</li>")
	}
	html.Tag("\n</ul>\n")
}

// showNeeds lists what is there already and what is missing.
func (w words) showNeeds(html *markup.Writer, needs []Need) {
	if len(needs) == 0 {
		return
	}
	html.Tag("\n" + `<ul class="needs">`)
	for _, n := range needs {
		class, mark := "unmet", diag.Term("site.need.unmet")
		switch {
		case n.Met:
			class, mark = "met", "site.need.met"
		case n.OfFact:
			class, mark = "of-fact", "site.need.of-fact"
		}
		html.Tag("\n" + `<li class="`).Text(class).Tag(`"><span class="mark">`).Term(mark).Tag("</span> <bdi>").Text(w.need(n)).Tag("</bdi></li>")
	}
	html.Tag("\n</ul>")
}

// showTask shows who records it and where, and a form for it.
func showTask(html *markup.Writer, c card) {
	if len(c.Actors)+len(c.Approvals)+c.Evidence > 0 || c.File != "" {
		html.Tag("\n" + `<dl class="fields">`)
		if len(c.Actors) > 0 {
			html.Tag("\n<div><dt>").Term("site.next.actors").Tag("</dt><dd>").Say(c.Actors).Tag("</dd></div>")
		}
		if len(c.Approvals) > 0 {
			html.Tag("\n<div><dt>").Term("site.next.approvals").Tag("</dt><dd>").Say(c.Approvals).Tag("</dd></div>")
		}
		if c.Evidence != 0 {
			html.Tag("\n<div><dt>").Term("site.entry.evidence").Tag("</dt><dd>").Say(counted("report.files", c.Evidence)).Tag("</dd></div>")
		}
		if c.File != "" {
			html.Tag("\n<div><dt>").Term("site.next.add").Tag("</dt><dd><code>").Say(c.File).Tag("</code></dd></div>")
		}
		html.Tag("\n</dl>")
	}
	if form := html.Said(c.Template); form != "" {
		html.Tag("\n" + `<details class="template"><summary>`).Term("site.next.template").Tag(`</summary><pre tabindex="0"><code>`).Text(form).Tag("</code></pre></details>")
	}
	if c.URL != "" {
		html.Tag("\n" + `<p><a class="button" href="`).URL(c.URL).Tag(`">`).Term("site.next.form").Tag("</a></p>")
	}
}
