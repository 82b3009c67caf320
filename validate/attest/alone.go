package attest

import (
	"context"
	"slices"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/dealgate/dealgate/schema/signers"
	"github.com/dealgate/dealgate/validate/history"
)

// alone reports whether the line is known to have ended at a commit, so that
// what lies on it landed otherwise: a checkpoint has it as its head, or a
// statement is about it. Just what a key signed that the rules before or after
// the commit name counts. The dates of the key do not matter: when the commit
// landed is not known yet, and its own date is the word of whoever made it.
func (k *archive) alone(commit string, rules ...*era) bool {
	for _, at := range k.heads[commit] {
		p := readPoint(at.read())
		if p.lacking == nil && p.text.Predicate.Head == commit && p.forged == nil && named(p.key, p.text.Predicate.Repository, rules) {
			return true
		}
	}
	for _, at := range k.statements[commit] {
		c, err := readClaim(at)
		if err == nil && c.broken == nil && c.says.Commit == commit && c.forged == nil && named(c.key, c.says.Repository, rules) {
			return true
		}
	}
	return false
}

// named reports whether some rules of a repository name a key, nil where
// nobody signed.
func named(key ssh.PublicKey, repository string, rules []*era) bool {
	return key != nil && slices.ContainsFunc(rules, func(e *era) bool {
		v, _ := signers.Find(e.company.Signers, key, Namespace, time.Time{})
		return e.repository() == repository && v != signers.Unknown && v != signers.Elsewhere
	})
}

// alone reports whether a commit below the one that landed was there before it:
// whoever can push could otherwise have his commit taken for one that was
// approved.
func (m *maker) alone(ctx context.Context, c history.Commit) (bool, error) {
	if m.Landing != nil {
		pr, err := m.Landing(ctx, c.Hash)
		if err != nil || pr != nil && pr.Number != m.PR.Number {
			return err == nil, err
		}
	}
	if m.kept == nil {
		var err error
		if m.kept, err = openArchive(m.Kept); err != nil {
			return false, err
		}
	}
	var beside []*era
	for _, at := range append([]string{c.Hash}, c.Parents...) {
		e, err := m.eras.at(ctx, m.Repo, at)
		if err != nil {
			return false, err
		}
		beside = append(beside, e)
	}
	return m.kept.alone(c.Hash, beside...), nil
}
