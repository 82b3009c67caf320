package report

import (
	"slices"
	"testing"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
)

// What changes in policy, roster and the keys is said option by option, person
// by person, line by line, in the words of the reader.
func TestRuleChanges(t *testing.T) {
	schema.AllSteps()
	for name, c := range map[string]struct {
		file, before, after string
		want                []string
	}{
		"nothing":         {"deals/policy.yaml", "company: A\n", "company: A # the same\n", nil},
		"an option":       {"deals/policy.yaml", "campaigns: {goals-required: 1}\n", "campaigns: {goals-required: 0}\n", []string{"Campaigns · Campaigns that must reach their goal (G-05): 1 → 0"}},
		"one more option": {"deals/policy.yaml", "company: A\n", "company: A\napprovals: none\n", []string{"How approvals are given: (not set) → none"}},
		"a delegation": {"deals/policy.yaml", "company: A\n", "company: A\ndelegations:\n  - {role: finance, person: ye, limit: 100}\n",
			[]string{"Written delegations of authority (4.3-W6, G-25): (not set) → Role whose authority is delegated finance department, Who may act for it ye, Up to which amount 100"}},
		"a role taken": {"deals/roster.yaml", "people:\n  ye: {name: 叶慧, roles: [{role: finance, from: 2025-01-01}, {role: auditor, from: 2025-01-01}]}\n",
			"people:\n  ye: {name: 叶慧, roles: [{role: finance, from: 2025-01-01}]}\n",
			[]string{"People · 叶慧 (ye) · Roles held: Role auditor, First day 2025-01-01 → (not set)"}},
		"somebody gone": {"deals/roster.yaml", "people:\n  ye: {name: 叶慧}\n", "people: {}\n", []string{"People · 叶慧 (ye): Name 叶慧 → (not set)"}},
		"another order": {"deals/policy.yaml", "rule-changes: [finance, auditor]\n", "rule-changes: [auditor, finance]\n",
			[]string{"Whose approval a change of policy or roster needs: finance department; auditor → auditor; finance department"}},
		"a key":          {"deals/allowed_signers", "# keys\nlanding ssh-ed25519 A\n", "landing ssh-ed25519 B\n", []string{"landing ssh-ed25519 A → landing ssh-ed25519 B"}},
		"not to be read": {"deals/policy.yaml", "company: A\n", "company: [\n", []string{"cannot be read, before or after the change"}},
		"the first":      {"deals/policy.yaml", "", "company: A\n", []string{"Name of the company: (not set) → A"}},
	} {
		if got := RuleChanges(c.file, []byte(c.before), []byte(c.after), catalogue.EN); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
		}
	}
}
