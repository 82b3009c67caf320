package attest

import (
	"context"
	"io/fs"
	"slices"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/approval"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/forge"
	"github.com/dealgate/dealgate/validate/history"
)

// Request asks for a statement about one landed commit.
type Request struct {
	Repo   *history.Repo
	Commit string
	// PR is the merged pull request that the commit landed, with its reviews;
	// without a number where the forge knows of none.
	PR      forge.PullRequest
	Reviews []forge.Review
	// Before is where the line stood before the push that ended with the commit,
	// as the forge's event tells; "" where that is not known. Only what came with
	// one push is taken for one change.
	Before string
	// Landing finds the pull request that landed a commit, and Kept is the branch
	// of statements: what landed by itself is not taken for part of this.
	Landing func(ctx context.Context, commit string) (*forge.PullRequest, error)
	Kept    []fs.FS
	Rules   validate.Rules
	// Books are those that closings are held against, of the line as it stood at
	// a commit, on the day on which the change landed; nil: none is stated.
	Books   func(commit string, day value.Day) validate.Books
	Version string
	// Now is the time: nothing was merged later. Zero believes the forge.
	Now time.Time
}

// Made is a statement that may be kept, or why there is none.
type Made struct {
	Commit   history.Commit
	Parent   string
	Path     string // of the file
	Data     []byte // nil when there is no statement
	Skipped  *Reason
	Findings []diag.Diagnostic
	// Files and Approvals count what the statement names.
	Files, Approvals int
	landed           *Landed
}

// Make judges a landed change by the rules of its parent, and its reviews, and
// states what it found. It states nothing of a change that lacks an approval:
// such a change is unproven, and the findings say why.
func Make(ctx context.Context, r Request) (*Made, error) {
	c, err := r.Repo.Resolve(r.Commit)
	if err != nil {
		return nil, err
	}
	l := &Landed{Commit: c}
	m := &maker{Request: r, out: &Made{Commit: c, landed: l}, landed: l, eras: &eras{git: r.Repo, known: map[Rules]*era{}}}
	if err := m.read(ctx); err != nil || m.out.Skipped != nil {
		return m.out, err
	}
	if r.PR.Number == 0 {
		m.out.Findings = []diag.Diagnostic{reason("audit/no-pull-request", "commit", short(c.Hash)).finding(fold.Root)}
		return m.out, nil
	}
	if why, err := m.knotted(ctx); why != nil || err != nil {
		if why != nil {
			m.out.Findings = []diag.Diagnostic{why.finding(fold.Root)}
		}
		return m.out, err
	}
	if err := m.judge(ctx); err != nil || diag.Failed(m.out.Findings) {
		return m.out, err
	}
	return m.out, m.state()
}

type maker struct {
	Request
	out     *Made
	landed  *Landed
	eras    *eras
	kept    *archive // nil until it is asked
	change  *validate.Change
	commits []approval.Commit
	given   []approval.Given
}

// read finds the change and the rules that it is judged by.
func (m *maker) read(ctx context.Context) error {
	c := m.landed.Commit
	if len(c.Parents) > 2 {
		return &Error{"attest.octopus", diag.Args{"commit": short(c.Hash), "parents": len(c.Parents)}}
	}
	if len(c.Parents) == 0 {
		m.out.Skipped = reason("audit/baseline")
		return nil
	}
	if err := m.span(ctx); err != nil {
		return err
	}
	var err error
	if m.landed.era, err = m.eras.at(ctx, m.Repo, m.landed.Parent); err != nil {
		return err
	}
	if lost := m.landed.era.lost; lost != nil {
		return &Error{"attest.rules-lost", lost.Args}
	}
	m.out.Skipped = m.landed.era.judged()
	return nil
}

