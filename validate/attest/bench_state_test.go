package attest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/approval"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/forge"
	"github.com/dealgate/dealgate/validate/history"
)

// stateAll signs a statement about every change of a repository, as attest
// would have done change by change, with the key that lies beside it. Of each
// change the right people approve. Nothing is done where there are statements.
func stateAll(t testing.TB, dir string) {
	archive, err := history.OpenArchive(dir, Branch)
	must(t, err)
	views, done, err := archive.Views()
	must(t, err)
	must(t, done())
	if len(views) > 0 {
		return
	}
	data, err := os.ReadFile(dir + ".key")
	must(t, err)
	key, err := Key(dir+".key", data)
	must(t, err)
	repo, err := history.Open(dir)
	must(t, err)
	defer repo.Close()
	s := &stating{t: t, repo: repo, key: key, took: map[*Landed]map[string]took{}, needs: map[*Landed][]approval.Demand{}}
	s.read()
	var files []history.NewFile
	for i, l := range s.landed {
		if l.exempt() == nil {
			files = append(files, s.sign(statementPath(l.Commit.Hash, l.Commit.When), s.state(i, l))...)
		}
	}
	s.keep(archive, files)
	views, done, err = archive.Views()
	must(t, err)
	path, point, err := NextCheckpoint(t.Context(), Options{Repo: repo, Kept: views}, "bench")
	must(t, err)
	must(t, done())
	s.keep(archive, s.sign(path, point))
	must(t, exec.Command("git", "-C", dir, "repack", "-q", "-d").Run())
}

// stating makes the statements.
type stating struct {
	t    testing.TB
	repo *history.Repo
	key  ssh.Signer
	*auditor

	mu    sync.Mutex
	took  map[*Landed]map[string]took
	needs map[*Landed][]approval.Demand
}

// read finds what every change asks for.
func (s *stating) read() {
	var err error
	s.auditor, err = prepare(s.t.Context(), Options{Repo: s.repo})
	must(s.t, err)
	for _, l := range s.landed {
		if l.exempt() == nil {
			l.claim = &claim{}
		}
	}
	lives := s.lives()
	must(s.t, parallel(s.t.Context(), len(lives), func(i int) error { return s.life(s.t.Context(), lives[i]) }))
}

func (s *stating) life(ctx context.Context, parts []part) error {
	if err := s.replay(ctx, parts); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range parts {
		if p.contents == nil {
			continue
		}
		l := p.landed
		if s.took[l] == nil {
			s.took[l] = map[string]took{}
		}
		for i, c := range p.changes {
			s.took[l][c.Path] = p.contents.Took[i]
		}
		s.needs[l] = append(s.needs[l], p.contents.Demand)
	}
	return nil
}

// checkedOne in so many statements is held against the one that Make makes.
const checkedOne = 2000

func (s *stating) state(n int, l *Landed) []byte {
	pr, commits := s.proposal(n, l)
	reviews := s.reviews(l, pr)
	p := l.facts()
	for i, f := range p.Facts {
		p.Facts[i].Step, p.Facts[i].Row = s.took[l][f.Path].Step, s.took[l][f.Path].Row
	}
	p.PullRequest = &PullRequest{
		Number: pr.Number, URL: pr.URL, Title: pr.Title, Base: pr.BaseRef, Head: pr.HeadCommit, Author: Account{pr.Author.Host, pr.Author.ID, pr.Author.Login},
	}
	p.Commits, p.Approvals, p.Version = []Commit{}, []Approval{}, "bench"
	for _, c := range commits {
		p.Commits = append(p.Commits, commitOf(c))
	}
	for _, g := range s.given(l, pr, commits, reviews) {
		p.Approvals = append(p.Approvals, approved(g))
	}
	data, err := Encode(Statement[Change]{Type: StatementType, PredicateType: ChangeType, Subject: l.subjects(), Predicate: p})
	must(s.t, err)
	if n%checkedOne == 1 && len(l.Commit.Parents) == 2 {
		made, err := Make(s.t.Context(), Request{Repo: s.repo, Commit: l.Commit.Hash, PR: pr, Reviews: reviews, Version: "bench"})
		must(s.t, err)
		if !bytes.Equal(made.Data, data) {
			s.t.Errorf("%s: Make says otherwise: %v\n%s\n%s", l.Commit.Hash, made.Findings, made.Data, data)
		}
	}
	return data
}

