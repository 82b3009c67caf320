package site

import (
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema/diag"
)

// Rewritten history is told on every page, not only where it is looked for.
func TestBrokenHistoryIsToldOnEveryPage(t *testing.T) {
	m := model(t, nil)
	m.Broken = []Reason{{Title: "audit/rewritten.title", Found: Phrase{Key: "audit/rewritten.found", Args: diag.Args{"file": "checkpoints/1.json", "changes": 9, "head": "0123abcd"}}}}
	pages := 0
	files := render(t, m)
	for name := range files {
		if strings.HasPrefix(name, "en/") && strings.HasSuffix(name, ".html") {
			pages++
			open(t, files, name).says(".broken", "History was rewritten", "checkpoints/1.json", "no bonus is paid")
		}
	}
	if pages < 10 {
		t.Errorf("only %d pages", pages)
	}
}
