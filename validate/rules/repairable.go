package rules

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/approval"
	"github.com/dealgate/dealgate/validate/fold"
)

// repairable refuses rules that the company could not mend by a further change:
// a workflow that nobody knows, another repository than the one that every
// statement names, and nobody left to approve the next change of the rules. It
// points out where facts are to land on another branch from then on, or on any.
var repairable = validate.ChangeRule{
	IDs: []string{"policy/workflow-version", "policy/repository-changed", "policy/branch-changed", "policy/branch-unchecked", "policy/nobody-approves"},
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		if ch.Base.Policy == nil || ch.Base.Roster == nil || ch.NewPolicy == nil && ch.NewRoster == nil {
			return
		}
		before := rulesOf{ch.Base.Policy, ch.Base.Roster, ch.Head.Today, !hasAccounts(ch.Base.Roster)}
		after := before
		if p := ch.NewPolicy; p != nil {
			after.policy = p
			newPolicy(before.policy, p, report)
		}
		if ch.NewRoster != nil {
			after.roster = ch.NewRoster
		}
		if roles := approval.RuleMakers(after.policy); before.approvable() && !after.approvable() {
			d := diag.Diagnostic{Rule: "policy/nobody-approves", Span: diag.Span{File: policyPath}, Args: diag.Args{"roles": terms(roles)}}
			if ch.NewPolicy == nil {
				d.File = rosterPath
			}
			report(d)
		}
	},
}

func newPolicy(before, after *fact.Policy, report func(diag.Diagnostic)) {
	at := func(rule string, pos diag.Pos, args diag.Args) {
		report(diag.Diagnostic{Rule: rule, Span: diag.Span{File: policyPath, Pos: pos}, Args: args})
	}
	if v := after.Workflow; v.N != before.Workflow.N {
		if _, known := schema.WorkflowVersion(v.N); !known {
			at("policy/workflow-version", v.At, diag.Args{"version": v.N, "latest": schema.LatestWorkflow})
		}
	}
	if id := after.Repository; id.S != before.Repository.S {
		at("policy/repository-changed", id.At, diag.Args{"before": before.Repository.S, "after": id.S})
	}
	if before.Forge != nil && after.Forge == nil {
		report(diag.Diagnostic{Rule: "policy/branch-unchecked", Severity: diag.Warning, Span: diag.Span{File: policyPath}, Args: diag.Args{"before": branchOf(before)}})
	} else if was, is := branchOf(before), branchOf(after); was != is {
		d := diag.Diagnostic{Rule: "policy/branch-changed", Severity: diag.Warning, Span: diag.Span{File: policyPath}, Args: diag.Args{"before": was, "after": is}}
		if after.Forge != nil {
			d.Pos = after.Forge.Branch.At
		}
		report(d)
	}
}

// branchOf is the branch that facts land on.
func branchOf(p *fact.Policy) string {
	if p.Forge == nil {
		return "main"
	}
	return cmp.Or(p.Forge.Branch.S, "main")
}

func terms(roles []string) []diag.Term {
	var out []diag.Term
	for _, role := range roles {
		out = append(out, diag.Term("role."+role))
	}
	return out
}

// rulesOf are policy and roster together, on a day.
type rulesOf struct {
	policy *fact.Policy
	roster *fold.Roster
	day    value.Day
	manual bool // nobody had an account before, so none is asked for
}

func hasAccounts(r *fold.Roster) bool {
	return slices.ContainsFunc(r.People, func(p *fold.Person) bool { return len(p.Entry().Accounts) > 0 })
}

// approvable reports whether a change of these rules could be approved: each
// role that it needs is filled by another person with an account.
func (r rulesOf) approvable() bool {
	return r.policy.Approvals.S == "none" || r.fill(approval.RuleMakers(r.policy), nil)
}

func (r rulesOf) fill(roles []string, taken []*fold.Person) bool {
	if len(roles) == 0 {
		return true
	}
	for _, p := range r.roster.People {
		if !slices.Contains(taken, p) && r.account(p) && r.may(p, roles[0]) && r.fill(roles[1:], append(taken, p)) {
			return true
		}
	}
	return false
}

// account reports whether somebody has an account where the repository is.
func (r rulesOf) account(p *fold.Person) bool {
	host := ""
	if r.policy.Forge != nil {
		if at, err := url.Parse(r.policy.Forge.Url.S); err == nil {
			host = fold.Lower(at.Host)
		}
	}
	return r.manual || slices.ContainsFunc(p.Entry().Accounts, func(a fact.RosterPeopleAccounts) bool {
		return host == "" || fold.Lower(a.Host.S) == host
	})
}

// may reports whether somebody holds a role, or acts for it in changes of the
// rules.
func (r rulesOf) may(p *fold.Person, role string) bool {
	return p.Has(r.day, role) || slices.ContainsFunc(r.policy.Delegations, func(g fact.PolicyDelegations) bool {
		rules := slices.ContainsFunc(g.Steps, func(t value.Text) bool { return t.S == "policy" || t.S == "roster" })
		return rules && g.Role.S == role && !g.Limit.Set && r.roster.Person(g.Person.S) == p &&
			g.From.Day <= r.day && r.day <= g.To.Day && len(p.RolesOn(r.day)) > 0
	})
}
