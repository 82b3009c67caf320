// Package diag holds what every part of dealgate reports with: a place in a
// file and a finding about it. It knows no language: a Diagnostic names its
// rule, and the catalogue turns rule and arguments into sentences.
package diag

import (
	"cmp"
	"slices"
)

// Pos is a place in a text. Line and Col start at 1; Col counts runes, as
// yaml.v3 does. The zero Pos means "the file as a whole".
type Pos struct{ Line, Col int }

// Known reports whether the position names a line.
func (p Pos) Known() bool { return p.Line > 0 }

// Span is a stretch of one line in one file. Len counts runes; 0 means that
// only the beginning is known.
type Span struct {
	File string
	Pos
	Len int
}

// Severity says whether a finding blocks.
type Severity uint8

// Errors block a change and make a deal invalid; warnings do neither.
const (
	Error Severity = iota
	Warning
)

// String returns "error" or "warning", as in every machine-readable format.
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Term is an argument that has a name of its own in every language: the
// catalogue key of a role, stage, step or field, such as "role.finance".
type Term string

// Args are the values that a rule's sentences mention, by name: a string, a
// fmt.Stringer, an int, a Term, or a slice of strings or Terms.
type Args map[string]any

// Related points at a second place that a finding speaks of. Text is the
// catalogue key of a note about it.
type Related struct {
	Span
	Text string
	Args Args
}

// Diagnostic is one finding. Rule is stable, readable and the key of its
// sentences in the catalogue ("yaml/duplicate-key"). Row is the id of the
// workflow row or guard that was not met ("TM-02"), Clause the piece of the
// workflow that both come from ("4.1-W1"); either may be empty.
type Diagnostic struct {
	Rule     string
	Severity Severity
	Span
	Row     string
	Clause  string
	Args    Args
	Related []Related
}

// Sort orders findings by file, line, column, rule and row, so that the order
// in which they were found never shows.
func Sort(ds []Diagnostic) {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Col, b.Col),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Row, b.Row),
		)
	})
}

// Failed reports whether any finding is an error.
func Failed(ds []Diagnostic) bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == Error })
}
