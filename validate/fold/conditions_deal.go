package fold

import (
	"slices"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// importState requires a stage of the main process that a deal can be in.
func importState(x *Case) *Unmet {
	b := x.F.Body.(*fact.Import)
	if !slices.Contains(importable(x.I.Process), b.State.S) {
		return &Unmet{At: b.State.At, Args: diag.Args{"state": b.State.S, "allowed": importable(x.I.Process)}}
	}
	for _, r := range b.Reached {
		if len(x.C.Table.RowsOf(r.Row.S)) == 0 {
			return &Unmet{At: r.Row.At, Args: diag.Args{"row": r.Row.S}, Rule: "import/unknown-row"}
		}
		if r.On.Day > x.F.Date {
			return &Unmet{At: r.On.At, Args: diag.Args{"date": r.On.Day}, Rule: "import/not-yet-reached"}
		}
	}
	return x.importCovers(b)
}

// importCovers wants an import to list the rows that lead to its stage: the
// signed agreement and the formal contract where it lies beyond them.
func (x *Case) importCovers(b *fact.Import) *Unmet {
	listed := func(rows ...string) bool {
		return slices.ContainsFunc(b.Reached, func(r fact.ImportReached) bool { return slices.Contains(rows, r.Row.S) })
	}
	lacking := ""
	switch s := b.State.S; {
	case stageRank(s) >= stageRank("agreed") && !listed("TF-26", "TM-12"):
		lacking = "TF-26"
	case stageRank(s) >= stageRank("formal") && !listed("TM-20"):
		lacking = "TM-20"
	case stageRank(s) < 0:
		var leading []string
		for _, r := range x.I.Process.Rows {
			if r.To == s {
				leading = append(leading, r.ID)
			}
		}
		if len(leading) > 0 && !listed(leading...) {
			lacking = leading[0]
		}
	}
	if lacking == "" {
		return nil
	}
	return &Unmet{At: b.State.At, Args: diag.Args{"state": x.I.Process.Term(b.State.S), "row": lacking}, Rule: "import/not-covered"}
}

// importable are the stages that a running deal can be in.
func importable(p *schema.Process) []string {
	var names []string
	for _, s := range p.States {
		if !s.End && s.Name != "suspended" {
			names = append(names, s.Name)
		}
	}
	return names
}

func campaignApproved(x *Case) *Unmet {
	for _, c := range x.D.Of("campaign") {
		if c.On("TP-03") != 0 {
			return nil
		}
	}
	return missing
}

// campaignsReachedGoal wants as many campaigns at their goal as policy asks
// for (G-05).
func campaignsReachedGoal(x *Case) *Unmet {
	n, want := 0, x.policy().Campaigns.GoalsRequired.N
	for _, c := range x.D.Of("campaign") {
		if c.State == "goal_reached" {
			n++
		}
	}
	return unless(n >= want, diag.Pos{}, diag.Args{"found": n, "want": want})
}

// routeFollowsRule proposes a tender unless one team did both steps alone and
// plans to go on; the general manager departs from it with a reason (G-02,
// G-03).
func routeFollowsRule(x *Case) *Unmet {
	b := x.F.Body.(*fact.TenderDecision)
	rule := "tender"
	if team := x.D.originators(x.C, x.F.Date); team != "" && b.Continues.S == "yes" {
		rule = "direct"
	}
	if b.Conclusion.S == rule || (b.Reason.S != "" && x.policy().Tender.Rule.S == "advice") {
		return nil
	}
	return &Unmet{At: b.Conclusion.At, Args: diag.Args{"rule": diag.Term("word." + rule), "conclusion": diag.Term("word." + b.Conclusion.S)}}
}

// originators is the one team that did the first two steps independently: no
// step was done by general manager or leadership, and none by another team.
func (d *Deal) originators(c *Company, day value.Day) string {
	rel, f := Last[fact.Relationship](d.Main)
	if rel == nil {
		return ""
	}
	team := ""
	for _, who := range append(append([]value.Text{}, rel.InformationBy...), rel.EngagementBy...) {
		p := c.Roster.Person(who.S)
		if p == nil || p.Leads(f.Date) || p.TeamOn(f.Date) == "" || (team != "" && p.TeamOn(f.Date) != team) {
			return ""
		}
		team = p.TeamOn(f.Date)
	}
	return team
}

func teamNamed(x *Case) *Unmet {
	b := x.F.Body.(*fact.TenderDecision)
	return unless(b.Team.S != "", b.Conclusion.At, nil)
}

func latestTender(d *Deal) *Instance {
	all := d.Of("tender")
	if len(all) == 0 {
		return nil
	}
	last := all[0]
	for _, i := range all {
		if naturalCompare(i.Name, last.Name) > 0 {
			last = i
		}
	}
	return last
}

func tenderWithoutAward(x *Case) *Unmet {
	t := latestTender(x.D)
	return unless(t != nil && t.State == "no_award", diag.Pos{}, nil)
}

func tenderAwarded(x *Case) *Unmet {
	t := latestTender(x.D)
	return unless(t != nil && t.State == "awarded", diag.Pos{}, nil)
}

// reviewAhead bounds a suspension (G-28).
func reviewAhead(x *Case) *Unmet {
	b := x.F.Body.(*fact.Suspend)
	most := x.policy().Suspension.MostDays.N
	ok := b.ReviewOn.Day > x.F.Date && b.ReviewOn.Day <= x.F.Date+value.Day(most)
	return unless(ok, b.ReviewOn.At, diag.Args{"date": b.ReviewOn.Day, "days": most})
}

// needsNotSatisfied allows a stop while the agreement is being brought about
// only where the needs cannot be met or the customer refuses (4.4-W3, G-32).
func needsNotSatisfied(x *Case) *Unmet {
	s := x.D.supply()
	ok := s != nil && (s.State == "negotiating" || s.State == "cannot_satisfy" || s.State == "audit_refused" || s.State == "sample_failed")
	return unless(ok, diag.Pos{}, nil)
}

func orderAccepted(x *Case) *Unmet {
	for _, o := range x.D.Orders {
		if o.Confirmed != 0 && !o.Void() {
			return nil
		}
	}
	return missing
}

// RealisedOrders counts the orders whose sale is realised on a day.
func (d *Deal) RealisedOrders(day value.Day) int {
	n := 0
	for _, o := range d.Orders {
		if !o.imported && o.Realised(day) {
			n++
		}
	}
	return n
}

func orderRealised(x *Case) *Unmet {
	return unless(x.D.RealisedOrders(x.Today) > x.I.Times("TM-22"), diag.Pos{}, nil)
}

// orderRealisedBefore holds once a sale was realised, here or before an import.
func orderRealisedBefore(x *Case) *Unmet {
	return unless(x.D.RealisedOrders(x.Today) > 0 || x.D.importedBeyond("selling"), diag.Pos{}, nil)
}

func developmentPlanned(x *Case) *Unmet {
	return unless(x.D.anyDevelopment("planned", "requalifying", "negotiating"), diag.Pos{}, nil)
}

func (d *Deal) anyDevelopment(states ...string) bool {
	for _, i := range d.Of("development") {
		for _, s := range states {
			if i.State == s {
				return true
			}
		}
	}
	return false
}

func requalifying(x *Case) *Unmet {
	n := 0
	for _, i := range x.D.Of("development") {
		n += i.Times("TD-04")
	}
	return unless(n > x.I.Times("TM-24"), diag.Pos{}, nil)
}

// noOpenOpportunity ends continued development when every opportunity was won,
// lost or dropped.
func noOpenOpportunity(x *Case) *Unmet {
	ok := len(x.D.Of("development")) > 0 && !x.D.anyDevelopment("planned", "requalifying", "negotiating")
	return unless(ok, diag.Pos{}, nil)
}

// nothingOpen allows closing only when no order, receivable, claim or advance
// is open (TM-26).
func nothingOpen(x *Case) *Unmet {
	for _, i := range x.D.Of("order") {
		if !i.Ended() {
			return &Unmet{Args: diag.Args{"what": diag.Term("needs.open-order"), "name": i.Name}}
		}
	}
	for _, o := range x.D.Orders {
		if o.Balance(x.Today).IsPositive() {
			return &Unmet{Args: diag.Args{"what": diag.Term("needs.open-balance"), "name": o.Name}}
		}
		for _, c := range o.Claims {
			if c.Open {
				return &Unmet{Args: diag.Args{"what": diag.Term("needs.open-claim"), "name": o.Name}}
			}
		}
	}
	if x.D.undecided(x.Today).IsPositive() && !x.D.AdvancesReturnable(x.C, x.Today) {
		return &Unmet{Args: diag.Args{"what": diag.Term("needs.open-advance"), "name": x.D.ID}}
	}
	return nil
}
