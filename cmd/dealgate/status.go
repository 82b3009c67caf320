package main

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/render/site"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/report"
	"github.com/dealgate/dealgate/validate/rules"
)

func newStatus() *cobra.Command {
	var asOf string
	var links bool
	cmd := &cobra.Command{
		Use:  "status [DEAL]",
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, l, err := load(cmd, ".", asOf)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return listDeals(cmd.OutOrStdout(), c.Deals(), l)
			}
			if cu := c.Customer(args[0]); cu != nil && c.Deal(args[0]) == nil {
				return listDeals(cmd.OutOrStdout(), cu.Deals, l)
			}
			d, err := findDeal(c, args[0])
			if err != nil {
				return err
			}
			w := &lines{out: cmd.OutOrStdout(), l: l}
			return w.status(c, d, links)
		},
		ValidArgsFunction: completeDeals,
	}
	cmd.Flags().StringVar(&asOf, "as-of", "", "")
	cmd.Flags().BoolVar(&links, "links", false, "")
	return cmd
}

// load reads and validates the company of a folder.
func load(cmd *cobra.Command, dir, asOf string) (*fold.Company, catalogue.Lang, error) {
	w, err := openWorkspace(dir)
	if err != nil {
		return nil, catalogue.ZH, err
	}
	policy := policyOf(w.guarded)
	l, err := lang(cmd, policy)
	if err != nil {
		return nil, l, err
	}
	asOfDay, today, err := w.days(asOf, policy)
	if err != nil {
		return nil, l, err
	}
	c, err := validate.State(cmd.Context(), w.files, rules.All, validate.Options{AsOf: asOfDay, Today: today})
	if err == nil && (c.Policy == nil || c.Roster == nil) {
		err = &wordedError{"cli.no-rules", nil}
	}
	return c, l, err
}

