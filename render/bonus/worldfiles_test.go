package bonus_test

import (
	"fmt"
	"strings"

	"github.com/dealgate/dealgate/schema/value"
)

// files writes a world as the files that the engine reads.
func (w *world) files() map[string]string {
	out := map[string]string{
		"deals/policy.yaml":                  "company: 恒远机电\nrepository: hengyuan\nworkflow: 1\napprovals: none\n" + w.plans[0].text(),
		"deals/roster.yaml":                  w.roster(),
		"deals/customers/acme/customer.yaml": "name: 恒泰汽车\n",
	}
	for _, p := range w.plans[1:] {
		out["deals/plans/"+p.from.String()+".yaml"] = "by: wang-zong\nreason: 调整\n" + p.text()
	}
	for _, d := range w.deals {
		f := folder{out, "deals/2026/" + d.id + "/"}
		f.header(d)
		f.way(d)
		f.campaign(d)
		for i, t := range d.terms {
			f.terms(i, t)
		}
		for _, o := range d.orders {
			f.order(o)
		}
	}
	for _, x := range w.receipts {
		folder{out, "deals/customers/acme/receipts/"}.receipt(x)
	}
	return out
}

func (p planOf) text() string {
	return fmt.Sprintf(`rewards: {sample: [%s, 9000], audit: [%s, 9000], listing: [%s, 9000], development: [%s, 9000], amount: %s}
commission: {accrual: %s, bills-earn: %s, development: %s}
advances: {rate: %d%%}
pay: {deduction-cap: %d%%, set-off: %s, leavers: %s, compensation: "%s"}
`, yuan(p.least["sample"]), yuan(p.least["audit"]), yuan(p.least["listing"]), yuan(p.least["development"]), p.amount,
		p.accrual, p.bills, p.development, p.advance, p.deductionCap, p.setOff, p.leavers, p.compensated)
}

func (w *world) roster() string {
	var b strings.Builder
	b.WriteString(`teams:
  east: {name: 华东团队, from: 2020-01-01}
people:
  wang-zong: {name: 王总, roles: [{role: general-manager, from: 2020-01-01}]}
  chen-jing: {name: 陈静, roles: [{role: department-manager, from: 2020-01-01}]}
  zhao-min: {name: 赵敏, roles: [{role: marketing, from: 2020-01-01}]}
  qian-hui: {name: 钱慧, roles: [{role: finance, from: 2020-01-01}]}
  sun-gong: {name: 孙工, roles: [{role: rnd, from: 2020-01-01}, {role: quality, from: 2020-01-01}, {role: planning, from: 2020-01-01}, {role: manufacturing, from: 2020-01-01}]}
`)
	for i, p := range w.people {
		role := "team-member"
		if i == 0 {
			role = "marketing-manager"
		}
		fmt.Fprintf(&b, "  %s: {name: 同事%d, roles: [%s], teams: [%s]}\n", p.id, i, p.spells("role: "+role), p.spells("team: east"))
	}
	return b.String()
}

// spells are the times in which somebody is something.
func (p person) spells(what string) string {
	first := "{" + what + ", from: 2020-01-01"
	if p.last != 0 {
		first += ", to: " + p.last.String()
	}
	if p.again == 0 {
		return first + "}"
	}
	return first + "}, {" + what + ", from: " + p.again.String() + "}"
}

// yuan writes cents as an amount.
func yuan(cents int64) string {
	if cents%100 == 0 {
		return fmt.Sprint(cents / 100)
	}
	return fmt.Sprintf("%d.%02d", cents/100, cents%100)
}

// folder writes the facts of one folder.
type folder struct {
	files map[string]string
	dir   string
}

// put records a fact; what it is written by comes first.
func (f folder) put(dir string, on value.Day, step, by, text string, args ...any) string {
	name := f.dir + dir + on.String() + "-" + step + ".yaml"
	for f.files[name] != "" {
		name = strings.TrimSuffix(name, ".yaml") + "-x.yaml"
	}
	f.files[name] = "by: " + by + "\n" + fmt.Sprintf(text, args...) + "\n"
	return name
}

func (f folder) header(d *deal) {
	f.files[f.dir+"deal.yaml"] = "customer: acme\ntitle: 线束\nproduct: 车用线束\ncurrency: " + d.currency + "\n"
}

