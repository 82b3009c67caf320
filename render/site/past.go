package site

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// past is what has become of a deal so far, as lists and figures count it.
type past struct {
	Stays   []stay
	Owner   string // id of the person who answers for the deal, empty where nobody does
	Ended   value.Day
	Won     value.Day // the customer agreed, 0 if it did not yet
	Reason  string    // why it ended
	Results [indicators]punctual
}

// stay is the time that a deal has spent at a stage of the main process.
type stay struct {
	State    string
	From, To value.Day // To is 0 while it lasts
	Cut      bool      // an import began it: nobody knows how long it lasted before
}

// agreedRow is the row by which a customer is won.
const agreedRow = "TM-12"

func (m *Model) past(d *fold.Deal) past {
	p := past{Stays: stays(d.Main), Owner: m.owner(d), Results: m.results(d)}
	for _, t := range d.Main.Taken {
		if p.Won == 0 && m.stages.at(t.To) >= m.stages.agreed {
			p.Won = t.On
		}
	}
	if n := len(d.Main.Taken); d.Main.Ended() && n > 0 {
		last := d.Main.Taken[n-1]
		p.Ended = last.On
		if last.Fact != nil {
			p.Reason = fold.FieldText(last.Fact, "reason")
		}
	}
	return p
}

// mainStages are those of the main process.
type mainStages struct {
	process *schema.Process
	rank    map[string]int // on the straight way, from 0; detours and refusals have none
	agreed  int            // rank from which on a deal is won
}

func stagesOf(w *schema.Workflow) mainStages {
	s := mainStages{process: w.Process("deal"), rank: map[string]int{}}
	for k, state := range straightWay(s.process) {
		s.rank[state] = k
	}
	for _, r := range s.process.Rows {
		if r.ID == agreedRow {
			s.agreed = s.rank[r.To]
		}
	}
	return s
}

// ahead lists the stages of the straight way from a rank on to the agreement,
// but for those that a deal may pass by: a tender is one way to a team of two.
func (s mainStages) ahead(rank int) []string {
	var out []string
	for _, state := range straightWay(s.process) {
		if k := s.rank[state]; k >= rank && k < s.agreed && (k == rank || !s.optional(state)) {
			out = append(out, state)
		}
	}
	return out
}

// optional reports whether some row passes a stage by.
func (s mainStages) optional(state string) bool {
	for _, r := range s.process.Rows {
		for _, from := range r.From {
			if a, b := s.at(from), s.at(r.To); a >= 0 && b > s.rank[state] && a < s.rank[state] && b <= s.agreed {
				return true
			}
		}
	}
	return false
}

// at is the rank of a stage, -1 beside the straight way.
func (s mainStages) at(state string) int {
	if k, ok := s.rank[state]; ok {
		return k
	}
	return -1
}

// end reports whether a deal has ended at a stage.
func (s mainStages) end(state string) bool {
	found, _ := s.process.State(state)
	return found.End
}

// names lists where a deal may stand, before its first fact included.
func (s mainStages) names() []string {
	names := []string{schema.None}
	for _, state := range s.process.States {
		names = append(names, state.Name)
	}
	return names
}

// stays lists where a run has stood, one after the other.
func stays(i *fold.Instance) []stay {
	var out []stay
	for _, t := range i.Taken {
		n := len(out)
		if n > 0 && out[n-1].State == t.To {
			continue
		}
		if n > 0 {
			out[n-1].To = t.On
		}
		_, imported := bodyOf(t.Fact).(*fact.Import)
		out = append(out, stay{State: t.To, From: t.On, Cut: imported})
	}
	if n := len(out); n > 0 && i.Ended() {
		out[n-1].To = out[n-1].From // an end is no place to stay
	}
	return out
}

func bodyOf(f *fold.Fact) fact.Body {
	if f == nil {
		return nil
	}
	return f.Body
}

// owner is who answers for a deal: whoever signed the latest contract for the
// team as long as he belongs to it, else its marketing manager, and before there
// is a team, whoever brought the lead.
func (m *Model) owner(d *fold.Deal) string {
	roster := m.Company.Roster
	id := func(ref string) string {
		if p := roster.Person(ref); p != nil {
			return p.ID
		}
		return ""
	}
	if d.Team == "" {
		if b, f := fold.Last[fact.Lead](d.Main); b != nil {
			if brought := id(b.BroughtBy.S); brought != "" {
				return brought
			}
			return id(f.Body.Base().By.S)
		}
		return ""
	}
	for _, signed := range []string{signedForTeam[fact.FormalContract](d), signedForTeam[fact.PreliminaryContract](d)} {
		if p := roster.Person(signed); p != nil && p.TeamOn(m.AsOf) == d.Team {
			return p.ID
		}
	}
	return m.managers[d.Team]
}

// managersOf finds the marketing manager of each team, the first by id.
func managersOf(c *fold.Company, day value.Day) map[string]string {
	managers := map[string]string{}
	if c.Roster == nil {
		return managers
	}
	for _, p := range c.Roster.People {
		if team := p.TeamOn(day); team != "" && managers[team] == "" && p.Has(day, "marketing-manager") {
			managers[team] = p.ID
		}
	}
	return managers
}

// signedForTeam is who signed the latest contract of a kind for the team.
func signedForTeam[T any](d *fold.Deal) string {
	_, f := fold.Last[T](d.Main)
	if f == nil {
		return ""
	}
	return fold.FieldText(f, "signed-for-team")
}

// worth is what was ordered by a day, and before that the sales expected in a
// year. What is expected stands in the deal's header, without a date of its own.
func worth(d *fold.Deal, day value.Day) (amount sums, expected bool) {
	var ordered sums
	for _, o := range d.Orders {
		if total := o.TotalOn(day); total.IsPositive() {
			ordered.add(money{total, d.Currency})
		}
	}
	if len(ordered) > 0 {
		return ordered, false
	}
	if d.Header == nil || !d.Header.Expected.Set {
		return nil, false
	}
	return sums{{d.Header.Expected.Decimal, d.Currency}}, true
}

// weighed is the share of amounts that policy counts at a stage.
func (m *Model) weighed(amount sums, stage string) sums {
	if m.Company.Policy == nil {
		return nil
	}
	var out sums
	weight := m.Company.Policy.Weight(stage).Rat()
	for _, a := range amount {
		if share := fold.RoundRat(new(big.Rat).Mul(a.Rat(), weight), a.Currency); !share.Equal(decimal.Zero) {
			out.add(money{share, a.Currency})
		}
	}
	return out
}
