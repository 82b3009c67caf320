package rules

import (
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// rosterKeeps refuses to take people or teams out of the roster, since facts of
// years ago name them; whoever leaves gets a last day. For the same reason a
// name stays with whom it belonged to: given up or given away, it would move
// what landed facts say, and the money that follows from it.
var rosterKeeps = validate.ChangeRule{
	IDs: []string{"roster/person-removed", "roster/team-removed", "roster/name-given-up", "roster/name-taken"},
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		if ch.NewRoster == nil || ch.Base.Roster == nil {
			return
		}
		at := func(rule string, args diag.Args) {
			report(diag.Diagnostic{Rule: rule, Span: diag.Span{File: rosterPath}, Args: args})
		}
		people, teams := peopleOf(ch.NewRoster), teamsOf(ch.NewRoster)
		for _, p := range keeps(peopleOf(ch.Base.Roster), people, at) {
			at("roster/person-removed", diag.Args{"id": p.id, "name": p.names[0]})
		}
		for _, t := range keeps(teamsOf(ch.Base.Roster), teams, at) {
			at("roster/team-removed", diag.Args{"id": t.id, "name": t.names[0]})
		}
	},
}

// called is a person or a team, as far as it can be named.
type called struct {
	id    string
	names []string // the present one first
}

func peopleOf(r *fold.Roster) []called {
	var out []called
	for _, p := range r.People {
		out = append(out, called{p.ID, p.Names})
	}
	return out
}

func teamsOf(r *fold.Roster) []called {
	var out []called
	for _, t := range r.Teams {
		out = append(out, called{t.ID, t.Names})
	}
	return out
}

// keeps holds names against those of the base, and returns who is gone.
func keeps(before, after []called, at func(string, diag.Args)) []called {
	var gone []called
	for _, b := range before {
		i := slices.IndexFunc(after, func(a called) bool { return a.id == b.id })
		if i < 0 {
			gone = append(gone, b)
			continue
		}
		for _, n := range b.names {
			if !slices.Contains(after[i].names, n) {
				at("roster/name-given-up", diag.Args{"id": b.id, "name": n, "now": after[i].names[0]})
			}
		}
	}
	newcomers(before, after, at)
	return gone
}

// newcomers refuses a name, or an id, by which the base knows somebody else.
func newcomers(before, after []called, at func(string, diag.Args)) {
	owners := map[string][]string{}
	for _, b := range before {
		for _, n := range b.names {
			owners[n] = append(owners[n], b.id)
		}
	}
	for _, a := range after {
		for _, n := range append([]string{a.id}, a.names...) {
			if of := owners[n]; len(of) > 0 && !slices.Contains(of, a.id) {
				at("roster/name-taken", diag.Args{"id": a.id, "name": n, "owner": of[0]})
			}
		}
	}
}
