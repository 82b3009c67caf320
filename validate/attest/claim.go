package attest

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/dealgate/dealgate/validate/approval"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
)

// claim is a statement that somebody made, not yet believed.
type claim struct {
	file   string
	sum    string             // SHA-256 of the file
	text   *Statement[Change] // until it is abridged
	says   brief
	broken *Reason // why it cannot be read
	signed bool
	key    ssh.PublicKey
	forged *Reason // why its signature is none

	compared bool    // with history
	odds     *Reason // where they part

	first int  // the first commit of the line that it is about
	joins bool // it makes one change of several commits

	removed bool // from the branch
}

// readClaim reads a statement and who signed it.
func readClaim(p place) (*claim, error) { return claimOf(p.read()) }

// claimOf makes a claim of a file, unless that could not be had.
func claimOf(k kept, err error) (*claim, error) {
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	c := &claim{file: k.path, sum: sum(k.data), signed: k.sig != nil}
	if err == nil {
		err = c.decode(k.data)
	}
	if err != nil {
		c.broken = reason("audit/unreadable-statement", "file", k.path, "problem", problem(err))
		return c, nil
	}
	if c.signed {
		c.key, c.forged = signer(k.data, k.sig)
	}
	return c, nil
}

func (c *claim) decode(data []byte) error {
	s, err := DecodeChange(data)
	if err == nil {
		p := &s.Predicate
		c.text, c.says = &s, brief{p.Repository, p.Commit, p.Parent, p.PullRequest, p.Commits, p.Facts, p.Approvals}
	}
	return err
}

// problem says in few words why a text is no statement.
func problem(err error) string {
	if s, ok := err.(*json.SyntaxError); ok {
		return "JSON: " + s.Error()
	}
	return err.Error()
}

// trust says whether the claim may be believed at all by some rules: whether
// they let its key sign at each of some times.
//
// The rules are those that stood before the change landed. So a key that was
// added later signs nothing that landed earlier, whatever its dates say: they
// can only narrow down what the list allows. A key that is to sign from a day
// on is added, by a change that the old key's statement covers, before that
// day; both stand in the list until what was open then has landed.
func (c *claim) trust(e *era, at ...time.Time) *Reason {
	switch {
	case c.broken != nil:
		return c.broken
	case e.lost != nil:
		return e.lost
	case !c.signed && len(e.company.Signers) == 0:
		return reason("audit/no-signers")
	case !c.signed:
		return reason("audit/unsigned")
	case c.forged != nil:
		return c.forged
	}
	return permitted(c.key, e.company.Signers, at...)
}

// believe chooses among the statements that bear the change's name, and notes
// why the change is not proven by it.
func (l *Landed) believe() {
	var best []Reason
	for _, c := range l.claims {
		why := c.against(l)
		if l.claim == nil || worst(why) < worst(best) {
			l.claim, best = c, why
		}
	}
	for _, c := range l.claims {
		if !c.removed && (c.file != l.claim.file || c.sum != l.claim.sum) { // the branch may stand here and at a remote
			l.spare = append(l.spare, c.file)
		}
	}
	l.claims = nil
	if l.claim == nil {
		l.Reasons = append(l.Reasons, *reason("audit/no-statement"))
		return
	}
	l.File = l.claim.file
	l.Reasons = append(l.Reasons, best...)
	if worst(best) <= Declared { // or anybody could have written them
		l.Approvals, l.PullRequest = l.claim.says.Approvals, l.claim.says.PullRequest
	}
}

// against lists what speaks against a claim: that it cannot be trusted, or
// where it says otherwise than history. What nobody vouches for contradicts
// nothing: whoever can write to the branch could put it there.
func (c *claim) against(l *Landed) []Reason {
	var why []Reason
	if r := c.trust(l.era, c.span(l)...); r != nil {
		why = append(why, *r)
	}
	if worst(why) > Declared {
		return why
	}
	c.compare(l)
	if c.odds != nil {
		why = append(why, *c.odds)
	}
	return why
}

// compare holds a claim against history, once.
func (c *claim) compare(l *Landed) {
	if !c.compared && c.broken == nil {
		c.odds, c.compared = c.differs(l), true
	}
}

