package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
	"github.com/dealgate/dealgate/validate/rules"
)

// books draw up the closing of a period from a tree. What `close` drafts, and
// what a change that closes a period is held against, are one computation.
type books struct {
	repo *history.Repo
	dir  string    // of the repository, for the branch of statements
	base string    // revision whose history has landed
	day  value.Day // of the judgement: no fact may be dated later
	// again says that a closing which landed is computed anew: what is proven is
	// asked elsewhere, and which files it names as its inputs was settled by the
	// program of its day.
	again bool
}

// closing is a draft, and what keeps it from closing its period.
type closing struct {
	company  *fold.Company // as of the last day of the period
	draft    bonus.Draft
	findings []diag.Diagnostic
}

// compare is what a change that closes a period is held against.
func (b *books) compare(ctx context.Context, tree fs.FS, month value.Month) (*fact.PayoutClose, []diag.Diagnostic, error) {
	path := payoutPath(month)
	body, _ := fold.ReadFile(tree, fold.Classify(path), nil)
	given, ok := body.(*fact.PayoutClose)
	if !ok {
		return nil, nil, nil // what cannot be read is reported where it is read
	}
	c, err := b.close(ctx, tree, month)
	if err != nil {
		return nil, nil, err
	}
	if len(c.findings) > 0 {
		return nil, c.findings, nil
	}
	found, err := b.drawnFrom(ctx, given, c.draft)
	if err != nil {
		return nil, nil, err
	}
	c.draft.By, c.draft.Commit = given.By.S, given.Commit.S
	if b.again {
		c.draft.InputsDigest = given.InputsDigest.S
	}
	want, err := c.draft.Body(c.company.Policy.Currency.S)
	return want, found, err
}

// close draws up a period, as of its last day, and rolls forward from the end
// of the period before.
func (b *books) close(ctx context.Context, tree fs.FS, month value.Month) (*closing, error) {
	landed, err := b.repo.ProvenanceAt(ctx, b.base, fold.Root, fold.Root+"/policy.yaml")
	if err != nil {
		return nil, err
	}
	now, err := b.ledger(ctx, tree, month.Last(), landed)
	if err != nil {
		return nil, err
	}
	c := &closing{company: now.Company}
	if c.findings = unsound(now.Company, month); len(c.findings) > 0 {
		return c, nil
	}
	if c.findings, err = b.unproven(ctx, &now, month); err != nil || len(c.findings) > 0 {
		return c, err
	}
	before := now.Company.LastClosed() // of the months before: this one does not count yet
	var then bonus.Ledger
	if before != nil {
		if then, err = b.ledger(ctx, tree, month.First()-1, landed); err != nil {
			return nil, err
		}
	}
	c.draft = bonus.NewDraft(then, now, month)
	if c.draft.InputsDigest, err = inputsDigest(tree, c.draft.Inputs()); err != nil {
		return nil, err
	}
	if c.draft.Late, err = b.late(tree, before, landed); err != nil {
		return nil, err
	}
	moved, err := b.rosterMoved(ctx, tree, c.draft, then, before, landed)
	if moved {
		c.draft.Late = append(c.draft.Late, rosterPath)
		slices.Sort(c.draft.Late)
	}
	return c, err
}

const rosterPath = fold.Root + "/roster.yaml"

// rosterMoved reports whether the roster was edited since the last closing so
// that money of a closed period moved: with the roster of that day, the draft
// would say otherwise of the days before.
func (b *books) rosterMoved(ctx context.Context, tree fs.FS, draft bonus.Draft, then bonus.Ledger, before *fold.Payout, landed map[string]*history.Provenance) (bool, error) {
	if before == nil {
		return false, nil
	}
	closed, ok := landed[before.Path]
	if !ok {
		return false, nil // lands with this very change
	}
	old, err := b.repo.FS(closed.Commit.Hash)
	if err != nil {
		return false, err
	}
	was, _ := fs.ReadFile(old, rosterPath)
	is, err := fs.ReadFile(tree, rosterPath)
	if err != nil || bytes.Equal(was, is) {
		return false, err
	}
	now, err := b.ledger(ctx, formerRoster{tree, old}, draft.Month.Last(), landed)
	if err != nil {
		return false, err
	}
	currency, last := now.Company.Policy.Currency.S, before.Month.Last()
	return bonus.NewDraft(then, now, draft.Month).Until(last, currency) != draft.Until(last, currency), nil
}

// formerRoster is a tree with the roster of another.
type formerRoster struct {
	fs.FS
	old fs.FS
}

func (f formerRoster) of(name string) fs.FS {
	if name == rosterPath {
		return f.old
	}
	return f.FS
}

func (f formerRoster) Open(name string) (fs.File, error)          { return f.of(name).Open(name) }
func (f formerRoster) Stat(name string) (fs.FileInfo, error)      { return fs.Stat(f.of(name), name) }
func (f formerRoster) ReadFile(name string) ([]byte, error)       { return fs.ReadFile(f.of(name), name) }
func (f formerRoster) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.FS, name) }

