package source

import (
	"bytes"
	"strings"
	"time"

	"github.com/dealgate/dealgate/schema/diag"
)

// fewestDigits is the length of the shortest private number: anything with
// fewer digits in a row is passed over quickly.
const fewestDigits = 11

// Private finds identity-card, bank-card and mobile numbers in a file, its
// comments included: history cannot be erased, so they must not enter it.
func Private(doc *Doc) []diag.Diagnostic { return privateNumbers(doc.File, doc.data) }

// PrivateText does the same for any text, such as evidence in Markdown.
func PrivateText(file string, data []byte) []diag.Diagnostic {
	return privateNumbers(file, bytes.TrimPrefix(data, bom))
}

// Redact hides the private numbers of a line, for showing it in a log, which
// cannot be erased either.
func Redact(line string) string {
	text := []byte(line)
	var out strings.Builder
	from := 0
	eachPrivate(text, func(m match) bool {
		out.WriteString(line[from:m.start])
		out.WriteString(mask(text[m.start:m.end]))
		from = m.end
		return true
	})
	if from == 0 {
		return line
	}
	out.WriteString(line[from:])
	return out.String()
}

// match is one private number in a text.
type match struct {
	rule       string
	start, end int
}

func privateNumbers(file string, text []byte) []diag.Diagnostic {
	var found []diag.Diagnostic
	eachPrivate(text, func(m match) bool {
		args := diag.Args{"number": mask(text[m.start:m.end])}
		d := finding(file, m.rule, position(text, m.start), args)
		d.Len = m.end - m.start
		found = append(found, d)
		return len(found) < maxFindings
	})
	return found
}

// mask keeps of a number only what helps to find it in the file.
func mask(number []byte) string {
	const head, tail = 3, 2
	middle := len(number) - head - tail
	return string(number[:head]) + strings.Repeat("*", middle) + string(number[len(number)-tail:])
}

// span is a run of digits in a text.
type span struct{ start, end int }

func (s span) len() int { return s.end - s.start }

// eachPrivate looks at every stretch of digits, with single spaces or hyphens
// between them, that is long enough. Each byte is visited a fixed number of
// times.
func eachPrivate(text []byte, yield func(match) bool) {
	for i := 0; i < len(text); i++ {
		if !isDigit(text[i]) {
			continue
		}
		start, count := i, 1
		for i++; i < len(text); i++ {
			if isDigit(text[i]) {
				count++
			} else if !isSeparator(text[i]) || i+1 == len(text) || !isDigit(text[i+1]) {
				break
			}
		}
		if count >= fewestDigits && !eachIn(text, runs(text, start, i), yield) {
			return
		}
	}
}

// runs takes a stretch apart at its separators.
func runs(text []byte, start, end int) []span {
	var list []span
	for i := start; i <= end; i++ {
		if i == end || !isDigit(text[i]) {
			list = append(list, span{start, i})
			start = i + 1
		}
	}
	return list
}

// eachIn looks for the numbers that the runs of one stretch make up.
func eachIn(text []byte, list []span, yield func(match) bool) bool {
	for len(list) > 0 {
		m, taken := first(text, list)
		if m.rule != "" && !yield(m) {
			return false
		}
		list = list[taken:]
	}
	return true
}

// first judges the number that a list of runs begins with, and says how many
// runs it takes. A match without a rule is nobody's number.
func first(text []byte, list []span) (m match, taken int) {
	if m, ok := idCard(text, list[0]); ok {
		return m, 1
	}
	if m, ok := international(text, list[0]); ok {
		return m, 1
	}
	taken = grouped(text, list)
	m = match{start: list[0].start, end: list[taken-1].end}
	number := join(text, list[:taken])
	switch {
	case inIdentifier(text, m):
	case isMobile(number) && (taken == 1 || list[0].len() == 3):
		m.rule = "private/mobile"
	case isCard(number):
		m.rule = "private/bank-card"
	}
	return m, taken
}

// grouped counts the runs that belong together: three, four and four digits
// of a mobile, or groups of four (the last may be shorter) of a card, with the
// same separator between all of them.
func grouped(text []byte, list []span) int {
	if len(list) >= 3 && list[0].len() == 3 && list[1].len() == 4 && list[2].len() == 4 &&
		text[list[0].end] == text[list[1].end] {
		return 3
	}
	n := 1
	for n < len(list) && list[n-1].len() == 4 && list[n].len() <= 4 &&
		text[list[n-1].end] == text[list[0].end] {
		n++
	}
	return n
}

