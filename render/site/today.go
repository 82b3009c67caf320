package site

import (
	"github.com/dealgate/dealgate/schema/diag"
)

// todayPage is the front page: what the checks found.
type todayPage struct {
	Health   health
	General  []diag.Diagnostic // the first findings that belong to no deal
	All      Ref               // to the others
	Pipeline Ref
}

// mostFindings bounds how many findings the front page shows.
const mostFindings = 5

func todayPages(m *Model) []Page[todayPage] {
	title := diag.Term("site.today.title")
	return one("index.html", title, func() todayPage {
		return todayPage{
			Health: m.Health, General: m.General[:min(len(m.General), mostFindings)],
			All:      m.Ref(counted("site.findings.all", len(m.General)), findingsFile),
			Pipeline: m.Ref(diag.Term("site.today.pipeline"), pipelineFile),
		}
	})
}
