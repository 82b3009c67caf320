package site

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// gate is a fact on the straight way that a deal waits for. Chasing payment is
// none: overdue payments are a list of their own.
type gate struct {
	Deal  *Deal
	Next  Next
	Since value.Day // when its run came to where it stands
	Days  int
}

// gates lists what all deals wait for: first what can be recorded now, and in
// each half what has waited longest.
func (m *Model) gates() []gate {
	var out []gate
	for _, d := range m.Deals {
		for _, n := range d.Next {
			if n.Option || n.File == "" || n.Process == "process.payment" {
				continue
			}
			g := gate{Deal: d, Next: n, Since: d.Main.Since}
			if run := d.Instance(bare(n.Process, "process."), n.Instance); run != nil && run.Since != 0 {
				g.Since = run.Since
			}
			if g.Since != 0 {
				g.Days = int(m.AsOf - g.Since)
			}
			out = append(out, g)
		}
	}
	slices.SortStableFunc(out, func(a, b gate) int {
		return cmp.Or(boolInt(b.Next.Ready())-boolInt(a.Next.Ready()), cmp.Compare(b.Days, a.Days))
	})
	return out
}

// bare is what a term is about: "deal" of "process.deal".
func bare(t diag.Term, prefix string) string { return strings.TrimPrefix(string(t), prefix) }

func hasRole(terms []diag.Term, roles ...string) bool {
	return slices.ContainsFunc(terms, func(t diag.Term) bool { return slices.Contains(roles, bare(t, "role.")) })
}

// teamRoles act for the team that looks after a deal, each in his own team.
var teamRoles = []string{"marketing-manager", "team-member"}

// covers reports whether a delegation lets somebody approve the fact.
func (g gate) covers(x fact.PolicyDelegations) bool {
	step := bare(g.Next.Step, "step.")
	name := step[strings.LastIndexByte(step, '.')+1:]
	return hasRole(g.Next.Approvals, x.Role.S) && slices.ContainsFunc(x.Steps, func(s value.Text) bool { return s.S == step || s.S == name })
}

// aspectRoles are those that review an order, by the aspects of policy.
func (m *Model) aspectRoles() []string {
	if m.Company.Policy == nil {
		return nil
	}
	var roles []string
	o := m.Company.Policy.Orders
	for _, list := range [][]value.Text{o.Technical, o.Quality, o.Production, o.Price, o.Delivery} {
		for _, r := range list {
			roles = append(roles, r.S)
		}
	}
	return roles
}

// gateList is what waits for a fact, with what it needs and its form.
func (m *Model) gateList(list []gate, id, file string) listing {
	ready := len(chosen(list, func(g gate) bool { return g.Next.Ready() }))
	return listing{
		Title: "site.gate.title", File: file, Table: table{
			ID: id, Caption: phrase("site.gate.sum", "ready", ready, "rest", len(list)-ready), Empty: diag.Term("site.gate.empty"), Cards: true,
			Heads: []head{
				column("site.deal.deal"), column("site.gate.record"), choice("site.gate.state"), column("site.gate.needs"), column("site.gate.approval"),
				number("site.gate.waiting"), choice("site.gate.owner"),
			},
		},
		Rows: rowsOf(list, func(g gate) tableRow {
			return cells(g.Deal.cell(), g.record(), g.state(), g.needs(), say(inTurn(g.Next.Approvals)), g.waiting(), m.personCell(g.Deal.Past.Owner))
		}),
	}
}

// record is the fact to be recorded, with its form where there is one.
func (g gate) record() cell {
	return cell{Say: g.Next.Title(), URL: g.Next.URL, Sub: g.run()}
}

// run is the run of a process that a gate belongs to.
func (g gate) run() any {
	if g.Next.Instance == "" {
		return g.Next.Process
	}
	return phrase("site.gate.run", "process", g.Next.Process, "name", g.Next.Instance)
}

func (g gate) state() cell {
	if g.Next.Ready() {
		return badge("good", diag.Term("site.next.ready"))
	}
	return badge("warn", diag.Term("site.next.waits"))
}

// needs is what is still missing, and what the fact itself must bring.
func (g gate) needs() cell {
	var c cell
	for _, n := range g.Next.Needs {
		if !n.Met && !n.OfFact {
			c.Items = append(c.Items, item{"unmet", "site.need.unmet", Phrase{n.Key, n.Args}})
		}
	}
	for _, n := range g.Next.Needs {
		if !n.Met && n.OfFact {
			c.Items = append(c.Items, item{"of-fact", "site.need.of-fact", Phrase{n.Key, n.Args}})
		}
	}
	if n := g.Next.Evidence; n > 0 {
		c.Items = append(c.Items, item{"of-fact", "site.entry.evidence", counted("report.files", n)})
	}
	if c.Items == nil {
		c.Say = diag.Term("site.gate.nothing-else")
	}
	return c
}

func (g gate) waiting() cell {
	if g.Since == 0 {
		return cell{Say: diag.Term("site.nothing"), Key: "0"}
	}
	return daysCell(g.Days)
}

// inTurn says whose approval comes after whose.
func inTurn(roles []diag.Term) any {
	if len(roles) == 0 {
		return diag.Term("site.gate.no-approval")
	}
	var all any = roles[0]
	for _, r := range roles[1:] {
		all = phrase("site.gate.then", "first", all, "then", r)
	}
	return all
}

// personRef is somebody by name, with the page about him.
func (m *Model) personRef(id string) Ref { return m.Ref(m.calledOf(id), personFile(id)) }

// approvalList is what will need whose approval when it is recorded.
func (m *Model) approvalList(list []gate, title diag.Term, id, file string) listing {
	return listing{
		Title: title, Note: diag.Term("site.gate.approvals-note"), File: file, Table: table{
			ID: id, Caption: counted("site.gate.facts", len(list)), Empty: diag.Term("site.gate.approvals-empty"), Cards: true,
			Heads: []head{
				column("site.deal.deal"), column("site.gate.next"), choice("site.gate.approval"), column("site.next.actors"), number("site.gate.waiting"), choice("site.gate.owner"),
			},
		},
		Rows: rowsOf(list, func(g gate) tableRow {
			next := cell{Say: g.Next.Title(), Sub: g.run()}
			return cells(g.Deal.cell(), next, say(inTurn(g.Next.Approvals)), say(g.Next.Actors), g.waiting(), m.personCell(g.Deal.Past.Owner))
		}),
	}
}
