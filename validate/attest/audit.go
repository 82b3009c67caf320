package attest

import (
	"context"
	"errors"
	"io/fs"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/cache"
	"github.com/dealgate/dealgate/validate/history"
)

// Options of an audit.
type Options struct {
	Repo *history.Repo
	Head string // revision; "" is HEAD
	// Earlier says that the branch may have gone on from the head: a checkpoint
	// of what came later contradicts nothing.
	Earlier bool
	Kept    []fs.FS // the branch of statements, as it stands here and at remotes
	// Removed finds what stood on that branch once. It takes long, and is asked
	// only where something is missing; nil does without.
	Removed func() ([]history.Removal, error)
	// Outside is a checkpoint that was kept elsewhere; nil when there is none.
	Outside []byte
	Whole   bool // a checkpoint is to stand by itself
	// Cache keeps what follows from contents alone; it may be nil.
	Cache *cache.Cache
	// Ledger computes every closed period anew; nil leaves them as they landed.
	Ledger *Ledger
}

// Report is what an audit found.
type Report struct {
	Repository string
	Head       history.Commit
	Landed     []*Landed // oldest first
	Items      []*Item   // in the order in which they landed
	Line       []Reason  // about the line of history as a whole
	Odd        []Reason  // about what is kept and is neither statement nor checkpoint
	// Checkpoints that agree with history, and how many changes the last of
	// them covers.
	Checkpoints, Covered int
	Signed               bool // the last one is signed by a key that may

	Closings Closings

	recalled []*recalled
}

// Count tells how many files have each status.
func (r *Report) Count() map[Status]int {
	n := map[Status]int{}
	for _, i := range r.Items {
		n[i.Status()]++
	}
	return n
}

// ByPath finds what is known of each file by its path; of one that landed
// several times, the last counts.
func (r *Report) ByPath() map[string]*Item {
	m := make(map[string]*Item, len(r.Items))
	for _, i := range r.Items {
		m[i.Path] = i
	}
	return m
}

// Failed reports whether something is unproven or contradicted, or a closed
// period is another when it is computed anew.
func (r *Report) Failed() bool {
	n := r.Count()
	return worst(r.Line) > Declared || n[Unproven]+n[Contradicted] > 0 || len(r.Closings.Differ) > 0
}

// Broken lists what contradicts the line of history as a whole, as when it was
// rewritten.
func (r *Report) Broken() []Reason {
	var out []Reason
	for _, why := range r.Line {
		if why.status() == Contradicted {
			out = append(out, why)
		}
	}
	return out
}

// Audit walks the first-parent history, judges every landed change by the
// rules of its own parent and holds it against the statement about it.
//
// What approvals a change needs is found by folding the deals that it touches
// as they stood then, customer by customer: every file is decoded once, and
// only a few customers are in memory at a time.
func Audit(ctx context.Context, o Options) (*Report, error) {
	a, err := prepare(ctx, o)
	if err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{a.hold, a.judge} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	a.spares()
	a.fates()
	a.soundness()
	a.plans()
	a.checkpoints()
	return a.report, a.closings(ctx)
}

// spares tells which statements speak of no change on the line, or not as the
// one that counts.
func (a *auditor) spares() {
	var files []string
	for _, r := range a.report.recalled {
		a.report.Odd = append(a.report.Odd, r.reason())
	}
	for _, l := range a.landed {
		files = append(files, l.spare...)
	}
	if !a.earlier {
		for _, places := range a.kept.statements { // about none that landed; see release
			for _, p := range places {
				files = append(files, p.path)
			}
		}
	}
	slices.Sort(files)
	for _, file := range slices.Compact(files) {
		a.report.Odd = append(a.report.Odd, *reason("audit/spare", "file", file))
	}
}

// everything is what is audited: workflows and owners of code, outside deals/,
// decide about what lands there.
const everything = "."

type auditor struct {
	repo   *history.Repo
	kept   *archive
	eras   *eras
	report *Report
	landed []*Landed
	line   line
	points []*point
	bySum  map[string]*point
	room   map[string]bool // where what was removed is put back to
	lost   *Reason         // the rules as they stand now cannot be read
	whole  bool
	// outside is the checkpoint of the options, nil without one.
	options Options
	outside *point
	// earlier is that of the options; after says of commits whether they lie on
	// a line that goes on from the head.
	earlier bool
	after   map[string]bool
	cache   *cache.Cache
	ledger  *Ledger
	words   words
	steady  func([]part, value.Day) int // how many parts are folded at once
}

