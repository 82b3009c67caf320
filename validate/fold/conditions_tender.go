package fold

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// tenderConcluded opens round n when the general manager has decided n times
// for a tender.
func tenderConcluded(x *Case) *Unmet {
	n, err := strconv.Atoi(x.I.Name)
	return unless(err == nil && n >= 1 && n <= x.D.Main.Times("TM-07"), diag.Pos{}, nil)
}

// needsClear wants the confirmed needs to be on file, dated no later, without
// open points (TF-02, GD-08, G-26).
func needsClear(x *Case) *Unmet {
	ref := needsRef(x.F)
	needs, f := x.D.needsFact(ref.S, x.F)
	switch {
	case f == nil:
		return &Unmet{At: ref.At, Args: diag.Args{"file": ref.S}, Rule: "needs/needs-on-file"}
	case len(needs.unclear) > 0:
		return &Unmet{At: ref.At, Args: diag.Args{"file": ref.S, "points": texts(needs.unclear)}}
	case f.Process != x.F.Process && x.policy().Supply.Needs.S == "reconfirm":
		return &Unmet{At: ref.At, Args: diag.Args{"file": ref.S}, Rule: "needs/needs-reconfirmed"}
	}
	return nil
}

func needsRef(f *Fact) value.Text {
	switch b := f.Body.(type) {
	case *fact.TenderNeedsConfirmation:
		return b.Needs
	case *fact.SupplyNeedsConfirmation:
		return b.Needs
	case *fact.SupplyCompromise:
		return b.Needs
	}
	return value.Text{}
}

type needsVersion struct{ unclear []value.Text }

// needsFact finds a version of the needs by its name in the same folder or its
// path within the deal.
func (d *Deal) needsFact(ref string, from *Fact) (needsVersion, *Fact) {
	for _, f := range d.Facts {
		if f.Date > from.Date || (f.Path != from.sibling(ref) && f.Rel() != ref) {
			continue
		}
		switch b := f.Body.(type) {
		case *fact.TenderNeeds:
			return needsVersion{b.Unclear}, f
		case *fact.SupplyNeeds:
			return needsVersion{b.Unclear}, f
		}
	}
	return needsVersion{}, nil
}

// preliminarySigned holds when the contract was signed with the team that this
// tender determined, and not with one before it.
func preliminarySigned(x *Case) *Unmet {
	m := x.D.Main
	undecided := m.State == "tendering" || m.State == "team_set"
	return unless(m.On("TM-10") != 0 && !undecided, diag.Pos{}, nil)
}

func texts(ts []value.Text) []string {
	out := make([]string, len(ts))
	for i, t := range ts {
		out[i] = t.S
	}
	return out
}

func bidsDueAhead(x *Case) *Unmet { return x.ahead(x.F.Body.(*fact.TenderNotice).BidsDue) }

func noticeLanded(x *Case) *Unmet {
	n, _ := Last[fact.TenderNotice](x.I)
	return unless(n != nil, diag.Pos{}, nil)
}

// sentToAllTeams wants every team of the day to have received the notice
// (4.3-W2.1).
func sentToAllTeams(x *Case) *Unmet {
	b := x.F.Body.(*fact.TenderInvitation)
	var left []string
	for _, t := range x.C.Roster.TeamsOn(x.F.Date) {
		if !x.namesTeam(b.SentTo, t) {
			left = append(left, t.Name)
		}
	}
	if len(left) == 0 {
		return nil
	}
	at := diag.Pos{}
	if len(b.SentTo) > 0 {
		at = b.SentTo[0].At
	}
	return &Unmet{At: at, Args: diag.Args{"teams": left}}
}

func (x *Case) namesTeam(list []value.Text, t *Team) bool {
	return slices.ContainsFunc(list, func(ref value.Text) bool { return x.C.Roster.Team(ref.S) == t })
}

