package attest

import (
	"slices"

	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
)

// fates lists the landed files and notes what became of facts later: a landed
// fact is never changed, moved or deleted, whoever approves of it.
func (a *auditor) fates() {
	f := &fates{at: map[string]*Item{}, gone: map[string]string{}}
	for _, l := range a.landed {
		if !l.past.policy {
			f.begin(l)
		} else {
			f.follow(l)
		}
		a.report.Items = append(a.report.Items, l.items...)
	}
}

type fates struct {
	at   map[string]*Item
	gone map[string]string // path to the commit that deleted it
}

// begin lists what stood there before there were rules.
func (f *fates) begin(l *Landed) {
	for _, c := range l.changes {
		if c.Kind == history.Deleted {
			delete(f.at, c.Path)
		} else if !isEvidence(c.Path) {
			f.add(l, c)
		}
	}
}

func (f *fates) add(l *Landed, c history.Change) *Item {
	i := &Item{Path: c.Path, Landed: l, Deleted: c.Kind == history.Deleted, Reasons: l.own(c.Path)}
	l.items = append(l.items, i)
	f.at[c.Path] = i
	return i
}

func (f *fates) follow(l *Landed) {
	// Evidence belongs to the facts that landed with it; alone it is listed.
	alone := !slices.ContainsFunc(l.changes, func(c history.Change) bool { return !isEvidence(c.Path) })
	for _, c := range l.changes {
		switch {
		case c.Kind == history.Added:
			if isEvidence(c.Path) && f.gone[c.Path] == "" && !alone {
				continue
			}
			i := f.add(l, c)
			if by := f.gone[c.Path]; by != "" {
				i.Reasons = append(i.Reasons, *reason("audit/fact-returned", "commit", short(by)))
			}
		case lasting(c.Path):
			f.spoil(l, c)
		default:
			f.add(l, c)
		}
	}
}

// lasting reports whether a file may never be touched again once landed.
func lasting(path string) bool {
	k := fold.Classify(path).Kind
	return k == fold.FactFile || k == fold.EvidenceFile
}

// spoil notes at a fact that it was changed or deleted.
func (f *fates) spoil(l *Landed, c history.Change) {
	rule := "audit/fact-changed"
	if c.Kind == history.Deleted {
		rule = "audit/fact-deleted"
		f.gone[c.Path] = l.Commit.Hash
	}
	i := f.at[c.Path]
	if i == nil { // evidence is listed only when something happens to it
		i = f.add(l, c)
	}
	i.Reasons = append(i.Reasons, *reason(rule, "commit", short(l.Commit.Hash)))
}
