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
// fast-forwarded: there it lies further back, but never behind a commit that
// is known to have landed by itself.
func (m *maker) parent(ctx context.Context) error {
	m.landed.Parent = m.landed.Commit.Parents[0]
	for _, find := range []func(context.Context) (string, error){m.forwarded, m.rebased} {
		back, err := find(ctx)
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

// forwarded goes back over the commits of a pull request that landed as they
// are, to where the forge says that its branch had left the line.
func (m *maker) forwarded(ctx context.Context) (string, error) {
	at := m.landed.Commit
	if m.PR.HeadCommit != at.Hash || m.PR.MergeBase == "" {
		return "", nil
	}
	branch, err := m.Repo.Commits(m.PR.MergeBase, at.Hash, everything)
	if err != nil {
		return "", nil // said where the commits are listed
	}
	for range branch {
		if len(at.Parents) != 1 {
			return "", nil
		}
		if at.Parents[0] == m.PR.MergeBase {
			return m.PR.MergeBase, nil
		}
		if at, err = m.Repo.Resolve(at.Parents[0]); err != nil {
			return "", err
		}
		if alone, err := m.alone(ctx, at); alone || err != nil {
			return at.Hash, err
		}
	}
	return "", nil
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

// rebased goes back over the commits of the line that bear author, date and
// subject of those of the pull request, one by one, and that the merge made:
// what the target has already a rebase leaves out.
func (m *maker) rebased(ctx context.Context) (string, error) {
	at := m.landed.Commit
	if len(at.Parents) != 1 || m.PR.HeadCommit == "" {
		return "", nil
	}
	branch, err := m.Repo.Commits(at.Parents[0], m.PR.HeadCommit, everything)
	if err != nil {
		return "", nil // said where the commits are listed
	}
	back := ""
	for _, b := range branch {
		if len(b.Parents) != 1 {
			continue // a rebase leaves merges out
		}
		same := b.Author == at.Author && b.Email == at.Email && b.AuthorWhen.Equal(at.AuthorWhen) && b.Subject == at.Subject
		if !same || len(at.Parents) != 1 {
			break
		}
		if back != "" { // the first is the one that landed
			if earlier, err := m.earlier(ctx, at); earlier || err != nil {
				return back, err
			}
		}
		back = at.Parents[0]
		if at, err = m.Repo.Resolve(back); err != nil {
			return "", err
		}
	}
	return back, nil
}

// earlier reports whether a commit was there before the merge that would have
// made it.
func (m *maker) earlier(ctx context.Context, c history.Commit) (bool, error) {
	if m.merged().Sub(c.When).Abs() > slack {
		return true, nil
	}
	return m.alone(ctx, c)
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
