package fold

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// customerFree blocks a lead on a customer that another team holds, until the
// department manager releases the customer (4.1-W1).
func customerFree(x *Case) *Unmet {
	lead := x.F.Body.(*fact.Lead)
	team := leadTeam(x.C.Roster, x.F, lead)
	for _, other := range x.D.Customer.Deals {
		if other == x.D {
			continue
		}
		holder, until := other.holder(x.C, x.F)
		if holder == "" || holder == team || until < x.F.Date || x.released(team) {
			continue
		}
		return &Unmet{Args: diag.Args{"customer": x.D.Customer.ID, "team": x.C.Roster.TeamName(holder), "deal": other.ID, "until": until}}
	}
	return nil
}

func leadTeam(r *Roster, f *Fact, lead *fact.Lead) string {
	p := f.By
	if lead.BroughtBy.S != "" {
		p = r.Person(lead.BroughtBy.S)
	}
	if p == nil {
		return ""
	}
	return p.TeamOn(f.Date)
}

// holder is the team that an earlier lead gave the customer to, and the last
// day of its protection as seen from another lead.
func (d *Deal) holder(c *Company, lead *Fact) (team string, until value.Day) {
	var last value.Day
	ended := false
	for _, f := range d.Facts {
		if f.Date > lead.Date || (f.Date == lead.Date && f.Path > lead.Path) {
			break
		}
		last = f.Date
		switch b := f.Body.(type) {
		case *fact.Lead:
			team = leadTeam(c.Roster, f, b)
		case *fact.TenderAward:
			team = c.Roster.TeamID(b.Team.S)
		case *fact.TenderDecision:
			team = cmpOr(c.Roster.TeamID(b.Team.S), team)
		case *fact.Import:
			team = cmpOr(c.Roster.TeamID(b.Team.S), team)
		case *fact.Qualify:
			ended = b.Verdict.S == "discard"
		case *fact.Stop, *fact.Close:
			ended = true
		}
	}
	if ended {
		return "", 0
	}
	return team, last + value.Day(c.Policy.Customers.ProtectionDays.N)
}

func (x *Case) released(team string) bool {
	for _, r := range x.D.Customer.Releases {
		to := x.C.Roster.Team(r.Body.(*fact.CustomerRelease).To.S)
		if r.Date <= x.F.Date && to != nil && to.ID == team {
			return true
		}
	}
	return false
}

// importState requires a stage of the main process that a deal can be in.
func importState(x *Case) *Unmet {
	b := x.F.Body.(*fact.Import)
	if !slices.Contains(importable(x.I.Process), b.State.S) {
		return &Unmet{At: b.State.At, Args: diag.Args{"state": b.State.S, "allowed": importable(x.I.Process)}}
	}
	for _, r := range b.Reached {
		if len(x.C.Table.RowsOf(r.Row.S)) == 0 {
			return &Unmet{At: r.Row.At, Args: diag.Args{"row": r.Row.S}, Rule: "import/unknown-row"}
		}
		if r.On.Day > x.F.Date {
			return &Unmet{At: r.On.At, Args: diag.Args{"date": r.On.Day}, Rule: "import/not-yet-reached"}
		}
	}
	return nil
}

// importable are the stages that a running deal can be in.
func importable(p *schema.Process) []string {
	var names []string
	for _, s := range p.States {
		if !s.End && s.Name != "suspended" {
			names = append(names, s.Name)
		}
	}
	return names
}

func campaignApproved(x *Case) *Unmet {
	for _, c := range x.D.Of("campaign") {
		if c.On("TP-03") != 0 {
			return nil
		}
	}
	return missing
}

// campaignsReachedGoal wants as many campaigns at their goal as policy asks
// for (G-05).
func campaignsReachedGoal(x *Case) *Unmet {
	n, want := 0, x.C.Policy.Campaigns.GoalsRequired.N
	for _, c := range x.D.Of("campaign") {
		if c.State == "goal_reached" {
			n++
		}
	}
	return unless(n >= want, diag.Pos{}, diag.Args{"found": n, "want": want})
}

