package main

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/approval"
	"github.com/dealgate/dealgate/validate/attest"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/forge"
	"github.com/dealgate/dealgate/validate/history"
	"github.com/dealgate/dealgate/validate/report"
	"github.com/dealgate/dealgate/validate/rules"
)

// proposal is what is judged: the head of the pull request, or the commit by
// which a merge queue would land it.
type proposal struct {
	base, head string
	queued     bool
}

// proposed is a change as the engine of approvals wants it.
type proposed struct {
	*judged
	whole *history.Landing // also what lies outside deals/
	was   func(file string) []byte
	pull  string // head of the pull request
}

// decide judges a change and its approvals.
func (g *gate) decide(cmd *cobra.Command, about target, p proposal) (report.Input, error) {
	flags := g.flags.validateFlags
	flags.base, flags.head = p.base, p.head
	reviews, err := g.forge.Reviews(cmd.Context(), about.pr.Number)
	if err != nil {
		return report.Input{}, err
	}
	j, err := judge(cmd, g.repo, flags, lastReview(reviews))
	if err != nil {
		return report.Input{}, err
	}
	c := &proposed{judged: j, pull: j.landing.Head.Hash}
	if c.whole, err = g.repo.Landing(p.base, p.head, "."); err != nil {
		return report.Input{}, err
	}
	before, err := g.repo.FS(c.whole.Base.Hash)
	if err != nil {
		return report.Input{}, err
	}
	c.was = sourceOf(before)
	found := about.twins()
	if p.queued {
		c.pull = about.pr.HeadCommit
		if found, err = c.differs(about.pr); err != nil {
			return report.Input{}, err
		}
	}
	result, err := c.approvals(about.pr, reviews)
	if err != nil {
		return report.Input{}, err
	}
	decided := result.Decided(zone(j.policy()), j.change.Head.Today)
	findings := slices.Concat(j.findings, result.Findings, found, j.change.Dated(rules.All, decided))
	diag.Sort(findings)
	words := approvalWords(result, j.lang)
	out := j.report(findings, words)
	out.Parts = c.parts(words)
	return out, j.showPay(cmd.Context(), &out)
}

// lastReview is when somebody last reviewed, by the forge's own clock.
func lastReview(reviews []forge.Review) time.Time {
	var last time.Time
	for _, r := range reviews {
		last = newest(last, r.Submitted)
	}
	return last
}

// approvals says which approvals are given and which are lacking.
func (c *proposed) approvals(pr forge.PullRequest, reviews []forge.Review) (approval.Result, error) {
	commits, err := c.commits()
	if err != nil {
		return approval.Result{}, err
	}
	return approval.Decide(approval.Input{
		Change: c.change, PR: pr, Reviews: reviews, Commits: commits, Outside: c.outside(),
		Returns: approval.Returns(c.change.NewPolicy, attest.Paths(c.whole.Changes)),
		Digests: digestsOf(c.repositoryID(), c.whole), Seen: c.seen,
		Grounds: approval.GroundsOf(c.change, c.whole.Tree), Shown: c.shown,
	}), nil
}

// seen are the digests of another commit, as if it were to land on this base.
func (c *proposed) seen(commit string) (map[approval.Scope]approval.Digest, error) {
	l, err := c.repo.Landing(c.whole.Base.Hash, commit, ".")
	if err != nil {
		return nil, err
	}
	return digestsOf(c.repositoryID(), l), nil
}

// shown is what the facts refer to as it stood in a commit that somebody saw.
func (c *proposed) shown(commit string) (approval.Grounds, error) {
	tree, err := c.repo.FS(commit)
	if err != nil {
		return nil, err
	}
	return approval.GroundsOf(c.change, tree), nil
}

// outside are the changed paths that no rule knows of.
func (c *proposed) outside() []string {
	var paths []string
	for _, f := range c.whole.Changes {
		if outsideDeals(f.Path) {
			paths = append(paths, f.Path)
		}
	}
	return paths
}

func outsideDeals(path string) bool {
	return path != fold.Root && !strings.HasPrefix(path, fold.Root+"/")
}

// commits are those of the pull request and, in a merge queue, the one that
// lands them. What a merge brings outside deals/ matters only where the change
// touches something there.
func (c *proposed) commits() ([]approval.Commit, error) {
	under := fold.Root
	if len(c.outside()) > 0 {
		under = "."
	}
	base, head := c.landing.Base.Hash, c.landing.Head.Hash
	commits, err := attest.Commits(c.repo, base, c.pull, under)
	if err != nil || c.pull == head {
		return commits, err
	}
	landing, err := attest.Commits(c.repo, base, head, under)
	for _, one := range landing {
		if !slices.ContainsFunc(commits, func(known approval.Commit) bool { return known.Hash == one.Hash }) {
			commits = append(commits, one)
		}
	}
	return commits, err
}

// differs holds a commit of a merge queue against the pull request that it
// lands: both change the same files to the same content, or the approvals are
// of something else.
func (c *proposed) differs(pr forge.PullRequest) ([]diag.Diagnostic, error) {
	want, err := c.seen(c.pull)
	if err != nil || maps.Equal(want, digestsOf(c.repositoryID(), c.whole)) {
		return nil, err
	}
	return []diag.Diagnostic{{
		Rule: "approval/group-differs", Span: diag.Span{File: fold.Root + "/policy.yaml"}, Clause: "own",
		Args: diag.Args{"number": pr.Number, "commit": short(c.landing.Head.Hash)},
	}}, nil
}

// repositoryID is the id that digests cover, of the policy in force.
func (j *judged) repositoryID() string {
	for _, p := range []*fold.Company{j.change.Base, j.change.Head} {
		if p.Policy != nil {
			return p.Policy.Repository.S
		}
	}
	return ""
}

func digestsOf(repository string, l *history.Landing) map[approval.Scope]approval.Digest {
	return approval.Digests(repository, attest.Entries(l.Changes))
}
