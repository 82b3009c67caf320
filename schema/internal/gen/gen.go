// Package gen writes what is generated from the table of steps: the JSON
// Schemas, the Go types of every fact and the editor's settings.
package gen

import (
	"bytes"
	"encoding/json"

	"github.com/dealgate/dealgate/schema"
)

// Files returns every generated file by its path in the repository.
func Files() (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, s := range schema.AllSteps().All() {
		doc, err := s.JSONSchema()
		if err != nil {
			return nil, err
		}
		files["schema/json/"+s.ID()+".json"] = doc
	}
	types, err := Types()
	if err != nil {
		return nil, err
	}
	settings, err := Settings()
	if err != nil {
		return nil, err
	}
	files["schema/fact/types_gen.go"] = types
	files[".vscode/settings.json"] = settings
	return files, nil
}

// Settings returns the editor settings that pick a schema by file name.
func Settings() ([]byte, error) {
	schemas := map[string][]string{}
	for _, s := range schema.AllSteps().All() {
		schemas["./schema/json/"+s.ID()+".json"] = Globs(s)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(map[string]any{"yaml.schemas": schemas})
	return b.Bytes(), err
}
