package site

import (
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// row is a deal in a list, and the head of its own page.
type row struct {
	ID, File, Title, Customer, Team string
	Stage                           diag.Term
	state                           string
	rank                            int // of the stage in the workflow
	Anchor                          string
	Since                           value.Day
	Days                            int
	Amount                          sums // by currency, empty when unknown
	Expected                        bool // the amount is what is hoped for, not ordered
	Next                            diag.Term
	More                            int // further things that may happen
	Errors, Warnings                int
	Ended                           bool
}

// Invalid reports whether the deal has an error.
func (r row) Invalid() bool { return r.Errors > 0 }

func (m *Model) row(d *fold.Deal, file string, next []Next) row {
	r := row{
		ID: d.ID, File: file, Title: title(d), Customer: customerName(d.Customer), Team: m.team(d.Team),
		Stage: d.Main.Process.Term(d.Main.State), state: d.Main.State, Since: d.Main.Since, Ended: d.Main.Ended(),
	}
	r.rank = slices.IndexFunc(d.Main.Process.States, hasName(d.Main.State))
	if r.Since != 0 {
		r.Days = int(m.AsOf - r.Since)
	}
	r.Amount, r.Expected = worth(d, m.AsOf)
	if len(next) > 0 {
		r.Next, r.More = foremost(next).Title(), len(next)-1
	}
	r.Errors, r.Warnings = tally(d.Findings)
	return r
}

// foremost is what a reader should look at first: what can be recorded now,
// then what somebody has to record at all.
func foremost(next []Next) Next {
	for _, good := range []func(Next) bool{
		func(n Next) bool { return !n.Option && n.File != "" && n.Ready() },
		func(n Next) bool { return !n.Option && n.File != "" },
	} {
		if i := slices.IndexFunc(next, good); i >= 0 {
			return next[i]
		}
	}
	return next[0]
}
