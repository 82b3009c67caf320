// Package fact holds the Go types of everything that is recorded. The types
// are generated from the table of steps; each field knows where it was written.
package fact

import "github.com/dealgate/dealgate/schema/value"

// Base is what every fact has: who acted, the evidence, a remark.
type Base struct {
	By       value.Text
	Evidence []value.Text
	Note     value.Text
}

// Body is the content of a fact.
type Body interface{ Base() Base }

// New returns an empty value of a step's type, nil when the step is unknown.
func New(stepID string) any {
	make, ok := empty[stepID]
	if !ok {
		return nil
	}
	return make()
}
