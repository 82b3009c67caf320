package attest

import (
	"context"
	"slices"

	"github.com/dealgate/dealgate/validate/history"
)

// span notes of every statement which commits of the line it is about. Most
// are about the one that they are named after; a statement about a rebase
// merge names the commit under the first that the merge laid on the line.
func (a *auditor) span(ctx context.Context) error {
	var at map[string]int // place of each commit, counted from the newest
	for i, l := range a.landed {
		for _, c := range l.claims {
			c.first = i
			if !c.spans(l) {
				continue
			}
			if at == nil {
				hashes, err := a.repo.Line(ctx, a.report.Head.Hash)
				if err != nil {
					return err
				}
				at = places(hashes)
			}
			under, known := at[c.says.Parent]
			if c.joins = known && under > at[l.Commit.Hash]; !c.joins {
				continue // it will be found to differ
			}
			for c.first > 0 && at[a.landed[c.first-1].Commit.Hash] < under {
				c.first--
			}
			if a.parted(c.first, i) {
				c.first, c.joins = i, false
			}
		}
	}
	return nil
}

// parted reports whether some commits of the line, up to but without the last,
// include one that is known to have landed by itself.
func (a *auditor) parted(first, last int) bool {
	return slices.ContainsFunc(a.landed[first:last], func(l *Landed) bool { return a.kept.alone(l.Commit.Hash, l.era, l.after) })
}

func places(hashes []string) map[string]int {
	m := make(map[string]int, len(hashes))
	for i, h := range hashes {
		m[h] = i
	}
	return m
}

// spans reports whether a claim tells of several commits. Only a commit with
// one parent can end a rebase merge.
func (c *claim) spans(l *Landed) bool {
	return c.broken == nil && len(l.Commit.Parents) == 1 && c.says.Commit == l.Commit.Hash && c.says.Parent != l.Parent
}

// believes reports whether a claim may speak at all: whether the rules before
// every commit that it covers let its key sign. The rules before the first are
// not enough, or a key that was taken away since could sign for what lies on
// that; and who signs nothing joins nothing to a time in which keys are named.
func (a *auditor) believes(c *claim, i int) bool {
	l := a.landed[i]
	var last *era
	for _, covered := range a.landed[c.first : i+1] {
		if covered.era == last {
			continue
		}
		last = covered.era
		if why := c.trust(covered.era, c.span(l)...); why != nil && why.status() > Declared {
			return false
		}
	}
	return true
}

// join makes one landed change of the commits that a rebase merge laid on the
// line one by one: a statement about the last that is believed tells where
// they begin.
func (a *auditor) join(context.Context) error {
	a.takeSums()
	var joined []*Landed
	for i := len(a.landed) - 1; i >= 0; i-- {
		l := a.landed[i]
		joined = append(joined, l)
		c := a.joint(i)
		if c == nil {
			continue
		}
		l.steps = []history.Commit{l.Commit}
		for ; i > c.first; i-- {
			l.steps = append(l.steps, a.landed[i-1].Commit)
		}
		l.Parent, l.era = c.says.Parent, a.landed[c.first].era
		var err error
		if l.changes, err = a.repo.Changes(l.Parent, l.Commit.Hash, everything); err != nil {
			return err
		}
	}
	slices.Reverse(joined)
	a.landed, a.report.Landed = joined, joined
	var past past
	for i, l := range joined {
		for range max(1, len(l.steps)) {
			a.line.landed = append(a.line.landed, i)
		}
		past.remember(l.era)
		l.past = past
	}
	return nil
}

// joint is the claim that makes one landed change of several commits of which
// one is the last, nil if there is none.
func (a *auditor) joint(i int) *claim {
	for _, c := range a.landed[i].claims {
		if c.joins && a.believes(c, i) {
			return c
		}
	}
	return nil
}

// chronicle notes by which rules each commit is judged.
func (a *auditor) chronicle(ctx context.Context) error {
	now, err := a.eras.current(ctx)
	for _, l := range a.landed {
		if err != nil {
			return err
		}
		l.era = now
		a.eras.apply(l.changes)
		now, err = a.eras.current(ctx)
		l.after = now
	}
	if err == nil {
		a.report.Repository, a.lost = now.repository(), now.lost
	}
	return err
}
