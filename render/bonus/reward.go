package bonus

import (
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// milestones are the rewards of the workflow in its order; the rows that earn
// them stand in the workflow table (E-05, E-12 to E-14, E-16).
var milestones = []string{"lead", "sample", "audit", "listing", "development"}

// rewards gives each milestone that was reached its reward: the amount decided
// inside the range, or the preset minimum (G-12); once per deal, or per round
// where policy repeats it (G-13, G-33); to the people that the decision names,
// else to the team's account (G-14).
func rewards(c *fold.Company, d *fold.Deal) []Line {
	var out []Line
	for _, m := range milestones {
		for _, e := range d.Earnings(c, m, c.AsOf) {
			out = append(out, reward(c, d, m, e)...)
		}
	}
	return out
}

// reward is the line of one milestone that was reached.
func reward(c *fold.Company, d *fold.Deal, milestone string, earned fold.Earning) []Line {
	reached, decided := earned.Reached, earned.Decided
	line := Line{
		Kind: Reward, Deal: d, Clause: reached.Row.Clause, Row: reached.Row.ID, Team: teamOn(c, d, reached.On), Currency: d.Currency,
		On: reached.On, State: Payable, Reason: "bonus.reached", What: diag.Term("word." + milestone), Share: "1",
	}
	line.Key.Fact = reachedBy(d, reached)
	if reached.Instance != d.Main {
		line.Detail = reached.Instance.Process.Folder + "/" + reached.Instance.Name
	}
	for _, f := range proofs(reached) {
		line.Sources = append(line.Sources, at(f, diag.Pos{}))
	}
	plan := c.PlanOn(reached.On)
	var shares []fold.Share
	if decided != nil {
		b := decided.Body.(*fact.TermsReward)
		line.Basis, shares = b.Amount.Decimal, fold.SharesOf(b)
		line.note("bonus.note.decided", nil)
		line.Sources = append(line.Sources, at(decided, b.Amount.At))
	} else {
		bounds := plan.RewardRange(milestone)
		line.Basis = bounds.Min.Decimal
		line.note("bonus.note.preset", diag.Args{"min": bounds.Min.Decimal, "max": bounds.Max.Decimal})
		line.Sources = append(line.Sources, Source{File: plan.File, Line: max(bounds.Min.At.Line, 1)})
	}
	if len(shares) == 0 {
		line.State, line.Reason = Waiting, "bonus.waits-shares"
	}
	if decided == nil && plan.Rewards.Amount.S == "decided" {
		line.State, line.Reason = Waiting, "bonus.undecided"
	}
	return shared(c, line, line.Basis, shares, reached.On)
}

// reachedBy names what earned a reward: the fact, or the run of a derived row.
func reachedBy(d *fold.Deal, r fold.Reached) string {
	if r.Fact != nil {
		return r.Fact.Path
	}
	return part(instancePath(d, r.Instance), r.Row.ID)
}

// proofs are the facts that reached a milestone: of a derived row, the last one
// that its run had folded by then, and the one elsewhere that brought it about.
func proofs(r fold.Reached) []*fold.Fact {
	if r.Fact != nil {
		return []*fold.Fact{r.Fact}
	}
	var out []*fold.Fact
	for _, f := range slices.Backward(r.Instance.Facts) {
		if f.Date <= r.On {
			out = append(out, f)
			break
		}
	}
	if r.Cause != nil && !slices.Contains(out, r.Cause) {
		out = append(out, r.Cause)
	}
	return out
}

func (l *Line) note(key string, args diag.Args) { l.Notes = append(l.Notes, Note{key, args}) }

// teamOn is the team whose account a reward of a day belongs to: the team in
// charge, and before there is one, the team that brought the lead.
func teamOn(c *fold.Company, d *fold.Deal, day value.Day) string {
	if team := d.TeamOn(c.Roster, day); team != "" {
		return team
	}
	return d.LeadTeam(c.Roster)
}
