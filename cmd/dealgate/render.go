package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/render/output"
	"github.com/dealgate/dealgate/render/site"
	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
	"github.com/dealgate/dealgate/validate/report"
	"github.com/dealgate/dealgate/validate/rules"
)

func newRender() *cobra.Command {
	var out, asOf string
	cmd := &cobra.Command{
		Use:  "render [PATH]",
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRender(cmd, folderOf(args), out, asOf)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "")
	cmd.Flags().StringVar(&asOf, "as-of", "", "")
	return cmd
}

// rendering is everything that the pages are made from.
type rendering struct {
	w          *workspace
	c          *fold.Company
	lang       catalogue.Lang
	head       history.Commit
	provenance map[string]*history.Provenance
	texts      texts // while the rest is read
	proofs     proofs
	landing    site.Landing
	landed     func() string           // names the landing
	changeOf   map[string]*site.Change // by path, the last one
	ledger     bonus.Ledger
	tree       *history.Worktree // nil without a repository
	dirty      int
	statements string // names the tips that the statements are read from
	zone       *time.Location
	units      map[string]string // names of what lies in each folder and how it came there
	rest       string            // names all that is of no deal and no customer
	recorders  unitSums          // who recorded what, by folder
	told       unitSums          // what the audit knows of it
	kept       *kept             // what the last rendering into the same place left
	progress   *progress
}

func runRender(cmd *cobra.Command, dir, out, asOf string) error {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(mostRender))
	r, err := prepare(cmd, dir, asOf)
	if err != nil {
		return err
	}
	return r.render(cmd, out)
}

// render writes everything and says what was written.
func (r *rendering) render(cmd *cobra.Command, asked string) error {
	out, err := r.w.destination(asked)
	if err != nil {
		return err
	}
	toSite, err := output.Open(filepath.Join(out, "site"))
	if err != nil {
		return err
	}
	defer toSite.Release()
	toBonus, err := output.Open(filepath.Join(out, "bonus"))
	if err != nil {
		return err
	}
	defer toBonus.Release()
	if err := keepFromGit(out, asked != ""); err != nil {
		return err
	}
	if r.kept == nil {
		r.kept = &kept{dir: filepath.Join(out, "site")}
	}
	if err := r.write(cmd.Context(), toSite, toBonus); err != nil {
		return err
	}
	r.kept.save()
	return r.summary(cmd.OutOrStdout(), out, toSite, toBonus)
}

// large reports whether site and bonus report are too much to be made at once.
func (r *rendering) large() bool { return len(r.provenance) > largeCompany }

// write writes site and bonus report at the same time, those of a large company
// one after the other.
func (r *rendering) write(ctx context.Context, toSite, toBonus *output.Dir) error {
	defer r.progress.clear()
	made, paid := r.all(), make(chan error, 1)
	pay := func() { paid <- r.writeBonus(ctx, made, toBonus) }
	if !r.large() {
		go pay()
	}
	err := r.writeSite(ctx, toSite)
	if r.large() {
		r.landing, r.changeOf = site.Landing{}, nil // the report tells nothing of them
		go pay()
	}
	if err == nil {
		r.progress.say("render.doing.bonus", nil)
	}
	return both(err, <-paid)
}

// both tells of two things what kept them from being done.
func both(a, b error) error {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	return &twoErrors{a, b}
}

type twoErrors [2]error

// In returns the words of both, once where they are the same.
func (e *twoErrors) In(l catalogue.Lang) string {
	return strings.Join(slices.Compact([]string{words(l, e[0]), words(l, e[1])}), "; ")
}

// Error returns the words in English.
func (e *twoErrors) Error() string { return e.In(catalogue.EN) }

func prepare(cmd *cobra.Command, dir, asOf string) (*rendering, error) {
	return prepareAgain(cmd, dir, asOf, nil, nil)
}