func findDeal(c *fold.Company, ref string) (*fold.Deal, error) {
	if d := c.Deal(strings.Trim(ref, "/")); d != nil {
		return d, nil
	}
	var ids []string
	for _, d := range c.Deals() {
		ids = append(ids, d.ID)
	}
	if near := check.Similar(ref, ids); near != "" {
		return nil, &wordedError{"cli.no-deal", diag.Args{"deal": ref, "near": near}}
	}
	return nil, &wordedError{"usage.deal", diag.Args{"deal": ref}}
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func completeDeals(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	w, err := openWorkspace(".")
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return fold.DealNames(w.files), cobra.ShellCompDirectiveNoFileComp
}

func listDeals(out io.Writer, deals []*fold.Deal, l catalogue.Lang) error {
	for _, d := range deals {
		mark := " "
		if d.Invalid() {
			mark = "!"
		}
		if _, err := fmt.Fprintf(out, "%s %-32s %s  %s\n", mark, d.ID, d.Main.Since, stageName(d.Main, l)); err != nil {
			return err
		}
	}
	return nil
}

func stageName(i *fold.Instance, l catalogue.Lang) string {
	return catalogue.Text(l, string(i.Process.Term(i.State)), nil)
}

// lines writes to out until the first error, so that callers need not look at
// every one.
type lines struct {
	out io.Writer
	l   catalogue.Lang
	err error
}

func (w *lines) text(s string) {
	if w.err == nil {
		_, w.err = fmt.Fprintln(w.out, s)
	}
}

// say writes a text of the catalogue. Names come from the repository: what a
// terminal or the log of a runner would take for a command is written out.
func (w *lines) say(key string, args diag.Args) { w.text(catalogue.Text(w.l, key, inert(args))) }

func inert(args diag.Args) diag.Args {
	out := make(diag.Args, len(args))
	for name, v := range args {
		switch v := v.(type) {
		case string:
			out[name] = report.Inert(v)
		case []string:
			all := make([]string, len(v))
			for i, s := range v {
				all[i] = report.Inert(s)
			}
			out[name] = all
		case error:
			out[name] = report.Inert(v.Error())
		default:
			out[name] = v
		}
	}
	return out
}

// count says how many there are of something: "1 file", "3 files".
func (w *lines) count(n int, things string) string {
	form := ".many"
	if n == 1 {
		form = ".one"
	}
	return catalogue.Text(w.l, "report."+things+form, diag.Args{"n": n})
}

func (w *lines) status(c *fold.Company, d *fold.Deal, links bool) error {
	title := d.ID
	if d.Header != nil {
		title += " · " + d.Header.Title.S
	}
	w.text(title)
	w.say("status.stage", diag.Args{"stage": stageName(d.Main, w.l), "since": d.Main.Since, "asof": c.AsOf})
	if n := len(d.Findings); n > 0 {
		w.say("status.findings", diag.Args{"count": n})
	}
	w.text("")
	w.say("status.path", nil)
	w.path(d)
	w.text("")
	w.say("status.next", nil)
	var options []fold.Next
	for _, n := range c.Next(d) {
		if n.Option {
			options = append(options, n)
			continue
		}
		w.next(c, d, n, links)
	}
	w.options(c, d, options, links)
	return w.err
}

// path lists every row that was taken, by date.
func (w *lines) path(d *fold.Deal) {
	type step struct {
		i *fold.Instance
		fold.Taken
	}
	var all []step
	for _, i := range append([]*fold.Instance{d.Main}, d.Instances...) {
		for _, t := range i.Taken {
			all = append(all, step{i, t})
		}
	}
	slices.SortStableFunc(all, func(a, b step) int { return cmp.Compare(a.On, b.On) })
	for _, s := range all {
		w.text("  " + s.On.String() + "  " + pad(s.Row.ID, 6) + runName(s.i, w.l) + catalogue.Text(w.l, string(s.Row.Term()), nil))
	}
}

func runName(i *fold.Instance, l catalogue.Lang) string {
	if i.Name == "" {
		return ""
	}
	return catalogue.Text(l, "process."+i.Process.Name, nil) + " " + i.Name + ": "
}

func pad(s string, n int) string { return s + strings.Repeat(" ", max(1, n+1-len(s))) }

// next tells the straight way in full.
func (w *lines) next(c *fold.Company, d *fold.Deal, n fold.Next, links bool) {
	w.text("")
	w.text("→ " + pad(n.Label(), 6) + runName(n.Instance, w.l) + catalogue.Text(w.l, string(n.Term()), nil))
	for _, need := range n.Needs {
		mark := "[ ]"
		if need.Met {
			mark = "[✓]"
		}
		w.text("    " + mark + " " + catalogue.Text(w.l, "needs/"+need.Name+".want", need.Args))
	}
	if n.Evidence > 0 {
		w.text("    [ ] " + catalogue.Text(w.l, "status.evidence", diag.Args{"count": n.Evidence}))
	}
	if len(n.Approval) > 0 {
		w.say("status.approval", diag.Args{"roles": roleTerms(n.Approval)})
	}
	if n.Step == nil {
		return
	}
	w.say("status.actor", diag.Args{"roles": roleTerms(n.Actor)})
	w.say("status.file", diag.Args{"file": n.FilePath(d, c.AsOf)})
	w.link(c, d, n, links)
}

// options lists what may be done beside the straight way, one a line; what
// ends a run comes last.
func (w *lines) options(c *fold.Company, d *fold.Deal, options []fold.Next, links bool) {
	options = slices.DeleteFunc(options, func(n fold.Next) bool { return !n.Ready() })
	if len(options) == 0 {
		return
	}
	slices.SortStableFunc(options, func(a, b fold.Next) int { return cmp.Compare(ends(a), ends(b)) })
	w.text("")
	w.say("status.options", diag.Args{"dir": d.Dir})
	for _, n := range options {
		name := runName(n.Instance, w.l) + catalogue.Text(w.l, string(n.Term()), nil)
		who := catalogue.Text(w.l, "status.who", diag.Args{"roles": roleTerms(n.Actor)})
		w.text("  " + pad(n.Label(), 6) + name + " · " + who + " · " + strings.TrimPrefix(n.FilePath(d, c.AsOf), d.Dir+"/"))
		w.link(c, d, n, links)
	}
}

// ends is 1 for what ends its run.
func ends(n fold.Next) int {
	for _, r := range n.Rows {
		if s, ok := r.Process.State(r.To); ok && s.End {
			return 1
		}
	}
	return 0
}

// link shows the forge's form for the file, when it is asked for: it is long.
func (w *lines) link(c *fold.Company, d *fold.Deal, n fold.Next, links bool) {
	if address := formAddress(c, d, n, w.l); links && address != "" {
		w.text("    " + address)
	}
}

// formAddress is the forge's form for the fact of a Next, "" without a forge.
func formAddress(c *fold.Company, d *fold.Deal, n fold.Next, l catalogue.Lang) string {
	if c.Policy.Forge == nil {
		return ""
	}
	file := n.FilePath(d, c.AsOf)
	return site.NewFileAddress(c.Policy, path.Dir(file), path.Base(file), n.Step.Template(l, templateValues(c.PlanOn(c.AsOf), n), askedFor(n)...))
}

func roleTerms(roles []string) []diag.Term {
	terms := make([]diag.Term, len(roles))
	for i, r := range roles {
		terms[i] = diag.Term("role." + r)
	}
	return terms
}

// templateValues are the fields that the row itself settles.
func templateValues(p fold.Plan, n fold.Next) map[string]string {
	known := map[string]string{}
	if n.Step.Field("advances") != nil && n.Step.Name != "import" {
		known["advances"] = p.Advances.Disposition.S // preset, for the general manager to change (G-10)
	}
	if n.Evidence > 0 {
		known["evidence"] = "[‹contract.pdf›]"
	}
	if len(n.Rows) == 1 {
		for field, v := range n.Rows[0].When {
			if v != "*" {
				known[field] = v
			}
		}
	}
	return known
}

// askedFor are the conditions of the row that the fact is to take.
func askedFor(n fold.Next) []string {
	if len(n.Rows) != 1 {
		return nil
	}
	return n.Rows[0].Needs
}
