package demo

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/dealgate/dealgate/schema/value"
)

// stream puts the changes of all deals in the order in which they landed. It
// holds only the deals that run at the same time.
type stream struct {
	opt      Options
	company  *company
	rng      *rand.Rand
	progress func(done, total int)
	waiting  queue
	pool     []*customer // with deals still to come
	quota    float64     // of paid deals, not yet given out; the first deal is one
	sum      Summary
}

func newStream(opt Options, progress func(done, total int)) *stream {
	if progress == nil {
		progress = func(int, int) {}
	}
	return &stream{
		opt: opt, company: newCompany(opt), progress: progress,
		rng: rand.New(rand.NewPCG(opt.Seed, 0)), quota: 1 - paidShare,
	}
}

// changes yields every change, oldest first, the baseline before all.
func (s *stream) changes(yield func(change) bool) {
	s.sum.Deals, s.sum.People = s.opt.Deals, len(s.company.people)
	gm := s.company.head("general-manager")
	baseline := change{author: gm, at: clockTime(firstDay, 0), subject: words().Baseline, files: s.company.registries()}
	if !s.pass(baseline, yield) {
		return
	}
	for n := range s.opt.Deals {
		start := s.start(n)
		if !s.drain(clockTime(start, 0), yield) {
			return
		}
		s.begin(n, start)
		s.progress(n+1, s.opt.Deals)
	}
	s.drain(clockTime(lastDay+1, 0), yield)
}

func (s *stream) pass(c change, yield func(change) bool) bool {
	if s.sum.From.IsZero() {
		s.sum.From = c.at
	}
	s.sum.To = c.at
	s.sum.Files += len(c.files)
	return yield(c)
}

// begin plays a deal from its first day to its last.
func (s *stream) begin(n int, start value.Day) {
	d := newDeal(s.company, n, s.customerOf(start), start, s.fate(start))
	d.play()
	if d.paid {
		s.sum.Paid++
	}
	if len(d.changes) > 0 {
		heap.Push(&s.waiting, running{n, d.changes})
	}
}

// lastStart leaves even the last deal the days that its lead takes to land.
var lastStart = lastDay - 21

// start spreads the deals evenly over the years.
func (s *stream) start(n int) value.Day {
	span := int(lastStart - firstDay - 14)
	return firstDay + 14 + value.Day(span*n/max(s.opt.Deals, 1))
}

// customerOf gives a deal a new customer, or one that has been on file for a
// while and is to have more.
func (s *stream) customerOf(start value.Day) *customer {
	if i := s.known(start); i >= 0 {
		cu := s.pool[i]
		if cu.left--; cu.left == 0 {
			s.pool[i] = s.pool[len(s.pool)-1]
			s.pool = s.pool[:len(s.pool)-1]
		}
		return cu
	}
	cu := s.company.newCustomer(s.sum.Customers, s.rng)
	cu.first = start
	s.sum.Customers++
	if cu.left--; cu.left > 0 {
		s.pool = append(s.pool, cu)
	}
	return cu
}

// known chooses among the customers whose first change has landed for sure, -1
// for a new customer.
func (s *stream) known(start value.Day) int {
	if len(s.pool) == 0 || s.rng.IntN(100) < 40 {
		return -1
	}
	i := s.rng.IntN(len(s.pool))
	if start-s.pool[i].first < 30 {
		return -1
	}
	return i
}

// longestSale is how many days pass, with few exceptions, from the lead to the
// last receipt.
const longestSale = 560

// paidShare of the deals that begin early enough are paid; with those that
// begin later and make it all the same, they are a third of all deals.
const paidShare = 0.34

// mix is what becomes of the deals that are not paid, in a hundred.
var mix = []struct {
	fate  fate
	share int
}{{discarded, 74}, {fruitless, 8}, {unmet, 5}, {cancelled, 4}, {dormant, 4}, {voided, 2}, {bad, 3}}

// fate gives out paid deals at a steady rate and the others by lot. Deals that
// begin late run into the last day.
func (s *stream) fate(start value.Day) fate {
	if start+longestSale > lastDay {
		if s.rng.IntN(100) < 45 {
			return paid
		}
		return discarded
	}
	if s.quota += paidShare; s.quota >= 1 {
		s.quota--
		return paid
	}
	n := s.rng.IntN(100)
	for _, m := range mix {
		if n -= m.share; n < 0 {
			return m.fate
		}
	}
	return discarded
}

// running is a deal with the changes that have not landed yet.
type running struct {
	n       int
	changes []change
}

// queue is a heap of running deals by their next change.
type queue []running

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q queue) Less(i, j int) bool {
	a, b := q[i].changes[0].at, q[j].changes[0].at
	return a.Before(b) || a.Equal(b) && q[i].n < q[j].n
}
func (q *queue) Push(x any) { *q = append(*q, x.(running)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	(*q)[last] = running{}
	*q = (*q)[:last]
	return x
}

// drain passes on all changes before a time.
func (s *stream) drain(until time.Time, yield func(change) bool) bool {
	for len(s.waiting) > 0 && s.waiting[0].changes[0].at.Before(until) {
		next := &s.waiting[0]
		c := next.changes[0]
		next.changes[0] = change{}
		if next.changes = next.changes[1:]; len(next.changes) == 0 {
			heap.Pop(&s.waiting)
		} else {
			heap.Fix(&s.waiting, 0)
		}
		if !s.pass(c, yield) {
			return false
		}
	}
	return true
}

// title is the subject with the number of the change.
func (c change) title(n int) string {
	if n == 0 {
		return c.subject
	}
	return fmt.Sprintf("%s (#%d)", c.subject, n)
}
