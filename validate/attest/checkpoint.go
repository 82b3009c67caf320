package attest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"golang.org/x/crypto/ssh"

	"github.com/dealgate/dealgate/schema/diag"
)

// Checkpoint fixes the line of landed changes up to a head, and the statements
// about them, so that neither can be rewritten later without a trace. Each
// goes on from one before.
type Checkpoint struct {
	Repository string    `json:"repository"`
	Head       string    `json:"head"`               // the last landed change
	Changes    int       `json:"changes"`            // landed up to the head, the first included
	Previous   *Previous `json:"previous,omitempty"` // the checkpoint before
	Entries    []Entry   `json:"entries"`            // since then
	Version    string    `json:"version"`
}

// Previous names an earlier checkpoint.
type Previous struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

// Entry is a landed change with the statement about it, if there is one.
type Entry struct {
	Commit    string `json:"commit"`
	Statement string `json:"statement,omitempty"` // SHA-256 of its file
}

// line is the list of commits that changed something, oldest first.
type line struct {
	commits []string
	at      map[string]int
	digests []string            // of the first n commits
	landed  []int               // which landed change brought the commit
	sums    map[string][]string // of the statements that are kept, by commit
	keyed   int                 // the commit that first named who signs
}

func (a *auditor) takeLine(context.Context) error {
	a.line = line{at: map[string]int{}, sums: map[string][]string{}, keyed: -1}
	for i, l := range a.landed {
		a.line.commits = append(a.line.commits, l.Commit.Hash)
		a.line.at[l.Commit.Hash] = i
		if a.line.keyed < 0 && (len(l.after.company.Signers) > 0 || l.after.lost != nil) {
			a.line.keyed = i
		}
	}
	return nil
}

// takeSums notes the statements, those included that were removed.
func (a *auditor) takeSums() {
	for _, l := range a.landed {
		for _, c := range l.claims {
			a.line.sums[l.Commit.Hash] = append(a.line.sums[l.Commit.Hash], c.sum)
		}
	}
}

// digest covers the first n commits.
func (l *line) digest(n int) string {
	if l.digests == nil {
		h := sha256.New()
		h.Write([]byte(landedDigest + "\x00"))
		l.digests = []string{""}
		for _, c := range l.commits {
			h.Write([]byte(c + "\x00"))
			l.digests = append(l.digests, hex.EncodeToString(h.Sum(nil)))
		}
	}
	return l.digests[n]
}

// changes counts the landed changes that the first commits brought.
func (l *line) changes(commits int) int {
	if n := min(commits, len(l.landed)); n > 0 {
		return l.landed[n-1] + 1
	}
	return 0
}

func (l *line) subjects(n int) []Subject {
	return []Subject{{Name: lineSubject, Digest: map[string]string{gitCommit: l.commits[n-1], landedDigest: l.digest(n)}}}
}

// point is a checkpoint that is kept.
type point struct {
	file, sum string
	text      Statement[Checkpoint]
	signed    bool
	key       ssh.PublicKey
	forged    *Reason
	lacking   *Reason // why it cannot be read
	keyless   bool    // it is of a time in which nobody was to sign, unlike later
}

// readPoint reads a checkpoint.
func readPoint(k kept, err error) *point {
	p := &point{file: k.path, sum: sum(k.data), signed: k.sig != nil}
	if err == nil {
		p.text, err = DecodeCheckpoint(k.data)
	}
	if err != nil {
		p.lacking = reason("audit/checkpoint-unreadable", "file", k.path, "problem", problem(err))
	} else if p.signed {
		p.key, p.forged = signer(k.data, k.sig)
	}
	return p
}

// readPoints reads the checkpoints.
func (a *auditor) readPoints() {
	for _, at := range a.kept.checkpoints {
		a.take(readPoint(at.read()))
	}
	if a.options.Outside != nil {
		a.outside = readPoint(kept{path: "--checkpoint", data: a.options.Outside}, nil)
	}
}

