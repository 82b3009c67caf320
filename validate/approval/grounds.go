package approval

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// Grounds are the files that the new facts of a change refer to, with what each
// holds in some tree, "" where it is missing: evidence, the header, what is
// corrected or named, and the facts that led the run to where they go on from.
// They are no part of the delta: what is missing there could land afterwards
// without the same approvals, and the change would be complete by the approval
// of somebody who has never seen what he approved of.
type Grounds map[Scope]map[string]string

// GroundsOf finds the grounds of a change in a tree.
func GroundsOf(ch *validate.Change, tree fs.FS) Grounds {
	all := referred(ch)
	for _, files := range all {
		for name := range files {
			files[name] = contentOf(tree, name)
		}
	}
	return all
}

// contentOf names what a file holds, "" where there is none.
func contentOf(tree fs.FS, name string) string {
	data, err := fs.ReadFile(tree, name)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// differs is the first file, by name, of which another tree holds something
// else; "" when there is none.
func (g Grounds) differs(s Scope, other Grounds) string {
	first := ""
	for name, holds := range g[s] {
		seen, known := other[s][name]
		if (!known || seen != holds) && (first == "" || name < first) {
			first = name
		}
	}
	return first
}

// referral gathers the files that the new facts of a change refer to.
type referral struct {
	changed map[string]bool
	records map[string]*fold.Fact
	out     Grounds
}

// referred lists the files that the new facts of a change refer to, unread.
func referred(ch *validate.Change) Grounds {
	r := &referral{changed: map[string]bool{}, records: map[string]*fold.Fact{}, out: Grounds{}}
	for _, f := range ch.Files {
		r.changed[f.Path] = true
	}
	r.know(ch.Head.Records)
	for _, cu := range ch.Head.Customers {
		r.know(cu.Records())
		for _, d := range cu.Deals {
			r.know(d.Records)
		}
	}
	r.each(ch.Head.Records, r.names)
	for _, cu := range ch.Head.Customers {
		r.each(cu.Records(), func(f *fold.Fact) {
			r.note(f, cu.Dir+"/customer.yaml")
			r.names(f)
		})
		for _, d := range cu.Deals {
			r.each(d.Records, func(f *fold.Fact) {
				r.note(f, cu.Dir+"/customer.yaml")
				r.note(f, d.Dir+"/deal.yaml")
				r.names(f)
				r.led(d, f)
			})
		}
	}
	return r.out
}

func (r *referral) know(facts []*fold.Fact) {
	for _, f := range facts {
		r.records[f.Path] = f
	}
}

// each visits those of the facts that the change brings.
func (r *referral) each(facts []*fold.Fact, do func(*fold.Fact)) {
	for _, f := range facts {
		if r.changed[f.Path] {
			do(f)
		}
	}
}

// note adds a file that a fact refers to, with the corrections by which it
// counts as it does. What the change brings in the scope of the fact itself is
// part of the delta that was approved.
func (r *referral) note(f *fold.Fact, name string) {
	s := ScopeOf(f.Path)
	if !fs.ValidPath(name) || name == f.Path {
		return
	}
	names := []string{name}
	if of := r.records[name]; of != nil {
		for _, c := range of.Corrections() {
			names = append(names, c.Path)
		}
	}
	for _, name := range names {
		if r.changed[name] && ScopeOf(name) == s {
			continue
		}
		if r.out[s] == nil {
			r.out[s] = map[string]string{}
		}
		r.out[s][name] = ""
	}
}

// names notes the files that a fact names. A correction may name one in any of
// the texts that it puts in the place of others.
func (r *referral) names(f *fold.Fact) {
	fold.EachCitation(f, func(c fold.Citation) { r.evidence(f, c.Name) })
	fact.Each(f.Body, f.Step.Fields, func(field schema.Field, t fact.Text) {
		if field.Kind == schema.KindFact {
			r.fact(f, t.S)
		}
	})
	if c, ok := f.Body.(*fact.Correct); ok && c.With != nil {
		eachText(c.With, func(s string) {
			r.evidence(f, fold.Cited(s).Name)
			r.fact(f, s)
		})
	}
}

func (r *referral) evidence(f *fold.Fact, name string) {
	if name != "" {
		r.note(f, f.Dir+"/evidence/"+name)
	}
}

// fact notes a fact that another names, by its name beside it or by its path
// below the deal.
func (r *referral) fact(f *fold.Fact, name string) {
	if strings.HasSuffix(name, ".yaml") {
		r.note(f, path.Join(path.Dir(f.Path), name))
		r.note(f, path.Join(f.Dir, name))
	}
}

// led notes what led the run of a fact to where it goes on from, and what it
// weighs: an award the bids and their scores, a reward its milestone, what is
// said of a payment the order. Other facts of the deal may land meanwhile.
func (r *referral) led(d *fold.Deal, f *fold.Fact) {
	var by []*fold.Fact
	if i := d.Instance(f.Process, f.Instance); i != nil {
		by = moves(i.Taken, f)
		if f.Process == "tender" {
			by = append(by, i.Facts...)
		}
	}
	if b, ok := f.Body.(*fact.TermsReward); ok {
		for _, m := range d.Milestones(b.Milestone.S, f.Date) {
			by = append(by, cmp.Or(m.Fact, m.Cause))
		}
	}
	if order := d.Instance("order", f.Instance); f.Process == "payment" && order != nil {
		by = append(by, order.Facts[:min(1, len(order.Facts))]...)
	}
	for _, other := range by {
		if other != nil && other.Date <= f.Date {
			r.note(f, other.Path)
		}
	}
}

// moves are the facts that moved a run before a fact of it did: a row's own, or
// that by which it became due.
func moves(rows []fold.Taken, f *fold.Fact) []*fold.Fact {
	if k := slices.IndexFunc(rows, func(t fold.Taken) bool { return t.Fact != nil && t.Fact.Path == f.Path }); k >= 0 {
		rows = rows[:k]
	}
	var by []*fold.Fact
	for _, t := range rows {
		if t.Row.To != schema.Same {
			by = append(by, cmp.Or(t.Fact, t.Cause))
		}
	}
	return by
}

func eachText(n *yaml.Node, do func(string)) {
	if n.Kind == yaml.ScalarNode && !strings.ContainsAny(n.Value, "\n\x00") {
		do(n.Value)
	}
	for _, sub := range n.Content {
		eachText(sub, do)
	}
}
