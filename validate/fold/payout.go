package fold

import (
	"cmp"
	"slices"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// Payout is one closed period. It never changes; what was wrong in it is
// adjusted in the next one.
type Payout struct {
	Month value.Month
	*Fact
	Body *fact.PayoutClose
	Paid []*PaidFact // by date and name
}

// PaidFact is one payment of a closed period.
type PaidFact struct {
	*Fact
	Body   *fact.PayoutPaid
	People []string // ids of whom it names, empty for everybody
}

// Batch is the number of the bank batch.
func (f *PaidFact) Batch() string { return f.Body.Batch.S }

// Pays reports whether the payment is of a person, by id.
func (f *PaidFact) Pays(person string) bool {
	return len(f.People) == 0 || slices.Contains(f.People, person)
}

// PaidOn is the payment by which a person was paid for the period, nil if none
// was recorded.
func (p *Payout) PaidOn(person string) *PaidFact {
	i := slices.IndexFunc(p.Paid, func(f *PaidFact) bool { return f.Pays(person) })
	if i < 0 {
		return nil
	}
	return p.Paid[i]
}

// Facts lists what counts of the company's own facts: closings, payments and
// plans, corrections applied.
func (c *Company) Facts() []*Fact { return c.facts }

// Payout finds the closing of a month, nil when it is open.
func (c *Company) Payout(m value.Month) *Payout {
	i := slices.IndexFunc(c.Payouts, func(p *Payout) bool { return p.Month == m })
	if i < 0 {
		return nil
	}
	return c.Payouts[i]
}

// Closed lists the periods that end by the as-of day, in order.
func (c *Company) Closed() []*Payout {
	n := 0
	for n < len(c.Payouts) && c.Payouts[n].Month.Last() <= c.AsOf {
		n++
	}
	return c.Payouts[:n]
}

// LastClosed is the latest of them, nil if there is none.
func (c *Company) LastClosed() *Payout {
	closed := c.Closed()
	if len(closed) == 0 {
		return nil
	}
	return closed[len(closed)-1]
}

// companyFacts reads the plans and the closed periods.
func (l *loader) companyFacts(withoutPayouts bool) error {
	l.c.Evidence = map[string]bool{}
	r := newReader(l.fsys, l.c, &Customer{})
	for _, dir := range l.company {
		if dir == PayoutsDir && withoutPayouts {
			continue
		}
		if err := r.walk(dir, &l.c.Findings, func(p Place) { l.companyFile(r, p) }); err != nil {
			return err
		}
	}
	l.c.Files += r.files
	l.unreadCompany()
	l.sortCompany(r)
	return nil
}

func (l *loader) companyFile(r *reader, p Place) {
	if p.Kind == EvidenceFile {
		l.c.Evidence[p.Path] = true
		return
	}
	body, ok := r.decode(p, &l.c.Findings)
	if !ok {
		return
	}
	f := r.newFact(p, body.(fact.Body))
	l.c.Records = append(l.c.Records, f)
	if rec := l.c.Table.Process(p.Process).Record(p.Step.Name); rec != nil {
		x := &Case{C: l.c, F: f, label: rec.Label(), clause: rec.Clause}
		l.c.Findings = append(l.c.Findings, x.require(rec.Actor, rec.Evidence, rec.Needs)...)
	}
	if p.Process != "plan" { // which may begin later than anything that has happened
		l.latest = max(l.latest, p.Date)
	}
}

// unreadCompany notes whether something of the company's own folders could not
// be read.
func (l *loader) unreadCompany() {
	for _, d := range l.c.Findings {
		if !Unread(d) {
			continue
		}
		switch dir := Classify(d.File).Dir; {
		case dir == PayoutsDir, d.File == PayoutsDir:
			l.c.PayoutsUnread = true
		case dir == PlansDir, d.File == PlansDir:
			l.c.PlansUnread = true
		}
	}
}

// sortCompany sets out what was read, corrections applied, up to the as-of day.
func (l *loader) sortCompany(r *reader) {
	c := l.c
	known := c.Records
	if c.AsOf != 0 {
		known = r.known(known)
	}
	paid := map[value.Month][]*PaidFact{}
	c.facts = r.correct(known, &c.Findings)
	for _, f := range c.facts {
		switch b := f.Body.(type) {
		case *fact.PayoutClose:
			c.Payouts = append(c.Payouts, &Payout{Month: f.Month, Fact: f, Body: b})
		case *fact.PayoutPaid:
			paid[b.Period.Month] = append(paid[b.Period.Month], &PaidFact{f, b, ids(c.Roster, b.Persons)})
		}
	}
	for _, f := range c.Records { // also those that lie ahead
		if b, ok := f.Body.(*fact.Plan); ok {
			c.Plans = append(c.Plans, planOf(f, b))
		}
	}
	for _, p := range c.Payouts {
		p.Paid = paid[p.Month]
	}
	slices.SortFunc(c.Payouts, func(a, b *Payout) int { return cmp.Compare(a.Month, b.Month) })
	slices.SortFunc(c.Plans, func(a, b Plan) int { return cmp.Compare(a.From, b.From) })
}

// ids are those of the people named, as written where the roster does not know
// somebody.
func ids(r *Roster, names []value.Text) []string {
	var out []string
	for _, n := range names {
		if p := r.Person(n.S); p != nil {
			out = append(out, p.ID)
		} else {
			out = append(out, n.S)
		}
	}
	return out
}
