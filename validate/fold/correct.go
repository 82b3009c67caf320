package fold

import (
	"path"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/source"
)

// correct applies the corrections among the files of one folder tree and
// returns the facts to fold, by date and name. A file that is corrected stays;
// what counts is what the latest correction says of it.
func (r *reader) correct(files []*Fact, findings *[]diag.Diagnostic) []*Fact {
	byPath := make(map[string]*Fact, len(files))
	var corrections, facts []*Fact
	for _, f := range files {
		byPath[f.Path] = f
		if _, ok := f.Body.(*fact.Correct); ok {
			corrections = append(corrections, f)
		} else {
			facts = append(facts, f)
		}
	}
	if len(corrections) > 0 {
		byDate(corrections)
		for _, c := range corrections {
			if d := r.applyOne(c, byPath); d != nil {
				*findings = append(*findings, *d)
			}
		}
		facts = current(facts)
	}
	byDate(facts)
	return facts
}

// current leaves out what was voided and takes the corrected version of the
// rest.
func current(facts []*Fact) []*Fact {
	out := facts[:0:0]
	for _, f := range facts {
		for f.next != nil {
			f = f.next
		}
		if f.Voided == nil {
			out = append(out, f)
		}
	}
	return out
}

func (r *reader) applyOne(c *Fact, byPath map[string]*Fact) *diag.Diagnostic {
	body := c.Body.(*fact.Correct)
	at := func(rule string, args diag.Args) *diag.Diagnostic {
		return &diag.Diagnostic{Rule: rule, Span: c.Span(body.Corrects.At), Args: args}
	}
	name := path.Join(path.Dir(c.Path), body.Corrects.S)
	target := byPath[name]
	switch {
	case target == nil:
		return at("correct/no-such-file", diag.Args{"file": body.Corrects.S})
	case target.Date > c.Date:
		return at("correct/before-its-file", diag.Args{"file": body.Corrects.S, "date": target.Date})
	case target.Month != 0:
		return at("correct/of-a-closing", diag.Args{"period": target.Month.String()})
	case target == c || target.Step == c.Step:
		return at("correct/of-a-correction", diag.Args{"file": body.Corrects.S})
	}
	if d := r.mayCorrect(c, target); d != nil {
		return d
	}
	for target.next != nil {
		target = target.next
	}
	if target.Voided != nil {
		return at("correct/already-void", diag.Args{"file": body.Corrects.S})
	}
	if body.Action.S == "void" && body.With != nil {
		d := at("correct/void-with-fields", diag.Args{"file": body.Corrects.S})
		d.Pos = source.Pos(body.With)
		return d
	}
	if body.Action.S == "void" {
		target.Voided = c
		return nil
	}
	if body.With == nil || len(body.With.Content) == 0 {
		return at("correct/nothing-replaced", diag.Args{"file": body.Corrects.S})
	}
	return r.replace(c, body, target)
}

// mayCorrect wants a correction to come from somebody who may record the fact,
// or from the department or general manager.
func (r *reader) mayCorrect(c, target *Fact) *diag.Diagnostic {
	allowed := []string{"department-manager", "general-manager"}
	if p := r.c.Table.Process(target.Process); p != nil {
		for _, row := range p.RowsFor(target.Step.Name) {
			allowed = append(allowed, row.Actor...)
		}
		if rec := p.Record(target.Step.Name); rec != nil {
			allowed = append(allowed, rec.Actor...)
		}
	}
	if slices.Contains(allowed, "team") {
		allowed = append(allowed, "marketing-manager", "team-member")
	}
	slices.Sort(allowed)
	allowed = slices.DeleteFunc(slices.Compact(allowed), func(role string) bool { return role == "team" })
	if c.By == nil || len(c.By.RolesOn(c.Date)) == 0 || c.By.Has(c.Date, allowed...) {
		return nil
	}
	return &diag.Diagnostic{Rule: "correct/actor", Span: c.Span(c.Body.Base().By.At), Args: diag.Args{
		"person": c.By.Name, "file": target.name(), "allowed": roleTerms(allowed)}}
}

// replace decodes the file anew with the fields that the correction gives.
func (r *reader) replace(c *Fact, body *fact.Correct, target *Fact) *diag.Diagnostic {
	data, unreadable := readBounded(r.fsys, target.Place)
	if unreadable != nil {
		return unreadable
	}
	doc, _ := source.Parse(target.Path, data)
	if doc == nil {
		return nil // the file's own finding says why
	}
	base := doc.Root
	if target.tree != nil {
		base = target.tree
	}
	merged := merge(base, body.With, body.Corrects.At)
	patched := &source.Doc{File: c.Path, Root: merged}
	if found := check.Fact(target.Step, patched); diag.Failed(found) {
		return &found[0]
	}
	into := fact.New(target.Step.ID()).(fact.Body)
	if err := fact.Decode(merged, into); err != nil {
		d := undecodable(c.Path, err)
		return &d
	}
	next := r.newFact(target.Place, into)
	next.File, next.Replaces, next.tree = c.Path, target, merged
	target.Replaced, target.next = c, next
	return nil
}

// merge lays the given fields over a mapping. All of it is placed in the
// correction: the given fields where they stand, the rest where the file is
// named.
func merge(base, with *yaml.Node, at diag.Pos) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: at.Line, Column: at.Col}
	for i := 0; i+1 < len(base.Content); i += 2 {
		if valueOf(with, base.Content[i].Value) == nil {
			out.Content = append(out.Content, moved(base.Content[i], at), moved(base.Content[i+1], at))
		}
	}
	out.Content = append(out.Content, with.Content...)
	return out
}

func valueOf(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

func moved(n *yaml.Node, at diag.Pos) *yaml.Node {
	c := *n
	c.Line, c.Column, c.Content = at.Line, at.Col, nil
	for _, sub := range n.Content {
		c.Content = append(c.Content, moved(sub, at))
	}
	return &c
}