// agrees reports whether a claim is about the change that it is named after, as
// far as can be told before the commits of a rebase merge are joined.
func (c *claim) agrees(l *Landed) bool {
	switch {
	case c.broken != nil:
		return false
	case c.compared:
		return c.odds == nil
	case c.spans(l):
		return c.joins
	}
	return c.differs(l) == nil
}

// counts reports whether a claim can be trusted and agrees with history.
func (c *claim) counts(l *Landed) bool { return worst(c.against(l)) <= Declared }

// differs says where a claim and history part, the plainest difference first.
func (c *claim) differs(l *Landed) *Reason {
	says, is := c.text.Predicate, l.facts()
	switch {
	case says.Repository != is.Repository:
		return reason("audit/other-repository", "found", says.Repository, "want", is.Repository)
	case says.Commit != is.Commit || says.Parent != is.Parent || !says.Landed.Equal(is.Landed):
		return reason("audit/other-commit", "found", short(says.Parent)+".."+short(says.Commit), "want", short(is.Parent)+".."+short(is.Commit))
	case says.Rules != is.Rules:
		return reason("audit/other-rules", "commit", short(is.Parent))
	}
	if scope := firstDifference(c.text.Subject, l.subjects()); scope != "" {
		return reason("audit/digest", "scope", scope)
	}
	sameFile := func(a, b Fact) bool { return a.Path == b.Path && a.Blob == b.Blob }
	if !slices.EqualFunc(says.Facts, is.Facts, sameFile) || !slices.Equal(says.Others, is.Others) || !slices.Equal(says.Evidence, is.Evidence) {
		return reason("audit/other-files", "commit", short(is.Commit))
	}
	return nil
}

// facts is what history alone says of the change.
func (l *Landed) facts() Change {
	out := Change{
		Repository: l.era.repository(), Commit: l.Commit.Hash, Parent: l.Parent, Landed: l.Commit.When.UTC(), Rules: l.era.rules,
		Facts: []Fact{}, Others: []File{}, Evidence: []File{},
	}
	for _, c := range l.changes {
		switch kind := fold.Classify(c.Path).Kind; {
		case kind == fold.FactFile && c.Kind == history.Added:
			out.Facts = append(out.Facts, Fact{Path: c.Path, Blob: c.NewBlob})
		case kind == fold.EvidenceFile && c.Kind == history.Added:
			out.Evidence = append(out.Evidence, File{c.Path, c.NewBlob})
		default:
			out.Others = append(out.Others, File{c.Path, c.NewBlob})
		}
	}
	return out
}

func (e *era) repository() string {
	if e.company.Policy == nil {
		return ""
	}
	return e.company.Policy.Repository.S
}

// subjects are what a statement about the change has to be about.
func (l *Landed) subjects() []Subject {
	out := []Subject{{Name: treeSubject, Digest: map[string]string{gitCommit: l.Commit.Hash, gitTree: l.Commit.Tree}}}
	digests := l.digests()
	for _, scope := range slices.Sorted(maps.Keys(digests)) {
		out = append(out, Subject{Name: string(scope), Digest: map[string]string{deltaDigest: string(digests[scope])}})
	}
	return out
}

// digests are those of all the change's scopes. No scope belongs to two
// customers, so that they serve each of its parts.
func (l *Landed) digests() map[approval.Scope]approval.Digest {
	return approval.Digests(l.era.repository(), Entries(l.changes))
}

// Entries turns changes into what digests are computed over.
func Entries(changes []history.Change) []approval.Entry {
	out := make([]approval.Entry, len(changes))
	for i, c := range changes {
		out[i] = approval.Entry{Path: c.Path, Mode: c.NewMode, OldBlob: c.OldBlob, NewBlob: c.NewBlob}
	}
	return out
}

// firstDifference names a subject that stands in only one list, or has another
// digest there; "" when the lists are equal.
func firstDifference(a, b []Subject) string {
	same := func(x, y Subject) bool { return x.Name == y.Name && maps.Equal(x.Digest, y.Digest) }
	for _, pair := range [][2][]Subject{{b, a}, {a, b}} {
		for _, x := range pair[0] {
			if !slices.ContainsFunc(pair[1], func(y Subject) bool { return same(x, y) }) {
				return strings.ToValidUTF8(x.Name, "\uFFFD")
			}
		}
	}
	if len(a) != len(b) {
		return treeSubject
	}
	return ""
}

func short(hash string) string { return hash[:min(len(hash), 10)] }
