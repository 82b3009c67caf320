package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/schema"
)

// version is set when a release is built.
var version = "dev"

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use: "version", Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			v := version
			if info, ok := debug.ReadBuildInfo(); ok && v == "dev" && info.Main.Version != "" {
				v = info.Main.Version
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "dealgate %s, workflow %d\n", v, schema.LatestWorkflow)
			return err
		},
	}
}
