package site

import (
	"github.com/dealgate/dealgate/render/markup"
)

// showDays shows a timeline.
func showDays(w *markup.Writer, days []day) {
	w.Tag("\n" + `<ol class="days">`)
	for _, d := range days {
		w.Tag("\n" + `<li class="day">` + "\n<h3>")
		showDay(w, d.On)
		w.Tag("</h3>\n" + `<ul class="entries">`)
		for _, e := range d.Entries {
			if e.Derived {
				showDerived(w, e)
			} else {
				showFact(w, e)
			}
		}
		w.Tag("\n</ul>\n</li>")
	}
	w.Tag("\n</ol>\n")
}

// showDerived shows a row of the workflow that followed by itself.
func showDerived(w *markup.Writer, e entry) {
	w.Tag("\n" + `<li class="derived"><span class="what">`).Say(e.Name).Tag(`</span> <span class="fine">`).Text(e.Row).Tag(" · ")
	showRun(w, e)
	w.Tag(" → ").Say(e.To).Tag(" · ").Term("site.entry.derived").Tag("</span></li>")
}

// showFact shows a fact: what it is, who did it and who approved it. What it
// says and where it stands unfolds.
func showFact(w *markup.Writer, e entry) {
	w.Tag("\n" + `<li class="entry`)
	if e.VoidedBy != "" {
		w.Tag(" void")
	}
	w.Tag(`" id="`).Text(e.ID).Tag(`">` + "\n")
	showFactTitle(w, e)
	w.Tag("\n" + `<p class="meta">`)
	showRef(w, e.By)
	w.Tag(" · ")
	showRun(w, e)
	if e.To != "" {
		w.Tag(" → <strong>").Say(e.To).Tag("</strong>")
	}
	w.Tag("</p>")
	if e.VoidedBy != "" {
		w.Tag("\n" + `<p class="meta">`).Term("site.entry.voided-by").Tag(" <code>").Say(e.VoidedBy).Tag("</code></p>")
	}
	if e.ReplacedBy != "" {
		w.Tag("\n" + `<p class="meta">`).Term("site.entry.replaced-by").Tag(" <code>").Say(e.ReplacedBy).Tag("</code></p>")
	}
	if e.Prov != nil {
		showApprovals(w, e.Prov.Approvals)
	}
	w.Tag("\n" + `<details class="fold"><summary>`).Term("site.entry.more").Tag("</summary>")
	showFields(w, e.Fields)
	if e.Withheld {
		w.Tag("\n" + `<p class="fine">`).Term("site.entry.withheld").Tag("</p>")
	}
	showProof(w, e)
	showRecord(w, e)
	w.Tag("\n</details>\n</li>")
}

// showRun says in which run of which process something happened.
func showRun(w *markup.Writer, e entry) {
	w.Say(e.Process)
	if e.Instance != "" {
		w.Tag(" <bdi>").Say(e.Instance).Tag("</bdi>")
	}
}

// showFactTitle shows what happened, with what is to be said about its record.
func showFactTitle(w *markup.Writer, e entry) {
	w.Tag(`<h4><span class="what">`).Say(e.Name).Tag("</span>")
	if e.Row != "" {
		w.Tag(" <small>").Text(e.Row).Tag("</small>")
	}
	if e.VoidedBy != "" {
		w.Tag(` <span class="badge bad">`).Term("site.entry.void").Tag("</span>")
	}
	if e.ReplacedBy != "" {
		w.Tag(` <span class="badge warn">`).Term("site.entry.corrected").Tag("</span>")
	}
	if e.Prov != nil {
		showVerdict(w, *e.Prov)
	}
	w.Tag("</h4>")
}

// showVerdict says whether a fact was recorded late, and what proves it.
func showVerdict(w *markup.Writer, r record) {
	if r.Late != 0 {
		w.Tag(` <span class="badge warn">`).Say(counted("site.entry.late", r.Late)).Tag("</span>")
	}
	switch {
	case r.Baseline:
		w.Tag(` <span class="badge">`).Term("site.entry.baseline").Tag("</span>")
	case r.Proof != "" && r.Unproven:
		w.Tag(` <span class="badge bad">`).Say(r.Proof).Tag("</span> <small>").Say(r.Why).Tag("</small>")
	case r.Proof != "":
		w.Tag(` <span class="badge good">`).Say(r.Proof).Tag("</span>")
	}
}

// showProof shows the note and the evidence of a fact.
func showProof(w *markup.Writer, e entry) {
	if e.Note == "" && len(e.Evidence) == 0 {
		return
	}
	w.Tag("\n" + `<dl class="fields">`)
	if e.Note != "" {
		w.Tag("\n<div><dt>").Term("site.entry.note").Tag("</dt><dd>")
		showText(w, e.Note)
		w.Tag("</dd></div>")
	}
	if len(e.Evidence) > 0 {
		w.Tag("\n<div><dt>").Term("site.entry.evidence").Tag("</dt><dd>")
		showRefs(w, e.Evidence)
		w.Tag("</dd></div>")
	}
	w.Tag("\n</dl>")
}

// showApprovals says who approved a fact, in which role and when.
func showApprovals(w *markup.Writer, list []approvedBy) {
	if len(list) == 0 {
		return
	}
	w.Tag("\n" + `<p class="meta">`).Term("site.entry.approved").Tag(" ")
	for i, a := range list {
		if i > 0 {
			w.Term("site.comma")
		}
		showRef(w, a.Who)
		w.Tag(` <span class="fine">`).Say(a.Role).Tag(" ")
		showDay(w, a.On)
		if a.Delegated {
			w.Tag(" ").Term("site.entry.delegated")
		}
		w.Tag("</span>")
	}
	w.Tag("</p>")
}

// showRecord says in which file a fact stands, and which commit recorded it.
func showRecord(w *markup.Writer, e entry) {
	w.Tag("\n" + `<p class="fine">`)
	if e.Prov == nil {
		w.Tag("<code>").Say(e.File).Tag("</code><br>").Term("site.entry.unrecorded").Tag("</p>")
		return
	}
	r := *e.Prov
	showLinked(w, r.SourceURL, func() { w.Tag("<code>").Say(e.File).Tag("</code>") })
	w.Tag("<br>").Say(phrase("site.entry.recorded", "on", r.On, "author", r.Author)).Tag(" ")
	showLinked(w, r.CommitURL, func() { w.Tag(`<code title="`).Text(r.Commit).Tag(`">`).Text(short(r.Commit)).Tag("</code>") })
	if r.Pull != 0 {
		w.Tag(" · ")
		showLinked(w, r.PullURL, func() { w.Say(phrase("site.entry.pull", "n", r.Pull)) })
	}
	w.Tag("</p>")
}

// showLinked shows something as a link to the forge, where there is one.
func showLinked(w *markup.Writer, url string, show func()) {
	if url == "" {
		show()
		return
	}
	w.Tag(`<a href="`).URL(url).Tag(`">`)
	show()
	w.Tag("</a>")
}