// way writes how a deal came to its contract, and what ended it.
func (f folder) way(d *deal) {
	const imported = "state: %s\nteam: east\nreached:\n%sreason: 在途\nevidence: [contract.pdf]"
	reached := func(rows ...string) (text string) {
		for _, row := range rows {
			text += fmt.Sprintf("  - {row: %s, on: %s, evidence: contract.pdf}\n", row, begin-30)
		}
		return text
	}
	switch d.route {
	case "formal":
		f.put("", d.day0, "import", "zhao-min", imported, "formal", reached("TF-26", "TM-20"))
	case "selling":
		f.put("", d.day0, "import", "zhao-min", imported, "selling", reached("TF-26", "TM-20", "TM-22"))
	default:
		due := value.Day(1000)
		if len(d.penalties) > 0 {
			due = 35
		}
		f.put("", d.day0, "import", "zhao-min", imported+"\nagreement-due: %s", "facilitating", reached("TM-10"), d.day0+due)
		f.late(d)
		f.supply(d)
	}
	if v := d.volume; v != nil {
		f.put("development/volume/", v.won-30, "opportunity", "p0", "kind: larger-volume\nmarket: 客户扩产")
		f.put("development/volume/", v.won-25, "plan", "p0", "target: 翻倍\nreach-by: 2030-12-31\ncampaign: no")
		f.put("development/volume/", v.won-20, "negotiation", "p0", "baseline: %s\nprice-policy: 维持价格", yuan(v.baseline))
		f.put("development/volume/", v.won, "won", "p0", "signed-for-company: wang-zong\nvolume: 每年 24 万套\nevidence: [won.pdf]")
	}
	for _, x := range d.decisions {
		f.put("terms/", x.on, "reward-"+x.milestone, "zhao-min", "milestone: %s\namount: %s%s", x.milestone, yuan(x.amount), sharesText(x.shares))
	}
	if d.stopped != 0 {
		f.put("", d.stopped, "stop", "wang-zong", "reason: 客户转向\nadvances: %s", d.disposition)
	}
	if d.settled != 0 {
		share := ""
		if d.settlement == "part" {
			share = fmt.Sprintf("share: %d%%\n", d.part)
		}
		f.put("", d.settled, "settle-advances", "wang-zong", "decision: %s\n%sreason: 决定", d.settlement, share)
	}
}

// late writes a demand to improve with its penalties.
func (f folder) late(d *deal) {
	if len(d.penalties) == 0 {
		return
	}
	f.put("", d.day0+40, "improvement-demand", "wang-zong", "ground: late\nreason: 逾期")
	for i, p := range d.penalties {
		person := ""
		if p.person != "" {
			person = "person: " + p.person + "\n"
		}
		name := f.put("", p.on, "penalty", "wang-zong", "amount: %s\n%sreason: 未按期", yuan(p.amount), person)
		if p.withdrawn != 0 {
			f.void("", p.withdrawn, fmt.Sprintf("penalty-%d", i), "wang-zong", lastOf(name))
		}
	}
	f.put("", d.day0+42, "improvement", "p0", "measures: 加派人手\nagreement-due: %s", d.day0+1000)
}

// supply writes the way to the supply agreement as far as it went.
func (f folder) supply(d *deal) {
	at := d.day0
	f.put("supply/1/", at+5, "needs", "p0", "function: 十年\nreliability: 耐温\nquantity: 12 万套\nservice: 驻厂")
	f.put("supply/1/", at+7, "needs-confirmation", "p0", "needs: supply/1/%s-needs.yaml\nconfirmed-by: 采购部长\nevidence: [needs.pdf]", at+5)
	f.put("supply/1/", at+10, "review", "zhao-min", "develop-and-make: yes\nguarantee-service: yes\nreasonable-profit: yes\ndeliver-on-time: yes\nreviewers: [sun-gong, zhao-min]")
	f.put("supply/1/", at+15, "product", "p0", "kind: standard\nsamples: 5\nsamples-due: %s\nsettled: 按程序", at+60)
	f.put("supply/1/", at+36, "sample", "sun-gong", "test-report: test.pdf\nproduct-file: product.pdf")
	f.put("supply/1/", at+46, "sample-delivery", "p0", "quantity: 5\nrequirements: 附报告\nevidence: [delivery.pdf]")
	for _, m := range d.milestones {
		switch m.name {
		case "sample":
			f.put("supply/1/", m.on, "sample-result", "p0", "conclusion: passed\nresults: 合格\nevidence: [result.pdf]")
			f.put("supply/1/", m.on+1, "audit-preparation", "p0", "requirements: 体系审核\ndepartments: [rnd, manufacturing, quality]")
		case "audit":
			f.put("supply/1/", m.on, "audit", "p0", "capability: accepted\nsystem: accepted\nevidence: [audit.pdf]")
		case "listing":
			f.put("supply/1/", m.on-1, "commercial-negotiation", "p0", "basis: 价格政策")
			f.put("supply/1/", m.on, "agreement", "p0", "number: GH-1\nsigned-for-company: wang-zong\nsigned-for-customer: 采购总监\npayment-terms: 60 天\nevidence: [agreement.pdf]")
			f.put("supply/1/", m.on, "listing", "p0", "list: 清单\nevidence: [listing.pdf]")
		}
	}
	if d.stopped != 0 { // only what failed may be stopped
		if len(d.milestones) == 0 {
			f.put("supply/1/", d.stopped-1, "sample-result", "p0", "conclusion: failed\nresults: 不合格\nevidence: [result.pdf]")
		} else {
			f.put("supply/1/", d.stopped-1, "audit", "p0", "capability: refused\nsystem: refused\nproblems: 产能\nevidence: [audit.pdf]")
		}
	}
	if d.formal > begin {
		f.put("", d.formal, "formal-contract", "zhao-min", "signed-for-company: wang-zong\nsigned-for-team: p0\ncompany-duties: 提供资料\nteam-duties: 促成销售\nbenefits: 提成\nevidence: [formal.pdf]")
	}
}

