package rules

import (
	"embed"
	"path"
	"strings"

	"golang.org/x/tools/txtar"
)

//go:embed testdata/cases/*.txtar
var cases embed.FS

// Examples returns the good and the bad case that the tests prove for a rule,
// row or guard, as the files that a person would write; "" where there is none.
func Examples(id string) (good, bad string) {
	data, err := cases.ReadFile(path.Join("testdata/cases", CaseName(id)+".txtar"))
	if err != nil {
		return "", ""
	}
	for _, f := range txtar.Parse(data).Files {
		if name, ok := strings.CutPrefix(f.Name, "good/"); ok {
			good += "# " + name + "\n" + string(f.Data)
		} else if name, ok := strings.CutPrefix(f.Name, "bad/"); ok {
			bad += "# " + name + "\n" + string(f.Data)
		}
	}
	return good, bad
}

// CaseName is the file name of an id's case: "schema/unknown-key" stands in
// schema_unknown-key.txtar.
func CaseName(id string) string { return strings.ReplaceAll(id, "/", "_") }
