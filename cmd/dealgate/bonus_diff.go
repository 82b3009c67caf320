package main

import (
	"cmp"
	"context"
	"io/fs"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
	"github.com/dealgate/dealgate/validate/report"
	"github.com/dealgate/dealgate/validate/rules"
)

// withDifference gives the bonus report what compares two states of it, and the
// commands beside it.
func withDifference(cmd *cobra.Command) *cobra.Command {
	var f validateFlags
	cmd.Flags().StringVar(&f.base, "base", "", "")
	cmd.Flags().StringVar(&f.head, "head", "HEAD", "")
	report := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !cmd.Flags().Changed("base") && !cmd.Flags().Changed("head") {
			return report(cmd, args)
		}
		f.format, f.asOf, f.dir = cmd.Flag("format").Value.String(), cmd.Flag("as-of").Value.String(), folderOf(args)
		return bonusDifference(cmd, folderOf(args), f)
	}
	cmd.AddCommand(newBonusExplain(), newBonusWhere())
	return cmd
}

// ofDifference are the flags that mean something for a difference.
var ofDifference = []string{"base", "head", "format", "as-of", "lang"}

// alone refuses a flag that a difference would not heed.
func (f validateFlags) alone(cmd *cobra.Command) error {
	var err error
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if err == nil && !slices.Contains(ofDifference, flag.Name) {
			err = &wordedError{"bonus-command.not-with-base", diag.Args{"flag": "--" + flag.Name}}
		}
	})
	return err
}

// bonusDifference writes what a change does to whose pay, both states as of
// the same day.
func bonusDifference(cmd *cobra.Command, dir string, f validateFlags) error {
	if f.format != "text" && f.format != "json" {
		return &wordedError{"usage.format", diag.Args{"value": f.format, "known": []string{"text", "json"}}}
	}
	if err := cmp.Or(f.alone(cmd), f.consistent(cmd)); err != nil {
		return err
	}
	repo, err := history.Open(dir)
	if err != nil {
		return err
	}
	defer repo.Close()
	j, err := judge(cmd, repo, f, time.Time{})
	if err != nil {
		return err
	}
	head, all, err := j.pay(cmd.Context())
	if err == nil && !readable(head) {
		err = &wordedError{"cli.no-rules", nil}
	}
	if err != nil {
		return err
	}
	if f.format == "json" {
		return bonus.WriteDifferencesJSON(cmd.OutOrStdout(), j.landing.Base.Hash, j.landing.Head.Hash, head.AsOf, all)
	}
	return bonus.WriteDifferences(cmd.OutOrStdout(), head, all, j.lang)
}

// pay compares what is owed before a change with what would be owed after it.
func (j *judged) pay(ctx context.Context) (*fold.Company, []bonus.Difference, error) {
	base, err := j.repo.FS(j.landing.Base.Hash)
	if err != nil {
		return nil, nil, err
	}
	opt := validate.Options{AsOf: j.change.Head.AsOf, Today: max(j.change.Head.Today, j.day())}
	if !slices.ContainsFunc(j.change.Files, ofEverybody) {
		touched := validate.Customers(j.change.Files, base, j.landing.Tree)
		opt.Only = func(customer string) bool { return touched[customer] }
	}
	var ledgers []bonus.Ledger
	for _, tree := range []fs.FS{base, j.landing.Tree} {
		c, err := validate.State(ctx, tree, rules.All, opt)
		if err != nil {
			return nil, nil, err
		}
		l := bonus.Ledger{Company: c}
		if readable(c) {
			l = bonus.Compute(c)
		}
		ledgers = append(ledgers, l)
	}
	return ledgers[1].Company, bonus.Compare(ledgers[0], ledgers[1]), nil
}

// day is the day on which the change would land; looking at an earlier one makes
// no fact after it an error.
func (j *judged) day() value.Day {
	return value.DayOf(newest(j.landing.Head.When, j.landing.Base.When).In(zone(j.policy())))
}

// readable reports whether there are rules to compute anybody's pay by.
func readable(c *fold.Company) bool { return c.Policy != nil && c.Roster != nil }

// ofEverybody reports whether a file concerns more than one customer: policy,
// roster, a plan or a closed period.
func ofEverybody(f validate.File) bool { return f.Place.Customer == "" && f.Place.Deal == "" }

// showPay tells the readers of a pull request what it does to pay, as far as
// the policy of its base lets them see it. Deals that change in nothing but
// their pay, such as by money received, are listed for it.
func (j *judged) showPay(ctx context.Context, in *report.Input) error {
	audience := bonus.AudienceOf(j.policy())
	if !audience.Deals {
		return nil
	}
	head, all, err := j.pay(ctx)
	if err != nil || !readable(head) {
		return err // what cannot be read is among the findings
	}
	of := bonus.PayOf(head, all, audience, in.Lang)
	for _, d := range head.Deals() {
		pay := of(d.Dir)
		if len(pay) == 0 {
			continue
		}
		i := slices.IndexFunc(in.Summary, func(s report.Deal) bool { return s.ID == d.ID })
		if i < 0 {
			i, in.Summary = len(in.Summary), append(in.Summary, unchanged(d, in.Lang))
		}
		in.Summary[i].Pay = pay
	}
	return nil
}

// unchanged is a deal of which a change touches nothing but the pay.
func unchanged(d *fold.Deal, l catalogue.Lang) report.Deal {
	out := report.Deal{ID: d.ID, From: stageName(d.Main, l), To: stageName(d.Main, l)}
	if d.Header != nil {
		out.Title = d.Header.Title.S
	}
	if d.Customer.Header != nil {
		out.Customer = d.Customer.Header.Name.S
	}
	return out
}

// policy is that of the base, or the first one that there is.
func (j *judged) policy() *fact.Policy {
	if j.change.Base.Policy != nil {
		return j.change.Base.Policy
	}
	return j.change.Head.Policy
}
