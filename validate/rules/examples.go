package rules

import (
	"embed"
	"fmt"
	"maps"
	"strings"

	"golang.org/x/tools/txtar"
)

// The cases are test data and documentation at once: what a person reads as an
// example is what the tests prove.
//
//go:embed testdata/cases/*.txtar testdata/stories/*.txtar
var testdata embed.FS

// Examples returns the good and the bad case that the tests prove for a rule,
// row or guard, as the files that a person would write; "" where there is none.
func Examples(id string) (good, bad string) {
	x, err := readExample("testdata/cases/" + CaseName(id) + ".txtar")
	if err != nil {
		return "", ""
	}
	return x.shown("good/"), x.leftOut() + x.shown("bad/")
}

// leftOut lists the files that the bad case lacks, with a minus before them.
func (x *example) leftOut() string {
	var b strings.Builder
	for _, f := range x.files {
		if name, ok := strings.CutPrefix(f.Name, "without/"); ok {
			fmt.Fprintf(&b, "# − %s\n", name)
		}
	}
	return b.String()
}

// CaseName is the file name of an id's case: "schema/unknown-key" stands in
// schema_unknown-key.txtar.
func CaseName(id string) string { return strings.ReplaceAll(id, "/", "_") }

// example is one case as testdata/README.md describes it.
type example struct {
	header map[string][]string
	about  string
	files  []txtar.File // an empty one is filled from the story
	story  map[string]string
}

func readExample(name string) (*example, error) {
	data, err := testdata.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return parseExample(data)
}

func parseExample(data []byte) (*example, error) {
	a := txtar.Parse(data)
	x := &example{header: map[string][]string{}, files: a.Files}
	head, about, _ := strings.Cut(string(a.Comment), "\n\n")
	for line := range strings.Lines(head) {
		key, val, _ := strings.Cut(strings.TrimSpace(line), ":")
		x.header[key] = append(x.header[key], strings.TrimSpace(val))
	}
	x.about = strings.TrimSpace(about)
	var err error
	if x.story, err = readStory(x.get("story")); err != nil {
		return nil, err
	}
	for i, f := range x.files {
		if _, path, ok := strings.Cut(f.Name, "/"); ok && len(f.Data) == 0 {
			x.files[i].Data = []byte(x.story[path])
		}
	}
	return x, nil
}

// get returns a header that is given once at most.
func (x *example) get(key string) string {
	if v := x.header[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// shown joins the files of one kind of section, each under its path.
func (x *example) shown(kind string) string {
	var b strings.Builder
	for _, f := range x.files {
		if name, ok := strings.CutPrefix(f.Name, kind); ok {
			fmt.Fprintf(&b, "# %s\n%s", strings.TrimSuffix(name, "+"), f.Data)
		}
	}
	return b.String()
}

// readStory returns the files of a story, by their path below deals/. Every
// story plays in the same company.
func readStory(name string) (map[string]string, error) {
	files := map[string]string{}
	for _, part := range []string{"company", name} {
		if part == "" {
			continue
		}
		data, err := testdata.ReadFile("testdata/stories/" + part + ".txtar")
		if err != nil {
			return nil, err
		}
		maps.Copy(files, contents(txtar.Parse(data).Files))
	}
	return files, nil
}

func contents(files []txtar.File) map[string]string {
	out := map[string]string{}
	for _, f := range files {
		out[f.Name] = string(f.Data)
	}
	return out
}
