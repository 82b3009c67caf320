package main

import (
	"cmp"
	"maps"
	"slices"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/approval"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
	"github.com/dealgate/dealgate/validate/report"
)

// parts say what the change does beside deals, one part for each scope that is
// approved by itself: the rules option by option, other files by their names.
func (c *proposed) parts(approvals *report.Approvals) []report.Part {
	scopes := map[approval.Scope][]history.Change{}
	for _, f := range c.whole.Changes {
		if s := approval.ScopeOf(f.Path); fold.Classify(f.Path).Deal == "" {
			scopes[s] = append(scopes[s], f)
		}
	}
	var out []report.Part
	more := report.Beyond(c.change, c.lang)
	order := slices.Sorted(maps.Keys(scopes))
	slices.SortStableFunc(order, func(a, b approval.Scope) int { return cmp.Compare(kindOf(a), kindOf(b)) })
	for _, s := range order {
		p := c.part(s, scopes[s], more)
		p.Given, p.Missing = approvals.Of(string(s))
		out = append(out, p)
	}
	return out
}

// kindOf tells the rules, what lies outside deals/, and the rest.
func kindOf(s approval.Scope) partKind {
	switch {
	case s == approval.Rules:
		return rulesPart
	case outsideDeals(string(s)):
		return outsidePart
	}
	return otherPart
}

// partKind orders the parts: what weighs most stands first.
type partKind int

const (
	rulesPart partKind = iota
	outsidePart
	otherPart
)

func (k partKind) String() string { return [...]string{"rules", "outside", "other"}[k] }

func (c *proposed) part(s approval.Scope, files []history.Change, more func(file string) string) report.Part {
	kind, now := kindOf(s), sourceOf(c.whole.Tree)
	p := report.Part{}
	var names []string
	for _, f := range files {
		names = append(names, f.Path)
		if kind == rulesPart {
			p.Changes = append(p.Changes, report.RuleChanges(f.Path, c.was(f.Path), now(f.Path), c.lang)...)
		} else {
			p.Changes = append(p.Changes, c.told(f, more(f.Path)))
		}
	}
	p.Title = c.word("report.part."+kind.String(), diag.Args{"files": names})
	if policy := c.change.Base.Policy; kind != otherPart && policy != nil {
		var roles []diag.Term
		for _, role := range approval.RuleMakers(policy) {
			roles = append(roles, diag.Term("role."+role))
		}
		p.Under = c.word("report.part.under", diag.Args{"roles": roles})
	}
	return p
}

// told is what happens to a file, and what an added fact says of money.
func (c *proposed) told(f history.Change, more string) string {
	text := c.word("report.part."+verb(f), diag.Args{"file": f.Path})
	if more != "" {
		text = c.word("report.part.change", diag.Args{"where": text, "change": more})
	}
	return text
}

func (c *proposed) word(key string, args diag.Args) string { return catalogue.Text(c.lang, key, args) }

// verb says what a change does to a file.
func verb(f history.Change) string {
	switch {
	case f.OldBlob == "":
		return "added"
	case f.NewBlob == "":
		return "removed"
	}
	return "changed"
}
