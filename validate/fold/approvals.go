package fold

import (
	"slices"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/fact"
)

// Decision is the row or record that a fact took, and whose approval it needs.
type Decision struct {
	Fact     *Fact
	Instance *Instance
	Row      *schema.Row // nil for a record
	Approval []string    // roles, in order; each must be a different person
	OverGift bool        // one more approval for a gift above its limit (G-43)
}

// Decide finds what a fact of a deal decided, and whose approval that needs.
func (c *Company) Decide(d *Deal, f *Fact) Decision {
	out := Decision{Fact: f}
	for _, i := range append([]*Instance{d.Main}, d.Instances...) {
		for _, t := range i.Taken {
			if t.Fact == f {
				out.Instance, out.Row = i, t.Row
				out.Approval = slices.Clone(t.Row.Approval)
			}
		}
		if out.Row == nil && slices.Contains(i.Facts, f) {
			out.Instance = i
			if rec := i.Process.Record(f.Step.Name); rec != nil {
				out.Approval = slices.Clone(rec.Approval)
			}
		}
	}
	if b, ok := f.Body.(*fact.CampaignExpense); ok && d.OverGiftLimit(c, b, f) != nil {
		out.OverGift = true
		out.Approval = append(out.Approval, "general-manager")
	}
	if f.Step.Name == schema.CorrectionName {
		out.Approval = []string{"department-manager"}
	}
	return out
}
