package approval

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/forge"
)

// owner finds who an account belongs to, by host and numeric id. A login is
// never looked at: it can be renamed and taken by somebody else.
func owner(r *fold.Roster, a forge.Account) *fold.Person {
	if !a.Known() {
		return nil
	}
	return r.OfAccount(a.Host, a.ID)
}

// noreply is the address that GitHub gives a commit made on its pages: it
// carries the numeric id of the account.
var noreply = regexp.MustCompile(`^([0-9]{1,15})\+[^@\s]+@users\.noreply\.([^@\s]+)$`)

// people finds everybody whom an identity of a commit may stand for.
func (d *decider) people(i Identity) []*fold.Person {
	mail := fold.Lower(i.Mail)
	found := d.base.Roster.OfMail(mail)
	if m := noreply.FindStringSubmatch(mail); m != nil {
		id, _ := strconv.ParseInt(m[1], 10, 64) // the pattern admits fifteen digits
		if p := owner(d.base.Roster, forge.Account{Host: m[2], ID: id}); p != nil {
			found = append(slices.Clone(found), p)
		}
	}
	return found
}

// ofForge reports whether a committer is the forge itself, which commits what
// somebody does on its pages. As an author nobody may hide behind it.
func (d *decider) ofForge(i Identity) bool {
	host := fold.Lower(d.in.PR.Author.Host)
	mail := fold.Lower(i.Mail)
	if len(d.people(i)) > 0 {
		return false
	}
	if host == "github.com" {
		return mail == "noreply@github.com"
	}
	return slices.Contains([]string{"noreply@" + host, "gitea@fake.local", "forgejo@fake.local"}, mail)
}

// authors notes everybody who had a hand in the content: who opened the pull
// request, and the authors of every commit that is not a clean merge.
func (d *decider) authors() {
	if p := owner(d.base.Roster, d.in.PR.Author); p != nil {
		d.hands[p] = true
	}
	d.identities(func(_ Commit, i Identity) {
		for _, p := range d.people(i) {
			d.hands[p] = true
		}
	})
}

// identities visits everybody whom the commits name.
func (d *decider) identities(visit func(Commit, Identity)) {
	for _, c := range d.in.Commits {
		if c.CleanMerge {
			continue
		}
		visit(c, c.Author)
		if !d.ofForge(c.Committer) {
			visit(c, c.Committer)
		}
		for _, i := range c.CoAuthors {
			visit(c, i)
		}
	}
}

// strangers blocks a change of whose authors somebody is not in the roster: he
// might be anybody, also the one who approves.
func (d *decider) strangers() {
	at := diag.Diagnostic{Span: diag.Span{File: rosterPath}, Clause: "own"}
	if a := d.in.PR.Author; owner(d.base.Roster, a) == nil {
		at.Rule, at.Args = "approval/unknown-opener", accountArgs(a)
		d.report(at)
	}
	said := map[string]bool{}
	d.identities(func(c Commit, i Identity) {
		if mail := fold.Lower(i.Mail); !said[mail] && len(d.people(i)) == 0 {
			said[mail] = true
			at.Rule, at.Args = "approval/unknown-author", diag.Args{"name": i.Name, "mail": i.Mail, "commit": short(c.Hash)}
			d.report(at)
		}
	})
}

func accountArgs(a forge.Account) diag.Args {
	return diag.Args{"login": a.Login, "host": a.Host, "id": a.ID}
}
