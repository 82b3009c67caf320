package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// githubLimit is how many annotations of one severity GitHub shows per step.
const githubLimit = 10

// The runner splits its log into lines, a command into properties at "," and
// from its message at "::". What could do either is written as %XX.
var (
	githubMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// writeGitHub writes findings as workflow commands, which GitHub turns into
// annotations of the changed files. Every line of the output is one command.
func writeGitHub(w io.Writer, in Input) error {
	out := bufio.NewWriter(w)
	var shown [2]int
	for _, d := range in.Findings {
		if shown[d.Severity] < githubLimit {
			shown[d.Severity]++
			fmt.Fprintln(out, in.annotation(d))
		}
	}
	errors, warnings := tally(in.Findings)
	errors, warnings = errors-shown[diag.Error], warnings-shown[diag.Warning]
	if errors+warnings > 0 {
		fmt.Fprintln(out, "::notice::"+githubMessage.Replace(in.say("github.more", diag.Args{
			"errors":   in.count(errors, "errors"),
			"warnings": in.count(warnings, "warnings"),
			"limit":    githubLimit,
		})))
	}
	return out.Flush()
}

// annotation is the command for one finding.
func (in Input) annotation(d diag.Diagnostic) string {
	words := catalogue.Explain(in.Lang, d)
	var props []string
	add := func(name, value string) {
		props = append(props, name+"="+githubProperty.Replace(value))
	}
	if d.File != "" {
		add("file", clip(d.File, maxSentence))
		if d.Known() {
			add("line", strconv.Itoa(d.Line))
		}
		if d.Known() && d.Col > 0 {
			add("col", strconv.Itoa(d.Col))
		}
	}
	add("title", clip(words.Title, 100)+" ["+strings.Join(ids(d), ", ")+"]")
	return "::" + d.Severity.String() + " " + strings.Join(props, ",") + "::" +
		githubMessage.Replace(strings.Join(in.sentences(d, words), "\n"))
}

// sentences lists what there is to say about a finding, one line each.
func (in Input) sentences(d diag.Diagnostic, words catalogue.Finding) []string {
	lines := []string{clip(words.Found, maxSentence)}
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, in.say(label, diag.Args{"text": text}))
		}
	}
	add("expected", clip(words.Expected, maxSentence))
	add("fix", clip(words.Fix, maxSentence))
	for _, r := range d.Related {
		add("related", in.pointer(r))
	}
	return lines
}
