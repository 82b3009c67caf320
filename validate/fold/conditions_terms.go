package fold

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// saleRealised wants an existing customer: one with a realised sale (TD-01).
func saleRealised(x *Case) *Unmet { return orderRealisedBefore(x) }

func targetAhead(x *Case) *Unmet { return x.ahead(x.F.Body.(*fact.DevelopmentPlan).ReachBy) }

func opportunityIs(kind string) Condition {
	return func(x *Case) *Unmet {
		o, _ := Last[fact.DevelopmentOpportunity](x.I)
		return unless(o != nil && o.Kind.S == kind, diag.Pos{}, nil)
	}
}

// nextRound wants a requalification to open the supply round after the last.
func nextRound(x *Case) *Unmet {
	b := x.F.Body.(*fact.DevelopmentRequalify)
	round, _ := strconv.Atoi(x.D.round())
	next := round + 1
	return unless(b.Round.N == next, b.Round.At, diag.Args{"round": b.Round.N, "want": next})
}

func roundDone(x *Case) *Unmet {
	b, _ := Last[fact.DevelopmentRequalify](x.I)
	if b == nil {
		return missing
	}
	s := x.D.Instance("supply", strconv.Itoa(b.Round.N))
	return unless(s != nil && s.State == "done", diag.Pos{}, nil)
}

func taggedOrder(x *Case) *Unmet {
	for _, o := range x.D.Orders {
		if o.Body != nil && o.Body.Development.S == x.I.Name {
			return nil
		}
	}
	return missing
}

func teamChosen(x *Case) *Unmet {
	return unless(x.D.Team != "", diag.Pos{}, nil)
}

// sharesSum wants the shares to be of different people and to sum to exactly
// one.
func sharesSum(x *Case) *Unmet {
	shares := SharesOf(x.F.Body)
	if len(shares) == 0 {
		return nil
	}
	sum, seen := new(big.Rat), map[*Person]bool{}
	for _, s := range shares {
		p := x.person(s.Person)
		if p != nil && seen[p] {
			return &Unmet{At: s.Person.At, Args: diag.Args{"person": p.Name}, Rule: "needs/share-once"}
		}
		seen[p] = true
		sum.Add(sum, s.Share.Rat())
	}
	return unless(sum.Cmp(big.NewRat(1, 1)) == 0, shares[0].Share.At, diag.Args{"sum": ratText(sum)})
}

// Share is one person's part of a line.
type Share = fact.TermsFormalShares

// SharesOf returns the shares that a money term names.
func SharesOf(b fact.Body) []Share {
	switch b := b.(type) {
	case *fact.TermsFormal:
		return b.Shares
	case *fact.TermsPreliminary:
		return convert(b.Shares)
	case *fact.TermsReward:
		return convert(b.Shares)
	}
	return nil
}

func convert[T fact.TermsPreliminaryShares | fact.TermsRewardShares](in []T) []Share {
	out := make([]Share, len(in))
	for i, s := range in {
		out[i] = Share(s)
	}
	return out
}

// rateChain wants a reason where a rate departs from the document before it
// (G-48).
func rateChain(x *Case) *Unmet {
	rate, reason := rateOf(x.F.Body)
	before := x.D.rateBefore(x.C, x.F)
	if b, ok := x.F.Body.(*fact.TermsFormal); ok {
		rate = steepest(b)
	}
	if before == nil || rate.R == nil || reason.S != "" || rate.R.Cmp(before) == 0 {
		return nil
	}
	return &Unmet{At: rate.At, Args: diag.Args{"rate": rate.Text, "before": percent(before)}}
}

// steepest is the highest rate that formal terms pay.
func steepest(b *fact.TermsFormal) value.Fraction {
	top := b.Rate
	for _, step := range b.Ladder {
		if top.R == nil || step.Rate.R.Cmp(top.R) > 0 {
			top = step.Rate
		}
	}
	return top
}

func rateOf(b fact.Body) (value.Fraction, value.Text) {
	switch b := b.(type) {
	case *fact.TermsPreliminary:
		return b.Rate, b.Reason
	case *fact.TermsFormal:
		return b.Rate, b.Reason
	}
	return value.Fraction{}, value.Text{}
}

// rateBefore is the rate of the latest earlier document: the winning bid, the
// preliminary or an earlier formal contract.
func (d *Deal) rateBefore(c *Company, f *Fact) *big.Rat {
	var before *big.Rat
	for _, other := range d.Facts {
		if other == f || other.Date > f.Date || (other.Date == f.Date && other.Path >= f.Path) {
			continue
		}
		switch b := other.Body.(type) {
		case *fact.TenderBid:
			if t := c.Roster.Team(b.Team.S); t != nil && t.ID == d.Team {
				before = b.Commission.R
			}
		case *fact.TermsPreliminary:
			before = b.Rate.R
		case *fact.TermsFormal:
			before = steepest(b).R
		}
	}
	return before
}

