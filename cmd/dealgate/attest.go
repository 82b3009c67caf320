package main

import (
	"context"
	"errors"
	"io/fs"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/attest"
	"github.com/dealgate/dealgate/validate/forge"
	"github.com/dealgate/dealgate/validate/history"
	"github.com/dealgate/dealgate/validate/report"
	"github.com/dealgate/dealgate/validate/rules"
)

type attestFlags struct {
	connection
	commit, landed, reviews, key, push string
	checkpoint                         bool
}

func newAttest() *cobra.Command {
	var f attestFlags
	cmd := &cobra.Command{
		Use:  "attest [PATH]",
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return runAttest(cmd, folderOf(args), f) },
	}
	f.flags(cmd)
	cmd.Flags().StringVar(&f.commit, "commit", "", "")
	cmd.Flags().StringVar(&f.landed, "landed", "", "")
	cmd.Flags().StringVar(&f.reviews, "reviews", "", "")
	cmd.Flags().StringVar(&f.key, "key", "", "")
	cmd.Flags().BoolVar(&f.checkpoint, "checkpoint", false, "")
	cmd.Flags().StringVar(&f.push, "push", "", "")
	cmd.AddCommand(newKeygen())
	return cmd
}

// builtVersion is the version that a statement names.
func builtVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && version == "dev" && info.Main.Version != "" {
		return info.Main.Version
	}
	return version
}

func (w *lines) word(key string, args diag.Args) string { return catalogue.Text(w.l, key, args) }

// attestor writes statements about landed changes.
type attestor struct {
	*lines
	flags   attestFlags
	repo    *history.Repo
	dir     string // that lies in the repository
	archive *history.Archive
	forge   forge.Forge
	key     ssh.Signer // nil: unsigned
	event   push
	branch  *branch // as it stood
	files   []history.NewFile
	access  history.Access
	covered map[string]bool // commits that a rebase merge laid on the line
	refused int
	misfit  bool // the key may not sign something that it was to sign
	keyless bool // there is no key, though somebody is to sign
}

func runAttest(cmd *cobra.Command, dir string, f attestFlags) error {
	a, err := openAttestor(cmd, dir, f)
	if err != nil {
		return err
	}
	defer a.repo.Close()
	workErr := a.states(cmd.Context())
	// What was stated is kept and pushed, also where a later change could not
	// be stated.
	if err := a.keep(); err != nil {
		return err
	}
	if workErr == nil {
		workErr = a.fix(cmd.Context())
	}
	if err := errors.Join(workErr, a.publish(cmd.Context())); err != nil {
		return err
	}
	a.displaced()
	if a.keyless {
		a.say("attest.key-wanted", diag.Args{"secret": signingKey})
	}
	if a.err == nil && (a.misfit || a.keyless || a.refused > 0 && f.commit != "") {
		return errFindings
	}
	return a.err
}

func openAttestor(cmd *cobra.Command, dir string, f attestFlags) (*attestor, error) {
	repo, policy, l, err := openLanded(cmd, dir)
	if err != nil {
		return nil, err
	}
	a := &attestor{lines: &lines{out: cmd.OutOrStdout(), l: l}, flags: f, repo: repo, dir: dir, access: access(f.tokenEnv, policy), covered: map[string]bool{}}
	if f.reviews != "" {
		a.forge, err = forge.Config{Kind: "file", BaseURL: f.reviews}.Open()
	} else {
		a.forge, err = f.open(policy)
	}
	if err != nil {
		return nil, err
	}
	if a.key, err = f.signer(); err != nil {
		return nil, err
	}
	if a.event, err = readPush(f.landed); err != nil {
		return nil, err
	}
	a.archive, err = history.OpenArchive(dir, attest.Branch)
	return a, err
}

// states makes the statements that are asked for: about one commit, or about
// every landed change that has none.
func (a *attestor) states(ctx context.Context) error {
	b, err := openBranch(a.archive)
	if err != nil {
		return err
	}
	defer b.close()
	a.branch = b
	commits := []string{a.flags.commit}
	if a.flags.commit == "" {
		if commits, err = a.due(ctx); err != nil {
			return err
		}
		if len(commits) == 0 {
			a.say("attest.nothing", nil)
		}
	}
	var errs []error
	failures := 0
	for _, c := range commits {
		if a.covered[c] {
			continue
		}
		// One commit of which nothing can be told does not keep the others
		// from being stated; a forge that fails again and again does.
		err := a.one(ctx, c)
		if err != nil {
			errs = append(errs, err)
		}
		if fails := (*forge.Error)(nil); errors.As(err, &fails) {
			failures++
		}
		if failures == mostFailures || ctx.Err() != nil {
			break
		}
	}
	return errors.Join(errs...)
}

