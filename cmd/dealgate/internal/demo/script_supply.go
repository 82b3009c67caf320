package demo

import "fmt"

// supply runs one round of the supply agreement and reports whether it was
// reached.
func (d *deal) supply(round string) bool {
	folder := "supply/" + round
	if round == "1" && d.tendered() {
		d.wait(3, 9)
		d.fact(folder, "needs-confirmation", d.member(), "needs", d.needs, "confirmed-by", d.say("confirmer"),
			"evidence", []proof{d.proof("needs")})
	} else {
		d.confirmNeeds(folder, d.member())
	}
	if round == "1" && !d.untroubled() {
		return false
	}
	if !d.satisfiable(folder) {
		return false
	}
	d.samples(folder)
	d.audit(folder)
	d.agreement(folder)
	return true
}

// untroubled lets the first round be late or suspended, and reports whether it
// goes on.
func (d *deal) untroubled() bool {
	gm := d.head("general-manager")
	if d.late() {
		d.until(d.due + 2)
		d.fact("", "improvement-demand", gm, "ground", "late", "reason", d.say("late"))
		d.wait(2, 6)
		d.fact("", "improvement", d.team.manager, "measures", d.say("improvement"), "agreement-due", d.day+330)
	}
	if d.fate == dormant || d.fate == paid && d.n%23 == 0 {
		d.suspension()
	}
	return d.fate != dormant
}

// satisfiable reviews the needs. What cannot be met is negotiated, with or
// without success.
func (d *deal) satisfiable(folder string) bool {
	d.wait(2, 6)
	marketing := d.of("marketing")
	var reviewers []string
	for _, role := range []string{"rnd", "manufacturing", "quality", "planning"} {
		reviewers = append(reviewers, d.of(role).id)
	}
	reviewers = append(reviewers, marketing.id)
	answer, reason := "yes", row{}
	if d.fate == unmet || d.chance(6) {
		answer, reason = "no", row{"reason", d.say("review-no")}
	}
	fields := row{"develop-and-make", "yes", "guarantee-service", "yes", "reasonable-profit", answer, "deliver-on-time", answer, "reviewers", reviewers}
	d.fact(folder, "review", marketing, append(fields, reason...)...)
	if answer == "yes" {
		return true
	}
	d.wait(3, 9)
	d.fact(folder, "negotiation", d.member(), "tangible-value", d.say("tangible"), "intangible-value", d.say("intangible"))
	d.wait(4, 12)
	if d.fate == unmet {
		d.stop()
		return false
	}
	d.fact(folder, "compromise", d.member(), "agreed", d.say("compromise"), "evidence", []proof{d.proof("compromise")})
	return true
}

// samples are of a standard product or of a new one, and sometimes fail once.
func (d *deal) samples(folder string) {
	d.wait(1, 4)
	standard := d.chance(65)
	kind := "standard"
	if !standard {
		kind = "new"
	}
	rnd, count := d.of("rnd"), 5*(1+d.rng.IntN(6))
	d.fact(folder, "product", rnd, "kind", kind, "samples", count, "samples-due", d.day+60, "settled", d.say("settled"))
	if !standard {
		d.wait(1, 3)
		d.fact(folder, "product-development", rnd, "procedure", d.say("procedure"), "due", d.day+45)
		d.wait(20, 40)
	}
	d.wait(3, 8)
	d.ready(folder, rnd, standard)
	if d.chance(15) {
		d.trial(folder, count, false)
		d.improve(folder, rnd)
	}
	d.trial(folder, count, true)
}

func (d *deal) ready(folder string, rnd person, standard bool) {
	fields := row{"test-report", d.proof("test-report")}
	if standard {
		fields = append(fields, "product-file", d.proof("product-file"))
	}
	d.fact(folder, "sample", rnd, fields...)
}

// trial hands the samples over and records what the customer found.
func (d *deal) trial(folder string, count int, passes bool) {
	d.wait(1, 4)
	d.fact(folder, "sample-delivery", d.member(), "quantity", count, "requirements", d.say("sample-requirements"),
		"evidence", []proof{d.proof("sample-request")})
	d.wait(8, 16)
	conclusion, kind := "passed", "sample-pass"
	if !passes {
		conclusion, kind = "failed", "sample-fail"
	}
	d.fact(folder, "sample-result", d.member(), "conclusion", conclusion, "results", d.say(kind),
		"evidence", []proof{d.proof("sample-result")})
}

// improve mends a sample that failed: new samples at once, or back to R&D.
func (d *deal) improve(folder string, rnd person) {
	d.wait(2, 4)
	d.fact(folder, "sample-analysis", d.of("quality"), "cause", []string{"own", "both", "customer"}[d.rng.IntN(3)], "analysis", d.say("analysis"))
	d.wait(5, 9)
	next := "sample"
	if d.chance(40) {
		next = "development"
	}
	d.fact(folder, "sample-improvement", rnd, "done", d.say("sample-improvement"), "next", next,
		"cost", yuan(100*(500+d.rng.IntN(4000))), "evidence", []proof{d.proof("sample-improvement")})
	if next == "development" {
		d.wait(6, 12)
		d.ready(folder, rnd, false)
	}
}

// audit is accepted at once, after rectification, or after a refusal.
func (d *deal) audit(folder string) {
	d.wait(2, 5)
	d.fact(folder, "audit-preparation", d.member(), "requirements", d.say("audit-requirements"),
		"departments", []string{"rnd", "manufacturing", "quality"})
	d.wait(7, 14)
	quality := d.of("quality")
	system := "accepted"
	switch n := d.rng.IntN(100); {
	case n < 6:
		system = "refused"
	case n < 24:
		system = "improve"
	}
	fields := row{"capability", "accepted", "system", system}
	if system == "accepted" {
		d.fact(folder, "audit", quality, append(fields, "evidence", []proof{d.proof("audit-report")})...)
		return
	}
	problems := d.say("audit-problems")
	d.fact(folder, "audit", quality, append(fields, "problems", problems, "evidence", []proof{d.proof("audit-report")})...)
	d.wait(3, 7)
	d.fact(folder, "rectification", quality, "problems", problems, "plan", d.say("audit-plan"))
	d.wait(7, 12)
	d.fact(folder, "audit", quality, "capability", "accepted", "system", "accepted", "effect", d.say("audit-effect"),
		"evidence", []proof{d.proof("audit-report")})
}

// agreement and listing come in either order.
func (d *deal) agreement(folder string) {
	d.wait(2, 5)
	manager := d.team.manager
	d.fact(folder, "commercial-negotiation", manager, "basis", d.say("negotiation-basis"))
	early := d.chance(20)
	if early {
		d.listing(folder)
	}
	d.wait(4, 9)
	d.fact(folder, "agreement", manager,
		"number", fmt.Sprintf("GH-%d-%05d-%s", d.day.Year(), d.n+1, base(folder)),
		"signed-for-company", d.head("general-manager").id, "signed-for-customer", d.say("customer-signatory"),
		"valid-until", d.day+3*365, "payment-terms", words().Texts["payment-terms"][d.terms], "evidence", []proof{d.proof("agreement")})
	if !early {
		d.listing(folder)
	}
}

func (d *deal) listing(folder string) {
	d.wait(2, 7)
	d.fact(folder, "listing", d.member(), "list", fmt.Sprintf("QS-%05d", d.n+1), "evidence", []proof{d.proof("listing")})
}
