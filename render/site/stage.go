package site

import (
	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
)

// stagePage lists the deals of one stage.
type stagePage struct{ List whole }

// stagePages are the pages of every stage at which deals stand, or stood when
// the board looks back.
func stagePages(m *Model) []Page[stagePage] {
	at := map[string][]*Deal{}
	for _, d := range m.Deals {
		at[d.Row.state] = append(at[d.Row.state], d)
	}
	var pages []Page[stagePage]
	for _, state := range m.stages.names() {
		deals := at[state]
		if len(deals) == 0 {
			continue
		}
		columns := []dealColumn{amountColumn, daysColumn, teamColumn, ownerColumn, yearColumn, nextColumn, faultColumn}
		if m.stages.end(state) {
			columns = []dealColumn{amountColumn, endedColumn, reasonColumn, teamColumn, ownerColumn, yearColumn, faultColumn}
		}
		name := m.stages.process.Term(state)
		l := m.dealList("deals", stageFile(state), name, deals, columns...)
		l.Note = m.stageNote(state)
		all := wholes(l, -1, name, nil, func(w *whole) stagePage { return stagePage{*w} })
		all[0].Find = nothing
		pages = append(pages, all...)
	}
	return pages
}

// stageNote says what policy expects of a stage, and what it usually takes.
func (m *Model) stageNote(state string) any {
	if m.stages.end(state) || state == schema.None {
		return nil
	}
	return phrase("site.stage.note", "weight", m.Company.Policy.Weight(state).Text, "limit", m.limitCell(state).Say, "median", medianCell(m.Figures.durations[state]).Say)
}

var (
	endedColumn  = dealColumn{column("site.deals.ended"), func(_ *Model, d *Deal) cell { return say(d.Past.Ended) }}
	reasonColumn = dealColumn{column("site.deals.reason"), func(_ *Model, d *Deal) cell { return reasonCell(d.Past.Reason) }}
)

func reasonCell(reason string) cell {
	if reason == "" {
		return say(diag.Term("site.nothing"))
	}
	return say(brief(reason))
}
