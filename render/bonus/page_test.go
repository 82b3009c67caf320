package bonus

import (
	"strings"
	"testing"
)

func TestTotalsPage(t *testing.T) {
	r := renderAll(t, ledgerOf(t, "commission-two-orders"), someMeta())
	en := r.page(t, "en/index.html")
	wantTexts(t, en, "h1", "Bonus report")
	facts := texts(en, ".facts li")
	if len(facts) != 4 || facts[0] != "As of 2026-08-31" || facts[1] != "Commit 0123456789" || facts[3] != "All amounts are before income tax." {
		t.Errorf("facts: %q", facts)
	}
	wantTexts(t, en, ".unjudged", "Approvals: none. Landed history is shown, not judged.")
	wantTexts(t, en, ".people tbody tr", "李雷li-lei CNY 200.00200.00–––65.49––")
	wantTexts(t, en, ".people tfoot tr", "AllCNY 200.00200.00–––65.49––")
	wantTexts(t, en, ".people a[href='people/li-lei.html']", "李雷")
	wantTexts(t, en, ".months tbody tr", "2026-06CNY–200.00–– 200.00––––")
	wantTexts(t, en, ".actions a[href='../bonus.en.csv']", "Download all lines as CSV")
	wantTexts(t, r.page(t, "en/deals.html"), ".deals tbody tr", "线束恒泰汽车 · hengtai-harnessCNY–200.00–– 200.00–65.49––")
	wantTexts(t, en, ".links a", "Totals per deal", "Net contribution per deal", "Owed by the company, by month")
	wantTexts(t, r.page(t, "en/contribution.html"), ".yield tbody tr", "线束恒泰汽车 · hengtai-harnessCNY13,274.34–265.49 13,008.85")
	wantTexts(t, r.page(t, "en/liability.html"), ".owed tbody tr", "2026-06CommissionCNY265.49– 265.49")
	zh := r.page(t, "zh-CN/index.html")
	wantTexts(t, zh, ".unjudged", "批准方式：无。此处只列示已入库的记录，不判断其是否经过批准。")
}

func TestStatement(t *testing.T) {
	m := explained()
	r := renderAll(t, ledgerOf(t, "commission-two-orders"), m)
	en := r.page(t, "en/people/li-lei.html")
	wantTexts(t, en, "h1", "Bonus statement: 李雷")
	wantTexts(t, en, ".facts .strong", "All amounts are before income tax.")
	wantTexts(t, en, ".sheet:nth-child(1) .result", "Payable now¥200.00")
	wantTexts(t, en, ".group h2", "Payable now ¥200.00", "Waiting ¥65.49")
	wantTexts(t, en, ".line .badge", "Payable", "Waiting")
	wantTexts(t, en, ".line .number", "¥200.00", "¥65.49")
	wantTexts(t, en, ".line .why", "Order so-1 was paid in full on 2026-06-10", "Waits until order so-2 is paid in full, ¥7,600.00 has not come in or is a bill not yet due")
	wantTexts(t, en, ".line summary", "¥11,300.00 ÷ (1 + 13%) × 2% = ¥200.00", "¥3,700.00 ÷ (1 + 13%) × 2% = ¥65.49")
	wantTexts(t, en, ".payable .source", "Commission terms: deals/2026/hengtai-harness/terms/2026-01-05-formal.yaml:2 · approved by 王总 (general manager) · approved by 陈静 (marketing department manager)",
		"Receipt: deals/customers/hengtai/receipts/2026-06-10-icbc-1.yaml:6 · commit feed123",
		"Customer order: deals/2026/hengtai-harness/orders/so-1/2026-05-06-order.yaml:7 · evidence deals/2026/hengtai-harness/evidence/so-1.pdf", "deals/policy.yaml:1",
		"Import of a running deal: deals/2026/hengtai-harness/2026-01-05-import.yaml:1 · evidence deals/2026/hengtai-harness/evidence/contract.pdf",
		"deals/2026/hengtai-harness/deal.yaml:1",
		"Order review: deals/2026/hengtai-harness/orders/so-1/2026-05-07-review.yaml:1",
		"Order accepted: deals/2026/hengtai-harness/orders/so-1/2026-05-08-order-confirmation.yaml:1", "deals/roster.yaml:1")
	for selector, want := range map[string]int{"details": 2, "details[open]": 0, "thead .running": 2} {
		if got := len(texts(en, selector)); got != want {
			t.Errorf("%d of %s, want %d", got, selector, want)
		}
	}
	zh := r.page(t, "zh-CN/people/li-lei.html")
	wantTexts(t, zh, ".line .badge", "应发", "待发")
	wantTexts(t, zh, ".letterhead", "恒远机电")
	wantTexts(t, zh, ".signoff th:first-child", "收款人", "财务", "总经理")
}

