// Package report writes findings down: for people at a terminal, for programs,
// for a forge's annotations and for a pull-request comment. Every format has a
// file of its own and one line in Formats.
//
// Whatever comes from the repository is hostile here: a title, a key or a file
// name may hold terminal escapes, workflow commands or Markdown. Each format
// says in one place how it makes such text harmless.
package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// Input is what a format has to write. Findings are sorted.
type Input struct {
	Findings []diag.Diagnostic
	Lang     catalogue.Lang
	Source   func(file string) []byte // the text of a file, nil if it cannot be had; may be nil itself
	Summary  []Deal                   // the changed deals, for the Markdown summary; may be empty
	Parts    []Part                   // what else is changed and approved by itself; may be empty
	Checked  int                      // files read
	Deals    int                      // deals checked
}

// Deal is what one change means for one deal, in words of the language asked for.
type Deal struct {
	ID, Title, Customer string
	Decides             []Decision // what an approval agrees to, the weightiest first
	Currency            string
	Expected            string   // what the deal is expected to bring in a year, where it says so
	From, To            string   // the state before and after; From is empty for a new deal
	Given, Missing      []string // whose approval is given, whose is still needed
	Pay                 []string // what the change does to pay, where its readers may see it
	Errors              int
	Link                string // http(s) address of the deal's page, or empty
}

// Format is a way to write findings.
type Format struct {
	Name  string
	Write func(w io.Writer, in Input) error
}

// Formats lists every format.
var Formats = []Format{
	{"text", writePlain},
	{"json", writeJSON},
	{"github", writeGitHub},
	{"markdown", writeMarkdown},
}

// Named returns the format of that name.
func Named(name string) (Format, error) {
	names := make([]string, len(Formats))
	for i, f := range Formats {
		if f.Name == name {
			return f, nil
		}
		names[i] = f.Name
	}
	return Format{}, fmt.Errorf("format %q: expected one of %s", name, strings.Join(names, ", "))
}

// say returns a text of the report's own vocabulary.
func (in Input) say(key string, args diag.Args) string {
	return catalogue.Text(in.Lang, "report."+key, args)
}

// count says how many there are of something: "1 file", "3 files".
func (in Input) count(n int, things string) string {
	if n == 1 {
		return in.say(things+".one", nil)
	}
	return in.say(things+".many", diag.Args{"n": n})
}

// tally counts the errors and the warnings.
func tally(ds []diag.Diagnostic) (errors, warnings int) {
	for _, d := range ds {
		if d.Severity == diag.Error {
			errors++
		}
	}
	return errors, len(ds) - errors
}

// verdict is the one line that a hurried reader needs.
func (in Input) verdict() string {
	files := in.count(in.Checked, "files")
	if len(in.Findings) == 0 {
		return in.say("summary.fine", diag.Args{"files": files, "deals": in.count(in.Deals, "deals")})
	}
	errors, warnings := tally(in.Findings)
	return in.say("summary.found", diag.Args{
		"files":    files,
		"errors":   in.count(errors, "errors"),
		"warnings": in.count(warnings, "warnings"),
	})
}

// ids names a finding for machines and handbooks: rule, row and clause, as far
// as it has them.
func ids(d diag.Diagnostic) []string {
	var all []string
	for _, id := range []string{d.Rule, d.Row, d.Clause} {
		if id != "" {
			all = append(all, clip(id, 60))
		}
	}
	return all
}

// place writes file:line:column, as far as they are known.
func place(s diag.Span) string {
	file := clip(s.File, 250)
	if strings.HasPrefix(strings.TrimSpace(file), ":") {
		file = "./" + file // a log line that begins with a colon may be a command
	}
	if file == "" || !s.Known() {
		return file
	}
	file += ":" + strconv.Itoa(s.Line)
	if s.Col > 0 {
		file += ":" + strconv.Itoa(s.Col)
	}
	return file
}
