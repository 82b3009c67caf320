package bonus

import (
	"cmp"
	"slices"

	"github.com/dealgate/dealgate/render/paging"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// excludedOnOnePage is how many deals that are left out the first page lists.
const excludedOnOnePage = 200

// page is one page of the report. It names no language: each is said in all.
type page struct {
	frame
	paging.Pager
	Kind string // of its template

	People    []personRow
	All       []personRow // of all people, by currency, on every page
	Summary   *summary    // of the report as a whole, on its first page
	Deals     []Total
	Owed      []Liability
	Yield     []Contribution
	Nothing   []Line
	Period    *period
	Statement *statement // of one payee; its groups are those of this page
}

// summary is what the first page shows beside the totals of people.
type summary struct {
	Accounts []accountRow // what teams hold
	Teams    []Total      // by the team in charge of the deal
	Months   []Total
	Periods  []periodRow
	Excluded []*fold.Deal
	More     int // excluded deals that are not listed
	Links    []link
}

// personRow is one person in one currency, and the way to his statement.
type personRow struct {
	Total
	Pay  Pay
	Href string
}

// accountRow is what a team holds in one currency.
type accountRow struct {
	Total
	Href string
}

// periodRow leads to a closed period.
type periodRow struct {
	*fold.Payout
	Href string
	Pays []amountOf
}

// book lays a ledger out in pages.
type book struct {
	ledger     Ledger
	meta       Meta
	digest     string
	explainer  *Explainer
	statements []statement
	deals      []Total
	closed     []*fold.Payout // the latest first
}

func newBook(l Ledger, m Meta) *book {
	b := &book{ledger: l, meta: m, digest: l.Digest(), explainer: NewExplainer(l), statements: l.statements()}
	b.deals = sum(l.Lines, func(x Line) Total { return Total{Deal: x.Deal, Currency: x.Currency} })
	slices.SortStableFunc(b.deals, func(x, y Total) int {
		return cmp.Or(cmp.Compare(dirOf(x.Deal), dirOf(y.Deal)), cmp.Compare(x.Currency, y.Currency))
	})
	for _, p := range slices.Backward(l.Company.Payouts) {
		if p.Month.Last() < l.Company.AsOf && l.filter.shows(p.Month) {
			b.closed = append(b.closed, p)
		}
	}
	return b
}

func dirOf(d *fold.Deal) string { return Line{Deal: d}.dir() }

// pages lists every page of one language.
func (b *book) pages() []page {
	pages := b.totals()
	pages = append(pages, spread(b, "deals", "deals.html", b.deals, rowsOnOnePage, func(p *page, rows []Total) { p.Deals = rows })...)
	pages = append(pages, spread(b, "liability", "liability.html", b.ledger.lately(), rowsOnOnePage, func(p *page, rows []Liability) { p.Owed = rows })...)
	pages = append(pages, spread(b, "contribution", "contribution.html", b.ledger.Contributions(), rowsOnOnePage, func(p *page, rows []Contribution) { p.Yield = rows })...)
	pages = append(pages, b.nothing()...)
	for _, closed := range b.closed {
		pages = append(pages, b.period(closed)...)
	}
	for i := range b.statements {
		pages = append(pages, b.statement(&b.statements[i])...)
	}
	return pages
}

// lately lists the liability by month, the latest first.
func (l Ledger) lately() []Liability {
	all := l.Liabilities()
	slices.SortStableFunc(all, func(a, b Liability) int { return cmp.Compare(b.Month, a.Month) })
	return all
}

func periodFile(p *fold.Payout) string { return "periods/" + p.Month.String() + ".html" }

// totals are the pages of the totals per person, the first with all that
// belongs to nobody alone.
func (b *book) totals() []page {
	people := b.people()
	pages := spread(b, "totals", "index.html", people, rowsOnOnePage, func(p *page, rows []personRow) { p.People = rows })
	if len(pages) == 0 {
		pages = []page{b.page("totals", "index.html", 0, 1)}
	}
	pages[0].Summary = b.summary()
	for i, all := 0, together(people); i < len(pages); i++ {
		pages[i].All = all
	}
	return pages
}

// people are the totals of persons: what a team holds is in nobody's total.
func (b *book) people() []personRow {
	var rows []personRow
	for _, s := range b.statements {
		if s.Person == "" {
			continue
		}
		of := map[string]int{}
		at := func(currency string) *personRow {
			if _, ok := of[currency]; !ok {
				of[currency] = len(rows)
				rows = append(rows, personRow{Total: Total{Person: s.Person, Currency: currency}, Pay: Pay{Currency: currency}, Href: s.file()})
			}
			return &rows[of[currency]]
		}
		for _, t := range s.Totals {
			at(t.Currency).Total = t
		}
		for _, p := range s.Pays {
			at(p.Currency).Pay = p
		}
	}
	return rows
}

// together adds the rows of people up by currency.
func together(people []personRow) []personRow {
	var out []personRow
	for _, p := range people {
		i := slices.IndexFunc(out, func(r personRow) bool { return r.Currency == p.Currency })
		if i < 0 {
			i, out = len(out), append(out, personRow{Total: Total{Currency: p.Currency}})
		}
		out[i].Pay = out[i].Pay.Plus(p.Pay)
		out[i].Waiting, out[i].Out, out[i].Paid = out[i].Waiting.Add(p.Waiting), out[i].Out.Add(p.Out), out[i].Paid.Add(p.Paid)
	}
	return out
}

func (b *book) summary() *summary {
	shown := min(len(b.ledger.Excluded), excludedOnOnePage)
	s := &summary{Excluded: b.ledger.Excluded[:shown], More: len(b.ledger.Excluded) - shown}
	for _, st := range b.statements {
		for _, t := range st.Totals {
			if st.Person == "" {
				s.Accounts = append(s.Accounts, accountRow{t, st.file()})
			}
		}
	}
	s.Teams, s.Months = b.ledger.byTeam(), b.ledger.byMonth()
	for _, p := range b.closed {
		s.Periods = append(s.Periods, periodRow{p, periodFile(p), paidOut(b.ledger.Company, p)})
	}
	s.Links = b.links()
	return s
}

// link leads to a page that not every report has.
type link struct{ File, Key string }

func (b *book) links() []link {
	var out []link
	for _, one := range []struct {
		link
		there bool
	}{
		{link{"deals.html", "bonus.deals"}, len(b.deals) > 0},
		{link{"contribution.html", "bonus.contribution"}, len(b.ledger.Contributions()) > 0},
		{link{"liability.html", "bonus.liability"}, len(b.ledger.Liabilities()) > 0},
		{link{"nothing.html", "bonus.nothing-earned"}, len(b.ledger.Nothing) > 0},
	} {
		if one.there {
			out = append(out, one.link)
		}
	}
	return out
}

// paidOut is what a closed period pays in all, by currency.
func paidOut(c *fold.Company, p *fold.Payout) []amountOf {
	var lines []Line
	for _, t := range p.Body.Totals {
		lines = append(lines, Line{Currency: currencyOf(c, t.Currency.S), Amount: t.Pay.Decimal})
	}
	return sums(lines)
}

// statement is the pages of one payee, each with a part of his lines.
func (b *book) statement(s *statement) []page {
	parts := paged(s.Groups)
	var pages []page
	for k, groups := range parts {
		p := b.page("statement", s.file(), k, len(parts))
		part := *s
		part.Groups = groups
		p.Statement = &part
		pages = append(pages, p)
	}
	return pages
}

// nothing is the pages of what earns nothing.
func (b *book) nothing() []page {
	if len(b.ledger.Nothing) == 0 {
		return nil
	}
	parts := paged([]group{{Lines: b.ledger.Nothing}})
	var pages []page
	for k, groups := range parts {
		p := b.page("nothing", "nothing.html", k, len(parts))
		p.Nothing = groups[0].Lines
		pages = append(pages, p)
	}
	return pages
}

// period is what one page shows of a closed period. The sums and what rolls
// forward stand on each.
type period struct {
	*fold.Payout
	Totals []fact.PayoutCloseTotals
	Late   []value.Text
}

// period is the pages of a closed period: one, unless it paid very many people
// or very much was recorded late.
func (b *book) period(closed *fold.Payout) []page {
	totals := slices.Collect(slices.Chunk(closed.Body.Totals, rowsOnOnePage))
	late := slices.Collect(slices.Chunk(closed.Body.Late, rowsOnOnePage))
	of := max(1, len(totals), len(late))
	var pages []page
	for k := range of {
		p := b.page("period", periodFile(closed), k, of)
		p.Period = &period{Payout: closed}
		if k < len(totals) {
			p.Period.Totals = totals[k]
		}
		if k < len(late) {
			p.Period.Late = late[k]
		}
		pages = append(pages, p)
	}
	return pages
}
