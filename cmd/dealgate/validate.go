package main

import (
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/source"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/attest"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
	"github.com/dealgate/dealgate/validate/report"
	"github.com/dealgate/dealgate/validate/rules"
)

type validateFlags struct {
	base, head, format, asOf string
	dir                      string // that the command was given
}

func newValidate() *cobra.Command {
	var f validateFlags
	cmd := &cobra.Command{
		Use:  "validate [PATH]",
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runValidate(cmd, folderOf(args), f)
		},
	}
	cmd.Flags().StringVar(&f.base, "base", "", "")
	cmd.Flags().StringVar(&f.head, "head", "HEAD", "")
	cmd.Flags().StringVar(&f.format, "format", "text", "")
	cmd.Flags().StringVar(&f.asOf, "as-of", "", "")
	return cmd
}

func runValidate(cmd *cobra.Command, dir string, f validateFlags) error {
	format, err := parseFormat(f.format)
	if err != nil {
		return err
	}
	if err := f.consistent(cmd); err != nil {
		return err
	}
	var in report.Input
	if f.base != "" {
		in, err = validateChange(cmd, dir, f)
	} else {
		in, err = validateTree(cmd, dir, f)
	}
	if err != nil {
		return err
	}
	if err := write(cmd.OutOrStdout(), format, in); err != nil {
		return err
	}
	if diag.Failed(in.Findings) {
		return errFindings
	}
	return nil
}

// consistent refuses revisions that would silently check something else: an
// empty one, as an unset variable of a CI leaves it, or a head alone.
func (f validateFlags) consistent(cmd *cobra.Command) error {
	for _, name := range []string{"base", "head"} {
		if flag := cmd.Flag(name); flag.Changed && flag.Value.String() == "" {
			return &wordedError{"usage.flag-empty", diag.Args{"flag": "--" + name}}
		}
	}
	if cmd.Flags().Changed("head") && f.base == "" {
		return &wordedError{"usage.head-without-base", nil}
	}
	return nil
}

func write(out io.Writer, format report.Format, in report.Input) error {
	if format.Name == "text" {
		return report.WriteText(out, in, isTerminal(out))
	}
	return format.Write(out, in)
}

func isTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func validateTree(cmd *cobra.Command, dir string, f validateFlags) (report.Input, error) {
	w, err := openWorkspace(dir)
	if err != nil {
		return report.Input{}, err
	}
	policy := policyOf(w.guarded)
	l, err := lang(cmd, policy)
	if err != nil {
		return report.Input{}, err
	}
	day, today, err := w.days(f.asOf, policy)
	if err != nil {
		return report.Input{}, err
	}
	opt := validate.Options{AsOf: day, Today: today, Forget: true}
	c, err := validate.State(cmd.Context(), w.files, rules.All, opt)
	if err == nil && diag.Failed(c.Findings) {
		c, err = w.byThePolicyOfTheDay(cmd.Context(), c, opt)
	}
	if err != nil {
		return report.Input{}, err
	}
	return report.Input{Findings: c.Findings, Lang: l, Source: sourceOf(w.guarded), Checked: c.Files, Deals: len(c.Deals())}, nil
}

// sourceOf hands out the text of a file for the lines that a message shows,
// without numbers that belong to a person.
func sourceOf(fsys fs.FS) func(string) []byte {
	return func(file string) []byte {
		info, err := fs.Stat(fsys, file)
		if err != nil || !info.Mode().IsRegular() || info.Size() > fold.MaxFile {
			return nil // a pipe would never end
		}
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil
		}
		return []byte(source.Redact(string(data)))
	}
}

func validateChange(cmd *cobra.Command, dir string, f validateFlags) (report.Input, error) {
	repo, err := history.Open(dir)
	if err != nil {
		return report.Input{}, err
	}
	f.dir = dir
	j, err := judge(cmd, repo, f, time.Time{})
	if err != nil {
		return report.Input{}, err
	}
	findings := append(j.findings, j.change.Dated(rules.All, nil)...)
	diag.Sort(findings)
	return j.report(findings, nil), nil
}

// judged is a change that was judged by the rules of its base.
type judged struct {
	repo     *history.Repo
	landing  *history.Landing
	change   *validate.Change
	findings []diag.Diagnostic
	lang     catalogue.Lang
}

// judge judges a change as it would land now. The date of its head is its
// author's word: the change lands no earlier than the tip that it lands on, and
// no earlier than what others are known to have done since.
func judge(cmd *cobra.Command, repo *history.Repo, f validateFlags, since time.Time) (*judged, error) {
	landing, err := repo.Landing(f.base, f.head, fold.Root)
	if err != nil {
		return nil, err
	}
	base, err := repo.FS(landing.Base.Hash)
	if err != nil {
		return nil, err
	}
	policy := policyOf(base)
	if policy == nil {
		policy = policyOf(landing.Tree)
	}
	j := &judged{repo: repo, landing: landing}
	if j.lang, err = lang(cmd, policy); err != nil {
		return nil, err
	}
	day := value.DayOf(newest(landing.Head.When, landing.Base.When, since).In(zone(policy)))
	if f.asOf != "" {
		if day, err = parseDay(f.asOf); err != nil {
			return nil, err
		}
	}
	books := &books{repo: repo, dir: f.dir, base: landing.Base.Hash, day: day}
	opt := validate.Options{AsOf: day, Books: books.compare}
	j.change, j.findings, err = validate.Judge(cmd.Context(), base, landing.Tree, attest.Files(landing.Changes), rules.All, opt)
	if err != nil {
		return nil, err
	}
	j.findings = append(j.findings, conflicts(landing)...)
	commits, err := attest.Commits(repo, landing.Base.Hash, landing.Head.Hash, fold.Root)
	if err != nil {
		return nil, err
	}
	j.findings = append(j.findings, attest.Ahead(commits, time.Now())...)
	diag.Sort(j.findings)
	return j, nil
}

func newest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }

// report is what the formats write of it.
func (j *judged) report(findings []diag.Diagnostic, approvals *report.Approvals) report.Input {
	return report.Input{
		Findings: findings, Lang: j.lang, Source: sourceOf(j.landing.Tree),
		Summary: report.Summarise(j.change, findings, j.lang, approvals),
		Checked: len(j.change.Files), Deals: dealsIn(j.change.Files),
	}
}

func conflicts(l *history.Landing) []diag.Diagnostic {
	var out []diag.Diagnostic
	for _, path := range l.Conflicts {
		out = append(out, diag.Diagnostic{Rule: "change/conflict", Span: diag.Span{File: path}})
	}
	return out
}

func dealsIn(files []validate.File) int {
	var dirs []string
	for _, f := range files {
		if f.Place.Deal != "" && !slices.Contains(dirs, f.Place.Dir) {
			dirs = append(dirs, f.Place.Dir)
		}
	}
	return len(dirs)
}
