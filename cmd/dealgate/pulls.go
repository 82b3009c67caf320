package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/attest"
	"github.com/dealgate/dealgate/validate/forge"
	"github.com/dealgate/dealgate/validate/history"
)

func newPulls() *cobra.Command {
	var c connection
	var head string
	var number int
	var open, landed bool
	cmd := &cobra.Command{
		Use:  "pulls [PATH]",
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			given := 0
			for _, name := range []string{"head", "pr", "open", "landed"} {
				if cmd.Flags().Changed(name) {
					given++
				}
			}
			if given != 1 || len(args) > 0 && !landed {
				return &wordedError{"setup.pulls.one", nil}
			}
			f, err := c.open(nil)
			if err != nil {
				return err
			}
			if landed {
				return listLanded(cmd.Context(), cmd.OutOrStdout(), f, folderOf(args))
			}
			pulls, err := pullsOf(cmd.Context(), f, head, number)
			if err != nil {
				return err
			}
			return listPulls(cmd.Context(), cmd.OutOrStdout(), f, pulls)
		},
	}
	c.flags(cmd)
	cmd.Flags().StringVar(&head, "head", "", "")
	cmd.Flags().IntVar(&number, "pr", 0, "")
	cmd.Flags().BoolVar(&open, "open", false, "")
	cmd.Flags().BoolVar(&landed, "landed", false, "")
	return cmd
}

// listPulls lists pull requests. An odd one keeps no other from the list; what
// is wrong with it is told when all are listed.
func listPulls(ctx context.Context, out io.Writer, f forge.Forge, pulls []forge.PullRequest) error {
	var odd []error
	for _, pr := range pulls {
		if strings.ContainsFunc(pr.BaseRef, unicode.IsSpace) { // it would not stay one field of its line
			odd = append(odd, &wordedError{"setup.pulls.odd", diag.Args{"number": pr.Number}})
			continue
		}
		seen, err := seenBy(ctx, f, pr)
		if err != nil {
			return errors.Join(append(odd, err)...)
		}
		if _, err := fmt.Fprintf(out, "%d\t%s\t%s\t%s\n", pr.Number, pr.BaseRef, pr.HeadCommit, strings.Join(seen, " ")); err != nil {
			return err
		}
	}
	return errors.Join(odd...)
}

// pullsOf finds one pull request, those with a head, or all open ones.
func pullsOf(ctx context.Context, f forge.Forge, head string, number int) ([]forge.PullRequest, error) {
	if number != 0 {
		pr, err := f.PullRequest(ctx, number)
		return []forge.PullRequest{pr}, err
	}
	return f.Open(ctx, head)
}

// listLanded lists the pull requests of the landed changes about which nothing
// is stated yet. What cannot be found out of one keeps no other from the list.
func listLanded(ctx context.Context, out io.Writer, f forge.Forge, dir string) error {
	missing, err := unstated(ctx, dir)
	var errs []error
	listed := map[int]bool{}
	for _, commit := range missing {
		pr, err := f.Landed(ctx, commit)
		if err == nil && pr != nil && !listed[pr.Number] {
			listed[pr.Number] = true
			err = listPulls(ctx, out, f, []forge.PullRequest{*pr})
		}
		if err != nil {
			errs = append(errs, err)
		}
		if len(errs) == mostFailures || ctx.Err() != nil {
			break
		}
	}
	return errors.Join(append(errs, err)...)
}

// unstated lists the landed commits of a repository that lack a statement.
func unstated(ctx context.Context, dir string) ([]string, error) {
	repo, err := history.Open(dir)
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	archive, err := history.OpenArchive(dir, attest.Branch)
	if err != nil {
		return nil, err
	}
	b, err := openBranch(archive)
	if err != nil {
		return nil, err
	}
	gaps, err := attest.Missing(ctx, b.options(repo))
	return gaps.Unstated, errors.Join(err, b.close())
}

// seenBy lists the commits that the reviews of a pull request name.
func seenBy(ctx context.Context, f forge.Forge, pr forge.PullRequest) ([]string, error) {
	reviews, err := f.Reviews(ctx, pr.Number)
	if err != nil {
		return nil, err
	}
	var seen []string
	for _, r := range reviews {
		if r.Commit != "" && !slices.Contains(seen, r.Commit) {
			seen = append(seen, r.Commit)
		}
	}
	return seen, nil
}
