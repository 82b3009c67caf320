package rules

import (
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/diag"
)

// outside reports names that lead out of the evidence folder, on any system.
func outside(name string) bool {
	drive := len(name) > 1 && name[1] == ':' && (name[0]|0x20) >= 'a' && (name[0]|0x20) <= 'z'
	return drive || strings.HasPrefix(name, "/") || strings.HasPrefix(name, "~/") ||
		strings.Contains(name, "://") || strings.Contains(name, `\`) ||
		slices.Contains(strings.Split(name, "/"), "..")
}

// spelling finds the file that a name probably means.
type spelling struct {
	files  map[string]bool
	sorted []string
	folded map[string]string // without case and Unicode form, and by the last part
	budget int               // names that may still be compared
}

// mostCompared bounds the work on a folder in which nothing fits.
const mostCompared = 100_000

func newSpelling(files map[string]bool) *spelling {
	s := &spelling{files: files, sorted: slices.Sorted(maps.Keys(files)), folded: map[string]string{}, budget: mostCompared}
	for _, name := range s.sorted {
		s.folded[foldName(name)] = name
	}
	for _, name := range s.sorted {
		if base := foldName(path.Base(name)); s.folded[base] == "" {
			s.folded[base] = name
		}
	}
	return s
}

func foldName(name string) string { return strings.ToLower(norm.NFC.String(name)) }

// correct returns the name to write, and in which way it differs.
func (s *spelling) correct(name string) (hint diag.Term, near string) {
	const folder = "evidence/"
	below := path.Clean(name)
	if i := strings.LastIndex(below, folder); i >= 0 {
		below = below[i+len(folder):]
	}
	if s.files[below] {
		return "evidence/hint.below", below
	}
	if near = s.folded[foldName(below)]; near != "" {
		return difference(below, near), near
	}
	if s.budget -= len(s.sorted); s.budget >= 0 {
		near = check.Similar(below, s.sorted)
	}
	if near == "" {
		return "evidence/hint.add", ""
	}
	return "evidence/hint.near", near
}

func difference(name, near string) diag.Term {
	switch {
	case norm.NFC.String(name) == norm.NFC.String(near):
		return "evidence/hint.unicode"
	case foldName(name) == foldName(near):
		return "evidence/hint.case"
	}
	return "evidence/hint.near"
}
