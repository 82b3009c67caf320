package demo

import "strings"

// play runs a deal through the workflow as far as its fate lets it come.
func (d *deal) play() {
	d.lead()
	if d.fate != discarded {
		d.engage()
	}
	d.until(lastDay) // what is still on the agenda
	d.finish()
}

// engage is everything after the lead.
func (d *deal) engage() {
	if !d.campaigns() {
		return
	}
	d.relationship()
	d.preliminary()
	if d.fate == cancelled {
		d.cancellation()
		return
	}
	if !d.supply("1") {
		return
	}
	d.formal()
	d.sell(1)
	if d.paid {
		d.afterSale()
	}
}

// lead opens the deal. The general manager's own leads lead to a tender.
func (d *deal) lead() {
	d.add(d.dir+"/deal.yaml", document(row{
		"customer", d.customer.id, "title", fill(words().DealTitle, d.vars...), "product", d.product.Name,
		"expected", d.product.Price * yuan(d.product.Quantity) * 4,
	}))
	if d.customer.deals == 1 {
		f := d.customer.registry()
		d.add(f.path, f.data)
	}
	if d.tendered() {
		d.fact("", "lead", d.head("general-manager"), "source", d.say("source"), "brought-by", d.member().id)
	} else {
		d.fact("", "lead", d.member(), "source", d.say("source"))
	}
	d.wait(2, 8)
	verdict, why := "worth-developing", "worth"
	if d.fate == discarded {
		verdict, why = "discard", "discard"
	}
	fields := row{"verdict", verdict, "reason", d.say(why)}
	if d.fate != discarded {
		fields = append(fields, "evidence", []proof{d.proof("customer-form")})
	}
	d.fact("", "qualify", d.of("marketing"), fields...)
}

// tendered is every fourth deal.
func (d *deal) tendered() bool { return d.n%4 == 3 }

// relationship says who did the first two steps, and which route follows.
func (d *deal) relationship() {
	d.wait(2, 6)
	gm := d.head("general-manager")
	if d.tendered() {
		d.fact("", "relationship", d.one(d.byRole["leadership"]),
			"information-by", []string{gm.id}, "engagement-by", []string{gm.id, d.one(d.byRole["leadership"]).id})
		d.wait(2, 6)
		d.fact("", "tender-decision", gm, "conclusion", "tender")
		d.tender()
		return
	}
	by := d.member()
	d.fact("", "relationship", by, "information-by", []string{by.id}, "engagement-by", []string{by.id})
	d.wait(2, 6)
	d.fact("", "tender-decision", gm, "conclusion", "direct", "team", d.team.id, "continues", "yes")
}

// preliminary signs the preliminary contract with its commission terms.
func (d *deal) preliminary() {
	d.wait(3, 8)
	gm, manager := d.head("general-manager"), d.team.manager
	due := d.day + 330
	if d.late() {
		due = d.day + 30
	}
	d.due = due
	d.fact("terms", "preliminary", gm, "rate", d.rate(), "shares", d.shares())
	d.fact("", "preliminary-contract", gm,
		"signed-for-company", gm.id, "signed-for-team", manager.id,
		"company-duties", d.say("company-duties"), "team-duties", d.say("team-duties"), "agreement-due", due,
		"evidence", []proof{d.proof("preliminary-contract", "due", due.String())})
}

// late is a team that lets its due date pass.
func (d *deal) late() bool { return d.fate == cancelled || d.fate == paid && d.n%19 == 0 }

// rate is the same in bid, preliminary and formal terms.
func (d *deal) rate() string { return []string{"1.5%", "2%", "2.5%", "3%"}[d.n%4] }

// shares are those of the team's manager and two members.
func (d *deal) shares() []row {
	patterns := [][]string{{"1/3", "1/3", "1/3"}, {"50%", "30%", "20%"}, {"40%", "40%", "20%"}, {"1/2", "1/3", "1/6"}}
	var shares []row
	for i, share := range patterns[d.n%len(patterns)] {
		shares = append(shares, row{"person", d.team.members[i].id, "share", share})
	}
	return shares
}

// cancellation ends a preliminary contract that was not kept.
func (d *deal) cancellation() {
	gm := d.head("general-manager")
	d.wait(40, 60)
	d.fact("", "cancel", gm, "ground", "late", "reason", d.say("cancel"))
	if d.chance(50) {
		d.fact("", "penalty", gm, "amount", yuan(50_000*(1+d.rng.IntN(4))), "reason", d.say("penalty"))
	}
	d.wait(5, 15)
	d.stop()
}

// stop ends the deal and says what becomes of the advances, at once or later.
func (d *deal) stop() {
	gm := d.head("general-manager")
	decision := []string{"hold", "refund", "forfeit"}[d.rng.IntN(3)]
	d.fact("", "stop", gm, "reason", d.say("stop"), "advances", decision)
	if decision == "hold" && d.chance(60) {
		d.wait(10, 30)
		fields := row{"decision", "refund", "reason", d.say("settle")}
		if d.chance(40) {
			fields = row{"decision", "part", "share", "1/2", "reason", d.say("settle")}
		}
		d.fact("", "settle-advances", gm, fields...)
	}
}

// suspension puts a deal to sleep; a dormant one is stopped in the end.
func (d *deal) suspension() {
	gm := d.head("general-manager")
	d.wait(3, 10)
	d.fact("", "suspend", gm, "reason", d.say("suspend"), "review-on", d.day+90)
	d.wait(40, 80)
	if d.fate == dormant {
		d.stop()
		return
	}
	d.fact("", "resume", gm, "reason", d.say("resume"))
}

// formal signs the formal contract and decides the rewards that were earned.
func (d *deal) formal() {
	d.wait(3, 8)
	gm, manager := d.head("general-manager"), d.team.manager
	terms := row{"rate", d.rate(), "shares", d.shares(), "until", d.day + 3*365}
	if d.n%7 == 0 {
		terms = row{"ladder", []row{{"up-to", yuan(100_000_000), "rate", d.rate()}, {"rate", "1%"}}, "shares", d.shares()}
	}
	d.fact("terms", "formal", gm, terms...)
	d.fact("", "formal-contract", gm,
		"signed-for-company", gm.id, "signed-for-team", manager.id,
		"company-duties", d.say("company-duties"), "team-duties", d.say("team-duties"), "benefits", d.say("benefits"),
		"evidence", []proof{d.proof("formal-contract")})
	d.reward("sample", 1000)
	d.reward("audit", 1000)
	d.reward("listing", 3000)
}

// reward decides an amount between the least and what policy adds to it.
func (d *deal) reward(milestone string, least int) {
	room := map[string]int{"sample": 10, "audit": 10, "listing": 20}[milestone]
	amount := yuan(100 * (least + 100*d.rng.IntN(room+1)))
	fields := row{"milestone", milestone, "amount", amount}
	if d.chance(50) {
		fields = append(fields, "shares", d.shares())
	}
	if d.chance(30) {
		fields = append(fields, "reason", d.say("reward-reason"))
	}
	d.fact("terms", "reward+"+milestone, d.of("marketing"), fields...)
}

// base is the file name of a path.
func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
