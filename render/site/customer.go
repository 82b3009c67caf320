package site

import (
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/fold"
)

// perOwn bounds how many deals the page of a customer, team or person lists.
const perOwn = 50

// customerPage is the page of one customer, or a further one of its deals.
type customerPage struct {
	Name        string
	Facts       []datum
	Forms       []form
	Holders     table
	Releases    *table
	Receivables receivables
	Figures     []datum
	Deals       roll
	Findings    []diag.Diagnostic
	Whole       *whole
}

// receivables are those of a customer in short.
type receivables struct {
	Open, Overdue sums
	Days          int // that the oldest is overdue
	Next          *chase
	Deal          Ref // to be chased first
	All           Ref
}

func customerPages(m *Model) []Page[customerPage] {
	var pages []Page[customerPage]
	for _, cu := range m.Company.Customers {
		l := m.ownDeals(customerFile(cu.ID), m.groupOf(m.Customers, cu.ID), stageColumn, amountColumn, daysColumn, teamColumn, ownerColumn, yearColumn, faultColumn)
		pages = append(pages, Page[customerPage]{
			File: customerFile(cu.ID), Title: customerName(cu), Find: func() []any { return m.customerWords(cu) }, Sub: region(cu),
			Content: func() customerPage { return m.customerPage(cu, l) },
		})
		above := []Ref{{customerName(cu), customerFile(cu.ID)}}
		pages = append(pages, wholes(l, perOwn, phrase("site.own.deals", "name", customerName(cu)), above, func(w *whole) customerPage { return customerPage{Whole: w} })...)
	}
	return pages
}

// ownDeals lists the deals of a customer, team or person, whose page it is on.
func (m *Model) ownDeals(page string, g *group, columns ...dealColumn) listing {
	return m.dealList("deals", ownFile(page), "site.own.title", g.Deals, columns...)
}

// ownFile is where the deals of a page go on. No id has a dot in it.
func ownFile(page string) string { return page[:len(page)-len(".html")] + ".deals.html" }

func (m *Model) customerPage(cu *fold.Customer, l listing) customerPage {
	g := m.groupOf(m.Customers, cu.ID)
	p := customerPage{
		Name: customerName(cu), Forms: m.ofCustomer(cu), Holders: m.holderTable(cu), Receivables: m.receivables(g), Figures: m.figures(g), Deals: m.roll(l, perOwn), Findings: cu.Findings,
	}
	if h := cu.Header; h != nil {
		p.Facts = data("site.customers.region", h.Region.S, "site.customer.code", h.CreditCode.S, "site.customer.aliases", textsOf(h.Aliases))
	}
	p.Facts = append(p.Facts, data("site.deal.folder", cu.Dir)...)
	if len(cu.Releases) > 0 {
		p.Releases = m.releaseTable(cu)
	}
	return p
}

func (m *Model) holderTable(cu *fold.Customer) table {
	t := table{
		ID: "holders", Caption: diag.Term("site.customer.holders"), Cards: true, Empty: phrase("site.customer.free", "days", m.Company.Policy.Customers.ProtectionDays.N),
		Heads: []head{column("site.customers.holder"), column("site.customers.until"), number("site.customer.left"), column("site.customer.by")},
	}
	for _, h := range cu.Holders(m.Company, m.AsOf) {
		d := m.byDeal[h.Deal]
		t.Rows = append(t.Rows, cells(link(m.Ref(m.team(h.Team), teamFile(h.Team))), say(h.Until), cell{Say: counted("site.days", int(h.Until-m.AsOf)), Key: h.Until.String()}, cell{Say: d.Row.Title, File: d.Row.File}))
	}
	return t
}

// releaseTable lists whom the department manager let work on the customer beside
// the team that holds it.
func (m *Model) releaseTable(cu *fold.Customer) *table {
	t := &table{
		ID: "releases", Caption: diag.Term("site.customer.releases"), Cards: true,
		Heads: []head{column("site.customer.released-on"), column("site.customer.released-to"), column("site.customer.released-by")},
	}
	for _, f := range cu.Releases {
		to := m.Company.Roster.TeamID(f.Body.(*fact.CustomerRelease).To.S)
		t.Rows = append(t.Rows, cells(say(f.Date), link(m.Ref(m.team(to), teamFile(to))), link(m.doer(f))))
	}
	return t
}

func (m *Model) receivables(g *group) receivables {
	r := receivables{All: m.Ref(diag.Term("site.customer.all-receivables"), receivablesFile)}
	r.Open, r.Overdue, r.Days = receivable(g.Deals)
	for _, d := range g.Deals {
		for _, due := range d.Dues {
			if due.Overdue && (r.Next == nil || due.Chase.Next < r.Next.Next) {
				r.Next, r.Deal = &due.Chase, Ref{d.Row.Title, d.Row.File}
			}
		}
	}
	return r
}

// figures sum up the deals of a customer, team or person.
func (m *Model) figures(g *group) []datum {
	stalled := m.stalled(g.Deals)
	out := data("site.pipeline.open", g.Open.Deals, "site.pipeline.open-amount", g.Open.Amount, "site.pipeline.weighted", g.Open.Weighted, "site.pipeline.stalled", stalled, "site.group.won", g.Won, "site.group.lost", g.Lost)
	if g.Won+g.Lost > 0 {
		out = append(out, data("site.group.win-rate", g.winRate().Say, "site.group.in-time", g.inTime().Say)...)
	}
	return out
}
