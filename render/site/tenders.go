package site

import (
	"cmp"
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// tendersPage shows the tenders that run in full, and lists all rounds.
type tendersPage struct {
	Whole   *whole // a further page of the list
	Running []block
	Others  int // that run, but are only listed
	Rounds  roll
}

// How many tenders that run are shown in full, and rounds on the first page.
const (
	mostRunning = 6
	mostRounds  = 60
)

// tenderRound is a round of a tender of a deal.
type tenderRound struct {
	deal   *Deal
	run    *fold.Instance
	due    value.Day // last day for bids, 0 before there is a notice
	winner string
	none   bool // ended without an award
}

func tendersPages(m *Model) []Page[tendersPage] {
	rounds := m.tenderRounds()
	l := listing{
		Title: "site.tenders.all", File: "tenders-all.html", Rows: rowsOf(rounds, m.tenderRow),
		Table: table{ID: "tenders", Caption: counted("site.tenders.count", len(rounds)), Cards: true, Empty: diag.Term("site.tenders.empty"), Heads: []head{
			column("site.deal.deal"), column("site.deal.customer"), choice("site.deal.stage"), column("site.tenders.bids-due"),
			number("site.tenders.bids"), choice("site.tenders.winner"), number("site.tenders.points"),
		}},
	}
	front := one("tenders.html", diag.Term("site.tenders.overview"), func() tendersPage { return m.tendersPage(l, rounds) })
	rest := wholes(l, mostRounds, diag.Term("site.tenders.overview"), nil, func(w *whole) tendersPage { return tendersPage{Whole: w} })
	return append(front, rest...)
}

func (m *Model) tendersPage(l listing, rounds []tenderRound) tendersPage {
	p := tendersPage{Rounds: m.roll(l, mostRounds)}
	for _, r := range rounds {
		if !r.running() {
			continue
		}
		if len(p.Running) == mostRunning {
			p.Others++
			continue
		}
		b := m.round(r.run)
		b.ID = r.deal.ID + "-" + b.ID
		b.About, b.Title = Ref{r.deal.Row.Title, r.place()}, phrase("site.tenders.of", "n", r.run.Name)
		p.Running = append(p.Running, b)
	}
	return p
}

// tenderRounds lists every round, those that run first and then the latest
// first.
func (m *Model) tenderRounds() []tenderRound {
	var out []tenderRound
	for _, d := range m.Deals {
		for _, i := range d.Of("tender") {
			r := tenderRound{deal: d, run: i}
			if n, _ := fold.Last[fact.TenderNotice](i); n != nil {
				r.due = n.BidsDue.Day
			}
			if a, _ := fold.Last[fact.TenderAward](i); a != nil {
				r.winner = m.team(a.Team.S)
			}
			b, _ := fold.Last[fact.TenderNoAward](i)
			r.none = b != nil
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b tenderRound) int {
		return cmp.Or(boolInt(b.running())-boolInt(a.running()), cmp.Compare(b.due, a.due))
	})
	return out
}

// running reports whether bids or a decision are still awaited.
func (r tenderRound) running() bool {
	return r.winner == "" && !r.none && !r.run.Ended() && !r.deal.Row.Ended
}

// place is where the round stands on the page of its deal.
func (r tenderRound) place() string { return r.deal.Row.File + "#tender-" + r.run.Name }

func (m *Model) tenderRow(r tenderRound) tableRow {
	deal := link(m.Ref(r.deal.Row.Title, r.place()))
	deal.Sub = phrase("site.tenders.round", "n", r.run.Name)
	winner := say(r.winner)
	if r.none {
		winner = say(diag.Term("site.tenders.none"))
	}
	bids := m.bids(r.run)
	points := cell{}
	for _, b := range bids {
		if b.Won {
			points = say(b.Points)
		}
	}
	return cells(deal, link(m.Ref(r.deal.Row.Customer, customerFile(r.deal.Customer.ID))),
		cell{Say: r.run.Process.Term(r.run.State), Badge: stateClass(r.run), Choice: r.run.State}, dayCell(r.due, "site.nothing"), say(len(bids)), winner, points)
}
