package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/diag"
)

// mostMeant is how many keys an error offers.
const mostMeant = 3

func newBonusExplain() *cobra.Command {
	var asOf string
	cmd := &cobra.Command{
		Use:  "explain KEY",
		Args: arguments(1, 4), // a key in full has four parts
		RunE: func(cmd *cobra.Command, args []string) error {
			return explainKey(cmd, strings.Join(args, " "), asOf)
		},
	}
	cmd.Flags().StringVar(&asOf, "as-of", "", "")
	return cmd
}

// explainKey writes how one line of the bonus report came about.
func explainKey(cmd *cobra.Command, ref, asOf string) error {
	r, err := prepare(cmd, ".", asOf)
	if err != nil {
		return err
	}
	found := r.ledger.Find(ref)
	switch {
	case len(found) > 1:
		return &wordedError{"bonus-command.several", diag.Args{"key": ref, "count": len(found), "keys": named(found)}}
	case len(found) == 0:
		if near := r.ledger.Near(ref, mostMeant); len(near) > 0 {
			return &wordedError{"bonus-command.no-key-near", diag.Args{"key": ref, "keys": named(near)}}
		}
		return &wordedError{"bonus-command.no-key", diag.Args{"key": ref}}
	}
	return bonus.WriteTree(cmd.OutOrStdout(), r.ledger, r.meta(), found[0], r.lang)
}

// named are keys as an error offers them: the short code and what it stands
// for.
func named(entries []bonus.Entry) []string {
	var out []string
	for _, e := range entries[:min(len(entries), mostMeant)] {
		out = append(out, e.Key.ID()+" ("+e.Key.String()+")")
	}
	return out
}
