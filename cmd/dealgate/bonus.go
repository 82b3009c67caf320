package main

import "github.com/spf13/cobra"

func newBonus() *cobra.Command {
	var f validateFlags
	cmd := &cobra.Command{
		Use:  "bonus [PATH]",
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			if f.base == "" && !cmd.Flags().Changed("base") {
				return &wordedError{"bonus-command.no-base", nil}
			}
			return bonusDifference(cmd, dir, f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.base, "base", "", "")
	flags.StringVar(&f.head, "head", "HEAD", "")
	flags.StringVar(&f.format, "format", "text", "")
	flags.StringVar(&f.asOf, "as-of", "", "")
	cmd.AddCommand(newBonusExplain())
	return cmd
}
