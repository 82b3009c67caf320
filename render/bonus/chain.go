package bonus

import (
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// RateStep is one document on the way of a commission's rate: the winning bid's
// ask, the award, the preliminary and the formal terms.
type RateStep struct {
	What   diag.Term // the document in words
	On     value.Day
	Rate   string // as written; the steps of a ladder one after the other
	Reason string // why it differs from the document before, in the words of who wrote it
	Source Source
	file   *fold.Fact
}

// chainOf lists how the rate of a deal came about, up to the as-of day. A deal
// that was opened again for another team begins a new chain.
func chainOf(c *fold.Company, d *fold.Deal) []RateStep {
	var chain []RateStep
	var bids []*fold.Fact
	for _, f := range d.Facts {
		if f.Date > c.AsOf {
			break
		}
		switch b := f.Body.(type) {
		case *fact.Reopen:
			chain, bids = nil, nil
		case *fact.TenderBid:
			bids = append(bids, f)
		case *fact.TenderAward:
			chain = append(chain, awarded(c, bids, f, b)...)
			bids = nil
		case *fact.TermsPreliminary:
			chain = append(chain, rateStep(f, b.Rate.Text, b.Reason.S, b.Rate.At))
		case *fact.TermsFormal:
			chain = append(chain, rateStep(f, ratesOf(b), b.Reason.S, termsPos(b)))
		}
	}
	return chain
}

// awarded are the steps of an award: what the winner's bid asked for, and that
// it won.
func awarded(c *fold.Company, bids []*fold.Fact, f *fold.Fact, b *fact.TenderAward) []RateStep {
	bid := bidOf(c, bids, b.Team.S)
	if bid == nil {
		return nil
	}
	asked := bid.Body.(*fact.TenderBid).Commission
	return []RateStep{rateStep(bid, asked.Text, "", asked.At), rateStep(f, asked.Text, b.Reason.S, b.Team.At)}
}

// bidOf is the last bid of a team.
func bidOf(c *fold.Company, bids []*fold.Fact, team string) *fold.Fact {
	var found *fold.Fact
	for _, f := range bids {
		if c.Roster.TeamID(f.Body.(*fact.TenderBid).Team.S) == c.Roster.TeamID(team) {
			found = f
		}
	}
	return found
}

func rateStep(f *fold.Fact, rate, reason string, pos diag.Pos) RateStep {
	return RateStep{What: f.Step.Term(), On: f.Date, Rate: rate, Reason: reason, Source: at(f, pos), file: f}
}

// ratesOf writes the rate of formal terms, of a ladder every step.
func ratesOf(t *fact.TermsFormal) string {
	if t.Rate.Set() {
		return t.Rate.Text
	}
	var rates []string
	for _, step := range t.Ladder {
		rates = append(rates, step.Rate.Text)
	}
	return strings.Join(rates, " / ")
}

// chainTo is the part of a chain that had come about with some terms.
func chainTo(chain []RateStep, terms *fold.Fact) []RateStep {
	for k, step := range chain {
		if step.file == terms {
			return chain[:k+1]
		}
	}
	return nil
}

func termsPos(t *fact.TermsFormal) diag.Pos {
	if t.Rate.Set() {
		return t.Rate.At
	}
	return t.Ladder[0].Rate.At
}
