// Package fold turns files into the state of a company: it places each file,
// decodes it, and folds the facts of each deal by the workflow table. It is
// pure: it reads an fs.FS and a date, nothing else.
package fold

import (
	"cmp"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/signers"
	"github.com/dealgate/dealgate/schema/value"
)

// Company is everything below deals/, folded up to the as-of date.
type Company struct {
	AsOf      value.Day
	Today     value.Day    // no fact may be dated later
	Policy    *fact.Policy // in force now
	policyOf  func(path string) *fact.Policy
	rest      string // names all that is not of a customer, "" where that is not known
	Roster    *Roster
	Signers   []signers.Signer // whose signature makes a statement count
	Table     *schema.Workflow
	Customers []*Customer     // by id
	Plans     []Plan          // that have a file, by the day from which they are in force
	Payouts   []*Payout       // closed periods, by month
	Records   []*Fact         // of payouts and plans, as they lie in their folders
	Evidence  map[string]bool // of payouts and plans, by path
	Findings  []diag.Diagnostic
	Files     int // read

	// PayoutsUnread is true when something about closed periods cannot be read:
	// nobody knows then what has been paid, so nothing is payable. PlansUnread
	// is the same of plans.
	PayoutsUnread, PlansUnread bool

	facts []*Fact // of Records, those that count
}

// Customer is one customer with its receipts and deals.
type Customer struct {
	ID       string
	Dir      string
	Header   *fact.CustomerHeader
	Releases []*Fact
	Receipts []*Fact
	Deals    []*Deal // by id
	Evidence map[string]bool
	Findings []diag.Diagnostic
	records  []*Fact // as they lie in the folder, corrections included
	invoices []*Fact // kept when the deals are forgotten
	name     string  // of what lies in its folders and its deals', "" where that is not known
	files    int     // read
}

// Deal is one deal and where it stands.
type Deal struct {
	ID, Year, Dir string
	Customer      *Customer
	Header        *fact.DealHeader
	Facts         []*Fact // by date and file name, corrections applied
	Records       []*Fact // every file as it landed
	Evidence      map[string]bool
	Main          *Instance
	Instances     []*Instance // all but Main, by process and name
	Orders        []*Order
	Team          string // id of the team in charge, once determined
	Findings      []diag.Diagnostic
	Currency      string
	Import        *Fact
}

// Invalid reports whether the deal has an error.
func (d *Deal) Invalid() bool { return diag.Failed(d.Findings) }

// Instance is one run of a process: the deal itself, one campaign, one order.
type Instance struct {
	Process *schema.Process
	Name    string
	State   string
	Since   value.Day
	Taken   []Taken
	Facts   []*Fact
	Order   *Order // of the delivery and payment of an order
	back    string
}

// Taken is one row that was taken.
type Taken struct {
	Row   *schema.Row
	To    string
	On    value.Day
	Fact  *Fact // nil when derived
	Cause *Fact // what was folded when it was taken, in this run or another; nil where time alone did it
}

// Fact is one fact file.
type Fact struct {
	Place
	File     string // where its content stands: its path, or the correction
	Body     fact.Body
	By       *Person
	Voided   *Fact // the correction that voids it
	Replaced *Fact // the correction that replaced fields
	Replaces *Fact // of a corrected fact: the file as it landed
	next     *Fact
	tree     *yaml.Node // of a corrected fact, for the next correction
}

// Span points at a position of the fact's file.
func (f *Fact) Span(at diag.Pos) diag.Span { return diag.Span{File: f.File, Pos: at} }

// PolicyFor is the policy that a fact was recorded under, so that a rule
// changed today leaves what has landed as it is.
func (c *Company) PolicyFor(f *Fact) *fact.Policy {
	if f != nil && c.policyOf != nil {
		if p := c.policyOf(f.Path); p != nil {
			return p
		}
	}
	return c.Policy
}

// Deals returns every deal, by folder.
func (c *Company) Deals() []*Deal {
	var all []*Deal
	for _, cu := range c.Customers {
		all = append(all, cu.Deals...)
	}
	slices.SortFunc(all, func(a, b *Deal) int { return cmp.Compare(a.Dir, b.Dir) })
	return all
}

