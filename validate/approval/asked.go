package approval

import (
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

func compare(a, b string) int { return strings.Compare(a, b) }

// asked is what the table asks for a fact.
type asked struct {
	roles       []string // in order; aspects stands for one of each aspect
	row, clause string
	reviewed    []fold.Aspect
}

// join adds what another version of the same fact asks for.
func (a *asked) join(b asked) {
	a.roles = append(a.roles, more(b.roles, a.roles)...)
	if b.row != "" {
		a.row, a.clause = b.row, b.clause
	}
	if len(b.reviewed) > 0 {
		a.reviewed = b.reviewed
	}
}

// slots turns roles into the approvals to be given. A review of which no
// aspect is new asks for nothing.
func (a asked) slots() []slot {
	var out []slot
	for _, role := range a.roles {
		if role != aspects {
			out = append(out, slot{Roles: []string{role}})
			continue
		}
		for _, x := range a.reviewed {
			out = append(out, slot{Roles: texts(x.Roles), Aspect: x.Name, Named: x.By.S, At: x.By.At})
		}
	}
	return out
}

func texts(list []value.Text) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.S
	}
	return out
}

// asks finds the row or record that a fact took, and whose approval that
// needs. Of a fact that took none – it was voided at once, or lies ahead – the
// most that its step may ask for is asked.
func (d *asker) asks(c *fold.Company, s subject) asked {
	out := asked{}
	f := s.current
	if f == nil {
		out.atMost(c.Table.Process(s.record.Process), s.record.Step.Name)
		out.review(d.base.Policy, nil, s.record)
		return out
	}
	process := c.Table.Process(f.Process)
	record := process.Record(f.Step.Name)
	switch {
	case s.deal == nil && record != nil:
		out.roles, out.row, out.clause = record.Approval, record.Label(), record.Clause
	case s.deal != nil:
		dec := c.Decide(s.deal, f)
		out.roles = dec.Approval
		if dec.Row != nil {
			out.row, out.clause = dec.Row.ID, dec.Row.Clause
		} else if record != nil {
			out.row, out.clause = record.Label(), record.Clause
		}
		if dec.Instance == nil {
			out.atMost(process, f.Step.Name)
		}
		out.review(d.base.Policy, dec.Instance, f)
	}
	return out
}

// atMost asks for everything that any row of a step asks for.
func (a *asked) atMost(p *schema.Process, step string) {
	if p == nil {
		return
	}
	for _, r := range p.RowsFor(step) {
		a.join(asked{roles: r.Approval, row: r.ID, clause: r.Clause})
	}
	if r := p.Record(step); r != nil {
		a.join(asked{roles: r.Approval, row: r.Label(), clause: r.Clause})
	}
}

// review notes the aspects that an order review decides.
func (a *asked) review(p *fact.Policy, i *fold.Instance, f *fold.Fact) {
	b, ok := f.Body.(*fact.OrderReview)
	switch {
	case !ok:
	case i != nil:
		a.reviewed = i.Reviewed(p, b)
	default:
		a.reviewed = fold.Aspects(p, b)
	}
}

// signatory reports whether a field names somebody who signed.
func signatory(f schema.Field) bool {
	return f.Kind == schema.KindPerson && !f.Many && strings.HasPrefix(f.Name, "signed-")
}

// acting is somebody who acted in a fact, as the roster knows him.
type acting struct {
	Person string // id
	At     diag.Pos
}

// actors lists who acted in a fact: `by`, and whoever signed. People whom the
// roster does not know are another rule's matter.
func actors(r *fold.Roster, f *fold.Fact) []acting {
	var out []acting
	add := func(t value.Text) {
		p := r.Person(t.S)
		if p != nil && !slices.ContainsFunc(out, func(a acting) bool { return a.Person == p.ID }) {
			out = append(out, acting{p.ID, t.At})
		}
	}
	add(f.Body.Base().By)
	fact.Each(f.Body, f.Step.Fields, func(field schema.Field, t value.Text) {
		if signatory(field) {
			add(t)
		}
	})
	return out
}
