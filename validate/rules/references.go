package rules

import (
	"slices"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// references wants every person, team and correction target that a fact names
// to exist, on the day that it names them.
var references = validate.StateRule{
	IDs: []string{"ref/unknown-person", "ref/ambiguous-person", "ref/person-not-active", "ref/unknown-team", "ref/team-not-active"},
	Check: func(p *validate.Pass) {
		names := &names{c: p.Company, budget: mostCompared}
		eachFact(p, func(d *fold.Deal, f *fold.Fact) {
			fact.Each(f.Body, f.Step.Fields, func(field schema.Field, t fact.Text) {
				if finding := names.reference(f, field.Kind, t); finding != nil {
					p.Report(d, *finding)
				}
			})
		})
	},
}

// eachFact visits every fact that counts, and every correction: of the deals,
// and the customer's own.
func eachFact(p *validate.Pass, do func(*fold.Deal, *fold.Fact)) {
	own := slices.Concat(p.Customer.Releases, p.Customer.Receipts, corrections(p.Customer.Records()))
	for _, f := range own {
		do(nil, f)
	}
	for _, d := range p.Customer.Deals {
		for _, f := range slices.Concat(d.Facts, corrections(d.Records)) {
			do(d, f)
		}
	}
}

func corrections(records []*fold.Fact) []*fold.Fact {
	var out []*fold.Fact
	for _, f := range records {
		if f.Step.Name == schema.CorrectionName {
			out = append(out, f)
		}
	}
	return out
}

// names looks up people and teams for the facts of one customer.
type names struct {
	c      *fold.Company
	budget int // names that may still be compared for the closest one
}

func (n *names) reference(f *fold.Fact, kind schema.Kind, t fact.Text) *diag.Diagnostic {
	at := func(rule string, args diag.Args) *diag.Diagnostic {
		return &diag.Diagnostic{Rule: rule, Span: f.Span(t.At), Args: args}
	}
	switch kind {
	case schema.KindPerson:
		return n.person(f, t, at)
	case schema.KindTeam:
		team := n.c.Roster.Team(t.S)
		if team == nil {
			return at("ref/unknown-team", diag.Args{"team": t.S, "near": n.nearest(t.S, teamIDs)})
		}
		if f.Date < team.From || (team.To != 0 && f.Date > team.To) {
			return at("ref/team-not-active", diag.Args{"team": team.Name, "date": f.Date})
		}
	}
	return nil
}

func (n *names) person(f *fold.Fact, t fact.Text, at func(string, diag.Args) *diag.Diagnostic) *diag.Diagnostic {
	p := n.c.Roster.Person(t.S)
	if p == nil {
		if same := n.c.Roster.SameName(t.S); len(same) > 1 {
			return at("ref/ambiguous-person", diag.Args{"person": t.S, "ids": ids(same)})
		}
		return at("ref/unknown-person", diag.Args{"person": t.S, "near": n.nearest(t.S, personIDs)})
	}
	// Who has left keeps what had accrued, and is paid it.
	keeps := f.Step.Name == "import" || f.Step.ID() == "terms.reward" || f.OfCompany()
	if len(p.RolesOn(f.Date)) == 0 && p.TeamOn(f.Date) == "" && !keeps {
		return at("ref/person-not-active", diag.Args{"person": p.Name, "date": f.Date})
	}
	return nil
}

// nearest is the name that a misspelt one most resembles; a file full of
// unknown names gets no more than the first few suggestions.
func (n *names) nearest(word string, known func(*fold.Company) []string) string {
	if n.budget > 0 {
		among := known(n.c)
		n.budget -= len(among)
		if s := check.Similar(word, among); s != "" {
			return s
		}
	}
	return "—"
}

func ids(people []*fold.Person) []string {
	var out []string
	for _, p := range people {
		out = append(out, p.ID)
	}
	return out
}

// personRef is the id of somebody, or what is written where the roster does not
// know him.
func personRef(c *fold.Company, t fact.Text) string {
	if p := c.Roster.Person(t.S); p != nil {
		return p.ID
	}
	return t.S
}

func personIDs(c *fold.Company) []string {
	var out []string
	for _, p := range c.Roster.People {
		out = append(out, p.ID, p.Name)
	}
	return out
}

func teamIDs(c *fold.Company) []string {
	var out []string
	for _, t := range c.Roster.Teams {
		out = append(out, t.ID, t.Name)
	}
	return out
}
