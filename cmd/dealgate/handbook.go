package main

import (
	"github.com/dealgate/dealgate/render/site"
	"github.com/dealgate/dealgate/validate/rules"
)

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
