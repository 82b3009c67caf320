package main

import (
	"time"

	"github.com/dealgate/dealgate/render/site"
	"github.com/dealgate/dealgate/validate/attest"
)

// landing tells the site of every landed change, and finds by its path which
// one a file stands in; of one that landed several times, the last.
func (p proofs) landing(in *time.Location, t texts) (site.Landing, map[string]*site.Change) {
	r := p.report
	if r == nil {
		return site.Landing{}, nil
	}
	out := site.Landing{
		Changes:     make([]site.Change, len(r.Landed)),
		Checkpoints: r.Checkpoints, Covered: r.Covered, Signed: r.Signed, Reasons: siteReasons(r.Line),
	}
	of := make(map[*attest.Landed]*site.Change, len(r.Landed))
	for i, l := range r.Landed {
		out.Changes[i] = siteChange(l, in, t)
		of[l] = &out.Changes[i]
	}
	files := map[*attest.Landed]int{}
	for _, i := range r.Items {
		files[i.Landed]++
	}
	at := make(map[string]*site.Change, len(r.Items))
	for _, i := range r.Items {
		c := of[i.Landed]
		if c.Files == nil {
			c.Files = make([]site.ChangeFile, 0, files[i.Landed])
		}
		path := t.one(i.Path)
		c.Files = append(c.Files, site.ChangeFile{Path: path, Deleted: i.Deleted, Verdict: verdicts[i.Status()], Reasons: siteReasons(i.Reasons)})
		at[path] = c
	}
	return out, at
}

var verdicts = map[attest.Status]site.Verdict{
	attest.Proven: site.Proven, attest.Declared: site.Declared, attest.Unproven: site.Unproven, attest.Contradicted: site.Contradicted,
}

func siteChange(l *attest.Landed, in *time.Location, t texts) site.Change {
	c := site.Change{
		Commit: t.one(l.Commit.Hash), Parent: t.one(l.Parent), Author: l.Commit.Author, Subject: t.one(l.Commit.Subject), When: l.When().In(in),
		Verdict: verdicts[l.Status()], Reasons: siteReasons(l.Reasons),
	}
	if pr := l.PullRequest; pr != nil {
		c.Pull = site.Pull{Number: pr.Number, URL: pr.URL, Title: pr.Title, Author: pr.Author.Login}
	}
	for _, a := range l.Approvals {
		c.Approvals = append(c.Approvals, site.Approval{
			Fact: a.Fact, Role: roleTerm(a.Role, a.Aspect), Person: a.Person, Name: a.Name, Host: a.Account.Host, Login: a.Account.Login,
			Review: a.Review, When: a.At.In(in), Delegated: a.Delegated, Text: a.Text,
		})
	}
	return c
}

func siteReasons(list []attest.Reason) []site.Reason {
	if len(list) == 0 {
		return nil
	}
	out := make([]site.Reason, len(list))
	for i, r := range list {
		out[i] = site.Reason{Title: r.Title(), Found: site.Phrase{Key: r.Rule + ".found", Args: r.Args}}
	}
	return out
}
