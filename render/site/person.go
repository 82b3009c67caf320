package site

import (
	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// personPage is the page of one person, or a further one of his deals.
type personPage struct {
	Name  string
	Facts []datum
	Roles table
	Work  work
	Pay   *table // where policy lets everybody see it
	Whole *whole
}

func personPages(m *Model) []Page[personPage] {
	pay := m.payOf()
	var pages []Page[personPage]
	for _, p := range m.people() {
		l := m.ownDeals(personFile(p.ID), m.groupOf(m.Owners, p.ID), stageColumn, amountColumn, daysColumn, teamColumn, yearColumn, nextColumn, faultColumn)
		pages = append(pages, Page[personPage]{
			File: personFile(p.ID), Title: p.Name, Find: func() []any { return []any{p.ID, m.roles(p)} }, Sub: m.roles(p),
			Content: func() personPage { return m.personPage(p, l, pay[p.ID]) },
		})
		above := []Ref{{p.Name, personFile(p.ID)}}
		pages = append(pages, wholes(l, perOwn, phrase("site.own.deals", "name", p.Name), above, func(w *whole) personPage { return personPage{Whole: w} })...)
	}
	return pages
}

func (m *Model) personPage(p *fold.Person, l listing, pay []bonus.Total) personPage {
	page := personPage{Name: p.Name, Facts: data("site.people.roles", m.roles(p)), Roles: m.roleTable(p), Work: m.work(m.groupOf(m.Owners, p.ID), l)}
	if team := p.TeamOn(m.AsOf); team != "" {
		page.Facts = append(page.Facts, data("site.deal.team", m.Ref(m.team(team), teamFile(team)))...)
	}
	if on := p.LastDay(); on != 0 {
		page.Facts = append(page.Facts, data("site.people.last-day", on)...)
	}
	if len(pay) > 0 {
		page.Pay = payTable(pay)
	}
	return page
}

// roleTable lists the roles and teams that somebody has had.
func (m *Model) roleTable(p *fold.Person) table {
	t := table{
		ID: "roles", Caption: diag.Term("site.people.roles-caption"), Cards: true, Empty: diag.Term("role.none"),
		Heads: []head{column("site.people.role"), column("site.people.since"), column("site.people.to")},
	}
	for _, r := range p.Entry().Roles {
		t.Rows = append(t.Rows, cells(say(diag.Term("role."+r.Role.S)), say(r.From.Day), openEnd(r.To.Day)))
	}
	for _, of := range p.Entry().Teams {
		id := m.Company.Roster.TeamID(of.Team.S)
		t.Rows = append(t.Rows, cells(link(m.Ref(m.team(id), teamFile(id))), say(of.From.Day), openEnd(of.To.Day)))
	}
	return t
}

func openEnd(day value.Day) cell { return dayCell(day, "site.people.still") }

// payOf is what people are paid, by their id, where policy lets the readers of
// the site see that; else nothing.
func (m *Model) payOf() map[string][]bonus.Total {
	pay := map[string][]bonus.Total{}
	if m.Ledger == nil {
		return pay
	}
	_, people := m.Ledger.Visible(m.Company.Policy)
	for _, t := range people {
		if t.Person != "" {
			pay[t.Person] = append(pay[t.Person], t)
		}
	}
	return pay
}

func payTable(totals []bonus.Total) *table {
	t := &table{
		ID: "pay", Caption: diag.Term("site.people.pay-caption"), Cards: true,
		Heads: []head{
			column("site.people.currency"), number("site.people.reward"), number("site.people.commission"), number("site.people.refund"), number("site.people.penalty"),
			number("site.people.payable"), number("site.people.waiting"), number("site.people.paid"),
		},
	}
	for _, x := range totals {
		in := func(d decimal.Decimal) cell { return amount(money{d, x.Currency}) }
		t.Rows = append(t.Rows, cells(say(x.Currency), in(x.Reward), in(x.Commission), in(x.Refund), in(x.Penalty), in(x.Payable), in(x.Waiting), in(x.Paid)))
	}
	return t
}
