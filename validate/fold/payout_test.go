package fold_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

func TestPlacesOfTheCompany(t *testing.T) {
	for path, want := range map[string]string{
		"deals/payouts/2026-03.yaml":              "payout.close 2026-03 2026-03-31",
		"deals/payouts/2026-04-10-paid.yaml":      "payout.paid  2026-04-10",
		"deals/payouts/2026-04-10-paid-2.yaml":    "payout.paid  2026-04-10",
		"deals/payouts/2026-04-10-correct.yaml":   "correct  2026-04-10",
		"deals/plans/2026-07-01.yaml":             "plan.plan  2026-07-01",
		"deals/payouts/2026-03-31-close.yaml":     "layout/no-period",
		"deals/payouts/2026-13.yaml":              "layout/no-period",
		"deals/payouts/march.yaml":                "layout/no-period",
		"deals/payouts/2026-04-10-payed.yaml":     "layout/unknown-step",
		"deals/payouts/2026-03.yml":               "layout/not-yaml",
		"deals/payouts/2026/2026-03.yaml":         "layout/unknown",
		"deals/payouts":                           "layout/unknown",
		"deals/plans/2026-07.yaml":                "layout/no-day",
		"deals/plans/2026-07-01-correct.yaml":     "layout/no-day",
		"deals/plans/2026-07-01-plan.yaml":        "layout/no-day",
		"deals/customers/payouts/2026-03.yaml":    "layout/no-date",
		"deals/2026/hengtai-harness/2026-03.yaml": "layout/no-date",
	} {
		p := fold.Classify(path)
		got := p.Problem
		if p.Kind == fold.FactFile {
			got = fmt.Sprintf("%s %s %s", p.Step.ID(), p.Month, p.Date)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if p := fold.Classify("deals/payouts/evidence/slip.pdf"); p.Kind != fold.EvidenceFile || !p.OfCompany() {
		t.Errorf("the evidence of payouts is %v", p)
	}
}

const (
	payoutPolicy = "company: 华信\nrepository: huaxin\nworkflow: 1\napprovals: none\npay: {deduction-cap: 50%}\n"
	payoutRoster = `teams: {}
people:
  qian-fang: {name: 钱芳, roles: [{role: finance, from: 2023-01-01}]}
  chen-bo: {name: 陈波, roles: [{role: team-member, from: 2023-01-01, to: 2025-03-31}, {role: marketing, from: 2024-01-01, to: 2024-06-30}]}
`
)

func closing(month string) string {
	m := value.MustMonth(month)
	return "by: qian-fang\nas-of: " + m.Last().String() + "\ncommit: c\nlines-digest: d\ninputs-digest: d\n"
}

// company loads the files of a company, given by their path below deals/.
func company(t *testing.T, asOf string, files map[string]string) *fold.Company {
	t.Helper()
	tree := fstest.MapFS{"deals/policy.yaml": {Data: []byte(payoutPolicy)}, "deals/roster.yaml": {Data: []byte(payoutRoster)}}
	for name, text := range files {
		tree["deals/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	opt := fold.Options{}
	if asOf != "" {
		opt.AsOf = value.MustDay(asOf)
	}
	c, err := fold.Load(context.Background(), tree, opt)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A plan is in force from its day until the next, policy's own before the
// first; it is complete, so that what it leaves out has the preset.
func TestPlanOn(t *testing.T) {
	c := company(t, "2025-06-30", map[string]string{
		"plans/2025-03-01.yaml": "by: qian-fang\nrewards:\n  sample: [1500, 2500]\n",
		"plans/2025-09-01.yaml": "by: qian-fang\npay:\n  set-off: all\n",
	})
	for day, want := range map[string]string{
		"2024-01-01": "2000 1/2 bonus", "2025-02-28": "2000 1/2 bonus", "2025-03-01": "2500 1 bonus", "2025-08-31": "2500 1 bonus", "2025-09-01": "2000 1 all",
	} {
		p := c.PlanOn(value.MustDay(day))
		got := fmt.Sprintf("%s %s %s", p.RewardRange("sample").Max.Decimal, p.Pay.DeductionCap.R.RatString(), p.Pay.SetOff.S)
		if got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
	if n := len(c.Plans); n != 2 || c.PlansUnread {
		t.Errorf("%d plans, some unread: %v", n, c.PlansUnread)
	}
}

// Without a day asked for, a plan that is still to come moves the present one
// no further.
func TestPlansDoNotMoveTheDay(t *testing.T) {
	c := company(t, "", map[string]string{"plans/2025-09-01.yaml": "by: qian-fang\n", "payouts/2025-01.yaml": closing("2025-01"), "payouts/2025-02-10-paid.yaml": "by: qian-fang\nperiod: 2025-01\nbatch: b\n"})
	if c.AsOf.String() != "2025-02-10" || len(c.Payouts) != 1 || len(c.Payouts[0].Paid) != 1 {
		t.Errorf("as of %v, %d payouts", c.AsOf, len(c.Payouts))
	}
}

// Of closed periods only those count that are over by the as-of day.
func TestPayoutsAsOf(t *testing.T) {
	files := map[string]string{"payouts/2025-01.yaml": closing("2025-01"), "payouts/2025-02.yaml": closing("2025-02"), "payouts/2025-02-10-paid.yaml": "by: qian-fang\nperiod: 2025-01\nbatch: b\npersons: [陈波]\n"}
	c := company(t, "2025-02-05", files)
	if len(c.Payouts) != 1 || c.Payouts[0].Month.String() != "2025-01" || len(c.Payouts[0].Paid) != 0 {
		t.Errorf("%d payouts as of 2025-02-05", len(c.Payouts))
	}
	c = company(t, "2025-03-05", files)
	paid := c.Payout(value.MustMonth("2025-01")).PaidOn("chen-bo")
	if len(c.Payouts) != 2 || paid == nil || paid.Batch() != "b" || c.Payouts[0].PaidOn("qian-fang") != nil {
		t.Errorf("%d payouts, paid %v", len(c.Payouts), paid)
	}
	files["payouts/2025-02-12-correct.yaml"] = "by: qian-fang\ncorrects: 2025-02-10-paid.yaml\naction: void\nreason: 退回\n"
	if c = company(t, "2025-03-05", files); len(c.Payouts[0].Paid) != 0 {
		t.Error("a payment that was voided counts")
	}
}

// Whatever cannot be read of closed periods is known to be missing.
func TestUnreadPayouts(t *testing.T) {
	for _, name := range []string{"payouts/2025-01.yaml", "payouts/notes.txt", "payouts/2025-02-10-paid.yaml", "payouts/2025/01.yaml", "plans/2025-01-01.yaml"} {
		c := company(t, "2025-06-30", map[string]string{name: "by: [\n"})
		if plan := strings.HasPrefix(name, "plans/"); c.PayoutsUnread == plan || c.PlansUnread != plan || !diag.Failed(c.Findings) {
			t.Errorf("%s: payouts unread %v, plans unread %v", name, c.PayoutsUnread, c.PlansUnread)
		}
	}
	if c := company(t, "2025-06-30", map[string]string{"payouts/2025-01.yaml": closing("2025-01")}); c.PayoutsUnread || diag.Failed(c.Findings) {
		t.Error(c.Findings)
	}
}

// A closing may be larger than what people write, and no other file.
func TestLargeClosing(t *testing.T) {
	line := "  - {payee: chen-bo, kind: reward, clause: 4.4-N1, deal: hengtai-harness, fact: deals/2025/hengtai-harness/terms/%d.yaml, on: 2025-01-20, amount: 1500}\n"
	text := closing("2025-01") + "lines:\n"
	for i := range 3000 {
		text += fmt.Sprintf(line, i)
	}
	c := company(t, "2025-06-30", map[string]string{"payouts/2025-01.yaml": text})
	if c.PayoutsUnread || len(c.Payouts[0].Body.Lines) != 3000 {
		t.Fatal(c.Findings)
	}
	c = company(t, "2025-06-30", map[string]string{"plans/2025-01-01.yaml": "by: qian-fang\n" + strings.Repeat("# x\n", 100_000)})
	if !c.PlansUnread || c.Findings[0].Rule != "yaml/too-large" {
		t.Error(c.Findings)
	}
}

func TestLastDay(t *testing.T) {
	r := company(t, "2025-06-30", nil).Roster
	if got := r.Person("chen-bo").LastDay(); got != value.MustDay("2025-03-31") {
		t.Errorf("who left: %v", got)
	}
	if got := r.Person("qian-fang").LastDay(); got != 0 {
		t.Errorf("who is there: %v", got)
	}
}

// Who was hired again is gone on the days between, and only then.
func TestGoneOn(t *testing.T) {
	r := company(t, "2025-06-30", map[string]string{"roster.yaml": `teams: {}
people:
  chen-bo: {name: 陈波, roles: [{role: team-member, from: 2025-01-01, to: 2025-03-31}, {role: team-member, from: 2025-06-01}]}
`}).Roster
	left := value.MustDay("2025-03-31")
	for day, want := range map[string]value.Day{"2024-12-31": 0, "2025-01-01": 0, "2025-03-31": 0, "2025-04-01": left, "2025-05-31": left, "2025-06-01": 0} {
		if got := r.Person("chen-bo").GoneOn(value.MustDay(day)); got != want {
			t.Errorf("%s: gone since %v, want %v", day, got, want)
		}
	}
}

// Deductions are cut off at the smallest unit of the currency.
func TestMostDeducted(t *testing.T) {
	p := company(t, "2025-06-30", nil).PlanOn(0) // half of the bonus
	for _, c := range []struct{ bonus, currency, want string }{{"1000.01", "CNY", "500"}, {"1000.03", "CNY", "500.01"}, {"1001", "JPY", "500"}, {"0", "CNY", "0"}} {
		bonus, _ := decimal.NewFromString(c.bonus)
		if got := p.MostDeducted(bonus, decimal.NewFromInt(900), c.currency); got.String() != c.want {
			t.Errorf("%s %s: %v, want %s", c.bonus, c.currency, got, c.want)
		}
	}
}
