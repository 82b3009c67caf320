package bonus

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// provisionals shows what a rate would bring while no formal contract is in
// force: that of the preliminary terms, before them that of the winning bid,
// and while a tender runs that of every bid (E-06 to E-08, G-18). It binds
// nobody, is never payable and in no total.
func provisionals(c *fold.Company, d *fold.Deal) []Line {
	if d.FormalSince() != 0 || d.DeadBefore(c.AsOf+1) {
		return nil
	}
	var out []Line
	for _, f := range ratesSoFar(c, d) {
		out = append(out, provisional(c, d, f)...)
	}
	return out
}

// ratesSoFar are the documents that say what the rate may become: the latest
// terms, else the bid that won, else the bids of a running tender.
func ratesSoFar(c *fold.Company, d *fold.Deal) []*fold.Fact {
	var terms, won *fold.Fact
	var bids []*fold.Fact
	for _, f := range d.Facts {
		if f.Date > c.AsOf {
			break
		}
		switch b := f.Body.(type) {
		case *fact.Reopen:
			terms, won, bids = nil, nil, nil
		case *fact.TenderBid:
			bids = append(bids, f)
		case *fact.TenderNoAward:
			bids = nil
		case *fact.TenderAward:
			won, bids = bidOf(c, bids, b.Team.S), nil
		case *fact.TermsPreliminary, *fact.TermsFormal:
			terms = f
		}
	}
	switch {
	case terms != nil:
		return []*fold.Fact{terms}
	case won != nil:
		return []*fold.Fact{won}
	}
	return bids
}

// provisional is what one document would bring.
func provisional(c *fold.Company, d *fold.Deal, f *fold.Fact) []Line {
	line := Line{
		Kind: Commission, Deal: d, Clause: "4.1-N2", Row: "TM-10", Currency: d.Currency, On: f.Date, State: Provisional,
		Reason: "bonus.provisional-terms", What: f.Step.Term(), Chain: chainOf(c, d), Key: Key{Fact: f.Path},
	}
	line.expect(c.AsOf)
	exact := new(big.Rat)
	switch b := f.Body.(type) {
	case *fact.TenderBid:
		line.Row, line.Team, line.Rate, line.Reason = "TB-07", c.Roster.TeamID(b.Team.S), b.Commission.Text, "bonus.provisional-bid"
		line.Sources = []Source{at(f, b.Commission.At)}
		if chainTo(line.Chain, f) == nil { // nobody has won yet
			line.Chain = []RateStep{rateStep(f, b.Commission.Text, "", b.Commission.At)}
		}
		exact.Mul(line.Net, b.Commission.Rat())
	case *fact.TermsPreliminary:
		line.Rate, line.Sources = b.Rate.Text, []Source{at(f, b.Rate.At)}
		exact.Mul(line.Net, b.Rate.Rat())
	case *fact.TermsFormal:
		line.Row, line.Reason, line.Sources = "TM-20", "bonus.provisional-unsigned", []Source{at(f, termsPos(b))}
		exact = marginal(b, exact, line.Net, &line)
	}
	return shared(c, line, fold.RoundRat(exact, d.Currency), fold.SharesOf(f.Body), c.AsOf)
}

// expect sets the basis of a provisional line: what the deal's open orders still
// bring, net of their tax, else the yearly sales that the deal's header expects,
// of which no tax can be taken because no order has said its rate.
func (l *Line) expect(day value.Day) {
	l.Net = new(big.Rat)
	for _, o := range l.Deal.Orders {
		open := o.Balance(day)
		if o.File == nil || !open.IsPositive() {
			continue
		}
		tax, _, _ := taxOf(o)
		l.Basis = l.Basis.Add(open)
		l.Net.Add(l.Net, netOf(open, tax))
	}
	expected := decimal.Zero
	if l.Deal.Header != nil {
		expected = l.Deal.Header.Expected.Decimal
	}
	switch {
	case l.Basis.IsPositive():
		l.note("bonus.note.open-orders", diag.Args{"amount": l.Basis})
	case expected.IsPositive():
		l.Basis, l.Net = expected, expected.Rat()
		l.note("bonus.note.expected", diag.Args{"amount": expected})
	default:
		l.note("bonus.note.no-basis", nil)
	}
}