// ledger is the ledger of a tree as of a day, each file by the policy that it
// landed under.
func (b *books) ledger(ctx context.Context, tree fs.FS, asOf value.Day, landed map[string]*history.Provenance) (bonus.Ledger, error) {
	policyOf, err := policies(b.repo, landed)
	if err != nil {
		return bonus.Ledger{}, err
	}
	c, err := validate.State(ctx, tree, rules.All, validate.Options{AsOf: asOf, Today: max(asOf, b.day), PolicyOf: policyOf})
	switch {
	case err != nil:
		return bonus.Ledger{}, err
	case c.Policy == nil || c.Roster == nil:
		return bonus.Ledger{}, &wordedError{"cli.no-rules", nil}
	}
	return bonus.BeforeClosing(c), nil
}

// unsound says that there are errors: what they concern pays nothing, so that
// no closing would be of the whole ledger. What is wrong with the closing itself
// is said of it elsewhere.
func unsound(c *fold.Company, month value.Month) []diag.Diagnostic {
	errs := slices.DeleteFunc(slices.Clone(c.Findings), func(d diag.Diagnostic) bool {
		return d.Severity != diag.Error || d.File == payoutPath(month)
	})
	if len(errs) == 0 {
		return nil
	}
	return []diag.Diagnostic{{Rule: "payout/unsound", Span: diag.Span{File: payoutPath(month)}, Args: diag.Args{
		"period": month, "count": len(errs), "file": errs[0].File, "title": diag.Term(errs[0].Rule + ".title")}}}
}

// unproven lists the files that keep money from being paid, as nothing proves
// who approved them.
func (b *books) unproven(ctx context.Context, l *bonus.Ledger, month value.Month) ([]diag.Diagnostic, error) {
	if b.again {
		return nil, nil
	}
	proven, err := prove(ctx, b.repo, b.dir, b.base, l.Company.Policy)
	if err != nil {
		return nil, err
	}
	var found []diag.Diagnostic
	seen := map[any]bool{}
	find := func(file, why any) {
		if !seen[file] {
			seen[file] = true
			found = append(found, diag.Diagnostic{Rule: "payout/unproven", Span: diag.Span{File: payoutPath(month)}, Args: diag.Args{
				"period": month, "file": file, "why": why}})
		}
	}
	l.Hold(proven.held)
	for _, line := range l.Lines {
		if line.Reason == bonus.WaitsProof {
			find(line.Args["file"], line.Args["why"])
		}
	}
	for _, file := range l.PayDayRests() {
		if why, held := proven.held(file); held {
			find(file, why)
		}
	}
	return found, nil
}

// late lists the facts of closed periods that were not there when the last of
// these was closed.
func (b *books) late(tree fs.FS, before *fold.Payout, landed map[string]*history.Provenance) ([]string, error) {
	if before == nil {
		return nil, nil
	}
	closed, ok := landed[before.Path]
	if !ok {
		return nil, nil // lands with this very change
	}
	then, err := b.repo.FS(closed.Commit.Hash)
	if err != nil {
		return nil, err
	}
	var late []string
	err = fs.WalkDir(tree, fold.Root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if p := fold.Classify(path); p.Kind != fold.FactFile || p.Month != 0 || p.Date == 0 || p.Date > before.Month.Last() {
			return nil
		}
		if _, err := fs.Stat(then, path); err != nil {
			late = append(late, path)
		}
		return nil
	})
	slices.Sort(late)
	return late, err
}

// drawnFrom wants the commit that a closing names to have landed, and to hold
// what the closing rests on as it stands now.
func (b *books) drawnFrom(ctx context.Context, given *fact.PayoutClose, want bonus.Draft) ([]diag.Diagnostic, error) {
	found := func(why string) []diag.Diagnostic {
		d := diag.Diagnostic{Rule: "payout/commit", Span: diag.Span{File: want.Path(), Pos: given.Commit.At}}
		d.Args = diag.Args{"period": want.Month, "commit": given.Commit.S, "why": diag.Term("payout.commit." + why)}
		return []diag.Diagnostic{d}
	}
	at, err := b.repo.Resolve(given.Commit.S)
	if err != nil || at.Hash != given.Commit.S {
		return found("unknown"), nil
	}
	line, err := b.repo.Line(ctx, b.base)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(line, at.Hash) {
		return found("elsewhere"), nil
	}
	then, err := b.repo.FS(at.Hash)
	if err != nil {
		return nil, err
	}
	if digest, err := inputsDigest(then, want.Inputs()); err != nil || digest != want.InputsDigest {
		return found("old"), nil
	}
	return nil, nil
}

func payoutPath(month value.Month) string { return bonus.Draft{Month: month}.Path() }

// inputsVersion is the first thing that the digest of inputs covers.
const inputsVersion = "dealgate-payout-inputs-v1"

// inputsDigest names files by their paths and contents; the paths are sorted.
func inputsDigest(tree fs.FS, paths []string) (string, error) {
	all := sha256.New()
	fmt.Fprintf(all, "%s\x00", inputsVersion)
	for _, path := range paths {
		data, err := fs.ReadFile(tree, path)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(all, "%s\x00%x\x00", path, sha256.Sum256(data))
	}
	return hex.EncodeToString(all.Sum(nil)), nil
}
