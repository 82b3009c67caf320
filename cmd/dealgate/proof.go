package main

import (
	"cmp"
	"context"
	"io"
	"strings"
	"sync"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/render/site"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/attest"
	"github.com/dealgate/dealgate/validate/history"
)

// proofs says of landed files what history and statements show of them.
type proofs struct {
	report *attest.Report // nil where nothing was audited
	items  map[string]*attest.Item
	line   []attest.Reason // against the line of history: nothing on it is proven
}

// proof audits the history up to the head. A company that never asked for
// reviews declares everything, and there is nothing to hold back.
func (r *rendering) proof(ctx context.Context, policy *fact.Policy) (proofs, error) {
	if r.w.repo == nil || r.head.Hash == "" || policy == nil {
		return proofs{}, nil
	}
	return prove(ctx, r.w.repo, r.w.dir, r.head.Hash, policy)
}

// prove finds what is proven of the history. The rendering before knows that
// of the same history, the same statements and the same policy. It comes before
// the deals are read, so that there is never both in memory.
func (r *rendering) prove(ctx context.Context, policy *fact.Policy, before *rendering) (err error) {
	if r.statements, err = r.w.statements(); err != nil {
		return err
	}
	if before != nil && before.head.Hash == r.head.Hash && before.statements == r.statements && r.rest != "" && before.rest == r.rest {
		r.proofs, r.landing, r.landed, r.changeOf, r.told = before.proofs, before.landing, before.landed, before.changeOf, before.told
		return nil
	}
	if r.proofs, err = r.proof(ctx, policy); err != nil {
		return err
	}
	r.landing, r.changeOf = r.proofs.landing(r.zone, r.texts)
	r.landed = sync.OnceValue(func() string { return site.Digest(r.landing) })
	r.proofs.report = nil // what is said of it has been taken over
	return nil
}

// statements names all commits that the statements are read from, "" without a
// repository: also those that were fetched, and stand on no branch of this clone.
func (w *workspace) statements() (string, error) {
	if w.repo == nil {
		return "", nil
	}
	archive, err := history.OpenArchive(w.dir, attest.Branch)
	if err != nil {
		return "", err
	}
	tips, err := archive.Tips()
	return strings.Join(tips, " "), err
}

// prove audits the history of a revision; dir lies in the repository.
func prove(ctx context.Context, repo *history.Repo, dir, rev string, policy *fact.Policy) (proofs, error) {
	archive, err := history.OpenArchive(dir, attest.Branch)
	if err != nil {
		return proofs{}, err
	}
	b, err := openBranch(archive)
	if err != nil {
		return proofs{}, err
	}
	defer func() { _ = b.close() }()
	b.cache = userCache()
	o := b.options(repo)
	o.Head, o.Earlier, o.Cache = rev, !tip(repo, rev, policy), b.cache
	report, err := attest.Audit(ctx, o)
	if err != nil {
		return proofs{}, err
	}
	if policy.Approvals.S == "none" && !report.Failed() {
		return proofs{report: report}, nil
	}
	return proofs{report: report, items: report.ByPath(), line: report.Broken()}, nil
}

// tip reports whether a commit is where the work, or the branch that facts land
// on, stands: a checkpoint that covers more was then made of what is gone. The
// gate's repository has the branch, but nothing checked out.
func tip(repo *history.Repo, commit string, policy *fact.Policy) bool {
	branch := "main"
	if policy.Forge != nil {
		branch = cmp.Or(policy.Forge.Branch.S, branch)
	}
	for _, name := range []string{"HEAD", "refs/heads/" + branch, "refs/remotes/origin/" + branch} {
		if c, err := repo.Resolve(name); err == nil && c.Hash == commit {
			return true
		}
	}
	return false
}

// warn tells where history is not what was fixed of it.
func (p proofs) warn(out io.Writer, l catalogue.Lang) error {
	w := &lines{out: out, l: l}
	for _, why := range p.line {
		w.reason(why)
	}
	return w.err
}

// status is the catalogue key of a file's status, and of the reason for it;
// both are empty where nothing is known or asked.
func (p proofs) status(path string) (status, why diag.Term) {
	if len(p.line) > 0 {
		return diag.Term("audit." + attest.Contradicted.String()), p.line[0].Title()
	}
	item := p.items[path]
	if item == nil {
		return "", ""
	}
	status = diag.Term("audit." + item.Status().String())
	if reasons := item.All(); len(reasons) > 0 {
		why = reasons[0].Title()
	}
	return status, why
}

// holds reports whether there is a file on which money must wait for its proof.
func (p proofs) holds() bool { return len(p.line) > 0 || len(p.items) > 0 }

// held reports whether money that rests on a file must wait for its proof.
func (p proofs) held(path string) (why diag.Term, held bool) {
	if len(p.line) > 0 {
		return p.line[0].Title(), true
	}
	item := p.items[path]
	if item == nil || item.Status() == attest.Proven || item.Status() == attest.Declared {
		return "", false
	}
	_, why = p.status(path)
	return why, true
}

// approved lists whose approval a file had, by a statement that counts.
func (p proofs) approved(path string) []bonus.Approval {
	item := p.items[path]
	if item == nil || len(p.line) > 0 {
		return nil
	}
	var out []bonus.Approval
	for _, a := range item.Approvals() {
		out = append(out, bonus.Approval{Name: a.Name, Role: roleTerm(a.Role, a.Aspect)})
	}
	return out
}
