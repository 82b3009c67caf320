package attest

import (
	"context"
	"io/fs"
	"maps"
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
	path string // that it is put back to
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
		a.remindPoint(r)
	}
	named := a.entries() // by the checkpoints, those that were removed included
	for _, counts := range []func(*claim, *Landed) bool{
		func(c *claim, l *Landed) bool { return (c.spans(l) || c.agrees(l)) && a.signs(c, l) },
		func(c *claim, _ *Landed) bool { return named[c.sum] },
	} {
		for _, r := range removals {
			if err := a.remindClaim(r, counts); err != nil {
				return err
			}
		}
	}
	if len(a.report.recalled) == 0 {
		return nil
	}
	return a.span(ctx)
}

// lacks reports whether a checkpoint names what is not there, something else
// stands in the place of a checkpoint or a statement, or a change that landed
// before the last checkpoint has no statement. Of what landed since most has just
// not been stated yet: that is no reason to go back over the whole branch.
func (a *auditor) lacks() bool {
	sums, stated := a.stated()
	if a.outside != nil && a.outside.lacking == nil && a.outside.wants(a, sums) {
		return true
	}
	covered, any, stems := 0, false, map[string]bool{}
	for _, p := range a.points {
		if !a.vouches(p) {
			continue
		}
		if p.wants(a, sums) {
			return true
		}
		any, covered, stems[stem(p.file)] = true, max(covered, min(p.text.Predicate.Changes, len(a.landed))), true
	}
	if !any {
		covered = len(a.landed)
	}
	for i, l := range a.landed {
		if !stated[i] && (i < covered || len(l.claims) > 0) {
			return true
		}
	}
	return slices.ContainsFunc(a.points, func(p *point) bool {
		return !a.vouches(p) && !p.keyless && !stems[stem(p.file)] && a.lands(p)
	})
}

// lands reports whether a checkpoint is named after a commit of the line.
func (a *auditor) lands(p *point) bool {
	m := checkpointFile.FindStringSubmatch(path.Base(p.file))
	_, on := a.line.at[m[1]]
	return on
}

// stated collects the statements that are there, and of which commits one
// counts, as far as can be told before rebase merges are joined.
func (a *auditor) stated() (sums map[string]bool, of []bool) {
	sums, of = map[string]bool{}, make([]bool, len(a.landed))
	for i, l := range a.landed {
		of[i] = of[i] || l.era.judged() != nil
		for _, c := range l.claims {
			sums[c.sum] = true
			if c.agrees(l) && a.signs(c, l) {
				for j := c.first; j <= i; j++ {
					of[j] = true
				}
			}
		}
	}
	return sums, of
}

// entries collects the statements that checkpoints name which somebody vouches
// for.
func (a *auditor) entries() map[string]bool {
	named := map[string]bool{}
	take := func(p *point) {
		for _, e := range p.text.Predicate.Entries {
			named[e.Statement] = true
		}
	}
	for _, p := range a.points {
		if a.vouches(p) {
			take(p)
		}
	}
	if a.outside != nil {
		take(a.outside)
	}
	return named
}

// wants reports whether a checkpoint names a statement, or a checkpoint before
// it, that is not there.
func (p *point) wants(a *auditor, sums map[string]bool) bool {
	says := p.text.Predicate
	return says.Previous != nil && !a.keeps(*says.Previous) ||
		slices.ContainsFunc(says.Entries, func(e Entry) bool { return e.Statement != "" && !sums[e.Statement] })
}

// vouches reports whether somebody whom any rules name signed a checkpoint.
func (a *auditor) vouches(p *point) bool {
	return p.lacking == nil && vouched(p.key, p.signed, p.forged, slices.Collect(maps.Values(a.eras.known)))
}

// signs reports whether somebody whom the rules before the change name signed a
// statement about it.
func (a *auditor) signs(c *claim, l *Landed) bool {
	return c.broken == nil && vouched(c.key, c.signed, c.forged, []*era{l.era})
}

// vouched reports whether somebody whom some rules name signed, or may have
// written it where nobody is named.
func vouched(key ssh.PublicKey, signed bool, forged *Reason, by []*era) bool {
	if forged != nil {
		return false
	}
	if !signed {
		return !slices.ContainsFunc(by, func(e *era) bool { return len(e.company.Signers) > 0 })
	}
	return slices.ContainsFunc(by, func(e *era) bool { return named(key, e.repository(), []*era{e}) })
}

// remindPoint takes a removed file for the checkpoint that it was, if somebody
// vouches for that.
func (a *auditor) remindPoint(r history.Removal) {
	dir, name := path.Split(r.Path)
	m := checkpointFile.FindStringSubmatch(name)
	if dir != checkpointsDir+"/" || m == nil {
		return
	}
	k, err := standing(r).read()
	p := readPoint(k, err)
	if !a.vouches(p) || a.has(p) {
		return
	}
	p.file = a.takeBack(r, k)
	a.take(p)
	a.kept.heads[m[1]] = append(a.kept.heads[m[1]], standing(r))
}

// remindClaim takes a removed file for the statement that it was, if that
// counts.
func (a *auditor) remindClaim(r history.Removal, counts func(*claim, *Landed) bool) error {
	dir, name := path.Split(r.Path)
	commit, statement := statedIn(name)
	i, landed := a.line.at[commit]
	if !strings.HasPrefix(dir, statementsDir+"/") || !statement || !landed {
		return nil
	}
	l := a.landed[i]
	k, err := standing(r).read()
	c, err := claimOf(k, err)
	if err != nil {
		return err
	}
	there := func(o *claim) bool { return o.sum == c.sum && (a.signs(o, l) || !a.signs(c, l)) }
	if c.broken != nil || !counts(c, l) || slices.ContainsFunc(l.claims, there) {
		return nil
	}
	c.file, c.removed = a.takeBack(r, k), true
	l.claims = append(l.claims, c)
	a.weigh(l)
	a.kept.statements[commit] = append(a.kept.statements[commit], standing(r))
	return nil
}

// standing is where a removed file still stands.
func standing(r history.Removal) place { return place{view: r.View, path: r.Path} }

// takeBack notes that a removed file counts, and finds where it can be put back:
// where it stood, or beside it.
func (a *auditor) takeBack(r history.Removal, k kept) string {
	at := free(r.Path, slices.Concat(k.data, k.sig), func(name string) bool { return a.room[name] || taken(a.options.Kept, name) })
	a.room[at] = true
	a.report.recalled = append(a.report.recalled, &recalled{r, at})
	return at
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

func (g *Gaps) putBack(r *recalled) error {
	g.Reasons = append(g.Reasons, r.reason())
	return r.write(r.path, func(name string, data []byte) error {
		g.Removed = append(g.Removed, history.NewFile{Path: name, Data: data})
		return nil
	})
}

// write copies a removed file with its signature.
func (r *recalled) write(to string, write func(string, []byte) error) error {
	k, err := standing(r.by).read()
	if err != nil {
		return err
	}
	return k.write(to, write)
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

// stem is the name that a file would have if its place had not been taken.
func stem(name string) string { return further.ReplaceAllString(name, "") }

// free is the name under which a file can stand: its own, or one beside it. Names
// are told apart by the content, so that nothing is written twice; one that
// somebody has taken beforehand leads to the next.
func free(name string, content []byte, taken func(string) bool) string {
	for of := content; taken(name); of = slices.Concat([]byte(name), content) {
		name = stem(name) + "-" + sum(of)[:16] + ".json"
	}
	return name
}
