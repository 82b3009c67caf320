package main

import (
	"bufio"
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/render/output"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/attest"
	"github.com/dealgate/dealgate/validate/cache"
	"github.com/dealgate/dealgate/validate/history"
	"github.com/dealgate/dealgate/validate/rules"
)

type auditFlags struct {
	offline, noCache, noClosings bool
	format, checkpoint           string
	remote, tokenEnv             string
	pack                         int
}

func newAudit() *cobra.Command {
	var f auditFlags
	cmd := &cobra.Command{
		Use:  "audit [PATH]",
		Args: arguments(0, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return runAudit(cmd, args, f) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.offline, "offline", false, "")
	flags.BoolVar(&f.noCache, "no-cache", false, "")
	flags.BoolVar(&f.noClosings, "no-closings", false, "")
	flags.StringVar(&f.remote, "remote", "origin", "")
	flags.StringVar(&f.tokenEnv, "token-env", "GITHUB_TOKEN", "")
	flags.StringVar(&f.format, "format", "text", "")
	flags.StringVar(&f.checkpoint, "checkpoint", "", "")
	flags.IntVar(&f.pack, "pack", 0, "")
	return cmd
}

func runAudit(cmd *cobra.Command, args []string, f auditFlags) error {
	if f.format != "text" && f.format != "json" {
		return &wordedError{"usage.format", diag.Args{"value": f.format, "known": []string{"text", "json"}}}
	}
	out := "register-" + strconv.Itoa(f.pack)
	if f.pack != 0 && len(args) > 0 {
		out, args = cmp.Or(args[0], out), args[1:]
	}
	if err := arguments(0, 1)(cmd, args); err != nil {
		return err
	}
	dir := "."
	if len(args) > 0 {
		dir = cmp.Or(args[0], dir)
	}
	a, err := openAuditing(cmd, dir, f)
	if err != nil {
		return err
	}
	defer a.close()
	if !f.noClosings {
		a.options.Ledger = a.ledger(dir)
	}
	// What is kept of fifty thousand changes is a third of this; the rest is
	// room for what is folded meanwhile.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(mostMemory))
	r, err := attest.Audit(cmd.Context(), a.options)
	if err != nil {
		return err
	}
	if err := a.tell(r, f, out); err != nil {
		return err
	}
	if err := a.remember(cmd, r, f.checkpoint); err != nil {
		return err
	}
	if r.Failed() {
		return errFindings
	}
	return nil
}

const mostMemory = 900 << 20

// userCache is opened when something that takes long is asked for.
var userCache = sync.OnceValue(cache.OfUser)

// auditing is what an audit reads and writes.
type auditing struct {
	*lines
	options attest.Options
	policy  *fact.Policy
	close   func()
}

// openLanded opens a repository with the policy and language of its head.
func openLanded(cmd *cobra.Command, dir string) (*history.Repo, *fact.Policy, catalogue.Lang, error) {
	repo, err := history.Open(dir)
	if err != nil {
		return nil, nil, "", err
	}
	head, err := repo.FS("HEAD")
	if err != nil {
		return nil, nil, "", err
	}
	policy := policyOf(head)
	l, err := lang(cmd, policy)
	return repo, policy, l, err
}

func openAuditing(cmd *cobra.Command, dir string, f auditFlags) (*auditing, error) {
	repo, policy, l, err := openLanded(cmd, dir)
	if err != nil {
		return nil, err
	}
	archive, err := history.OpenArchive(dir, attest.Branch)
	if err != nil {
		return nil, err
	}
	if !f.offline {
		if err := archive.Fetch(cmd.Context(), f.remote, access(f.tokenEnv, policy)); err != nil {
			return nil, err
		}
		if repo, err = reopen(repo, dir); err != nil {
			return nil, err
		}
	}
	b, err := openBranchIn(repo, archive)
	if err != nil {
		return nil, err
	}
	a := &auditing{
		lines: &lines{out: cmd.OutOrStdout(), l: l}, policy: policy,
		options: b.options(repo), close: func() { _, _ = b.close(), repo.Close() },
	}
	if !f.noCache {
		a.options.Cache = userCache()
		b.cache = a.options.Cache
		repo.Remember(a.options.Cache)
	}
	if f.checkpoint != "" {
		a.options.Outside, err = os.ReadFile(f.checkpoint)
		if errors.Is(err, fs.ErrNotExist) {
			err = nil // the first time there is none
		}
	}
	return a, err
}

// reopen opens a repository anew, with the packs that were fetched since.
func reopen(repo *history.Repo, dir string) (*history.Repo, error) {
	if err := repo.Close(); err != nil {
		return nil, err
	}
	return history.Open(dir)
}

// tell writes what was found, or the register of a year.
func (a *auditing) tell(r *attest.Report, f auditFlags, dir string) error {
	switch {
	case f.pack != 0:
		return a.register(r, f.pack, dir)
	case f.format == "json":
		b := bufio.NewWriterSize(a.out, 1<<16)
		return errors.Join(r.WriteJSON(b, a.l), b.Flush())
	}
	a.show(r)
	return a.err
}

// mostShown bounds the files that are listed to a person.
const mostShown = 200

func (a *auditing) show(r *attest.Report) {
	a.say("audit.head", diag.Args{"repository": r.Repository, "head": short(r.Head.Hash), "changes": len(r.Landed)})
	n := r.Count()
	for _, s := range []attest.Status{attest.Proven, attest.Declared, attest.Unproven, attest.Contradicted} {
		a.say("audit.count", diag.Args{"status": diag.Term("audit." + s.String()), "count": n[s]})
	}
	a.line(r)
	shown := 0
	for _, i := range r.Items {
		if i.Status() <= attest.Declared {
			continue
		}
		if shown++; shown <= mostShown {
			a.item(i)
		}
	}
	if shown > mostShown {
		a.say("audit.more", diag.Args{"count": shown - mostShown})
	}
}

// line tells of the line of history and its checkpoints.
func (a *auditing) line(r *attest.Report) {
	key := "audit.no-checkpoint"
	if r.Checkpoints > 0 {
		key = "audit.checkpoint"
		if r.Signed {
			key = "audit.signed-checkpoint"
		}
	}
	if r.Checkpoints > 0 || len(r.Line) == 0 { // else the reasons tell of them
		a.say(key, diag.Args{"covered": r.Covered, "changes": len(r.Landed)})
	}
	if r.Closings.Count > 0 {
		a.say("audit.closings", diag.Args{"count": r.Closings.Count, "differ": len(r.Closings.Differ)})
	}
	for _, why := range slices.Concat(r.Line, r.Closings.Differ, r.Odd) {
		a.reason(why)
	}
}

func (a *auditing) item(i *attest.Item) {
	a.text("")
	a.say("audit.item", diag.Args{
		"status": diag.Term("audit." + i.Status().String()), "file": i.Path, "commit": short(i.Landed.Commit.Hash),
		"day": value.DayOf(i.Landed.When().In(zone(a.policy))),
	})
	for _, why := range i.All() {
		a.reason(why)
	}
}

func (w *lines) reason(why attest.Reason) {
	w.say("audit.reason", diag.Args{"rule": why.Rule, "title": why.Title(), "found": why.Words(w.l)})
	w.say("audit.fix", diag.Args{"fix": w.word(why.Rule+".fix", why.Args)})
}

// register writes the register of a year into a folder.
func (a *auditing) register(r *attest.Report, year int, dir string) error {
	out, err := output.Open(dir)
	if err != nil {
		return err
	}
	defer out.Release()
	p := attest.Pack{Report: r, Year: year, Lang: a.l, Zone: zone(a.policy), Kept: a.options.Kept}
	if a.policy != nil {
		p.Company = a.policy.Company.S
	}
	if err := p.Write(out.Write); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	a.say("audit.packed", diag.Args{"year": year, "file": filepath.Join(dir, "index.html")})
	return a.err
}

// ledger computes closed periods anew.
func (a *auditing) ledger(dir string) *attest.Ledger {
	return &attest.Ledger{Rules: rules.Closings, Books: func(commit string, day value.Day) validate.Books {
		return (&books{repo: a.options.Repo, dir: dir, base: commit, day: day, again: true}).compare
	}}
}

// remember keeps the checkpoint of a line that nothing contradicts in a file of
// the auditor's, where nobody else can rewrite it. What is merely unproven is
// fixed there too: it may stay so for ever. It tells of it beside the report.
func (a *auditing) remember(cmd *cobra.Command, r *attest.Report, file string) error {
	if file == "" {
		return nil
	}
	w := &lines{out: cmd.ErrOrStderr(), l: a.l}
	args := diag.Args{"file": file}
	if a.options.Outside == nil {
		w.say("audit.compared-with-nothing", args)
	}
	if len(r.Broken()) > 0 {
		w.say("audit.not-remembered", args)
		return w.err
	}
	o := a.options
	o.Outside, o.Whole = nil, true
	_, data, err := attest.NextCheckpoint(cmd.Context(), o, builtVersion())
	if _, unread := errors.AsType[*attest.Error](err); unread { // what cannot be read cannot be fixed either
		w.say("audit.not-read", args)
		return cmp.Or[error](w.err, errFindings)
	}
	if err != nil || data == nil {
		return err
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		return err
	}
	w.say("audit.remembered", args)
	return w.err
}