// advancesDecided wants a word on open advances where there are any (G-10).
func advancesDecided(x *Case) *Unmet {
	b, ok := x.F.Body.(*fact.Stop)
	if !ok || b.Advances.S != "" {
		return nil
	}
	open := x.D.Advanced(x.Today)
	return unless(open.IsZero(), diag.Pos{}, diag.Args{"amount": open})
}

// Advanced sums the campaign costs that people have advanced in the deal and
// that no decision has settled (G-08).
func (d *Deal) Advanced(day value.Day) decimal.Decimal {
	sum := decimal.Zero
	Each(d, day, func(b *fact.CampaignExpense, _ *Fact) { sum = sum.Add(b.Amount.Decimal) })
	Each(d, day, func(b *fact.Import, _ *Fact) {
		for _, a := range b.Advances {
			sum = sum.Add(a.Amount.Decimal)
		}
	})
	return sum
}

// routeFollowsRule proposes a tender unless one team did both steps alone and
// plans to go on; the general manager departs from it with a reason (G-02,
// G-03).
func routeFollowsRule(x *Case) *Unmet {
	b := x.F.Body.(*fact.TenderDecision)
	rule := "tender"
	if team := x.D.originators(x.C, x.F.Date); team != "" && b.Continues.S == "yes" {
		rule = "direct"
	}
	if b.Conclusion.S == rule || (b.Reason.S != "" && x.C.Policy.Tender.Rule.S == "advice") {
		return nil
	}
	return &Unmet{At: b.Conclusion.At, Args: diag.Args{"rule": diag.Term("word." + rule), "conclusion": diag.Term("word." + b.Conclusion.S)}}
}

// originators is the one team that did the first two steps independently: no
// step was done by general manager or leadership, and none by another team.
func (d *Deal) originators(c *Company, day value.Day) string {
	rel, f := Last[fact.Relationship](d.Main)
	if rel == nil {
		return ""
	}
	team := ""
	for _, who := range append(append([]value.Text{}, rel.InformationBy...), rel.EngagementBy...) {
		p := c.Roster.Person(who.S)
		if p == nil || p.Leads(f.Date) || p.TeamOn(f.Date) == "" || (team != "" && p.TeamOn(f.Date) != team) {
			return ""
		}
		team = p.TeamOn(f.Date)
	}
	return team
}

func teamNamed(x *Case) *Unmet {
	b := x.F.Body.(*fact.TenderDecision)
	return unless(b.Team.S != "", b.Conclusion.At, nil)
}

func latestTender(d *Deal) *Instance {
	all := d.Of("tender")
	if len(all) == 0 {
		return nil
	}
	last := all[0]
	for _, i := range all {
		if naturalCompare(i.Name, last.Name) > 0 {
			last = i
		}
	}
	return last
}

func tenderWithoutAward(x *Case) *Unmet {
	t := latestTender(x.D)
	return unless(t != nil && t.State == "no_award", diag.Pos{}, nil)
}

func tenderAwarded(x *Case) *Unmet {
	t := latestTender(x.D)
	return unless(t != nil && t.State == "awarded", diag.Pos{}, nil)
}

// signatories wants the company's signatory to be the general manager or one
// who holds an authority, and the team's to belong to the team in charge.
func signatories(x *Case) *Unmet {
	company, team := signedBy(x.F)
	if u := x.mayEngage(company); u != nil {
		return u
	}
	p := x.person(team)
	if p == nil {
		return nil // the reference check reports it
	}
	return unless(p.TeamOn(x.F.Date) == x.D.Team, team.At, diag.Args{"person": p.Name, "team": x.C.Roster.TeamName(x.D.Team)})
}

func signedBy(f *Fact) (company, team value.Text) {
	switch b := f.Body.(type) {
	case *fact.PreliminaryContract:
		return b.SignedForCompany, b.SignedForTeam
	case *fact.FormalContract:
		return b.SignedForCompany, b.SignedForTeam
	case *fact.SupplyAgreement:
		return b.SignedForCompany, value.Text{}
	case *fact.DevelopmentWon:
		return b.SignedForCompany, value.Text{}
	}
	return value.Text{}, value.Text{}
}

