// Package validate decides whether what lies below deals/ may stand, and
// whether a change of it may land. It is pure: a tree, a date and rules in,
// findings out.
package validate

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// StateRule judges one customer with its deals and receipts as they stand.
type StateRule struct {
	IDs   []string // of the findings it reports
	Check func(*Pass)
}

// Pass is what a state rule looks at.
type Pass struct {
	Company  *fold.Company
	Customer *fold.Customer
	FS       fs.FS
}

// Report adds a finding to a deal, or to the customer when deal is nil.
func (p *Pass) Report(deal *fold.Deal, d diag.Diagnostic) {
	if deal != nil {
		deal.Findings = append(deal.Findings, d)
		return
	}
	p.Customer.Findings = append(p.Customer.Findings, d)
}

// CompanyRule judges what concerns the company as a whole: its registries, and
// what must be unique in it.
type CompanyRule struct {
	IDs   []string
	Check func(c *fold.Company, report func(diag.Diagnostic))
	// Files, when set, also looks at what lies beside the company's own facts.
	Files func(c *fold.Company, fsys fs.FS, report func(diag.Diagnostic))
}

// Rules are what is applied to a tree.
type Rules struct {
	State   []StateRule
	Company []CompanyRule
	Change  []ChangeRule
	Dated   []DatedRule
}

// Options of a run.
type Options struct {
	AsOf  value.Day                  // 0: the latest day any fact bears
	Today value.Day                  // 0: AsOf; no fact may be dated later
	Only  func(customer string) bool // nil: all
	// PolicyOf gives the policy under which a file landed; nil: the present one.
	PolicyOf func(path string) *fact.Policy
	Forget   bool // keep the findings only
	// Before and Names spare what has not changed; both may be nil.
	Before *fold.Company
	Names  *fold.Names
	// WithoutPayouts leaves closed periods unread.
	WithoutPayouts bool
	// Books computes what a change that closes a period is compared with; nil:
	// such a change is not judged, and so refused.
	Books Books
}

// Books computes the closing of a period from a tree as it would land, in which
// that closing itself stands already: periods from the month on are not to
// count as closed. The findings are further reasons against closing it, such
// as a fact that is not proven; the error is of the tree itself.
type Books func(ctx context.Context, tree fs.FS, month value.Month) (want *fact.PayoutClose, findings []diag.Diagnostic, err error)

// State loads a tree, folds it and applies the rules of state.
func State(ctx context.Context, fsys fs.FS, rules Rules, opt Options) (*fold.Company, error) {
	c, err := fold.Load(ctx, fsys, fold.Options{
		AsOf: opt.AsOf, Today: opt.Today, PolicyOf: opt.PolicyOf, Only: opt.Only, Forget: opt.Forget, WithoutPayouts: opt.WithoutPayouts,
		Before: opt.Before, Names: opt.Names,
		Each: func(c *fold.Company, cu *fold.Customer) {
			p := &Pass{Company: c, Customer: cu, FS: fsys}
			for _, r := range rules.State {
				r.Check(p)
			}
		},
	})
	if err != nil {
		return nil, err
	}
	if c.Policy != nil && c.Roster != nil {
		for _, r := range rules.Company {
			report := func(d diag.Diagnostic) { c.Findings = append(c.Findings, d) }
			r.Check(c, report)
			if r.Files != nil {
				r.Files(c, fsys, report)
			}
		}
	}
	diag.Sort(c.Findings)
	return c, nil
}

// Verb says what a change does to a file.
type Verb uint8

// The verbs. A rename is a deletion and an addition.
const (
	Added Verb = iota
	Modified
	Deleted
)

// File is one changed path below deals/.
type File struct {
	Path  string
	Verb  Verb
	Place fold.Place
}

// ChangeRule judges what a change does, beside the state that it leads to.
type ChangeRule struct {
	IDs   []string
	Check func(*Change, func(diag.Diagnostic))
}

