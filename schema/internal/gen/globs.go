package gen

import (
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema"
)

const (
	month = "[0-9][0-9][0-9][0-9]-[0-9][0-9]"
	date  = month + "-[0-9][0-9]-"
	deal  = "deals/*/*/"
)

// registries are the files that hold no fact.
var registries = map[string]string{
	"policy":   "deals/policy.yaml",
	"roster":   "deals/roster.yaml",
	"customer": "deals/customers/*/customer.yaml",
	"deal":     "deals/*/*/deal.yaml",
}

const (
	receipts = "deals/customers/*/receipts/"
	payouts  = "deals/payouts/"
)

// folders are where the facts of each process lie.
var folders = map[string]string{
	"deal":        deal,
	"campaign":    deal + "campaigns/*/",
	"tender":      deal + "tender/*/",
	"supply":      deal + "supply/*/",
	"order":       deal + "orders/*/",
	"development": deal + "development/*/",
	"terms":       deal + "terms/",
	"customer":    "deals/customers/*/",
	"receipt":     receipts,
	"payout":      payouts,
}

// Globs returns the patterns of the files that a step's or registry's schema
// is for.
func Globs(s *schema.Step) []string {
	switch {
	case s.Name == schema.CorrectionName:
		return corrections()
	case s.Process == "receipt":
		// A receipt is named after its bank line, not its step.
		return []string{receipts + date + "*.yaml", "!" + receipts + date + schema.CorrectionName + "*.yaml"}
	case s.ID() == "payout.close":
		return []string{payouts + month + ".yaml"}
	case s.ID() == "plan.plan":
		return []string{"deals/plans/" + strings.TrimSuffix(date, "-") + ".yaml"}
	case s.Process == "":
		return []string{registries[s.Name]}
	}
	base := folders[s.Process] + date + s.Name
	globs := []string{base + ".yaml"}
	if !longerSibling(s) {
		globs = append(globs, base+"-*.yaml")
	}
	return globs
}

// longerSibling reports whether another step of the folder begins with this
// one's name, so that what follows the name may be that step's.
func longerSibling(s *schema.Step) bool {
	return slices.ContainsFunc(schema.AllSteps().Of(s.Process), func(other *schema.Step) bool {
		return strings.HasPrefix(other.Name, s.Name+"-")
	})
}

func corrections() []string {
	var globs []string
	for _, folder := range folders {
		base := folder + date + schema.CorrectionName
		globs = append(globs, base+".yaml", base+"-*.yaml")
	}
	slices.Sort(globs)
	return globs
}