// mayEngage wants the general manager, or his written delegate (4.3-W6, G-25).
func (x *Case) mayEngage(who value.Text) *Unmet {
	p := x.person(who)
	if p == nil || p.Has(x.F.Date, "general-manager") || x.C.delegated(p, x.F.Date) {
		return nil
	}
	return &Unmet{At: who.At, Args: diag.Args{"person": p.Name}, Rule: "needs/company-signatory"}
}

func companySignatory(x *Case) *Unmet {
	company, _ := signedBy(x.F)
	return x.mayEngage(company)
}

func dueAhead(x *Case) *Unmet {
	switch b := x.F.Body.(type) {
	case *fact.PreliminaryContract:
		return x.ahead(b.AgreementDue)
	case *fact.Improvement:
		return x.ahead(b.AgreementDue)
	}
	return nil
}

// preliminaryTerms wants the preliminary commission plan beside the contract.
func preliminaryTerms(x *Case) *Unmet {
	return because("GD-05", unless(x.terms(func(b fact.Body) bool { _, ok := b.(*fact.TermsPreliminary); return ok }), diag.Pos{}, nil))
}

func (x *Case) terms(is func(fact.Body) bool) bool {
	for _, f := range x.D.Facts {
		if f.Date <= x.Today && f.Process == "terms" && is(f.Body) {
			return true
		}
	}
	return false
}

// preliminaryInForce holds when the preliminary contract was signed since the
// team was determined, or is not wanted on the direct route (G-01).
func preliminaryInForce(x *Case) *Unmet {
	if x.I.State == "prelim" {
		return nil
	}
	direct := x.D.Main.On("TM-08") >= x.D.Main.On("TM-09") && x.D.Main.On("TM-08") != 0
	return unless(direct && x.C.Policy.DirectRoute.PreliminaryContract.S == "optional", diag.Pos{}, nil)
}

func supplyDone(x *Case) *Unmet {
	s := x.D.Instance("supply", x.D.round())
	return unless(s != nil && s.State == "done", diag.Pos{}, nil)
}

// round names the supply round that the deal is in: the first, or that of the
// latest requalification.
func (d *Deal) round() string { return strconv.Itoa(1 + d.Main.Times("TM-24")) }

// supply is the round of the supply agreement that the deal is in.
func (d *Deal) supply() *Instance {
	var last *Instance
	for _, i := range d.Of("supply") {
		if last == nil || naturalCompare(i.Name, last.Name) > 0 {
			last = i
		}
	}
	return last
}

// AgreementDue is the day by which the supply agreement is due, 0 if none.
func (d *Deal) AgreementDue() value.Day {
	var due value.Day
	for _, f := range d.Main.Facts {
		switch b := f.Body.(type) {
		case *fact.PreliminaryContract:
			due = b.AgreementDue.Day
		case *fact.Improvement:
			due = b.AgreementDue.Day
		case *fact.Import:
			due = later(b.AgreementDue.Day, due)
		}
	}
	return due
}

// lateOrFailed allows pressure on the team only when the facilitation is late
// or has failed (GD-07, G-23, G-24).
func lateOrFailed(x *Case) *Unmet {
	due := x.D.AgreementDue()
	late := due != 0 && x.D.Main.On("TM-12") == 0 && x.Today > due+value.Day(x.C.Policy.Schedule.GraceDays.N)
	s := x.D.supply()
	failed := s != nil && (s.State == "audit_refused" || s.State == "cannot_satisfy" || s.State == "negotiating" || s.State == "stopped")
	ok := late || failed
	if x.F != nil {
		ground := FieldText(x.F, "ground")
		ok = (ground == "late" && late) || (ground == "failed" && failed)
	}
	return unless(ok, diag.Pos{}, diag.Args{"due": dayOrDash(due)})
}

func dayOrDash(d value.Day) string {
	if d == 0 {
		return "—"
	}
	return d.String()
}

// reviewAhead bounds a suspension (G-28).
func reviewAhead(x *Case) *Unmet {
	b := x.F.Body.(*fact.Suspend)
	most := x.C.Policy.Suspension.MostDays.N
	ok := b.ReviewOn.Day > x.F.Date && b.ReviewOn.Day <= x.F.Date+value.Day(most)
	return unless(ok, b.ReviewOn.At, diag.Args{"date": b.ReviewOn.Day, "days": most})
}

