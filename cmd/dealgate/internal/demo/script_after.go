package demo

// afterSale sells again, develops the customer further, and closes the deal
// when all its money has come.
func (d *deal) afterSale() {
	n := d.rng.IntN(100)
	switch {
	case n < 8:
		d.largerVolume()
	case n < 13:
		d.newProduct()
	case n < 20:
		d.sell(2)
	}
	if n%5 == 0 {
		return // the customer goes on ordering
	}
	for next, ok := d.next(); ok; next, ok = d.next() {
		d.until(next)
	}
	d.wait(20, 60)
	if d.paid {
		d.fact("", "close", d.head("general-manager"), "reason", d.say("closing"))
	}
}

func (d *deal) opportunity(folder, kind, target string) {
	d.wait(10, 30)
	d.fact(folder, "opportunity", d.member(), "kind", kind, "market", d.say("market"))
	d.wait(2, 6)
	d.fact(folder, "plan", d.team.manager, "target", d.say(target), "reach-by", d.day+200, "campaign", "no")
}

// largerVolume wins or loses more of the same product.
func (d *deal) largerVolume() {
	const folder = "development/larger-volume"
	d.opportunity(folder, "larger-volume", "target-volume")
	d.wait(4, 9)
	d.fact(folder, "negotiation", d.member(), "baseline", d.order.total()*4, "price-policy", d.say("price-policy"))
	d.wait(10, 25)
	if d.chance(30) {
		d.fact(folder, "lost", d.member(), "reason", d.say("lost"))
		return
	}
	d.fact(folder, "won", d.team.manager, "signed-for-company", d.head("general-manager").id, "volume", d.say("volume"),
		"evidence", []proof{d.proof("won")})
	d.sell(2, "development", base(folder))
}

// newProduct qualifies a further product in a second round.
func (d *deal) newProduct() {
	const folder = "development/new-product"
	d.opportunity(folder, "new-product", "target-product")
	d.wait(4, 9)
	d.fact(folder, "requalify", d.team.manager, "round", 2)
	d.supply("2")
	d.sell(2, "development", base(folder))
}
