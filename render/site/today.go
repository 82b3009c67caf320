package site

import (
	"github.com/dealgate/dealgate/schema/diag"
)

// todayPage is the front page: what the checks found.
type todayPage struct {
	Health   health
	General  []diag.Diagnostic // findings that belong to no deal
	Pipeline Ref
}

func todayPages(m *Model) []Page[todayPage] {
	title := diag.Term("site.today.title")
	return one("index.html", title, func() todayPage {
		return todayPage{Health: m.Health, General: m.General, Pipeline: m.Ref(diag.Term("site.today.pipeline"), pipelineFile)}
	})
}
