package check

import "strings"

// creditCodeAlphabet gives each character of a unified social credit code its
// value; I, O, S, V and Z are left out, being easily misread.
const creditCodeAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// creditCodeWeights are those of GB 32100-2015: the powers of 3 modulo 31.
var creditCodeWeights = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}

// ValidCreditCode reports whether a text has the characters and the check
// digit of a unified social credit code (GB 32100-2015).
func ValidCreditCode(code string) bool {
	if len(code) != len(creditCodeWeights)+1 {
		return false
	}
	sum := 0
	for i, weight := range creditCodeWeights {
		v := strings.IndexByte(creditCodeAlphabet, code[i])
		if v < 0 {
			return false
		}
		sum += v * weight
	}
	check := (31 - sum%31) % 31
	return code[17] == creditCodeAlphabet[check]
}
