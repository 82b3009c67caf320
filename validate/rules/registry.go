package rules

import (
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // policy's time zone must be known on every machine

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

const (
	policyPath = fold.Root + "/policy.yaml"
	rosterPath = fold.Root + "/roster.yaml"
)

// policy checks what no schema can: that the time zone exists, that delegations
// are in order.
var policy = validate.CompanyRule{
	IDs: []string{"policy/time-zone", "policy/delegation"},
	Check: func(c *fold.Company, report func(diag.Diagnostic)) {
		p := c.Policy
		at := func(rule string, pos diag.Pos, args diag.Args) {
			report(diag.Diagnostic{Rule: rule, Span: diag.Span{File: policyPath, Pos: pos}, Args: args})
		}
		// "Local" is a zone to Go: that of whatever machine it runs on.
		if _, err := time.LoadLocation(p.TimeZone.S); err != nil || p.TimeZone.S == "Local" {
			at("policy/time-zone", p.TimeZone.At, diag.Args{"zone": p.TimeZone.S})
		}
		for _, d := range p.Delegations {
			if who := c.Roster.Person(d.Person.S); who == nil || d.To.Day < d.From.Day {
				at("policy/delegation", d.Person.At, diag.Args{"person": d.Person.S})
			}
		}
	},
}

// roster checks that teams exist, that periods are in order and that no two
// people share an account.
var roster = validate.CompanyRule{
	IDs: []string{"roster/unknown-team", "roster/period", "roster/account-twice"},
	Check: func(c *fold.Company, report func(diag.Diagnostic)) {
		owners := map[string]string{}
		for _, p := range c.Roster.People {
			rosterPerson(c, p, owners, func(rule string, pos diag.Pos, args diag.Args) {
				report(diag.Diagnostic{Rule: rule, Span: diag.Span{File: rosterPath, Pos: pos}, Args: args})
			})
		}
	},
}

func rosterPerson(c *fold.Company, p *fold.Person, owners map[string]string, at func(string, diag.Pos, diag.Args)) {
	e := p.Entry()
	for _, r := range e.Roles {
		if r.To.Day != 0 && r.To.Day < r.From.Day {
			at("roster/period", r.To.At, diag.Args{"person": p.Name, "from": r.From.Day, "to": r.To.Day})
		}
	}
	for _, t := range e.Teams {
		if c.Roster.Team(t.Team.S) == nil {
			at("roster/unknown-team", t.Team.At, diag.Args{"person": p.Name, "team": t.Team.S})
		}
		if t.To.Day != 0 && t.To.Day < t.From.Day {
			at("roster/period", t.To.At, diag.Args{"person": p.Name, "from": t.From.Day, "to": t.To.Day})
		}
	}
	for _, a := range e.Accounts {
		key := strings.ToLower(a.Host.S) + "#" + strconv.Itoa(a.Id.N)
		if first, twice := owners[key]; twice && first != p.ID {
			at("roster/account-twice", a.Id.At, diag.Args{"person": p.Name, "first": first, "login": a.Login.S})
		}
		owners[key] = p.ID
	}
}

// uniqueReceipts wants the reference of a bank line to be unique in the
// company.
var uniqueReceipts = validate.CompanyRule{
	IDs: []string{"receipt/reference-twice"},
	Check: func(c *fold.Company, report func(diag.Diagnostic)) {
		seen := map[string]*fold.Fact{}
		for _, cu := range c.Customers {
			for _, f := range cu.Receipts {
				if first := seen[f.Suffix]; first != nil {
					report(diag.Diagnostic{Rule: "receipt/reference-twice", Span: diag.Span{File: f.Path}, Args: diag.Args{"reference": f.Suffix, "file": first.Path},
						Related: []diag.Related{{Span: diag.Span{File: first.Path}, Text: "layout.first"}}})
					continue
				}
				seen[f.Suffix] = f
			}
		}
	},
}

// uniqueCustomers wants no two customers with one credit code or registered name;
// short names may coincide.
var uniqueCustomers = validate.CompanyRule{
	IDs: []string{"customer/code-twice", "customer/name-twice"},
	Check: func(c *fold.Company, report func(diag.Diagnostic)) {
		codes, names := map[string]string{}, map[string]string{}
		for _, cu := range c.Customers {
			if cu.Header == nil {
				continue
			}
			once(codes, cu, cu.Header.CreditCode, "customer/code-twice", report)
			once(names, cu, cu.Header.Name, "customer/name-twice", report)
		}
	},
}

func once(seen map[string]string, cu *fold.Customer, t fact.Text, rule string, report func(diag.Diagnostic)) {
	if t.S == "" {
		return
	}
	if first, twice := seen[t.S]; twice && first != cu.ID {
		report(diag.Diagnostic{Rule: rule, Span: diag.Span{File: cu.Dir + "/customer.yaml", Pos: t.At}, Args: diag.Args{"value": t.S, "first": first}})
	}
	seen[t.S] = cu.ID
}
