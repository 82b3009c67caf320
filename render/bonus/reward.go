package bonus

import (
	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
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
		out = append(out, reward(c, d, m)...)
	}
	return out
}

func reward(c *fold.Company, d *fold.Deal, milestone string) []Line {
	reached := reachedTimes(c, d, milestone)
	decided := decidedRewards(c, d, milestone)
	var out []Line
	for k, taken := range reached {
		line := Line{
			Kind: Reward, Deal: d, Clause: taken.Row.Clause, Row: taken.Row.ID, Team: d.Team, Currency: d.Currency,
			On: taken.On, State: Payable, What: diag.Term("word." + milestone), Share: "1",
		}
		if taken.Fact != nil {
			line.Sources = append(line.Sources, at(taken.Fact, diag.Pos{}))
		}
		var shares []fold.Share
		if k < len(decided) {
			b := decided[k].Body.(*fact.TermsReward)
			line.Basis, line.Reason = b.Amount.Decimal, "bonus.decided"
			line.Sources = append(line.Sources, at(decided[k], b.Amount.At))
			shares = fold.SharesOf(b)
		} else {
			line.Basis, line.Reason = fold.RewardRange(c.Policy, milestone).Min.Decimal, "bonus.preset"
			if c.Policy.Rewards.Amount.S == "decided" {
				line.State, line.Reason = Waiting, "bonus.undecided"
			}
		}
		out = append(out, shared(c, line, line.Basis, shares)...)
	}
	return out
}

// reachedTimes are the takings of a milestone's row that earn: the first, and
// each further round only where policy repeats rewards. What an import says
// was paid before does not earn again.
func reachedTimes(c *fold.Company, d *fold.Deal, milestone string) []fold.Taken {
	var all []fold.Taken
	for _, i := range append([]*fold.Instance{d.Main}, d.Instances...) {
		for _, t := range i.Taken {
			if t.Row.Reward == milestone && t.On <= c.AsOf {
				all = append(all, t)
			}
		}
	}
	repeated := milestone == "development" || c.Policy.Rewards.Repeat.S == "each-round"
	if !repeated && len(all) > 1 {
		all = all[:1]
	}
	if len(all) > 0 && paidBefore(d, milestone) {
		all = all[1:]
	}
	return all
}

func paidBefore(d *fold.Deal, milestone string) bool {
	if d.Import == nil {
		return false
	}
	for _, p := range d.Import.Body.(*fact.Import).RewardsPaid {
		if p.Milestone.S == milestone {
			return true
		}
	}
	return false
}

func decidedRewards(c *fold.Company, d *fold.Deal, milestone string) []*fold.Fact {
	var out []*fold.Fact
	fold.Each(d, c.AsOf, func(b *fact.TermsReward, f *fold.Fact) {
		if b.Milestone.S == milestone {
			out = append(out, f)
		}
	})
	return out
}

// shared turns a line for the whole into one line per person, or leaves it
// with the team's account when no shares are decided. Lines of zero vanish.
func shared(c *fold.Company, line Line, total decimal.Decimal, shares []fold.Share) []Line {
	if total.IsZero() {
		return nil
	}
	line.Amount = total
	if len(shares) == 0 {
		return []Line{line}
	}
	var out []Line
	for _, p := range split(total, portions(c, shares), fold.MinorDigits(line.Currency)) {
		one := line
		one.Person, one.Team, one.Share, one.Amount = p.Person, "", p.Text, p.Amount
		out = append(out, one)
	}
	return out
}
