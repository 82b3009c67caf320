package attest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/approval"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/forge"
	"github.com/dealgate/dealgate/validate/history"
)

// judge decides once more about the approvals of every change, from what its
// statement says, and compares. An approval belongs to one scope, so that each
// customer's part of a change is decided by itself, and all the changes of one
// customer one after the other.
func (a *auditor) judge(ctx context.Context) error {
	lives := a.lives()
	err := parallel(ctx, len(lives), func(i int) error { return a.replay(ctx, lives[i]) })
	for _, l := range a.landed {
		l.settle()
	}
	return err
}

// part is what one change does to one customer, or to what is no customer's.
type part struct {
	landed  *Landed
	changes []history.Change
}

// lives returns the parts of each customer, oldest first, and those of no
// customer. Customers of whom nothing is to be judged are left out.
func (a *auditor) lives() [][]part {
	known := map[string]bool{}
	for _, l := range a.landed {
		for _, c := range l.changes {
			if rest, ok := strings.CutPrefix(c.Path, fold.Root+"/customers/"); ok {
				id, _, _ := strings.Cut(rest, "/")
				known[id] = true
			}
		}
	}
	of := map[string][]part{}
	for _, l := range a.landed {
		for id, changes := range split(l.changes, known) {
			of[id] = append(of[id], part{l, changes})
		}
	}
	var lives [][]part
	for _, parts := range of {
		if slices.ContainsFunc(parts, func(p part) bool { return p.landed.decidable() }) {
			lives = append(lives, parts)
		}
	}
	return lives
}

func split(changes []history.Change, known map[string]bool) map[string][]history.Change {
	of := map[string][]history.Change{}
	for _, c := range changes {
		id := owner(c.Path, known)
		of[id] = append(of[id], c)
	}
	return of
}

// owner is the customer that a path belongs to, "" for none: the folder of a
// deal begins with the customer's id.
func owner(path string, known map[string]bool) string {
	parts := strings.SplitN(path, "/", 4)
	if len(parts) < 4 {
		return ""
	}
	if parts[1] == "customers" {
		return parts[2]
	}
	for id := parts[2]; ; {
		end := strings.LastIndexByte(id, '-')
		if end < 0 {
			return ""
		}
		if id = id[:end]; known[id] {
			return id
		}
	}
}

// decidable reports whether the change has a claim that is worth deciding.
func (l *Landed) decidable() bool {
	return l.claim != nil && l.claim.broken == nil && worst(l.Reasons) <= Declared
}

// replay folds a customer before and after each change and decides.
func (a *auditor) replay(ctx context.Context, parts []part) error {
	t := newTree(a.repo)
	for _, p := range parts {
		if !p.landed.decidable() {
			for _, c := range p.changes {
				t.apply(c)
			}
			continue
		}
		if err := p.decide(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// decide judges one part and brings the tree forward.
func (p part) decide(ctx context.Context, t *tree) error {
	l := p.landed
	base, err := l.fold(ctx, t)
	if err != nil {
		return err
	}
	for _, c := range p.changes {
		t.apply(c)
	}
	head, err := l.fold(ctx, t)
	if err != nil {
		return err
	}
	in := l.claim.input()
	in.Change = &validate.Change{Base: base, Head: head, Files: Files(p.changes), Tree: t}
	in.Digests = approval.Digests(l.era.repository(), Entries(p.changes))
	// That the reviewer saw just this is what the signature vouches for.
	in.Seen = func(string) (map[approval.Scope]approval.Digest, error) { return in.Digests, nil }
	l.verdict.add(approval.Decide(in))
	return nil
}

// fold folds the customer by the rules that the change is judged by.
func (l *Landed) fold(ctx context.Context, t *tree) (*fold.Company, error) {
	t.put(policyPath, l.era.policy)
	t.put(rosterPath, l.era.roster)
	return fold.Load(ctx, t, fold.Options{AsOf: l.era.day(l.Commit.When)})
}

// Files are the changed paths as rules look at them.
func Files(changes []history.Change) []validate.File {
	verbs := map[history.Kind]validate.Verb{history.Added: validate.Added, history.Modified: validate.Modified, history.Deleted: validate.Deleted}
	files := make([]validate.File, len(changes))
	for i, c := range changes {
		files[i] = validate.NewFile(c.Path, verbs[c.Kind])
	}
	return files
}

// input is what a claim says of pull request, commits and reviews.
func (c *claim) input() approval.Input {
	says := c.text.Predicate
	var in approval.Input
	if pr := says.PullRequest; pr != nil {
		in.PR = forge.PullRequest{Number: pr.Number, Title: pr.Title, URL: pr.URL, Author: pr.Author.forge(), BaseRef: pr.Base, HeadCommit: pr.Head, Merged: true, MergeCommit: says.Commit}
	}
	for _, c := range says.Commits {
		one := approval.Commit{Hash: c.Hash, When: c.When, Author: approval.Identity(c.Author), Committer: approval.Identity(c.Committer), CleanMerge: c.CleanMerge}
		for _, i := range c.CoAuthors {
			one.CoAuthors = append(one.CoAuthors, approval.Identity(i))
		}
		in.Commits = append(in.Commits, one)
	}
	seen := map[string]bool{}
	for _, a := range says.Approvals {
		if !seen[a.Review] {
			seen[a.Review] = true
			in.Reviews = append(in.Reviews, forge.Review{ID: a.Review, State: forge.Approved, Author: a.Account.forge(), Commit: a.Commit, Submitted: a.At, Body: a.Text})
		}
	}
	return in
}

func (a Account) forge() forge.Account { return forge.Account{Host: a.Host, ID: a.ID, Login: a.Login} }

// verdict gathers what was decided about the parts of a change.
type verdict struct {
	mu    sync.Mutex
	given map[string]bool
	wrong map[string][]Reason // by path, "" for the change as a whole
}

func (v *verdict) add(r approval.Result) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.given == nil {
		v.given, v.wrong = map[string]bool{}, map[string][]Reason{}
	}
	for _, g := range r.Given {
		v.given[voucher(approved(g))] = true
	}
	said := map[string]bool{}
	for _, f := range r.Findings {
		if f.Severity != diag.Error || said[f.Rule+f.File] {
			continue
		}
		said[f.Rule+f.File] = true
		why := Reason{"audit/not-approved", diag.Args{"why": diag.Term(f.Rule + ".title"), "rule": f.Rule}}
		v.wrong[f.File] = append(v.wrong[f.File], why)
	}
}

// voucher is what makes an approval one and the same.
func voucher(a Approval) string {
	return fmt.Sprintf("%s\x00%s\x00%s\x00%s\x00%s\x00%s\x00%t", a.Fact, a.Scope, a.Role, a.Aspect, a.Person, a.Review, a.Delegated)
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
	if l.decidable() && l.verdict.given != nil {
		l.Reasons = append(l.Reasons, l.beyond()...)
	}
	l.claim = nil // it has served
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
	for _, a := range l.claim.text.Predicate.Approvals {
		if !l.verdict.given[voucher(a)] {
			return append(out, *reason("audit/false-approval", "person", a.Name, "role", diag.Term("role."+a.Role)))
		}
	}
	return out
}

// own lists what speaks against one file.
func (l *Landed) own(path string) []Reason { return slices.Clone(l.verdict.wrong[path]) }
