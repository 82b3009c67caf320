package check

import (
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// Similar returns the candidate that a misspelt word most resembles, nothing
// when none differs in at most a third of the word's characters.
func Similar(word string, candidates []string) string {
	length := utf8.RuneCountInString(word)
	if length > 64 { // nobody misspells one so long, and comparing costs its square
		return ""
	}
	best, least := "", length/3+1
	for _, c := range candidates {
		if utf8.RuneCountInString(c) > 2*length {
			continue
		}
		if d := levenshtein.ComputeDistance(word, c); d < least {
			best, least = c, d
		}
	}
	return best
}
