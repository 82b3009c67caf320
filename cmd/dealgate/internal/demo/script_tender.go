package demo

import "github.com/dealgate/dealgate/schema/value"

// tender holds the internal tender. A customer of several deals stays with
// its team, which therefore wins.
func (d *deal) tender() {
	const folder = "tender/1"
	d.confirmNeeds(folder, d.of("marketing"))
	d.wait(2, 5)
	due := d.day + 18
	marketing := d.of("marketing")
	d.fact(folder, "notice", marketing, "scope", d.say("tender-scope"), "bids-due", due)
	d.wait(1, 3)
	var all []string
	for _, t := range d.teams {
		all = append(all, t.id)
	}
	d.fact(folder, "invitation", marketing, "sent-to", all, "customer-information", []string{"customer-form.md"})
	d.land() // the teams must have it before they bid
	d.review(folder, marketing, d.bids(folder, due))
}

// confirmNeeds writes the needs down and has the customer confirm them.
func (d *deal) confirmNeeds(folder string, by person) {
	d.wait(2, 6)
	d.needs = d.fact(folder, "needs", by, "function", d.product.Function, "reliability", d.say("needs-reliability"),
		"quantity", d.say("needs-quantity"), "service", d.say("needs-service"))
	d.wait(2, 7)
	d.fact(folder, "needs-confirmation", by, "needs", base(d.needs), "confirmed-by", d.say("confirmer"),
		"evidence", []proof{d.proof("needs")})
}

// bids come from the customer's team and a few others, all before the day on
// which they are due.
func (d *deal) bids(folder string, due value.Day) []team {
	bidders := []team{d.team}
	for _, i := range d.rng.Perm(len(d.teams))[:min(3, len(d.teams))] {
		if d.teams[i].id != d.team.id {
			bidders = append(bidders, d.teams[i])
		}
	}
	for i, t := range bidders {
		d.until(due - value.Day(2*(len(bidders)-i)))
		d.fact(folder, "bid+"+t.id, t.manager, "team", t.id, "plan", d.say("bid-plan"),
			"commission", d.rate(), "duties", d.say("bid-duties"))
		d.draft.secret = true
	}
	d.until(due + 1)
	return bidders
}

// review holds the meeting, scores the bids and names the winner.
func (d *deal) review(folder string, marketing person, bidders []team) {
	d.wait(1, 3)
	gm := d.head("general-manager")
	judges := append([]person{gm}, d.byRole["leadership"]...)
	var ids, presented []string
	for _, j := range judges {
		ids = append(ids, j.id)
	}
	for _, t := range bidders {
		presented = append(presented, t.id)
	}
	d.fact(folder, "review-meeting", marketing, "judges", ids, "presented", presented)
	second := d.chance(10) // the customer's team is not the best
	for _, j := range judges {
		d.fact(folder, "score+"+j.id, j, "scores", d.scores(bidders, second))
	}
	d.wait(1, 3)
	fields := row{"team", d.team.id, "deliberation", d.say("deliberation")}
	if second && len(bidders) > 1 {
		fields = append(fields, "reason", d.say("not-top"))
	}
	d.fact(folder, "award", gm, fields...)
	d.draft.secret = false
}

// scores give the first bid the most points, or the last one.
func (d *deal) scores(bidders []team, last bool) []row {
	var scores []row
	for i, t := range bidders {
		points := 70 + d.rng.IntN(12)
		if (i == 0) != last {
			points = 86 + d.rng.IntN(10)
		}
		scores = append(scores, row{"team", t.id, "points", points, "remark", d.say("score-remark")})
	}
	return scores
}
