package site

import (
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

const peopleFile = "people.html"

// perTeams bounds how many teams stand above the list of people.
const perTeams = 50

// peoplePage lists teams and people: an overview, or a further page of one of
// the two lists.
type peoplePage struct {
	Teams, People roll
	Whole         *whole
}

func peoplePages(m *Model) []Page[peoplePage] {
	title := diag.Term("site.people.title")
	teams, people := m.teamList(), m.peopleList()
	pages := one(peopleFile, title, func() peoplePage {
		return peoplePage{Teams: m.roll(teams, perTeams), People: m.roll(people, perRoll)}
	})
	above := []Ref{{title, peopleFile}}
	wrap := func(w *whole) peoplePage { return peoplePage{Whole: w} }
	pages = append(pages, wholes(teams, perTeams, teams.Title, above, wrap)...)
	return append(pages, wholes(people, perRoll, people.Title, above, wrap)...)
}

func (m *Model) teams() []*fold.Team {
	if m.Company.Roster == nil {
		return nil
	}
	return m.Company.Roster.Teams
}

func (m *Model) people() []*fold.Person {
	if m.Company.Roster == nil {
		return nil
	}
	return m.Company.Roster.People
}

func (m *Model) teamList() listing {
	return listing{
		Title: "site.people.teams", Note: diag.Term("site.people.note"), File: "people-teams.html",
		Table: table{
			ID: "teams", Caption: diag.Term("site.people.teams-caption"), Cards: true, Empty: diag.Term("site.people.no-teams"),
			Heads: append([]head{column("site.deal.team"), column("site.people.manager"), number("site.people.members")}, groupHeads()...),
		},
		Rows: rowsOf(m.teams(), func(t *fold.Team) tableRow {
			name := cell{Say: t.Name, File: teamFile(t.ID)}
			if t.To != 0 && t.To < m.AsOf {
				name.Sub = phrase("site.people.until", "date", t.To)
			}
			row := cells(name, m.personCell(m.managers[t.ID]), countCell(len(m.Company.Roster.Members(t.ID, m.AsOf))))
			row.Cells = append(row.Cells, m.groupOf(m.Teams, t.ID).cells()...)
			return row
		}),
	}
}

func (m *Model) peopleList() listing {
	return listing{
		Title: "site.people.people", File: "people-all.html",
		Table: table{
			ID: "people", Caption: diag.Term("site.people.people-caption"), Cards: true, Empty: diag.Term("site.people.nobody"),
			Heads: append([]head{column("site.people.person"), column("site.people.roles"), choice("site.deal.team")}, groupHeads()...),
		},
		Rows: rowsOf(m.people(), func(p *fold.Person) tableRow {
			row := cells(cell{Say: p.Name, File: personFile(p.ID)}, say(m.roles(p)), m.teamOf(p))
			if on := p.LastDay(); on != 0 && on < m.AsOf {
				row.Cells[0].Sub = phrase("site.people.until", "date", on)
			}
			row.Cells = append(row.Cells, m.groupOf(m.Owners, p.ID).cells()...)
			return row
		}),
	}
}

// roles are those that somebody holds, or that he holds none.
func (m *Model) roles(p *fold.Person) []diag.Term {
	var out []diag.Term
	for _, r := range p.RolesOn(m.AsOf) {
		out = append(out, diag.Term("role."+r))
	}
	if len(out) == 0 {
		return []diag.Term{"role.none"}
	}
	return out
}

// teamOf is the team that somebody belongs to.
func (m *Model) teamOf(p *fold.Person) cell {
	id := p.TeamOn(m.AsOf)
	if id == "" {
		return cell{Say: diag.Term("site.nothing"), Choice: "-"}
	}
	return cell{Say: m.team(id), File: teamFile(id), Choice: id}
}
