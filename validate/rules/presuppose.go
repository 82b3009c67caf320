package rules

import (
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// presuppose wants a fact that follows on an approval to come in a later
// change: while the plan is still before its approvers, nothing may be spent on
// it. A fact that needs the same approvals itself may come along.
var presuppose = validate.ChangeRule{
	IDs: []string{"change/presupposes-approval"},
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		if ch.Base.Policy == nil || ch.Base.Policy.Approvals.S == "none" {
			return
		}
		for _, cu := range ch.Head.Customers {
			for _, d := range cu.Deals {
				presupposing(ch, d, report)
			}
		}
	},
}

func presupposing(ch *validate.Change, d *fold.Deal, report func(diag.Diagnostic)) {
	var pending []fold.Decision
	for _, f := range d.Facts {
		if !slices.ContainsFunc(ch.Files, func(x validate.File) bool { return x.Path == f.Path && x.Verb == validate.Added }) {
			continue
		}
		dec := ch.Head.Decide(d, f)
		for _, before := range pending {
			if before.Fact.Date < f.Date && !covers(dec.Approval, before.Approval) {
				report(diag.Diagnostic{Rule: "change/presupposes-approval", Span: diag.Span{File: f.Path}, Args: diag.Args{
					"step": f.Step.Term(), "other": before.Fact.Step.Term()}})
				break
			}
		}
		if len(dec.Approval) > 0 {
			pending = append(pending, dec)
		}
	}
}

// covers reports whether somebody asks for every approval that another does.
func covers(mine, theirs []string) bool {
	return !slices.ContainsFunc(theirs, func(role string) bool { return !slices.Contains(mine, role) })
}
