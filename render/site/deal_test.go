package site

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

const harness = "deals/2026/hengtai-harness/"

func TestFirstScreenOfADeal(t *testing.T) {
	files := render(t, model(t, nil))
	zh := open(t, files, "zh-CN/deals/hengtai-harness.html")
	zh.says(".standing.bad .lead", "销售中，自 2026-07-06 起，已 56 天")
	zh.says(".standing .state.bad", "逾期货款 37,600.00 元")
	zh.says(".standing .now", "由", "登记", "填写表单")
	relay := open(t, files, "en/deals/hengtai-relay.html")
	relay.says(".standing.info .lead", "Lead since")
	relay.says(".standing .now", "Qualification of the lead", "Approved by", "marketing department manager")
	open(t, files, "zh-CN/deals/boyuan-motor.html").says(".standing", "不再需要登记")
	open(t, files, "en/deals/boyuan-pump.html").says(".standing.bad .state", "mended first")
}

func TestWhatADealWaitsFor(t *testing.T) {
	m := model(t, nil)
	m.Missing = func(*fold.Deal) []Next {
		return []Next{
			{Row: "TM-20", Name: "row.TM-20", Process: "process.deal", Step: "step.deal.formal-contract", File: "x.yaml", Needs: []Need{{Key: "guard.GD-06"}}},
			{Row: "TM-06", Name: "row.TM-06", Process: "process.deal", Step: "step.deal.stop", File: "y.yaml", Option: true,
				Template: func() schema.Words { return schema.Words{EN: "by: ‹who›", ZH: "by: ‹经办人›"} }},
		}
	}
	files := render(t, m)
	en := open(t, files, "en/deals/hengtai-relay.html")
	en.says(".standing", "Formal project contract” waits for this:", "without a supply agreement")
	en.says("details .card.option", "Stop", "Template", "by: ‹who›")
	open(t, files, "zh-CN/deals/hengtai-relay.html").says("#missing ~ details summary", "另有 1 项可选登记")
}

func TestSectionsOfADeal(t *testing.T) {
	files := render(t, model(t, nil))
	zh, en := open(t, files, "zh-CN/deals/hengtai-harness.html"), open(t, files, "en/deals/hengtai-harness.html")
	zh.says(".toc", "主流程进度", "订单", "证据", "时间线")
	zh.says("#contracts ~ article", "初步项目合同", "正式项目合同", "供货协议")
	zh.says("#supplies ~ article table:contains('需求评审')", "是")
	zh.says("#supplies ~ article table:contains('样品认证')", "已通过")
	zh.says("#supplies ~ article table:contains('评估与审核')", "合格")
	zh.says("#orders ~ article table:contains('订单评审')", "技术", "通过", "何研", "按标准抽检")
	zh.says("#orders ~ article table:contains('存货与生产')", "库存核查", "1,600")
	en.says("#orders ~ article table:contains('Shipments')", "SH-502", "× 800")
	zh.says("#exhibits ~ .exhibits", "customer-form.md", "证明：", "线索鉴别（2026-01-20）")
	if n := len(zh.all(".exhibits a[href='../deals/hengtai-harness.html#2026-01-20-qualify.yaml']")); n != 1 {
		t.Errorf("the evidence leads %d times to its fact", n)
	}
	if n := len(zh.all(".entry a[href='../deals/hengtai-harness.html#evidence/customer-form.md']")); n == 0 {
		t.Error("the fact does not lead to its evidence")
	}
}

func TestPayIsShownAsFarAsPolicySays(t *testing.T) {
	with := func(publish string) page {
		return open(t, render(t, model(t, func(files fstest.MapFS) {
			files["deals/policy.yaml"] = &fstest.MapFile{Data: []byte(string(files["deals/policy.yaml"].Data) + "publish: {totals: " + publish + "}\n")}
		})), "en/deals/hengtai-harness.html")
	}
	none, deal, all := with("none"), with("deal"), with("all")
	none.says("#contracts ~ .fine", "not published")
	for _, secret := range []string{"Commission rate", "Who gets which share", "Chain of commission rates"} {
		if strings.Contains(none.text("main"), secret) {
			t.Errorf("the site shows %q although policy publishes nothing", secret)
		}
	}
	deal.says("#rates", "Bid", "3%", "Preliminary")
	if strings.Contains(deal.text("main"), "Who gets which share") {
		t.Error("the site shows shares of people although policy publishes deals alone")
	}
	all.says("#contracts ~ article", "Who gets which share", "赵敏")
}