func join(text []byte, list []span) []byte {
	var number []byte
	for _, s := range list {
		number = append(number, text[s.start:s.end]...)
	}
	return number
}

// idCard recognises 18 digits, the last of which may be an X, with a province,
// a birthday and the check digit of GB 11643.
func idCard(text []byte, s span) (match, bool) {
	end := s.end
	if s.len() == 17 && end < len(text) && (text[end] == 'X' || text[end] == 'x') {
		end++
	}
	if end-s.start != 18 || inNumber(text, s.start, end) {
		return match{}, false
	}
	number := text[s.start:end]
	ok := number[0] >= '1' && number[0] <= '8' && isBirthday(number[6:14]) &&
		idCheck(number) == upper(number[17])
	return match{"private/id-card", s.start, end}, ok
}

func isBirthday(s []byte) bool {
	t, err := time.Parse("20060102", string(s))
	return err == nil && t.Year() >= 1900 && t.Year() < 2100
}

// idCheck computes the check digit of GB 11643: ISO 7064, MOD 11-2.
func idCheck(number []byte) byte {
	sum := 0
	for _, c := range number[:17] {
		sum = (sum + int(c-'0')) * 2 % 11
	}
	return "10X98765432"[sum]
}

// international recognises a mobile number with +86 before it.
func international(text []byte, s span) (match, bool) {
	m := match{"private/mobile", s.start + len("86"), s.end}
	ok := s.len() == 13 && s.start > 0 && text[s.start-1] == '+' &&
		bytes.HasPrefix(text[s.start:], []byte("86")) &&
		isMobile(text[m.start:m.end]) && !wordAfter(text, m.end)
	return m, ok
}

// isMobile recognises the mobile numbers of mainland China.
func isMobile(number []byte) bool {
	return len(number) == 11 && number[0] == '1' && number[1] >= '3'
}

// isCard recognises payment cards by their issuer's prefix, the length that
// goes with it, and the Luhn check digit.
func isCard(number []byte) bool {
	n := len(number)
	if n < 15 || n > 19 || !luhn(number) {
		return false
	}
	prefix := int(number[0]-'0')*1000 + int(number[1]-'0')*100 + int(number[2]-'0')*10 + int(number[3]-'0')
	switch {
	case prefix/100 == 62: // UnionPay
		return n >= 16
	case prefix == 9558: // ICBC, before UnionPay
		return n == 19
	case prefix/100 == 34, prefix/100 == 37: // American Express
		return n == 15
	case prefix/1000 == 4, prefix/100 >= 51 && prefix/100 <= 55, prefix >= 3528 && prefix <= 3589:
		return n == 16 // Visa, Mastercard, JCB
	}
	return false
}

func luhn(number []byte) bool {
	sum := 0
	for i, c := range number {
		d := int(c - '0')
		if (len(number)-i)%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}

// inNumber reports that digits are part of a longer word or of a decimal.
func inNumber(text []byte, start, end int) bool {
	if start > 0 && isWord(text[start-1]) || wordAfter(text, end) {
		return true
	}
	return start > 1 && text[start-1] == '.' && isDigit(text[start-2]) ||
		end+1 < len(text) && text[end] == '.' && isDigit(text[end+1])
}

func wordAfter(text []byte, end int) bool { return end < len(text) && isWord(text[end]) }

// inIdentifier reports that digits are part of a word, a decimal, or an id
// such as PO-13812345678. A hyphen after the country's code is none of these.
func inIdentifier(text []byte, m match) bool {
	if inNumber(text, m.start, m.end) {
		return true
	}
	before := bytes.TrimSuffix(text[:m.start], []byte("+86-"))
	n := len(before)
	return n > 1 && before[n-1] == '-' && isWord(before[n-2]) ||
		m.end+1 < len(text) && text[m.end] == '-' && isWord(text[m.end+1])
}

func upper(c byte) byte {
	if c == 'x' {
		return 'X'
	}
	return c
}

func isDigit(c byte) bool     { return c >= '0' && c <= '9' }
func isSeparator(c byte) bool { return c == ' ' || c == '-' }

func isWord(c byte) bool {
	return isDigit(c) || c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
