package attest

import (
	"context"
	"slices"
	"time"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/history"
)

// span finds what landed and when: from where the line stood before the pull
// request up to the commit.
func (m *maker) span(ctx context.Context) error {
	c := m.landed.Commit
	under, err := m.Repo.Resolve(c.Parents[0])
	if err != nil {
		return err
	}
	if !m.Now.IsZero() && m.PR.MergedAt.After(m.Now.Add(slack)) {
		return &Error{"attest.merged-later", diag.Args{"number": m.PR.Number, "at": m.PR.MergedAt.UTC().Format(time.DateTime)}}
	}
	m.landed.since = latest(c.When, under.When)
	if by := latest(m.Now, m.PR.MergedAt); !by.IsZero() && m.landed.since.After(by) {
		m.landed.since = by // the date of what lies under it is only what somebody says
	}
	m.landed.when = latest(m.landed.since, m.PR.MergedAt)
	if err := m.parent(ctx); err != nil {
		return err
	}
	m.out.Parent = m.landed.Parent
	m.landed.changes, err = m.Repo.Changes(m.landed.Parent, c.Hash, everything)
	return err
}

// slack is how far two clocks may be apart.
const slack = 5 * time.Minute

// parent finds where the line stood before the pull request landed. A merge
// and a squash have it as their first parent; a rebase merge lays the commits
// of the pull request on the line one by one, and so does a branch that is only
// fast-forwarded: there it lies further back, as far as the forge tells of a
// push and no further.
func (m *maker) parent(ctx context.Context) error {
	m.landed.Parent = m.landed.Commit.Parents[0]
	pushed, err := m.pushed(ctx)
	if err != nil || len(pushed) < 2 {
		return err
	}
	for _, find := range []func([]history.Commit) (string, error){m.forwarded, m.rebased} {
		back, err := find(pushed)
		if err != nil {
			return err
		}
		if back != "" && m.same(back) {
			m.landed.Parent = back
			break
		}
	}
	return nil
}

// pushed lists what came onto the line with the commit, newest first. Authors,
// dates and subjects are the word of whoever made a commit, and would let one
// that was pushed before be taken for part of what was approved. So just the
// forge's own event tells how far a push goes back; what is known to have landed
// by itself parts it.
func (m *maker) pushed(ctx context.Context) ([]history.Commit, error) {
	if m.Before == "" || m.landed.Commit.Parents[0] == m.Before {
		return nil, nil
	}
	line, err := m.Repo.Line(ctx, m.landed.Commit.Hash)
	end := slices.Index(line, m.Before)
	if err != nil || end < 0 {
		return nil, err
	}
	var out []history.Commit
	for _, hash := range line[:end] {
		c, err := m.Repo.Resolve(hash)
		if err != nil || len(c.Parents) != 1 {
			return out, err // who merges joins by the merge
		}
		if len(out) > 0 {
			if alone, err := m.alone(ctx, c); alone || err != nil {
				return out, err
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// knotted refuses a branch that was only fast-forwarded although it holds
// merges: the line of first parents then runs through the branch, and what had
// landed before no longer lies on it.
func (m *maker) knotted(ctx context.Context) (*Reason, error) {
	at := m.landed.Commit
	if m.PR.HeadCommit != at.Hash {
		return nil, nil
	}
	for range mostForwarded {
		if len(at.Parents) > 1 {
			return reason("audit/forwarded-merge", "commit", short(m.landed.Commit.Hash), "number", m.PR.Number), nil
		}
		if len(at.Parents) == 0 || at.Parents[0] == m.PR.MergeBase || m.PR.MergeBase == "" {
			break
		}
		var err error
		if at, err = m.Repo.Resolve(at.Parents[0]); err != nil {
			return nil, err
		}
		if alone, err := m.alone(ctx, at); alone || err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// mostForwarded bounds how many commits of a branch are looked at.
const mostForwarded = 1000

// forwarded is what lies under a push of the commits of a pull request as they
// are.
func (m *maker) forwarded(pushed []history.Commit) (string, error) {
	if m.PR.HeadCommit != m.landed.Commit.Hash {
		return "", nil
	}
	return pushed[len(pushed)-1].Parents[0], nil
}

// rebased goes back over the commits of a push that bear author, date and
// subject of those of the pull request, one by one: what the target has already
// a rebase leaves out.
func (m *maker) rebased(pushed []history.Commit) (string, error) {
	if m.PR.HeadCommit == "" {
		return "", nil
	}
	branch, err := m.Repo.Commits(m.landed.Commit.Parents[0], m.PR.HeadCommit, everything)
	if err != nil {
		return "", nil // said where the commits are listed
	}
	back := ""
	for _, b := range branch {
		if len(b.Parents) != 1 {
			continue // a rebase leaves merges out
		}
		if len(pushed) == 0 {
			break
		}
		at := pushed[0]
		if b.Author != at.Author || b.Email != at.Email || !b.AuthorWhen.Equal(at.AuthorWhen) || b.Subject != at.Subject {
			break
		}
		back, pushed = at.Parents[0], pushed[1:]
	}
	return back, nil
}

// same reports whether what landed since a commit is what the pull request
// would do to it.
func (m *maker) same(parent string) bool {
	landed, err := m.Repo.Changes(parent, m.landed.Commit.Hash, everything)
	if err != nil {
		return false
	}
	l, err := m.Repo.Landing(parent, m.PR.HeadCommit, everything)
	return err == nil && len(l.Conflicts) == 0 && len(landed) > 0 && slices.Equal(landed, l.Changes)
}

// merged is when the forge merged the change; where it does not tell, the date
// of the commit has to do.
func (m *maker) merged() time.Time {
	if m.PR.MergedAt.IsZero() {
		return m.landed.Commit.When
	}
	return m.PR.MergedAt
}
