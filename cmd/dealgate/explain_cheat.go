package main

import (
	"embed"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/attest"
)

// cheatCase is a case of somebody who tries to cheat, with the rules that
// decide it.
type cheatCase struct {
	name  string
	rules []string
	*txtar.Archive
}

// cheatCases reads them all, once.
var cheatCases = sync.OnceValue(func() []cheatCase {
	var all []cheatCase
	for _, from := range []embed.FS{validate.Cheats, attest.Cheats} {
		const dir = "testdata/cheats"
		files, _ := from.ReadDir(dir)
		for _, f := range files {
			data, _ := from.ReadFile(path.Join(dir, f.Name()))
			a := txtar.Parse(data)
			all = append(all, cheatCase{strings.TrimSuffix(f.Name(), ".txtar"), wantedBy(a), a})
		}
	}
	return all
})

// cheatOf finds the plainest case that a rule about approvals, reviews or
// history decides: the one that the fewest other rules decide too.
func cheatOf(rule string) (name string, found *txtar.Archive) {
	least := 0
	for _, c := range cheatCases() {
		if slices.Contains(c.rules, rule) && (found == nil || len(c.rules) < least) {
			name, found, least = c.name, c.Archive, len(c.rules)
		}
	}
	return name, found
}

// wantedBy lists the rules that a case wants, in its header, in its last
// section, or by which no statement is made.
func wantedBy(a *txtar.Archive) []string {
	header, _, _ := strings.Cut(string(a.Comment), "\n\n")
	for _, f := range a.Files {
		switch f.Name {
		case "want":
			header += "\n" + string(f.Data)
		case "script":
			header += "\n" + strings.Join(refusal.FindAllString(string(f.Data), -1), "\n")
		}
	}
	words := strings.FieldsFunc(header, func(r rune) bool { return strings.ContainsRune(" \n(),", r) })
	words = slices.DeleteFunc(words, func(s string) bool { return !isRule(s) })
	slices.Sort(words)
	return slices.Compact(words)
}

// refusal is a line of a script that says why no statement is made.
var refusal = regexp.MustCompile(`(?m)^refused .*$`)

// cheat shows the case of a rule that no file alone can break.
func (w *lines) cheat(rule string) {
	name, a := cheatOf(rule)
	if a == nil {
		return
	}
	w.say("explain.case", diag.Args{"name": name})
	w.text(cheatShown(a))
}

// cheatText is the case of a rule that no file alone can break, empty where
// there is none.
func cheatText(rule string) string {
	_, a := cheatOf(rule)
	if a == nil {
		return ""
	}
	return cheatShown(a)
}

// keySlot is where a case names a key that its test makes.
var keySlot = regexp.MustCompile(`(?m) \{[a-z]+\}$`)

// cheatShown is a case without what its test wants.
func cheatShown(a *txtar.Archive) string {
	var shown []txtar.File
	for _, f := range a.Files {
		if path.Base(f.Name) == "allowed_signers" {
			f.Data = keySlot.ReplaceAll(f.Data, []byte(" ssh-ed25519 AAAA…"))
		}
		if f.Name != "want" {
			shown = append(shown, f)
		}
	}
	return visible(string(txtar.Format(&txtar.Archive{Files: shown})))
}
