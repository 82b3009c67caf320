package bonus

import (
	"cmp"
	"slices"
	"strings"
)

// Entry is one key of a ledger and all that there is about it: what closed
// periods paid, and what is left or still waits.
type Entry struct {
	Key   Key
	Lines []Line
}

// Entries lists the ledger by key, ordered by payee, clause, fact and receipt.
// A key that closed periods have paid in full still shows what it is due for.
func (l Ledger) Entries() []Entry {
	byKey := map[Key]*Entry{}
	at := func(k Key) *Entry {
		if byKey[k] == nil {
			byKey[k] = &Entry{Key: k}
		}
		return byKey[k]
	}
	open := map[account]bool{}
	for _, line := range l.Lines {
		open[account{line.Key, line.Currency}] = open[account{line.Key, line.Currency}] || !line.Closed
		e := at(line.Key)
		e.Lines = append(e.Lines, line)
	}
	for _, due := range l.dues {
		if !open[account{due.Key, due.Currency}] {
			e := at(due.Key)
			e.Lines = append(e.Lines, paidInFull(due, e.Lines))
		}
	}
	var out []Entry
	for _, e := range byKey {
		out = append(out, *e)
	}
	slices.SortFunc(out, func(a, b Entry) int { return slices.Compare(a.Key.parts(), b.Key.parts()) })
	return out
}

// paidInFull is a due of which closed periods have left nothing, or that is
// worth nothing.
func paidInFull(due Line, closed []Line) Line {
	due.Due = due.Amount
	for _, line := range closed {
		if line.Closed && line.Currency == due.Currency {
			due.Before = append(due.Before, Settled{Month: line.Period, Amount: line.Amount, Source: line.Sources[0]})
			due.State = Paid
		}
	}
	slices.SortStableFunc(due.Before, func(a, b Settled) int { return cmp.Compare(a.Month, b.Month) })
	due.Amount = due.Due.Sub(total(due.Before))
	return due
}

// Find returns the entries that a reference means: the full key, its short
// code, or the beginning of one that only these have.
func (l Ledger) Find(ref string) []Entry {
	ref = strings.Join(strings.Fields(ref), " ")
	all := l.Entries()
	exact := slices.Clone(all)
	exact = slices.DeleteFunc(exact, func(e Entry) bool { return e.Key.String() != ref && e.Key.ID() != ref })
	if ref == "" || len(exact) > 0 {
		return exact
	}
	return slices.DeleteFunc(all, func(e Entry) bool {
		return !strings.HasPrefix(e.Key.ID(), strings.ToLower(ref)) && !strings.HasPrefix(e.Key.String(), ref)
	})
}

// Near returns the entries closest to a reference that means none, at most n:
// first those that share the longest beginning with it, then those that
// contain a word of it.
func (l Ledger) Near(ref string, n int) []Entry {
	type near struct {
		Entry
		shared int
	}
	var found []near
	for _, e := range l.Entries() {
		shared := max(common(e.Key.ID(), ref), common(e.Key.String(), ref))
		for _, word := range strings.Fields(ref) {
			if len(word) > 2 && strings.Contains(e.Key.String(), word) {
				shared += len(word)
			}
		}
		if shared > 0 {
			found = append(found, near{e, shared})
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return cmp.Compare(b.shared, a.shared) })
	var out []Entry
	for _, f := range found[:min(n, len(found))] {
		out = append(out, f.Entry)
	}
	return out
}

// common is the length of the beginning that two texts share.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
