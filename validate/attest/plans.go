package attest

import (
	"strings"

	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// plans holds the first day of every plan against the day of its last approval
// and against the months that were closed when it landed: whoever merges an
// approved plan late moves nothing that was closed meanwhile.
func (a *auditor) plans() {
	var open value.Day // the first that no closing covers
	for _, l := range a.landed {
		for _, i := range l.items {
			if p := ofCompany(i.Path); p.Month != 0 && !i.Deleted && i.Status() <= Declared {
				open = max(open, p.Month.Next().First())
			}
		}
		if l.exempt() != nil {
			continue
		}
		for _, i := range l.items {
			p := ofCompany(i.Path)
			if p.Process != "plan" || p.Kind != fold.FactFile {
				continue
			}
			if earliest := max(open, i.approvedOn()); p.Date < earliest {
				i.Reasons = append(i.Reasons, *reason("audit/plan-dated", "date", p.Date, "earliest", earliest))
			}
		}
	}
}

// ofCompany classifies a file if it lies in a folder of the company as a whole:
// few do, and to read the paths of all the others takes long.
func ofCompany(path string) fold.Place {
	if !strings.HasPrefix(path, fold.PayoutsDir+"/") && !strings.HasPrefix(path, fold.PlansDir+"/") {
		return fold.Place{}
	}
	return fold.Classify(path)
}

// approvedOn is the day of the last approval of a file, 0 where none counts.
func (i *Item) approvedOn() value.Day {
	var last value.Day
	for _, a := range i.Approvals() {
		last = max(last, i.Landed.era.day(a.At))
	}
	return last
}