// take adds a checkpoint to those that are there.
func (a *auditor) take(p *point) {
	i, on := a.line.at[p.text.Predicate.Head]
	p.keyless = p.lacking == nil && !p.signed && on && i <= a.line.keyed
	a.points = append(a.points, p)
	if !a.has(p) {
		a.bySum[p.sum] = p
	}
}

// has reports whether a checkpoint is there, signed no worse.
func (a *auditor) has(p *point) bool {
	o := a.bySum[p.sum]
	return o != nil && (a.vouches(o) || !a.vouches(p))
}

// checkpoints holds the line against every checkpoint.
func (a *auditor) checkpoints() {
	for _, p := range a.points {
		why := p.lacking
		if why == nil {
			why = a.untrusted(p)
		}
		if why == nil {
			why = a.broken(p)
		}
		if why != nil {
			a.object(p, *why)
			continue
		}
		a.report.Checkpoints++
		if n := a.line.changes(p.text.Predicate.Changes); n >= a.report.Covered {
			a.report.Covered, a.report.Signed = n, p.signed
		}
	}
	if p := a.outside; p != nil {
		why := p.lacking
		if why == nil {
			why = a.broken(p)
		}
		if why != nil {
			a.report.Line = append(a.report.Line, *why)
		}
	}
}

// object notes what speaks against a checkpoint. One that anybody who may push
// can have put there shows nothing, and spoils nothing either.
func (a *auditor) object(p *point, why Reason) {
	switch {
	case a.vouches(p) || why.Rule == "audit/unreadable":
		a.report.Line = append(a.report.Line, why)
	case !p.keyless:
		a.report.Odd = append(a.report.Odd, why)
	}
}

// untrusted says why nothing follows from a checkpoint. Where the company
// names no keys, an unsigned one is taken as it is.
func (a *auditor) untrusted(p *point) *Reason {
	any := false
	for _, e := range a.eras.known {
		any = any || len(e.company.Signers) > 0 || e.lost != nil
	}
	switch {
	case !any && !p.signed:
		return nil
	case !p.signed:
		return reason("audit/checkpoint-untrusted", "file", p.file, "why", diag.Term("audit/unsigned.title"))
	case p.forged != nil:
		return reason("audit/checkpoint-untrusted", "file", p.file, "why", diag.Term("audit/bad-signature.title"))
	}
	brought := a.landed
	if i, ok := a.line.at[p.text.Predicate.Head]; ok {
		brought = a.landed[a.line.landed[i] : a.line.landed[i]+1]
	}
	last := reason("audit/unknown-key")
	for _, l := range brought {
		if l.after.lost != nil {
			return l.after.lost
		}
		if last = permitted(p.key, l.after.company.Signers, l.when); last == nil {
			return nil
		}
	}
	return reason("audit/checkpoint-untrusted", "file", p.file, "why", diag.Term(last.Rule+".title"))
}

// broken says where the line, or what is kept about it, is no longer as a
// checkpoint fixed it.
func (a *auditor) broken(p *point) *Reason {
	says := p.text.Predicate
	switch {
	case a.lost != nil:
		return a.lost
	case says.Repository != a.report.Repository:
		return reason("audit/other-repository", "found", says.Repository, "want", a.report.Repository)
	case !a.fixes(p) && !a.goesOn(says):
		if a.aside(says.Head) {
			return reason("audit/line-left", "file", p.file, "head", short(says.Head))
		}
		return reason("audit/rewritten", "file", p.file, "changes", says.Changes, "head", short(says.Head))
	}
	if prev := says.Previous; prev != nil && !a.keeps(*prev) {
		return reason("audit/checkpoint-missing", "file", prev.File)
	}
	for _, e := range says.Entries {
		if _, landed := a.line.at[e.Commit]; !landed && a.earlier {
			continue
		}
		if e.Statement != "" && !slices.Contains(a.line.sums[e.Commit], e.Statement) {
			return reason("audit/statement-replaced", "commit", short(e.Commit), "file", p.file)
		}
	}
	return nil
}