// judge holds the change against the rules and its reviews.
func (m *maker) judge(ctx context.Context) error {
	l := m.landed
	base, err := m.Repo.FS(l.Parent)
	if err != nil {
		return err
	}
	head, err := m.Repo.FS(l.Commit.Hash)
	if err != nil {
		return err
	}
	opt := validate.Options{AsOf: l.day()}
	if m.Books != nil {
		opt.Books = m.Books(l.Parent, l.day())
	}
	if m.change, m.out.Findings, err = validate.Judge(ctx, base, head, Files(l.changes), m.Rules, opt); err != nil {
		return err
	}
	own, err := (&auditor{repo: m.Repo}).ownEdits(l)
	if err != nil {
		return err
	}
	if own != nil {
		m.out.Findings = append(m.out.Findings, own.finding(policyPath))
	}
	if m.PR.HeadCommit != "" {
		if m.commits, err = Commits(m.Repo, l.Parent, m.PR.HeadCommit, everything); err != nil {
			return err
		}
	}
	landed := approval.Commit{Hash: l.Commit.Hash, When: l.Commit.When}
	m.out.Findings = append(m.out.Findings, Ahead(append(slices.Clip(m.commits), landed), m.when())...)
	result := approval.Decide(approval.Input{
		Change: m.change, PR: m.PR, Reviews: m.reviews(), Commits: m.commits, Digests: l.digests(), Seen: m.seen, Outside: outside(l.changes),
		Returns: approval.Returns(m.change.NewPolicy, Paths(l.changes)),
		Grounds: approval.GroundsOf(m.change, head), Shown: m.shown,
	})
	m.given = result.Given
	m.out.Findings = append(m.out.Findings, result.Findings...)
	m.out.Findings = append(m.out.Findings, m.change.Dated(m.Rules, result.Decided(l.era.zone, l.day()))...)
	diag.Sort(m.out.Findings)
	return nil
}

// when is no earlier than the change landed.
func (m *maker) when() time.Time {
	if m.PR.MergedAt.IsZero() && !m.Now.IsZero() {
		return m.Now
	}
	return m.merged()
}

// before leaves out what was said of a change only after it had landed: such a
// review neither makes nor undoes an approval.
func before(reviews []forge.Review, landed time.Time) []forge.Review {
	var out []forge.Review
	for _, r := range reviews {
		if !r.Submitted.After(landed) {
			out = append(out, r)
		}
	}
	return out
}

// reviews are those that counted when the change landed. Where the forge tells
// that one was dismissed only later, it stands.
func (m *maker) reviews() []forge.Review {
	out := before(m.Reviews, m.merged())
	for i := range out {
		if at := m.PR.MergedAt; !at.IsZero() && out[i].DismissedAt.After(at) {
			out[i].Dismissed = false
		}
	}
	return out
}

// seen computes what a reviewer saw, relative to where the change landed.
func (m *maker) seen(commit string) (map[approval.Scope]approval.Digest, error) {
	l, err := m.Repo.Landing(m.landed.Parent, commit, everything)
	if err != nil {
		return nil, err
	}
	return approval.Digests(m.landed.era.repository(), Entries(l.Changes)), nil
}

// shown is what the facts refer to as it stood in a commit that somebody saw.
func (m *maker) shown(commit string) (approval.Grounds, error) {
	tree, err := m.Repo.FS(commit)
	if err != nil {
		return nil, err
	}
	return approval.GroundsOf(m.change, tree), nil
}

// finding is the reason as something to report.
func (r Reason) finding(file string) diag.Diagnostic {
	d := diag.Diagnostic{Rule: r.Rule, Span: diag.Span{File: file}, Args: r.Args}
	if r.status() <= Declared {
		d.Severity = diag.Warning
	}
	return d
}

// state writes the statement.
func (m *maker) state() error {
	l := m.landed
	p := l.facts()
	for i, f := range p.Facts {
		p.Facts[i].Step, p.Facts[i].Row = rowOf(m.change.Head, f.Path)
	}
	p.PullRequest = &PullRequest{
		Number: m.PR.Number, URL: m.PR.URL, Title: m.PR.Title, Base: m.PR.BaseRef, Head: m.PR.HeadCommit, Retargeted: m.PR.Retargeted.UTC(), Merged: m.PR.MergedAt.UTC(),
		Author: Account{m.PR.Author.Host, m.PR.Author.ID, m.PR.Author.Login},
	}
	p.Commits, p.Approvals, p.Version = []Commit{}, []Approval{}, m.Version
	for _, c := range m.commits {
		p.Commits = append(p.Commits, commitOf(c))
	}
	for _, g := range m.given {
		p.Approvals = append(p.Approvals, approved(g))
	}
	var err error
	m.out.Files, m.out.Approvals = len(l.changes), len(p.Approvals)
	m.out.Path = statementPath(l.Commit.Hash, l.Commit.When)
	m.out.Data, err = Encode(Statement[Change]{Type: StatementType, PredicateType: ChangeType, Subject: l.subjects(), Predicate: p})
	return err
}

