package site

import (
	"slices"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/fold"
)

// What facts say of pay, by step. It is shown as far as policy publishes
// totals of pay: of deals, or of deals and people.
var (
	payOfDeals = map[string][]string{
		"terms.preliminary": {"rate"},
		"terms.formal":      {"rate", "ladder", "cap"},
		"terms.reward":      {"amount"},
		"deal.import":       {"rewards-paid", "commission-paid"},
		"deal.penalty":      {"amount"},
	}
	payOfPeople = map[string][]string{
		"terms.preliminary": {"shares"},
		"terms.formal":      {"shares"},
		"terms.reward":      {"shares"},
		"deal.penalty":      {"person"},
	}
)

// audience is which totals of pay readers of the site may see.
func (m *Model) audience() bonus.Audience { return bonus.AudienceOf(m.Company.Policy) }

// withheld lists the fields of a step that readers of the site may not see.
func (m *Model) withheld(step string) []string {
	var keys []string
	a := m.audience()
	if !a.Deals {
		keys = append(keys, payOfDeals[step]...)
	}
	if !a.People {
		keys = append(keys, payOfPeople[step]...)
	}
	return keys
}

// withoutOwnMoney leaves out of a listing the columns that say what somebody is
// owed, such as his advances, where policy does not publish the totals of
// people, and says so. Whose advance it is, for which campaign and for how long
// is no secret: it follows from the expenses, and somebody has to see to it.
func (m *Model) withoutOwnMoney(l listing, columns ...int) listing {
	if m.audience().People {
		return l
	}
	slices.Sort(columns)
	slices.Reverse(columns)
	l.Table.Heads = without(l.Table.Heads, columns)
	for i, row := range l.Rows {
		l.Rows[i] = func() tableRow {
			r := row()
			r.Cells = without(r.Cells, columns)
			return r
		}
	}
	note := diag.Term("site.private.amounts")
	if l.Note != nil {
		l.Note = phrase("site.private.note", "note", l.Note, "private", note)
	} else {
		l.Note = note
	}
	return l
}

// without is a list without what stands at some of its places, the last of which
// is named first.
func without[T any](list []T, places []int) []T {
	list = slices.Clone(list)
	for _, k := range places {
		list = slices.Delete(list, k, k+1)
	}
	return list
}

// fieldsOf lists what a fact says, as far as readers of the site may see it.
func (m *Model) fieldsOf(d *fold.Deal, f *fold.Fact) []field {
	if m.sealedBid(d, f) {
		return nil
	}
	w := fielder{m.Company, f.Step, d.Currency}
	return m.published(f.Step.ID(), w.body(f.Body))
}

// hides reports whether readers of the site may see only a part of a fact.
func (m *Model) hides(d *fold.Deal, f *fold.Fact) bool {
	return len(m.withheld(f.Step.ID())) > 0 || m.sealedBid(d, f)
}

// sealedBid reports whether a fact is a bid while others may still bid.
func (m *Model) sealedBid(d *fold.Deal, f *fold.Fact) bool {
	_, bid := f.Body.(*fact.TenderBid)
	return bid && m.sealed(d.Instance("tender", f.Instance))
}

// published leaves out of a step's fields what readers of the site may not see.
func (m *Model) published(step string, fields []field) []field {
	hidden := m.withheld(step)
	return slices.DeleteFunc(fields, func(f field) bool {
		return slices.ContainsFunc(hidden, func(key string) bool { return string(f.Label) == "field."+step+"."+key })
	})
}
