package site

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/fold"
)

// sections lists what a deal consists of, each kind of thing under a heading of
// its own; what there is nothing of is left out.
func (m *Model) sections(d *Deal) []section {
	all := []section{
		m.campaignSection(d), m.tenderSection(d), m.contractSection(d), m.supplySection(d), m.orderSection(d, m.orderParts(d)[0]),
		m.receiptSection(d), m.developmentSection(d),
	}
	var out []section
	for _, s := range all {
		if len(s.Blocks) > 0 || s.Table != nil && len(s.Table.Rows) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// blockOf begins the block of a run of a process.
func blockOf(i *fold.Instance) block {
	return block{ID: i.Process.Name + "-" + i.Name, Title: i.Name, State: i.Process.Term(i.State), Class: stateClass(i), Since: i.Since}
}

func (m *Model) tenderSection(d *Deal) section {
	s := section{ID: "tenders", Title: diag.Term("site.tenders.title")}
	for _, i := range d.Of("tender") {
		b := m.round(i)
		b.fold(i.Ended(), nil)
		s.Blocks = append(s.Blocks, b)
	}
	return s
}

func (m *Model) campaignSection(d *Deal) section {
	s := section{ID: "campaigns", Title: diag.Term("site.deal.campaign.title")}
	for _, i := range d.Of("campaign") {
		s.Blocks = append(s.Blocks, m.campaignBlock(d, i))
	}
	return s
}

func (m *Model) campaignBlock(d *Deal, i *fold.Instance) block {
	b := blockOf(i)
	plan, _ := fold.Last[fact.CampaignPlan](i)
	if plan != nil {
		b.fields("site.deal.campaign.means", plan.Means.S, "site.deal.campaign.targets", targets(plan), "site.deal.campaign.goals", textsOf(plan.Goals),
			"site.deal.campaign.tangible", plan.TangibleValue.S, "site.deal.campaign.intangible", plan.IntangibleValue.S)
	}
	budget, spent := i.Budget(), i.Spent()
	b.fields("site.deal.campaign.budget", money{budget, d.Currency}, "site.deal.campaign.spent", money{spent, d.Currency},
		"site.deal.campaign.used", share(spent, budget), "site.deal.campaign.left", money{budget.Sub(spent), d.Currency})
	if e, f := fold.Last[fact.CampaignEvaluation](i); e != nil {
		b.fields("site.deal.campaign.goal", word(e.Goal), "site.deal.campaign.evaluated", f.Date, "site.deal.campaign.process", e.Process.S,
			"site.deal.campaign.reaction", e.Reaction.S, "site.deal.campaign.learnt", e.Information.S, "site.deal.campaign.waived", textsOf(e.Waived))
	}
	if e, _ := fold.Last[fact.CampaignImprovement](i); e != nil {
		b.fields("site.deal.campaign.problems", e.Problems.S, "site.deal.campaign.measures", e.Measures.S)
	}
	b.table(m.expenses(d, i))
	b.fold(i.Ended(), money{spent, d.Currency})
	return b
}

func targets(p *fact.CampaignPlan) []string {
	var out []string
	for _, t := range p.Targets {
		out = append(out, t.Organisation.S+" "+t.Role.S)
	}
	return out
}

// share is a part of a whole in percent, nil without a whole.
func share(part, whole decimal.Decimal) any {
	if !whole.IsPositive() {
		return nil
	}
	return new(big.Rat).Mul(new(big.Rat).Quo(part.Rat(), whole.Rat()), big.NewRat(100, 1)).FloatString(1) + "%"
}

// expenses lists what a campaign has cost.
func (m *Model) expenses(d *Deal, i *fold.Instance) *table {
	t := &table{Cards: true, Caption: phrase("site.deal.campaign.expenses", "name", i.Name), Heads: []head{
		column("site.deal.campaign.on"), column("site.deal.campaign.kind"), column("site.deal.campaign.what"), column("site.deal.campaign.who"), number("site.deal.amount"),
	}}
	for _, f := range i.Facts {
		b, ok := f.Body.(*fact.CampaignExpense)
		if !ok {
			continue
		}
		what := cell{Say: b.Purpose.S, Sub: b.Item.S}
		if b.Recipient != nil {
			what.Sub = present(b.Item.S, b.Recipient.Organisation.S+" "+b.Recipient.Role.S)
		}
		who := m.actor(f)
		if b.PaidBy.S != "" {
			who = m.whoIs(b.PaidBy)
		}
		t.Rows = append(t.Rows, cells(say(f.Date), say(word(b.Kind)), what, say(who), amount(money{b.Amount.Decimal, d.Currency})))
	}
	return t
}

// contractSteps are the facts that bind company, team and customer, in the
// order in which the workflow takes them.
var contractSteps = map[string]bool{
	"deal.preliminary-contract": true, "terms.preliminary": true, "supply.agreement": true, "supply.listing": true,
	"deal.formal-contract": true, "terms.formal": true, "terms.reward": true,
}

// contractSection shows the contracts and the chain of rates, as far as policy
// publishes it.
func (m *Model) contractSection(d *Deal) section {
	s := section{ID: "contracts", Title: diag.Term("site.contracts.title")}
	for _, f := range d.Facts {
		if !contractSteps[f.Step.ID()] {
			continue
		}
		b := block{ID: "contract-" + f.Rel(), Title: f.Step.Term(), Name: f.Instance, Since: f.Date}
		b.add(blockPart{Fields: m.fieldsOf(d.Deal, f)})
		if len(m.withheld(f.Step.ID())) > 0 {
			s.Note = diag.Term("site.contracts.withheld")
		}
		if len(b.Parts) > 0 {
			s.Blocks = append(s.Blocks, b)
		}
	}
	if m.audience().Deals {
		s.Table = m.rates(d)
	}
	return s
}

// rates is the chain of commission rates: what the bid asked for, what the
// preliminary contract grants, and the formal one.
func (m *Model) rates(d *Deal) *table {
	t := &table{ID: "rates", Cards: true, Caption: diag.Term("site.contracts.rates"), Heads: []head{
		column("site.contracts.document"), column("site.contracts.on"), column("site.contracts.rate"), column("site.contracts.reason"),
	}}
	add := func(f *fold.Fact, rate any, reason string) {
		t.Rows = append(t.Rows, cells(say(f.Step.Term()), say(f.Date), say(rate), say(reason)))
	}
	for _, f := range d.Facts {
		switch b := f.Body.(type) {
		case *fact.TenderBid:
			if m.Company.Roster.TeamID(b.Team.S) == d.Team {
				add(f, b.Commission, "")
			}
		case *fact.TermsPreliminary:
			add(f, b.Rate, b.Reason.S)
		case *fact.TermsFormal:
			add(f, ladder(b, d.Currency), b.Reason.S)
		}
	}
	return t
}

// ladder is the rate of a contract, or its rates by steps of receipts.
func ladder(b *fact.TermsFormal, currency string) any {
	if len(b.Ladder) == 0 {
		return b.Rate
	}
	var out values
	for _, l := range b.Ladder {
		if !l.UpTo.Set {
			out = append(out, phrase("site.contracts.beyond", "rate", l.Rate))
			continue
		}
		out = append(out, phrase("site.contracts.up-to", "rate", l.Rate, "amount", money{l.UpTo.Decimal, currency}))
	}
	return out
}

func (m *Model) developmentSection(d *Deal) section {
	s := section{ID: "developments", Title: diag.Term("site.developments.title")}
	for _, i := range d.Of("development") {
		b := blockOf(i)
		for _, f := range i.Facts {
			b.add(blockPart{Fields: m.fieldsOf(d.Deal, f)})
		}
		s.Blocks = append(s.Blocks, b)
	}
	return s
}

func (m *Model) receiptSection(d *Deal) section {
	t := &table{ID: "receipts-table", Cards: true, Caption: diag.Term("site.receipts.caption"), Heads: []head{
		column("site.receipts.on"), column("site.receipts.payer"), choice("site.receipts.kind"), column("site.receipts.pays"),
		number("site.receipts.here"), number("site.receipts.gross"),
	}}
	for _, r := range m.receipts(d.Deal) {
		kind := say(r.Kind)
		switch {
		case r.Dishonoured != 0:
			kind.Sub = phrase("site.receipts.dishonoured-on", "on", r.Dishonoured)
		case r.Matures != 0:
			kind.Sub = phrase("site.receipts.matures-on", "on", r.Matures)
		}
		t.Rows = append(t.Rows, cells(say(r.On), say(r.Payer), kind, say(phrase("site.receipts.of", "order", r.Order, "instalment", r.Instalment)),
			amount(r.Amount), amount(r.Gross)))
	}
	return section{ID: "receipts", Title: diag.Term("site.receipts.title"), Table: t}
}

// processFlow is the flow chart of a run, whose table stands in the handbook.
func processFlow(i *fold.Instance) *figure {
	f := flowChart("flow-"+i.Process.Name+"-"+i.Name, i.Process, i)
	f.Table = nil
	return f
}
