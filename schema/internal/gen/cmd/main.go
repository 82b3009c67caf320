// Command cmd writes the generated files below the root of the repository and
// deletes the schemas of steps that are no more. Run it with:
//
//	go generate ./schema
package main

import (
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/dealgate/dealgate/schema/internal/gen"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: cmd ROOT")
	}
	if err := write(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func write(root string) error {
	files, err := gen.Files()
	if err != nil {
		return err
	}
	if err := clean(filepath.Join(root, "schema", "json"), files); err != nil {
		return err
	}
	for name, data := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// clean deletes the schemas that are generated no longer. The schemas of other
// formats end in .schema.json and are written by hand.
func clean(dir string, files map[string][]byte) error {
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return err
	}
	for _, name := range names {
		base := filepath.Base(name)
		if strings.HasSuffix(base, ".schema.json") || files["schema/json/"+base] != nil {
			continue
		}
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	return nil
}
