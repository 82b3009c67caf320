package attest

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/value"
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
	shelves := shelve(a.lives())
	var fresh atomic.Bool
	err := parallel(ctx, len(shelves), func(i int) error {
		kept, err := a.judgeShelf(ctx, shelves[i])
		if kept {
			fresh.Store(true)
		}
		return err
	})
	if fresh.Load() {
		a.cache.Trim()
	}
	for _, l := range a.landed {
		l.settle()
	}
	return err
}

// part is what one change does to one customer, or to what is no customer's.
type part struct {
	landed   *Landed
	customer string // "" for what is no customer's
	changes  []history.Change
	contents *contents // once known
	lost     *Reason   // a file that they follow from cannot be read; such contents are not kept
}

// live decides about all the parts of a customer. What they ask for is found
// by folding him, unless it is known of all.
func (a *auditor) live(ctx context.Context, parts []part) error {
	if slices.ContainsFunc(parts, func(p part) bool { return p.landed.decidable() && p.contents == nil }) {
		if err := a.replay(ctx, parts); err != nil {
			return err
		}
	}
	for i := range parts {
		if p := &parts[i]; p.landed.decidable() {
			p.decide()
		}
	}
	return nil
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
			of[id] = append(of[id], part{landed: l, customer: id, changes: changes})
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

// split returns what belongs to whom. Most changes are one customer's, and then
// nothing is copied.
func split(changes []history.Change, known map[string]bool) map[string][]history.Change {
	of := map[string][]history.Change{}
	if len(changes) > 0 {
		first := owner(changes[0].Path, known)
		if !slices.ContainsFunc(changes, func(c history.Change) bool { return owner(c.Path, known) != first }) {
			of[first] = changes
			return of
		}
	}
	for _, c := range changes {
		id := owner(c.Path, known)
		of[id] = append(of[id], c)
	}
	return of
}

// owner is the customer that a path belongs to, "" for none: the folder of a
// deal begins with the customer's id.
func owner(path string, known map[string]bool) string {
	rest, ok := strings.CutPrefix(path, fold.Root+"/")
	year, rest, _ := strings.Cut(rest, "/")
	name, _, in := strings.Cut(rest, "/")
	if !ok || !in {
		return ""
	}
	if year == "customers" {
		return name
	}
	for id := name; ; {
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

// replay folds a customer as he stood after each change. What
// landed one after the other and is dated so is folded once: facts are folded
// by date, so that a later one takes nothing from what was decided before.
func (a *auditor) replay(ctx context.Context, parts []part) error {
	r := &replayer{tree: newTree(a.repo)}
	for len(parts) > 0 {
		n := a.steady(parts, r.latest)
		if err := r.play(ctx, parts[:n]); err != nil {
			return err
		}
		parts = parts[n:]
	}
	return nil
}

// replayer brings the tree of one customer forward.
type replayer struct {
	tree *tree
	last *fold.Company // the tree as it stands, folded; nil if it is not
	era  *era          // by which it was folded

	latest value.Day // that any fact in it ever bore
}

// play applies parts that are folded at once, and notes what they ask for.
func (r *replayer) play(ctx context.Context, parts []part) error {
	if !slices.ContainsFunc(parts, func(p part) bool { return p.landed.decidable() }) {
		r.apply(parts)
		return nil
	}
	end := parts[len(parts)-1].landed
	base := r.last
	if len(parts) == 1 && !r.fresh(end) {
		var err error
		if base, err = end.fold(ctx, r.tree); err != nil {
			return err
		}
	}
	r.apply(parts)
	head, err := end.fold(ctx, r.tree)
	if err != nil {
		return err
	}
	r.last, r.era = head, end.era
	if len(parts) > 1 {
		base = head
	}
	for i := range parts {
		if p := &parts[i]; p.landed.decidable() {
			after := asOf(head, p.landed)
			before := after // nothing that stood there before is shifted
			if base != head {
				before = asOf(base, p.landed)
			}
			p.read(before, after)
			p.lost = r.tree.unreadable()
		}
	}
	return nil
}

func (r *replayer) apply(parts []part) {
	for _, p := range parts {
		for _, c := range p.changes {
			r.tree.apply(c)
			r.latest = max(r.latest, fold.Classify(c.Path).Date)
		}
	}
	r.last = nil
}

// fresh reports whether the tree is folded already as a change found it: by
// the same rules, and with nothing in it that was yet to come.
func (r *replayer) fresh(l *Landed) bool {
	if r.last == nil || r.era != l.era {
		return false
	}
	for _, cu := range r.last.Customers {
		ahead := func(f *fold.Fact) bool { return f.Date > r.last.AsOf }
		if slices.ContainsFunc(cu.Records(), ahead) || slices.ContainsFunc(cu.Deals, func(d *fold.Deal) bool { return slices.ContainsFunc(d.Records, ahead) }) {
			return false
		}
	}
	return true
}

// asOf is the company on the day on which a change landed.
func asOf(c *fold.Company, l *Landed) *fold.Company {
	day := l.day()
	if c.AsOf == day {
		return c
	}
	other := *c
	other.AsOf = day
	return &other
}

// steady counts the parts from the first on that can be folded at once: under
// the same rules, they only add facts, none a correction, and each part's are
// dated after all that stood there before it and not after it landed.
func steady(parts []part, latest value.Day) int {
	seen := map[string]bool{}
	for i, p := range parts {
		last, ok := p.adds(latest, seen)
		if !ok || p.landed.era != parts[0].landed.era {
			return max(i, 1)
		}
		latest = max(latest, last)
	}
	return len(parts)
}

// adds returns the latest date that a part's facts bear, and whether it adds
// just facts with their evidence after a day. Seen are the folders that have
// had facts, to which a header would come too late.
func (p part) adds(after value.Day, seen map[string]bool) (last value.Day, ok bool) {
	day := p.landed.day()
	var dirs []string
	for _, c := range p.changes {
		at := fold.Classify(c.Path)
		switch {
		case c.Kind != history.Added:
			return 0, false
		case at.Kind == fold.EvidenceFile:
		case (at.Kind == fold.DealFile || at.Kind == fold.CustomerFile) && !seen[at.Dir]:
			dirs = append(dirs, at.Dir)
		case at.Kind == fold.FactFile && at.Step.Name != schema.CorrectionName && after < at.Date && at.Date <= day:
			last = max(last, at.Date)
			dirs = append(dirs, at.Dir)
		default:
			return 0, false
		}
	}
	for _, dir := range dirs {
		seen[dir] = true
	}
	return last, true
}

// contents are what follows from what a part brought, and from what stood
// there before, whatever anybody says of it.
type contents struct {
	Demand approval.Demand
	Took   []took // of each change
}

// took is the step of a fact and the row of the workflow table that it took.
type took struct{ Step, Row string }

// read notes the contents of a part, given the customer before and after it.
func (p *part) read(base, head *fold.Company) {
	p.contents = &contents{
		Demand: approval.DemandOf(&validate.Change{Base: base, Head: head, Files: Files(p.changes)}, outside(p.changes)),
		Took:   make([]took, len(p.changes)),
	}
	for i, c := range p.changes {
		p.contents.Took[i].Step, p.contents.Took[i].Row = rowOf(head, c.Path)
	}
}

// decide holds what the statement says against what a part asks for.
func (p *part) decide() {
	l := p.landed
	if p.lost != nil {
		l.verdict.leave(p.changes, *p.lost)
		return
	}
	rules := asOf(l.era.company, l)
	in := l.claim.input()
	in.Change = &validate.Change{Base: rules, Head: rules}
	if l.after.rules.Policy != l.era.rules.Policy {
		in.Returns = approval.Returns(l.after.company.Policy, Paths(l.changes))
	}
	in.Reviews = before(in.Reviews, l.claim.landing(l))
	if len(in.Reviews) > 0 {
		in.Digests = p.seen()
	}
	in.Seen = func(string) (map[approval.Scope]approval.Digest, error) { return in.Digests, nil }
	l.verdict.add(l.claim.says.Approvals, approval.Answer(in, p.contents.Demand), p.misread())
}

// seen stands for the digests that a reviewer saw. That they are those of what
// landed is what the signature vouches for, and what landed was held against
// the digests in the statement: here they are one and the same.
func (p *part) seen() map[approval.Scope]approval.Digest {
	out := map[approval.Scope]approval.Digest{}
	for _, c := range p.landed.changes {
		out[approval.ScopeOf(c.Path)] = "seen"
	}
	return out
}

// fold folds the customer by the rules that the change is judged by.
func (l *Landed) fold(ctx context.Context, t *tree) (*fold.Company, error) {
	t.put(policyPath, l.era.policy)
	t.put(rosterPath, l.era.roster)
	return fold.Load(ctx, t, fold.Options{AsOf: l.day(), Roster: l.era.company.Roster})
}

// Paths are those of changes.
func Paths(changes []history.Change) []string {
	out := make([]string, len(changes))
	for i, c := range changes {
		out[i] = c.Path
	}
	return out
}

// outside are the changed paths that are not below deals/.
func outside(changes []history.Change) []string {
	var out []string
	for _, c := range changes {
		if !below(c.Path) {
			out = append(out, c.Path)
		}
	}
	return out
}

func below(path string) bool { return strings.HasPrefix(path, fold.Root+"/") }

// Files are the changed paths below deals/ as rules look at them.
func Files(changes []history.Change) []validate.File {
	verbs := map[history.Kind]validate.Verb{history.Added: validate.Added, history.Modified: validate.Modified, history.Deleted: validate.Deleted}
	var files []validate.File
	for _, c := range changes {
		if below(c.Path) {
			files = append(files, validate.NewFile(c.Path, verbs[c.Kind]))
		}
	}
	return files
}

// input is what a claim says of pull request, commits and reviews.
func (c *claim) input() approval.Input {
	says := &c.says
	var in approval.Input
	if pr := says.PullRequest; pr != nil {
		in.PR = forge.PullRequest{Number: pr.Number, Title: pr.Title, URL: pr.URL, Author: pr.Author.forge(), BaseRef: pr.Base, HeadCommit: pr.Head, Retargeted: pr.Retargeted, Merged: true, MergedAt: pr.Merged, MergeCommit: says.Commit}
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
