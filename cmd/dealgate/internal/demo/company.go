package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// person is one entry of the roster.
type person struct{ id, name, role, team string }

type team struct {
	id, name string
	manager  person
	members  []person // the manager is the first
}

// company is everybody who acts in it.
type company struct {
	seed    uint64
	people  []person
	byRole  map[string][]person
	teams   []team
	signers string // text of allowed_signers, "" where nothing is reviewed
}

var (
	firstDay  = value.MustDay("2021-01-04") // the baseline
	lastDay   = value.MustDay("2026-10-30")
	hiredFrom = value.MustDay("2020-06-01")
)

// staff is how many people hold a role, for a small and a large company.
var staff = []struct {
	role         string
	least, every int // one more for so many teams
}{
	{"general-manager", 1, 0}, {"leadership", 3, 0}, {"department-manager", 1, 0}, {"auditor", 1, 0},
	{"marketing", 2, 6}, {"finance", 2, 6}, {"rnd", 2, 8}, {"manufacturing", 2, 10}, {"quality", 2, 10}, {"planning", 2, 10},
}

func newCompany(opt Options) *company {
	deals := opt.Deals
	c := &company{seed: opt.Seed, signers: opt.Signers, byRole: map[string][]person{}}
	for _, s := range staff {
		n := s.least
		if s.every > 0 {
			n += teamsFor(deals) / s.every
		}
		for range n {
			c.hire(s.role, "")
		}
	}
	for i := range teamsFor(deals) {
		c.teams = append(c.teams, c.newTeam(i))
	}
	return c
}

// teamsFor is how many teams so many deals keep busy.
func teamsFor(deals int) int { return min(max(deals/120, 8), 40) }

func (c *company) newTeam(i int) team {
	w := words()
	region, number := w.Regions[i%len(w.Regions)], i/len(w.Regions)
	t := team{id: fmt.Sprintf("%s-%d", region.letters, number+1), name: region.word + w.TeamNumbers[number]}
	t.members = []person{c.hire("marketing-manager", t.id)}
	for range 3 + i%2 {
		t.members = append(t.members, c.hire("team-member", t.id))
	}
	t.manager = t.members[0]
	return t
}

// hire gives the next name to a role. The step has no factor in common with
// the number of names, so that none comes twice.
func (c *company) hire(role, team string) person {
	w := words()
	n := (len(c.people)*607 + int(c.seed%1000)) % (len(w.Surnames) * len(w.GivenNames))
	last, given := w.Surnames[n%len(w.Surnames)], w.GivenNames[n/len(w.Surnames)]
	p := person{id: last.letters + "-" + given.letters, name: last.word + given.word, role: role, team: team}
	c.people = append(c.people, p)
	c.byRole[role] = append(c.byRole[role], p)
	return p
}

// head is the only one of a role.
func (c *company) head(role string) person { return c.byRole[role][0] }

// registries is the baseline: what the company declares on its first day.
func (c *company) registries() []file {
	w := words()
	policy := row{
		"company", w.Company, "repository", w.Repository, "workflow", 1, "approvals", "none", "backdating-days", longestDelay + 5,
	}
	files := []file{}
	if c.signers != "" {
		policy[7] = "reviews"
		policy = append(policy, "forge", row{"kind", "gitea", "url", "https://" + host(), "repository", "market/deals", "branch", "main"},
			"recorders", []row{{"person", c.head("auditor").id, "from", firstDay}})
		files = append(files, file{fold.SignersPath, []byte(c.signers)})
	}
	teams, people := row{}, row{}
	for _, t := range c.teams {
		teams = append(teams, t.id, row{"name", t.name, "from", hiredFrom})
	}
	for i, p := range c.people {
		entry := row{"name", p.name, "roles", []row{{"role", p.role, "from", hiredFrom}}}
		if p.team != "" {
			entry = append(entry, "teams", []row{{"team", p.team, "from", hiredFrom}})
		}
		if c.signers != "" {
			entry = append(entry, "accounts", []row{{"host", host(), "id", i + 2, "login", p.id}}, "mails", []string{p.id + "@" + w.Domain})
		}
		people = append(people, p.id, entry)
	}
	return append(files,
		file{fold.Root + "/policy.yaml", document(policy)},
		file{fold.Root + "/roster.yaml", document(row{"teams", teams, "people", people})})
}

// host is where the company's pull requests are reviewed.
func host() string { return "git." + words().Domain }

// customer is who a deal is with. All deals with it are of one team, as the
// protection of customers wants it.
type customer struct {
	id, name, short, code string
	city                  city
	industry              string
	team                  int
	first                 value.Day // of its first deal
	deals                 int       // so far
	left                  int       // still to come
}

// newCustomer invents the n-th customer; no two have the same name.
func (c *company) newCustomer(n int, rng *rand.Rand) *customer {
	w := words()
	pair := (n*271 + int(c.seed%900)) % (len(w.NameHeads) * len(w.NameTails))
	head, tail := w.NameHeads[pair%len(w.NameHeads)], w.NameTails[pair/len(w.NameHeads)]
	cycle := n / (len(w.NameHeads) * len(w.NameTails))
	cu := &customer{
		id:    fmt.Sprintf("%s%s%d", head.letters, tail.letters, n+1),
		short: head.word + tail.word, city: w.Cities[(pair+cycle)%len(w.Cities)],
		industry: w.Industries[(pair+cycle/len(w.Cities))%len(w.Industries)],
		team:     rng.IntN(len(c.teams)), left: 1 + rng.IntN(4),
	}
	cu.name = fill(w.CustomerName, "city", cu.city.Name, "short", cu.short, "industry", cu.industry)
	cu.code = creditCode(cu.city.Code, rng)
	return cu
}

// creditCode invents a unified social credit code with its check digit.
func creditCode(region string, rng *rand.Rand) string {
	const digits = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	var b strings.Builder
	b.WriteString("91" + region + "MA")
	for range 7 {
		b.WriteByte(digits[rng.IntN(len(digits))])
	}
	for i := range digits {
		if code := b.String() + digits[i:i+1]; check.ValidCreditCode(code) {
			return code
		}
	}
	panic("some digit is the check digit")
}

func (cu *customer) dir() string { return fold.Root + "/customers/" + cu.id }

func (cu *customer) registry() file {
	return file{cu.dir() + "/customer.yaml", document(row{
		"name", cu.name, "aliases", []string{cu.short + cu.industry}, "credit-code", cu.code, "region", cu.city.Name,
	})}
}