// Deal finds a deal by id, or by its folder.
func (c *Company) Deal(ref string) *Deal {
	for _, cu := range c.Customers {
		for _, d := range cu.Deals {
			if d.ID == ref || d.Dir == ref || d.Dir == Root+"/"+ref {
				return d
			}
		}
	}
	return nil
}

// Instance finds one run of a process, nil when it has not begun.
func (d *Deal) Instance(process, name string) *Instance {
	if process == "deal" {
		return d.Main
	}
	for _, i := range d.Instances {
		if i.Process.Name == process && i.Name == name {
			return i
		}
	}
	return nil
}

// Of lists the runs of a process, by name.
func (d *Deal) Of(process string) []*Instance {
	var of []*Instance
	for _, i := range d.Instances {
		if i.Process.Name == process {
			of = append(of, i)
		}
	}
	return of
}

// Ended reports whether the run has reached an end.
func (i *Instance) Ended() bool {
	s, ok := i.Process.State(i.State)
	return ok && s.End
}

// Times counts how often a row was taken.
func (i *Instance) Times(row string) int {
	n := 0
	for _, t := range i.Taken {
		if t.Row.ID == row {
			n++
		}
	}
	return n
}

// On returns when a row was last taken, 0 if never.
func (i *Instance) On(row string) value.Day {
	for k := len(i.Taken) - 1; k >= 0; k-- {
		if i.Taken[k].Row.ID == row {
			return i.Taken[k].On
		}
	}
	return 0
}

// StateOn is the stage at which the run stood at the end of a day.
func (i *Instance) StateOn(day value.Day) string {
	for k := len(i.Taken) - 1; k >= 0; k-- {
		if i.Taken[k].On <= day {
			return i.Taken[k].To
		}
	}
	return schema.None
}

// Last returns the latest fact of a type that the run has folded.
func Last[T any](i *Instance) (*T, *Fact) {
	if i == nil {
		return nil, nil
	}
	for k := len(i.Facts) - 1; k >= 0; k-- {
		if b, ok := i.Facts[k].Body.(any).(*T); ok {
			return b, i.Facts[k]
		}
	}
	return nil, nil
}

// All returns the facts of a type that the run has folded, in order.
func All[T any](i *Instance) []*T {
	if i == nil {
		return nil
	}
	var all []*T
	for _, f := range i.Facts {
		if b, ok := f.Body.(any).(*T); ok {
			all = append(all, b)
		}
	}
	return all
}

// Each calls do for every fact of a type in the deal dated on or before a day.
func Each[T any](d *Deal, until value.Day, do func(*T, *Fact)) {
	for _, f := range d.Facts {
		if f.Date > until {
			return
		}
		if b, ok := f.Body.(any).(*T); ok {
			do(b, f)
		}
	}
}

// Customer finds a customer by id, nil when it was not loaded.
func (c *Company) Customer(id string) *Customer {
	for _, cu := range c.Customers {
		if cu.ID == id {
			return cu
		}
	}
	return nil
}

// forget keeps of a customer what must be compared across the company.
func (cu *Customer) forget() {
	cu.invoices = cu.Invoices()
	for _, d := range cu.Deals {
		*d = Deal{ID: d.ID, Year: d.Year, Dir: d.Dir, Customer: cu, Header: d.Header, Findings: d.Findings}
	}
	cu.records, cu.Releases, cu.Evidence = nil, nil, nil
}

// Invoices lists the invoices of all orders of the customer, by path.
func (cu *Customer) Invoices() []*Fact {
	if cu.invoices != nil {
		return cu.invoices
	}
	var all []*Fact
	for _, d := range cu.Deals {
		for _, o := range d.Orders {
			all = append(all, o.Invoices...)
		}
	}
	slices.SortFunc(all, func(a, b *Fact) int { return cmp.Compare(a.Path, b.Path) })
	return all
}

func compareInstances(a, b *Instance) int {
	order := func(i *Instance) int {
		for k, p := range schema.Table().Processes {
			if p.Name == i.Process.Name {
				return k
			}
		}
		return 0
	}
	if d := order(a) - order(b); d != 0 {
		return d
	}
	return naturalCompare(a.Name, b.Name)
}

// naturalCompare puts round 2 before round 10.
func naturalCompare(a, b string) int {
	m, errA := strconv.Atoi(a)
	n, errB := strconv.Atoi(b)
	if errA == nil && errB == nil {
		return m - n
	}
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}