func percent(r *big.Rat) string {
	d := RoundRatDigits(new(big.Rat).Mul(r, big.NewRat(100, 1)), 4)
	return d + "%"
}

// RoundRatDigits writes a fraction with at most n decimals, without trailing
// zeros.
func RoundRatDigits(r *big.Rat, n int) string {
	s := r.FloatString(n)
	if slices.Contains([]byte(s), '.') {
		for s[len(s)-1] == '0' {
			s = s[:len(s)-1]
		}
		if s[len(s)-1] == '.' {
			s = s[:len(s)-1]
		}
	}
	return s
}

func agreementOrImport(x *Case) *Unmet {
	on := x.D.agreementSigned()
	return unless(on != 0 && on <= x.Today, diag.Pos{}, nil)
}

// oneRate wants either a single rate or a ladder whose limits rise and whose
// last step has none.
func oneRate(x *Case) *Unmet {
	b := x.F.Body.(*fact.TermsFormal)
	if b.Rate.Set() == (len(b.Ladder) > 0) {
		return &Unmet{At: b.Rate.At}
	}
	for k, step := range b.Ladder {
		last := k == len(b.Ladder)-1
		if step.UpTo.Set == last || (k > 0 && !last && !step.UpTo.GreaterThan(b.Ladder[k-1].UpTo.Decimal)) {
			return &Unmet{At: step.Rate.At, Rule: "needs/ladder-rises"}
		}
	}
	return nil
}

// milestones maps a reward to the rows that earn it (G-04: the mapping is data
// of the workflow table).
func (x *Case) milestones(name string) []string {
	var rows []string
	for _, p := range x.C.Table.Processes {
		for _, r := range p.Rows {
			if r.Reward == name {
				rows = append(rows, r.ID)
			}
		}
	}
	return rows
}

// MilestoneOn is the day on which a deal first took a row that earns a reward,
// 0 if it has not by the given day.
func (d *Deal) MilestoneOn(c *Company, milestone string, until value.Day) (value.Day, *Taken) {
	if all := d.Milestones(milestone, until); len(all) > 0 {
		return all[0].On, &all[0].Taken
	}
	return 0, nil
}

func milestoneReached(x *Case) *Unmet {
	b := x.F.Body.(*fact.TermsReward)
	reached := slices.ContainsFunc(x.D.Milestones(b.Milestone.S, x.F.Date), func(r Reached) bool {
		return b.Run.S == "" || b.Run.S == r.Instance.Name
	})
	return unless(reached, b.Milestone.At, diag.Args{"milestone": diag.Term("word." + b.Milestone.S), "rows": x.milestones(b.Milestone.S)})
}

// RewardRange is the plan's range for a milestone (E-12 to E-14).
func (p Plan) RewardRange(milestone string) value.Range {
	switch milestone {
	case "lead":
		return p.Rewards.Lead
	case "sample":
		return p.Rewards.Sample
	case "audit":
		return p.Rewards.Audit
	case "listing":
		return p.Rewards.Listing
	}
	return p.Rewards.Development
}

func rewardInRange(x *Case) *Unmet {
	b := x.F.Body.(*fact.TermsReward)
	r := x.D.RewardPlan(x.C, x.F).RewardRange(b.Milestone.S)
	ok := b.Amount.GreaterThanOrEqual(r.Min.Decimal) && b.Amount.LessThanOrEqual(r.Max.Decimal)
	return unless(ok, b.Amount.At, diag.Args{"amount": b.Amount.Decimal, "min": r.Min.Decimal, "max": r.Max.Decimal})
}

// rewardOnce pays a milestone once per deal, or once per round where policy
// repeats rewards in continued development (G-13, G-33); continued development
// itself once for every opportunity that was won (E-16). A run is named once.
func rewardOnce(x *Case) *Unmet {
	b := x.F.Body.(*fact.TermsReward)
	n := 0
	for _, f := range x.D.Facts {
		other, ok := f.Body.(*fact.TermsReward)
		if ok && f != x.F && other.Milestone.S == b.Milestone.S && (f.Date < x.F.Date || (f.Date == x.F.Date && f.Path < x.F.Path)) {
			n++
			if b.Run.S != "" && other.Run.S == b.Run.S {
				return &Unmet{At: b.Run.At, Args: diag.Args{"milestone": diag.Term("word." + b.Milestone.S)}}
			}
		}
	}
	most := 1
	if x.D.RewardPlan(x.C, x.F).Rewards.Repeat.S == "each-round" {
		most = 1 + x.D.Main.Times("TM-24")
	}
	if b.Milestone.S == "development" {
		most = len(x.D.Milestones(b.Milestone.S, x.F.Date))
	} else if x.D.Import != nil {
		for _, p := range x.D.Import.Body.(*fact.Import).RewardsPaid {
			if p.Milestone.S == b.Milestone.S {
				n++
			}
		}
	}
	return unless(n < most, b.Milestone.At, diag.Args{"milestone": diag.Term("word." + b.Milestone.S)})
}