// needsNotSatisfied allows a stop while the agreement is being brought about
// only where the needs cannot be met or the customer refuses (4.4-W3, G-32).
func needsNotSatisfied(x *Case) *Unmet {
	s := x.D.supply()
	ok := s != nil && (s.State == "negotiating" || s.State == "cannot_satisfy" || s.State == "audit_refused" || s.State == "sample_failed")
	return unless(ok, diag.Pos{}, nil)
}

func formalTerms(x *Case) *Unmet {
	return unless(x.terms(func(b fact.Body) bool { _, ok := b.(*fact.TermsFormal); return ok }), diag.Pos{}, nil)
}

// onSchedule wants the agreement to have come in time, or the lateness to be
// accepted (G-23, G-47).
func onSchedule(x *Case) *Unmet {
	b := x.F.Body.(*fact.FormalContract)
	due, on := x.D.AgreementDue(), x.D.Main.On("TM-12")
	ok := due == 0 || on <= due+value.Day(x.C.Policy.Schedule.GraceDays.N) || b.LatenessAccepted.S != ""
	return unless(ok, diag.Pos{}, diag.Args{"due": due, "on": on})
}

func formalInForce(x *Case) *Unmet {
	ok := x.D.Main.On("TM-20") != 0 || x.D.importedBeyond("formal")
	return unless(ok, diag.Pos{}, nil)
}

// importedBeyond reports whether an import brought the deal in at a stage that
// only follows the named one.
func (d *Deal) importedBeyond(state string) bool {
	if d.Import == nil {
		return false
	}
	at := d.Import.Body.(*fact.Import).State.S
	order := []string{"facilitating", "agreed", "formal", "selling", "developing"}
	rank := func(s string) int {
		for i, o := range order {
			if o == s {
				return i
			}
		}
		return -1
	}
	return rank(at) >= rank(state)
}

func orderAccepted(x *Case) *Unmet {
	for _, o := range x.D.Orders {
		if o.Confirmed != 0 && !o.Void() {
			return nil
		}
	}
	return missing
}

// RealisedOrders counts the orders whose sale is realised on a day.
func (d *Deal) RealisedOrders(day value.Day) int {
	n := 0
	for _, o := range d.Orders {
		if !o.imported && o.Realised(day) {
			n++
		}
	}
	return n
}

func orderRealised(x *Case) *Unmet {
	return unless(x.D.RealisedOrders(x.Today) > x.I.Times("TM-22"), diag.Pos{}, nil)
}

// orderRealisedBefore holds once a sale was realised, here or before an import.
func orderRealisedBefore(x *Case) *Unmet {
	return unless(x.D.RealisedOrders(x.Today) > 0 || x.D.importedBeyond("selling"), diag.Pos{}, nil)
}

func developmentPlanned(x *Case) *Unmet {
	return unless(x.D.anyDevelopment("planned", "requalifying", "negotiating"), diag.Pos{}, nil)
}

func (d *Deal) anyDevelopment(states ...string) bool {
	for _, i := range d.Of("development") {
		for _, s := range states {
			if i.State == s {
				return true
			}
		}
	}
	return false
}

func requalifying(x *Case) *Unmet {
	n := 0
	for _, i := range x.D.Of("development") {
		n += i.Times("TD-04")
	}
	return unless(n > x.I.Times("TM-24"), diag.Pos{}, nil)
}

// noOpenOpportunity ends continued development when every opportunity was won,
// lost or dropped.
func noOpenOpportunity(x *Case) *Unmet {
	ok := len(x.D.Of("development")) > 0 && !x.D.anyDevelopment("planned", "requalifying", "negotiating")
	return unless(ok, diag.Pos{}, nil)
}

