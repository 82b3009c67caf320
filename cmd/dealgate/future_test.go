package main

import (
	"testing"
	"time"

	"github.com/dealgate/dealgate/validate/history"
)

func TestACommitOfTheFutureIsRefused(t *testing.T) {
	now := time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	for when, refused := range map[time.Time]bool{
		now:                     false,
		now.Add(23 * time.Hour): false, // clocks differ
		now.AddDate(0, 0, 2):    true,
		now.AddDate(5, 0, 0):    true,
		now.AddDate(-1, 0, 0):   false,
	} {
		found := ahead(history.Commit{When: when}, now)
		if (len(found) > 0) != refused {
			t.Errorf("a commit of %s, seen on %s: %d findings", when, now, len(found))
		}
	}
}