const mostFailures = 3

func (a *attestor) one(ctx context.Context, rev string) error {
	c, err := a.repo.Resolve(rev)
	if err != nil {
		return err
	}
	req := attest.Request{Repo: a.repo, Commit: c.Hash, Landing: a.forge.Landed, Kept: a.branch.now, Rules: rules.All, Books: a.books, Version: builtVersion(), Now: time.Now()}
	if c.Hash == a.event.after {
		req.Before = a.event.before
	}
	pr, err := a.forge.Landed(ctx, c.Hash)
	if err != nil {
		return err
	}
	if pr != nil {
		req.PR = *pr
		if req.Reviews, err = a.forge.Reviews(ctx, pr.Number); err != nil {
			return err
		}
	}
	made, err := attest.Make(ctx, req)
	if err != nil {
		return err
	}
	switch {
	case made.Skipped != nil:
		a.say("attest.skipped", diag.Args{"commit": short(c.Hash), "why": diag.Term(made.Skipped.Rule + ".title")})
	case made.Data == nil:
		return a.refuse(c, made.Findings)
	default:
		return a.take(made)
	}
	return nil
}

// books are those of what had landed up to a commit. A closing wants proof of
// what it rests on: what was stated so far is kept before they are opened.
func (a *attestor) books(commit string, day value.Day) validate.Books {
	b := &books{repo: a.repo, dir: a.dir, base: commit, day: day}
	return func(ctx context.Context, tree fs.FS, month value.Month) (*fact.PayoutClose, []diag.Diagnostic, error) {
		if err := a.keep(); err != nil {
			return nil, nil, err
		}
		return b.compare(ctx, tree, month)
	}
}

// refuse says why nothing is stated about a change.
func (a *attestor) refuse(c history.Commit, findings []diag.Diagnostic) error {
	a.refused++
	a.say("attest.refused", diag.Args{"commit": short(c.Hash)})
	tree, err := a.repo.FS(c.Hash)
	if err != nil {
		return err
	}
	return report.WriteText(a.out, report.Input{Findings: findings, Lang: a.l, Source: sourceOf(tree)}, isTerminal(a.out))
}

// take signs a statement and puts it with those to be kept. One that could not
// count is not written: it would only stand in the way.
func (a *attestor) take(made *attest.Made) error {
	key, may := a.signerOf(made)
	if !may {
		return nil
	}
	there, err := a.sign(made, key)
	if err != nil {
		return err
	}
	for at := made.Commit; len(at.Parents) > 0 && at.Parents[0] != made.Parent; {
		var err error
		if at, err = a.repo.Resolve(at.Parents[0]); err != nil {
			return err
		}
		a.covered[at.Hash] = true
	}
	args := diag.Args{"commit": short(made.Commit.Hash), "facts": made.Files, "approvals": made.Approvals, "signature": a.signature(key)}
	if there {
		a.say("attest.there", args)
	} else {
		a.say("attest.written", args)
	}
	return nil
}

// keep adds the statements to the branch.
func (a *attestor) keep() error {
	if len(a.files) == 0 {
		return nil
	}
	note, err := a.note()
	if err != nil {
		return err
	}
	if _, err = a.archive.Add(a.files, note); err == nil {
		a.files = nil
	}
	return err
}

// note is dated as the head is, so that the same work gives the same commit.
func (a *attestor) note() (history.Note, error) {
	head, err := a.repo.Head()
	return history.Note{
		Author: history.Author{Name: "dealgate", Email: "dealgate@localhost"}, When: head.When, Subject: a.word("attest.subject", nil),
	}, err
}

// fix makes a checkpoint.
func (a *attestor) fix(ctx context.Context) error {
	if !a.flags.checkpoint {
		return nil
	}
	b, err := openBranch(a.archive)
	if err != nil {
		return err
	}
	defer b.close()
	path, data, err := attest.NextCheckpoint(ctx, b.options(a.repo), builtVersion())
	if err != nil || data == nil {
		return err
	}
	key, may, err := a.fixer()
	if err != nil || !may {
		return err
	}
	a.files = []history.NewFile{{Path: path, Data: data}}
	if key != nil {
		sig, err := attest.Sign(data, key)
		if err != nil {
			return err
		}
		a.files = append(a.files, history.NewFile{Path: path + history.Signature, Data: sig})
	}
	a.say("attest.checkpoint", diag.Args{"file": path})
	return a.keep()
}
