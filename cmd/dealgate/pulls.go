package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/forge"
)

func newPulls() *cobra.Command {
	var c connection
	var head string
	var number int
	var open bool
	cmd := &cobra.Command{
		Use:  "pulls",
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			given := 0
			for _, name := range []string{"head", "pr", "open"} {
				if cmd.Flags().Changed(name) {
					given++
				}
			}
			if given != 1 {
				return &wordedError{"setup.pulls.one", nil}
			}
			f, err := c.open(nil)
			if err != nil {
				return err
			}
			return listPulls(cmd.Context(), cmd.OutOrStdout(), f, head, number)
		},
	}
	c.flags(cmd)
	cmd.Flags().StringVar(&head, "head", "", "")
	cmd.Flags().IntVar(&number, "pr", 0, "")
	cmd.Flags().BoolVar(&open, "open", false, "")
	return cmd
}

func listPulls(ctx context.Context, out io.Writer, f forge.Forge, head string, number int) error {
	pulls, err := pullsOf(ctx, f, head, number)
	if err != nil {
		return err
	}
	for _, pr := range pulls {
		if strings.ContainsFunc(pr.BaseRef, unicode.IsSpace) { // as no branch is called
			return &wordedError{"setup.pulls.odd", diag.Args{"number": pr.Number}}
		}
		seen, err := seenBy(ctx, f, pr)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%d\t%s\t%s\t%s\n", pr.Number, pr.BaseRef, pr.HeadCommit, strings.Join(seen, " ")); err != nil {
			return err
		}
	}
	return nil
}

// pullsOf finds one pull request, those with a head, or all open ones.
func pullsOf(ctx context.Context, f forge.Forge, head string, number int) ([]forge.PullRequest, error) {
	if number != 0 {
		pr, err := f.PullRequest(ctx, number)
		return []forge.PullRequest{pr}, err
	}
	return f.Open(ctx, head)
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