// fixes reports whether the line begins with what a checkpoint fixed.
func (a *auditor) fixes(p *point) bool {
	n := p.text.Predicate.Changes
	return n >= 1 && n <= len(a.line.commits) && a.line.commits[n-1] == p.text.Predicate.Head &&
		firstDifference(p.text.Subject, a.line.subjects(n)) == ""
}

// goesOn reports whether a checkpoint was made later, of a line that goes on
// from the head: it covers more than is looked at, and contradicts nothing.
func (a *auditor) goesOn(later Checkpoint) bool {
	if !a.earlier || later.Changes <= len(a.line.commits) {
		return false
	}
	var passed []string
	found := false
	for at := later.Head; !found; {
		known, ok := a.after[at]
		c, err := a.repo.Resolve(at)
		if ok || err != nil || c.Hash != at || len(c.Parents) == 0 {
			found = known
			break
		}
		passed = append(passed, at)
		at = c.Parents[0]
		found = at == a.report.Head.Hash
	}
	for _, commit := range passed {
		a.after[commit] = found
	}
	return found
}

// aside reports whether history still holds a commit that the line has left, as
// when a branch that had merged it was fast-forwarded.
func (a *auditor) aside(commit string) bool {
	if _, on := a.line.at[commit]; on {
		return false
	}
	base, err := a.repo.MergeBase(commit, a.report.Head.Hash)
	return err == nil && base == commit
}

// keeps reports whether an earlier checkpoint is there as it was, if under
// another name.
func (a *auditor) keeps(prev Previous) bool {
	return a.bySum[prev.SHA256] != nil
}

// fixed is the statement about a commit that a checkpoint names: one that
// counts, "" if none does.
func (a *auditor) fixed(commit string) string {
	l := a.landed[a.line.landed[a.line.at[commit]]]
	if l.Commit.Hash != commit {
		return "" // a rebase merge laid it under the last
	}
	if i := slices.IndexFunc(l.claims, func(c *claim) bool { return c.counts(l) }); i >= 0 {
		return l.claims[i].sum
	}
	return ""
}

// next makes the checkpoint of the line as it stands, nil when nothing landed
// since the last one. Statements that came late stand in the next.
func (a *auditor) next(version string) *Statement[Checkpoint] {
	n := len(a.line.commits)
	if n == 0 {
		return nil
	}
	c := Checkpoint{Repository: a.report.Repository, Head: a.line.commits[n-1], Changes: n, Entries: []Entry{}, Version: version}
	last, known := a.recorded()
	from := 0
	if a.whole {
		last = nil
	}
	if last != nil {
		c.Previous = &Previous{last.file, last.sum}
		from = last.text.Predicate.Changes
	}
	if from == n {
		return nil
	}
	for i, commit := range a.line.commits {
		if i < from && known[commit] != "" {
			continue
		}
		if e := (Entry{commit, a.fixed(commit)}); i >= from || e.Statement != "" {
			c.Entries = append(c.Entries, e)
		}
	}
	return &Statement[Checkpoint]{Type: StatementType, PredicateType: CheckpointType, Subject: a.line.subjects(n), Predicate: c}
}

// recorded finds the last checkpoint that agrees with the line, and the
// statements that it and those before it name.
func (a *auditor) recorded() (*point, map[string]string) {
	var last *point
	for _, p := range a.points {
		if p.lacking == nil && a.untrusted(p) == nil && a.broken(p) == nil && (last == nil || p.text.Predicate.Changes >= last.text.Predicate.Changes) {
			last = p
		}
	}
	known := map[string]string{}
	for p, n := last, 0; p != nil && n <= len(a.points); n++ {
		for _, e := range p.text.Predicate.Entries {
			if known[e.Commit] == "" {
				known[e.Commit] = e.Statement
			}
		}
		prev := p.text.Predicate.Previous
		if p = nil; prev != nil {
			p = a.bySum[prev.SHA256]
		}
	}
	return last, known
}
