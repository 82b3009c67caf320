package report

import (
	"bytes"
	"unicode/utf8"

	"github.com/dealgate/dealgate/schema/diag"
)

// maxColumns bounds how much of a source line is shown.
const maxColumns = 100

// excerpt is a source line as shown, and where its carets stand, in columns.
type excerpt struct {
	line          string
	before, under int
}

// excerptOf returns the line that a span points into, if it can be had.
func (in Input) excerptOf(s diag.Span) (excerpt, bool) {
	if in.Source == nil || !s.Known() {
		return excerpt{}, false
	}
	line, ok := lineOf(in.Source(s.File), s.Line)
	if !ok {
		return excerpt{}, false
	}
	return mark(line, s.Col, s.Len), true
}

// lineOf returns the nth line of a text, without its line end.
func lineOf(text []byte, n int) (string, bool) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	for ; n > 1; n-- {
		_, rest, found := bytes.Cut(text, []byte("\n"))
		if !found {
			return "", false
		}
		text = rest
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return string(bytes.TrimSuffix(line, []byte("\r"))), len(text) > 0
}

// mark puts carets under length characters from column col on, both counted in
// runes. A line that is too long is shown around them; a column behind the end
// of the line means the end; no column means no carets.
func mark(line string, col, length int) excerpt {
	if col < 1 {
		return excerpt{line: forward(line, 0, len(line), maxColumns)}
	}
	from := skip(line, 0, col-1)
	to := skip(line, from, max(length, 1))
	left := backward(line, from, columnsBefore(line))
	right := forward(line, from, len(line), maxColumns-width(left))
	marked := width(forward(line, from, to, maxColumns))
	return excerpt{
		line:   left + right,
		before: width(left),
		under:  max(min(marked, width(right)), 1),
	}
}

// columnsBefore is how many columns may stand before the carets: as many as
// there are where the whole line fits, else half. To tell whether it fits, two
// more columns than fit are asked for, since a character may take two.
func columnsBefore(line string) int {
	if width(forward(line, 0, len(line), maxColumns+2)) <= maxColumns {
		return maxColumns
	}
	return maxColumns / 2
}

// skip returns the offset n runes after from, or the end of the line.
func skip(line string, from, n int) int {
	for ; n > 0 && from < len(line); n-- {
		_, size := utf8.DecodeRuneInString(line[from:])
		from += size
	}
	return from
}
