package setup

import (
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema"
)

// folder is where the facts of a process lie, as a pattern of the forge.
type folder struct{ process, glob string }

var folders = []folder{
	{"deal", "deals/*/*/"},
	{"campaign", "deals/*/*/campaigns/*/"},
	{"tender", "deals/*/*/tender/*/"},
	{"supply", "deals/*/*/supply/*/"},
	{"order", "deals/*/*/orders/*/"},
	{"development", "deals/*/*/development/*/"},
	{"terms", "deals/*/*/terms/"},
	{"customer", "deals/customers/*/"},
	{"receipt", "deals/customers/*/receipts/"},
	{"payout", "deals/payouts/"},
	{"plan", "deals/plans/"},
}

// registries are the files that hold no fact.
var registries = map[string]string{
	"policy":   "deals/policy.yaml",
	"roster":   "deals/roster.yaml",
	"customer": "deals/customers/*/customer.yaml",
	"deal":     "deals/*/*/deal.yaml",
}

// dated are the steps whose files are named after a month or day alone.
var dated = map[string]string{
	"payout.close": "[0-9][0-9][0-9][0-9]-[0-9][0-9].yaml",
	"plan.plan":    "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].yaml",
}

// globOf is the folder of a process's facts.
func globOf(process string) string {
	i := slices.IndexFunc(folders, func(f folder) bool { return f.process == process })
	if i < 0 {
		return ""
	}
	return folders[i].glob
}

// longerSibling reports whether another step of the folder begins with this
// one's name, so that what follows the name may be that step's.
func longerSibling(s *schema.Step) bool {
	return slices.ContainsFunc(schema.AllSteps().Of(s.Process), func(other *schema.Step) bool {
		return strings.HasPrefix(other.Name, s.Name+"-")
	})
}

// shorterSibling reports whether the pattern of another step of the folder
// fits this one's files too.
func shorterSibling(s *schema.Step) bool {
	return slices.ContainsFunc(schema.AllSteps().Of(s.Process), func(other *schema.Step) bool {
		return other != s && strings.Contains("-"+s.Name, "-"+other.Name)
	})
}

// pattern is what CODEOWNERS calls the files of a step.
func (o Owners) pattern(s *schema.Step) string {
	if name := dated[s.ID()]; name != "" {
		return o.alone(globOf(s.Process), name)
	}
	return o.named(globOf(s.Process), s.Name, longerSibling(s))
}

// named is the pattern of the files in a folder that bear a step's name.
// GitHub takes globs. Gitea takes regular expressions and asks the owners of
// all that fit, so that there a name must not fit a longer one.
func (o Owners) named(glob, step string, numbered bool) string {
	if o.Forge == "github" {
		return "/" + glob + "*-" + step + "*.yaml"
	}
	suffix := "(-[^/]+)?"
	if numbered {
		suffix = "(-[0-9]+)?"
	}
	return regular(glob) + "[0-9]{4}-[0-9]{2}-[0-9]{2}-" + step + suffix + "[.]yaml"
}

// alone is the pattern of files that are named after a month or day. GitHub
// knows no classes of characters.
func (o Owners) alone(glob, name string) string {
	if o.Forge == "github" {
		return "/" + glob + strings.ReplaceAll(name, "[0-9]", "?")
	}
	return regular(glob) + strings.ReplaceAll(name, ".", "[.]")
}

// exactly is the pattern of one file.
func (o Owners) exactly(name string) string {
	if o.Forge == "github" {
		return "/" + name
	}
	return regular(name)
}

// below is the pattern of everything in a folder.
func (o Owners) below(dir string) string {
	if o.Forge == "github" {
		return "/" + dir
	}
	return regular(dir) + ".*"
}

// regular turns a glob into a regular expression without a backslash, which
// the file would need twice.
func regular(glob string) string {
	return strings.NewReplacer(".", "[.]", "*", "[^/]+").Replace(glob)
}

const date = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]-"

// globs are the patterns of the files that a step's schema is for, as an
// editor reads them.
func globs(s *schema.Step) []string {
	switch {
	case s.Name == schema.CorrectionName:
		var all []string
		for _, f := range folders {
			if f.process == "plan" { // a plan is followed by the next one
				continue
			}
			all = append(all, f.glob+date+s.Name+"-*.yaml", f.glob+date+s.Name+".yaml")
		}
		return all
	case s.Process == "receipt": // named after its bank line, not its step
		dir := globOf(s.Process) + date
		return []string{dir + "*.yaml", "!" + dir + schema.CorrectionName + "*.yaml"}
	case dated[s.ID()] != "":
		return []string{globOf(s.Process) + dated[s.ID()]}
	case s.Process == "":
		return []string{registries[s.Name]}
	}
	name := globOf(s.Process) + date + s.Name
	if longerSibling(s) {
		return []string{name + ".yaml"}
	}
	return []string{name + ".yaml", name + "-*.yaml"}
}