func commitOf(c approval.Commit) Commit {
	out := Commit{Hash: c.Hash, When: c.When.UTC(), Author: Identity(c.Author), Committer: Identity(c.Committer), CleanMerge: c.CleanMerge}
	for _, i := range c.CoAuthors {
		out.CoAuthors = append(out.CoAuthors, Identity(i))
	}
	return out
}

// Commits lists the commits that a head has beyond its base, with everybody
// who had a hand in what they bring below a folder.
func Commits(repo *history.Repo, base, head, under string) ([]approval.Commit, error) {
	list, err := repo.Commits(base, head, under)
	if err != nil {
		return nil, err
	}
	var out []approval.Commit
	for _, c := range list {
		one := approval.Commit{
			Hash: c.Hash, When: c.When, CleanMerge: c.CleanMerge,
			Author:    approval.Identity{Name: c.Author, Mail: c.Email},
			Committer: approval.Identity{Name: c.Committer.Name, Mail: c.Committer.Email},
		}
		for _, a := range c.CoAuthors {
			one.CoAuthors = append(one.CoAuthors, approval.Identity{Name: a.Name, Mail: a.Email})
		}
		out = append(out, one)
	}
	return out, nil
}

// Missing finds what the branch of statements lacks.
func Missing(ctx context.Context, o Options) (Gaps, error) {
	var gaps Gaps
	a, err := prepare(ctx, o)
	if err != nil {
		return gaps, err
	}
	for _, r := range a.report.recalled {
		if err := gaps.putBack(r); err != nil {
			return gaps, err
		}
	}
	stated := make([]bool, len(a.landed))
	err = parallel(ctx, len(a.landed), func(i int) error {
		l := a.landed[i]
		stated[i] = l.era.lost == nil && l.era.judged() != nil || slices.ContainsFunc(l.claims, func(c *claim) bool { return c.counts(l) })
		return nil
	})
	for i, l := range a.landed {
		if !stated[i] {
			gaps.Unstated = append(gaps.Unstated, l.Commit.Hash)
		}
	}
	return gaps, err
}

// Permitted says why a key may not sign the statement about what landed at a
// time on these rules; nil when it may.
func (m *Made) Permitted(key ssh.Signer) *Reason {
	return permitted(key.PublicKey(), m.landed.era.company.Signers, m.landed.since, m.landed.when)
}

// Signable reports whether these rules name anybody who signs. Where they do
// not, a signature is worth less than none: it is by an unknown key.
func (m *Made) Signable() bool { return len(m.landed.era.company.Signers) > 0 }

// NextCheckpoint makes the checkpoint of the line as it stands, with its path;
// nothing when the last one says all there is to say.
func NextCheckpoint(ctx context.Context, o Options, version string) (path string, data []byte, err error) {
	a, err := prepare(ctx, o)
	if err != nil {
		return "", nil, err
	}
	if a.lost != nil {
		return "", nil, &Error{"attest.rules-lost", a.lost.Args}
	}
	a.checkpoints()
	for _, why := range a.report.Line {
		if why.status() == Contradicted || why.Rule == "audit/unreadable" {
			return "", nil, &Error{"attest.line-broken", diag.Args{"why": diag.Term(why.Rule + ".title")}}
		}
	}
	c := a.next(version)
	if c == nil {
		return "", nil, nil
	}
	data, err = Encode(*c)
	path = free(checkpointPath(c.Predicate.Changes, c.Predicate.Head), data, func(name string) bool { return taken(o.Kept, name) })
	return path, data, err
}
