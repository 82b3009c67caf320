package setup

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// Owners is what CODEOWNERS follows from: the workflow table says which roles
// approve a step, the roster who holds them. The file only asks these people
// for their review; whether it counts is decided by the gate.
type Owners struct {
	Forge  string // github or gitea; the two read different patterns
	Host   string // of the accounts
	Lang   catalogue.Lang
	Policy *fact.Policy
	Roster *fold.Roster
	Day    value.Day // on which the roles are held
}

// Path is where the forge looks for the file.
func (o Owners) Path() string { return "." + o.Forge + "/CODEOWNERS" }

// Data writes the file.
func (o Owners) Data() []byte {
	var b strings.Builder
	b.WriteString(o.say("setup.owners.head", diag.Args{"host": o.Host}))
	b.WriteString("\n\n# " + o.say("setup.owners.rules", nil) + "\n")
	ruleRoles := o.ruleMakers()
	for _, name := range []string{"deals/policy.yaml", "deals/roster.yaml", fold.SignersPath} {
		o.line(&b, o.exactly(name), "", ruleRoles)
	}
	for _, dir := range []string{".github/", ".gitea/"} {
		o.line(&b, o.below(dir), "", ruleRoles)
	}
	process := ""
	for _, r := range o.rules() {
		if r.step.Process != process {
			process = r.step.Process
			fmt.Fprintf(&b, "\n# %s\n", o.say("process."+process, nil))
		}
		o.line(&b, o.pattern(r.step), r.step.Name, r.roles)
	}
	o.corrections(&b)
	return []byte(b.String())
}

// ruleMakers are the roles that approve what everybody is judged by.
func (o Owners) ruleMakers() []string {
	var roles []string
	for _, r := range o.Policy.RuleChanges {
		roles = append(roles, r.S)
	}
	return roles
}

func (o Owners) corrections(b *strings.Builder) {
	correction := schema.AllSteps().Get("", schema.CorrectionName)
	fmt.Fprintf(b, "\n# %s\n", o.say(string(correction.Term()), nil))
	for _, folder := range folders {
		if roles := correcting(folder.process); len(roles) > 0 {
			o.line(b, o.named(folder.glob, schema.CorrectionName, false), schema.CorrectionName, roles)
		}
	}
}

// correcting are the roles that at least approve a correction; plans have none.
func correcting(process string) []string {
	switch process {
	case "payout":
		return []string{"finance", "general-manager"}
	case "plan":
		return nil
	}
	return []string{"department-manager"}
}

func (o Owners) say(key string, args diag.Args) string { return catalogue.Text(o.Lang, key, args) }

// ownerRule is one step and the roles that approve it, none where it needs no
// approval but would be taken for another step that does.
type ownerRule struct {
	step  *schema.Step
	roles []string
}

// rules lists the steps by folder, the shorter names first: on GitHub the last
// pattern that fits wins.
func (o Owners) rules() []ownerRule {
	table, ok := schema.WorkflowVersion(o.Policy.Workflow.N)
	if !ok {
		table = schema.Table()
	}
	var rules []ownerRule
	for _, s := range schema.AllSteps().All() {
		if s.Process == "" {
			continue
		}
		roles := o.approving(table, s)
		if len(roles) > 0 || o.Forge == "github" && shorterSibling(s) {
			rules = append(rules, ownerRule{s, roles})
		}
	}
	order := func(s *schema.Step) int {
		return slices.IndexFunc(folders, func(f folder) bool { return f.process == s.Process })
	}
	slices.SortStableFunc(rules, func(a, b ownerRule) int {
		return cmp.Or(cmp.Compare(order(a.step), order(b.step)), cmp.Compare(len(a.step.Name), len(b.step.Name)))
	})
	return rules
}

// approving lists the roles whose approval any row of the step asks for.
func (o Owners) approving(table *schema.Workflow, s *schema.Step) []string {
	var roles []string
	if s.ID() == "plan.plan" { // approved like the rules
		return o.ruleMakers()
	}
	for _, name := range tracks(s) {
		p := table.Process(name)
		if p == nil {
			continue
		}
		for _, r := range p.RowsFor(s.Name) {
			roles = append(roles, r.Approval...)
		}
		if rec := p.Record(s.Name); rec != nil {
			roles = append(roles, rec.Approval...)
		}
	}
	var out []string
	for _, role := range roles {
		if role == "aspects" {
			out = append(out, o.aspects()...)
			continue
		}
		out = append(out, role)
	}
	return unique(out)
}

// tracks are the processes whose rows a step can take: an order's delivery and
// its payment share one folder.
func tracks(s *schema.Step) []string {
	if s.Process == "order" {
		return []string{"order", "payment"}
	}
	return []string{s.Process}
}

// aspects lists the roles that review any aspect of an order.
func (o Owners) aspects() []string {
	var roles []string
	by := o.Policy.Orders
	for _, r := range slices.Concat(by.Technical, by.Quality, by.Production, by.Price, by.Delivery) {
		roles = append(roles, r.S)
	}
	return roles
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// line writes one pattern with its owners. A line without anybody would mean
// that nobody is asked, so it is written as a remark that says who is missing.
func (o Owners) line(b *strings.Builder, pattern, step string, roles []string) {
	owners := o.logins(step, roles)
	if len(owners) == 0 && len(roles) > 0 {
		var terms []diag.Term
		for _, r := range roles {
			terms = append(terms, diag.Term("role."+r))
		}
		fmt.Fprintf(b, "# %s\n", o.say("setup.owners.nobody", diag.Args{"pattern": pattern, "roles": terms, "host": o.Host}))
		return
	}
	b.WriteString(strings.Join(append([]string{pattern}, owners...), " ") + "\n")
}

// login is what a forge takes for one; anything else could end a line.
var login = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// logins lists the accounts of those who hold a role on the day, and of those
// to whom it is delegated for this step.
func (o Owners) logins(step string, roles []string) []string {
	var out []string
	for _, p := range o.Roster.People {
		if !p.Has(o.Day, roles...) && !o.delegated(p, step, roles) {
			continue
		}
		for _, a := range p.Entry().Accounts {
			if strings.EqualFold(a.Host.S, o.Host) && login.MatchString(a.Login.S) {
				out = append(out, "@"+a.Login.S)
			}
		}
	}
	return unique(out)
}

func (o Owners) delegated(p *fold.Person, step string, roles []string) bool {
	return slices.ContainsFunc(o.Policy.Delegations, func(d fact.PolicyDelegations) bool {
		covers := slices.ContainsFunc(d.Steps, func(s value.Text) bool { return s.S == step })
		return covers && slices.Contains(roles, d.Role.S) && o.Roster.Person(d.Person.S) == p &&
			d.From.Day <= o.Day && o.Day <= d.To.Day
	})
}
