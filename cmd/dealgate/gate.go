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
	"github.com/dealgate/dealgate/validate/approval"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/forge"
	"github.com/dealgate/dealgate/validate/history"
	"github.com/dealgate/dealgate/validate/report"
)

type gateFlags struct {
	validateFlags
	reviews, forge, url, repository, tokenEnv, status string
	number                                            int
	comment                                           bool
}

func newGate() *cobra.Command {
	var f gateFlags
	cmd := &cobra.Command{
		Use:   "gate [PATH]",
		Short: "Check a pull request: what it changes, and whether it has the approvals that it needs",
		Long: `Check what a pull request does to deals/, as validate --base does, and whether
the reviews give every approval that it needs, by the base's policy and roster.
Reviews come from a forge, or from a JSON file for a dry run.

Exit status: 0 may land, 1 may not, 2 could not be told.`,
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			return runGate(cmd, dir, f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.base, "base", "", "tip of the branch that the change is to land on")
	flags.StringVar(&f.head, "head", "HEAD", "head of the pull request")
	flags.StringVar(&f.format, "format", "text", "text, json, github or markdown")
	flags.StringVar(&f.asOf, "as-of", "", "day up to which facts count (default: the day of the head)")
	flags.StringVar(&f.reviews, "reviews", "", "JSON file with the pull request and its reviews, instead of a forge")
	flags.StringVar(&f.forge, "forge", "", "github, gitea or forgejo")
	flags.StringVar(&f.url, "url", "", "address of the forge (default: GitHub's own)")
	flags.StringVar(&f.repository, "repo", "", "owner/name on the forge")
	flags.IntVar(&f.number, "pr", 0, "number of the pull request (default: the open one with this head)")
	flags.StringVar(&f.tokenEnv, "token-env", "", "environment variable that holds the access token")
	flags.BoolVar(&f.comment, "comment", false, "keep one comment on the pull request current")
	flags.StringVar(&f.status, "status", "", "post the outcome as a commit status under this context, which names the base branch (%base stands for it)")
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
	g, err := openGate(cmd, dir, f)
	if err != nil {
		return err
	}
	defer g.repo.Close()
	in, err := g.run(cmd)
	if err == nil {
		err = write(cmd.OutOrStdout(), format, in)
	}
	if err == nil {
		err = g.tell(cmd.Context(), in)
	}
	switch {
	case err != nil:
		g.failed(cmd.Context())
		return err
	case diag.Failed(in.Findings):
		return errFindings
	}
	return nil
}

// gate is one pull request that is being judged.
type gate struct {
	flags   gateFlags
	repo    *history.Repo
	head    string
	forge   forge.Forge
	pr      forge.PullRequest
	others  []forge.PullRequest // open ones with the same head
	context string              // of the commit status, "" for none
	lang    catalogue.Lang
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
	g := &gate{flags: f, repo: repo, head: head.Hash, lang: langOf(cmd)}
	g.forge, err = f.open()
	return g, err
}

// run takes back what an earlier run said before anything can go wrong, finds
// the pull request and judges it.
func (g *gate) run(cmd *cobra.Command) (report.Input, error) {
	ctx := cmd.Context()
	if !strings.Contains(g.flags.status, basePlaceholder) {
		g.context = g.flags.status
		if err := g.pend(ctx); err != nil {
			return report.Input{}, err
		}
	}
	if err := g.find(ctx); err != nil {
		return report.Input{}, err
	}
	context, err := statusContext(g.flags.status, g.pr.BaseRef)
	if err != nil {
		return report.Input{}, err
	}
	if g.context != context {
		g.context = context
		if err := g.pend(ctx); err != nil {
			return report.Input{}, err
		}
	}
	return g.decide(cmd)
}

// find reads the pull request, and the other open ones with the same head.
func (g *gate) find(ctx context.Context) error {
	open, err := g.forge.Open(ctx, g.head)
	if err != nil {
		return err
	}
	number := g.flags.number
	if number == 0 {
		if len(open) != 1 {
			return &wordedError{"gate.which", diag.Args{"count": len(open), "head": short(g.head)}}
		}
		number = open[0].Number
	}
	g.pr, err = g.forge.PullRequest(ctx, number)
	g.others = slices.DeleteFunc(open, func(pr forge.PullRequest) bool { return pr.Number == number || pr.BaseRef != g.pr.BaseRef })
	return err
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

// pend says that the outcome is not known yet.
func (g *gate) pend(ctx context.Context) error {
	return g.post(ctx, forge.StatusPending, "gate.pending", nil)
}

// failed says that the outcome could not be told. Where even that fails, the
// status stays pending.
func (g *gate) failed(ctx context.Context) {
	_ = g.post(ctx, forge.StatusError, "gate.failed", nil)
}

func (g *gate) post(ctx context.Context, state, key string, args diag.Args) error {
	if g.context == "" {
		return nil
	}
	return g.forge.Status(ctx, g.head, g.context, state, catalogue.Text(g.lang, key, args), g.pr.URL)
}

// decide judges the change and its approvals.
func (g *gate) decide(cmd *cobra.Command) (report.Input, error) {
	j, err := judge(cmd, g.repo, g.flags.validateFlags)
	if err != nil {
		return report.Input{}, err
	}
	g.lang = j.lang
	reviews, err := g.forge.Reviews(cmd.Context(), g.pr.Number)
	if err != nil {
		return report.Input{}, err
	}
	commits, err := commitsOf(g.repo, j.landing)
	if err != nil {
		return report.Input{}, err
	}
	result := approval.Decide(approval.Input{
		Change: j.change, PR: g.pr, Reviews: reviews, Commits: commits,
		Digests: digestsOf(j.repositoryID(), j.landing),
		Seen: func(commit string) (map[approval.Scope]approval.Digest, error) {
			seen, err := g.repo.Landing(j.landing.Base.Hash, commit, fold.Root)
			if err != nil {
				return nil, err
			}
			return digestsOf(j.repositoryID(), seen), nil
		},
	})
	findings := slices.Concat(j.findings, result.Findings, g.twins())
	diag.Sort(findings)
	return j.report(findings, approvalWords(result, j.lang)), nil
}

// twins reports open pull requests that a decision about this one would hold
// for too.
func (g *gate) twins() []diag.Diagnostic {
	var out []diag.Diagnostic
	for _, pr := range g.others {
		out = append(out, diag.Diagnostic{
			Rule: "approval/same-head", Span: diag.Span{File: fold.Root + "/policy.yaml"}, Clause: "own",
			Args: diag.Args{"number": g.pr.Number, "other": pr.Number},
		})
	}
	return out
}

// marker is how our comment is recognised.
const marker = "<!-- dealgate gate -->"

// tell writes the comment and then the status, so that a status never stands
// beside a comment that says something else.
func (g *gate) tell(ctx context.Context, in report.Input) error {
	if g.flags.comment {
		var body bytes.Buffer
		format, err := report.Named("markdown")
		if err != nil {
			return err
		}
		if err := format.Write(&body, in); err != nil {
			return err
		}
		if err := g.forge.Comment(ctx, g.pr.Number, marker, body.String()); err != nil {
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
		return g.post(ctx, forge.StatusFailure, "gate.blocked", diag.Args{"errors": errors})
	}
	return g.post(ctx, forge.StatusSuccess, "gate.open", nil)
}

// repositoryID is the id that digests cover, of the policy in force.
func (j *judged) repositoryID() string {
	for _, p := range []*fold.Company{j.change.Base, j.change.Head} {
		if p.Policy != nil {
			return p.Policy.Repository.S
		}
	}
	return ""
}

func digestsOf(repository string, l *history.Landing) map[approval.Scope]approval.Digest {
	return approval.Digests(repository, entriesOf(l.Changes))
}

// entriesOf turns changes into what a delta consists of.
func entriesOf(changes []history.Change) []approval.Entry {
	entries := make([]approval.Entry, len(changes))
	for i, c := range changes {
		entries[i] = approval.Entry{Path: c.Path, Mode: c.NewMode, OldBlob: c.OldBlob, NewBlob: c.NewBlob}
	}
	return entries
}

// commitsOf lists the commits that a change brings, with everybody who had a
// hand in them.
func commitsOf(repo *history.Repo, l *history.Landing) ([]approval.Commit, error) {
	list, err := repo.Commits(l.Base.Hash, l.Head.Hash, fold.Root)
	if err != nil {
		return nil, err
	}
	var out []approval.Commit
	for _, c := range list {
		one := approval.Commit{
			Hash: c.Hash, When: c.When, CleanMerge: c.CleanMerge,
			Author:    approval.Identity{Name: c.Author, Mail: c.Email},
			Committer: approval.Identity{Name: c.Committer.Name, Mail: c.Committer.Email},
		}
		for _, a := range c.CoAuthors {
			one.CoAuthors = append(one.CoAuthors, approval.Identity{Name: a.Name, Mail: a.Email})
		}
		out = append(out, one)
	}
	return out, nil
}

// approvalWords says per deal who has approved and whose approval is needed.
func approvalWords(r approval.Result, l catalogue.Lang) report.Approvals {
	once := func(list []string, s string) []string {
		if slices.Contains(list, s) {
			return list
		}
		return append(list, s)
	}
	return func(dir string) (given, missing []string) {
		for _, g := range r.Given {
			if string(g.Scope) != dir {
				continue
			}
			key := "approval.given"
			if g.Delegated {
				key = "approval.given-delegated"
			}
			given = once(given, catalogue.Text(l, key, diag.Args{"name": g.Name, "role": roleTerm(g.Role, g.Aspect)}))
		}
		for _, n := range r.Lacking {
			if string(n.Scope) != dir {
				continue
			}
			missing = once(missing, catalogue.Text(l, "approval.lacking", diag.Args{
				"role": roleTerm(n.Role, n.Aspect), "why": diag.Term(n.Why + ".title"),
			}))
		}
		return given, missing
	}
}

func roleTerm(role, aspect string) diag.Term {
	if aspect != "" {
		return diag.Term("aspect." + aspect)
	}
	return diag.Term("role." + cmp.Or(role, "none"))
}
