package attest

import (
	"slices"
	"strings"
	"sync"

	"github.com/dealgate/dealgate/validate/history"
)

// abridge keeps of a claim that was compared with history what is still to be
// decided: whose approvals it tells of, in what, and which rows its facts are
// said to have taken.
func (c *claim) abridge(l *Landed, w *words) {
	was := c.says
	c.about, c.says = nil, Change{
		Commit: same(was.Commit, l.Commit.Hash), Parent: same(was.Parent, l.Parent),
		PullRequest: was.PullRequest, Commits: was.Commits, Approvals: was.Approvals,
	}
	if c.odds == nil {
		c.says.Facts = w.facts(was.Facts, l)
	}
	head := ""
	if pr := was.PullRequest; pr != nil {
		w.pull(pr)
		head = pr.Head
	}
	for i := range c.says.Commits {
		w.commit(&c.says.Commits[i], head)
	}
	for i := range c.says.Approvals {
		w.approval(&c.says.Approvals[i], l, head)
	}
}

// same returns the one of two equal texts that is kept anyway.
func same(s, kept string) string {
	if s == kept {
		return kept
	}
	return strings.Clone(s)
}

// words are the texts that recur from statement to statement, each in memory
// once. A text that was read is a piece of its whole file: what outlives that
// is copied.
type words struct {
	mu    sync.Mutex
	known map[string]string
}

// once returns the text's only copy.
func (w *words) once(s string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if known, ok := w.known[s]; ok {
		return known
	}
	if w.known == nil {
		w.known = map[string]string{}
	}
	s = strings.Clone(s)
	w.known[s] = s
	return s
}

func (w *words) account(a Account) Account {
	return Account{w.once(a.Host), a.ID, w.once(a.Login)}
}

func (w *words) identity(i Identity) Identity { return Identity{w.once(i.Name), w.once(i.Mail)} }

func (w *words) pull(p *PullRequest) {
	p.URL, p.Title, p.Head = strings.Clone(p.URL), strings.Clone(p.Title), strings.Clone(p.Head)
	p.Author, p.Base = w.account(p.Author), w.once(p.Base)
}

func (w *words) commit(c *Commit, head string) {
	c.Hash = same(c.Hash, head)
	c.Author, c.Committer = w.identity(c.Author), w.identity(c.Committer)
	for i, one := range c.CoAuthors {
		c.CoAuthors[i] = w.identity(one)
	}
}

func (w *words) approval(a *Approval, l *Landed, head string) {
	a.Fact, a.Scope, a.Role, a.Aspect = l.path(a.Fact), w.once(a.Scope), w.once(a.Role), w.once(a.Aspect)
	a.Person, a.Name, a.Account = w.once(a.Person), w.once(a.Name), w.account(a.Account)
	a.Review, a.Commit, a.Text = strings.Clone(a.Review), same(a.Commit, head), strings.Clone(a.Text)
}

// facts keeps the rows of facts, which are those of history and in its order.
func (w *words) facts(says []Fact, l *Landed) []Fact {
	out := slices.Clip(slices.Clone(says))
	at := 0
	for i, f := range says {
		for l.changes[at].Path != f.Path {
			at++
		}
		out[i] = Fact{Path: l.changes[at].Path, Step: w.once(f.Step), Row: w.once(f.Row)}
	}
	return out
}

// path returns the changed path that is written so, or a copy.
func (l *Landed) path(s string) string {
	i, _ := slices.BinarySearchFunc(l.changes, s, func(c history.Change, s string) int { return strings.Compare(c.Path, s) })
	if i < len(l.changes) {
		return same(s, l.changes[i].Path)
	}
	return strings.Clone(s)
}
