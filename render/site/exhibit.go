package site

import (
	"maps"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/render/markup"
	"github.com/dealgate/dealgate/validate/fold"
)

// exhibit is a file of evidence with the facts that it proves.
type exhibit struct {
	ID string // an anchor
	evidence
	Proves []Ref
}

// maxInline bounds the Markdown that one page shows, so that it stays small
// however much there is; the rest is offered as files.
const maxInline = 100 << 10

// mostExhibits bounds how many files of evidence are in sight before a reader
// unfolds the rest.
const mostExhibits = 6

// exhibitID is where a file of evidence stands on its page. A receipt's lies in
// the customer's folder.
func exhibitID(dir, name string) string {
	if strings.HasPrefix(dir, fold.Root+"/customers/") {
		return "customer/evidence/" + name
	}
	return "evidence/" + name
}

// exhibits lists the evidence of a deal in the order in which facts name it,
// and then what no fact names. at is the page that a fact stands on.
func (m *Model) exhibits(d *Deal, at map[string]string) []exhibit {
	var out []exhibit
	index, room, secret := map[string]int{}, maxInline, m.secret(d)
	add := func(dir, name string) int {
		id := exhibitID(dir, name)
		k, known := index[id]
		if !known {
			k = len(out)
			index[id] = k
			out = append(out, exhibit{ID: id, evidence: evidence{Name: name, Kind: "withheld"}})
			if !secret[id] {
				out[k].evidence = m.inlined(dir, name, &room)
			}
		}
		return k
	}
	for _, f := range m.recorded(d.Deal) {
		for _, e := range f.Body.Base().Evidence {
			k := add(f.Dir, e.S)
			out[k].Proves = append(out[k].Proves, m.Ref(phrase("site.exhibit.fact", "name", f.Step.Term(), "on", f.Date), at[anchor(f)]+"#"+anchor(f)))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Evidence)) {
		add(d.Dir, name)
	}
	return out
}

// secret finds the evidence that only proves what is not published.
func (m *Model) secret(d *Deal) map[string]bool {
	secret, open := map[string]bool{}, map[string]bool{}
	for _, f := range m.recorded(d.Deal) {
		to := open
		if f.Process == "terms" && m.hides(d.Deal, f) || m.sealedBid(d.Deal, f) {
			to = secret
		}
		for _, e := range f.Body.Base().Evidence {
			to[exhibitID(f.Dir, e.S)] = true
		}
	}
	maps.DeleteFunc(secret, func(id string, _ bool) bool { return open[id] })
	return secret
}

// inlined is a file of evidence as long as there is room for its text.
func (m *Model) inlined(dir, name string, room *int) evidence {
	e := m.Evidence(dir, name)
	size := len(e.HTML) + len(e.Source)
	if *room -= size; *room >= 0 || e.Kind != "markdown" {
		return e
	}
	*room += size
	data, _, err := m.shelf.read(e.Path)
	if err != nil {
		return evidence{Name: name, Path: e.Path, Kind: "missing"}
	}
	return evidence{Name: name, Path: e.Path, Size: e.Size, Kind: "file", File: m.copied(dir, name, ".bin", data)}
}

// showExhibits shows the evidence of a deal.
func showExhibits(w *markup.Writer, list []exhibit) {
	w.Tag("\n" + `<section aria-labelledby="exhibits">` + "\n" + `<h2 id="exhibits">`).Term("site.exhibit.title").Tag("</h2>\n")
	first := min(len(list), mostExhibits)
	showFiles(w, list[:first])
	if rest := list[first:]; len(rest) > 0 {
		w.Tag(`<details class="fold"><summary>`).Say(counted("site.exhibit.more", len(rest))).Tag("</summary>\n")
		showFiles(w, rest)
		w.Tag("</details>\n")
	}
	w.Tag("</section>\n")
}

// showFiles shows files of evidence with the facts that each proves.
func showFiles(w *markup.Writer, list []exhibit) {
	w.Tag(`<ul class="exhibits">`)
	for _, e := range list {
		w.Tag("\n<li").Tag(` id="`).Text(e.ID).Tag(`">`)
		showEvidence(w, e.evidence)
		if len(e.Proves) > 0 {
			w.Tag("\n" + `<p class="fine">`).Term("site.exhibit.proves").Tag(" ")
			showRefs(w, e.Proves)
			w.Tag("</p>")
		} else {
			w.Tag("\n" + `<p class="fine">`).Term("site.exhibit.unnamed").Tag("</p>")
		}
		w.Tag("</li>")
	}
	w.Tag("\n</ul>\n")
}
