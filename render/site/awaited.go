package site

import (
	"cmp"
	"slices"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// awaitedTable says how much waits for the approval of which role, and how
// long, of what can be recorded now.
func (m *Model) awaitedTable() table {
	type awaited struct {
		role       diag.Term
		n, longest int
	}
	var list []*awaited
	for _, g := range m.Desk.Approvals {
		for _, role := range g.Next.Approvals {
			k := slices.IndexFunc(list, func(a *awaited) bool { return a.role == role })
			if k < 0 {
				k, list = len(list), append(list, &awaited{role: role})
			}
			list[k].n++
			list[k].longest = max(list[k].longest, g.Days)
		}
	}
	slices.SortStableFunc(list, func(a, b *awaited) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.role, b.role)) })
	t := table{
		ID: "awaited", Caption: diag.Term("site.approvals.awaited"), Empty: diag.Term("site.gate.approvals-empty"), Cards: true,
		Heads: []head{column("site.approvals.role"), number("site.approvals.facts"), number("site.approvals.longest")},
	}
	for _, a := range list {
		t.Rows = append(t.Rows, cells(link(m.Ref(a.role, roleFile(bare(a.role, "role.")))), say(a.n), daysCell(a.longest)))
	}
	return t
}

// inTime says whether something with a first and a last day is in force: what
// is comes first, then what is to come, then what has ended.
func (m *Model) inTime(from, to value.Day) (rank int, state cell) {
	switch {
	case from > m.AsOf:
		return 1, badge("info", diag.Term("site.approvals.to-come"))
	case !inForce(from, to, m.AsOf):
		return 2, badge("plain", diag.Term("site.approvals.ended"))
	}
	return 0, badge("good", diag.Term("site.approvals.in-force"))
}

// delegationTable lists who may act for which role, what for, up to how much
// and how long (4.3-W6, G-25).
func (m *Model) delegationTable() table {
	t := table{
		ID: "delegations", Caption: diag.Term("site.approvals.delegations-caption"), Empty: diag.Term("site.approvals.delegations-empty"), Cards: true,
		Heads: []head{
			column("site.approvals.substitute"), choice("site.approvals.for-role"), column("site.approvals.steps"), number("site.approvals.limit"),
			column("site.approvals.from"), column("site.approvals.to"), choice("site.due.state"),
		},
	}
	if m.Company.Policy == nil {
		return t
	}
	list := slices.Clone(m.Company.Policy.Delegations)
	slices.SortStableFunc(list, func(a, b fact.PolicyDelegations) int {
		x, _ := m.inTime(a.From.Day, a.To.Day)
		y, _ := m.inTime(b.From.Day, b.To.Day)
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(b.From.Day, a.From.Day))
	})
	for _, g := range list {
		limit := cell{Say: diag.Term("site.approvals.unlimited")}
		if g.Limit.Set {
			limit = amount(money{g.Limit.Decimal, m.currency()})
		}
		_, state := m.inTime(g.From.Day, g.To.Day)
		t.Rows = append(t.Rows, cells(link(m.personRef(g.Person.S)), say(diag.Term("role."+g.Role.S)), say(stepTerms(g.Steps)), limit, say(g.From.Day), dayCell(g.To.Day, "site.approvals.open-end"), state))
	}
	return t
}

// stepTerms names steps that are given by name or by process and name.
func stepTerms(steps []value.Text) []diag.Term {
	var out []diag.Term
	for _, s := range steps {
		term := diag.Term(s.S)
		for _, step := range schema.AllSteps().All() {
			if step.ID() == s.S || step.Name == s.S {
				term = step.Term()
				break
			}
		}
		out = append(out, term)
	}
	return out
}

// recorderTable lists who may record facts in which somebody else acted.
func (m *Model) recorderTable() table {
	t := table{
		ID: "recorders", Caption: diag.Term("site.approvals.recorders-caption"), Empty: diag.Term("site.approvals.recorders-empty"), Cards: true,
		Heads: []head{column("site.approvals.recorder"), column("site.approvals.for-whom"), column("site.approvals.from"), column("site.approvals.to"), choice("site.due.state")},
	}
	if m.Company.Policy == nil {
		return t
	}
	for _, r := range m.Company.Policy.Recorders {
		var whom any = diag.Term("site.approvals.everybody")
		if len(r.For) > 0 {
			var names values
			for _, p := range r.For {
				names = append(names, m.personRef(p.S))
			}
			whom = names
		}
		_, state := m.inTime(r.From.Day, r.To.Day)
		t.Rows = append(t.Rows, cells(link(m.personRef(r.Person.S)), say(whom), say(r.From.Day), dayCell(r.To.Day, "site.approvals.open-end"), state))
	}
	return t
}