// A settlement says on the statement what the one who leaves gets and loses.
func TestStatementOfASettlement(t *testing.T) {
	stayed := ledgerOf(t, "commission-two-orders")
	m := someMeta()
	l := stayed.Select(Filter{Person: "li-lei", Exit: m.AsOf})
	m.Exit = l.Leaving(stayed)
	r := renderAll(t, l, m)
	wantTexts(t, r.page(t, "en/people/li-lei.html"), "#exit", "Settlement of 李雷, leaving on 2026-08-31")
	wantTexts(t, r.page(t, "en/people/li-lei.html"), "section[aria-labelledby=exit] tr", "Paid on the next pay day¥200.00", "Lost: not accrued by the last day¥65.49")
}

// What was paid and taken back stands on the statement, with the reason, the
// period and what is carried.
func TestStatementOfClosedPeriods(t *testing.T) {
	r := renderAll(t, ledgerOf(t, "closed-then-dishonoured"), someMeta())
	en := r.page(t, "en/people/li-lei.html")
	wantTexts(t, en, ".group h2", "Clawed back -¥200.00", "Paid before ¥200.00")
	wantTexts(t, en, ".clawed-back .steps > li > ul > li:nth-child(6)", "the bill was dishonoured on 2026-07-10 Receipt: deals/customers/hengtai/receipts/2026-07-10-back.yaml:1")
	wantTexts(t, en, ".sheet:nth-child(1) tr:last-child", "Carried to the next pay day200.00")
	wantTexts(t, r.page(t, "en/index.html"), ".periods li", "2026-06 ¥200.00 no payment recorded yet")
	period := r.page(t, "en/periods/2026-06.html")
	wantTexts(t, period, ".paid tbody tr", "李雷CNY200.00––– 200.00–")
	wantTexts(t, period, ".paid tfoot tr", "AllCNY200.00––– 200.00–")
	wantTexts(t, en, ".overview p")
	wantTexts(t, period, ".facts li:first-child", "As of 2026-08-31", "Closed by 钱慧")
}

func TestTeamsAndForfeited(t *testing.T) {
	r := renderAll(t, ledgerOf(t, "reward-minimum-and-decided"), Meta{})
	en := r.page(t, "en/index.html")
	wantTexts(t, en, ".accounts tbody tr", "华东团队CNY–––– 0.00–6,000.00––")
	wantTexts(t, en, ".unjudged")
	wantTexts(t, en, ".people tbody th", "韩梅han-mei", "李雷li-lei")
	wantTexts(t, en, ".teams tbody th", "华东团队")
	wantTexts(t, r.page(t, "en/teams/east.html"), "h1", "Bonus statement: Team 华东团队")

	r = renderAll(t, ledgerOf(t, "advance-part"), Meta{})
	wantTexts(t, r.page(t, "en/people/han-mei.html"), ".forfeited .line .number", "¥46.67")
	r = renderAll(t, ledgerOf(t, "advance-open"), Meta{})
	for name, selectors := range map[string]string{"en/people/li-lei.html": ".out"} {
		if got := texts(r.page(t, name), selectors); len(got) != 1 || !strings.HasPrefix(got[0], "Advances out: ¥") {
			t.Errorf("%s: %q", selectors, got)
		}
	}

	en = renderAll(t, ledgerOf(t, "excluded"), Meta{}).page(t, "en/index.html")
	wantTexts(t, en, ".alert li", "线束 恒泰汽车 · deals/2026/hengtai-harness")
}

// A receipt that earns nothing is listed once for the company, and on the
// statement of whoever shares the rate.
func TestReceiptsThatEarnNothing(t *testing.T) {
	l := ledgerOf(t, "commission-cap-reached")
	r := renderAll(t, l, someMeta())
	wantTexts(t, r.page(t, "en/index.html"), ".links a[href='nothing.html']", "Money received that earns nothing")
	if got := texts(r.page(t, "en/nothing.html"), ".line"); len(got) != len(l.Nothing) {
		t.Errorf("%d lines, want %d", len(got), len(l.Nothing))
	}
	wantTexts(t, r.page(t, "en/people/li-lei.html"), ".nothing h2", "Receipts that earned nothing ¥0.00")
}
