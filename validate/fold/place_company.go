package fold

import (
	"strings"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/value"
)

// Folders of facts that concern the company as a whole.
const (
	PayoutsDir = Root + "/payouts"
	PlansDir   = Root + "/plans"
)

// closing is the step that a payout is named after its month for.
const closing = "close"

// OfCompany reports whether the file lies in a folder of the company as a
// whole. Each of them is approved on its own.
func (p Place) OfCompany() bool { return p.Dir == PayoutsDir || p.Dir == PlansDir }

// company classifies what lies in a folder of the company as a whole.
func (p *Place) company(dir, rest []string, name func(string)) {
	p.Dir = p.above(rest)
	switch {
	case rest[0] == "evidence" && len(rest) >= 2:
		p.Kind = EvidenceFile
	case len(rest) > 1:
		p.Problem = "layout/unknown"
	case !strings.HasSuffix(rest[0], ".yaml"):
		p.Problem = "layout/not-yaml"
	default:
		name(rest[0])
	}
}

// payout reads "2026-03.yaml", the closing of a month, and what is recorded
// about it on a day.
func (p *Place) payout(name string) {
	base := strings.TrimSuffix(name, ".yaml")
	month, err := value.ParseMonth(base)
	if err == nil {
		p.Kind, p.Process, p.Month, p.Date = FactFile, "payout", month, month.Last()
		p.Step = schema.AllSteps().Get("payout", closing)
		return
	}
	p.name(name, "payout")
	if p.Problem == "layout/no-date" || p.Step != nil && p.Step.Name == closing {
		p.Kind, p.Step, p.Problem = Unknown, nil, "layout/no-period"
	}
}

// plan reads "2026-07-01.yaml", the plan in force from that day.
func (p *Place) plan(name string) {
	day, err := value.ParseDay(strings.TrimSuffix(name, ".yaml"))
	if err != nil {
		p.Problem = "layout/no-day"
		return
	}
	p.Kind, p.Process, p.Date = FactFile, "plan", day
	p.Step = schema.AllSteps().Get("plan", "plan")
}
