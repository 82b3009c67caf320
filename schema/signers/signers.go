// Package signers reads the file that says which keys may sign statements:
// OpenSSH's allowed signers, so that ssh-keygen -Y verify takes the same file.
//
// A line is PRINCIPALS [OPTIONS] KEYTYPE KEY [COMMENT]. The options
// namespaces, valid-after and valid-before have OpenSSH's meaning; a time
// without Z is one of the company's time zone. Certificates are refused.
package signers

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// Namespace keeps a signature from meaning anything else than a statement of
// this kind.
const Namespace = "dealgate-approval"

// Signer is one line: a key and when it counts.
type Signer struct {
	Line        int
	Principals  string
	Key         ssh.PublicKey
	Namespaces  []string // patterns; none means any
	After       time.Time
	Before      time.Time // zero: without end
	fingerprint []byte
}

// Problem is why a line cannot be read.
type Problem struct {
	Line int
	Key  string // of the catalogue: signers.no-key, signers.bad-time, signers.bad-option, signers.certificate
	Text string // the part that it is about
}

// Error says the problem in English, for a log.
func (p Problem) Error() string { return fmt.Sprintf("line %d: %s: %q", p.Line, p.Key, p.Text) }

// Parse reads a file. Lines with a problem are left out, so that no key counts
// longer or further than was meant.
func Parse(data []byte, zone *time.Location) ([]Signer, []Problem) {
	var all []Signer
	var problems []Problem
	n := 0
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
		n++
		text := strings.TrimSpace(string(line))
		if text == "" || text[0] == '#' {
			continue
		}
		s, p := parseLine(text, zone)
		if p != nil {
			p.Line = n
			problems = append(problems, *p)
			continue
		}
		s.Line = n
		all = append(all, s)
	}
	return all, problems
}

func parseLine(text string, zone *time.Location) (Signer, *Problem) {
	var s Signer
	var ok bool
	s.Principals, text, ok = word(text)
	if !ok || s.Principals == "" {
		return s, &Problem{Key: "signers.no-key", Text: clip(text)}
	}
	if !isKey(text) {
		options, rest, ok := word(text)
		if !ok || !isKey(rest) {
			return s, &Problem{Key: "signers.no-key", Text: clip(text)}
		}
		if p := s.options(options, zone); p != nil {
			return s, p
		}
		text = rest
	}
	key, err := parseKey(text)
	if err != nil {
		return s, &Problem{Key: "signers.no-key", Text: clip(text)}
	}
	if _, cert := key.(*ssh.Certificate); cert {
		return s, &Problem{Key: "signers.certificate", Text: clip(text)}
	}
	s.Key, s.fingerprint = key, key.Marshal()
	return s, nil
}

func isKey(text string) bool {
	_, err := parseKey(text)
	return err == nil
}

// parseKey reads KEYTYPE KEY; what follows is a comment.
func parseKey(text string) (ssh.PublicKey, error) {
	fields := strings.Fields(text)
	if len(fields) < 2 {
		return nil, errors.New("no key")
	}
	key, _, options, _, err := ssh.ParseAuthorizedKey([]byte(fields[0] + " " + fields[1]))
	if err == nil && len(options) > 0 {
		err = errors.New("no key")
	}
	if err == nil && key.Type() != fields[0] {
		err = errors.New("the key is of another type")
	}
	return key, err
}

// word cuts off what stands before the first blank outside of quotes, and
// takes the quotes of a word that is quoted as a whole away.
func word(text string) (first, rest string, ok bool) {
	quoted := false
	for i, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ' ' || c == '\t'):
			return unquote(text[:i]), strings.TrimLeft(text[i:], " \t"), true
		}
	}
	return unquote(text), "", !quoted
}

func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' && strings.Count(s, `"`) == 2 {
		return s[1 : len(s)-1]
	}
	return s
}

