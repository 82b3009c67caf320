package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/render/output"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

type bonusFlags struct {
	dir, period, asOf, person, deal, exit, format, output string
}

func newBonus() *cobra.Command {
	var f bonusFlags
	cmd := &cobra.Command{
		Use:  "bonus [PATH]",
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.dir = folderOf(args)
			return runBonus(cmd, f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.period, "period", "", "")
	flags.StringVar(&f.asOf, "as-of", "", "")
	flags.StringVar(&f.person, "person", "", "")
	flags.StringVar(&f.deal, "deal", "", "")
	flags.StringVar(&f.exit, "exit", "", "")
	flags.StringVar(&f.format, "format", "text", "")
	flags.StringVar(&f.output, "output", "", "")
	return cmd
}

// asPages is the format of a folder of pages; all others are one file.
const asPages = "html"

func runBonus(cmd *cobra.Command, f bonusFlags) error {
	only, err := f.parse(cmd)
	if err != nil {
		return err
	}
	asOf, err := f.day(only)
	if err != nil {
		return err
	}
	r, err := prepare(cmd, f.dir, asOf)
	if err != nil {
		return err
	}
	if err := f.name(r.c, &only); err != nil {
		return err
	}
	meta := r.meta()
	ledger := r.ledger.Select(only)
	if only.Exit != 0 {
		stayed := r.ledger
		r.c.Roster = r.c.Roster.Leaving(only.Person, only.Exit)
		r.ledger = bonus.Compute(r.c)
		r.ledger.Hold(r.proofs.held)
		ledger = r.ledger.Select(only)
		meta.Exit = ledger.Leaving(stayed)
	}
	if err := f.write(cmd, r, ledger, meta); err != nil {
		return err
	}
	if diag.Failed(r.c.Findings) {
		showFindings(cmd.ErrOrStderr(), r)
		return errFindings
	}
	return nil
}

// parse reads what the flags say by themselves.
func (f bonusFlags) parse(cmd *cobra.Command) (bonus.Filter, error) {
	var only bonus.Filter
	var err error
	if _, known := f.named(); !known && f.format != asPages {
		all := []string{}
		for _, x := range bonus.Formats {
			all = append(all, x.Name)
		}
		return only, &wordedError{"usage.format", diag.Args{"value": f.format, "known": append(all, asPages)}}
	}
	if cmd.Flags().Changed("period") {
		if only.Period, err = parseMonth(f.period); err != nil {
			return only, err
		}
	}
	if cmd.Flags().Changed("exit") {
		if f.person == "" {
			return only, &wordedError{"bonus.cli.exit-of-whom", nil}
		}
		if only.Exit, err = parseDay(f.exit); err != nil {
			return only, err
		}
	}
	if f.format == asPages && f.output == "" {
		return only, &wordedError{"bonus.cli.pages-where", nil}
	}
	return only, nil
}

func (f bonusFlags) named() (bonus.Format, bool) {
	i := slices.IndexFunc(bonus.Formats, func(x bonus.Format) bool { return x.Name == f.format })
	if i < 0 {
		return bonus.Format{}, false
	}
	return bonus.Formats[i], true
}

// day is the day as of which the ledger is computed, empty for today: the last
// day of somebody who leaves, and of a period that is over but not closed.
func (f bonusFlags) day(only bonus.Filter) (string, error) {
	if f.asOf != "" || only.Exit == 0 && only.Period == 0 {
		return f.asOf, nil
	}
	if only.Exit != 0 {
		return only.Exit.String(), nil
	}
	w, err := openWorkspace(f.dir)
	if err != nil {
		return "", err
	}
	today, err := w.today(policyOf(w.guarded))
	if err != nil {
		return "", err
	}
	months, err := closedMonths(w.files)
	if err != nil || slices.Contains(months, only.Period) || only.Period.Last() >= today {
		return "", err
	}
	if i := slices.IndexFunc(months, func(m value.Month) bool { return m > only.Period }); i >= 0 {
		return "", &wordedError{"bonus.cli.settled-later", diag.Args{"period": only.Period, "with": months[i], "last": only.Period.Last()}}
	}
	return only.Period.Last().String(), nil
}

// name finds the person, the deal and the period that the flags name.
func (f bonusFlags) name(c *fold.Company, only *bonus.Filter) error {
	if f.person != "" {
		p, err := findPerson(c.Roster, f.person)
		if err != nil {
			return err
		}
		if last := p.LastDay(); only.Exit != 0 && last != 0 && last < only.Exit {
			return &wordedError{"bonus.cli.gone", diag.Args{"name": p.Name, "date": last}}
		}
		only.Person = p.ID
	}
	if f.deal != "" {
		d := c.Deal(f.deal)
		if d == nil {
			var ids []string
			for _, d := range c.Deals() {
				ids = append(ids, d.ID)
			}
			return unknown("bonus.cli.no-deal", f.deal, nearest(f.deal, ids))
		}
		only.Deal = d.ID
	}
	return knownPeriod(c, only.Period)
}

// knownPeriod refuses a month of which there can be nothing: one that has not
// begun.
func knownPeriod(c *fold.Company, m value.Month) error {
	if m <= c.AsOf.Month() {
		return nil
	}
	near := []string{c.AsOf.Month().String()}
	for _, p := range slices.Backward(c.Payouts) {
		if len(near) < mostNear {
			near = append(near, p.Month.String())
		}
	}
	return &wordedError{"bonus.cli.no-period", diag.Args{"name": m, "near": near}}
}

// write writes the ledger where it is asked for, whole or not at all.
func (f bonusFlags) write(cmd *cobra.Command, r *rendering, l bonus.Ledger, m bonus.Meta) error {
	if f.format == asPages {
		return f.pages(cmd, r, l, m)
	}
	format, _ := f.named()
	var b bytes.Buffer
	if err := format.Write(&b, l, m, r.lang); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if f.output == "" {
		if format.Name == "xlsx" && isTerminal(out) {
			return &wordedError{"bonus.cli.no-terminal", nil}
		}
		_, err := out.Write(b.Bytes())
		return err
	}
	if err := r.w.replace(f.output, b.Bytes()); err != nil {
		return err
	}
	w := &lines{out: out, l: r.lang}
	w.say("bonus.cli.written", diag.Args{"file": f.output, "count": len(l.Lines)})
	return w.err
}

// pages writes the report of what is chosen into a folder.
func (f bonusFlags) pages(cmd *cobra.Command, r *rendering, l bonus.Ledger, m bonus.Meta) error {
	dir, err := r.w.destination(f.output)
	if err != nil {
		return err
	}
	to, err := output.Open(dir)
	if err != nil {
		return err
	}
	defer to.Release()
	if err := bonus.Render(l, m, to.Fill); err != nil {
		return err
	}
	if err := to.Close(); err != nil {
		return err
	}
	w := &lines{out: cmd.OutOrStdout(), l: r.lang}
	w.say("bonus.cli.written", diag.Args{"file": filepath.Join(dir, "index.html"), "count": len(l.Lines)})
	return w.err
}

// replace writes a file beside its place and then puts it there.
func (w *workspace) replace(name string, data []byte) error {
	if _, err := w.destination(name); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".dealgate-*")
	if err != nil {
		return output.Unwritten(name, err)
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return output.Unwritten(name, errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