func sharesText(shares []shareOf) string {
	if len(shares) == 0 {
		return ""
	}
	text := "\nshares:"
	for _, s := range shares {
		text += fmt.Sprintf("\n  - {person: %s, share: %s}", s.person, s.share)
	}
	return text
}

func (f folder) campaign(d *deal) {
	if len(d.expenses) == 0 {
		return
	}
	f.put("campaigns/visit/", d.day0+5, "plan", "p0", "targets:\n  - {organisation: 恒泰, role: 部长}\nmeans: 参观\ntangible-value: 年销售额\nintangible-value: 影响\ngoals: [联系]\nbudget: 100000000")
	for _, e := range d.expenses {
		f.put("campaigns/visit/", e.on, fmt.Sprintf("expense-%d", e.n), "p0", "kind: travel\namount: %s\npurpose: 交通\npaid-by: %s\nevidence: [ticket.pdf]", yuan(e.amount), e.person)
		if e.corrected != 0 {
			f.put("campaigns/visit/", e.corrected, fmt.Sprintf("correct-expense-%d", e.n), "p0", "corrects: %s\naction: replace\nwith:\n  amount: %s\nreason: 录错", e.file(), yuan(e.really))
		}
		if e.withdrawn != 0 {
			f.void("campaigns/visit/", e.withdrawn, fmt.Sprintf("expense-%d", e.n), "p0", e.file())
		}
	}
}

func (f folder) terms(i int, t *terms) {
	text := "reason: 谈判" + sharesText(t.shares)
	if len(t.steps) == 1 {
		text += "\nrate: " + t.steps[0].rate
	} else {
		text += "\nladder:"
		for _, s := range t.steps {
			limit := ""
			if s.upTo != 0 {
				limit = "up-to: " + yuan(s.upTo) + ", "
			}
			text += fmt.Sprintf("\n  - {%srate: %s}", limit, s.rate)
		}
	}
	if t.cap != 0 {
		text += "\ncap: " + yuan(t.cap)
	}
	if t.until != 0 {
		text += "\nuntil: " + t.until.String()
	}
	if t.accrual != "" {
		text += "\naccrual: " + t.accrual
	}
	step := "formal"
	if i > 0 {
		step = fmt.Sprintf("formal-%d", i)
	}
	name := lastOf(f.put("terms/", t.on, step, "zhao-min", "%s", text))
	if t.corrected != 0 {
		f.put("terms/", t.corrected, fmt.Sprintf("correct-formal-%d", i), "zhao-min", "corrects: %s\naction: replace\nwith:\n  rate: %s\nreason: 录错", name, t.rate)
	}
}

