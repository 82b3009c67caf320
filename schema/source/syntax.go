package source

import (
	"bytes"
	"errors"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/diag"
)

// explainBytes is up to which size a file that does not parse is parsed again
// in parts, to find the place: people do not type longer ones.
const explainBytes = 32 << 10

// problems names the parser's messages, so that the catalogue can translate
// them.
var problems = map[string]diag.Term{
	"mapping values are not allowed in this context":               "second-colon",
	"could not find expected ':'":                                  "no-colon",
	"did not find expected key":                                    "no-key",
	"did not find expected '-' indicator":                          "no-dash",
	"block sequence entries are not allowed in this context":       "stray-dash",
	"mapping keys are not allowed in this context":                 "stray-question-mark",
	"did not find expected ',' or ']'":                             "open-list",
	"did not find expected ',' or '}'":                             "open-mapping",
	"did not find expected node content":                           "no-value",
	"found unexpected end of stream":                               "open-quote",
	"found unexpected document indicator":                          "marker-in-quote",
	"found character that cannot start any token":                  "bad-start",
	"found unknown escape character":                               "bad-escape",
	"did not find expected hexdecimal number":                      "bad-escape",
	"found invalid Unicode character escape code":                  "bad-escape",
	"expected low surrogate area":                                  "bad-escape",
	"did not find expected comment or line break":                  "bad-block",
	"found an indentation indicator equal to 0":                    "bad-block",
	"found a tab character where an indentation space is expected": "tab",
	"found a tab character that violates indentation":              "tab",
	"did not find expected <document start>":                       "after-end",
	"did not find expected alphabetic or numeric character":        "bad-name",
	"found undefined tag handle":                                   "bad-tag",
	"did not find expected tag URI":                                "bad-tag",
	"did not find expected whitespace or line break":               "bad-tag",
	"found incompatible YAML document":                             "bad-directive",
	"found unknown directive name":                                 "bad-directive",
}

// explain turns the parser's error into a finding: in other words, at the
// place where it can be mended, and with the usual slips of a Chinese keyboard
// recognised.
func (l Limits) explain(file string, text []byte) []diag.Diagnostic {
	if found := badColons(file, text); found != nil {
		return found
	}
	err := parseError(text)
	line, message := split(err)
	at := locate(text, line, message, err)
	if found := nearColons(file, text, at, err); found != nil {
		return found
	}
	d := finding(file, "yaml/syntax", at, diag.Args{"problem": problem(message)})
	switch name, alias := strings.CutPrefix(message, "unknown anchor '"); {
	case alias:
		d.Rule, d.Args = "yaml/alias", diag.Args{"name": strings.TrimSuffix(name, "' referenced")}
	case strings.HasPrefix(message, "exceeded max depth"):
		d.Rule, d.Args = "yaml/too-deep", diag.Args{"max": l.MaxDepth}
	case problems[message] == "tab", charAt(text, at) == '\t':
		d.Rule, d.Args = "yaml/tab", nil
	}
	return []diag.Diagnostic{d}
}

// parseError parses below a comment: for what goes wrong on a file's first
// line the parser names no line, or a later one. The text is known to fail.
func parseError(text []byte) error {
	err := unmarshal(append([]byte("#\n"), text...), new(yaml.Node))
	if err == nil {
		return errUnstable
	}
	return err
}

var errUnstable = errors.New("yaml: unknown problem parsing YAML content")

func problem(message string) any {
	if term, ok := problems[message]; ok {
		return "yaml/problem." + term
	}
	return message
}

var errorText = regexp.MustCompile(`^yaml: (?:line ([0-9]+): )?(.*)$`)

// split takes an error of parseError apart; line 0 means that it names none.
// What the parser itself finds is reported a line too early, what its scanner
// finds is not.
func split(err error) (line int, message string) {
	m := errorText.FindStringSubmatch(err.Error())
	if m == nil {
		return 0, err.Error()
	}
	line, _ = strconv.Atoi(m[1])
	switch problems[m[2]] {
	case "no-key", "no-dash", "open-list", "open-mapping", "no-value", "after-end":
		line++
	}
	return max(0, line-1), m[2]
}

// locate finds the place of an error. The line that the parser names is where
// the broken construct begins, which is right for brackets only.
func locate(text []byte, line int, message string, err error) diag.Pos {
	line = min(max(line, 1), bytes.Count(text, []byte{'\n'})+1)
	begin := diag.Pos{Line: line, Col: 1}
	switch problems[message] {
	case "open-list":
		begin.Col = openBracket(Line(text, line), '[', ']')
		return begin
	case "open-mapping":
		begin.Col = openBracket(Line(text, line), '{', '}')
		return begin
	}
	if len(text) > explainBytes {
		return begin
	}
	if offset := errorOffset(text, err); offset >= 0 {
		return position(text, offset)
	}
	return begin
}

// openBracket returns the column of the last bracket that the line leaves
// open, of its last opening bracket when it leaves none.
func openBracket(line string, opening, closing rune) int {
	var open []int
	last, col := 1, 0
	for _, r := range line {
		col++
		switch {
		case r == opening:
			open, last = append(open, col), col
		case r == closing && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return open[len(open)-1]
	}
	return last
}

// charAt returns the byte at a place.
func charAt(text []byte, at diag.Pos) byte {
	c := cursor{text: text, Pos: diag.Pos{Line: 1, Col: 1}}
	return c.byte(at)
}

// errorOffset finds the character that breaks the file. The parser reads
// forward and stops at the first error, so every beginning of the file that
// contains the character fails in the same words, and hardly any shorter one
// does. It returns -1 when there is no such character.
func errorOffset(text []byte, err error) int {
	starts := runeStarts(text)
	i := sort.Search(len(starts), func(i int) bool {
		return parseError(text[:ends(starts, i, len(text))]).Error() == err.Error()
	})
	if i == len(starts) {
		return -1
	}
	return wholeAlias(text, starts[i])
}

func runeStarts(text []byte) []int {
	starts := make([]int, 0, len(text))
	for i := range text {
		if utf8.RuneStart(text[i]) {
			starts = append(starts, i)
		}
	}
	return starts
}

func ends(starts []int, i, end int) int {
	if i+1 < len(starts) {
		return starts[i+1]
	}
	return end
}

// wholeAlias moves from the last character of an alias to its asterisk.
func wholeAlias(text []byte, offset int) int {
	start := bytes.LastIndexAny(text[:offset], " \n[{,") + 1
	if text[start] == '*' {
		return start
	}
	return offset
}
