package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// newBonusWhere tells a workflow where policy lets the bonus report be
// published. What cannot be read lets it nowhere.
func newBonusWhere() *cobra.Command {
	return &cobra.Command{
		Use:  "where",
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			w, err := openWorkspace(".")
			if err != nil {
				return err
			}
			where := "none"
			if p := policyOf(w.guarded); p != nil {
				where = p.Publish.Report.S
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), where)
			return err
		},
	}
}
