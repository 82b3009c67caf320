package main

import (
	"context"
	"regexp"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/history"
	"github.com/dealgate/dealgate/validate/report"
)

// maxGroup bounds a merge queue's group; GitHub puts at most 100 into one.
const maxGroup = 200

// judgeGroup judges every commit of a merge queue's group as it would land: on
// its own parent, with what those before it have landed. The group's status
// answers for all of them, since the queue may look at the last one alone.
func (g *gate) judgeGroup(cmd *cobra.Command, about target) (report.Input, target, error) {
	var all report.Input
	commits, err := g.group()
	if err != nil {
		return all, about, err
	}
	for _, c := range commits {
		if about, err = g.turn(cmd.Context(), about, c); err != nil {
			return all, about, err
		}
		one, err := g.decide(cmd, about, proposal{base: c.Parents[0], head: c.Hash, queued: true})
		if err != nil {
			return all, about, err
		}
		all = joined(all, one)
	}
	diag.Sort(all.Findings)
	return all, about, nil
}

// turn goes on to the pull request that a commit of a group lands.
func (g *gate) turn(ctx context.Context, about target, c history.Commit) (target, error) {
	number, err := landedBy(c)
	if err != nil {
		return about, err
	}
	if about.pr, err = g.forge.PullRequest(ctx, number); err != nil {
		return about, err
	}
	about.context, err = g.announce(ctx, about)
	return about, err
}

// group lists the commits of a group, the first to land first.
func (g *gate) group() ([]history.Commit, error) {
	base, err := g.repo.Resolve(g.flags.base)
	if err != nil {
		return nil, err
	}
	c, err := g.repo.Resolve(g.head)
	var commits []history.Commit
	for ; err == nil && c.Hash != base.Hash; c, err = g.repo.Resolve(c.Parents[0]) {
		switch {
		case len(c.Parents) == 0:
			return nil, &wordedError{"gate.group-base", diag.Args{"head": short(g.head), "base": short(base.Hash)}}
		case len(commits) == maxGroup:
			return nil, &wordedError{"gate.group-large", diag.Args{"limit": maxGroup}}
		}
		commits = append(commits, c)
	}
	if err == nil && len(commits) == 0 {
		err = &wordedError{"gate.group-empty", diag.Args{"head": short(g.head), "base": short(base.Hash)}}
	}
	slices.Reverse(commits)
	return commits, err
}

// pullNamed is how a merge or squash commit of GitHub names its pull request.
// It is not trusted: the commit must hold what that pull request proposes.
var pullNamed = regexp.MustCompile(`^Merge pull request #([1-9][0-9]{0,8}) from |\(#([1-9][0-9]{0,8})\)$`)

func landedBy(c history.Commit) (int, error) {
	m := pullNamed.FindStringSubmatch(c.Subject)
	if m == nil {
		return 0, &wordedError{"gate.group-no-pull", diag.Args{"commit": short(c.Hash), "subject": c.Subject}}
	}
	return strconv.Atoi(m[1] + m[2])
}

// joined is what one commit after another is found to be.
func joined(a, b report.Input) report.Input {
	b.Findings = slices.Concat(a.Findings, b.Findings)
	b.Summary, b.Parts = slices.Concat(a.Summary, b.Summary), slices.Concat(a.Parts, b.Parts)
	b.Checked, b.Deals = a.Checked+b.Checked, a.Deals+b.Deals
	return b
}
