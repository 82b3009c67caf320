package rules

import (
	"strings"
	"time"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/signers"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

func fileFinding(rule string, f validate.File, args diag.Args) diag.Diagnostic {
	return diag.Diagnostic{Rule: rule, Span: diag.Span{File: f.Path}, Args: args}
}

// appendOnly keeps landed facts and evidence as they are: what happened is
// corrected by a further fact, never rewritten.
var appendOnly = validate.ChangeRule{
	IDs: []string{"change/fact-modified", "change/fact-deleted", "change/evidence-changed", "change/plan-changed"},
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		for _, f := range ch.Files {
			switch {
			case f.Verb == validate.Added:
			case f.Place.Kind == fold.EvidenceFile:
				report(fileFinding("change/evidence-changed", f, nil))
			case f.Place.Kind == fold.FactFile && isPlan(f):
				report(fileFinding("change/plan-changed", f, diag.Args{"today": ch.Head.Today}))
			case f.Place.Kind == fold.FactFile && f.Verb == validate.Modified:
				report(fileFinding("change/fact-modified", f, nil))
			case f.Place.Kind == fold.FactFile:
				report(fileFinding("change/fact-deleted", f, nil))
			}
		}
	},
}

// registries may be edited in place, but not deleted, and a deal never moves
// to another customer or currency.
var registries = validate.ChangeRule{
	IDs: []string{"change/registry-deleted", "change/currency-of-deal"},
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		for _, f := range ch.Files {
			switch f.Place.Kind {
			case fold.PolicyFile, fold.RosterFile, fold.SignersFile, fold.CustomerFile, fold.DealFile:
				if f.Verb == validate.Deleted {
					report(fileFinding("change/registry-deleted", f, nil))
				}
			}
			if f.Place.Kind == fold.DealFile && f.Verb == validate.Modified {
				dealHeader(ch, f, report)
			}
		}
	},
}

func dealHeader(ch *validate.Change, f validate.File, report func(diag.Diagnostic)) {
	before, after := ch.Base.Deal(f.Place.Dir), ch.Head.Deal(f.Place.Dir)
	if before == nil || after == nil || before.Header == nil || after.Header == nil {
		return
	}
	if before.Currency != after.Currency && len(before.Facts) > 0 {
		report(diag.Diagnostic{Rule: "change/currency-of-deal", Span: diag.Span{File: f.Path, Pos: after.Header.Currency.At},
			Args: diag.Args{"before": before.Currency, "after": after.Currency}})
	}
}

// rulesApart reports a change of policy or roster as such, and refuses to mix
// it with deal facts: nobody approves himself by editing the rules beside them.
var rulesApart = validate.ChangeRule{
	IDs: []string{"change/rules-changed", "change/rules-mixed"},
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		if ch.Base.Policy == nil {
			return // the baseline: declared, not approved
		}
		mixed := false
		for _, f := range ch.Files {
			mixed = mixed || !f.Rules() && !isPlan(f)
		}
		for _, f := range ch.Files {
			switch {
			case mixed && (f.Rules() || isPlan(f)):
				report(fileFinding("change/rules-mixed", f, nil))
				continue
			case !f.Rules():
				continue
			}
			d := fileFinding("change/rules-changed", f, nil)
			d.Severity = diag.Warning
			report(d)
		}
	},
}

// isPlan reports whether the file is a plan: a rule that is in force from a day.
func isPlan(f validate.File) bool { return f.Place.Dir == fold.PlansDir }

