package main

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
	"github.com/dealgate/dealgate/validate/report"
)

func newClose() *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:  "close PERIOD [PATH]",
		Args: arguments(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runClose(cmd, args[0], folderOf(args[1:]), by)
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "")
	return cmd
}

func runClose(cmd *cobra.Command, period, dir, by string) error {
	w, err := openWorkspace(dir)
	if err != nil {
		return err
	}
	policy := policyOf(w.guarded)
	l, err := lang(cmd, policy)
	if err != nil {
		return err
	}
	month, err := parseMonth(period)
	if err != nil {
		return err
	}
	head, err := w.committed(month)
	if err != nil {
		return err
	}
	today := value.DayOf(newest(head.When, time.Now()).In(zone(policy)))
	if month.Last() >= today {
		return &wordedError{"close.not-over", diag.Args{"period": month, "last": month.Last(), "today": today}}
	}
	tree, err := w.repo.FS(head.Hash)
	if err != nil {
		return err
	}
	if err := inTurn(tree, month); err != nil {
		return err
	}
	b := &books{repo: w.repo, dir: w.dir, base: head.Hash, day: today}
	w.repo.Remember(userCache())
	c, err := b.close(cmd.Context(), tree, month)
	if err != nil {
		return err
	}
	if len(c.findings) > 0 {
		return refuseClosing(cmd, c, l)
	}
	if c.draft.By, err = closer(c.company, by, today); err != nil {
		return err
	}
	c.draft.Commit = head.Hash
	if err := w.draft(c); err != nil {
		return err
	}
	return tellClosing(cmd, c, l)
}

func parseMonth(s string) (value.Month, error) {
	m, err := value.ParseMonth(s)
	if err != nil {
		return 0, &wordedError{"usage.month", diag.Args{"value": s}}
	}
	return m, nil
}

// committed is the commit that a period can be closed from: nothing below
// deals/ is beside it.
func (w *workspace) committed(month value.Month) (history.Commit, error) {
	if w.repo == nil {
		return history.Commit{}, w.repoErr
	}
	head, err := w.repo.Head()
	if err != nil {
		return head, err
	}
	if _, err := os.Lstat(filepath.Join(w.dir, payoutPath(month))); err == nil {
		months, err := closedMonths(w.files)
		if err != nil {
			return head, err
		}
		return head, &wordedError{"close.there", diag.Args{"file": payoutPath(month), "next": slices.Max(append(months, month)).Next()}}
	}
	dirty, err := w.repo.Dirty(fold.Root)
	if err == nil && len(dirty) > 0 {
		err = &wordedError{"close.uncommitted", diag.Args{"count": len(dirty), "file": dirty[0]}}
	}
	return head, err
}

// inTurn wants the month to be the one after the last that is closed.
func inTurn(tree fs.FS, month value.Month) error {
	months, err := closedMonths(tree)
	if err != nil {
		return err
	}
	var last value.Month
	if len(months) > 0 {
		last = months[len(months)-1]
	}
	switch args := (diag.Args{"period": month, "last": last, "next": last.Next()}); {
	case last == 0 || month == last.Next():
		return nil
	case month > last:
		return &wordedError{"close.gap", args}
	default:
		return &wordedError{"close.closed", args}
	}
}

// closedMonths lists the periods of which there is a closing, in order.
func closedMonths(tree fs.FS) ([]value.Month, error) {
	entries, err := fs.ReadDir(tree, fold.PayoutsDir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var months []value.Month
	for _, e := range entries {
		if m := fold.Classify(path.Join(fold.PayoutsDir, e.Name())).Month; m != 0 {
			months = append(months, m)
		}
	}
	slices.Sort(months)
	return months, nil
}

// closer is the id of who closes the period: the one named, else the only one
// of finance.
func closer(c *fold.Company, by string, day value.Day) (string, error) {
	if by != "" {
		p, err := findPerson(c.Roster, by)
		if err != nil {
			return "", err
		}
		may := c.Table.Process("payout").Record("close").Actor
		if !slices.ContainsFunc(may, func(role string) bool { return p.Has(day, role) }) {
			return "", &wordedError{"close.may-not", diag.Args{"person": p.Name, "roles": roleTerms(may)}}
		}
		return p.ID, nil
	}
	var may []string
	for _, p := range c.Roster.People {
		if p.Has(day, "finance") {
			may = append(may, p.ID)
		}
	}
	if len(may) != 1 {
		return "", &wordedError{"close.by", diag.Args{"people": may}}
	}
	return may[0], nil
}

// draft writes the draft where nothing stands, whole or not at all.
func (w *workspace) draft(c *closing) error {
	data, err := c.draft.YAML(c.company.Policy.Currency.S)
	if err != nil {
		return err
	}
	if _, err := c.draft.Body(c.company.Policy.Currency.S); err != nil {
		return err
	}
	root, err := os.OpenRoot(w.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.MkdirAll(fold.PayoutsDir, 0o755); err != nil {
		return err
	}
	name := c.draft.Path()
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, root.Remove(name))
	}
	return nil
}

// refuseClosing shows why a period cannot be closed.
func refuseClosing(cmd *cobra.Command, c *closing, l catalogue.Lang) error {
	in := report.Input{Findings: c.findings, Lang: l, Source: func(string) []byte { return nil }, Checked: c.company.Files, Deals: len(c.company.Deals())}
	if err := report.WriteText(cmd.OutOrStdout(), in, isTerminal(cmd.OutOrStdout())); err != nil {
		return err
	}
	return errFindings
}

// tellClosing says what the draft pays, and what comes next.
func tellClosing(cmd *cobra.Command, c *closing, l catalogue.Lang) error {
	out := cmd.OutOrStdout()
	w := &lines{out: out, l: l}
	w.say("close.drafted", diag.Args{"file": c.draft.Path(), "period": c.draft.Month, "commit": short(c.draft.Commit), "count": len(c.draft.Lines)})
	if w.err == nil {
		w.err = bonus.WriteDraft(out, c.draft, c.company, l)
	}
	for _, path := range c.draft.Late {
		w.say("close.late", diag.Args{"file": path})
	}
	for _, key := range []string{"close.next-look", "close.next-land", "close.next-paid"} {
		w.say(key, diag.Args{"file": c.draft.Path(), "period": c.draft.Month, "roles": closingApproval(c.company)})
	}
	return w.err
}

// closingApproval are the roles whose approval a closing needs.
func closingApproval(c *fold.Company) []diag.Term {
	return roleTerms(c.Table.Process("payout").Record("close").Approval)
}
