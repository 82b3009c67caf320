package attest

import (
	"context"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/history"
)

// Ledger computes closed periods anew.
type Ledger struct {
	Rules validate.Rules // that hold a closing against the books
	// Books are those of the line as it stood at a commit, on the day on which
	// the closing landed.
	Books func(commit string, day value.Day) validate.Books
}

// Closings are the closed periods that were computed anew.
type Closings struct {
	Count  int
	Differ []Reason // where one says otherwise than the ledger
}

// closings holds every landed closing against what the ledger gives for its
// period from all that had landed before it. A signed statement vouches that it
// was so by the program of that day; this asks the program of today.
func (a *auditor) closings(ctx context.Context) error {
	if a.ledger == nil {
		return nil
	}
	for _, l := range a.landed {
		if c := l.era.company; l.era.lost != nil || c.Policy == nil || c.Roster == nil {
			continue // nothing says what the ledger was
		}
		for _, c := range l.changes {
			if ofCompany(c.Path).Month == 0 || c.Kind != history.Added {
				continue
			}
			differ, err := a.closing(ctx, l, c)
			if err := ctx.Err(); err != nil {
				return err
			}
			if err != nil { // what else is there to audit is audited
				differ = []Reason{*reason("audit/closing-unsound", "file", c.Path, "why", err, "rule", "audit/unreadable", "commit", short(l.Parent))}
			}
			a.report.Closings.Count++
			a.report.Closings.Differ = append(a.report.Closings.Differ, differ...)
		}
	}
	return nil
}

// closing computes one closed period anew. That it agrees follows from the two
// commits alone, and is kept.
func (a *auditor) closing(ctx context.Context, l *Landed, c history.Change) ([]Reason, error) {
	from := []string{"closing", l.Parent, l.Commit.Hash, c.Path, l.day().String()}
	if _, known := a.cache.Get(from...); known {
		return nil, nil
	}
	base, err := a.repo.FS(l.Parent)
	if err != nil {
		return nil, err
	}
	head, err := a.repo.FS(l.Commit.Hash)
	if err != nil {
		return nil, err
	}
	opt := validate.Options{AsOf: l.day(), Books: a.ledger.Books(l.Parent, l.day())}
	_, found, err := validate.Judge(ctx, base, head, Files([]history.Change{c}), a.ledger.Rules, opt)
	if err != nil {
		return nil, err
	}
	var differ []Reason
	for _, d := range found {
		if d.File == c.Path && d.Severity == diag.Error && strings.HasPrefix(d.Rule, "payout/") {
			differ = append(differ, *parting(l, d))
		}
	}
	if len(differ) == 0 {
		a.cache.Put(nil, from...)
	}
	return differ, nil
}

// parting is what was found of a closing, as an audit says it.
func parting(l *Landed, d diag.Diagnostic) *Reason {
	if d.Rule == "payout/matches-ledger" {
		return reason("audit/closing-differs", "file", d.File, "part", d.Args["part"], "of", d.Args["of"], "found", d.Args["found"], "want", d.Args["want"], "commit", short(l.Parent))
	}
	return reason("audit/closing-unsound", "file", d.File, "why", diag.Term(d.Rule+".title"), "rule", d.Rule, "commit", short(l.Parent))
}
