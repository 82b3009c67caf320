package main

import (
	"bytes"
	"cmp"
	"context"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/forge"
	"github.com/dealgate/dealgate/validate/history"
	"github.com/dealgate/dealgate/validate/report"
)

type gateFlags struct {
	validateFlags
	reviews, forge, url, repository, tokenEnv, status string
	number                                            int
	comment, group, recheck                           bool
}

func newGate() *cobra.Command {
	var f gateFlags
	cmd := &cobra.Command{
		Use:  "gate [PATH]",
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runGate(cmd, folderOf(args), f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.base, "base", "", "")
	flags.StringVar(&f.head, "head", "HEAD", "")
	flags.StringVar(&f.format, "format", "text", "")
	flags.StringVar(&f.asOf, "as-of", "", "")
	flags.StringVar(&f.reviews, "reviews", "", "")
	flags.StringVar(&f.forge, "forge", "", "")
	flags.StringVar(&f.url, "url", "", "")
	flags.StringVar(&f.repository, "repo", "", "")
	flags.IntVar(&f.number, "pr", 0, "")
	flags.StringVar(&f.tokenEnv, "token-env", "", "")
	flags.BoolVar(&f.group, "group", false, "")
	flags.BoolVar(&f.comment, "comment", false, "")
	flags.BoolVar(&f.recheck, "recheck", false, "")
	flags.StringVar(&f.status, "status", "", "")
	return cmd
}

// openForge is replaced by tests.
var openForge = func(c forge.Config) (forge.Forge, error) { return c.Open() }

// open prepares to ask for reviews, with the token if there is one.
func (f gateFlags) open() (forge.Forge, error) {
	if (f.reviews == "") == (f.forge == "") {
		return nil, &wordedError{"gate.source", nil}
	}
	if f.reviews != "" {
		return openForge(forge.Config{Kind: "file", BaseURL: f.reviews})
	}
	if f.forge == "file" {
		return nil, &wordedError{"gate.source", nil}
	}
	token := ""
	if f.tokenEnv != "" {
		if token = os.Getenv(f.tokenEnv); token == "" {
			return nil, &wordedError{"gate.no-token", diag.Args{"name": f.tokenEnv}}
		}
	}
	return openForge(forge.Config{Kind: f.forge, BaseURL: f.url, Repository: f.repository, Token: token})
}

func runGate(cmd *cobra.Command, dir string, f gateFlags) error {
	format, err := parseFormat(f.format)
	if err != nil {
		return err
	}
	if err := f.consistent(cmd); err != nil {
		return err
	}
	if f.base == "" {
		return &wordedError{"gate.no-base", nil}
	}
	if f.group && (f.number != 0 || f.comment) {
		return &wordedError{"gate.group-alone", nil}
	}
	g, err := openGate(cmd, dir, f)
	if err != nil {
		return err
	}
	defer g.repo.Close()
	in, about, err := g.run(cmd)
	if err == nil {
		err = write(cmd.OutOrStdout(), format, in)
	}
	if err == nil {
		err = g.tell(cmd.Context(), about, in)
	}
	switch {
	case err != nil:
		g.failed(cmd.Context(), about)
		return err
	case diag.Failed(in.Findings):
		return errFindings
	}
	return nil
}

// gate judges what a head would land.
type gate struct {
	flags gateFlags
	repo  *history.Repo
	head  string
	forge forge.Forge
	langs []catalogue.Lang // of what is told: that of the policy, or all of them
	said  map[string]said  // before the reviews were read, by status, where a check is made again
}

// said is what a commit status says, or why that is not known.
type said struct {
	state, description string
	err                error
}

// target is what an outcome is about, as far as it is known.
type target struct {
	pr      forge.PullRequest
	others  []forge.PullRequest // open ones with the same head
	context string              // of the commit status that was announced, "" for none
}

func openGate(cmd *cobra.Command, dir string, f gateFlags) (*gate, error) {
	repo, err := history.Open(dir)
	if err != nil {
		return nil, err
	}
	head, err := repo.Resolve(f.head)
	if err != nil {
		return nil, err
	}
	f.dir = dir
	g := &gate{flags: f, repo: repo, head: head.Hash}
	if g.langs, err = languages(cmd, repo, f.base); err != nil {
		return nil, err
	}
	g.forge, err = f.open()
	return g, err
}

// languages are those in which a status is worded: the one asked for, else the
// policy's, and all while no policy can be read.
func languages(cmd *cobra.Command, repo *history.Repo, base string) ([]catalogue.Lang, error) {
	var policy *fact.Policy
	if files, err := repo.FS(base); err == nil {
		policy = policyOf(files)
	}
	asked := cmp.Or(cmd.Flag("lang").Value.String(), os.Getenv("DEALGATE_LANG")) != ""
	l, err := lang(cmd, policy)
	if policy == nil && !asked {
		return []catalogue.Lang{catalogue.ZH, catalogue.EN}, err
	}
	return []catalogue.Lang{l}, err
}

// run takes back what an earlier run said before anything can go wrong, finds
// the pull request and judges it. What it was about is told of a failure too.
func (g *gate) run(cmd *cobra.Command) (in report.Input, about target, err error) {
	ctx := cmd.Context()
	if !strings.Contains(g.flags.status, basePlaceholder) {
		about.context = g.flags.status
		if err := g.pend(ctx, about); err != nil {
			return in, about, err
		}
	}
	if g.flags.group {
		return g.judgeGroup(cmd, about)
	}
	about.pr, about.others, err = g.find(ctx)
	if err == nil {
		about.context, err = g.announce(ctx, about)
	}
	if err == nil {
		in, err = g.decide(cmd, about, proposal{base: g.flags.base, head: g.flags.head})
	}
	return in, about, err
}

// announce names the status, now that the base branch is known, and says that
// the outcome is not; one that was announced before keeps its name.
func (g *gate) announce(ctx context.Context, about target) (context string, err error) {
	was, pr := about.context, about.pr
	context, err = statusContext(g.flags.status, pr.BaseRef)
	switch {
	case err != nil || was == context:
		return was, err
	case was != "":
		return was, &wordedError{"gate.group-targets", diag.Args{"number": pr.Number, "base": pr.BaseRef, "context": was}}
	}
	about.context = context
	return context, g.pend(ctx, about)
}

// find reads the pull request, and the other open ones with the same head.
func (g *gate) find(ctx context.Context) (pr forge.PullRequest, others []forge.PullRequest, err error) {
	open, err := g.forge.Open(ctx, g.head)
	if err != nil {
		return pr, nil, err
	}
	number := g.flags.number
	if number == 0 {
		if len(open) != 1 {
			return pr, nil, &wordedError{"gate.which", diag.Args{"count": len(open), "head": short(g.head)}}
		}
		number = open[0].Number
	}
	pr, err = g.forge.PullRequest(ctx, number)
	others = slices.DeleteFunc(open, func(o forge.PullRequest) bool { return o.Number == number || o.BaseRef != pr.BaseRef })
	return pr, others, err
}

// basePlaceholder stands for the base branch in the name of a status.
const basePlaceholder = "%base"

// statusContext is the name of the commit status. A status belongs to a commit
// and not to a pull request: one that did not name the base branch would hold
// for a pull request to another branch, with other rules, too.
func statusContext(given, base string) (string, error) {
	context := strings.ReplaceAll(given, basePlaceholder, base)
	if given != "" && (base == "" || !strings.Contains(context, base)) {
		return "", &wordedError{"gate.context", diag.Args{"context": given, "base": cmp.Or(base, "—"), "word": basePlaceholder}}
	}
	return context, nil
}

// pend says that the outcome is not known yet. Nothing woke a check that is
// made again: what it said stands until it says otherwise.
func (g *gate) pend(ctx context.Context, about target) error {
	if g.flags.recheck {
		if g.said == nil {
			g.said = map[string]said{}
		}
		g.said[about.context] = g.says(ctx, about.context)
		return nil
	}
	return g.post(ctx, about, forge.StatusPending, "gate.pending", nil)
}

// failed says that the outcome could not be told. Where even that fails, the
// status stays pending.
func (g *gate) failed(ctx context.Context, about target) {
	_ = g.post(ctx, about, forge.StatusError, "gate.failed", nil)
}

func (g *gate) post(ctx context.Context, about target, state, key string, args diag.Args) error {
	if about.context == "" {
		return nil
	}
	var words []string
	for _, l := range g.langs {
		words = append(words, catalogue.Text(l, key, args))
	}
	description := strings.Join(words, " / ")
	if g.flags.recheck && g.stands(ctx, about.context, state, description) {
		return nil
	}
	return g.forge.Status(ctx, g.head, about.context, state, description, about.pr.URL)
}

// stands reports whether a status is left as it is: it says so already, or
// another run has set it since, which knows more. One that cannot be read is set
// anew, but never to a success.
func (g *gate) stands(ctx context.Context, name, state, description string) bool {
	now := g.says(ctx, name)
	if now.err != nil || g.said[name].err != nil {
		return state == forge.StatusSuccess
	}
	was, known := g.said[name]
	return now.state == state && now.description == forge.Description(description) || known && now != was
}

func (g *gate) says(ctx context.Context, name string) said {
	state, description, err := g.forge.Stated(ctx, g.head, name)
	return said{state, description, err}
}

// twins reports open pull requests that a decision about this one would hold
// for too.
func (t target) twins() []diag.Diagnostic {
	var out []diag.Diagnostic
	for _, pr := range t.others {
		out = append(out, diag.Diagnostic{
			Rule: "approval/same-head", Span: diag.Span{File: fold.Root + "/policy.yaml"}, Clause: "own",
			Args: diag.Args{"number": t.pr.Number, "other": pr.Number},
		})
	}
	return out
}

// marker is how our comment is recognised.
const marker = "<!-- dealgate gate -->"

// tell writes the comment and then the status, so that a status never stands
// beside a comment that says something else.
func (g *gate) tell(ctx context.Context, about target, in report.Input) error {
	if g.flags.comment {
		var body bytes.Buffer
		format, err := report.Named("markdown")
		if err != nil {
			return err
		}
		if err := format.Write(&body, in); err != nil {
			return err
		}
		if err := g.forge.Comment(ctx, about.pr.Number, marker, body.String()); err != nil {
			return err
		}
	}
	errors := 0
	for _, d := range in.Findings {
		if d.Severity == diag.Error {
			errors++
		}
	}
	if errors > 0 {
		return g.post(ctx, about, forge.StatusFailure, "gate.blocked", diag.Args{"errors": errors})
	}
	return g.post(ctx, about, forge.StatusSuccess, "gate.open", nil)
}