// prepareAgain takes over from the rendering before what is still the same.
// Below deals/ it looks at the changed paths only; nil are all of them.
func prepareAgain(cmd *cobra.Command, dir, asOf string, before *rendering, changed []string) (*rendering, error) {
	w, err := openWorkspace(dir)
	if err != nil {
		return nil, err
	}
	w.since(before, changed)
	policy := policyOf(w.guarded)
	r := &rendering{w: w, zone: zone(policy)}
	if r.lang, err = lang(cmd, policy); err != nil {
		return nil, err
	}
	if w.repo != nil {
		w.repo.Remember(userCache())
	}
	r.progress = newProgress(cmd.ErrOrStderr(), r.lang)
	defer r.progress.clear()
	r.progress.say("render.doing.history", nil)
	asOfDay, today, err := w.days(asOf, policy)
	if err != nil {
		return nil, err
	}
	if err := r.history(cmd.Context(), before); err != nil {
		return nil, err
	}
	if r.large() {
		thrifty()
	}
	if before == nil || before.head.Hash != r.head.Hash {
		r.texts = textsOf(r.provenance)
	}
	r.progress.say("render.doing.audit", nil)
	if err := r.prove(cmd.Context(), policy, before); err != nil {
		return nil, err
	}
	policyOf, err := policies(w.repo, r.provenance)
	if err != nil {
		return nil, err
	}
	r.close()
	r.progress.say("render.doing.deals", nil)
	if r.c, err = validate.State(cmd.Context(), w.files, rules.All, validate.Options{
		AsOf: asOfDay, Today: today, PolicyOf: policyOf, Before: before.company(), Names: r.names(),
	}); err != nil {
		return nil, err
	}
	r.texts = nil
	if r.c.Policy == nil || r.c.Roster == nil {
		showFindings(cmd.ErrOrStderr(), r)
		return nil, &wordedError{"cli.no-rules", nil}
	}
	if err := r.proofs.warn(cmd.ErrOrStderr(), r.lang); err != nil {
		return nil, err
	}
	r.ledger = bonus.ComputeAgain(r.c, before.dues())
	if r.proofs.holds() {
		r.ledger.Hold(r.proofs.held)
	}
	return r, nil
}

// history reads who recorded what; without a repository nothing is recorded.
func (r *rendering) history(ctx context.Context, before *rendering) error {
	if r.w.repo == nil {
		return r.w.unreadable()
	}
	head, err := r.w.repo.Head()
	if noCommits(err) {
		return nil
	}
	if err != nil {
		return err
	}
	r.head = head
	if before != nil && before.head.Hash == head.Hash {
		r.provenance, r.recorders = before.provenance, before.recorders
	} else if r.provenance, err = r.w.repo.Provenance(ctx, fold.Root, fold.Root+"/policy.yaml"); err != nil {
		return err
	}
	tree, err := r.w.tree()
	if err != nil {
		return err
	}
	r.tree, r.dirty = tree, len(tree.Dirty)
	r.name(tree)
	return nil
}

func (r *rendering) writeSite(ctx context.Context, out *output.Dir) error {
	in := site.Input{
		Company: r.c, Example: exampleOf, AsOf: r.c.AsOf, Commit: r.head.Hash, Subject: r.head.Subject, Version: builtVersion(), Provenance: r.recorded,
		Missing: r.missing, Approvals: r.c.Policy.Approvals.S, Dirty: r.dirty, Default: catalogue.Lang(r.c.Policy.Language.S),
		Files: r.w.files, Ledger: &r.ledger, Landing: r.landing, Broken: siteReasons(r.proofs.line),
	}
	in.Key, in.Landed = r.keys(), r.landed
	if r.rest != "" {
		in.Rules = site.Digest(r.rest, r.c.AsOf, r.c.Today, r.lang)
	}
	next, err := site.RenderAgain(ctx, in, r.kept.over(out), site.Place{Write: out.Write, Keep: out.Keep, Done: r.progress.pages})
	if err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	r.kept.put(out, next)
	return nil
}

func (r *rendering) recorded(path string) (site.Prov, bool) {
	p, ok := r.provenance[path]
	if !ok {
		return site.Prov{}, false
	}
	prov := site.Prov{Commit: p.Commit.Hash, Author: p.Commit.Author, When: p.Commit.When.In(r.zone), Baseline: p.Baseline}
	prov.Proof, prov.Why = r.proofs.status(path)
	_, prov.Unproven = r.proofs.held(path)
	prov.Change = r.changeOf[path]
	return prov, true
}