// DatedRule judges whether something was decided in time. Between the decision
// and the merge days may pass, and what was in time stays so.
type DatedRule struct {
	IDs   []string
	Check func(*Change, Decided, func(diag.Diagnostic))
}

// Decided is the day on which what a change does to a file had all its
// approvals; false while one may still come, with the day that it is now.
type Decided func(path string) (day value.Day, done bool)

// Dated applies the rules about when things were decided; nil is never yet.
func (ch *Change) Dated(rules Rules, decided Decided) []diag.Diagnostic {
	if decided == nil {
		decided = func(string) (value.Day, bool) { return ch.Head.Today, false }
	}
	var found []diag.Diagnostic
	for _, r := range rules.Dated {
		r.Check(ch, decided, func(d diag.Diagnostic) { found = append(found, d) })
	}
	diag.Sort(found)
	return found
}

// Change is a set of changed files laid over a base.
type Change struct {
	Files []File
	Base  *fold.Company // as it stands; Policy is nil when there is none yet
	Head  *fold.Company // as it would stand, judged by the base's rules

	NewPolicy *fact.Policy // the policy that the change brings, nil if none
	NewRoster *fold.Roster // the roster that the change brings, nil if none
	Tree      fs.FS        // as it would land, for what concerns customers that are not loaded

	// Ledger is what the books say of each period that the change closes: nil
	// where they found what keeps it from closing. One that is not there was not
	// judged.
	Ledger map[value.Month]*fact.PayoutClose
}

// Unreadable reports whether a file stands in the base in a form that cannot be
// read as a fact.
func (ch *Change) Unreadable(path string) bool {
	return slices.ContainsFunc(ch.Base.Findings, func(d diag.Diagnostic) bool { return d.File == path && fold.Unread(d) })
}

// NewFile classifies a changed path.
func NewFile(path string, verb Verb) File {
	return File{Path: path, Verb: verb, Place: fold.Classify(path)}
}

// Rules reports whether the file is part of the rules: policy, roster or
// allowed signers.
func (f File) Rules() bool {
	return f.Place.Rules()
}

// customerOf is the id of the customer that a changed file belongs to; of a
// deal's file it is found among the customers of the tree.
func customerOf(p fold.Place, customers map[string]bool) string {
	if p.Customer != "" {
		return p.Customer
	}
	for end := strings.LastIndexByte(p.Deal, '-'); end > 0; end = strings.LastIndexByte(p.Deal[:end], '-') {
		if customers[p.Deal[:end]] {
			return p.Deal[:end]
		}
	}
	return ""
}

// Customers lists the customers that a change touches, given the trees before
// and after it.
func Customers(files []File, trees ...fs.FS) map[string]bool {
	known := map[string]bool{}
	for _, fsys := range trees {
		entries, _ := fs.ReadDir(fsys, fold.Root+"/customers")
		for _, e := range entries {
			known[e.Name()] = true
		}
	}
	touched := map[string]bool{}
	for _, f := range files {
		if id := customerOf(f.Place, known); id != "" {
			touched[id] = true
		}
	}
	return touched
}

