package fact

import (
	"reflect"

	"github.com/dealgate/dealgate/schema/value"
)

// Weight is the share of a deal's amount that counts while the deal is at a
// stage of the main process; of a stage without a weight nothing does.
func (p *Policy) Weight(stage string) value.Fraction {
	return ofStage[value.Fraction](p.Pipeline.Weights, stage)
}

// StalledAfter is the number of days at a stage after which a deal counts as
// stalled, 0 where it never does.
func (p *Policy) StalledAfter(stage string) int {
	return ofStage[value.Int](p.Pipeline.StalledAfter, stage).N
}

// ofStage finds the value of a stage by its name in the file.
func ofStage[T any](section any, stage string) T {
	v := reflect.ValueOf(section)
	i, ok := layoutOf(v.Type()).index[stage]
	if !ok {
		return *new(T)
	}
	return v.Field(i).Interface().(T)
}
