package bonus

import (
	"html/template"

	"github.com/dealgate/dealgate/render/markup"
)

// lineWriter writes the lines of a table. A report has thousands of them, each
// with a tree of reasons, so that this is not left to templates.
type lineWriter struct {
	*markup.Writer
	words
	book    *book
	origins *origins
	said    map[Source]string // what is said of places, for those that many lines rest on
}

// lines makes a function for templates that shows lines.
func lines(w words, b *book, o *origins) func([]Line) template.HTML {
	return func(list []Line) template.HTML {
		out := lineWriter{markup.New(nil, ""), w, b, o, map[Source]string{}}
		for _, l := range list {
			out.line(l)
		}
		return out.HTML()
	}
}

// line shows one line: what it is, and below how it came about.
func (w lineWriter) line(l Line) {
	day := l.On.String()
	w.Tag("\n\n" + `<tbody class="line `).Text(string(l.State)).Tag(`">` + "\n<tr>\n" + `<td class="date"><time datetime="`).Text(day).Tag(`">`).Text(day).Tag("</time>")
	if l.Period != 0 {
		w.Tag(`<span class="sub">`).Text(w.text("bonus.period.of", "month", l.Period)).Tag("</span>")
	}
	w.Tag("</td>\n" + `<th scope="row"><span class="badge `).Text(string(l.State)).Tag(`">`).Text(w.text(string(stateOf(l)))).Tag("</span> ")
	w.Text(w.text("bonus.kind." + string(l.Kind))).Tag(" · ").Text(w.what(l))
	if l.Detail != "" {
		w.Tag(" · ").Text(visible(l.Detail))
	}
	w.Tag("\n" + `<span class="sub"><bdi>`).Text(title(l.Deal)).Tag("</bdi></span>\n" + `<span class="sub why">`).Text(w.reason(l))
	if l.Late {
		w.Tag(" · ").Text(w.text("bonus.late"))
	}
	if days := w.book.age(l); days != 0 {
		w.Tag(" · ").Text(w.count("bonus.count.days", days))
	}
	w.Tag("</span></th>\n" + `<td class="number strong">`).Text(w.money(l.Currency, l.Amount)).Tag("</td>\n</tr>")
	w.derivation(l)
	w.Tag("\n</tbody>\n")
}

// derivation shows how the amount of a line came about: the formula, and the
// tree of steps for who wants to know more.
func (w lineWriter) derivation(l Line) {
	formula := w.formula(l)
	w.Tag("\n" + `<tr class="derivation`)
	if formula == "" {
		w.Tag(" bare")
		formula = w.text("bonus.how.open")
	}
	w.Tag(`"><td colspan="3"><details>` + "\n<summary>").Text(formula).Tag("</summary>\n" + `<ul class="steps">`)
	w.showStep(w.book.explainer.Explain(l))
	w.Tag("\n" + `<li class="key">`).Text(w.text("bonus.key", "id", l.Key.ID(), "key", l.Key.String())).Tag("</li>\n</ul>\n</details></td></tr>")
}

// showStep shows a step, the places that it rests on, and the steps behind it.
func (w lineWriter) showStep(s Step) {
	w.Tag("\n<li>").Text(w.step(s))
	if len(s.Sources)+len(s.Steps) > 0 {
		w.Tag("\n<ul>")
		for _, source := range s.Sources {
			w.Tag("\n" + `<li class="source">`).Text(w.place(source)).Tag("</li>")
		}
		for _, behind := range s.Steps {
			w.showStep(behind)
		}
		w.Tag("\n</ul>")
	}
	w.Tag("</li>")
}

// place says what is known about a place, once for all lines of the table.
func (w lineWriter) place(s Source) string {
	said, known := w.said[s]
	if !known {
		said = w.origin(w.origins.of(s))
		w.said[s] = said
	}
	return said
}
