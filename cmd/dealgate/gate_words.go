package main

import (
	"cmp"
	"slices"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/approval"
	"github.com/dealgate/dealgate/validate/report"
)

// approvalWords says per deal who has approved and whose approval is needed, and
// of a fact whether it asks for any.
func approvalWords(r approval.Result, l catalogue.Lang) *report.Approvals {
	once := func(list []string, s string) []string {
		if slices.Contains(list, s) {
			return list
		}
		return append(list, s)
	}
	asks := map[string]bool{}
	for _, n := range r.Lacking {
		asks[n.Fact] = true
	}
	for _, g := range r.Given {
		asks[g.Fact] = asks[g.Fact] || g.Role != "actor"
	}
	return &report.Approvals{Asks: func(path string) bool { return asks[path] }, Of: func(dir string) (given, missing []string) {
		for _, g := range r.Given {
			if string(g.Scope) != dir {
				continue
			}
			key := "approval.given"
			if g.Delegated {
				key = "approval.given-delegated"
			}
			given = once(given, catalogue.Text(l, key, diag.Args{"name": g.Name, "role": roleTerm(g.Role, g.Aspect)}))
		}
		for _, n := range r.Lacking {
			if string(n.Scope) != dir {
				continue
			}
			missing = once(missing, catalogue.Text(l, "approval.lacking", diag.Args{
				"role": roleTerm(n.Role, n.Aspect), "why": diag.Term(n.Why + ".title"),
			}))
		}
		return given, missing
	}}
}

func roleTerm(role, aspect string) diag.Term {
	if aspect != "" {
		return diag.Term("aspect." + aspect)
	}
	return diag.Term("role." + cmp.Or(role, "none"))
}