// Judge loads the customers that a change touches before and after it, and
// reports what the change brings: findings of the change itself, and those of
// the state that the base does not have already. Deals are judged by the
// policy and roster of the base. When things were decided, Dated judges.
func Judge(ctx context.Context, base, head fs.FS, files []File, rules Rules, opt Options) (*Change, []diag.Diagnostic, error) {
	touched := Customers(files, base, head)
	only := func(id string) bool { return touched[id] }
	ch := &Change{Files: files, Tree: head}
	var err error
	apart := !slices.ContainsFunc(files, func(f File) bool { return f.Place.OfCompany() })
	if ch.Base, err = State(ctx, base, rules, Options{AsOf: opt.AsOf, Today: opt.Today, Only: only, WithoutPayouts: apart}); err != nil {
		return nil, nil, err
	}
	ch.mended()
	found := ch.registries(base, head, rules)
	if ch.Established(base) && !ch.repairs() {
		head = withRules(head, base)
	}
	if !ch.judged() && len(files) > 0 {
		only, apart = nil, false
	}
	if ch.Head, err = State(ctx, head, rules, Options{AsOf: opt.AsOf, Today: opt.Today, Only: only, WithoutPayouts: apart}); err != nil {
		return nil, nil, err
	}
	findings := append(subtract(ch.Head.Findings, ch.stood()), found...)
	against, err := ch.close(ctx, head, opt.Books)
	if err != nil {
		return nil, nil, err
	}
	findings = append(findings, against...)
	for _, r := range rules.Change {
		r.Check(ch, func(d diag.Diagnostic) { findings = append(findings, d) })
	}
	findings = toldOnce(findings)
	diag.Sort(findings)
	return ch, findings, nil
}

// toldOnce leaves out what a finding of the change says of the same file:
// evidence that lands by itself is evidence that no fact names.
func toldOnce(findings []diag.Diagnostic) []diag.Diagnostic {
	alone := map[string]bool{}
	for _, d := range findings {
		if d.Rule == "change/evidence-alone" {
			alone[d.File] = true
		}
	}
	return slices.DeleteFunc(findings, func(d diag.Diagnostic) bool { return d.Rule == "evidence/orphan" && alone[d.File] })
}

// mended takes a fact that nobody could read before for what it is: a fact that
// the change brings, with all that bringing it asks for.
func (ch *Change) mended() {
	ch.Files = slices.Clone(ch.Files)
	for i, f := range ch.Files {
		if f.Verb == Modified && f.Place.Kind == fold.FactFile && ch.Unreadable(f.Path) {
			ch.Files[i].Verb = Added
		}
	}
}

// close asks the books about every period that the change closes, but for the
// baseline: what that brings is declared.
func (ch *Change) close(ctx context.Context, head fs.FS, books Books) ([]diag.Diagnostic, error) {
	ch.Ledger = map[value.Month]*fact.PayoutClose{}
	var found []diag.Diagnostic
	for _, f := range ch.Files {
		over := f.Place.Month != 0 && f.Place.Date < ch.Head.Today
		if f.Verb == Deleted || !over || books == nil || ch.Base.Policy == nil {
			continue
		}
		want, findings, err := books(ctx, head, f.Place.Month)
		if err != nil {
			return nil, err
		}
		if want != nil || len(findings) > 0 {
			ch.Ledger[f.Place.Month] = want
		}
		found = append(found, findings...)
	}
	return found, nil
}

// stood lists the findings of the base that are not the change's affair. What
// keeps the change itself from being judged always is: a base whose rules
// cannot be read, a file beside the changed ones that cannot.
func (ch *Change) stood() []diag.Diagnostic {
	if !ch.judged() && len(ch.Files) > 0 {
		return nil
	}
	touched := map[string]bool{}
	for _, f := range ch.Files {
		touched[f.Place.Dir] = f.Place.Dir != ""
	}
	return slices.DeleteFunc(slices.Clone(ch.Base.Findings), func(d diag.Diagnostic) bool {
		return touched[fold.Classify(d.File).Dir] && (fold.Unread(d) || d.Rule == "layout/unreadable")
	})
}

// subtract leaves out findings that stood there before, whatever else changed
// in their file.
func subtract(after, before []diag.Diagnostic) []diag.Diagnostic {
	type key struct {
		rule, row, file string
		pos             diag.Pos
	}
	of := func(d diag.Diagnostic) key { return key{d.Rule, d.Row, d.File, d.Pos} }
	old := map[key]bool{}
	for _, d := range before {
		old[of(d)] = true
	}
	return slices.DeleteFunc(slices.Clone(after), func(d diag.Diagnostic) bool { return old[of(d)] })
}
