package fold

import (
	"slices"
	"strconv"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// facilitationOpen opens round n of the supply agreement: the first when the
// deal comes to it, each further one by a requalification (TM-24).
func facilitationOpen(x *Case) *Unmet {
	n, err := strconv.Atoi(x.I.Name)
	began := x.D.Main.Times("TM-11") > 0 || x.D.importedBeyond("facilitating")
	return unless(err == nil && began && n >= 1 && n <= 1+x.D.Main.Times("TM-24"), diag.Pos{}, nil)
}

// reviewersComplete wants every department that policy names among the
// reviewers (G-27).
func reviewersComplete(x *Case) *Unmet {
	b := x.F.Body.(*fact.SupplyReview)
	var left []diag.Term
	for _, role := range x.policy().Supply.Reviewers {
		if !slices.ContainsFunc(b.Reviewers, func(r value.Text) bool {
			p := x.person(r)
			return p != nil && p.Has(x.F.Date, role.S)
		}) {
			left = append(left, diag.Term("role."+role.S))
		}
	}
	return unless(len(left) == 0, b.Reviewers[0].At, diag.Args{"roles": left})
}

func refusalReasoned(x *Case) *Unmet {
	b := x.F.Body.(*fact.SupplyReview)
	return unless(b.Reason.S != "", b.DevelopAndMake.At, nil)
}

func exceptionAllowed(x *Case) *Unmet {
	return unless(x.policy().Supply.Exception.S == "allowed", diag.Pos{}, nil)
}

func samplesDueAhead(x *Case) *Unmet { return x.ahead(x.F.Body.(*fact.SupplyProduct).SamplesDue) }

func productIs(kind string) Condition {
	return func(x *Case) *Unmet {
		p, _ := Last[fact.SupplyProduct](x.I)
		return because("GD-09", unless(p != nil && p.Kind.S == kind, diag.Pos{}, nil))
	}
}

func productFile(x *Case) *Unmet {
	return unless(x.F.Body.(*fact.SupplySample).ProductFile.S != "", diag.Pos{}, nil)
}

func developmentDueAhead(x *Case) *Unmet {
	return x.ahead(x.F.Body.(*fact.SupplyProductDevelopment).Due)
}

// productDeveloped tells samples of a developed product from those that an
// improvement still has to bring.
func productDeveloped(x *Case) *Unmet {
	return unless(x.I.State == "developing_product", diag.Pos{}, nil)
}

// waived reports whether an item of the checklist is not required of this
// customer, by policy or by a waiver (G-30).
func (x *Case) waived(item string) bool {
	if !slices.ContainsFunc(x.policy().Supply.Required, func(r value.Text) bool { return r.S == item }) {
		return true
	}
	return slices.ContainsFunc(All[fact.SupplyWaive](x.I), func(w *fact.SupplyWaive) bool { return w.Item.S == item })
}

// sampleRetries points out that samples keep failing: whether to go on is for
// the general manager to decide (G-31).
func sampleRetries(x *Case) *Unmet {
	failed := 1 // with this one
	for _, r := range All[fact.SupplySampleResult](x.I) {
		if r.Conclusion.S == "failed" {
			failed++
		}
	}
	warn := x.policy().Supply.WarnAfterSamples.N
	if failed <= warn {
		return nil
	}
	return &Unmet{Args: diag.Args{"count": failed, "most": warn}, Warning: true}
}

func sampleWaived(x *Case) *Unmet { return unless(x.waived("sample"), diag.Pos{}, nil) }

func departmentsInvolved(x *Case) *Unmet {
	b := x.F.Body.(*fact.SupplyAuditPreparation)
	for _, role := range []string{"rnd", "manufacturing", "quality"} {
		if !slices.ContainsFunc(b.Departments, func(d value.Text) bool { return d.S == role }) {
			return &Unmet{At: b.Departments[0].At, Args: diag.Args{"role": diag.Term("role." + role)}}
		}
	}
	return nil
}

func effectReported(x *Case) *Unmet {
	return unless(x.F.Body.(*fact.SupplyAudit).Effect.S != "", diag.Pos{}, nil)
}

// auditsAccepted holds when capability and system were both accepted, or
// waived (GD-10, G-30).
func auditsAccepted(x *Case) *Unmet {
	a, _ := Last[fact.SupplyAudit](x.I)
	ok := (x.waived("capability") || (a != nil && a.Capability.S == "accepted")) &&
		(x.waived("system") || (a != nil && a.System.S == "accepted"))
	return unless(ok, diag.Pos{}, nil)
}

func auditRefused(x *Case) *Unmet {
	a, _ := Last[fact.SupplyAudit](x.I)
	return unless(a != nil && (a.Capability.S == "refused" || a.System.S == "refused"), diag.Pos{}, nil)
}

func notYetListed(x *Case) *Unmet {
	l, _ := Last[fact.SupplyListing](x.I)
	return unless(l == nil, diag.Pos{}, nil)
}

func signedAndListed(x *Case) *Unmet {
	a, _ := Last[fact.SupplyAgreement](x.I)
	l, _ := Last[fact.SupplyListing](x.I)
	return unless(a != nil && l != nil, diag.Pos{}, nil)
}
