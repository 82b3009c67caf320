package rules

import (
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// TestOneMistakeOneFile holds that a deal's file which cannot be read is the
// only one that is complained about, wherever in a story it stands.
func TestOneMistakeOneFile(t *testing.T) {
	for _, story := range []string{"tendered", "direct"} {
		files, err := readStory(story)
		if err != nil {
			t.Fatal(err)
		}
		for name, data := range files {
			broken := strings.Replace(data, "by: ", "bye: ", 1)
			if p := fold.Classify(fold.Root + "/" + name); p.Kind != fold.FactFile || p.Deal == "" || broken == data {
				continue
			}
			x, err := parseExample([]byte("story: " + story + "\n"))
			if err != nil {
				t.Fatal(err)
			}
			x.story[name] = broken
			elsewhere := func(d diag.Diagnostic) bool {
				return d.Severity == diag.Error && d.File != fold.Root+"/"+name
			}
			if j := x.judge(t, "good"); slices.ContainsFunc(j.found, elsewhere) {
				t.Errorf("%s cannot be read, and more is found:", name)
				j.log(t)
			}
		}
	}
}
