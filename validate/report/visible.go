package report

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// screen measures text without asking the locale, so that the same findings
// are the same bytes everywhere. Characters of ambiguous width count one.
var screen = &runewidth.Condition{StrictEmojiNeutral: true}

// width is the number of terminal columns that shown text takes.
func width(s string) int { return screen.StringWidth(s) }

// glyph returns what stands on the screen for the first character of s, and
// how many bytes of s it stands for. What a terminal or a reader could be
// fooled with (control characters, bidirectional marks, other invisible ones,
// broken UTF-8) becomes an escape; a tab becomes one space.
func glyph(s string) (string, int) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && size == 1:
		return `\x` + strconv.FormatUint(uint64(s[0]), 16), size
	case r == '\t':
		return " ", size
	case strings.HasPrefix(s, "##["):
		return `\x23`, size // would begin a command in the log of a CI runner
	case r == '\u3000' || unicode.IsPrint(r):
		return s[:size], size
	}
	quoted := strconv.QuoteRune(r)
	return quoted[1 : len(quoted)-1], size
}

// Inert shows a text of the repository whole and on one line, with nothing in it
// that a terminal or the log of a CI runner acts on.
func Inert(s string) string {
	s = forward(s, 0, len(s), math.MaxInt)
	if strings.HasPrefix(strings.TrimSpace(s), "::") {
		s = strings.Replace(s, "::", `\x3a:`, 1) // a line of the log that begins so is a command
	}
	return s
}

const ellipsis = "…"

// forward shows s[from:to], cut to a number of columns.
func forward(s string, from, to, columns int) string {
	var b strings.Builder
	used := 0
	for from < to {
		g, size := glyph(s[from:])
		w := width(g)
		if used+w > columns || (used+w == columns && from+size < to) {
			return b.String() + ellipsis
		}
		b.WriteString(g)
		used += w
		from += size
	}
	return b.String()
}

// backward shows the end of s[:to], cut to a number of columns.
func backward(s string, to, columns int) string {
	from, used := to, 0
	for from > 0 {
		_, size := utf8.DecodeLastRuneInString(s[:from])
		g, _ := glyph(s[from-size:])
		w := width(g)
		if used+w > columns || (used+w == columns && from > size) {
			return ellipsis + forward(s, from, to, math.MaxInt)
		}
		used += w
		from -= size
	}
	return forward(s, 0, to, math.MaxInt)
}

// clip shows s harmlessly on one line of at most so many columns.
func clip(s string, columns int) string {
	s = strings.TrimSpace(s)
	return forward(s, 0, len(s), columns)
}
