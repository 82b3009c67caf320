package check

import (
	"cmp"
	"regexp"
	"strings"

	"golang.org/x/text/width"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

var (
	thousands   = regexp.MustCompile(`^-?[0-9]{1,3}([,_ '][0-9]{3})+(\.[0-9]+)?$`)
	exponent    = regexp.MustCompile(`^[+-]?[0-9.]+[eE][+-]?[0-9]+$`)
	otherBase   = regexp.MustCompile(`^[+-]?0[xXoObB][0-9a-fA-F]+$`)
	notANumber  = regexp.MustCompile(`^(?i:[+-]?\.?(nan|inf|infinity))$`)
	withUnit    = regexp.MustCompile(`^(¥|￥|\$|€|RMB|CNY)? ?(\+?[0-9.,']+) ?(元|圆|块|RMB|CNY|件|个|套|天|日)?$`)
	bigUnit     = regexp.MustCompile(`[0-9] ?[百千万亿kKmM]`)
	looseNumber = regexp.MustCompile(`^\+?0*([0-9]*)\.?([0-9]*)$`)
)

// numberHint says why a text is no plain number and, where that is clear, how
// the number would be written.
func numberHint(s string) (hint diag.Term, near string) {
	narrow := width.Narrow.String(strings.TrimSpace(s))
	switch {
	case isNumber(s):
		return "schema/hint.unquote", s
	case notANumber.MatchString(s):
		return "schema/hint.not-a-number", ""
	case exponent.MatchString(s):
		return "schema/hint.exponent", ""
	case otherBase.MatchString(s):
		return "schema/hint.other-base", ""
	case thousands.MatchString(narrow):
		return "schema/hint.thousands", number(strings.NewReplacer(",", "", "_", "", " ", "", "'", "").Replace(narrow))
	case isNumber(narrow):
		return "schema/hint.fullwidth", narrow
	case bigUnit.MatchString(narrow):
		return "schema/hint.big-unit", ""
	case withUnit.MatchString(narrow):
		return unitHint(narrow)
	}
	return "schema/hint.number", ""
}

// unitHint speaks of a number that bears a unit, or that is written loosely.
func unitHint(s string) (diag.Term, string) {
	digits := withUnit.FindStringSubmatch(s)[2]
	if thousands.MatchString(digits) {
		digits = strings.NewReplacer(",", "", "'", "").Replace(digits)
	}
	if isNumber(digits) {
		return "schema/hint.unit", digits
	}
	m := looseNumber.FindStringSubmatch(digits)
	if m == nil || m[1]+m[2] == "" {
		return "schema/hint.number", ""
	}
	plain := cmp.Or(m[1], "0")
	if m[2] != "" {
		plain += "." + m[2]
	}
	return "schema/hint.plain", number(plain)
}

func isNumber(s string) bool {
	_, err := value.ParseDecimal(s)
	return err == nil
}

// number returns s where it is a number, nothing otherwise.
func number(s string) string {
	if isNumber(s) {
		return s
	}
	return ""
}

var looseDate = regexp.MustCompile(`^([0-9]{4}) ?[-/.年]? ?([0-9]{1,2}) ?[-/.月]? ?([0-9]{1,2}) ?日?([T ].*)?$`)

// dateHint says why a text is no day, and which one was probably meant.
func dateHint(s string) (hint diag.Term, near string) {
	narrow := width.Narrow.String(strings.TrimSpace(s))
	m := looseDate.FindStringSubmatch(narrow)
	if m == nil {
		return "schema/hint.date", ""
	}
	day := m[1] + "-" + pad(m[2]) + "-" + pad(m[3])
	if _, err := value.ParseDay(day); err != nil {
		return "schema/hint.no-such-day", ""
	}
	return "schema/hint.did-you-mean", day
}

func pad(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// fractionHint says how a share or rate was probably meant.
func fractionHint(s string) (hint diag.Term, near string) {
	plain := strings.ReplaceAll(width.Narrow.String(s), " ", "")
	if plain != s && fractionText.MatchString(plain) {
		return "schema/hint.did-you-mean", plain
	}
	return "schema/hint.fraction", ""
}
