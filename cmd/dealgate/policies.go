package main

import (
	"context"
	"slices"
	"time"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
	"github.com/dealgate/dealgate/validate/rules"
)

// policyVersion is one state of policy.yaml and when it landed.
type policyVersion struct {
	when   time.Time
	policy *fact.Policy
}

// policies finds the policy that each landed file was recorded under, so that
// a rule changed today leaves old deals as they are. It returns nil where no
// policy has landed yet.
func policies(repo *history.Repo, landed map[string]*history.Provenance) (func(string) *fact.Policy, error) {
	own, ok := landed[fold.Root+"/policy.yaml"]
	if !ok {
		return nil, nil
	}
	var versions []policyVersion
	for _, hash := range append([]string{own.Commit.Hash}, own.Modified...) {
		commit, err := repo.Resolve(hash)
		if err != nil {
			return nil, err
		}
		tree, err := repo.FS(hash)
		if err != nil {
			return nil, err
		}
		versions = append(versions, policyVersion{commit.When, policyOf(tree)})
	}
	return func(path string) *fact.Policy {
		p, ok := landed[path]
		if !ok {
			return nil // not committed yet: the present policy
		}
		i, found := slices.BinarySearchFunc(versions, p.Commit.When, func(v policyVersion, t time.Time) int { return v.when.Compare(t) })
		if !found {
			i--
		}
		return versions[max(i, 0)].policy
	}, nil
}

// byThePolicyOfTheDay judges again what failed under the present policy, each
// file by the policy that it landed under. The walk through history is spared
// where nothing failed.
func (w *workspace) byThePolicyOfTheDay(ctx context.Context, c *fold.Company, opt validate.Options) (*fold.Company, error) {
	if w.repo == nil || w.repo.Shallow() {
		return c, nil
	}
	w.repo.Remember(userCache())
	landed, err := w.repo.Provenance(ctx, fold.Root, fold.Root+"/policy.yaml")
	if noCommits(err) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	if opt.PolicyOf, err = policies(w.repo, landed); err != nil || opt.PolicyOf == nil {
		return c, err
	}
	return validate.State(ctx, w.files, rules.All, opt)
}
