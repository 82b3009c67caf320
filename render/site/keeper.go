package site

import (
	"cmp"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/fold"
)

// keeper is the id of the team that looks after a deal: the one in charge, and
// until one is determined, that of whoever brought the lead.
func (m *Model) keeper(d *fold.Deal) string {
	if d.Team != "" {
		return d.Team
	}
	for _, f := range d.Facts {
		lead, ok := f.Body.(*fact.Lead)
		if !ok {
			continue
		}
		if p := m.Company.Roster.Person(cmp.Or(lead.BroughtBy.S, lead.By.S)); p != nil {
			return p.TeamOn(f.Date)
		}
	}
	return ""
}
