package validate

import (
	"io/fs"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/fold"
)

// Established reports whether a tree has rules already, by which a change is
// judged. The change that first adds them is the baseline.
func (ch *Change) Established(base fs.FS) bool {
	_, err := fs.Stat(base, fold.Root+"/policy.yaml")
	return err == nil
}

// registries decodes the policy and roster that a change brings, since the
// deals are judged by the old ones.
func (ch *Change) registries(base, head fs.FS) ([]diag.Diagnostic, error) {
	if !ch.Established(base) {
		return nil, nil
	}
	var found []diag.Diagnostic
	for _, f := range ch.Files {
		if !f.Rules() || f.Verb == Deleted {
			continue
		}
		body, findings := fold.ReadFile(head, f.Place, nil)
		found = append(found, findings...)
		if p, ok := body.(*fact.Policy); ok {
			ch.NewPolicy = p
		}
	}
	return found, nil
}

// withRules lays the base's policy and roster over a tree.
func withRules(head, base fs.FS) fs.FS { return rulesFS{head, base} }

type rulesFS struct{ head, base fs.FS }

func (r rulesFS) of(name string) fs.FS {
	if k := fold.Classify(name).Kind; k == fold.PolicyFile || k == fold.RosterFile {
		return r.base
	}
	return r.head
}

func (r rulesFS) Open(name string) (fs.File, error)          { return r.of(name).Open(name) }
func (r rulesFS) Stat(name string) (fs.FileInfo, error)      { return fs.Stat(r.of(name), name) }
func (r rulesFS) ReadFile(name string) ([]byte, error)       { return fs.ReadFile(r.of(name), name) }
func (r rulesFS) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(r.head, name) }
