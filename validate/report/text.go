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

// maxSentence bounds a sentence in columns: it may quote a value of any length.
const maxSentence = 600

// style is an ANSI sequence that switches a colour on.
type style string

const (
	bold   style = "\x1b[1m"
	red    style = "\x1b[1;31m"
	yellow style = "\x1b[1;33m"
	green  style = "\x1b[1;32m"
	dim    style = "\x1b[2m"
	reset  style = "\x1b[0m"
)

func writePlain(w io.Writer, in Input) error { return WriteText(w, in, false) }

// WriteText writes findings for people at a terminal, in colour if asked.
// Text from the repository is shown on one line, with escapes for what a
// terminal would obey or a reader would not see.
func WriteText(w io.Writer, in Input, colour bool) error {
	t := terminal{Writer: bufio.NewWriter(w), Input: in, colour: colour}
	for _, d := range in.Findings {
		t.finding(d)
	}
	hue := green
	if len(in.Findings) > 0 {
		hue = severityStyle(in.Findings)
	}
	fmt.Fprintln(t, t.paint(hue, in.verdict()))
	return t.Flush()
}

// severityStyle is the colour of the worst finding.
func severityStyle(ds []diag.Diagnostic) style {
	if diag.Failed(ds) {
		return red
	}
	return yellow
}

// terminal writes findings; its bufio.Writer keeps the first error for Flush.
type terminal struct {
	*bufio.Writer
	Input
	colour bool
}

func (t terminal) paint(s style, text string) string {
	if !t.colour {
		return text
	}
	return string(s) + text + string(reset)
}

func (t terminal) finding(d diag.Diagnostic) {
	words := catalogue.Explain(t.Lang, d)
	hue := severityStyle([]diag.Diagnostic{d})
	severity := catalogue.Text(t.Lang, "severity."+d.Severity.String(), nil)
	if at := place(d.Span); at != "" {
		fmt.Fprint(t, t.paint(bold, at+":"), " ")
	}
	fmt.Fprintf(t, "%s %s %s\n", t.paint(hue, severity+":"), clip(words.Found, maxSentence),
		t.paint(dim, "["+strings.Join(ids(d), ", ")+"]"))
	t.excerpt(d.Span, hue)
	t.note("expected", clip(words.Expected, maxSentence))
	t.note("fix", clip(words.Fix, maxSentence))
	for _, r := range d.Related {
		t.note("related", t.pointer(r))
		t.excerpt(r.Span, dim)
	}
	fmt.Fprintln(t)
}

// note writes one labelled line, unless there is nothing to say.
func (t terminal) note(label, text string) {
	if text != "" {
		fmt.Fprintln(t, "  "+t.say(label, diag.Args{"text": text}))
	}
}

// excerpt writes the source line behind its number, and the carets below it.
func (t terminal) excerpt(s diag.Span, hue style) {
	e, ok := t.excerptOf(s)
	if !ok {
		return
	}
	number := strconv.Itoa(s.Line)
	fmt.Fprintln(t, "  "+t.paint(dim, number+" |")+" "+e.line)
	if e.under > 0 {
		margin := strings.Repeat(" ", len(number))
		carets := strings.Repeat("^", e.under)
		fmt.Fprintln(t, "  "+margin+t.paint(dim, " |")+" "+strings.Repeat(" ", e.before)+t.paint(hue, carets))
	}
}

// pointer says where a related place is and what stands there.
func (in Input) pointer(r diag.Related) string {
	parts := []string{}
	if at := place(r.Span); at != "" {
		parts = append(parts, at)
	}
	if r.Text != "" {
		parts = append(parts, clip(catalogue.Text(in.Lang, r.Text, r.Args), maxSentence))
	}
	return strings.Join(parts, ": ")
}
