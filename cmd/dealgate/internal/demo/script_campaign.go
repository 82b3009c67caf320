package demo

import "fmt"

// campaigns runs one or two campaigns and reports whether the deal goes on.
func (d *deal) campaigns() bool {
	folder := "campaigns/" + []string{"plant-visit", "technical-exchange", "seminar"}[d.rng.IntN(3)]
	miss := d.fate == fruitless || d.chance(15)
	d.campaign(folder, !miss)
	if !miss {
		return true
	}
	d.wait(1, 5)
	d.fact(folder, "improvement", d.team.manager, "problems", d.say("problems"), "measures", d.say("measures"))
	d.campaign(folder, d.fate != fruitless)
	if d.fate != fruitless {
		return true
	}
	gm := d.head("general-manager")
	d.wait(5, 15)
	if d.chance(40) {
		d.fact(folder, "abandon", gm, "reason", d.say("abandon"), "advances", "hold")
		d.wait(3, 10)
	}
	d.stop()
	return false
}

// campaign is one version of a plan, carried out and evaluated.
func (d *deal) campaign(folder string, reached bool) {
	d.wait(3, 9)
	posts := words().Posts
	post := posts[d.seats%len(posts)]
	d.seats++
	d.fact(folder, "plan", d.team.manager,
		"targets", []row{{"organisation", d.customer.name, "role", post}},
		"means", d.say(base(folder)), "tangible-value", d.say("tangible"), "intangible-value", d.say("intangible"),
		"goals", []string{d.say("goal-contact"), d.say("goal-trust")}, "budget", yuan(100*(4000+500*d.rng.IntN(9))))
	kinds := []string{"travel", "visit", "meal", "gift"}
	d.rng.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	for _, kind := range kinds[:1+d.rng.IntN(3)] {
		d.wait(2, 7)
		d.expense(folder, kind, post)
	}
	d.wait(2, 6)
	goal, reaction := "reached", "reaction-good"
	if !reached {
		goal, reaction = "missed", "reaction-bad"
	}
	d.fact(folder, "evaluation", d.member(), "process", d.say("process"), "reaction", d.say(reaction),
		"information", d.say("information"), "goal", goal)
}

// expense stays within the limits for gifts: one recipient of a campaign gets
// less than 2000 yuan in all.
func (d *deal) expense(folder, kind, post string) {
	most := map[string]int{"travel": 1800, "visit": 900, "meal": 600, "gift": 400}[kind]
	amount := yuan(100 * (most*2/5 + d.rng.IntN(most*3/5)))
	fields := row{"kind", kind, "amount", amount}
	if kind == "travel" {
		fields = append(fields, "purpose", d.say("travel"))
	} else {
		fields = append(fields, "purpose", d.say("purpose"),
			"recipient", row{"organisation", d.customer.name, "role", post}, "item", d.say("item-"+kind))
	}
	fields = append(fields, "evidence", []proof{d.proof("expense")})
	d.fact(folder, fmt.Sprintf("expense+%s", kind), d.member(), fields...)
}
