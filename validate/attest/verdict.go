package attest

import (
	"maps"
	"slices"
	"sync"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/approval"
	"github.com/dealgate/dealgate/validate/history"
)

// verdict gathers what was decided about the parts of a change.
type verdict struct {
	mu      sync.Mutex
	decided bool                // about a part at least
	given   []bool              // which of the approvals that the statement lists
	wrong   map[string][]Reason // by path, "" for the change as a whole
}

func (v *verdict) add(listed []Approval, r approval.Result, misread map[string]Reason) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.decided {
		v.decided, v.given = true, make([]bool, len(listed))
	}
	for i, a := range listed {
		v.given[i] = v.given[i] || slices.ContainsFunc(r.Given, a.is)
	}
	for path, why := range misread {
		v.fault(path, why)
	}
	said := map[string]bool{}
	for _, f := range r.Findings {
		if f.Severity != diag.Error || said[f.Rule+f.File] {
			continue
		}
		said[f.Rule+f.File] = true
		v.fault(f.File, notApproved(f.Rule))
	}
}

func (v *verdict) fault(path string, why Reason) {
	if v.wrong == nil {
		v.wrong = map[string][]Reason{}
	}
	v.wrong[path] = append(v.wrong[path], why)
}

// leave notes why nothing can be decided about changes.
func (v *verdict) leave(changes []history.Change, why Reason) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, c := range changes {
		v.fault(c.Path, why)
	}
}

var faults sync.Map // rule to the reason that it makes

// notApproved is the reason that a rule about approvals was not met.
func notApproved(rule string) Reason {
	if known, ok := faults.Load(rule); ok {
		return known.(Reason)
	}
	r := *reason("audit/not-approved", "why", diag.Term(rule+".title"), "rule", rule)
	faults.Store(rule, r)
	return r
}

// is reports whether a listed approval is one that was given.
func (a Approval) is(g approval.Given) bool {
	return a.Fact == g.Fact && a.Scope == string(g.Scope) && a.Role == g.Role && a.Aspect == g.Aspect &&
		a.Person == g.Person && a.Review == g.Review && a.Delegated == g.Delegated
}

// approved writes an approval down.
func approved(g approval.Given) Approval {
	return Approval{
		Fact: g.Fact, Scope: string(g.Scope), Role: g.Role, Aspect: g.Aspect, Person: g.Person, Name: g.Name,
		Account: Account{g.Account.Host, g.Account.ID, g.Account.Login}, Review: g.Review, Commit: g.Commit, At: g.At.UTC(), Text: g.Text, Delegated: g.Delegated,
	}
}

// settle notes what the decisions say of the change as a whole, and what the
// statement claims beyond them.
func (l *Landed) settle() {
	if l.claim == nil {
		return
	}
	if l.decidable() && (l.verdict.decided || l.verdict.wrong != nil) {
		l.Reasons = append(l.Reasons, l.beyond()...)
	}
	l.claim, l.verdict.given = nil, nil // they have served
}

func (l *Landed) beyond() []Reason {
	touched := map[string]bool{}
	for _, c := range l.changes {
		touched[c.Path] = true
	}
	var out []Reason
	for _, path := range slices.Sorted(maps.Keys(l.verdict.wrong)) {
		if !touched[path] {
			out = append(out, l.verdict.wrong[path]...)
		}
	}
	if len(l.verdict.wrong) > 0 {
		return out
	}
	for i, a := range l.claim.says.Approvals {
		if !l.verdict.given[i] {
			return append(out, *reason("audit/false-approval", "person", a.Name, "role", diag.Term("role."+a.Role)))
		}
	}
	return out
}

// own lists what speaks against one file.
func (l *Landed) own(path string) []Reason { return slices.Clone(l.verdict.wrong[path]) }
