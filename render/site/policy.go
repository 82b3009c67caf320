package site

import (
	"reflect"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/fold"
)

// policyPage says the policy in force in words, with the plans that money
// follows and the closed periods.
type policyPage struct {
	Missing bool // there is no policy
	File    string
	URL     string
	General []field
	Parts   []block
	Plans   []block
	Payouts table
	Hidden  bool // amounts are not published
}

func policyPages(m *Model) []Page[policyPage] {
	return one(policyFile, diag.Term("site.policy.title"), m.policyPage)
}

func (m *Model) policyPage() policyPage {
	p := policyPage{File: fold.Root + "/policy.yaml", Hidden: !m.audience().Deals, Payouts: m.payouts(), Missing: m.Company.Policy == nil}
	if p.Missing {
		return p
	}
	if m.Commit != "" {
		p.URL = m.sourceURL(m.Commit, p.File)
	}
	step := schema.AllSteps().Get("", "policy")
	w := fielder{m.Company, step, m.Company.Policy.Currency.S}
	for _, f := range w.fields(reflect.ValueOf(m.Company.Policy).Elem(), step.Fields, "") {
		b := block{ID: string(f.Label), Title: f.Label}
		if len(f.Fields) == 1 && f.Fields[0].Table != nil {
			f.Table = f.Fields[0].Table
		}
		switch {
		case f.Table != nil:
			f.Table.Caption = f.Label
			b.table(f.Table)
		case f.Fields != nil:
			b.add(blockPart{Fields: f.Fields})
		default:
			p.General = append(p.General, f)
			continue
		}
		p.Parts = append(p.Parts, b)
	}
	p.Plans = m.plans()
	return p
}

// plans lists the plans that have a file, the latest first, and which of them
// is in force.
func (m *Model) plans() []block {
	var out []block
	now := m.Company.PlanOn(m.AsOf)
	for i := len(m.Company.Facts()) - 1; i >= 0; i-- {
		f := m.Company.Facts()[i]
		body, ok := f.Body.(*fact.Plan)
		if !ok {
			continue
		}
		b := block{ID: "plan-" + f.Date.String(), Title: diag.Term("site.policy.plan"), Since: f.Date, State: diag.Term("site.policy.past"), Class: "plain"}
		switch {
		case f.Date > m.AsOf:
			b.State, b.Class = diag.Term("site.policy.ahead"), "info"
		case f.Date == now.From:
			b.State, b.Class = diag.Term("site.policy.in-force"), "good"
		}
		b.add(blockPart{Fields: fielder{m.Company, f.Step, m.Company.Policy.Currency.S}.body(body)})
		out = append(out, b)
	}
	return out
}

// payouts lists the closed periods, the latest first. What was paid is shown
// as far as policy publishes totals.
func (m *Model) payouts() table {
	t := table{ID: "payouts", Caption: diag.Term("site.policy.payouts"), Empty: diag.Term("site.policy.no-payouts"), Heads: []head{
		column("site.policy.period"), column("site.policy.closed-on"), column("site.policy.closed-by"), column("site.policy.as-of"), column("site.policy.paid"),
	}}
	a := m.audience()
	if a.Deals {
		t.Heads = append(t.Heads, number("site.policy.total"))
	}
	for i := len(m.Company.Payouts) - 1; i >= 0; i-- {
		p := m.Company.Payouts[i]
		var paid values
		for _, x := range p.Paid {
			paid = append(paid, phrase("site.policy.paid-on", "on", x.Date, "batch", x.Batch()))
		}
		row := cells(say(p.Month), say(p.Date), say(m.actor(p.Fact)), say(p.Body.AsOf.Day), say(paid))
		if len(paid) == 0 {
			row.Cells[4] = badge("warn", diag.Term("site.policy.unpaid"))
		}
		if a.Deals {
			row.Cells = append(row.Cells, say(m.paidOut(p)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// paidOut is what a period paid, by currency.
func (m *Model) paidOut(p *fold.Payout) sums {
	var all sums
	for _, t := range p.Body.Totals {
		currency := t.Currency.S
		if currency == "" {
			currency = m.Company.Policy.Currency.S
		}
		all.add(money{t.Pay.Decimal, currency})
	}
	return all
}
