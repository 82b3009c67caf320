// Package demo invents a company of any size: its people, customers and deals,
// and the changes by which their facts arrived over the years. The same seed
// gives the same bytes.
package demo

import (
	"context"
	"runtime/debug"
	"time"

	"github.com/dealgate/dealgate/validate/history"
)

// Options say how large the company is, and which one of many.
type Options struct {
	Deals int
	Seed  uint64
	// Signers is the text of allowed_signers. With it the company asks for
	// reviews: everybody has an account, and a clerk proposes every change.
	Signers string
}

// Summary says what was written.
type Summary struct {
	Head                       string // hash of the head commit
	Deals, Paid                int    // Paid have an order that was paid in full
	Customers, People, Changes int
	Files                      int
	From, To                   time.Time // of the first and the last change
}

// squashedOne in so many changes lands as a single commit instead of a merge.
const squashedOne = 8

// Write writes the company into a new git repository in dir. Progress, which
// may be nil, hears how many of the deals have begun.
func Write(ctx context.Context, dir string, opt Options, progress func(done, total int)) (Summary, error) {
	// Most of the heap stays: the trees, and the names of all objects. A
	// collector set for short runs would let it grow to several times that.
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	domain := words().Domain
	w, err := history.Create(dir, history.Author{Name: "dealgate merge", Email: "merge@" + domain})
	if err != nil {
		return Summary{}, err
	}
	defer w.Close()
	s := newStream(opt, progress)
	var before time.Time
	for c := range s.changes {
		if err := ctx.Err(); err != nil {
			return Summary{}, err
		}
		if opt.Signers != "" {
			c.author = s.company.head("auditor")
		}
		l := landed(c, s.sum.Changes, domain)
		l.Written = between(before, l.Landed)
		if _, err := w.Land(l); err != nil {
			return Summary{}, err
		}
		before = c.at
		s.sum.Changes++
	}
	s.sum.Head, err = w.Finish()
	return s.sum, err
}

// landed gives a change its number and its author's address.
func landed(c change, n int, domain string) history.NewChange {
	out := history.NewChange{
		Author:  history.Author{Name: c.author.name, Email: c.author.id + "@" + domain},
		Subject: c.title(n), Landed: c.at, Squashed: n%squashedOne == 0,
	}
	for _, f := range c.files {
		out.Files = append(out.Files, history.NewFile{Path: f.path, Data: f.data})
	}
	return out
}

// between is when a change was written: some minutes before it landed, but
// after the one that landed before it.
func between(before, landed time.Time) time.Time {
	return landed.Add(-min(20*time.Minute, landed.Sub(before)/2).Truncate(time.Second))
}
