package rules_test

import (
	"bytes"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/rules"
)

// sampleDay is the day on which the sample company stands, and on which its
// latest facts may be dated.
const sampleDay = "2026-11-20"

// intended are the warnings that the sample company shows on purpose.
var intended []string

func sample(t *testing.T) *fold.Company {
	t.Helper()
	day, err := value.ParseDay(sampleDay)
	if err != nil {
		t.Fatal(err)
	}
	c, err := validate.State(t.Context(), os.DirFS("../.."), rules.All, validate.Options{AsOf: day})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSampleIsClean(t *testing.T) {
	c := sample(t)
	for _, d := range c.Findings {
		if d.Severity != diag.Warning || !slices.Contains(intended, d.File+" "+d.Rule) {
			t.Errorf("%s:%d:%d: %s %s %v", d.File, d.Line, d.Col, d.Rule, d.Row, d.Args)
		}
	}
	if n := len(c.Deals()); n < 16 {
		t.Errorf("%d deals, want at least 16", n)
	}
}

// TestSampleStandsEverywhere holds that every stage of every process occurs,
// and that the deals stand in many different ones today.
func TestSampleStandsEverywhere(t *testing.T) {
	passed, standing := map[string]bool{}, map[string]bool{}
	for _, d := range sample(t).Deals() {
		standing[d.Main.State] = true
		for _, i := range runs(d) {
			for _, taken := range i.Taken {
				passed[i.Process.Name+" "+taken.To] = true
			}
		}
	}
	for _, p := range schema.Table().Processes {
		for _, s := range p.States {
			if !passed[p.Name+" "+s.Name] {
				t.Errorf("nothing in the sample was ever in the stage %s of %s", s.Name, p.Name)
			}
		}
	}
	if len(standing) < 12 {
		t.Errorf("the deals stand in %d stages only: %v", len(standing), standing)
	}
}

func runs(d *fold.Deal) []*fold.Instance { return append([]*fold.Instance{d.Main}, d.Instances...) }

// feature is something that the sample company must be able to show.
type feature struct {
	name  string
	shown func(*fold.Company, *fold.Deal) bool
}

var features = []feature{
	{"a tendered route", took("TM-09", "TM-20")},
	{"an untendered route", both(took("TM-08", "TM-20"), not(took("TM-07")))},
	{"a tender without award", took("TB-11")},
	{"a campaign that had to be improved", instance("campaign", "goal_reached", "TP-10")},
	{"a sample that failed once", both(took("TF-15"), times("TF-16", 1))},
	{"a refused audit", took("TF-24")},
	{"a cancelled preliminary contract", took("TM-15")},
	{"a suspended deal with open advances", both(in("suspended"), openAdvances)},
	{"a stopped deal with open advances", both(in("stopped"), openAdvances)},
	{"a discarded lead", in("discarded")},
	{"a closed deal", in("closed")},
	{"an imported deal", took("IM-01")},
	{"a new product won", took("TD-05", "TD-08")},
	{"a larger volume won", took("TD-07", "TD-08")},
	{"a waiver", says(func(*fact.SupplyWaive) bool { return true })},
	{"a penalty", says(func(*fact.Penalty) bool { return true })},
	{"part of the advances settled", says(func(b *fact.SettleAdvances) bool { return b.Decision.S == "part" })},
	{"shares of a third", says(func(b *fact.TermsFormal) bool { return len(b.Shares) == 3 && b.Shares[0].Share.Text == "1/3" })},
	{"a ladder", says(func(b *fact.TermsFormal) bool { return len(b.Ladder) > 1 })},
	{"a reward decided", says(func(*fact.TermsReward) bool { return true })},
	{"a reward left at its preset", presetReward},
	{"a gift", says(func(b *fact.CampaignExpense) bool { return b.Kind.S == "gift" })},
	{"a fact that was voided", corrected("void")},
	{"a fact that was corrected", corrected("replace")},
	{"a customer released to another team", func(_ *fold.Company, d *fold.Deal) bool { return len(d.Customer.Releases) > 0 }},
	{"shares of somebody who left", says(func(b *fact.TermsFormal) bool { return names(b, "deng-bo") })},
}

var orderFeatures = []struct {
	name  string
	shown func(*fold.Company, *fold.Order) bool
}{
	{"a void order", func(_ *fold.Company, o *fold.Order) bool { return o.Void() }},
	{"a partial shipment", func(_ *fold.Company, o *fold.Order) bool { return facts[fact.OrderShipment](o) > 1 && o.AllAccepted() }},
	{"retention money that is not yet due", func(c *fold.Company, o *fold.Order) bool {
		return slices.ContainsFunc(o.Instalments, func(i fold.Instalment) bool {
			return i.Retention && i.Due > c.AsOf && o.Open(i, c.AsOf).IsPositive()
		})
	}},
	{"retention money received", func(c *fold.Company, o *fold.Order) bool {
		return slices.ContainsFunc(o.Instalments, func(i fold.Instalment) bool {
			return i.Retention && o.Earned(i.Name, c.AsOf).Equal(i.Amount)
		})
	}},
	{"one receipt over two orders", paid(func(_ *fold.Company, a fold.Allocation) bool {
		return len(a.Body.Allocations) > 1 && a.Body.Allocations[0].Order.S != a.Body.Allocations[1].Order.S
	})},
	{"a bill that matures later", paid(func(c *fold.Company, a fold.Allocation) bool { return a.Holds(c.AsOf) && a.Earns > c.AsOf })},
	{"a bill that matured", paid(func(c *fold.Company, a fold.Allocation) bool { return a.Earns > a.On && a.Earned(c.AsOf) })},
	{"a dishonoured bill", paid(func(_ *fold.Company, a fold.Allocation) bool { return a.Until != 0 })},
	{"overdue receivables that were chased", func(c *fold.Company, o *fold.Order) bool {
		return o.Overdue(c.AsOf, 0).IsPositive() && facts[fact.OrderChase](o) > 1 && len(o.Claims) == 1 && o.Claims[0].Open
	}},
	{"a compensation received", func(_ *fold.Company, o *fold.Order) bool { return o.SettledCash().IsPositive() }},
	{"a return with a red-letter invoice", func(_ *fold.Company, o *fold.Order) bool {
		return facts[fact.OrderReturn](o) > 0 && slices.ContainsFunc(o.Invoices, func(f *fold.Fact) bool {
			return f.Body.(*fact.OrderInvoice).Credits.S != ""
		})
	}},
	{"a rejection", func(_ *fold.Company, o *fold.Order) bool { return facts[fact.OrderRejection](o) > 0 }},
	{"a deduction and a small difference", func(_ *fold.Company, o *fold.Order) bool {
		return facts[fact.OrderDeduction](o) > 0 && facts[fact.OrderSmallDifference](o) > 0
	}},
	{"a write-off", func(_ *fold.Company, o *fold.Order) bool { return facts[fact.OrderWriteOff](o) > 0 }},
}

func TestSampleShows(t *testing.T) {
	c := sample(t)
	for _, f := range features {
		if !slices.ContainsFunc(c.Deals(), func(d *fold.Deal) bool { return f.shown(c, d) }) {
			t.Errorf("no deal of the sample shows %s", f.name)
		}
	}
	for _, f := range orderFeatures {
		if !slices.ContainsFunc(c.Deals(), func(d *fold.Deal) bool {
			return slices.ContainsFunc(d.Orders, func(o *fold.Order) bool { return f.shown(c, o) })
		}) {
			t.Errorf("no order of the sample shows %s", f.name)
		}
	}
}

type ofDeal = func(*fold.Company, *fold.Deal) bool

func both(a, b ofDeal) ofDeal {
	return func(c *fold.Company, d *fold.Deal) bool { return a(c, d) && b(c, d) }
}

func not(a ofDeal) ofDeal { return func(c *fold.Company, d *fold.Deal) bool { return !a(c, d) } }

func in(state string) ofDeal {
	return func(_ *fold.Company, d *fold.Deal) bool { return d.Main.State == state }
}

// took wants every row to have been taken somewhere in the deal.
func took(rows ...string) ofDeal {
	return func(_ *fold.Company, d *fold.Deal) bool {
		return !slices.ContainsFunc(rows, func(row string) bool { return taken(d, row) == 0 })
	}
}

func times(row string, n int) ofDeal {
	return func(_ *fold.Company, d *fold.Deal) bool { return taken(d, row) == n }
}

func taken(d *fold.Deal, row string) int {
	n := 0
	for _, i := range runs(d) {
		n += i.Times(row)
	}
	return n
}

// instance wants one run of a process that took a row and stands in a stage.
func instance(process, state, row string) ofDeal {
	return func(_ *fold.Company, d *fold.Deal) bool {
		return slices.ContainsFunc(d.Of(process), func(i *fold.Instance) bool { return i.State == state && i.Times(row) > 0 })
	}
}

// says wants a fact of a type with something about it.
func says[T any](about func(*T) bool) ofDeal {
	return func(c *fold.Company, d *fold.Deal) bool {
		found := false
		fold.Each(d, c.AsOf, func(b *T, _ *fold.Fact) { found = found || about(b) })
		return found
	}
}

func openAdvances(c *fold.Company, d *fold.Deal) bool {
	settled := says(func(*fact.SettleAdvances) bool { return true })
	return d.Advanced(c.AsOf).IsPositive() && !settled(c, d)
}

// presetReward wants a milestone for which no amount was decided.
func presetReward(c *fold.Company, d *fold.Deal) bool {
	on, _ := d.MilestoneOn(c, "audit", c.AsOf)
	return on != 0 && !says(func(b *fact.TermsReward) bool { return b.Milestone.S == "audit" })(c, d)
}

func corrected(action string) ofDeal {
	return func(_ *fold.Company, d *fold.Deal) bool {
		return slices.ContainsFunc(d.Records, func(f *fold.Fact) bool {
			return (action == "void" && f.Voided != nil) || (action == "replace" && f.Replaced != nil)
		})
	}
}

func names(b *fact.TermsFormal, person string) bool {
	return slices.ContainsFunc(b.Shares, func(s fold.Share) bool { return s.Person.S == person })
}

func paid(by func(*fold.Company, fold.Allocation) bool) func(*fold.Company, *fold.Order) bool {
	return func(c *fold.Company, o *fold.Order) bool {
		return slices.ContainsFunc(o.Allocations, func(a fold.Allocation) bool { return by(c, a) })
	}
}

// facts counts the facts of a type in an order's folder.
func facts[T any](o *fold.Order) int {
	return len(fold.All[T](o.Deal.Instance("order", o.Name))) + len(fold.All[T](o.Deal.Instance("payment", o.Name)))
}

// TestSampleDocuments holds that the sample's PDF files are whole: the last
// line leads to the table of their objects.
func TestSampleDocuments(t *testing.T) {
	err := fs.WalkDir(os.DirFS("../.."), fold.Root, func(name string, e fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".pdf") {
			return err
		}
		data, err := os.ReadFile("../../" + name)
		if err != nil {
			return err
		}
		_, tail, _ := bytes.Cut(data, []byte("startxref\n"))
		at, _ := strconv.Atoi(string(bytes.TrimSuffix(tail, []byte("\n%%EOF\n"))))
		if len(data) > 2048 || at >= len(data) || !bytes.HasPrefix(data[at:], []byte("xref\n")) {
			t.Errorf("%s is no small whole PDF", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
