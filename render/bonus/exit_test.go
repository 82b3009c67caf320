package bonus

import "testing"

// Who leaves is told what he still owes, and which of his lines are lost.
func TestLeavingTellsAll(t *testing.T) {
	l := ledgerOf(t, "penalty")
	for _, p := range l.PayDay() {
		part := l.Select(Filter{Person: p.Person, Exit: l.Company.AsOf})
		e := part.Leaving(l)
		if owes := !p.Carried.IsZero(); owes != (len(e.Owes) == 1 && e.Owes[0].Amount.Equal(p.Carried)) {
			t.Errorf("%s owes %v of %s", p.Person, e.Owes, p.Carried)
		}
	}
	l = ledgerOf(t, "commission-order-partly-paid")
	part := l.Select(Filter{Person: "li-lei", Exit: l.Company.AsOf})
	if e := part.Leaving(l); len(e.Loses) == 0 || part.Lines[0].Reason != "bonus.lost-on-leaving" {
		t.Errorf("loses %v: %+v", e.Loses, part.Lines)
	}
}