func (f folder) order(o *order) {
	dir := "orders/" + o.name + "/"
	text := ""
	for _, i := range o.instalments {
		if i.months > 0 {
			text += fmt.Sprintf("\n  - {name: %s, share: %d%%, after: acceptance, months: %d, retention: yes}", i.name, i.share, i.months)
		} else {
			text += fmt.Sprintf("\n  - {name: %s, share: %d%%, after: order, days: 30}", i.name, i.share)
		}
	}
	if o.tagged {
		text += "\ndevelopment: volume"
	}
	f.put(dir, o.on, "order", "zhao-min", "customer-order: HT\nchannel: email\napproved-by: 部长\nlines:\n  - {item: 线束, quantity: 100, price: %s}\ntax-rate: %d%%\ndeliver-by: 2030-12-31\nevidence: [so.pdf]\ninstalments:%s", yuan(o.price), o.tax, text)
	pass := "{by: sun-gong, verdict: pass}"
	f.put(dir, o.on+1, "review", "zhao-min", "technical: %s\nquality: %[1]s\nproduction: %[1]s\nprice: {by: zhao-min, verdict: pass}\ndelivery: %[1]s", pass)
	f.put(dir, o.on+2, "order-confirmation", "zhao-min", "signed-by: chen-jing\nfeedback: 邮件")
	if o.accepted != 0 {
		f.put(dir, o.on+3, "stock", "sun-gong", "verdict: sufficient")
		f.put(dir, o.on+4, "shipment", "zhao-min", "delivery-note: SH\nlines:\n  - {item: 线束, quantity: 100}")
		f.put(dir, o.accepted, "goods-received", "p0", "receipt-note: GR\nlines:\n  - {item: 线束, quantity: 100}\nevidence: [gr.pdf]")
	}
	f.invoices(o, dir)
	if o.returned != 0 {
		f.put(dir, o.returned-1, "rejection", "p0", "lines:\n  - {item: 线束, quantity: %d}\nreason: 松动\nthen: return\nevidence: [reject.pdf]", o.pieces)
		f.put(dir, o.returned, "return", "p0", "lines:\n  - {item: 线束, quantity: %d}\nreason: 松动\nevidence: [return.pdf]", o.pieces)
	}
	for _, s := range o.settlings {
		f.put(dir, s.on, s.kind, "qian-hui", "amount: %s\ninstalment: %s\nreason: 协商\nevidence: [note.pdf]", yuan(s.amount), s.instalment)
	}
}

func (f folder) invoices(o *order, dir string) {
	invoice := func(on value.Day, step, number string, net int64, more string) {
		f.put(dir, on, step, "qian-hui", "number: %q\nnet: %s\ntax: %s%s", o.name+number, yuan(net), yuan(o.taxOn(net)), more)
	}
	if o.invoiced != 0 {
		invoice(o.invoiced, "invoice", "-1", o.net(), "")
	}
	credits := "\ncredits: " + o.name + "-1"
	switch {
	case o.credited == 0:
	case o.rewritten:
		invoice(o.credited, "invoice-wrong", "-2", o.credit, credits)
		invoice(o.credited+1, "invoice-again", "-3", o.credit, "")
	default:
		invoice(o.credited, "invoice-credit", "-2", o.credit, credits)
	}
}

// path is where the receipt lies.
func (x *receipt) path() string {
	return fmt.Sprintf("deals/customers/acme/receipts/%s-%s.yaml", x.on, x.suffix())
}

// suffix tells the receipts of one day apart.
func (x *receipt) suffix() string { return fmt.Sprintf("line-%03d", x.n) }

func (f folder) receipt(x *receipt) {
	var gross int64
	text := "\nallocations:"
	for _, a := range x.allocations {
		gross += a.amount
		text += fmt.Sprintf("\n  - {deal: %s, order: %s, instalment: %s, amount: %s}", a.order.deal.id, a.order.name, a.instalment, yuan(a.amount))
	}
	if x.maturity != 0 {
		text += fmt.Sprintf("\nbill: \"%d\"\nmaturity: %s", x.n, x.maturity)
	}
	name := x.suffix()
	f.put("", x.on, name, "qian-hui", "payer: 恒泰汽车\ngross: %s\nkind: %s%s", yuan(gross), x.kind, text)
	if x.sold != 0 {
		f.put("", x.sold, name+"-sold", "qian-hui", "payer: 工商银行\ngross: %s\nkind: discount\ndiscounts: %s-%s.yaml", yuan(gross), x.on, name)
	}
	if x.dishonoured != 0 {
		f.put("", x.dishonoured, name+"-back", "qian-hui", "payer: 恒泰汽车\ngross: %s\nkind: dishonour\ndishonours: %s-%s.yaml", yuan(gross), x.on, name)
	}
	if x.voided != 0 {
		f.void("", x.voided, name, "qian-hui", x.on.String()+"-"+name+".yaml")
	}
}

// void corrects a fact that should not have been recorded.
func (f folder) void(dir string, on value.Day, name, by, file string) {
	f.put(dir, on, "correct-"+name, by, "corrects: %s\naction: void\nreason: 录入错误", file)
}
