package main

import (
	"embed"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/attest"
)

// cheatOf finds the plainest case that a rule about approvals, reviews or
// history decides: the one that the fewest other rules decide too.
func cheatOf(rule string) (name string, found *txtar.Archive) {
	least := 0
	for _, from := range []embed.FS{validate.Cheats, attest.Cheats} {
		const dir = "testdata/cheats"
		files, _ := from.ReadDir(dir)
		for _, f := range files {
			data, _ := from.ReadFile(path.Join(dir, f.Name()))
			a := txtar.Parse(data)
			wants := wantedBy(a)
			if slices.Contains(wants, rule) && (found == nil || len(wants) < least) {
				name, found, least = strings.TrimSuffix(f.Name(), ".txtar"), a, len(wants)
			}
		}
	}
	return name, found
}

// wantedBy lists the rules that a case wants, in its header or in its last
// section.
func wantedBy(a *txtar.Archive) []string {
	header, _, _ := strings.Cut(string(a.Comment), "\n\n")
	for _, f := range a.Files {
		if f.Name == "want" {
			header += "\n" + string(f.Data)
		}
	}
	words := strings.FieldsFunc(header, func(r rune) bool { return strings.ContainsRune(" \n(),", r) })
	words = slices.DeleteFunc(words, func(s string) bool { return !isRule(s) })
	slices.Sort(words)
	return slices.Compact(words)
}

// cheat shows the case of a rule that no file alone can break.
func (w *lines) cheat(rule string) {
	name, a := cheatOf(rule)
	if a == nil {
		return
	}
	w.say("explain.case", diag.Args{"name": name})
	var shown []txtar.File
	for _, f := range a.Files {
		if f.Name != "want" {
			shown = append(shown, f)
		}
	}
	w.text(visible(string(txtar.Format(&txtar.Archive{Files: shown}))))
}
