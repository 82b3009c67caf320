package site

import (
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// work is what the pages of a team and of a person say of their deals.
type work struct {
	Figures []datum
	Results table
	Stays   table
	Deals   roll
}

// teamPage is the page of one team, or a further one of its deals.
type teamPage struct {
	Name    string
	Facts   []datum
	Members table
	Work    work
	Whole   *whole
}

func teamPages(m *Model) []Page[teamPage] {
	var pages []Page[teamPage]
	for _, t := range m.teams() {
		l := m.ownDeals(teamFile(t.ID), m.groupOf(m.Teams, t.ID), stageColumn, amountColumn, daysColumn, ownerColumn, yearColumn, nextColumn, faultColumn)
		pages = append(pages, Page[teamPage]{
			File: teamFile(t.ID), Title: t.Name, Find: func() []any { return []any{t.ID} },
			Content: func() teamPage { return m.teamPage(t, l) },
		})
		above := []Ref{{t.Name, teamFile(t.ID)}}
		pages = append(pages, wholes(l, perOwn, phrase("site.own.deals", "name", t.Name), above, func(w *whole) teamPage { return teamPage{Whole: w} })...)
	}
	return pages
}

func (m *Model) teamPage(t *fold.Team, l listing) teamPage {
	return teamPage{
		Name: t.Name, Facts: data("site.people.manager", m.refOf(m.managers[t.ID]), "site.people.since", t.From, "site.people.to", t.To),
		Members: m.memberTable(t), Work: m.work(m.groupOf(m.Teams, t.ID), l),
	}
}

// refOf names somebody with the page about him, if there is anybody.
func (m *Model) refOf(id string) any {
	if id == "" {
		return nil
	}
	return m.personRef(id)
}

func (m *Model) work(g *group, l listing) work {
	return work{Figures: m.figures(g), Results: g.resultTable("results"), Stays: m.stageTable("stays", g), Deals: m.roll(l, perOwn)}
}

func (m *Model) memberTable(t *fold.Team) table {
	out := table{
		ID: "members", Caption: diag.Term("site.people.members"), Cards: true, Empty: diag.Term("site.people.no-members"),
		Heads: []head{column("site.people.person"), column("site.people.roles"), number("site.group.open"), number("site.deal.amount"), number("site.group.win-rate"), number("site.group.in-time")},
	}
	for _, p := range m.Company.Roster.Members(t.ID, m.AsOf) {
		g := m.groupOf(m.Owners, p.ID)
		out.Rows = append(out.Rows, cells(cell{Say: p.Name, File: personFile(p.ID)}, say(m.roles(p)), countCell(g.Open.Deals), amounts(g.Open.Amount), g.winRate(), g.inTime()))
	}
	return out
}
