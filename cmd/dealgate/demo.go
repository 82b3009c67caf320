package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/cmd/dealgate/internal/demo"
	"github.com/dealgate/dealgate/schema/diag"
)

func newDemo() *cobra.Command {
	opt := demo.Options{Deals: 200, Seed: 1}
	cmd := &cobra.Command{
		Use:  "demo DIR",
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			progress := func(done, total int) {
				if isTerminal(cmd.ErrOrStderr()) && (done%100 == 0 || done == total) {
					fmt.Fprintf(cmd.ErrOrStderr(), "\r%d/%d", done, total)
				}
			}
			sum, err := demo.Write(cmd.Context(), args[0], opt, progress)
			if err != nil {
				return err
			}
			w := &lines{out: cmd.OutOrStdout(), l: langOf(cmd)}
			w.say("demo.done", diag.Args{"dir": args[0], "deals": sum.Deals, "changes": sum.Changes})
			return w.err
		},
	}
	cmd.Flags().IntVar(&opt.Deals, "deals", opt.Deals, "")
	cmd.Flags().Uint64Var(&opt.Seed, "seed", opt.Seed, "")
	return cmd
}
