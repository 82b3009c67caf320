package source

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/dealgate/dealgate/schema/diag"
)

var bom = []byte("\xEF\xBB\xBF")

// maxBrackets bounds how many brackets may stand open before the parser sees
// the file. Brackets in text count too, so it is far above the true limit,
// which the tree is held to.
const maxBrackets = 100

// What a byte may mean to the scan; most mean nothing.
const (
	plain = iota
	newline
	control
	opening
	closing
	wide
)

var classes = func() (t [256]byte) {
	for b := range t {
		switch {
		case b == '\n':
			t[b] = newline
		case b == '\t':
		case b < ' ' || b == 0x7F:
			t[b] = control
		case b >= utf8.RuneSelf:
			t[b] = wide
		}
	}
	t['['], t['{'] = opening, opening
	t[']'], t['}'] = closing, closing
	return t
}()

// scanner looks at the bytes once, before the parser does: what it refuses
// either has no position in the parser's errors or would be accepted.
type scanner struct {
	Limits
	file  string
	text  []byte
	found []diag.Diagnostic
	depth int  // of brackets
	begun bool // a document has been opened by ---
	ended bool // a document has been closed by ...
	stop  bool
}

func (l Limits) scan(file string, text []byte) []diag.Diagnostic {
	s := scanner{Limits: l, file: file, text: text}
	if name := foreignEncoding(text); name != "" {
		s.add("yaml/encoding", 0, diag.Args{"found": name})
		s.found[0].Pos = diag.Pos{Line: 1, Col: 1}
		return s.found
	}
	s.lineStart(0)
	for i := 0; i < len(text) && !s.stop; {
		class := classes[text[i]]
		if class == plain {
			i++
			continue
		}
		i += s.special(class, i)
	}
	return s.found
}

// special handles a byte that is not plain and returns how many it took.
func (s *scanner) special(class byte, i int) int {
	switch class {
	case newline:
		s.lineStart(i + 1)
	case opening:
		s.depth++
		if s.depth > maxBrackets {
			s.add("yaml/too-deep", i, diag.Args{"max": s.MaxDepth})
			s.stop = true
		}
	case closing:
		s.depth = max(0, s.depth-1)
	case control:
		if s.text[i] != '\r' || !bytes.HasPrefix(s.text[i+1:], []byte{'\n'}) {
			s.add("yaml/control-character", i, diag.Args{"char": name(rune(s.text[i]))})
		}
	case wide:
		return s.rune(i)
	}
	return 1
}

// rune checks one character outside ASCII and returns its length.
func (s *scanner) rune(i int) int {
	r, size := utf8.DecodeRune(s.text[i:])
	switch {
	case r >= 0x3000 && r < 0xFE00:
	case r == utf8.RuneError && size == 1:
		s.add("yaml/encoding", i, diag.Args{"found": fmt.Sprintf("0x%02X", s.text[i])})
		s.stop = true
	case hidden(r):
		s.add("yaml/bidi", i, diag.Args{"char": name(r)})
	case unprintable(r):
		s.add("yaml/control-character", i, diag.Args{"char": name(r)})
	}
	return size
}

// hidden reports characters that change how a line looks without being seen:
// those that turn the direction of writing, and those without width.
func hidden(r rune) bool {
	switch r {
	case 0x061C, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF:
		return true
	}
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// unprintable reports control characters, and the line ends of Unicode: the
// parser counts lines by them, editors do not. Tab and line feed are fine.
func unprintable(r rune) bool {
	switch r {
	case '\t', '\n':
		return false
	case 0x2028, 0x2029, 0xFFFE, 0xFFFF:
		return true
	}
	return r < ' ' || r >= 0x7F && r < 0xA0
}

func name(r rune) string { return fmt.Sprintf("U+%04X", r) }

// lineStart looks for document markers, and takes an unindented word as the
// end of all brackets, so that an odd one in a text does no harm for long.
func (s *scanner) lineStart(i int) {
	if i >= len(s.text) {
		return
	}
	switch c := s.text[i]; {
	case c == '-' && marker(s.text[i:], "---"):
		if s.begun || !blank(s.text[:i]) {
			s.add("yaml/multiple-documents", i, nil)
			s.stop = true
		}
		s.begun = true
	case c == '.' && !s.ended && marker(s.text[i:], "..."):
		s.ended = true
		if !blank(s.text[i+len("..."):]) {
			s.add("yaml/multiple-documents", i, nil)
			s.stop = true
		}
	case c != ' ' && (classes[c] == plain || classes[c] == wide):
		s.depth = 0
	}
}

func marker(line []byte, m string) bool {
	if !bytes.HasPrefix(line, []byte(m)) {
		return false
	}
	return len(line) == len(m) || bytes.IndexByte([]byte(" \t\r\n"), line[len(m)]) >= 0
}

// blank reports whether there is nothing but empty lines, comments and
// directives.
func blank(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && line[0] != '%' {
			return false
		}
	}
	return true
}

func (s *scanner) add(rule string, offset int, args diag.Args) {
	d := finding(s.file, rule, position(s.text, offset), args)
	d.Len = 1
	s.found = append(s.found, d)
	s.stop = s.stop || len(s.found) == maxFindings
}

// foreignEncoding recognises UTF-16 and UTF-32, with a byte-order mark or by
// the zero byte beside the first letter.
func foreignEncoding(text []byte) string {
	if len(text) < 2 {
		return ""
	}
	switch a, b := text[0], text[1]; {
	case bytes.HasPrefix(text, []byte{0xFF, 0xFE, 0, 0}), bytes.HasPrefix(text, []byte{0, 0, 0xFE, 0xFF}):
		return "UTF-32"
	case a == 0xFF && b == 0xFE, a == 0xFE && b == 0xFF:
		return "UTF-16"
	case a == 0 && b >= ' ' && b < 0x7F, b == 0 && a >= ' ' && a < 0x7F:
		return "UTF-16"
	}
	return ""
}
