package site

import (
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

func (m *Model) supplySection(d *Deal) section {
	s := section{ID: "supplies", Title: diag.Term("site.supplies.title")}
	for _, i := range d.Of("supply") {
		b := blockOf(i)
		b.Title = phrase("site.supplies.nth", "n", i.Name)
		m.needs(&b, i)
		if p, _ := fold.Last[fact.SupplyProduct](i); p != nil {
			b.fields("site.supplies.product", word(p.Kind), "site.supplies.samples", quantity(p.Samples.Decimal), "site.supplies.samples-due", p.SamplesDue.Day,
				"site.supplies.settled", p.Settled.S)
		}
		b.table(m.reviews(i))
		b.table(m.negotiations(i))
		b.table(m.samples(i))
		b.table(m.audits(i))
		b.add(blockPart{Figure: processFlow(i)})
		b.fold(i.Ended(), nil)
		s.Blocks = append(s.Blocks, b)
	}
	return s
}

// needs shows the version of the customer's needs that counts.
func (m *Model) needs(b *block, i *fold.Instance) {
	n, f := fold.Last[fact.SupplyNeeds](i)
	if n == nil {
		return
	}
	b.fields("site.supplies.function", n.Function.S, "site.supplies.reliability", n.Reliability.S, "site.supplies.quantity", n.Quantity.S,
		"site.supplies.service", n.Service.S, "site.supplies.unclear", textsOf(n.Unclear), "site.supplies.version", f.Name())
	if c, f := fold.Last[fact.SupplyNeedsConfirmation](i); c != nil {
		b.fields("site.supplies.confirmed", phrase("site.supplies.confirmed-by", "on", f.Date, "post", c.ConfirmedBy.S))
	}
}

// reviews lists how the needs were reviewed.
func (m *Model) reviews(i *fold.Instance) *table {
	t := &table{Cards: true, Caption: phrase("site.supplies.reviews", "n", i.Name), Heads: []head{
		column("site.supplies.on"), column("field.supply.review.develop-and-make"), column("field.supply.review.guarantee-service"),
		column("field.supply.review.reasonable-profit"), column("field.supply.review.deliver-on-time"), column("site.supplies.reviewers"),
	}}
	for _, f := range i.Facts {
		if b, ok := f.Body.(*fact.SupplyReview); ok {
			by := say(m.whoAre(b.Reviewers))
			by.Sub = b.Reason.S
			t.Rows = append(t.Rows, cells(say(f.Date), verdict(b.DevelopAndMake), verdict(b.GuaranteeService), verdict(b.ReasonableProfit), verdict(b.DeliverOnTime), by))
		}
	}
	return t
}

// verdictClass is the class of the badge of a word that judges.
var verdictClass = map[string]string{
	"yes": "good", "pass": "good", "passed": "good", "accepted": "good", "sufficient": "good", "reached": "good",
	"no": "bad", "fail": "bad", "failed": "bad", "refused": "bad", "missed": "bad", "short": "warn", "improve": "warn",
}

// verdict is a word that says yes or no, as a badge.
func verdict(t value.Text) cell {
	if t.S == "" {
		return say("–")
	}
	class := verdictClass[t.S]
	if class == "" {
		class = "plain"
	}
	return badge(class, word(t))
}

// negotiations lists what was negotiated and agreed where the needs could not
// be met as they were.
func (m *Model) negotiations(i *fold.Instance) *table {
	t := &table{Cards: true, Caption: phrase("site.supplies.negotiations", "n", i.Name), Heads: []head{
		column("site.supplies.on"), column("site.supplies.step"), column("site.supplies.content"),
	}}
	for _, f := range i.Facts {
		var said any
		switch b := f.Body.(type) {
		case *fact.SupplyNegotiation:
			said = present(b.TangibleValue.S, b.IntangibleValue.S)
		case *fact.SupplyCompromise:
			said = b.Agreed.S
		case *fact.SupplyWaive:
			said = present(word(b.Item), b.Reason.S)
		case *fact.SupplyCommercialNegotiation:
			said = b.Basis.S
		default:
			continue
		}
		t.Rows = append(t.Rows, cells(say(f.Date), say(f.Step.Term()), say(said)))
	}
	return t
}

// samples lists the loops of the sample: handed over, judged, improved.
func (m *Model) samples(i *fold.Instance) *table {
	t := &table{Cards: true, Caption: phrase("site.supplies.loops", "n", i.Name), Heads: []head{
		number("site.supplies.attempt"), column("site.supplies.handed-over"), number("site.supplies.samples"), column("site.supplies.conclusion"),
		column("site.supplies.results"), column("site.supplies.cause"), column("site.supplies.improved"),
	}}
	for _, f := range i.Facts {
		if b, ok := f.Body.(*fact.SupplySampleDelivery); ok {
			t.Rows = append(t.Rows, cells(say(len(t.Rows)+1), cell{Say: f.Date, Sub: b.Requirements.S}, say(quantity(b.Quantity.Decimal)), cell{}, cell{}, cell{}, cell{}))
			continue
		}
		if len(t.Rows) == 0 {
			continue // nothing has been handed over yet
		}
		row := t.Rows[len(t.Rows)-1].Cells
		switch b := f.Body.(type) {
		case *fact.SupplySampleResult:
			row[3] = verdict(b.Conclusion)
			row[3].Sub = f.Date
			row[4] = say(b.Results.S)
		case *fact.SupplySampleAnalysis:
			row[5] = cell{Say: word(b.Cause), Sub: b.Analysis.S}
		case *fact.SupplySampleImprovement:
			row[6] = cell{Say: b.Done.S, Sub: f.Date}
		}
	}
	return t
}

// audits lists the loops of assessment and audit: judged, rectified.
func (m *Model) audits(i *fold.Instance) *table {
	t := &table{Cards: true, Caption: phrase("site.supplies.audits", "n", i.Name), Heads: []head{
		number("site.supplies.attempt"), column("site.supplies.on"), column("field.supply.audit.capability"), column("field.supply.audit.system"),
		column("field.supply.audit.problems"), column("site.supplies.rectified"), column("field.supply.audit.effect"),
	}}
	for _, f := range i.Facts {
		switch b := f.Body.(type) {
		case *fact.SupplyAudit:
			t.Rows = append(t.Rows, cells(say(len(t.Rows)+1), say(f.Date), verdict(b.Capability), verdict(b.System), say(b.Problems.S), cell{}, say(b.Effect.S)))
		case *fact.SupplyRectification:
			if n := len(t.Rows); n > 0 {
				t.Rows[n-1].Cells[5] = cell{Say: b.Plan.S, Sub: f.Date}
			}
		}
	}
	return t
}