// options reads a comma-separated list; commas within quotes do not part.
func (s *Signer) options(text string, zone *time.Location) *Problem {
	for text != "" {
		var one string
		one, text = cutOption(text)
		name, value, _ := strings.Cut(one, "=")
		value = unquote(value)
		bad := &Problem{Key: "signers.bad-time", Text: clip(one)}
		var err error
		switch strings.ToLower(name) {
		case "namespaces":
			if s.Namespaces != nil || value == "" {
				return &Problem{Key: "signers.bad-option", Text: clip(one)}
			}
			s.Namespaces = strings.Split(value, ",")
		case "valid-after":
			if s.After, err = parseTime(value, zone); err != nil {
				return bad
			}
		case "valid-before":
			if s.Before, err = parseTime(value, zone); err != nil {
				return bad
			}
		case "cert-authority":
			return &Problem{Key: "signers.certificate", Text: clip(one)}
		default:
			return &Problem{Key: "signers.bad-option", Text: clip(one)}
		}
	}
	if !s.Before.IsZero() && !s.After.IsZero() && !s.After.Before(s.Before) {
		return &Problem{Key: "signers.bad-time", Text: "valid-before"}
	}
	return nil
}

func cutOption(text string) (one, rest string) {
	quoted := false
	for i, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}

// parseTime reads YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, in UTC when Z
// follows.
func parseTime(text string, zone *time.Location) (time.Time, error) {
	if digits, utc := strings.CutSuffix(text, "Z"); utc {
		text, zone = digits, time.UTC
	}
	for _, layout := range []string{"20060102", "200601021504", "20060102150405"} {
		if len(text) == len(layout) {
			return time.ParseInLocation(layout, text, zone)
		}
	}
	return time.Time{}, errors.New("not a time")
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// Verdict says what a list of signers makes of a key.
type Verdict uint8

// The verdicts, from best to worst.
const (
	Allowed   Verdict = iota
	Expired           // its time is over
	NotYet            // its time has not begun
	Elsewhere         // it may sign, but nothing of this kind
	Unknown
)

// Find says whether a key may sign in a namespace at a time, and the line that
// says so. Of several lines for one key the best counts.
func Find(all []Signer, key ssh.PublicKey, namespace string, at time.Time) (Verdict, Signer) {
	verdict, found := Unknown, Signer{}
	wire := key.Marshal()
	for _, s := range all {
		if !bytes.Equal(s.fingerprint, wire) {
			continue
		}
		if v := s.judge(namespace, at); v < verdict {
			verdict, found = v, s
		}
	}
	return verdict, found
}

// Counts reports whether any of the keys may sign in a namespace at a time.
func Counts(all []Signer, namespace string, at time.Time) bool {
	return slices.ContainsFunc(all, func(s Signer) bool { return s.judge(namespace, at) == Allowed })
}

// Ended reports whether there are keys and none of them may sign in a namespace
// at a time or ever after it.
func Ended(all []Signer, namespace string, at time.Time) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(s Signer) bool {
		v := s.judge(namespace, at)
		return v == Allowed || v == NotYet
	})
}

func (s Signer) judge(namespace string, at time.Time) Verdict {
	switch {
	case s.Namespaces != nil && !matchList(s.Namespaces, namespace):
		return Elsewhere
	case !s.After.IsZero() && at.Before(s.After):
		return NotYet
	case !s.Before.IsZero() && at.After(s.Before):
		return Expired
	}
	return Allowed
}

// matchList needs one pattern that matches and none with "!" that does.
func matchList(patterns []string, s string) bool {
	found := false
	for _, p := range patterns {
		p, not := strings.CutPrefix(p, "!")
		if !match(p, s) {
			continue
		}
		if not {
			return false
		}
		found = true
	}
	return found
}

// match knows * and ?, as OpenSSH does. It goes back to the last * only, so
// that no pattern takes long.
func match(pattern, s string) bool {
	p, i, star, from := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p, i = p+1, i+1
		case star >= 0:
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
