package fold

import (
	"cmp"
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// customerFree blocks a lead on a customer that another team holds, until the
// department manager releases the customer (4.1-W1).
func customerFree(x *Case) *Unmet {
	team := x.claimant()
	for _, other := range x.D.Customer.Deals {
		if other == x.D {
			continue
		}
		holder, until := other.holder(x.C, x.F.Date, x.F.Path)
		if holder == "" || holder == team || until < x.F.Date || x.released(team) {
			continue
		}
		return &Unmet{Args: diag.Args{"customer": x.D.Customer.ID, "team": x.C.Roster.TeamName(holder), "deal": other.ID, "until": until}}
	}
	return nil
}

// claimant is the team that a lead or an import claims the customer for.
func (x *Case) claimant() string {
	switch b := x.F.Body.(type) {
	case *fact.Lead:
		return leadTeam(x.C.Roster, x.F, b)
	case *fact.Import:
		if t := x.C.Roster.Team(b.Team.S); t != nil {
			return t.ID
		}
	}
	return ""
}

func leadTeam(r *Roster, f *Fact, lead *fact.Lead) string {
	p := f.By
	if lead.BroughtBy.S != "" {
		p = r.Person(lead.BroughtBy.S)
	}
	if p == nil {
		return ""
	}
	return p.TeamOn(f.Date)
}

// Holder is a team that holds a customer, and the last day of its protection.
type Holder struct {
	Team  string
	Until value.Day
	Deal  *Deal // that gives it the customer
}

// Holders lists the teams that hold the customer at the end of a day, the one
// that is protected longest first.
func (cu *Customer) Holders(c *Company, day value.Day) []Holder {
	var all []Holder
	for _, d := range cu.Deals {
		team, until := d.holder(c, day, endOfDay)
		if team == "" || until < day {
			continue
		}
		k := slices.IndexFunc(all, func(h Holder) bool { return h.Team == team })
		switch {
		case k < 0:
			all = append(all, Holder{team, until, d})
		case until > all[k].Until:
			all[k] = Holder{team, until, d}
		}
	}
	slices.SortStableFunc(all, func(a, b Holder) int { return cmp.Compare(b.Until, a.Until) })
	return all
}

// endOfDay comes after every path.
const endOfDay = "\xff"

// holder is the team that an earlier lead gave the customer to, and the last
// day of its protection as seen from a day, before a file.
func (d *Deal) holder(c *Company, day value.Day, path string) (team string, until value.Day) {
	var last value.Day
	ended := false
	for _, f := range d.Facts {
		if f.Date > day || (f.Date == day && f.Path > path) {
			break
		}
		last = f.Date
		switch b := f.Body.(type) {
		case *fact.Lead:
			team = leadTeam(c.Roster, f, b)
		case *fact.TenderAward:
			team = c.Roster.TeamID(b.Team.S)
		case *fact.TenderDecision:
			team = cmp.Or(c.Roster.TeamID(b.Team.S), team)
		case *fact.Import:
			team = cmp.Or(c.Roster.TeamID(b.Team.S), team)
		case *fact.Qualify:
			ended = b.Verdict.S == "discard"
		case *fact.Stop, *fact.Close:
			ended = true
		}
	}
	if ended {
		return "", 0
	}
	return team, last + value.Day(c.Policy.Customers.ProtectionDays.N)
}

func (x *Case) released(team string) bool {
	for _, r := range x.D.Customer.Releases {
		to := x.C.Roster.Team(r.Body.(*fact.CustomerRelease).To.S)
		if r.Date <= x.F.Date && to != nil && to.ID == team {
			return true
		}
	}
	return false
}
