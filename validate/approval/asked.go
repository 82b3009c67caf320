package approval

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

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

// worth is the sum that a fact puts on the table, for the limit of a
// delegation. Without one nobody can say that it is within a limit. Where the
// fact names none, it is what the whole deal is expected to bring.
type worth struct {
	Known    bool
	Expected bool
	Amount   decimal.Decimal
	Currency string
}

func (w *worth) join(o worth) {
	if !w.Known || o.Known && o.Amount.GreaterThan(w.Amount) {
		*w = o
	}
}

// worthOf is the worth of an order, the largest sum of money that a fact
// names, or what the deal is expected to bring in a year.
func (d *asker) worthOf(s subject) worth {
	f := s.current
	if f == nil {
		f = s.record
	}
	w := worth{}
	if s.deal == nil {
		return w
	}
	w.Currency = s.deal.Currency
	if b, ok := f.Body.(*fact.Order); ok {
		w.Known = true
		for _, line := range b.Lines {
			w.Amount = w.Amount.Add(line.Quantity.Mul(line.Price.Decimal))
		}
		return w
	}
	fact.Each(f.Body, f.Step.Fields, func(field schema.Field, a value.Amount) {
		if field.Kind == schema.KindMoney && (!w.Known || a.GreaterThan(w.Amount)) {
			w.Known, w.Amount = true, a.Decimal
		}
	})
	if !w.Known {
		w.join(expected(s.deal))
		w.join(expected(d.base.Deal(s.deal.Dir))) // not lowered by the change itself
	}
	return w
}

func expected(d *fold.Deal) worth {
	if d == nil || d.Header == nil || !d.Header.Expected.Set {
		return worth{}
	}
	return worth{Known: true, Expected: true, Amount: d.Header.Expected.Decimal, Currency: d.Currency}
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