// prepare collects the line of landed changes, the statements about them and
// the rules that each is judged by.
func prepare(ctx context.Context, o Options) (*auditor, error) {
	if o.Head == "" {
		o.Head = "HEAD"
	}
	a := &auditor{options: o, repo: o.Repo, whole: o.Whole, earlier: o.Earlier, after: map[string]bool{}, bySum: map[string]*point{}, room: map[string]bool{}, cache: o.Cache, ledger: o.Ledger, steady: steady, report: &Report{}, eras: &eras{git: o.Repo, known: map[Rules]*era{}}}
	var err error
	if a.kept, err = openArchive(o.Kept); err != nil {
		return nil, err
	}
	for _, file := range a.kept.odd {
		a.report.Odd = append(a.report.Odd, *reason("audit/odd-file", "file", file))
	}
	a.standIns()
	if a.report.Head, err = o.Repo.Resolve(o.Head); err != nil {
		return nil, err
	}
	err = o.Repo.Walk(ctx, everything, history.WalkOptions{From: o.Head, OldestFirst: true, Merges: true}, func(s history.Step) error {
		a.landed = append(a.landed, &Landed{Commit: s.Commit, Parent: s.Parent, changes: s.Changes, clean: s.Clean})
		return nil
	})
	for _, step := range []func(context.Context) error{a.chronicle, a.readClaims, a.span, a.takeLine, a.recall, a.date, a.join} {
		if err == nil {
			err = step(ctx)
		}
	}
	a.release()
	return a, err
}

// standIns tells of commits on the branch that git would not have made, before
// which it is read.
func (a *auditor) standIns() {
	told := map[string]bool{"": true}
	for _, v := range a.options.Kept {
		if commit := history.InsteadOf(v); !told[commit] {
			told[commit] = true
			a.report.Odd = append(a.report.Odd, *reason("audit/unsound-commit", "commit", short(commit)))
		}
	}
}

// release lets go of what is known of the statements about landed changes, once
// they have been read: only others are spoken of from here on.
func (a *auditor) release() {
	for commit := range a.line.at {
		delete(a.kept.statements, commit)
	}
}

// readClaims reads the statements about the landed changes. Until all is
// decided there is one in memory for every change: so each is held against
// history at once, and only what remains to be decided is kept of it.
func (a *auditor) readClaims(ctx context.Context) error {
	neighbours := slices.Collect(slices.Chunk(a.landed, volumeLen))
	var fresh atomic.Bool
	err := parallel(ctx, len(neighbours), func(i int) error {
		v := openVolume(a.cache, neighbours[i], a.kept.statements)
		for _, l := range neighbours[i] {
			if err := a.readClaimsOf(l, v); err != nil {
				return err
			}
		}
		if v.keep() {
			fresh.Store(true)
		}
		return nil
	})
	if fresh.Load() {
		a.cache.Trim()
	}
	return err
}

func (a *auditor) readClaimsOf(l *Landed, v *volume) error {
	for _, p := range a.kept.statements[l.Commit.Hash] {
		c, err := claimOf(v.read(p))
		if err != nil {
			return err
		}
		l.claims = append(l.claims, c)
	}
	a.weigh(l)
	return nil
}

// weigh holds the statements about a change against it, unless one says that it
// is but a part of one: what the change is remains to be seen then.
func (a *auditor) weigh(l *Landed) {
	if slices.ContainsFunc(l.claims, func(c *claim) bool { return c.spans(l) }) {
		return
	}
	for _, c := range l.claims {
		if c.broken == nil && !c.compared {
			c.compare(l)
			c.abridge(l, &a.words)
		}
	}
}

// hold holds every change against the statement about it.
func (a *auditor) hold(ctx context.Context) error {
	return parallel(ctx, len(a.landed), func(i int) error {
		l := a.landed[i]
		if why := l.exempt(); why != nil {
			l.Reasons, l.claims = append(l.Reasons, *why), nil
			return nil
		}
		own, err := a.ownEdits(l)
		if err != nil {
			return err
		}
		if own != nil {
			l.Reasons = append(l.Reasons, *own)
		}
		l.believe()
		return nil
	})
}

// ownEdits says that a merge brings something that neither side had, or that
// it cannot be judged because it merges more than two.
func (a *auditor) ownEdits(l *Landed) (*Reason, error) {
	for _, c := range append(l.steps, l.Commit) {
		if len(c.Parents) > 2 {
			return reason("audit/octopus", "commit", short(c.Hash), "parents", len(c.Parents)), nil
		}
		if len(c.Parents) < 2 || l.clean && c.Hash == l.Commit.Hash {
			continue
		}
		clean, err := a.repo.CleanMerge(c, everything)
		if err != nil {
			return nil, err
		}
		if !clean {
			return reason("audit/merge-edit", "commit", short(c.Hash)), nil
		}
	}
	return nil, nil
}

// parallel runs do for 0…n-1 on all processors and returns the first error.
func parallel(ctx context.Context, n int, do func(int) error) error {
	chunk := max(1, min(64, n/(32*runtime.GOMAXPROCS(0))))
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		next int
		errs []error
	)
	take := func() (from, to int) {
		mu.Lock()
		defer mu.Unlock()
		if len(errs) > 0 || ctx.Err() != nil {
			return 0, 0
		}
		from, next = next, min(next+chunk, n)
		return from, next
	}
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for from, to := take(); from < to; from, to = take() {
				for i := from; i < to; i++ {
					if err := do(i); err != nil {
						mu.Lock()
						errs = append(errs, err)
						mu.Unlock()
						return
					}
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(append(errs, ctx.Err())...)
}