func bidsDuePassed(x *Case) *Unmet {
	n, _ := Last[fact.TenderNotice](x.I)
	return unless(n != nil && x.Today > n.BidsDue.Day, diag.Pos{}, nil)
}

func enoughBids(x *Case) *Unmet {
	n, want := len(All[fact.TenderBid](x.I)), x.policy().Tender.FewestBids.N
	return unless(n >= want, diag.Pos{}, diag.Args{"found": n, "want": want})
}

// judgesLead wants the judges to be general manager or leadership (4.3-W4).
func judgesLead(x *Case) *Unmet {
	for _, j := range x.F.Body.(*fact.TenderReviewMeeting).Judges {
		if p := x.person(j); p != nil && !p.Leads(x.F.Date) {
			return &Unmet{At: j.At, Args: diag.Args{"person": p.Name}}
		}
	}
	return nil
}

func everyBidPresented(x *Case) *Unmet {
	b := x.F.Body.(*fact.TenderReviewMeeting)
	for _, bid := range All[fact.TenderBid](x.I) {
		if t := x.C.Roster.Team(bid.Team.S); t != nil && !x.namesTeam(b.Presented, t) {
			return &Unmet{At: b.Presented[0].At, Args: diag.Args{"team": t.Name}}
		}
	}
	return nil
}

// everyJudgeScored holds when the quorum of judges has scored every bid (G-20).
func everyJudgeScored(x *Case) *Unmet {
	m, _ := Last[fact.TenderReviewMeeting](x.I)
	if m == nil {
		return &Unmet{Args: diag.Args{"scored": 0, "judges": 0}}
	}
	scored := 0
	for _, j := range m.Judges {
		if x.I.scoredBy(x.C, j.S) {
			scored++
		}
	}
	want := new(big.Rat).Mul(big.NewRat(int64(len(m.Judges)), 1), x.policy().Tender.Quorum.Rat())
	return unless(big.NewRat(int64(scored), 1).Cmp(want) >= 0, diag.Pos{}, diag.Args{"scored": scored, "judges": len(m.Judges)})
}

func (i *Instance) scoredBy(c *Company, judge string) bool {
	return slices.ContainsFunc(i.Facts, func(f *Fact) bool {
		_, ok := f.Body.(*fact.TenderScore)
		return ok && f.By != nil && f.By == c.Roster.Person(judge)
	})
}

// Ranked is one bid with its mean score.
type Ranked struct {
	Team *Team
	Bid  *fact.TenderBid
	Mean *big.Rat
}

// Ranking orders the bids of a tender by the plain mean of their scores (G-20,
// G-21).
func (i *Instance) Ranking(c *Company) []Ranked {
	var out []Ranked
	for _, bid := range All[fact.TenderBid](i) {
		if t := c.Roster.Team(bid.Team.S); t != nil {
			out = append(out, Ranked{Team: t, Bid: bid, Mean: i.mean(c, t)})
		}
	}
	slices.SortStableFunc(out, func(a, b Ranked) int { return b.Mean.Cmp(a.Mean) })
	return out
}

func (i *Instance) mean(c *Company, t *Team) *big.Rat {
	sum, n := new(big.Rat), int64(0)
	for _, f := range i.Facts {
		b, ok := f.Body.(*fact.TenderScore)
		if !ok || (c.Policy.Tender.OwnScore.S == "excluded" && f.By != nil && f.By.Has(f.Date, "general-manager")) {
			continue
		}
		for _, s := range b.Scores {
			if c.Roster.Team(s.Team.S) == t {
				sum.Add(sum, s.Points.Rat())
				n++
			}
		}
	}
	if n == 0 {
		return sum
	}
	return sum.Quo(sum, big.NewRat(n, 1))
}

