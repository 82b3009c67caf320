package site

import (
	"path"
	"strings"

	"github.com/dealgate/dealgate/render/markup"
	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
)

// card is something that may happen next, with the template of its file.
type card struct {
	Next
	Template schema.Words
	Proofs   string // the folder for its evidence; empty where it needs none
	Upload   string // the forge's page that uploads there, where there is one
}

// cardsOf lists what may happen next to a deal on the straight way, or beside
// it, in the given order.
func (m *Model) cardsOf(d *Deal, option bool) []card {
	var out []card
	for _, n := range d.Next {
		if n.Option != option {
			continue
		}
		c := card{Next: n}
		if n.Template != nil {
			c.Template = n.Template()
		}
		if n.Evidence > 0 && n.Mend == "" {
			c.Proofs = path.Join(d.Dir, "evidence")
			c.Upload = m.uploadURL(c.Proofs)
		}
		out = append(out, c)
	}
	return out
}

// mend takes the form away where a file with errors records the fact already, so
// that nobody records it twice.
func (n *Next) mend(findings []diag.Diagnostic) {
	for _, f := range findings {
		if n.File != "" && recorded(f.File) == recorded(n.File) && diag.Failed([]diag.Diagnostic{f}) {
			n.Mend, n.URL, n.Template = f.File, "", nil
			return
		}
	}
}

// recorded is what a file records, on whatever day.
func recorded(file string) string {
	dir, name := path.Split(file)
	return dir + name[min(len(name), len("2026-01-20")):]
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
		case c.Mend != "":
			html.Tag(`<span class="badge bad">`).Term("site.next.mend")
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

// withoutSchema leaves out the line that tells an editor the schema of a file:
// who reads a template on a page has no use for it.
func withoutSchema(form string) string {
	if first, rest, _ := strings.Cut(form, "\n"); strings.HasPrefix(first, "# yaml-language-server:") {
		return rest
	}
	return form
}

// showProofs says where the evidence of a fact goes, and leads there.
func showProofs(html *markup.Writer, c card) {
	if c.Proofs == "" {
		return
	}
	html.Tag(`<span class="sub">`).Say(phrase("site.next.upload-to", "folder", c.Proofs)).Tag("</span>")
	if c.Upload != "" {
		html.Tag(`<a class="upload" href="`).URL(c.Upload).Tag(`">`).Term("site.next.upload").Tag("</a>")
	}
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
			html.Tag("\n<div><dt>").Term("site.entry.evidence").Tag("</dt><dd>").Say(counted("report.files", c.Evidence))
			showProofs(html, c)
			html.Tag("</dd></div>")
		}
		if c.File != "" {
			label, file := diag.Term("site.next.add"), c.File
			if c.Mend != "" {
				label, file = "site.next.mended", c.Mend
			}
			html.Tag("\n<div><dt>").Term(label).Tag("</dt><dd><code>").Say(file).Tag("</code></dd></div>")
		}
		html.Tag("\n</dl>")
	}
	if form := withoutSchema(html.Said(c.Template)); form != "" {
		html.Tag("\n" + `<details class="template"><summary>`).Term("site.next.template").Tag(`</summary><pre tabindex="0"><code>`).Text(form).Tag("</code></pre></details>")
	}
	if c.URL != "" {
		html.Tag("\n" + `<p><a class="button" href="`).URL(c.URL).Tag(`">`).Term("site.next.form").Tag("</a></p>")
	}
}
