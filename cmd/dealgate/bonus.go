package main

import "github.com/spf13/cobra"

func newBonus() *cobra.Command {
	cmd := &cobra.Command{
		Use:  "bonus [PATH]",
		Args: arguments(0, 1),
		RunE: func(*cobra.Command, []string) error { return &wordedError{"bonus-command.no-base", nil} },
	}
	cmd.Flags().String("format", "text", "")
	cmd.Flags().String("as-of", "", "")
	return cmd
}