func winnerBid(x *Case) *Unmet {
	b := x.F.Body.(*fact.TenderAward)
	team := x.C.Roster.Team(b.Team.S)
	ok := team == nil || slices.ContainsFunc(All[fact.TenderBid](x.I), func(bid *fact.TenderBid) bool {
		return x.C.Roster.Team(bid.Team.S) == team
	})
	return unless(ok, b.Team.At, diag.Args{"team": x.C.Roster.TeamName(b.Team.S)})
}

func topScoreOrReason(x *Case) *Unmet {
	b := x.F.Body.(*fact.TenderAward)
	ranking := x.I.Ranking(x.C)
	if b.Reason.S != "" || len(ranking) == 0 {
		return nil
	}
	for _, r := range ranking {
		if r.Team == x.C.Roster.Team(b.Team.S) && r.Mean.Cmp(ranking[0].Mean) == 0 {
			return nil
		}
	}
	return &Unmet{At: b.Team.At, Args: diag.Args{"team": x.C.Roster.TeamName(b.Team.S), "top": ranking[0].Team.Name, "points": ranking[0].Mean.FloatString(2)}}
}

// bidInvited wants a bid to come from an invited team, by somebody of it.
func bidInvited(x *Case) *Unmet {
	b := x.F.Body.(*fact.TenderBid)
	inv, _ := Last[fact.TenderInvitation](x.I)
	team := x.C.Roster.Team(b.Team.S)
	if team == nil || inv == nil {
		return nil
	}
	if !x.namesTeam(inv.SentTo, team) {
		return &Unmet{At: b.Team.At, Args: diag.Args{"team": team.Name}}
	}
	if x.F.By != nil && x.F.By.TeamOn(x.F.Date) != team.ID {
		return &Unmet{At: b.By.At, Args: diag.Args{"team": team.Name, "person": x.F.By.Name}, Rule: "needs/bid-by-its-team"}
	}
	return nil
}

func bidOnce(x *Case) *Unmet {
	b := x.F.Body.(*fact.TenderBid)
	for _, other := range All[fact.TenderBid](x.I) {
		if x.C.Roster.Team(other.Team.S) == x.C.Roster.Team(b.Team.S) {
			return &Unmet{At: b.Team.At, Args: diag.Args{"team": x.C.Roster.TeamName(b.Team.S)}}
		}
	}
	return nil
}

func judgeSeated(x *Case) *Unmet {
	m, _ := Last[fact.TenderReviewMeeting](x.I)
	if m == nil || x.F.By == nil {
		return nil
	}
	seated := slices.ContainsFunc(m.Judges, func(j value.Text) bool { return x.person(j) == x.F.By })
	if !seated {
		return &Unmet{At: x.F.Body.Base().By.At, Args: diag.Args{"person": x.F.By.Name}}
	}
	if x.I.scoredBy(x.C, x.F.By.ID) {
		return &Unmet{At: x.F.Body.Base().By.At, Args: diag.Args{"person": x.F.By.Name}, Rule: "needs/score-once"}
	}
	return nil
}

func pointsInScale(x *Case) *Unmet {
	scale := x.policy().Tender.Scale.N
	for _, s := range x.F.Body.(*fact.TenderScore).Scores {
		if s.Points.IntPart() > int64(scale) || s.Points.Rat().Cmp(big.NewRat(int64(scale), 1)) > 0 {
			return &Unmet{At: s.Points.At, Args: diag.Args{"points": s.Points.Decimal, "scale": scale}}
		}
	}
	return nil
}

func scoresEveryBid(x *Case) *Unmet {
	b := x.F.Body.(*fact.TenderScore)
	for _, bid := range All[fact.TenderBid](x.I) {
		team, n := x.C.Roster.Team(bid.Team.S), 0
		for _, s := range b.Scores {
			if x.C.Roster.Team(s.Team.S) == team {
				n++
			}
		}
		if n != 1 {
			return &Unmet{At: b.Scores[0].Team.At, Args: diag.Args{"team": x.C.Roster.TeamName(bid.Team.S), "count": n}}
		}
	}
	return nil
}
