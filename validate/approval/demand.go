package approval

import (
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// Demand is what a change asks for: whose approvals, and who must stand behind
// what he did. It follows from contents alone, not from any review.
type Demand struct {
	Needs      []need
	Deeds      []deed
	Unreadable []string // files of which nobody can say what they ask for
}

// deed is an added fact with those who acted in it.
type deed struct {
	Path   string
	Scope  Scope
	Span   diag.Span
	Row    string
	Clause string
	What   diag.Term
	By     []acting
}

// DemandOf finds what a change asks for, given the paths outside deals/ that
// it touches. The base must have policy and roster. Where base and head are one
// and the same, nothing that stood there is looked at: the caller knows that
// the change only adds what comes after it and corrects nothing. What is dated
// later than the change landed later.
func DemandOf(c *validate.Change, outside []string) Demand {
	d := &asker{base: c.Base, head: c.Head, files: c.Files, paths: outside}
	if d.base == d.head {
		d.until = latest(d.files)
		d.after = subjects(d.head, &wanted{d.files})
		d.before = d.after
	} else {
		d.before, d.after = subjects(d.base, nil), subjects(d.head, nil)
	}
	d.ask()
	return d.out
}

// latest is the last date that a file of the change bears.
func latest(files []validate.File) value.Day {
	var last value.Day
	for _, f := range files {
		last = max(last, f.Place.Date)
	}
	return last
}

// asker holds what is looked up again and again while one change is read.
type asker struct {
	base, head *fold.Company
	files      []validate.File
	paths      []string  // outside deals/
	until      value.Day // what is dated later is not there yet; 0 when all is
	before     map[string]subject
	after      map[string]subject
	out        Demand
}

// acts notes who acted in an added fact.
func (d *asker) acts(s subject, n need) {
	if by := actors(d.base.Roster, s.record); len(by) > 0 {
		a := d.asks(d.head, s)
		d.out.Deeds = append(d.out.Deeds, deed{n.Path, n.Scope, n.Span, a.row, a.clause, n.What, by})
	}
}
