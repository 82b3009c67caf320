package rules

import (
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// evidence holds the files that facts name against the evidence folder of
// their deal or customer: each is there, and is what its name claims. What
// history could never forget, private numbers and huge files, is refused even
// where no fact names the file.
var evidence = validate.StateRule{
	IDs: []string{
		"evidence/missing", "evidence/outside", "evidence/orphan", "evidence/unreadable", "evidence/too-large",
		"evidence/empty", "evidence/unknown-type", "evidence/wrong-type", "evidence/digest", "evidence/lfs-pointer",
	},
	Check: func(p *validate.Pass) {
		cu := p.Customer
		own := &evidenceFolder{pass: p, dir: cu.Dir, files: cu.Evidence, hidden: hidden(cu.Findings)}
		own.check(cu.Records(), slices.Concat(cu.Releases, cu.Receipts))
		for _, d := range cu.Deals {
			of := &evidenceFolder{pass: p, deal: d, dir: d.Dir, files: d.Evidence, hidden: hidden(d.Findings)}
			of.check(d.Records, d.Facts)
		}
	},
}

// evidenceTogether wants evidence to land with a fact that names it, or after
// it: landed by itself, without approval, it would make a change complete that
// was approved without it.
var evidenceTogether = validate.ChangeRule{
	IDs: []string{"change/evidence-alone"},
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		added := map[string]validate.File{}
		for _, f := range ch.Files {
			if f.Verb == validate.Added && ch.Base.Policy != nil {
				added[f.Path] = f
			}
		}
		for _, d := range ch.Head.Findings {
			if f, ok := added[d.File]; ok && d.Rule == "evidence/orphan" {
				report(fileFinding("change/evidence-alone", f, nil))
			}
		}
	},
}

// evidenceFolder is the evidence of one deal, or of a customer.
type evidenceFolder struct {
	pass   *validate.Pass
	deal   *fold.Deal // nil: the customer's own
	dir    string
	files  map[string]bool
	hidden bool // some facts cannot be read

	named    map[string]bool       // by any fact, void ones included
	cites    map[string][]citation // by the facts that count
	spelling *spelling
}

// citation is one place where a fact names a file.
type citation struct {
	span         diag.Span
	name, digest string // the digest as typed, "sha256:…"
}

// hidden reports whether some file of a folder could not be read as a fact:
// what it names is not known then.
func hidden(findings []diag.Diagnostic) bool {
	return slices.ContainsFunc(findings, func(d diag.Diagnostic) bool {
		area, _, _ := strings.Cut(d.Rule, "/")
		return d.Severity == diag.Error && slices.Contains([]string{"yaml", "schema", "private", "layout"}, area)
	})
}

func (e *evidenceFolder) check(records, current []*fold.Fact) {
	e.named, e.cites = map[string]bool{}, map[string][]citation{}
	for _, f := range records {
		e.record(f)
	}
	for _, f := range current {
		if f.Replaces != nil {
			eachCitation(f, e.cite)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.files)) {
		if !e.named[name] && !e.hidden {
			e.pass.Report(e.deal, diag.Diagnostic{Rule: "evidence/orphan", Severity: diag.Warning, Span: diag.Span{File: e.path(name)}})
		}
		e.inspect(name)
	}
}

func (e *evidenceFolder) path(name string) string { return e.dir + "/evidence/" + name }

// record takes note of what one landed file names. A fact that was voided or
// replaced still explains why a file is there, but is not judged any more.
func (e *evidenceFolder) record(f *fold.Fact) {
	if f.Voided != nil || f.Replaced != nil {
		eachCitation(f, func(c citation) { e.named[c.name] = true })
		return
	}
	eachCitation(f, e.cite)
	if c, ok := f.Body.(*fact.Correct); ok && c.With != nil {
		e.mention(c.With)
	}
}

// mention takes every text of a correction for a possible name, since a later
// correction may have replaced it again.
func (e *evidenceFolder) mention(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		e.named[fold.Cited(n.Value).Name] = true
	}
	for _, sub := range n.Content {
		e.mention(sub)
	}
}

// cite judges the name that a fact gives.
func (e *evidenceFolder) cite(c citation) {
	e.named[c.name] = true
	folder := e.dir + "/evidence"
	switch {
	case outside(c.name):
		e.pass.Report(e.deal, diag.Diagnostic{Rule: "evidence/outside", Span: c.span, Args: diag.Args{"name": c.name, "folder": folder}})
	case !e.files[c.name]:
		if e.spelling == nil {
			e.spelling = newSpelling(e.files)
		}
		hint, near := e.spelling.correct(c.name)
		e.pass.Report(e.deal, diag.Diagnostic{Rule: "evidence/missing", Span: c.span, Args: diag.Args{
			"name": c.name, "folder": folder, "hint": hint, "near": near}})
	default:
		e.cites[c.name] = append(e.cites[c.name], c)
	}
}

// eachCitation visits the files that a fact names, in whatever field.
func eachCitation(f *fold.Fact, do func(citation)) {
	fold.EachCitation(f, func(c fold.Citation) { do(citation{span: f.Span(c.At), name: c.Name, digest: c.Digest}) })
}
