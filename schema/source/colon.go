package source

import (
	"bytes"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/diag"
)

// maxColons bounds how many suspicious colons of one file are tried.
const maxColons = 16

const fullWidth = "："

// colon is one that stands where a key's colon should: full-width, or
// half-width without the space after it.
type colon struct {
	offset, size int
}

func (c colon) rule() string {
	if c.size == len(fullWidth) {
		return "yaml/fullwidth-colon"
	}
	return "yaml/colon-without-space"
}

func (c colon) finding(file string, text []byte) diag.Diagnostic {
	args := diag.Args{"key": keyBefore(text, c.offset)}
	d := finding(file, c.rule(), position(text, c.offset), args)
	d.Len = 1
	return d
}

// badColons finds the colons for which a file is not a mapping: with all
// suspicious ones mended it is one, and without mending this one it is not.
// So a full-width colon in a text is never blamed.
func badColons(file string, text []byte) []diag.Diagnostic {
	if len(text) > explainBytes {
		return nil
	}
	colons := suspicious(text)
	if len(colons) == 0 || !isMapping(mend(text, colons, -1)) {
		return nil
	}
	var found []diag.Diagnostic
	for i, c := range colons {
		if isMapping(mend(text, colons, i)) {
			continue
		}
		found = append(found, c.finding(file, text))
	}
	return found
}

// nearColons does the same where a file is broken in a second way too: it
// finds the colons beside an error that goes away once they are mended.
func nearColons(file string, text []byte, at diag.Pos, err error) []diag.Diagnostic {
	if len(text) > explainBytes {
		return nil
	}
	var near []colon
	var found []diag.Diagnostic
	for _, c := range suspicious(text) {
		line := position(text, c.offset).Line
		if line == at.Line || line == at.Line-1 {
			near = append(near, c)
			found = append(found, c.finding(file, text))
		}
	}
	if parseError(mend(text, near, -1)).Error() == err.Error() {
		return nil
	}
	return found
}

func isMapping(text []byte) bool {
	var top yaml.Node
	if unmarshal(text, &top) != nil {
		return false
	}
	root := rootOf(&top)
	return root != nil && root.Kind == yaml.MappingNode
}

// mend writes the colons as they should be, all but one.
func mend(text []byte, colons []colon, except int) []byte {
	var out []byte
	from := 0
	for i, c := range colons {
		if i == except {
			continue
		}
		out = append(out, text[from:c.offset]...)
		out = append(out, ": "...)
		from = c.offset + c.size
	}
	return append(out, text[from:]...)
}

// suspicious lists the lines' first colons that do not make a key.
func suspicious(text []byte) []colon {
	var list []colon
	start := 0
	for line := range bytes.Lines(text) {
		if c, ok := firstColon(line); ok && len(list) < maxColons {
			list = append(list, colon{offset: start + c.offset, size: c.size})
		}
		start += len(line)
	}
	return list
}

// firstColon finds a line's first colon and reports whether it is a bad one.
func firstColon(line []byte) (colon, bool) {
	key := bytes.TrimLeft(line, " -")
	if len(key) == 0 || bytes.IndexByte([]byte("#\"'[{&*!|>%@`"), key[0]) >= 0 {
		return colon{}, false
	}
	half := bytes.IndexByte(key, ':')
	full := bytes.Index(key, []byte(fullWidth))
	at := len(line) - len(key)
	switch {
	case full > 0 && (half < 0 || full < half):
		return colon{at + full, len(fullWidth)}, true
	case half > 0 && half+1 < len(key) && bytes.IndexByte([]byte(" \n"), key[half+1]) < 0:
		return colon{at + half, 1}, true
	}
	return colon{}, false
}

// keyBefore returns what stands before a colon on its line.
func keyBefore(text []byte, offset int) string {
	line := text[bytes.LastIndexByte(text[:offset], '\n')+1 : offset]
	return excerpt(string(bytes.TrimLeft(line, " -")))
}