// tenderTogether wants bids and score sheets of a tender to land in one change
// after closing: whoever has a clone reads every branch, so before that they
// stay outside the repository.
var tenderTogether = validate.ChangeRule{
	IDs: []string{"tender/bids-apart"},
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		added := map[string]bool{}
		for _, f := range ch.Files {
			if f.Verb == validate.Added && f.Place.Process == "tender" && sealed(f) {
				added[dirOf(f.Path)] = true
			}
		}
		for _, cu := range ch.Base.Customers {
			for _, d := range cu.Deals {
				for _, rec := range d.Records {
					if rec.Process == "tender" && sealed(validate.File{Place: rec.Place}) && added[dirOf(rec.Path)] {
						report(diag.Diagnostic{Rule: "tender/bids-apart", Span: diag.Span{File: dirOf(rec.Path)}, Args: diag.Args{"file": rec.Name()}})
						delete(added, dirOf(rec.Path))
					}
				}
			}
		}
		for _, f := range ch.Files {
			if f.Place.Step != nil && f.Place.Step.Name == "bid" && added[dirOf(f.Path)] && !closed(ch, f) {
				report(fileFinding("tender/bids-apart", f, diag.Args{"file": f.Path[strings.LastIndexByte(f.Path, '/')+1:]}))
			}
		}
	},
}

func sealed(f validate.File) bool {
	return f.Place.Step != nil && (f.Place.Step.Name == "bid" || f.Place.Step.Name == "score")
}

// closed reports whether the tender's deadline for bids has passed.
func closed(ch *validate.Change, f validate.File) bool {
	d := ch.Head.Deal(f.Place.Dir)
	if d == nil {
		return true
	}
	n, _ := fold.Last[fact.TenderNotice](d.Instance("tender", f.Place.Instance))
	return n == nil || ch.Head.AsOf > n.BidsDue.Day
}

func dirOf(path string) string { return path[:strings.LastIndexByte(path, '/')] }

// backdating points out facts that are recorded later than policy expects, and
// refuses money terms that would reprice what was earned long before.
var backdating = validate.DatedRule{
	IDs: []string{"date/backdated", "terms/backdated"},
	Check: func(ch *validate.Change, decided validate.Decided, report func(diag.Diagnostic)) {
		if ch.Base.Policy == nil {
			return
		}
		limit := ch.Base.Policy.BackdatingDays.N
		for _, f := range ch.Files {
			on, _ := decided(f.Path)
			if f.Verb != validate.Added || f.Place.Kind != fold.FactFile || int(on-f.Place.Date) <= limit {
				continue
			}
			if f.Place.Process == "terms" {
				report(fileFinding("terms/backdated", f, diag.Args{"date": f.Place.Date, "asof": on, "limit": limit}))
				continue
			}
			d := fileFinding("date/backdated", f, diag.Args{"date": f.Place.Date, "asof": on, "limit": limit})
			d.Severity = diag.Warning
			report(d)
		}
	},
}

// approvalsMode lets a company leave `approvals: none`, and never return.
var approvalsMode = validate.ChangeRule{
	IDs: []string{"policy/approvals-reentered"},
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		if ch.Base.Policy == nil || ch.NewPolicy == nil || ch.Base.Policy.Approvals.S == "none" || ch.NewPolicy.Approvals.S != "none" {
			return
		}
		report(diag.Diagnostic{Rule: "policy/approvals-reentered", Span: diag.Span{File: policyPath, Pos: ch.NewPolicy.Approvals.At}})
	},
}

// signersStay refuses to take away the last key that may sign today: without
// any, statements that bear no signature would be believed from then on; and
// where the time of all is over, nothing that lands can be signed, so that no
// later key could ever be proven either.
var signersStay = validate.ChangeRule{
	IDs: []string{"policy/signers-gone"},
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		for _, f := range ch.Files {
			if f.Place.Kind != fold.SignersFile || f.Verb == validate.Deleted || len(ch.Base.Signers) == 0 {
				continue
			}
			noon := ch.Head.Today.Time().Add(12 * time.Hour) // of that day in every time zone
			if left, _ := fold.ReadSigners(ch.Tree, ch.Base.Policy); !signers.Counts(left, signers.Namespace, noon) {
				report(fileFinding("policy/signers-gone", f, diag.Args{"today": ch.Head.Today}))
			}
		}
	},
}
