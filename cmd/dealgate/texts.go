package main

import "github.com/dealgate/dealgate/validate/history"

// texts are what history says of files and commits. Whatever else speaks of
// them asks here for its paths and names, so that each is in memory once.
type texts map[string]string

func textsOf(landed map[string]*history.Provenance) texts {
	t := make(texts, len(landed))
	for path, p := range landed {
		t[path] = path
		for _, s := range []string{p.Commit.Hash, p.Commit.Subject} {
			t[s] = s
		}
	}
	return t
}

// one is the copy of a text that is there already, or else the text itself.
func (t texts) one(s string) string {
	if known, ok := t[s]; ok {
		return known
	}
	return s
}
