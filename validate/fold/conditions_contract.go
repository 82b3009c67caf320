package fold

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

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
	if p == nil || p.Has(x.F.Date, "general-manager") || x.delegated(p) {
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
	return unless(direct && x.policy().DirectRoute.PreliminaryContract.S == "optional", diag.Pos{}, nil)
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
			due = cmp.Or(b.AgreementDue.Day, due)
		}
	}
	return due
}

// lateOrFailed allows pressure on the team only when the facilitation is late
// or has failed (GD-07, G-23, G-24).
func lateOrFailed(x *Case) *Unmet {
	due := x.D.AgreementDue()
	late := due != 0 && x.D.Main.On("TM-12") == 0 && x.Today > due+value.Day(x.policy().Schedule.GraceDays.N)
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

func formalTerms(x *Case) *Unmet {
	return unless(x.terms(func(b fact.Body) bool { _, ok := b.(*fact.TermsFormal); return ok }), diag.Pos{}, nil)
}

// onSchedule wants the agreement to have come in time, or the lateness to be
// accepted (G-23, G-47).
func onSchedule(x *Case) *Unmet {
	b := x.F.Body.(*fact.FormalContract)
	due, on := x.D.AgreementDue(), x.D.Main.On("TM-12")
	ok := due == 0 || on <= due+value.Day(x.policy().Schedule.GraceDays.N) || b.LatenessAccepted.S != ""
	return unless(ok, diag.Pos{}, diag.Args{"due": due, "on": on})
}

func formalInForce(x *Case) *Unmet {
	ok := x.D.Main.On("TM-20") != 0 || x.D.importedBeyond("formal")
	return unless(ok, diag.Pos{}, nil)
}

// stageRank orders the stages from the facilitation on, -1 before it.
func stageRank(state string) int {
	return slices.Index([]string{"facilitating", "agreed", "formal", "selling", "developing"}, state)
}

// importedBeyond reports whether an import brought the deal in at a stage that
// only follows the named one.
func (d *Deal) importedBeyond(state string) bool {
	if d.Import == nil {
		return false
	}
	at := d.Import.Body.(*fact.Import).State.S
	return stageRank(at) >= stageRank(state)
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
	return because("GD-15", unless(s != "stopped" && s != "prelim_cancelled" && s != "discarded" && s != "closed", diag.Pos{}, diag.Args{"state": x.D.Main.Process.Term(s)}))
}
