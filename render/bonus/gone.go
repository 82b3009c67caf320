package bonus

import (
	"path"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/fold"
)

// gone says what became of the facts that a key was paid for: a correction
// voided or changed one of them, or the bank returned the bill.
func (e *explainer) gone() []Step {
	if len(e.line.Before) == 0 {
		return nil
	}
	var out []Step
	for _, part := range []string{e.line.Key.Fact, e.line.Key.Receipt} {
		file, _, _ := strings.Cut(part, "#")
		for _, f := range e.records(file) {
			if f.Path == file && f.Voided != nil {
				out = append(out, e.event("voided", f.Voided))
			}
			if f.Path == file && f.Replaced != nil {
				out = append(out, e.event("corrected", f.Replaced))
			}
			b, ok := f.Body.(*fact.Receipt)
			if ok && f.Voided == nil && b.Dishonours.S != "" && path.Join(path.Dir(f.Path), b.Dishonours.S) == file {
				out = append(out, e.event("dishonoured", f))
			}
		}
	}
	return out
}

func (e *explainer) event(key string, f *fold.Fact) Step {
	step := e.step(key, diag.Args{"date": f.Date})
	step.Sources = []Source{at(f, diag.Pos{})}
	return step
}

// records are those beside a file: of its customer or of the line's deal.
func (e *explainer) records(file string) []*fold.Fact {
	place := fold.Classify(file)
	if cu := e.company.Customer(place.Customer); cu != nil {
		return cu.Records()
	}
	if e.line.Deal != nil {
		return e.line.Deal.Records
	}
	return nil
}