// nothingOpen allows closing only when no order, receivable, claim or advance
// is open (TM-26).
func nothingOpen(x *Case) *Unmet {
	for _, i := range x.D.Of("order") {
		if !i.Ended() {
			return &Unmet{Args: diag.Args{"what": diag.Term("needs.open-order"), "name": i.Name}}
		}
	}
	for _, o := range x.D.Orders {
		if o.Balance(x.Today).IsPositive() {
			return &Unmet{Args: diag.Args{"what": diag.Term("needs.open-balance"), "name": o.Name}}
		}
		for _, c := range o.Claims {
			if c.Open {
				return &Unmet{Args: diag.Args{"what": diag.Term("needs.open-claim"), "name": o.Name}}
			}
		}
	}
	if x.D.Advanced(x.Today).IsPositive() && !x.D.AdvancesReturnable(x.C, x.Today) && !x.D.advancesSettled() {
		return &Unmet{Args: diag.Args{"what": diag.Term("needs.open-advance"), "name": x.D.ID}}
	}
	return nil
}

func (d *Deal) advancesSettled() bool {
	settled, _ := Last[fact.SettleAdvances](d.Main)
	return settled != nil
}

// AdvancesReturnable reports whether both facts hold that return the advances:
// the supply agreement is signed, and the sale is realised (4.2-N2, G-09).
func (d *Deal) AdvancesReturnable(c *Company, day value.Day) bool {
	return d.AdvancesReturnableOn(c, day) != 0
}

// AdvancesReturnableOn is the day on which the later of the two facts came, 0
// when one is still missing on the given day.
func (d *Deal) AdvancesReturnableOn(c *Company, day value.Day) value.Day {
	signed := d.agreementSigned()
	if signed == 0 || signed > day {
		return 0
	}
	var sale value.Day
	if d.realisedBeforeImport() {
		sale = d.Import.Date
	}
	for _, o := range d.Orders {
		on := o.saleEvent(c.Policy.Advances.RefundEvent.S, day)
		if on != 0 && on <= day && (sale == 0 || on < sale) {
			sale = on
		}
	}
	if sale == 0 {
		return 0
	}
	return max(signed, sale)
}

func (d *Deal) agreementSigned() value.Day {
	for _, i := range d.Of("supply") {
		if on := i.On("TF-26"); on != 0 {
			return on
		}
	}
	if d.importedBeyond("agreed") {
		return d.Import.Date
	}
	return 0
}

// saleEvent is the day on which an order counts as sale realised under the
// policy's choice of event (G-09).
func (o *Order) saleEvent(event string, until value.Day) value.Day {
	switch {
	case o.Void():
		return 0
	case event == "first-order":
		return o.Confirmed
	case event == "shipment":
		return o.Shipped
	case event == "first-payment":
		return o.firstPayment(until)
	}
	return o.RealisedOn(until)
}

func (o *Order) firstPayment(until value.Day) value.Day {
	var on value.Day
	for _, a := range o.Allocations {
		if a.Earned(until) && (on == 0 || a.Earns < on) {
			on = a.Earns
		}
	}
	return on
}

// dealDead allows a decision on advances when the deal has ended without a
// sale, or is about to be closed without one (G-10).
func dealDead(x *Case) *Unmet {
	switch x.D.Main.State {
	case "stopped", "prelim_cancelled", "discarded", "selling", "developing":
		return unless(!x.D.AdvancesReturnable(x.C, x.Today), diag.Pos{}, nil)
	}
	return missing
}

func advancesHeld(x *Case) *Unmet {
	b := x.F.Body.(*fact.SettleAdvances)
	if b.Decision.S == "part" && !b.Share.Set() {
		return &Unmet{At: b.Decision.At, Rule: "needs/part-needs-share"}
	}
	return unless(x.D.Advanced(x.Today).IsPositive() && !x.D.advancesSettled(), b.Decision.At, nil)
}

// penaltyGrounded allows a penalty only beside a demand to improve or a
// cancellation, which are themselves bound to lateness or failure (GD-07).
func penaltyGrounded(x *Case) *Unmet {
	m := x.D.Main
	return unless(m.On("TM-13") != 0 || m.On("TM-15") != 0, diag.Pos{}, nil)
}

// dealEarns refuses new rewards on a deal that was stopped or cancelled
// (GD-15).
func dealEarns(x *Case) *Unmet {
	s := x.D.Main.State
	return because("GD-15", unless(s != "stopped" && s != "prelim_cancelled" && s != "discarded", diag.Pos{}, diag.Args{"state": x.D.Main.Process.Term(s)}))
}
