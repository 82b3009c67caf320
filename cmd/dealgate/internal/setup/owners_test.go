package setup

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/source"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

func decoded(t *testing.T, name, text string, into any) {
	t.Helper()
	doc, findings := source.Parse(name, []byte(text))
	if doc == nil {
		t.Fatal(findings)
	}
	if err := fact.Decode(doc.Root, into); err != nil {
		t.Fatal(err)
	}
}

const ownersPolicy = `company: x
repository: x
workflow: 1
approvals: reviews
delegations:
  - {role: general-manager, person: zhou, steps: [preliminary-contract], from: 2026-01-01, to: 2026-06-30}
`

const ownersRoster = `teams: {}
people:
  lin:
    name: L
    roles: [{role: general-manager, from: 2020-01-01}]
    accounts: [{host: git.example.com, id: 2, login: lin}, {host: other.example.com, id: 3, login: lin-elsewhere}]
  zhou:
    name: Z
    roles: [{role: leadership, from: 2020-01-01}]
    accounts: [{host: GIT.example.com, id: 4, login: zhou}]
  shen:
    name: S
    roles: [{role: department-manager, from: 2020-01-01, to: 2026-03-31}]
    accounts: [{host: git.example.com, id: 5, login: shen}]
  wu:
    name: W
    roles: [{role: department-manager, from: 2026-04-01}]
    accounts: [{host: git.example.com, id: 6, login: wu}]
  rao:
    name: R
    roles: [{role: rnd, from: 2020-01-01}]
    accounts: [{host: git.example.com, id: 7, login: "rao @everyone"}]
  fan:
    name: F
    roles: [{role: rnd, from: 2020-01-01}]
    accounts: [{host: git.example.com, id: 8, login: fan}]
`

func ownersOf(t *testing.T, forge, day string) Owners {
	policy, roster := new(fact.Policy), new(fact.Roster)
	decoded(t, "policy", ownersPolicy, policy)
	decoded(t, "roster", ownersRoster, roster)
	return Owners{forge, "git.example.com", catalogue.EN, policy, fold.NewRoster(roster), value.MustDay(day)}
}

// asked reads CODEOWNERS as the forge does: on GitHub the last pattern that
// fits wins, on Gitea all count.
func asked(t *testing.T, o Owners, file string) string {
	t.Helper()
	var owners []string
	for line := range strings.Lines(string(o.Data())) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		switch {
		case o.Forge == "gitea" && regexp.MustCompile("^"+fields[0]+"$").MatchString(file):
			owners = append(owners, fields[1:]...)
		case o.Forge == "github" && gitHubMatches(t, fields[0], file):
			owners = fields[1:]
		}
	}
	slices.Sort(owners)
	return strings.Join(slices.Compact(owners), " ")
}

func gitHubMatches(t *testing.T, pattern, file string) bool {
	t.Helper()
	if strings.HasSuffix(pattern, "/") {
		return strings.HasPrefix("/"+file, pattern)
	}
	ok, err := path.Match(pattern, "/"+file)
	if err != nil || strings.ContainsAny(pattern, "[]!") {
		t.Errorf("GitHub does not take %q", pattern)
	}
	return ok
}

func TestWhoIsAsked(t *testing.T) {
	const deal = "deals/2026/hengtai-harness/"
	for _, c := range []struct{ day, file, want string }{
		{"2026-02-01", "deals/policy.yaml", "@lin"},
		{"2026-02-01", "deals/roster.yaml", "@lin"},
		{"2026-02-01", "deals/allowed_signers", "@lin"},
		{"2026-02-01", ".github/workflows/gate.yml", "@lin"},
		{"2026-02-01", ".gitea/workflows/gate.yml", "@lin"},
		{"2026-02-01", deal + "2026-01-12-lead.yaml", ""},
		{"2026-02-01", deal + "2026-01-20-qualify.yaml", "@shen"},
		{"2026-05-01", deal + "2026-01-20-qualify.yaml", "@wu"},
		{"2026-05-01", deal + "2026-01-20-qualify-2.yaml", "@wu"},
		{"2026-05-01", deal + "2026-01-20-preliminary-contract.yaml", "@lin @zhou"},
		{"2026-07-01", deal + "2026-01-20-preliminary-contract.yaml", "@lin"},
		{"2026-05-01", deal + "2026-01-20-formal-contract.yaml", "@lin"},
		{"2026-05-01", deal + "2026-01-20-improvement.yaml", "@wu"},
		{"2026-05-01", deal + "2026-01-20-improvement-demand.yaml", "@lin"},
		{"2026-05-01", deal + "campaigns/visit/2026-01-28-plan.yaml", "@lin @wu"},
		{"2026-05-01", deal + "tender/1/2026-01-28-needs-confirmation.yaml", ""},
		{"2026-05-01", deal + "tender/1/2026-01-28-award.yaml", "@lin"},
		{"2026-05-01", deal + "tender/1/2026-01-28-no-award.yaml", "@lin"},
		{"2026-05-01", deal + "orders/so-1/2026-01-28-review.yaml", "@fan @wu"},
		{"2026-05-01", deal + "orders/so-1/2026-01-28-order.yaml", ""},
		{"2026-05-01", deal + "orders/so-1/2026-01-28-order-confirmation.yaml", "@wu"},
		{"2026-05-01", deal + "orders/so-1/2026-01-28-write-off.yaml", "@lin"},
		{"2026-05-01", deal + "orders/so-1/2026-01-28-correct-order.yaml", "@wu"},
		{"2026-05-01", "deals/customers/hengtai/2026-01-28-release.yaml", "@wu"},
		{"2026-05-01", "deals/customers/hengtai/receipts/2026-01-28-icbc-1.yaml", ""},
		{"2026-05-01", "deals/customers/hengtai/receipts/2026-01-28-correct-1.yaml", "@wu"},
		{"2026-05-01", deal + "evidence/contract.pdf", ""},
	} {
		for _, forge := range Forges {
			if got := asked(t, ownersOf(t, forge, c.day), c.file); got != c.want {
				t.Errorf("%s %s on %s: %q, want %q", forge, c.file, c.day, got, c.want)
			}
		}
	}
}

// A login is never more than one, and a role that nobody holds is said.
func TestOwnersSayWhoIsMissing(t *testing.T) {
	for _, forge := range Forges {
		text := string(ownersOf(t, forge, "2026-05-01").Data())
		if strings.Contains(text, "everyone") || strings.Contains(text, "elsewhere") {
			t.Errorf("%s: somebody else is asked:\n%s", forge, text)
		}
		if !strings.Contains(text, "has no owner: nobody in the roster is finance department") {
			t.Errorf("%s: nobody is missing:\n%s", forge, text)
		}
	}
}

// The sample company's steps have patterns for every file that it has.
func TestOwnersOfTheSample(t *testing.T) {
	roster, err := os.ReadFile("../../../../deals/roster.yaml")
	if err != nil {
		t.Fatal(err)
	}
	o := ownersOf(t, "gitea", "2026-11-01")
	r := new(fact.Roster)
	decoded(t, "roster", string(roster), r)
	o.Roster, o.Host = fold.NewRoster(r), "git.hengchuan.example.com"
	if text := string(o.Data()); strings.Contains(text, "has no owner") || !strings.Contains(text, "@lin-guodong") {
		t.Errorf("somebody is missing:\n%s", text)
	}
}
