package main

import (
	"slices"
	"strings"

	"github.com/dealgate/dealgate/render/site"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/validate/rules"
)

// allRules names every rule, sorted, for the handbook.
func allRules() []string {
	var names []string
	for _, key := range catalogue.Keys() {
		if rule, ok := strings.CutSuffix(key, ".title"); ok && isRule(rule) {
			names = append(names, rule)
		}
	}
	slices.Sort(names)
	return names
}

// exampleOf is the case of a rule, row or guard that the tests prove.
func exampleOf(id string) site.Example {
	x := rules.Examples(id)
	out := site.Example{Good: visible(x.Good), Bad: visible(x.Bad)}
	for _, d := range x.Differs {
		out.Differs = append(out.Differs, site.Phrase{Key: d.Key, Args: d.Args})
	}
	if !x.Shown() && isRule(id) {
		out.Case = cheatText(id)
	}
	return out
}
