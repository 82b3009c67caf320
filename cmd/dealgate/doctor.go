package main

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/cmd/dealgate/internal/setup"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/signers"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/attest"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/forge"
	"github.com/dealgate/dealgate/validate/history"
)

// approvalsBranch holds the statements.
const approvalsBranch = "approvals"

func newDoctor() *cobra.Command {
	var c connection
	var branch, context string
	cmd := &cobra.Command{
		Use:  "doctor [PATH]",
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDoctor(cmd, folderOf(args), c, branch, context)
		},
	}
	c.flags(cmd)
	cmd.Flags().StringVar(&branch, "branch", "", "")
	cmd.Flags().StringVar(&context, "status", "", "")
	return cmd
}

func runDoctor(cmd *cobra.Command, dir string, c connection, branch, context string) error {
	w, err := openWorkspace(dir)
	var policy *fact.Policy
	if err == nil {
		policy = policyOf(w.guarded)
	} else if cmd.Flags().NArg() > 0 {
		return err // the folder was named
	}
	l, err := lang(cmd, policy)
	if err != nil {
		return err
	}
	if policy != nil && policy.Forge != nil {
		branch = cmp.Or(branch, policy.Forge.Branch.S)
	}
	branch = cmp.Or(branch, "main")
	want := wanted{branch: branch, context: cmp.Or(context, setup.StatusContext(branch)), approvals: approvalsBranch}
	if policy != nil {
		want.owners = w.staleOwners(l)
		want.signing = signingOf(w.guarded, policy, time.Now())
		want.staff = w.staff(policy, time.Now())
	}
	want.below = branchesBelow(dir)
	if c.kind == "file" {
		return &wordedError{"setup.doctor.no-settings", diag.Args{"forge": c.kind}}
	}
	f, err := c.open(policy)
	if err != nil {
		return err
	}
	want.shared = f.Name() != "github" // which has environments for them
	reader, ok := f.(forge.SettingsReader)
	if !ok {
		return &wordedError{"setup.doctor.no-settings", diag.Args{"forge": f.Name()}}
	}
	settings, err := reader.Settings(cmd.Context(), want.branch, want.approvals)
	if err != nil {
		return err
	}
	return writeDoctor(cmd.OutOrStdout(), examine(settings, want), l)
}

// branchesBelow lists the branches that this clone knows to be in the way of
// the statements; none where dir is no repository.
func branchesBelow(dir string) []string {
	archive, err := history.OpenArchive(dir, approvalsBranch)
	if err != nil {
		return nil
	}
	names, err := archive.Below()
	if err != nil {
		return nil
	}
	return names
}

// staleOwners names CODEOWNERS where it is out of date or missing.
func (w *workspace) staleOwners(l catalogue.Lang) string {
	o, err := w.owners("", "", l)
	if err != nil || w.owned(o) {
		return ""
	}
	return o.Path()
}

// staff finds who works here on a day by his account, nil where the roster
// cannot be read.
func (w *workspace) staff(policy *fact.Policy, now time.Time) func(forge.Account) bool {
	read := rosterOf(w.guarded)
	if read == nil {
		return nil
	}
	roster, today := fold.NewRoster(read), value.DayOf(now.In(zone(policy)))
	return func(a forge.Account) bool {
		p := roster.OfAccount(a.Host, a.ID)
		return p != nil && len(p.RolesOn(today)) > 0
	}
}

// warnedBefore is how long before its end a key's time is pointed out.
const warnedBefore = 60 * 24 * time.Hour

// signingOf looks up how long the keys of deals/allowed_signers may sign.
func signingOf(tree fs.FS, policy *fact.Policy, now time.Time) signing {
	s := signing{asked: policy.Approvals.S != "none"}
	all, _ := fold.ReadSigners(tree, policy)
	var last time.Time
	lasts := false
	for _, one := range all {
		v, _ := signers.Find([]signers.Signer{one}, one.Key, attest.Namespace, now)
		if one.Principals == reserveKey {
			s.reserve = s.reserve || v == signers.Allowed
			continue
		}
		s.now = s.now || v == signers.Allowed
		if v, _ := signers.Find([]signers.Signer{one}, one.Key, attest.Namespace, now.Add(warnedBefore)); v == signers.Allowed {
			lasts = true
		}
		last = newest(last, one.Before)
	}
	s.soon = s.now && !lasts
	if s.soon {
		s.until = value.DayOf(last.In(zone(policy))) - 1
	}
	return s
}

func writeDoctor(out io.Writer, found []diag.Diagnostic, l catalogue.Lang) error {
	w := &lines{out: out, l: l}
	for _, d := range found {
		e := catalogue.Explain(l, d)
		severity := catalogue.Text(l, "severity."+d.Severity.String(), nil)
		w.text(oneLine(fmt.Sprintf("%s: %s [%s]", severity, e.Found, d.Rule)))
		w.text("  " + oneLine(catalogue.Text(l, "explain.want", diag.Args{"text": e.Expected})))
		w.text("  " + oneLine(catalogue.Text(l, "explain.fix", diag.Args{"text": e.Fix})))
		w.text("")
	}
	if len(found) == 0 {
		w.say("setup.doctor.sound", nil)
	}
	if w.err == nil && diag.Failed(found) {
		return errFindings
	}
	return w.err
}
