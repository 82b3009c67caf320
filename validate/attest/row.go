package attest

import (
	"slices"

	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
)

// rowOf is the step of a fact and the row of the workflow table that it took,
// or the record that it is; "" where it is neither.
func rowOf(c *fold.Company, path string) (step, row string) {
	at := fold.Classify(path)
	if at.Step == nil {
		return "", ""
	}
	if d := c.Deal(at.Dir); d != nil {
		i := slices.IndexFunc(d.Facts, func(f *fold.Fact) bool { return f.Path == path })
		if i >= 0 {
			if took := c.Decide(d, d.Facts[i]).Row; took != nil {
				return at.Step.ID(), took.ID
			}
		}
	}
	if p := c.Table.Process(at.Process); p != nil {
		if record := p.Record(at.Step.Name); record != nil {
			return at.Step.ID(), record.Label()
		}
	}
	return at.Step.ID(), ""
}

// misread lists the facts of a part that took another row than the statement
// says, by path.
func (p *part) misread() map[string]Reason {
	out := map[string]Reason{}
	for _, says := range p.landed.claim.says.Facts {
		i := slices.IndexFunc(p.changes, func(c history.Change) bool { return c.Path == says.Path })
		if i < 0 {
			continue
		}
		if is := p.contents.Took[i]; is != (took{says.Step, says.Row}) {
			out[says.Path] = *reason("audit/other-row", "found", says.Step+" "+says.Row, "want", is.Step+" "+is.Row)
		}
	}
	return out
}
