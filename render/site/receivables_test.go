package site

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"
)

// orderFile puts files into the folder of the order of testdata.
func orderFiles(add map[string]string) func(fstest.MapFS) {
	return func(files fstest.MapFS) {
		for name, text := range add {
			files["deals/2026/hengtai-harness/orders/so-0107/"+name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
}

const receipts = "deals/customers/hengtai/receipts/"

func TestReceivables(t *testing.T) {
	checkPages(t, func(t *testing.T, files map[string][]byte) {
		if files["en/deals/hengtai-harness.html"] == nil {
			open(t, files, "en/receivables.html").says("main .empty", "Nothing to collect", "order-confirmation")
			open(t, files, "zh-CN/receivables.html").says("main .empty", "目前没有应收款")
			return
		}
		zh, en := open(t, files, "zh-CN/receivables.html"), open(t, files, "en/receivables.html")
		en.says("main > .scroll tbody tr", "CNY", "¥47,200.00", "¥37,600.00", "¥9,600.00")
		en.says("#ageing tbody tr:first-child", "恒泰汽车零部件股份有限公司", "¥47,200.00", "¥37,600.00")
		en.says("figure", "The customers that owe most, CNY", "Up to 30 days: ¥37,600.00", "No date yet: ¥9,600.00")
		en.says("#overdue caption", "1 payment, ¥37,600.00")
		en.says("#overdue tbody tr", "新能源汽车高压线束", "so-0107", "delivery", "2026-08-12", "19 days", "¥37,600.00", "Chase now", "never", "华东团队")
		en.says("#retention tbody tr", "retention", "not fixed yet", "¥9,600.00", "No date yet")
		en.says("#bills tbody tr", "7700123", "bank bill", "¥20,000.00", "2026-08-25", "2027-02-25", "in 178 days", "Not matured", "新能源汽车高压线束")
		en.says("#claims-head ~ .empty", "No compensation was claimed")
		zh.says("#overdue tbody tr", "19 天", "37,600.00 元", "现在催款", "尚未催款")
		zh.says("h2#retention-head", "质保金", "1")
		if got := en.all("#overdue td[data-key='19']"); len(got) != 1 {
			t.Errorf("%d cells sort by 19 days", len(got))
		}
	})
}

func TestChases(t *testing.T) {
	chase := "by: zhao-min\ncontact: 财务经理\nsaid: 月底安排\n"
	for name, x := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"a promise is waited for":        {map[string]string{"2026-08-20-chase.yaml": chase + "promised: 2026-09-05\n"}, []string{"2026-09-06", "2026-09-05", "财务经理: 月底安排 (chased once)"}},
		"a promise was broken":           {map[string]string{"2026-08-20-chase.yaml": chase + "promised: 2026-08-28\n"}, []string{"Chase now", "due since 2026-08-29", "2026-08-28", "not kept"}},
		"nothing was promised":           {map[string]string{"2026-08-27-chase.yaml": chase}, []string{"2026-09-03", "chased once"}},
		"the last chase is long ago":     {map[string]string{"2026-08-14-chase.yaml": chase, "2026-08-17-chase.yaml": chase}, []string{"Chase now", "due since 2026-08-24", "chased 2 times"}},
		"compensation was asked of them": {map[string]string{"2026-08-20-chase.yaml": chase, "2026-08-21-claim.yaml": "by: zhao-min\nterm: 第 9 条\namount: 500.00\nevidence: [order.md]\n"}, []string{"2026-08-27"}},
	} {
		t.Run(name, func(t *testing.T) {
			files := render(t, model(t, orderFiles(x.files)))
			p := open(t, files, "en/receivables.html")
			p.says("#overdue tbody tr", x.want...)
			if strings.Contains(name, "compensation") {
				p.says("#claims caption", "1 claim open, ¥500.00")
				p.says("#claims tbody tr", "第 9 条", "¥500.00", "Open")
			}
		})
	}
}

func TestNextChaseLeadsToItsForm(t *testing.T) {
	p := open(t, render(t, model(t, nil)), "zh-CN/receivables.html")
	links := p.all("#overdue td a[href*='-chase.yaml']")
	if len(links) != 1 || attr(links[0], "href") != "https://forge.example/new/main?filename=deals/2026/hengtai-harness/orders/so-0107/2026-08-31-chase.yaml" {
		t.Errorf("%d links lead to the form of a chase", len(links))
	}
}

func TestFatesOfBills(t *testing.T) {
	p := open(t, render(t, model(t, func(files fstest.MapFS) {
		files[receipts+"2026-08-28-discount.yaml"] = &fstest.MapFile{Data: []byte("by: qian-hui\npayer: 工行\ngross: 19800\nkind: discount\ndiscounts: 2026-08-25-bill-77.yaml\n")}
		files[receipts+"2026-08-02-bill-78.yaml"] = &fstest.MapFile{Data: []byte("by: qian-hui\npayer: 恒泰\ngross: 100\nkind: commercial-bill\nbill: \"78\"\nmaturity: 2026-08-20\nallocations:\n  - {deal: hengtai-harness, order: so-0107, instalment: delivery, amount: 100}\n")}
		files[receipts+"2026-08-21-back.yaml"] = &fstest.MapFile{Data: []byte("by: qian-hui\npayer: 恒泰\ngross: 100\nkind: dishonour\ndishonours: 2026-08-02-bill-78.yaml\n")}
		files[receipts+"2026-08-03-bill-79.yaml"] = &fstest.MapFile{Data: []byte("by: qian-hui\npayer: 恒泰\ngross: 50\nkind: bank-bill\nbill: \"79\"\nmaturity: 2026-08-20\nallocations:\n  - {deal: hengtai-harness, order: so-0107, instalment: delivery, amount: 50}\n")}
	})), "en/receivables.html")
	p.says("#bills tbody tr:contains('7700123')", "Discounted", "2026-08-28")
	p.says("#bills tbody tr:first-child", "78", "commercial bill", "Dishonoured", "2026-08-21")
	p.says("main > .scroll", "¥37,550.00")
	if got := len(p.all("#bills tbody tr")); got != 2 {
		t.Errorf("%d bills are shown, want 2: what has matured is money", got)
	}
}

func TestCurrenciesAreNeverAdded(t *testing.T) {
	p := open(t, render(t, model(t, func(files fstest.MapFS) {
		for name, f := range maps.Clone(files) {
			if rest, ok := strings.CutPrefix(name, "deals/2026/hengtai-harness/"); ok {
				files["deals/2026/hengtai-export/"+rest] = f
			}
		}
		files["deals/2026/hengtai-export/deal.yaml"] = &fstest.MapFile{Data: []byte("customer: hengtai\ntitle: 出口线束\nproduct: 线束\ncurrency: USD\n")}
	})), "en/receivables.html")
	p.says("main > .scroll tr:contains('CNY')", "¥47,200.00")
	p.says("main > .scroll tr:contains('USD')", "USD 96,000.00")
	p.says("#overdue caption", "3 payments, USD 86,400.00, ¥37,600.00 in all")
	if got := len(p.all("figure")); got != 2 {
		t.Errorf("%d charts, want one per currency", got)
	}
}

func TestLongListsOfReceivables(t *testing.T) {
	files := render(t, model(t, func(files fstest.MapFS) {
		for name, f := range maps.Clone(files) {
			for i := range 55 {
				if rest, ok := strings.CutPrefix(name, "deals/2026/hengtai-harness/orders/so-0107/"); ok {
					files["deals/2026/hengtai-harness/orders/so-"+string(rune('a'+i/26))+string(rune('a'+i%26))+"/"+rest] = f
				}
			}
		}
	}))
	checkSite(t, files)
	p := open(t, files, "en/receivables.html")
	if got := len(p.all("#overdue tbody tr")); got != perReceivables {
		t.Errorf("the front shows %d overdue payments", got)
	}
	p.says("a[href='receivables-overdue.html']", "Show all 111")
	open(t, files, "en/receivables-overdue.2.html").says("h1", "Overdue, page 2 of 2")
	open(t, files, "en/receivables-overdue.2.html").says(".pages", "Page 2 of 2")
}
