package fold

import (
	"slices"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// Earning is a run that reached a milestone which earns a reward, and the
// decision about that reward, nil while nobody has taken one.
type Earning struct {
	Reached
	Decided *Fact
}

// Earnings lists the rewards that a milestone has earned by a day, each with
// the decision that was taken about it by then: the one that names its run, or
// else the first that was taken after the run had reached the milestone and
// that is not about an earlier run.
func (d *Deal) Earnings(c *Company, milestone string, until value.Day) []Earning {
	all := d.earning(c, milestone, until)
	assign := func(named bool) {
		Each(d, until, func(b *fact.TermsReward, f *Fact) {
			if b.Milestone.S != milestone || named != (b.Run.S != "") {
				return
			}
			i := slices.IndexFunc(all, func(e Earning) bool {
				return e.Decided == nil && e.On <= f.Date && (!named || b.Run.S == e.Instance.Name)
			})
			if i >= 0 {
				all[i].Decided = f
			}
		})
	}
	assign(true)
	assign(false)
	return all
}

// earning are the times a milestone was reached that earn: the first, and each
// further round where policy repeats rewards; continued development every time
// that an opportunity was won. A deal that is dead earns nothing new (GD-15),
// and what was reached before an import does not earn again.
func (d *Deal) earning(c *Company, milestone string, until value.Day) []Earning {
	before := milestone != "development" && d.earnedBefore(c, milestone)
	var out []Earning
	for k, r := range d.Milestones(milestone, until) {
		once := milestone != "development" && c.PlanOn(r.On).Rewards.Repeat.S == "once"
		again := once && (before || k > 0)
		sameRound := before && (r.Instance == d.Main || r.Instance.Name == "1")
		if !again && !sameRound && !d.DeadBefore(r.On) {
			out = append(out, Earning{Reached: r})
		}
	}
	return out
}

// earnedBefore reports whether a milestone was reached, or its reward paid,
// before the deal was imported.
func (d *Deal) earnedBefore(c *Company, milestone string) bool {
	if d.Import == nil {
		return false
	}
	b := d.Import.Body.(*fact.Import)
	return slices.ContainsFunc(b.RewardsPaid, func(p fact.ImportRewardsPaid) bool { return p.Milestone.S == milestone }) ||
		slices.ContainsFunc(b.Reached, func(r fact.ImportReached) bool {
			return slices.ContainsFunc(c.Table.RowsOf(r.Row.S), func(row *schema.Row) bool { return row.Reward == milestone })
		})
}

// RewardPlan is the plan that a decision about a reward is taken under: that of
// the day on which the run that it is about reached the milestone. A plan that
// begins later moves nothing of what was reached before.
func (d *Deal) RewardPlan(c *Company, decision *Fact) Plan {
	milestone, on := decision.Body.(*fact.TermsReward).Milestone.S, decision.Date
	for _, r := range d.Milestones(milestone, decision.Date) {
		on = r.On
	}
	for _, e := range d.Earnings(c, milestone, decision.Date) {
		if e.Decided == decision {
			on = e.On
		}
	}
	return c.PlanOn(on)
}
