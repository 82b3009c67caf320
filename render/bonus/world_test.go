package bonus_test

import (
	"math/big"

	"github.com/dealgate/dealgate/schema/value"
)

// world is a made-up company in the words of the workflow, before it is written
// into files: what the reference computes from, and what the engine never sees.
type world struct {
	asOf     value.Day
	people   []person
	plans    []planOf // the first is the policy's
	deals    []*deal
	receipts []*receipt
}

// person is one of the sellers; last is 0 while he stays, and again the day on
// which he is back.
type person struct {
	id          string
	last, again value.Day
}

// planOf is what the plan in force from a day says.
type planOf struct {
	from                         value.Day
	accrual, bills, development  string
	least                        map[string]int64 // lowest reward by milestone, in cents
	amount                       string
	advance                      int // percent
	leavers, setOff, compensated string
	deductionCap                 int // percent
}

type deal struct {
	id, currency string
	route        string // the state that it was imported in
	day0         value.Day
	agreed       value.Day // agreement and listing, 0 while there is none
	formal       value.Day
	terms        []*terms
	orders       []*order
	volume       *volume
	milestones   []milestone
	decisions    []decision
	expenses     []expense
	penalties    []penalised
	stopped      value.Day
	disposition  string // hold, refund, forfeit
	settled      value.Day
	settlement   string // refund, part, forfeit
	part         int    // percent
}

// terms are formal commission terms from a day on.
type terms struct {
	on, until value.Day
	steps     []step // one without a limit is a single rate
	shares    []shareOf
	cap       int64
	accrual   string // empty: as in the plan
	corrected value.Day
	rate      string // that a correction puts in place of a single one
}

type step struct {
	upTo int64 // cents, 0 for the last
	rate string
}

type shareOf struct{ person, share string }

type order struct {
	deal        *deal
	name        string
	on          value.Day
	price       int64 // cents of one of 100 pieces
	tax         int   // percent
	instalments []instalment
	tagged      bool
	accepted    value.Day
	returned    value.Day
	pieces      int64 // that came back
	settlings   []settling
	invoiced    value.Day // in full
	credited    value.Day // a part of the invoice, in red letters
	credit      int64     // of its net amount, in cents
	rewritten   bool      // a new invoice replaces it on the next day
}

type instalment struct {
	name   string
	share  int64 // percent
	months int   // of a retention, 0 for any other
}

// settling is a deduction, a small difference or a write-off.
type settling struct {
	kind, instalment string
	on               value.Day
	amount           int64
}

// volume is a larger volume won over a baseline.
type volume struct {
	won      value.Day
	baseline int64
}

type milestone struct {
	name string
	on   value.Day
}

type decision struct {
	milestone string
	on        value.Day
	amount    int64
	shares    []shareOf
}

type expense struct {
	n         int
	on        value.Day
	person    string
	amount    int64
	corrected value.Day
	really    int64     // the amount by the correction
	withdrawn value.Day // by a correction
}

type penalised struct {
	on        value.Day
	person    string
	amount    int64
	withdrawn value.Day // by a correction
}

// receipt is one bank line or bill.
type receipt struct {
	n           int
	on          value.Day
	kind        string
	maturity    value.Day
	sold        value.Day // a bill, to the bank
	dishonoured value.Day
	voided      value.Day // by a correction
	allocations []allocation
}

type allocation struct {
	order      *order
	instalment string
	amount     int64
}

// worth is the price of the whole order with tax.
func (o *order) worth() int64 { return o.price * 100 }

// net is the price of the whole order without tax, cut off to its unit.
func (o *order) net() int64 {
	unit := unitOf(o.deal.currency)
	return o.worth() * 100 / int64(100+o.tax) / unit * unit
}

// taxOn is the tax of a net amount.
func (o *order) taxOn(net int64) int64 {
	return roundTo(unitOf(o.deal.currency), big.NewRat(net*int64(o.tax), 100))
}

// ratOf reads a rate or share.
func ratOf(text string) *big.Rat {
	f, err := value.ParseFraction(text)
	if err != nil {
		panic(err)
	}
	return f
}

// unitOf is the smallest unit of a currency, in hundredths.
func unitOf(currency string) int64 {
	if currency == "JPY" {
		return 100
	}
	return 1
}