// missing turns what may happen next into what the site shows of it.
func (r *rendering) missing(d *fold.Deal) []site.Next {
	var out []site.Next
	for _, n := range r.c.Next(d) {
		s := site.Next{
			Row: n.Label(), Name: n.Term(), Process: diag.Term("process." + n.Instance.Process.Name), Instance: n.Instance.Name,
			Option: n.Option, Evidence: n.Evidence, Actors: roleTerms(n.Actor), Approvals: roleTerms(n.Approval),
		}
		for _, need := range n.Needs {
			s.Needs = append(s.Needs, site.Need{Key: "needs/" + need.Name + ".want", Args: need.Args, Met: need.Met, OfFact: need.OfFact})
		}
		if n.Step != nil {
			s.Step = n.Step.Term()
			s.File = n.FilePath(d, r.c.AsOf)
			s.URL = formAddress(r.c, d, n, r.lang)
			s.Template = func() schema.Words { return r.template(n) }
		}
		out = append(out, s)
	}
	return out
}

// template is what a new file says, in each language.
func (r *rendering) template(n fold.Next) schema.Words {
	in := func(l catalogue.Lang) string {
		return n.Step.Template(l, templateValues(r.c.PlanOn(r.c.AsOf), n), askedFor(n)...)
	}
	return schema.Words{EN: in(catalogue.EN), ZH: in(catalogue.ZH)}
}

// writeBonus leaves the report alone that was made from the same before.
func (r *rendering) writeBonus(ctx context.Context, made string, out *output.Dir) error {
	if made != "" && keptReport(out.Name()) == out.Before()+made && out.KeepAll() {
		return out.Close()
	}
	write := func(path string, fill func(io.Writer) error) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return out.Fill(path, fill)
	}
	if err := bonus.Render(r.ledger, r.meta(), write); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	keepReport(out.Name(), out.After()+made)
	return nil
}

// meta is what a bonus report says of itself and of the files that it rests on.
func (r *rendering) meta() bonus.Meta {
	return bonus.Meta{
		AsOf: r.c.AsOf, Commit: r.head.Hash, Default: catalogue.Lang(r.c.Policy.Language.S), Approvals: r.c.Policy.Approvals.S,
		Commits: func(path string) string {
			if p, ok := r.provenance[path]; ok {
				return short(p.Commit.Hash)
			}
			return ""
		},
		Approved: r.proofs.approved,
	}
}

func short(hash string) string { return hash[:min(len(hash), 10)] }

func (r *rendering) summary(out io.Writer, dir string, toSite, toBonus *output.Dir) error {
	showFindings(out, r)
	w := &lines{out: out, l: r.lang}
	deals, invalid := r.c.Deals(), 0
	for _, d := range deals {
		if d.Invalid() {
			invalid++
		}
	}
	w.say("render.read", diag.Args{"files": w.count(r.c.Files, "files"), "deals": w.count(len(deals), "deals"), "invalid": invalid, "asof": r.c.AsOf})
	if r.head.Hash != "" {
		w.say("render.commit", diag.Args{"commit": short(r.head.Hash), "when": value.DayOf(r.head.When.In(zone(r.c.Policy))), "facts": w.count(len(r.provenance), "files"), "dirty": r.dirty})
	} else {
		w.say("render.no-commit", nil)
	}
	w.say("render.site", diag.Args{"file": filepath.Join(dir, "site", "index.html"), "pages": toSite.Files(), "written": toSite.Written()})
	w.say("render.bonus", diag.Args{"file": filepath.Join(dir, "bonus", "index.html"), "pages": toBonus.Files(), "written": toBonus.Written()})
	if w.err == nil && diag.Failed(r.c.Findings) {
		return errFindings
	}
	return w.err
}

func showFindings(out io.Writer, r *rendering) {
	if len(r.c.Findings) == 0 {
		return
	}
	in := report.Input{Findings: r.c.Findings, Lang: r.lang, Source: sourceOf(r.w.guarded), Checked: r.c.Files, Deals: len(r.c.Deals())}
	if err := report.WriteText(out, in, isTerminal(out)); err == nil {
		fmt.Fprintln(out)
	}
}
