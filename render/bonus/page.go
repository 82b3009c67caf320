package bonus

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/validate/fold"
)

// Beyond these numbers the report is spread over pages, so that none grows
// beyond what a browser shows at once.
const (
	payeesOnOnePage = 60
	linesOnOnePage  = 600
	rowsOnOnePage   = 1500
)

// page is one page of the report. It names no language: each is said in all.
type page struct {
	frame
	Number, Of     int
	Previous, Next string // pages, empty where there is none

	First     bool    // of the totals
	All       []Total // of all people, by currency
	People    []totalRow
	Teams     []totalRow
	Sections  []section
	Deals     []Total
	DealsPage string // where the totals per deal stand, if not here
	LostPage  string // where the forfeited advances stand, if not here
	Excluded  []*fold.Deal
	More      int // excluded deals that are not listed
}

// totalRow leads from a payee's total to his lines.
type totalRow struct {
	Total
	Href string
}

// section lists lines: of one payee, or all that are forfeited.
type section struct {
	Person, Team string
	Forfeited    bool
	Anchor       string
	Totals       []Total
	Count        int // lines in all, not only on this page
	Lines        []Line
}

// book lays a ledger out in pages.
type book struct {
	ledger   Ledger
	meta     Meta
	sections []section // people by id, then teams
	lost     section
	deals    []Total
	spread   bool
}

func newBook(l Ledger, m Meta) *book {
	b := &book{ledger: l, meta: m}
	var teams []section
	for _, s := range bySection(l.Lines) {
		if s.Person == "" {
			teams = append(teams, s)
		} else {
			b.sections = append(b.sections, s)
		}
	}
	b.sections = append(b.sections, teams...)
	b.lost = section{Forfeited: true, Anchor: "forfeited"}
	for _, line := range l.Lines {
		if line.State == Forfeited {
			b.lost.Lines = append(b.lost.Lines, line)
		}
	}
	b.lost.Count = len(b.lost.Lines)
	b.deals = sum(l.Lines, func(x Line) Total { return Total{Deal: x.Deal, Currency: x.Currency} })
	slices.SortStableFunc(b.deals, func(x, y Total) int { return strings.Compare(x.Deal.Dir, y.Deal.Dir) })
	b.spread = len(b.sections) > payeesOnOnePage || len(l.Lines) > linesOnOnePage || len(b.deals) > rowsOnOnePage
	return b
}

// bySection groups lines, which the ledger has in the order of their payees.
func bySection(lines []Line) []section {
	var out []section
	for _, line := range lines {
		if n := len(out); n == 0 || out[n-1].Person != line.Person || out[n-1].Team != line.Team {
			out = append(out, section{Person: line.Person, Team: line.Team, Anchor: anchor(line.Person, line.Team)})
		}
		last := &out[len(out)-1]
		last.Lines = append(last.Lines, line)
	}
	for i := range out {
		out[i].Count = len(out[i].Lines)
		out[i].Totals = Ledger{Lines: out[i].Lines}.Totals()
	}
	return out
}

var plainID = regexp.MustCompile(schema.IDPattern)

// anchor names a payee in addresses. Whoever is not in the roster may bear any
// name.
func anchor(person, team string) string {
	kind, id := "person-", person
	if person == "" {
		kind, id = "team-", team
	}
	if !plainID.MatchString(id) {
		digest := sha256.Sum256([]byte(id))
		id = "_" + hex.EncodeToString(digest[:6])
	}
	return kind + id
}

// file is the page of a payee when the report is spread.
func (s section) file() string {
	if s.Forfeited {
		return "forfeited.html"
	}
	if s.Person != "" {
		return "people/" + strings.TrimPrefix(s.Anchor, "person-") + ".html"
	}
	return "teams/" + strings.TrimPrefix(s.Anchor, "team-") + ".html"
}

// pages lists every page of one language.
func (b *book) pages() []page {
	pages := b.totals()
	if !b.spread {
		pages[0].Sections, pages[0].Deals = b.sections, b.deals
		if b.lost.Count > 0 {
			pages[0].Sections = append(slices.Clone(b.sections), b.lost)
		}
		return pages
	}
	sections := b.sections
	if b.lost.Count > 0 {
		pages[0].LostPage = b.lost.file()
		sections = append(slices.Clone(sections), b.lost)
	}
	for _, s := range sections {
		for k, lines := range chunks(s.Lines, linesOnOnePage) {
			p := b.page(s.file(), k, pieces(len(s.Lines), linesOnOnePage))
			part := s
			part.Lines = lines
			p.Sections = []section{part}
			pages = append(pages, p)
		}
	}
	pages[0].DealsPage = "deals.html"
	for k, deals := range chunks(b.deals, rowsOnOnePage) {
		p := b.page("deals.html", k, pieces(len(b.deals), rowsOnOnePage))
		p.Deals = deals
		pages = append(pages, p)
	}
	return pages
}

// totals are the pages of the totals per payee, the first with all that
// belongs to no payee.
func (b *book) totals() []page {
	var people, teams []totalRow
	for _, s := range b.sections {
		for _, t := range s.Totals {
			row := totalRow{t, "#" + s.Anchor}
			if b.spread {
				row.Href = s.file()
			}
			if s.Person == "" {
				teams = append(teams, row)
			} else {
				people = append(people, row)
			}
		}
	}
	var pages []page
	of := max(1, pieces(len(people), rowsOnOnePage))
	for k := range of {
		pages = append(pages, b.page("index.html", k, of))
	}
	for k, rows := range chunks(people, rowsOnOnePage) {
		pages[k].People = rows
	}
	first := &pages[0]
	first.First, first.Teams = true, teams
	first.All = sum(b.people(), func(l Line) Total { return Total{Currency: l.Currency} })
	shown := min(len(b.ledger.Excluded), 200)
	first.Excluded, first.More = b.ledger.Excluded[:shown], len(b.ledger.Excluded)-shown
	return pages
}

// people are the lines of persons: what a team holds is in nobody's total.
func (b *book) people() []Line {
	var out []Line
	for _, l := range b.ledger.Lines {
		if l.Person != "" {
			out = append(out, l)
		}
	}
	return out
}

// page is the k-th of several pages with one name.
func (b *book) page(file string, k, of int) page {
	p := page{frame: b.frame(numbered(file, k)), Number: k + 1, Of: of}
	if k > 0 {
		p.Previous = base(numbered(file, k-1))
	}
	if k < of-1 {
		p.Next = base(numbered(file, k+1))
	}
	return p
}

func numbered(file string, k int) string {
	if k == 0 {
		return file
	}
	return strings.TrimSuffix(file, ".html") + "." + strconv.Itoa(k+1) + ".html"
}

func base(file string) string { return file[strings.LastIndexByte(file, '/')+1:] }

func pieces(n, size int) int { return (n + size - 1) / size }

func chunks[T any](all []T, size int) [][]T {
	return slices.Collect(slices.Chunk(all, size))
}