func (s *stating) given(l *Landed, pr forge.PullRequest, commits []approval.Commit, reviews []forge.Review) []approval.Given {
	rules := asOf(l.era.company, l)
	in := approval.Input{Change: &validate.Change{Base: rules, Head: rules}, PR: pr, Reviews: reviews, Commits: commits, Digests: l.digests()}
	in.Seen = func(string) (map[approval.Scope]approval.Digest, error) { return in.Digests, nil }
	var all approval.Demand
	for _, d := range s.needs[l] {
		all.Needs, all.Deeds = append(all.Needs, d.Needs...), append(all.Deeds, d.Deeds...)
	}
	return approval.Answer(in, all).Given
}

// proposal is the pull request that a change came by, with its commits.
func (s *stating) proposal(n int, l *Landed) (forge.PullRequest, []approval.Commit) {
	c := l.Commit
	who := approval.Identity{Name: c.Author, Mail: c.Email}
	head := approval.Commit{Hash: c.Hash[20:] + c.Hash[:20], When: c.AuthorWhen, Author: who, Committer: who}
	commits := []approval.Commit{head}
	if len(c.Parents) == 2 {
		var err error
		commits, err = Commits(s.repo, c.Parents[0], c.Parents[1], everything)
		must(s.t, err)
		who = commits[0].Author
	}
	login, domain, _ := strings.Cut(who.Mail, "@")
	host := "git." + domain
	return forge.PullRequest{
		Number: n, Title: c.Subject, URL: "https://" + host + "/market/deals/pulls/" + strconv.Itoa(n), BaseRef: "main",
		Author: accountOf(l.era.company.Roster.Person(login)), HeadCommit: commits[0].Hash,
	}, commits
}

// reviews are the approvals of the people whom the change needs.
func (s *stating) reviews(l *Landed, pr forge.PullRequest) []forge.Review {
	var out []forge.Review
	approve := func(p *fold.Person) {
		a := accountOf(p)
		if !slices.ContainsFunc(out, func(r forge.Review) bool { return r.Author == a }) {
			id := strconv.Itoa(10*pr.Number + len(out))
			out = append(out, forge.Review{ID: id, State: forge.Approved, Author: a, Commit: pr.HeadCommit, Submitted: l.Commit.When.UTC(), Body: "同意"})
		}
	}
	for _, d := range s.needs[l] {
		for _, n := range d.Needs {
			var filled []*fold.Person
			for _, slot := range n.Slots {
				if slot.Named != "" {
					approve(l.era.company.Roster.Person(slot.Named))
				} else if p := holder(l, pr.Author, slot.Roles, filled); p != nil {
					filled = append(filled, p)
					approve(p)
				}
			}
		}
	}
	return out
}

// holder is somebody who holds one of the roles, but for some.
func holder(l *Landed, author forge.Account, roles []string, but []*fold.Person) *fold.Person {
	for _, p := range l.era.company.Roster.People {
		if p.Has(l.day(), roles...) && accountOf(p) != author && !slices.Contains(but, p) {
			return p
		}
	}
	return nil
}

func accountOf(p *fold.Person) forge.Account {
	var a fact.RosterPeopleAccounts
	if list := p.Entry().Accounts; len(list) > 0 {
		a = list[0]
	}
	return forge.Account{Host: a.Host.S, ID: int64(a.Id.N), Login: a.Login.S}
}

func (s *stating) sign(name string, data []byte) []history.NewFile {
	sig, err := Sign(data, s.key)
	must(s.t, err)
	return []history.NewFile{{Path: name, Data: data}, {Path: name + history.Signature, Data: sig}}
}

func (s *stating) keep(to *history.Archive, files []history.NewFile) {
	note := history.Note{Author: history.Author{Name: "landing", Email: "landing@example.org"}, When: time.Unix(0, 0), Subject: "state"}
	_, err := to.Add(files, note)
	must(s.t, err)
}
