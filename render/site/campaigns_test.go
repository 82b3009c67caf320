package site

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dealgate/dealgate/render/bonus"
)

func TestCampaigns(t *testing.T) {
	files := render(t, withLedger(t, func(files fstest.MapFS) {
		gifts(files)
		publishing("all")(files)
	}))
	zh, en := open(t, files, "zh-CN/campaigns.html"), open(t, files, "en/campaigns.html")
	zh.says("main > .summary", "公关次数", "1", "8,000.00 元", "3,760.50 元", "样本不足（1/5）")
	zh.says("#campaigns tbody tr", "plant-visit", "完成参观、明确需求", "已达成目的", "8,000.00 元", "3,760.50 元", "47.0%", "认可生产现场", "2 笔超过单件限额", "华东团队")
	en.says("#gifts tbody tr:contains(恒泰采购部)", "采购部长", "2026", "3", "¥3,760.50", "¥2,000.00", "188.0%", "¥1,250.00", "¥500.00")
	if n := len(en.all("#gifts .badge.warn")); n != 2 {
		t.Errorf("%d amounts are marked as above their limit, want 2", n)
	}
	zh.says("#advances tbody tr", "赵敏", "752.10 元", "2026-02-11", "201 天")
	en.says("#outlays tbody tr:first-child", "赵敏", "新能源汽车高压线束", "plant-visit", "¥252.10", "2026-02-11")
}

// What somebody is owed is shown where policy publishes the totals of people,
// and nowhere else; that he waits for it is.
func TestAdvancesAreShownAsPolicySays(t *testing.T) {
	for totals, shown := range map[string]bool{"none": false, "deal": false, "all": true} {
		files := render(t, withLedger(t, publishing(totals)))
		p := open(t, files, "en/campaigns.html")
		p.says("#advances tbody tr", "赵敏", "2026-02-11", "201 days")
		p.says("#outlays tbody tr:first-child", "赵敏", "plant-visit", "2026-02-11")
		for _, id := range []string{"#advances", "#outlays"} {
			if got := strings.Contains(p.text(id), "252.10"); got != shown {
				t.Errorf("publish.totals %s: %s shows what is owed: %v", totals, id, got)
			}
		}
		if got := strings.Contains(p.text("main"), "not published"); got == shown {
			t.Errorf("publish.totals %s: the page says that amounts are not published: %v", totals, got)
		}
	}
}

// publishing lets a policy publish totals of pay.
func publishing(totals string) func(fstest.MapFS) {
	return withPolicy("publish: {totals: " + totals + "}\n")
}

func TestCampaignsOfACompanyWithoutAny(t *testing.T) {
	p := open(t, render(t, model(t, onlyRegistries)), "en/campaigns.html")
	p.says("main", "There are no campaigns yet", "Nobody has received a gift", "Nobody has laid out anything")
}

func TestResultOfACampaign(t *testing.T) {
	p := open(t, render(t, model(t, func(files fstest.MapFS) {
		for name, f := range files {
			if name == "deals/2026/hengtai-harness/campaigns/plant-visit/2026-02-20-evaluation.yaml" {
				files[name] = &fstest.MapFile{Data: []byte(string(f.Data[:len(f.Data)-len("reached\n")]) + "missed\n")}
			}
		}
	})), "en/campaigns.html")
	p.says("#campaigns tbody tr .badge.bad", "missed")
}

// gifts lets one recipient get more than the limits of one item and of a year.
func gifts(files fstest.MapFS) {
	for name, amount := range map[string]string{"2026-02-14-expense": "1250", "2026-02-15-expense": "1250"} {
		files["deals/2026/hengtai-harness/campaigns/plant-visit/"+name+".yaml"] = &fstest.MapFile{Data: []byte(
			"by: zhao-min\nkind: gift\namount: " + amount + "\npurpose: 礼品\nitem: 茶具\nrecipient: {organisation: 恒泰 采购部, role: 采购部长}\nevidence: [meal.md]\n")}
	}
}

func withLedger(t *testing.T, edit func(fstest.MapFS)) Input {
	m := model(t, edit)
	ledger := bonus.Compute(m.Company)
	m.Ledger = &ledger
	return m
}
