package fold

import (
	"cmp"
	"slices"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// Reached is a milestone that a run of a process reached.
type Reached struct {
	Taken
	Instance *Instance
}

// Milestones lists how often a milestone was reached by a day, by date, at
// most once per run. What was waived was not reached.
func (d *Deal) Milestones(milestone string, until value.Day) []Reached {
	var all []Reached
	for _, i := range append([]*Instance{d.Main}, d.Instances...) {
		for _, t := range i.Taken {
			if t.Row.Reward == milestone && t.On <= until && (milestone != "audit" || i.auditPassed()) {
				all = append(all, Reached{t, i})
				break
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Reached) int { return cmp.Compare(a.On, b.On) })
	return all
}

// auditPassed tells an audit of which the customer accepted both parts from one
// that was waived in full or in part (GD-10, G-30).
func (i *Instance) auditPassed() bool {
	a, _ := Last[fact.SupplyAudit](i)
	return a != nil && (a.Capability.S == "accepted" && a.System.S == "accepted")
}

// FormalSince is the day from which the formal project contract is in force, 0
// if it is not: its first signing, or an import of a deal that had one.
func (d *Deal) FormalSince() value.Day {
	if d.importedBeyond("formal") {
		return d.Import.Date
	}
	for _, t := range d.Main.Taken {
		if t.Row.ID == "TM-20" {
			return t.On
		}
	}
	return 0
}

// DeadBefore reports whether the deal had been stopped, cancelled or discarded
// before a day. What came on the very day stays earned (GD-15).
func (d *Deal) DeadBefore(day value.Day) bool {
	dead := false
	for _, t := range d.Main.Taken {
		if t.On >= day {
			break
		}
		dead = Dead(t.To)
	}
	return dead
}

// Dead reports whether a deal at a stage earns nothing new (GD-15).
func Dead(stage string) bool {
	return slices.Contains([]string{"stopped", "prelim_cancelled", "discarded"}, stage)
}

// TeamOn is the id of the team that was in charge at the end of a day, "" when
// none was determined.
func (d *Deal) TeamOn(r *Roster, day value.Day) string {
	team := ""
	for _, f := range d.Facts {
		if f.Date > day {
			break
		}
		if ref, says := teamOf(f.Body); says {
			team = r.TeamID(ref)
		}
	}
	return team
}

// LeadTeam is the team of whoever brought the lead, "" when he is in none.
func (d *Deal) LeadTeam(r *Roster) string {
	b, f := Last[fact.Lead](d.Main)
	if b == nil {
		return ""
	}
	return leadTeam(r, f, b)
}

// teamOf is the team that a fact puts in charge, and whether it says so.
func teamOf(b fact.Body) (ref string, says bool) {
	switch b := b.(type) {
	case *fact.TenderDecision:
		return b.Team.S, b.Conclusion.S == "direct"
	case *fact.TenderAward:
		return b.Team.S, true
	case *fact.Reopen:
		return "", true
	case *fact.Import:
		return b.Team.S, true
	}
	return "", false
}

// realisedBeforeImport reports whether an import says that a sale had been
// realised before it.
func (d *Deal) realisedBeforeImport() bool {
	if d.Import == nil {
		return false
	}
	reached := d.Import.Body.(*fact.Import).Reached
	return d.importedBeyond("developing") ||
		slices.ContainsFunc(reached, func(r fact.ImportReached) bool { return r.Row.S == "TM-22" })
}
