package site

import (
	"bytes"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
)

func TestTodaySumsUp(t *testing.T) {
	checkPages(t, func(t *testing.T, files map[string][]byte) {
		zh, en := open(t, files, "zh-CN/index.html"), open(t, files, "en/index.html")
		en.says(".health", "As of 2026-08-31", "Commit 01234567")
		zh.says("#who ~ .summary div:contains('华东团队')", "赵敏", "营销经理")
		zh.says("#who ~ .summary div:contains('财务部')", "钱会")
		en.says("#roles ~ ul", "the whole company", "general manager", "auditor")
		if files["en/deals/hengtai-harness.html"] == nil {
			if n := len(en.all("#now ~ .summary a")); files["en/deals/hengtai-relay.html"] == nil && n != 0 {
				t.Errorf("a company without deals has %d things that wait", n)
			}
			return
		}
		en.says("#now ~ .summary div:contains('Facts that can be recorded')", "4", "still lacking something: 1")
		en.says("#now ~ .summary div:contains('Overdue')", "¥37,600.00", "payments to chase today: 1")
		zh.says("#now ~ .summary div:contains('停滞')", "1")
		en.says("#overdue tbody", "新能源汽车高压线束", "Chase now")
		en.says("#stalled tbody", "水泵控制器", "133 days", "30 days", "USD 50,000.00")
	})
}

func TestTodayShowsTheMostUrgent(t *testing.T) {
	files := render(t, model(t, manyDeals(60)))
	p := open(t, files, "en/index.html")
	if n := len(p.all("#stalled tbody tr")); n != mostUrgent {
		t.Errorf("the front page shows %d stalled deals", n)
	}
	p.says("a[href='today/role.all.html#stalled-head']", "Show all 61")
	all := open(t, files, "en/today/role.all.html")
	if n := len(all.all("#stalled tbody tr")); n != perReader {
		t.Errorf("the page of the whole company shows %d stalled deals", n)
	}
	whole := open(t, files, "en/today/role.all.stalled.html")
	whole.says("h1", "Stalled deals: the whole company")
	whole.says(".crumbs", "Today", "Today: the whole company")
	if n := len(whole.all("#stalled tbody tr")); n != 61 {
		t.Errorf("the list of stalled deals has %d rows", n)
	}
	open(t, files, "en/today/lin-zong.html").says("a[href='../today/role.all.stalled.html']", "Show all 61") // the same list, written once
	if files["en/today/lin-zong.stalled.html"] != nil {
		t.Error("one list is written twice")
	}
	open(t, files, "en/today/sun-hao.gates.html")
}

// withPolicy adds lines to the policy of testdata.
func withPolicy(lines string) func(fstest.MapFS) {
	return func(files fstest.MapFS) {
		const name = "deals/policy.yaml"
		files[name] = &fstest.MapFile{Data: append(bytes.Clone(files[name].Data), lines...)}
	}
}

func TestStalledIsPolicy(t *testing.T) {
	files := render(t, model(t, withPolicy("pipeline:\n  stalled-after: {related: 0, selling: 50}\n")))
	p := open(t, files, "en/index.html")
	p.says("#stalled tbody", "新能源汽车高压线束", "56 days", "50 days")
	if strings.Contains(p.text("#stalled tbody"), "水泵控制器") {
		t.Error("a stage without a limit stalls")
	}
}

func TestWhatFallsDueSoon(t *testing.T) {
	due := func(edit func(string) string) func(fstest.MapFS) {
		return func(files fstest.MapFS) {
			for _, name := range []string{receipts + "2026-08-25-bill-77.yaml", "deals/2026/hengtai-harness/orders/so-0107/2026-07-01-order.yaml"} {
				files[name] = &fstest.MapFile{Data: []byte(edit(string(files[name].Data)))}
			}
		}
	}
	soon := render(t, model(t, due(strings.NewReplacer("2027-02-25", "2026-09-30", "after: acceptance, months: 12", "after: confirmation, days: 60").Replace)))
	checkSite(t, soon)
	p := open(t, soon, "en/index.html")
	p.says("#now ~ .summary div:contains('Retention')", "¥9,600.00")
	p.says("#now ~ .summary div:contains('Bills')", "¥20,000.00")
	p = open(t, soon, "zh-CN/today/zhao-min.html")
	p.says("#retention tbody tr", "2026-09-04", "9,600.00 元", "未到期")
	p.says("#bills tbody tr", "7700123", "还有 30 天")
	later := render(t, model(t, due(strings.NewReplacer("2027-02-25", "2026-10-01", "after: acceptance, months: 12", "after: confirmation, days: 90").Replace)))
	if n := len(open(t, later, "zh-CN/today/zhao-min.html").all("#retention, #bills")); n != 0 {
		t.Error("what falls due in more than 30 days is shown")
	}
}

func TestTodayWithoutARoster(t *testing.T) {
	files := render(t, model(t, func(files fstest.MapFS) {
		maps.DeleteFunc(files, func(name string, _ *fstest.MapFile) bool { return name == "deals/roster.yaml" })
	}))
	checkSite(t, files)
	open(t, files, "zh-CN/index.html").says("#roles ~ ul", "全公司")
	open(t, files, "en/index.html").says("#who ~ .empty", "deals/roster.yaml")
}

func TestTodayBeforeTheFirstFact(t *testing.T) {
	m := model(t, companies["a company without deals"])
	m.AsOf, m.Company.AsOf = 0, 0
	files := render(t, m)
	checkSite(t, files)
	open(t, files, "zh-CN/index.html").says("#who ~ .summary", "华东团队", "赵敏")
}
