package site

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// perReader bounds how many rows of each list the page of a reader shows.
const perReader = 40

// readerPage is what waits for one person or role, or one page of one of its
// lists.
type readerPage struct {
	Whole *whole
	Title any
	Roles []Ref // of a person
	Team  Ref
	Facts []Ref // how many of what, leading to the list below
	Lists []roll
	Money []form // for money that comes in, where the reader records it
	More  Ref    // to the customers, each with his forms
}

// reader is somebody who opens the site in the morning: a person, or all who
// have a role.
type reader struct {
	Name      any
	File      string
	Person    *fold.Person // nil for a role
	Roles     []string
	Team      string // whose deals are his own; empty where he has no team, and for a role
	Everybody bool
	aspects   []string                 // roles that review orders
	delegated []fact.PolicyDelegations // to him, in force
}

// followers are the roles that look after the deals of all teams.
var followers = []string{"general-manager", "leadership", "department-manager", "marketing", "finance", "auditor"}

// never is a day after all days.
const never value.Day = 1 << 30

// allFile is what waits for anybody.
const allFile = "today/role.all.html"

func roleFile(role string) string      { return "today/role." + role + ".html" }
func readerFile(id string) string      { return "today/" + id + ".html" }
func (r *reader) has(role string) bool { return r.Everybody || slices.Contains(r.Roles, role) }

// listFile is where a list of the reader's stands as a whole.
func (r *reader) listFile(id string) string {
	return strings.TrimSuffix(r.File, ".html") + "." + id + ".html"
}

// hasOne reports whether the reader has one of the roles that are named.
func (r *reader) hasOne(terms []diag.Term) bool {
	return slices.ContainsFunc(terms, func(t diag.Term) bool { return r.has(bare(t, "role.")) })
}

// inTeam reports whether the reader acts for the team that looks after a deal:
// a person for his own, and as long as none does for any; a role for all.
func (r *reader) inTeam(d *Deal) bool {
	return slices.ContainsFunc(teamRoles, r.has) && (r.Person == nil || d.Keeper == "" || d.Keeper == r.Team)
}

// mayRecord reports whether the reader's roles let him record a fact.
func (r *reader) mayRecord(g gate) bool {
	return r.hasOne(g.Next.Actors) || hasRole(g.Next.Actors, "anyone") || hasRole(g.Next.Actors, "team") && r.inTeam(g.Deal)
}

// records reports whether a fact is the reader's to record: a role's where it
// may, a person's where he may and it is not first of all up to a team that he
// is not in.
func (r *reader) records(g gate) bool {
	if r.Person != nil && g.Deal.Keeper != "" && hasRole(g.Next.Actors, "team", "marketing-manager", "team-member") {
		return r.inTeam(g.Deal)
	}
	return r.mayRecord(g)
}

// chases reports whether chasing a payment is the reader's to record.
func (r *reader) chases(x due) bool {
	return r.records(gate{Deal: x.Deal, Next: Next{Actors: x.Chase.Actors}})
}

// approves reports whether a fact will need the reader's approval.
func (r *reader) approves(g gate) bool {
	if r.hasOne(g.Next.Approvals) || hasRole(g.Next.Approvals, "aspects") && slices.ContainsFunc(r.aspects, r.has) {
		return true
	}
	return slices.ContainsFunc(r.delegated, g.covers)
}

// follows reports whether the reader looks after a deal.
func (r *reader) follows(d *Deal) bool {
	if slices.ContainsFunc(followers, r.has) {
		return true
	}
	if r.Person == nil {
		return slices.ContainsFunc(teamRoles, r.has)
	}
	return r.owns(d)
}

// owns reports whether a deal is a person's own, or his team's.
func (r *reader) owns(d *Deal) bool {
	return r.Person != nil && (r.Team != "" && d.Keeper == r.Team || d.Past.Owner == r.Person.ID)
}

// awaits reports whether an advance is the reader's, or his to pay out.
func (r *reader) awaits(a advance) bool {
	return r.Person != nil && a.Person == r.Person.ID || slices.ContainsFunc(followers, r.has)
}

// readers are everybody, each role of the table, and each person who has a
// role today.
func (m *Model) readers() (roles, people []*reader) {
	aspects := m.aspectRoles()
	roles = append(roles, &reader{Name: diag.Term("site.reader.all"), File: allFile, Everybody: true})
	for _, role := range schema.Roles {
		roles = append(roles, &reader{Name: diag.Term("role." + role), File: roleFile(role), Roles: []string{role}, aspects: aspects})
	}
	if m.Company.Roster == nil {
		return roles, nil
	}
	day := cmp.Or(m.AsOf, never) // before the first fact there is no date yet
	for _, p := range m.Company.Roster.People {
		held := p.RolesOn(day)
		if len(held) == 0 {
			continue
		}
		people = append(people, &reader{
			Name: p.Name, File: readerFile(p.ID), Person: p, Roles: held, Team: p.TeamOn(day), aspects: aspects, delegated: m.delegatedTo(p),
		})
	}
	return roles, people
}

