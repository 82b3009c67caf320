package rules

import (
	"math/big"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // policy's time zone must be known on every machine

	"golang.org/x/text/unicode/norm"

	"github.com/dealgate/dealgate/schema"
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
// are in order, that no weight is more than the whole.
var policy = validate.CompanyRule{
	IDs: []string{"policy/time-zone", "policy/delegation", "policy/weight"},
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
		deal := schema.Table().Process("deal")
		for _, s := range deal.States {
			if w := p.Weight(s.Name); w.Rat().Cmp(big.NewRat(1, 1)) > 0 {
				at("policy/weight", w.At, diag.Args{"stage": deal.Term(s.Name), "weight": w.Text})
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

// uniqueCustomers wants no two customers with one credit code or registered
// name, and none that goes by another's registered name; aliases may coincide.
var uniqueCustomers = validate.CompanyRule{
	IDs: []string{"customer/code-twice", "customer/name-twice"},
	Check: func(c *fold.Company, report func(diag.Diagnostic)) {
		codes, names, aliases := map[string]string{}, map[string]string{}, map[string]string{}
		for _, cu := range c.Customers {
			if cu.Header == nil {
				continue
			}
			at := func(rule string, t fact.Text, first string) {
				report(diag.Diagnostic{Rule: rule, Span: diag.Span{File: cu.Dir + "/customer.yaml", Pos: t.At}, Args: diag.Args{"value": t.S, "first": first}})
			}
			taken(codes, cu.ID, cu.Header.CreditCode, "customer/code-twice", at)
			taken(names, cu.ID, cu.Header.Name, "customer/name-twice", at)
			taken(aliases, cu.ID, cu.Header.Name, "customer/name-twice", at)
			for _, alias := range cu.Header.Aliases {
				taken(names, cu.ID, alias, "customer/name-twice", at)
			}
			names[nameKey(cu.Header.Name)] = cu.ID
			codes[nameKey(cu.Header.CreditCode)] = cu.ID
			for _, alias := range cu.Header.Aliases {
				aliases[nameKey(alias)] = cu.ID
			}
		}
	},
}

// taken reports a name that another customer has.
func taken(owners map[string]string, id string, t fact.Text, rule string, at func(rule string, t fact.Text, first string)) {
	if first, twice := owners[nameKey(t)]; t.S != "" && twice && first != id {
		at(rule, t, first)
	}
}

// nameKey makes names comparable, however wide their letters and brackets are
// typed and wherever blanks stand.
func nameKey(t fact.Text) string { return plainText(t.S) }

func plainText(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(s)), ""))
}

func sameName(a, b fact.Text) bool { return nameKey(a) == nameKey(b) }
