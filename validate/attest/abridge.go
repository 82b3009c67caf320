package attest

import (
	"slices"
	"strings"
	"sync"

	"github.com/dealgate/dealgate/validate/history"
)

// brief is what is decided about once a claim was held against history: whose
// approvals it tells of, in what, and which rows the facts are said to have
// taken.
type brief struct {
	Repository, Commit, Parent string
	PullRequest                *PullRequest
	Commits                    []Commit
	Facts                      []Fact
	Approvals                  []Approval
}

// abridge leaves the brief of a claim that was compared.
func (c *claim) abridge(l *Landed, w *words) {
	says := &c.says
	c.text = nil
	says.Repository = w.once(says.Repository)
	says.Commit, says.Parent = same(says.Commit, l.Commit.Hash), same(says.Parent, l.Parent)
	head := ""
	if says.PullRequest != nil {
		w.pull(says.PullRequest)
		head = says.PullRequest.Head
	}
	says.Commits, says.Approvals = exact(says.Commits), exact(says.Approvals)
	for i := range says.Commits {
		w.commit(&says.Commits[i], head)
	}
	for i := range says.Approvals {
		w.approval(&says.Approvals[i], l, head)
	}
	says.Facts = exact(says.Facts)
	if c.odds != nil {
		says.Facts = nil // nothing will be decided
	}
	w.facts(says.Facts, l)
}

// exact copies a list without room for more.
func exact[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return append(make([]T, 0, len(list)), list...)
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
func (w *words) facts(says []Fact, l *Landed) {
	at := 0
	for i, f := range says {
		for l.changes[at].Path != f.Path {
			at++
		}
		says[i] = Fact{Path: l.changes[at].Path, Step: w.once(f.Step), Row: w.once(f.Row)}
	}
}

// path returns the changed path that is written so, or a copy.
func (l *Landed) path(s string) string {
	i, _ := slices.BinarySearchFunc(l.changes, s, func(c history.Change, s string) int { return strings.Compare(c.Path, s) })
	if i < len(l.changes) {
		return same(s, l.changes[i].Path)
	}
	return strings.Clone(s)
}