// delegatedTo lists the delegations in force to a person.
func (m *Model) delegatedTo(p *fold.Person) []fact.PolicyDelegations {
	if m.Company.Policy == nil {
		return nil
	}
	return chosen(m.Company.Policy.Delegations, func(g fact.PolicyDelegations) bool {
		return m.Company.Roster.Person(g.Person.S) == p && inForce(g.From.Day, g.To.Day, m.AsOf)
	})
}

func inForce(from, to, day value.Day) bool { return from <= day && (to == 0 || day <= to) }

func readerPages(m *Model) []Page[readerPage] {
	roles, people := m.readers()
	company := map[string]listing{}
	var pages []Page[readerPage]
	for _, r := range append(roles, people...) {
		lists := m.lists(m.Desk.of(r), r)
		lists[0].Note = r.note(m.Desk)
		for i, l := range lists {
			if all, known := company[l.Table.ID]; known && len(all.Rows) == len(l.Rows) {
				lists[i].File, lists[i].Rows = all.File, all.Rows // the whole of it is written once
			} else if r.Everybody {
				company[l.Table.ID] = l
			}
		}
		pages = append(pages, m.pagesOf(r, lists)...)
	}
	return pages
}

// pagesOf are the page of a reader and those of his own lists that are too long
// for it.
func (m *Model) pagesOf(r *reader, lists []listing) []Page[readerPage] {
	title := phrase("site.reader.title", "name", r.Name)
	pages := one(r.File, title, func() readerPage { return m.readerPage(r, title, lists) })
	for _, l := range lists {
		if l.File != r.listFile(l.Table.ID) {
			continue
		}
		name := phrase("site.reader.list", "list", l.Title, "name", r.Name)
		pages = append(pages, wholes(l, perReader, name, []Ref{{title, r.File}}, func(w *whole) readerPage { return readerPage{Whole: w} })...)
	}
	return pages
}

func (m *Model) readerPage(r *reader, title any, lists []listing) readerPage {
	p := readerPage{Title: title}
	if r.has("finance") {
		p.Money, p.More = m.moneyForms(), m.Ref(diag.Term("site.form.begin"), customersFile)
	}
	if r.Person != nil {
		p.Team = m.Ref(m.team(r.Team), teamFile(r.Team))
		for _, role := range r.Roles {
			p.Roles = append(p.Roles, m.Ref(diag.Term("role."+role), roleFile(role)))
		}
	}
	for _, l := range lists {
		p.Lists = append(p.Lists, m.roll(l, perReader))
		p.Facts = append(p.Facts, Ref{phrase("site.reader.count", "what", l.Title, "n", len(l.Rows)), r.File + "#" + l.Table.ID + "-head"})
	}
	return p
}

// note says that a person's roles let him record more than what is his.
func (r *reader) note(all desk) any {
	switch {
	case r.Everybody || r.Team != "":
		return nil
	case r.Person == nil:
		return diag.Term("site.reader.note-role")
	}
	others := len(chosen(all.Gates, func(g gate) bool { return r.mayRecord(g) && !r.records(g) }))
	if others == 0 {
		return nil
	}
	return counted("site.reader.others", others)
}

// byRoleAndTeam groups people for somebody who looks for his name: first who
// belongs to no team, by role, then the teams.
func (m *Model) byRoleAndTeam(people []*reader) []circle {
	var out []circle
	at := map[string]int{}
	add := func(key string, name any, r *reader) {
		k, ok := at[key]
		if !ok {
			k = len(out)
			at[key] = k
			out = append(out, circle{Name: name})
		}
		out[k].Readers = append(out[k].Readers, m.chair(r))
	}
	byRole := func(r *reader) int { return slices.IndexFunc(schema.Roles, r.has) }
	sorted := slices.Clone(people)
	slices.SortStableFunc(sorted, func(a, b *reader) int {
		return cmp.Or(cmp.Compare(a.Team, b.Team), cmp.Compare(byRole(a), byRole(b)))
	})
	for _, r := range sorted {
		if r.Team != "" {
			add("team "+r.Team, m.team(r.Team), r)
		} else {
			role := schema.Roles[max(0, byRole(r))]
			add("role "+role, diag.Term("role."+role), r)
		}
	}
	return out
}

// circle is some of the readers, by what they have in common.
type circle struct {
	Name    any
	Readers []chair
}

// chair leads to the page of a reader, with how many facts he can record now.
type chair struct {
	Who   Ref
	Role  any // what he is in his team
	Ready int
}

func (m *Model) chair(r *reader) chair {
	facts := chosen(m.Desk.Gates, func(g gate) bool { return g.Next.Ready() && r.records(g) })
	chases := chosen(m.Desk.Overdue, func(x due) bool { return x.Chase.Next <= m.AsOf && r.chases(x) })
	c := chair{Who: m.Ref(r.Name, r.File), Ready: len(facts) + len(chases)}
	if r.Team != "" {
		c.Role = diag.Term("role." + r.Roles[0])
	}
	return c
}
