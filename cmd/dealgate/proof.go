package main

import (
	"context"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/attest"
	"github.com/dealgate/dealgate/validate/history"
)

// proofs says of landed files what history and statements show of them.
type proofs map[string]*attest.Item

// proof audits the history where policy asks for reviews; a company without
// approvals declares everything, and there is nothing to hold back.
func (r *rendering) proof(ctx context.Context) (proofs, error) {
	if r.w.repo == nil || r.head.Hash == "" {
		return nil, nil
	}
	return prove(ctx, r.w.repo, r.w.dir, r.head.Hash, r.c.Policy)
}

// prove audits the history of a revision; dir lies in the repository.
func prove(ctx context.Context, repo *history.Repo, dir, rev string, policy *fact.Policy) (proofs, error) {
	if policy.Approvals.S == "none" {
		return nil, nil
	}
	archive, err := history.OpenArchive(dir, attest.Branch)
	if err != nil {
		return nil, err
	}
	kept, done, err := archive.Views()
	if err != nil {
		return nil, err
	}
	defer func() { _ = done() }()
	report, err := attest.Audit(ctx, attest.Options{Repo: repo, Head: rev, Kept: kept, Cache: userCache()})
	if err != nil {
		return nil, err
	}
	all := proofs{}
	for _, item := range report.Items { // the latest landing of a path stands
		all[item.Path] = item
	}
	return all, nil
}

// status is the catalogue key of a file's status, and of the reason for it;
// both are empty where nothing is known or asked.
func (p proofs) status(path string) (status, why diag.Term) {
	item := p[path]
	if item == nil {
		return "", ""
	}
	status = diag.Term("audit." + item.Status().String())
	if reasons := item.All(); len(reasons) > 0 {
		why = reasons[0].Title()
	}
	return status, why
}

// held reports whether money that rests on a file must wait for its proof.
func (p proofs) held(path string) (why diag.Term, held bool) {
	item := p[path]
	if item == nil || item.Status() == attest.Proven || item.Status() == attest.Declared {
		return "", false
	}
	_, why = p.status(path)
	return why, true
}

// approved lists whose approval a file had, by a statement that counts.
func (p proofs) approved(path string) []bonus.Approval {
	item := p[path]
	if item == nil {
		return nil
	}
	var out []bonus.Approval
	for _, a := range item.Approvals() {
		out = append(out, bonus.Approval{Name: a.Name, Role: roleTerm(a.Role, a.Aspect)})
	}
	return out
}