func TestLinksToTheForge(t *testing.T) {
	for kind, want := range map[string][2]string{
		"gitea":  {"https://git.example/o/deals/commit/" + commit, "/src/commit/" + commit + "/" + harness + "2026-01-20-qualify.yaml"},
		"github": {"https://git.example/o/deals/commit/" + commit, "/blob/" + commit + "/" + harness + "2026-01-20-qualify.yaml"},
	} {
		p := open(t, render(t, model(t, func(files fstest.MapFS) {
			files["deals/policy.yaml"] = &fstest.MapFile{Data: []byte(string(files["deals/policy.yaml"].Data) + "forge: {kind: " + kind + ", url: 'https://git.example/', repository: o/deals}\n")}
		})), "zh-CN/deals/hengtai-harness.html")
		for _, href := range []string{want[0], "https://git.example/o/deals" + want[1]} {
			if len(p.all(".entry a[href='"+href+"']")) == 0 {
				t.Errorf("%s: no entry leads to %s", kind, href)
			}
		}
	}
}

// busy gives the deal many orders and facts.
func busy(orders, expenses int) func(fstest.MapFS) {
	return func(files fstest.MapFS) {
		original := maps.Clone(files)
		for n := range orders {
			for name, f := range original {
				if rest, ok := strings.CutPrefix(name, harness+"orders/so-0107/"); ok {
					files[fmt.Sprintf("%sorders/so-%04d/%s", harness, 2000+n, rest)] = f
				}
			}
		}
		for n := range expenses {
			files[fmt.Sprintf("%scampaigns/plant-visit/2026-02-11-expense-%04d.yaml", harness, n)] = original[harness+"campaigns/plant-visit/2026-02-11-expense.yaml"]
		}
	}
}

func TestLongDealIsCutIntoPages(t *testing.T) {
	files := render(t, model(t, busy(40, 300)))
	checkSite(t, files)
	entries, orders := 0, 0
	for name, data := range files {
		if strings.HasPrefix(name, "en/deals/hengtai-harness") {
			p := open(t, map[string][]byte{name: data}, name)
			entries += len(p.all(".entries > li"))
			orders += len(p.all("article:contains('Goods of')"))
		}
	}
	if orders != 41 {
		t.Errorf("the pages show %d orders, want 41", orders)
	}
	if entries < 600 {
		t.Errorf("the pages show %d entries", entries)
	}
	p := open(t, files, "en/deals/hengtai-harness.html")
	p.says("#orders ~ p", "29 earlier orders")
	p.says(".pages", "Page 1 of")
	open(t, files, "en/deals/hengtai-harness.timeline.2.html").says("h1", "timeline, page 2")
	open(t, files, "en/deals/hengtai-harness.orders.2.html").says("h1", "orders, page 2 of 4")
}

func TestMuchMarkdownIsOffered(t *testing.T) {
	text := []byte("# 记录\n\n" + strings.Repeat("很长的记录。", 4000))
	files := fstest.MapFS{}
	in := model(t, func(f fstest.MapFS) {
		delete(f, harness+"evidence/customer-form.md")
		for name, file := range f {
			files[name] = file
		}
		for _, name := range []string{"customer-form.md", "meal.md"} {
			f[harness+"evidence/"+name] = &fstest.MapFile{Data: text}
			files[harness+"evidence/"+name] = f[harness+"evidence/"+name]
		}
	})
	in.Files = files
	p := open(t, render(t, in), "zh-CN/deals/hengtai-harness.html")
	if shown, offered := len(p.all(".exhibits .markdown")), len(p.all(".exhibits a.evidence[download]")); shown == 0 || offered == 0 {
		t.Errorf("of two long texts %d are shown and %d offered", shown, offered)
	}
}

func TestManyExhibitsAreFolded(t *testing.T) {
	p := open(t, render(t, model(t, func(f fstest.MapFS) {
		for i := range mostExhibits {
			f[harness+"evidence/note-"+strconv.Itoa(i)+".md"] = &fstest.MapFile{Data: []byte("note")}
		}
	})), "zh-CN/deals/hengtai-harness.html")
	all, folded := len(p.all(".exhibits > li")), len(p.all("details.fold > .exhibits > li"))
	if folded == 0 || all-folded != mostExhibits {
		t.Errorf("%d of %d files of evidence are folded", folded, all)
	}
	p.says("details:has(.exhibits) summary", "其余 "+strconv.Itoa(folded)+" 个文件")
}

func TestRelatedPlaces(t *testing.T) {
	in := model(t, nil)
	d := in.Company.Deal("hengtai-relay")
	d.Findings = append(d.Findings, diag.Diagnostic{
		Rule: "yaml/duplicate-key", Span: diag.Span{File: harness + "deal.yaml", Pos: diag.Pos{Line: 3, Col: 1}}, Args: diag.Args{"key": "by"},
		Related: []diag.Related{{Span: diag.Span{File: harness + "deal.yaml", Pos: diag.Pos{Line: 1, Col: 1}}, Text: "site.finding.place"}},
	})
	open(t, render(t, in), "zh-CN/deals/hengtai-relay.html").says(".finding", "deal.yaml:3:1", "另见", "deal.yaml:1:1")
}
