package fold

import (
	"cmp"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// agreementInForce wants a signed supply agreement that is still valid (TS-01).
func agreementInForce(x *Case) *Unmet {
	for _, i := range x.D.Of("supply") {
		a, f := Last[fact.SupplyAgreement](i)
		if a != nil && f.Date <= x.Today && (a.ValidUntil.Day == 0 || x.Today <= a.ValidUntil.Day) {
			return nil
		}
	}
	return unless(x.D.importedBeyond("agreed"), diag.Pos{}, nil)
}

// beforeFormalContract points out an order taken before the formal project
// contract, on which no commission accrues yet (G-19).
func beforeFormalContract(x *Case) *Unmet {
	if formalInForce(x) == nil {
		return nil
	}
	return &Unmet{Warning: x.policy().Orders.BeforeFormalContract.S == "warn"}
}

// opportunityOpen wants an order that names an opportunity of continued
// development to name one that was planned (TD-08).
func opportunityOpen(x *Case) *Unmet {
	name := x.F.Body.(*fact.Order).Development
	if name.S == "" {
		return nil
	}
	i := x.D.Instance("development", name.S)
	ok := i != nil && i.State != "opportunity" && i.State != "dropped" && i.State != "lost"
	return unless(ok, name.At, diag.Args{"name": name.S})
}

// instalmentsComplete wants the instalments to add up to the whole order.
func instalmentsComplete(x *Case) *Unmet {
	b := x.F.Body.(*fact.Order)
	sum, seen := new(big.Rat), map[string]bool{}
	for _, i := range b.Instalments {
		if seen[i.Name.S] {
			return &Unmet{At: i.Name.At, Args: diag.Args{"name": i.Name.S}, Rule: "needs/instalment-once"}
		}
		seen[i.Name.S] = true
		sum.Add(sum, i.Share.Rat())
	}
	return unless(sum.Cmp(big.NewRat(1, 1)) == 0, b.Instalments[0].Share.At, diag.Args{"sum": ratText(sum)})
}

// retentionSmall bounds what may be called retention: an order counts as paid in
// full without it, so that commission accrues and advances are refunded (G-17).
func retentionSmall(x *Case) *Unmet {
	most, sum := x.policy().Orders.MostRetention, new(big.Rat)
	for _, i := range x.F.Body.(*fact.Order).Instalments {
		if i.Retention.S != "yes" {
			continue
		}
		if sum.Add(sum, i.Share.Rat()).Cmp(most.Rat()) > 0 {
			return &Unmet{At: i.Share.At, Args: diag.Args{"name": i.Name.S, "sum": percent(sum), "limit": most.Text}}
		}
	}
	return nil
}

func ratText(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	return r.RatString()
}

// Aspect is one of the five aspects of an order review.
type Aspect struct {
	Name, Verdict string
	By            value.Text
	Remark        value.Text
	Roles         []value.Text // who may review it, by policy
}

// Aspects lists the five aspects of a review with the roles that policy gives
// each (G-27).
func Aspects(p *fact.Policy, b *fact.OrderReview) []Aspect {
	o := p.Orders
	return []Aspect{
		{"technical", b.Technical.Verdict.S, b.Technical.By, b.Technical.Remark, o.Technical},
		{"quality", b.Quality.Verdict.S, b.Quality.By, b.Quality.Remark, o.Quality},
		{"production", b.Production.Verdict.S, b.Production.By, b.Production.Remark, o.Production},
		{"price", b.Price.Verdict.S, b.Price.By, b.Price.Remark, o.Price},
		{"delivery", b.Delivery.Verdict.S, b.Delivery.By, b.Delivery.Remark, o.Delivery},
	}
}

func (x *Case) aspects() []Aspect { return Aspects(x.policy(), x.F.Body.(*fact.OrderReview)) }

func aspectsPass(x *Case) *Unmet {
	passed := 0
	all := x.aspects()
	for _, a := range all {
		if a.Verdict == "pass" {
			passed++
		}
	}
	ok := passed == len(all) || (x.policy().Orders.Pass.S == "majority" && 2*passed > len(all))
	return unless(ok, diag.Pos{}, nil)
}

// Reviewed lists the aspects that a review decides anew. After an amendment
// those that had passed may be repeated as they were, unless policy wants all
// of them reviewed again (G-36).
func (i *Instance) Reviewed(p *fact.Policy, b *fact.OrderReview) []Aspect {
	all := Aspects(p, b)
	before := i.reviewBefore(b)
	if before == nil || p.Orders.ReReview.S == "all" {
		return all
	}
	passed := Aspects(p, before)
	var anew []Aspect
	for k, a := range all {
		if old := passed[k]; old.Verdict != "pass" || a.Verdict != "pass" || old.By.S != a.By.S {
			anew = append(anew, a)
		}
	}
	return anew
}

func (i *Instance) reviewBefore(b *fact.OrderReview) (before *fact.OrderReview) {
	for _, r := range All[fact.OrderReview](i) {
		if r == b {
			break
		}
		before = r
	}
	return before
}

// aspectReviewers wants each aspect reviewed by somebody of the department
// that is responsible for it.
func aspectReviewers(x *Case) *Unmet {
	for _, a := range x.I.Reviewed(x.policy(), x.F.Body.(*fact.OrderReview)) {
		p := x.person(a.By)
		if p == nil {
			continue
		}
		roles := texts(a.Roles)
		if !p.Has(x.F.Date, roles...) {
			return &Unmet{At: a.By.At, Args: diag.Args{"person": p.Name, "aspect": diag.Term("aspect." + a.Name), "roles": roleTerms(roles)}}
		}
	}
	return nil
}

func failuresReasoned(x *Case) *Unmet {
	for _, a := range x.aspects() {
		if a.Verdict == "fail" && a.Remark.S == "" {
			return &Unmet{At: a.By.At, Args: diag.Args{"aspect": diag.Term("aspect." + a.Name)}}
		}
	}
	return nil
}

// confirmationSigned wants the marketing department's manager, or the general
// manager, to sign the acceptance (TS-08).
func confirmationSigned(x *Case) *Unmet {
	b := x.F.Body.(*fact.OrderConfirmation)
	p := x.person(b.SignedBy)
	ok := p == nil || p.Has(x.F.Date, "department-manager", "general-manager")
	return unless(ok, b.SignedBy.At, diag.Args{"person": b.SignedBy.S})
}

func stockShort(x *Case) *Unmet {
	s, _ := Last[fact.OrderStock](x.I)
	return unless(s != nil && s.Verdict.S == "short", diag.Pos{}, nil)
}

func productionOrdered(x *Case) *Unmet {
	p, _ := Last[fact.OrderProduction](x.I)
	return unless(p != nil || x.I.State == "rejected", diag.Pos{}, nil)
}

func beforeDeliveryDate(x *Case) *Unmet {
	due := x.I.Order.DeliverBy
	return unless(x.F.Date < due, diag.Pos{}, diag.Args{"due": due})
}

func newDateGiven(x *Case) *Unmet {
	b := x.F.Body.(*fact.OrderRescheduleAnswer)
	return unless(b.DeliverBy.Day > x.F.Date, cmp.Or(b.DeliverBy.At, b.Answer.At), nil)
}

// quantityLeft refuses to ship items that were not ordered, or more than was.
func quantityLeft(x *Case) *Unmet {
	return x.bounded(quantitiesOf(x.F.Body.(*fact.OrderShipment).Lines), func(l *Line) decimal.Decimal { return l.Wanted().Sub(l.Shipped) })
}

func receivedWasShipped(x *Case) *Unmet {
	switch b := x.F.Body.(type) {
	case *fact.OrderGoodsReceived:
		return x.bounded(quantitiesOf(b.Lines), func(l *Line) decimal.Decimal { return l.Shipped.Sub(l.Accepted) })
	case *fact.OrderRejection:
		return x.bounded(quantitiesOf(b.Lines), func(l *Line) decimal.Decimal { return l.Shipped })
	}
	return nil
}

func returnWasShipped(x *Case) *Unmet {
	return x.bounded(quantitiesOf(x.F.Body.(*fact.OrderReturn).Lines), func(l *Line) decimal.Decimal { return l.Shipped.Add(l.Rejected) })
}

// bounded holds the quantities of a fact, summed by item, against the most
// that an item allows.
func (x *Case) bounded(qs []Quantity, most func(*Line) decimal.Decimal) *Unmet {
	sums := map[string]decimal.Decimal{}
	for _, q := range qs {
		l := x.I.Order.line(q.Item)
		if l == nil {
			return &Unmet{At: q.At.At, Args: diag.Args{"item": q.Item}, Rule: "needs/item-ordered"}
		}
		sums[q.Item] = sums[q.Item].Add(q.N.Decimal)
		if left := most(l); sums[q.Item].GreaterThan(left) {
			return &Unmet{At: q.N.At, Args: diag.Args{"item": q.Item, "quantity": sums[q.Item], "left": left}}
		}
	}
	return nil
}

// goodsAvailable holds what is shipped against what there is: the stock that
// was found, and what was produced since (4.5-W4.1).
func goodsAvailable(x *Case) *Unmet {
	stock, _ := Last[fact.OrderStock](x.I)
	if stock == nil || (stock.Verdict.S == "sufficient" && !stock.Available.Set) {
		return nil
	}
	there, shipped := stock.Available.Decimal, decimal.Zero
	for _, p := range All[fact.OrderProduced](x.I) {
		there = there.Add(p.Quantity.Decimal)
	}
	for _, l := range x.I.Order.Lines {
		shipped = shipped.Add(l.Shipped)
	}
	lines := quantitiesOf(x.F.Body.(*fact.OrderShipment).Lines)
	for _, q := range lines {
		shipped = shipped.Add(q.N.Decimal)
	}
	return because("GD-13", unless(shipped.LessThanOrEqual(there), lines[0].N.At, diag.Args{"quantity": shipped, "available": there}))
}

// partialAllowed holds a shipment against the policy on partial shipments
// (G-35).
func partialAllowed(x *Case) *Unmet {
	if x.policy().Orders.PartialShipment.S == "allowed" {
		return nil
	}
	qs := map[string]decimal.Decimal{}
	for _, q := range quantitiesOf(x.F.Body.(*fact.OrderShipment).Lines) {
		qs[q.Item] = qs[q.Item].Add(q.N.Decimal)
	}
	for _, l := range x.I.Order.Lines {
		if qs[l.Item].Add(l.Shipped).LessThan(l.Wanted()) {
			return &Unmet{Args: diag.Args{"item": l.Item}}
		}
	}
	return nil
}

// allAccepted looks at the order as it would stand with this fact.
func allAccepted(x *Case) *Unmet {
	after := x.I.Order.with(x.F)
	return unless(after.AllAccepted(), diag.Pos{}, nil)
}

// with returns a copy of the order's quantities that counts one fact more.
func (o *Order) with(f *Fact) *Order {
	c := *o
	c.Lines = append([]Line(nil), o.Lines...)
	c.Instalments = append([]Instalment(nil), o.Instalments...)
	c.Claims = append([]Claim(nil), o.Claims...)
	c.note(f)
	return &c
}
