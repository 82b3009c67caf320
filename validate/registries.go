package validate

import (
	"errors"
	"io/fs"
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/fold"
)

// Established reports whether a tree has rules already, by which a change is
// judged. The change that first adds them is the baseline.
func (ch *Change) Established(base fs.FS) bool {
	_, err := fs.Stat(base, fold.Root+"/policy.yaml")
	return !errors.Is(err, fs.ErrNotExist)
}

// judged reports whether the base has rules that can be read. Without them
// nothing of it was judged, and so nothing stood there before.
func (ch *Change) judged() bool { return ch.Base.Policy != nil && ch.Base.Roster != nil }

// repairs reports a change of nothing but rules that cannot be read: the only
// one that is judged by what it brings itself.
func (ch *Change) repairs() bool {
	return !ch.judged() && !slices.ContainsFunc(ch.Files, func(f File) bool { return !f.Rules() })
}

// registries judges the policy and roster that a change brings, apart from the
// deals, which are judged by the old ones.
func (ch *Change) registries(base, head fs.FS, rules Rules) []diag.Diagnostic {
	if !ch.Established(base) || ch.repairs() {
		return nil // judged with everything else
	}
	var found []diag.Diagnostic
	changed := false
	after := &fold.Company{Policy: policyOf(base), Roster: rosterOf(base)}
	for _, f := range ch.Files {
		if !f.Rules() || f.Verb == Deleted {
			continue
		}
		if f.Place.Kind == fold.SignersFile {
			_, findings := fold.ReadSigners(head, after.Policy)
			found = append(found, findings...)
			continue
		}
		body, findings := fold.ReadFile(head, f.Place, nil)
		found = append(found, findings...)
		switch b := body.(type) {
		case *fact.Policy:
			changed, after.Policy, ch.NewPolicy = true, b, b
		case *fact.Roster:
			changed, ch.NewRoster = true, fold.NewRoster(b)
			after.Roster = ch.NewRoster
		}
	}
	if changed && after.Policy != nil && after.Roster != nil {
		for _, r := range rules.Company {
			r.Check(after, func(d diag.Diagnostic) { found = append(found, d) })
		}
	}
	return found
}

func policyOf(fsys fs.FS) *fact.Policy {
	body, _ := fold.ReadFile(fsys, fold.Classify(fold.Root+"/policy.yaml"), nil)
	p, _ := body.(*fact.Policy)
	return p
}

func rosterOf(fsys fs.FS) *fold.Roster {
	body, _ := fold.ReadFile(fsys, fold.Classify(fold.Root+"/roster.yaml"), nil)
	if r, ok := body.(*fact.Roster); ok {
		return fold.NewRoster(r)
	}
	return nil
}

// withRules lays the base's policy and roster over a tree.
func withRules(head, base fs.FS) fs.FS { return rulesFS{head, base} }

type rulesFS struct{ head, base fs.FS }

func (r rulesFS) of(name string) fs.FS {
	if isRule(name) {
		return r.base
	}
	return r.head
}

func isRule(path string) bool { return NewFile(path, Added).Rules() }

func (r rulesFS) Open(name string) (fs.File, error)     { return r.of(name).Open(name) }
func (r rulesFS) Stat(name string) (fs.FileInfo, error) { return fs.Stat(r.of(name), name) }
func (r rulesFS) ReadFile(name string) ([]byte, error)  { return fs.ReadFile(r.of(name), name) }

// ReadDir lists a folder of the head, with the registries of the base where a
// change deletes them.
func (r rulesFS) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(r.head, name)
	if err != nil || name != fold.Root {
		return entries, err
	}
	registry := func(e fs.DirEntry) bool { return isRule(name + "/" + e.Name()) }
	before, err := fs.ReadDir(r.base, name)
	return slices.Concat(slices.DeleteFunc(entries, registry), slices.DeleteFunc(before, func(e fs.DirEntry) bool { return !registry(e) })), err
}
