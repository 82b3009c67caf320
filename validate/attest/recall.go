package attest

import (
	"context"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/dealgate/dealgate/validate/history"
)

// recalled is a statement or checkpoint that was removed from the branch and
// counts all the same: whoever may push to it can take away what stands there,
// but not what stood there.
type recalled struct {
	by   history.Removal
	kept // under the path that it is put back to
}

// recall looks for what was removed, where something is missing. To go back
// over a branch of many years takes long, and mostly nothing is.
func (a *auditor) recall(ctx context.Context) error {
	a.readPoints()
	if a.options.Removed == nil || !a.lacks() {
		return nil
	}
	removals, err := a.options.Removed()
	if err != nil {
		return err
	}
	for _, r := range removals {
		if err := a.remind(r); err != nil {
			return err
		}
	}
	if len(a.report.recalled) == 0 {
		return nil
	}
	return a.span(ctx)
}

// lacks reports whether a checkpoint names what is not there, or a change that
// landed before the last one has no statement. What landed since has had no time
// to lose one that mattered: it is stated anew.
func (a *auditor) lacks() bool {
	covered := len(a.landed)
	for _, p := range a.points {
		if a.vouches(p) {
			covered = 0
		}
	}
	sums, stated := a.stated()
	if a.outside != nil && a.outside.lacking == nil && a.outside.wants(a, sums) {
		return true
	}
	for _, p := range a.points {
		if !a.vouches(p) {
			continue
		}
		if p.wants(a, sums) {
			return true
		}
		covered = max(covered, min(p.text.Predicate.Changes, len(a.landed)))
	}
	return slices.Contains(stated[:covered], false)
}

// stated collects the statements that are there, and of which commits somebody
// vouches for one.
func (a *auditor) stated() (sums map[string]bool, of []bool) {
	sums, of = map[string]bool{}, make([]bool, len(a.landed))
	for i, l := range a.landed {
		of[i] = of[i] || l.era.judged() != nil
		for _, c := range l.claims {
			sums[c.sum] = true
			if c.broken == nil && a.vouched(c.key, c.signed, c.forged, l.era) {
				for j := c.first; j <= i; j++ {
					of[j] = true
				}
			}
		}
	}
	return sums, of
}

// wants reports whether a checkpoint names a statement, or a checkpoint before
// it, that is not there.
func (p *point) wants(a *auditor, sums map[string]bool) bool {
	says := p.text.Predicate
	return says.Previous != nil && !a.keeps(*says.Previous) ||
		slices.ContainsFunc(says.Entries, func(e Entry) bool { return e.Statement != "" && !sums[e.Statement] })
}

func (a *auditor) vouches(p *point) bool {
	return p.lacking == nil && a.vouched(p.key, p.signed, p.forged)
}

// vouched reports whether somebody whom some rules name signed, or may have
// written it where nobody is named. No rules are all that there ever were.
func (a *auditor) vouched(key ssh.PublicKey, signed bool, forged *Reason, by ...*era) bool {
	if len(by) == 0 {
		for _, e := range a.eras.known {
			by = append(by, e)
		}
	}
	if forged != nil {
		return false
	}
	if !signed {
		return !slices.ContainsFunc(by, func(e *era) bool { return len(e.company.Signers) > 0 })
	}
	return slices.ContainsFunc(by, func(e *era) bool { return named(key, e.repository(), []*era{e}) })
}

// remind takes a removed file for what it was, if it was a statement or a
// checkpoint that somebody vouches for.
func (a *auditor) remind(r history.Removal) error {
	dir, name := path.Split(r.Path)
	commit, statement := statedIn(name)
	switch {
	case strings.HasPrefix(dir, statementsDir+"/") && statement:
		i := slices.IndexFunc(a.landed, func(l *Landed) bool { return l.Commit.Hash == commit })
		if i < 0 {
			return nil
		}
		return a.remindClaim(a.landed[i], r)
	case dir == checkpointsDir+"/" && checkpointFile.MatchString(name):
		a.remindPoint(r)
	}
	return nil
}

func (a *auditor) remindPoint(r history.Removal) {
	at := place{view: r.View, path: r.Path}
	k, err := at.read()
	k.path = a.room(k)
	p := readPoint(k, err)
	there := func(o *point) bool { return o.sum == p.sum && o.signed == p.signed }
	if !a.vouches(p) || slices.ContainsFunc(a.points, there) {
		return
	}
	a.points = append(a.points, p)
	head := p.text.Predicate.Head
	a.kept.heads[head] = append(a.kept.heads[head], at)
	a.report.recalled = append(a.report.recalled, &recalled{r, k})
}

func (a *auditor) remindClaim(l *Landed, r history.Removal) error {
	at := place{view: r.View, path: r.Path}
	k, err := at.read()
	k.path = a.room(k)
	c, err := claimOf(k, err)
	if err != nil {
		return err
	}
	there := func(o *claim) bool { return o.sum == c.sum && o.signed == c.signed }
	if c.broken != nil || !a.vouched(c.key, c.signed, c.forged) || slices.ContainsFunc(l.claims, there) {
		return nil
	}
	if !c.spans(l) {
		c.compare(l)
		c.abridge(l, &a.words)
	}
	c.removed = true
	l.claims = append(l.claims, c)
	a.kept.statements[l.Commit.Hash] = append(a.kept.statements[l.Commit.Hash], at)
	a.report.recalled = append(a.report.recalled, &recalled{r, k})
	return nil
}

// reason says who removed it.
func (r *recalled) reason() Reason {
	return *reason("audit/removed", "file", r.by.Path, "commit", short(r.by.Commit), "who", r.by.By.Name, "on", r.by.When.UTC().Format(time.DateTime))
}

// Gaps is what the branch of statements lacks.
type Gaps struct {
	// Unstated are the landed commits that need a statement and have none that
	// counts, oldest first: a closing rests on what landed before it.
	Unstated []string
	// Removed is what stood there once, to be put back byte for byte, and who
	// took it away.
	Removed []history.NewFile
	Reasons []Reason
}

func (g *Gaps) putBack(r *recalled) {
	g.Reasons = append(g.Reasons, r.reason())
	_ = r.write(r.path, func(name string, data []byte) error {
		g.Removed = append(g.Removed, history.NewFile{Path: name, Data: data})
		return nil
	})
}

// room is where a file can be put back: where it stood, or beside it.
func (a *auditor) room(k kept) string {
	also := func(r *recalled) bool { return r.path == k.path }
	if taken(a.options.Kept, k.path) || slices.ContainsFunc(a.report.recalled, also) {
		return beside(k.path, slices.Concat(k.data, k.sig))
	}
	return k.path
}

// taken reports whether something stands where a file or its signature is to
// stand.
func taken(views []fs.FS, name string) bool {
	for _, v := range views {
		for _, at := range []string{name, name + history.Signature} {
			if _, err := fs.Stat(v, at); err == nil {
				return true
			}
		}
	}
	return false
}

var further = regexp.MustCompile(`(-[0-9a-f]{16})?\.json$`)

// beside is the name of a file whose place is taken, told apart by its content.
func beside(name string, content []byte) string {
	return further.ReplaceAllString(name, "-"+sum(content)[:16]+".json")
}
