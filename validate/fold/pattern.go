package fold

import "strings"

// An audit classifies every path of a history several times. Regular
// expressions took a twelfth of it, though these two are as plain as can be.
var (
	yearName = pattern(isYear)
	idName   = pattern(isID)
)

// pattern reports whether a name is as it should be.
type pattern func(string) bool

// MatchString is named after that of a regular expression.
func (p pattern) MatchString(s string) bool { return p(s) }

// isYear accepts the years 1900 to 2199.
func isYear(s string) bool {
	century := strings.HasPrefix(s, "19") || strings.HasPrefix(s, "20") || strings.HasPrefix(s, "21")
	return century && len(s) == 4 && digit(s[2]) && digit(s[3])
}

// isID accepts what schema.IDPattern does.
func isID(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '-' {
		return false
	}
	for i := range len(s) {
		if b := s[i]; b != '-' && !digit(b) && (b < 'a' || 'z' < b) {
			return false
		}
	}
	return true
}

func digit(b byte) bool { return '0' <= b && b <= '9' }
