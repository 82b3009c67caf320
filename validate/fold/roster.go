package fold

import (
	"maps"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// Roster answers who a person is, which roles he holds and which team he is
// in on a day.
type Roster struct {
	People []*Person // by id
	Teams  []*Team   // by id
	byID   map[string]*Person
	byName map[string][]*Person
	teams  map[string]*Team

	byAccount map[account]*Person
	byMail    map[string][]*Person
}

// account is what a forge tells somebody apart by. A login is none: it can be
// renamed and taken by somebody else.
type account struct {
	host string
	id   int64
}

// Person is one entry of the roster.
type Person struct {
	ID, Name string
	Names    []string // the name, and those borne before
	entry    fact.RosterPeople
}

// Team is a marketing team.
type Team struct {
	ID, Name string
	Names    []string // the name, and those borne before
	From, To value.Day
}

// NewRoster indexes a decoded roster.
func NewRoster(r *fact.Roster) *Roster {
	out := &Roster{byID: map[string]*Person{}, byName: map[string][]*Person{}, teams: map[string]*Team{}}
	for _, e := range r.People {
		p := &Person{ID: e.Key.S, Name: e.Value.Name.S, Names: namesOf(e.Value.Name, e.Value.FormerNames), entry: e.Value}
		out.People = append(out.People, p)
		out.byID[p.ID] = p
		out.name(p)
	}
	for _, e := range r.Teams {
		t := &Team{ID: e.Key.S, Name: e.Value.Name.S, Names: namesOf(e.Value.Name, e.Value.FormerNames), From: e.Value.From.Day, To: e.Value.To.Day}
		out.Teams = append(out.Teams, t)
		out.teams[t.ID] = t
	}
	slices.SortFunc(out.People, func(a, b *Person) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(out.Teams, func(a, b *Team) int { return strings.Compare(a.ID, b.ID) })
	out.reach()
	return out
}

// namesOf lists each name once, the present one first.
func namesOf(now fact.Text, before []fact.Text) []string {
	names := []string{now.S}
	for _, b := range before {
		if !slices.Contains(names, b.S) {
			names = append(names, b.S)
		}
	}
	return names
}

// name notes by which names somebody is known.
func (r *Roster) name(p *Person) {
	for _, n := range p.Names {
		r.byName[n] = append(r.byName[n], p)
	}
}

// reach notes by which accounts and addresses people are known. Where two have
// one account, it is that of the first.
func (r *Roster) reach() {
	r.byAccount, r.byMail = map[account]*Person{}, map[string][]*Person{}
	for _, p := range r.People {
		for _, a := range p.entry.Accounts {
			at := account{Lower(a.Host.S), int64(a.Id.N)}
			if r.byAccount[at] == nil {
				r.byAccount[at] = p
			}
		}
		for _, m := range p.entry.Mails {
			r.byMail[Lower(m.S)] = append(r.byMail[Lower(m.S)], p)
		}
	}
}

// OfAccount finds who an account of a forge belongs to, by host and numeric id.
func (r *Roster) OfAccount(host string, id int64) *Person {
	return r.byAccount[account{Lower(host), id}]
}

// OfMail lists whose commits bear an address.
func (r *Roster) OfMail(mail string) []*Person { return r.byMail[Lower(mail)] }

// Lower folds hosts and addresses for comparison, ASCII only: Unicode has
// letters that fold into ASCII ones, by which one address could pass for
// another.
func Lower(s string) string {
	s = strings.TrimSpace(s)
	upper := func(r rune) bool { return 'A' <= r && r <= 'Z' }
	if !strings.ContainsFunc(s, upper) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if upper(r) {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// Person finds somebody by id, or by a name that only one person bears or bore.
func (r *Roster) Person(ref string) *Person {
	if p := r.byID[ref]; p != nil {
		return p
	}
	if same := r.byName[ref]; len(same) == 1 {
		return same[0]
	}
	return nil
}

// SameName returns the people who bear a name, for the message that it is not
// unique.
func (r *Roster) SameName(name string) []*Person { return r.byName[name] }

// Team finds a team by id, or by a name that only one team bears or bore.
func (r *Roster) Team(ref string) *Team {
	if t := r.teams[ref]; t != nil {
		return t
	}
	var found *Team
	for _, t := range r.Teams {
		if slices.Contains(t.Names, ref) {
			if found != nil {
				return nil
			}
			found = t
		}
	}
	return found
}

// TeamsOn lists the teams that exist on a day.
func (r *Roster) TeamsOn(day value.Day) []*Team {
	var on []*Team
	for _, t := range r.Teams {
		if within(day, t.From, t.To) {
			on = append(on, t)
		}
	}
	return on
}

func within(day, from, to value.Day) bool { return from <= day && (to == 0 || day <= to) }

// RolesOn lists the roles that the person holds on a day.
func (p *Person) RolesOn(day value.Day) []string {
	var roles []string
	for _, r := range p.entry.Roles {
		if within(day, r.From.Day, r.To.Day) {
			roles = append(roles, r.Role.S)
		}
	}
	return roles
}

// Has reports whether the person holds one of the roles on a day.
func (p *Person) Has(day value.Day, roles ...string) bool {
	for _, r := range p.entry.Roles {
		if within(day, r.From.Day, r.To.Day) && slices.Contains(roles, r.Role.S) {
			return true
		}
	}
	return false
}

// TeamOn returns the id of the team the person belongs to on a day, or "".
func (p *Person) TeamOn(day value.Day) string {
	for _, t := range p.entry.Teams {
		if within(day, t.From.Day, t.To.Day) {
			return t.Team.S
		}
	}
	return ""
}

// Leads reports whether the person is a leader for the question who did the
// first two steps: general manager or company leadership (4.1-W3a).
func (p *Person) Leads(day value.Day) bool { return p.Has(day, "general-manager", "leadership") }

// Members lists the people of a team on a day, by id.
func (r *Roster) Members(team string, day value.Day) []*Person {
	var in []*Person
	for _, p := range r.People {
		if p.TeamOn(day) == team {
			in = append(in, p)
		}
	}
	return in
}

// TeamName is what a team is called, its id when the roster does not know it.
func (r *Roster) TeamName(ref string) string {
	if t := r.Team(ref); t != nil {
		return t.Name
	}
	return ref
}

// TeamID is the id of a team named by id or name, "" when the roster does not
// know it.
func (r *Roster) TeamID(ref string) string {
	if t := r.Team(ref); t != nil {
		return t.ID
	}
	return ""
}

// LastDay is the last day on which the person belongs to the company: 0 while
// he holds any role or team without end, or none at all.
func (p *Person) LastDay() value.Day {
	var last value.Day
	for _, r := range p.entry.Roles {
		if r.To.Day == 0 {
			return 0
		}
		last = max(last, r.To.Day)
	}
	for _, t := range p.entry.Teams {
		if t.To.Day == 0 {
			return 0
		}
		last = max(last, t.To.Day)
	}
	return last
}

// GoneOn says since which last day the person is no longer with the company on
// a day: 0 while he is, and before he came. Who was hired again is gone on the
// days between.
func (p *Person) GoneOn(day value.Day) value.Day {
	var last value.Day
	here := false
	spell := func(from, to value.Day) {
		here = here || within(day, from, to)
		if to != 0 && to < day {
			last = max(last, to)
		}
	}
	for _, r := range p.entry.Roles {
		spell(r.From.Day, r.To.Day)
	}
	for _, t := range p.entry.Teams {
		spell(t.From.Day, t.To.Day)
	}
	if here {
		return 0
	}
	return last
}

// Leaving is the roster as it would be if somebody's last day were the given
// one: no role or team of his goes on beyond it.
func (r *Roster) Leaving(id string, day value.Day) *Roster {
	out := *r
	out.People, out.byID, out.byName = slices.Clone(r.People), maps.Clone(r.byID), map[string][]*Person{}
	for i, p := range out.People {
		if p.ID == id {
			p = p.until(day)
			out.People[i], out.byID[id] = p, p
		}
		out.name(p)
	}
	out.reach()
	return &out
}

// until is the person with all that goes on beyond a day ending on it.
func (p *Person) until(day value.Day) *Person {
	out := *p
	out.entry.Roles, out.entry.Teams = slices.Clone(p.entry.Roles), slices.Clone(p.entry.Teams)
	for i := range out.entry.Roles {
		end(&out.entry.Roles[i].To.Day, day)
	}
	for i := range out.entry.Teams {
		end(&out.entry.Teams[i].To.Day, day)
	}
	return &out
}

// end brings a last day forward to another, 0 standing for none.
func end(to *value.Day, day value.Day) {
	if *to == 0 || *to > day {
		*to = day
	}
}

// Entry is the person's entry in the roster as written.
func (p *Person) Entry() fact.RosterPeople { return p.entry }

// HasPerson reports whether an id stands in the roster.
func (r *Roster) HasPerson(id string) bool { return r.byID[id] != nil }

// HasTeam reports whether an id of a team stands in the roster.
func (r *Roster) HasTeam(id string) bool { return r.teams[id] != nil }
