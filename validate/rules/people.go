package rules

import (
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// mails wants every mail address with one person: by it a commit is known to
// be his, and he may not approve what it brings.
var mails = validate.CompanyRule{
	IDs: []string{"roster/mail-twice"},
	Check: func(c *fold.Company, report func(diag.Diagnostic)) {
		owners := map[string]*fold.Person{}
		for _, p := range c.Roster.People {
			for _, m := range p.Entry().Mails {
				key := strings.ToLower(strings.TrimSpace(m.S))
				if first := owners[key]; first != nil && first != p {
					report(diag.Diagnostic{
						Rule: "roster/mail-twice", Span: diag.Span{File: rosterPath, Pos: m.At},
						Args: diag.Args{"person": p.Name, "first": first.Name, "mail": m.S},
					})
					continue
				}
				owners[key] = p
			}
		}
	},
}

// recorders wants policy to let only people of the roster record for others,
// for people of the roster, and for a time that ends after it begins.
var recorders = validate.CompanyRule{
	IDs: []string{"policy/recorder"},
	Check: func(c *fold.Company, report func(diag.Diagnostic)) {
		at := func(pos diag.Pos, person string) {
			report(diag.Diagnostic{Rule: "policy/recorder", Span: diag.Span{File: policyPath, Pos: pos}, Args: diag.Args{"person": person}})
		}
		for _, r := range c.Policy.Recorders {
			if c.Roster.Person(r.Person.S) == nil || r.To.Day != 0 && r.To.Day < r.From.Day {
				at(r.Person.At, r.Person.S)
			}
			for _, f := range r.For {
				if c.Roster.Person(f.S) == nil {
					at(f.At, f.S)
				}
			}
		}
	},
}
