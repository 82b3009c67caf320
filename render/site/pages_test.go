package site

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dealgate/dealgate/render/text"
	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/validate/fold"
)

func TestToday(t *testing.T) {
	files := render(t, model(t, nil))
	zh, en := open(t, files, "zh-CN/index.html"), open(t, files, "en/index.html")

	zh.says(".health.bad .verdict", "1 个项目有误")
	en.says(".health.bad .verdict", "1 deal is invalid")
	zh.says("footer", "截至 2026-08-31", "01234567", "登记 <八月> 收款", "有 2 个文件尚未提交", "1 个项目有误", "dealgate 1.2.3")
	en.says("footer", "As of 2026-08-31", "2 files differ")
	zh.says(".unjudged", "批准方式：无")
	en.says(".unjudged", "Approvals: none", "not judged")
}

// A page that only leads on has no way to it, and an empty pipeline leads to
// where the handbook says how it fills.
func TestPagesThatLeadOn(t *testing.T) {
	files := render(t, model(t, onlyRegistries))
	if n := len(open(t, files, "index.html").all(".crumbs")); n > 0 {
		t.Error("the choice of a language shows a way that it has not come")
	}
	if n := len(open(t, files, "en/pipeline.html").all("main p a[href='handbook.html']")); n != 1 {
		t.Errorf("the empty pipeline leads %d times to the handbook", n)
	}
}

func TestAllChecksPassed(t *testing.T) {
	m := model(t, func(files fstest.MapFS) {
		maps.DeleteFunc(files, func(name string, _ *fstest.MapFile) bool { return strings.Contains(name, "boyuan-pump") })
	})
	m.Approvals, m.Dirty = "reviews", 0
	files := render(t, m)
	p := open(t, files, "en/index.html")
	p.says(".health.good .verdict", "All checks passed")
	p.says("footer .state.good", "All checks passed")
	if n := len(p.all(".unjudged, .state.warn")); n != 0 {
		t.Errorf("a judged, clean company shows %d warnings", n)
	}
}

func TestCompanyThatCannotBeRead(t *testing.T) {
	m := model(t, func(files fstest.MapFS) { delete(files, "deals/policy.yaml") })
	files := render(t, m)
	p := open(t, files, "en/index.html")
	p.says(".health.bad", "Some checks failed", "belongs to no deal")
	p.says("#general ~ .findings", "deals/policy.yaml")
	open(t, files, "en/pipeline.html").says("main .empty", "There are no deals yet")
}

func TestDealPage(t *testing.T) {
	files := render(t, model(t, nil))
	zh, en := open(t, files, "zh-CN/deals/hengtai-harness.html"), open(t, files, "en/deals/hengtai-harness.html")

	zh.says("h1", "新能源汽车高压线束")
	zh.says("main > .summary", "恒泰汽车零部件股份有限公司", "高压线束总成", "华东团队", "96,000.00 元", "deals/2026/hengtai-harness")
	zh.says(".way .passed", "线索", "内部招标中", "初步合同生效", "2026-04-02")
	zh.says(".way [aria-current]", "销售中", "当前")
	en.says(".way .ahead", "Continued development", "Closed")
	for _, detour := range []string{"Stopped", "Suspended", "Improving"} {
		if strings.Contains(en.text(".way"), detour) {
			t.Errorf("%s is shown as a stage ahead", detour)
		}
	}
	zh.says("#campaigns ~ article", "plant-visit", "8,000.00 元", "1,260.50 元", "15.8%", "恒泰采购部 采购部长", "完成参观", "工作午餐")
	en.says("#tenders ~ article table:contains(Ranking) tbody tr:first-child", "1", "华东团队", "91.50", "3%", "Won")
	en.says("#supplies ~ article", "Supply agreement reached")
	en.says("#orders ~ article", "PO-8812", "¥96,000.00", "Shipped", "800")
	en.says("#orders ~ article tr:contains(prepayment)", "2026-07-16", "¥28,800.00", "Paid")
	en.says("#orders ~ article tr:contains(delivery)", "2026-08-12", "¥57,600.00", "¥20,000.00", "¥37,600.00", "Overdue")
	en.says("#orders ~ article tr:contains(retention)", "not fixed yet")
	en.says("#receipts ~ .scroll", "¥28,800.00", "¥30,000.00", "bank bill", "matures on 2027-02-25")
}

func TestTimeline(t *testing.T) {
	files := render(t, model(t, nil))
	zh, en := open(t, files, "zh-CN/deals/hengtai-harness.html"), open(t, files, "en/deals/hengtai-harness.html")

	if first := zh.text(".day:first-child h3"); first != "2026-08-25" {
		t.Errorf("the timeline begins with %s, want the latest day", first)
	}
	zh.says(".entry:contains('线索鉴别')", "TM-02", "潜在客户", "陈静", "是否具备开发价值", "具备开发价值", "customer-form.md", "01234567")
	en.says(".entry:contains('Qualification')", "TM-02", "Potential customer", "worth developing", "Recorded on 2026-01-21 by Chen Jing")
	en.says(".derived", "Engagement begins", "TM-04", "follows by itself", "Arrears settled TS-18")
	en.says(".entry:contains('2026-01-12-lead.yaml')", "Declared, not approved")
	if n := len(en.all(".entry:contains('2026-01-12-lead.yaml'):contains('late')")); n > 0 {
		t.Error("what was there before the repository is called late")
	}
	en.says(".entry:contains('-shipment.yaml')", "Recorded 21 days late")
	if n := len(en.all(".entry > details.fold:not([open])")); n != len(en.all(".entry")) {
		t.Errorf("%d facts are folded", n)
	}
	en.says(".entry:contains('-stock.yaml')", "Not committed yet")
	en.says(".entry.void", "Void", "900.00", "2026-02-13-correct.yaml")
	en.says(".entry:contains('SH-501')", "Corrected", "2026-07-30-correct.yaml")
	en.says(".entry:contains('Correction'):contains('SH-502')", "Number of the delivery note", "replace")
	zh.says(".entry:contains('-order.yaml') table", "1,200", "56.5", "prepayment", "30%", "接受订单")
	zh.says(".entry:contains('-review.yaml'):contains('订单评审')", "何研", "按标准抽检")
	if hash := zh.all(".entry code[title]"); len(hash) == 0 || attr(hash[0], "title") != commit {
		t.Error("no entry bears the whole hash of its commit")
	}
}

func TestMissing(t *testing.T) {
	files := render(t, model(t, nil))
	zh, en := open(t, files, "zh-CN/deals/hengtai-relay.html"), open(t, files, "en/deals/hengtai-relay.html")
	zh.says(".card.ready", "TM-02", "现在可以登记", "市场部经理", "deals/2026/hengtai-relay/2026-08-31-qualify.yaml")
	en.says(".card", "Can be recorded now", "Fill in the form")
	href := attr(en.all(".card a.button")[0], "href")
	if want := "https://forge.example/new/main?filename=deals/2026/hengtai-relay/2026-08-31-qualify.yaml"; href != want {
		t.Errorf("the form is at %s, want %s", href, want)
	}
}

// A form asks for evidence: the card says where it goes.
func TestUpload(t *testing.T) {
	for kind, want := range map[string]string{
		"":       "",
		"github": "https://git.example/huadong/deals/upload/main/deals/2026/hengtai-relay/evidence",
		"gitea":  "https://git.example/huadong/deals/_upload/main/deals/2026/hengtai-relay/evidence",
	} {
		m := model(t, func(files fstest.MapFS) {
			if kind != "" {
				files["deals/policy.yaml"] = &fstest.MapFile{Data: []byte(string(files["deals/policy.yaml"].Data) + "forge: {kind: " + kind + ", url: https://git.example, repository: huadong/deals, branch: main}\n")}
			}
		})
		m.Missing = func(d *fold.Deal) []Next {
			return []Next{{
				Row: "TM-02", Name: "row.TM-02", Process: "process.deal", Step: "step.deal.qualify", File: d.Dir + "/2026-08-31-qualify.yaml", Evidence: 1,
				Template: func() schema.Words { return schema.Words{EN: "# yaml-language-server: $schema=x\nby: ‹who›"} },
			}}
		}
		p := open(t, render(t, m), "en/deals/hengtai-relay.html")
		p.says(".card .fields", "1 file", "deals/2026/hengtai-relay/evidence")
		if form := p.text(".card .template pre"); form != "by: ‹who›" {
			t.Errorf("the template begins with %q", form)
		}
		if links := p.all(".card a.upload"); want == "" && len(links) > 0 || want != "" && (len(links) != 1 || attr(links[0], "href") != want) {
			t.Errorf("%s: %d links, want one to %s", kind, len(links), want)
		}
	}
}

// What stands in a file with errors is not asked for a second time, and the
// front page leads to the deal.
func TestDealsWithErrors(t *testing.T) {
	m := model(t, func(files fstest.MapFS) {
		files["deals/2026/hengtai-relay/2026-08-02-lead.yaml"] = &fstest.MapFile{Data: []byte("source: [\n")}
		maps.DeleteFunc(files, func(name string, _ *fstest.MapFile) bool {
			return strings.HasPrefix(name, "deals/2026/hengtai-relay/") && strings.HasSuffix(name, "-lead.yaml") && !strings.Contains(name, "2026-08-02")
		})
	})
	m.Missing = func(d *fold.Deal) []Next {
		return []Next{{Row: "TM-01", Name: "row.TM-01", Process: "process.deal", Step: "step.deal.lead", File: d.Dir + "/2026-08-31-lead.yaml", URL: "https://forge.example/new"}}
	}
	files := render(t, m)
	today, deal, board := open(t, files, "en/index.html"), open(t, files, "en/deals/hengtai-relay.html"), open(t, files, "en/pipeline.html")
	if n := len(today.all("#invalid a[href='deals/hengtai-relay.html']")) * len(today.all(".health .verdict a[href='#invalid-head']")); n != 1 {
		t.Error("the front page does not lead to the invalid deal")
	}
	deal.says(".standing.bad .lead", "do not record it a second time")
	deal.says(".card", "On file, with errors", "2026-08-02-lead.yaml")
	if n := len(deal.all(".card a.button, .standing a.button")); n > 0 {
		t.Errorf("%d forms invite to record it again", n)
	}
	board.says("#stages tbody tr:first-child", "not begun", "1")
	none := open(t, files, "zh-CN/pipeline-none.html")
	none.says("h1", "尚未开始")
	none.says("#deals tbody tr", "继电器")
}

func TestNeeds(t *testing.T) {
	m := model(t, nil)
	m.Missing = func(*fold.Deal) []Next {
		return []Next{{
			Row: "TM-20", Name: "row.TM-20", Process: "process.deal", Step: "step.deal.formal-contract", File: "x.yaml", URL: "javascript:alert(1)",
			Needs: []Need{{Key: "guard.GD-06", Met: true}, {Key: "guard.GD-05"}, {Key: "guard.GD-14", OfFact: true}},
		}}
	}
	p := open(t, render(t, m), "en/deals/hengtai-relay.html")
	p.says(".card .needs .met", "Met", "without a supply agreement")
	p.says(".card .needs .unmet", "Missing", "preliminary commission plan")
	p.says(".card .needs .of-fact", "To fill in")
	p.says(".card", "Not possible yet")
	if strings.HasPrefix(attr(p.all(".card a.button")[0], "href"), "javascript") {
		t.Error("a link runs a script")
	}
}

func TestFindings(t *testing.T) {
	files := render(t, model(t, nil))
	zh := open(t, files, "zh-CN/deals/boyuan-pump.html")
	zh.says("h1 .badge", "有误")
	zh.says(".finding.error", "错误", "发现", "应为", "处理办法", "deals/2026/boyuan-pump/2026-04-20-relationship.yaml:1:1", "TM-05")
}

func TestHostileText(t *testing.T) {
	files := render(t, model(t, nil))
	for _, name := range []string{"zh-CN/pipeline.html", "en/deals/hengtai-relay.html"} {
		p := open(t, files, name)
		if n := len(p.all("main script, img, [style], [onerror], main b")); n != 0 {
			t.Errorf("%s: %d elements came from a text", name, n)
		}
		p.says("bdi", `<script>alert("标题")</script>`)
	}
	open(t, files, "en/deals/hengtai-relay.html").says(".entry bdi", "<script>alert(1)</script> AAAA")
	for in, want := range map[string]string{"a\u202eb": "a⟨U+202E⟩b", "\x00": "⟨U+0000⟩", "好\u2067": "好⟨U+2067⟩", "a\nb": "a\nb"} {
		if got := text.Visible(in); got != want {
			t.Errorf("Visible(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLanguageSwitchKeepsThePage(t *testing.T) {
	files := render(t, model(t, manyDeals(450)))
	checkSite(t, files)
	for _, l := range catalogue.Langs {
		for _, other := range open(t, files, string(l)+"/deals/hengtai-relay.html").all(".langs a") {
			if want := "../../" + attr(other, "hreflang") + "/deals/hengtai-relay.html"; attr(other, "href") != want {
				t.Errorf("the language switch of a page leads to %s, want %s", attr(other, "href"), want)
			}
		}
	}
}

func manyDeals(n int) func(fstest.MapFS) {
	return func(files fstest.MapFS) {
		for i := range n {
			dir := fmt.Sprintf("deals/2025/boyuan-n%05d/", i)
			files[dir+"deal.yaml"] = &fstest.MapFile{Data: []byte("customer: boyuan\ntitle: 备件\nproduct: 备件\n")}
			files[dir+"2025-05-01-lead.yaml"] = &fstest.MapFile{Data: []byte("by: sun-hao\nsource: 展会\n")}
		}
	}
}

func TestPages(t *testing.T) {
	files := render(t, model(t, manyDeals(250)))
	listed := 0
	for _, name := range []string{"en/pipeline-lead.html", "en/pipeline-lead.2.html", "en/pipeline-lead.3.html"} {
		p := open(t, files, name)
		n := len(p.all(".deals tbody tr"))
		if n == 0 || n > perRoll {
			t.Errorf("%s lists %d deals", name, n)
		}
		listed += n
	}
	if listed != 251 {
		t.Errorf("the pages list %d deals, want 251", listed)
	}
	open(t, files, "en/pipeline-lead.2.html").says(".pages", "First", "Previous", "Page 2 of 3", "Next", "Last")
}

func TestRootLeadsToDefaultLanguage(t *testing.T) {
	m := model(t, nil)
	m.Default = catalogue.EN
	p := open(t, render(t, m), "index.html")
	if got := attr(p.all("meta[http-equiv=refresh]")[0], "content"); got != "0; url=en/index.html" {
		t.Errorf("the first page leads to %q", got)
	}
	p.says(".choice", "中文", "English")
}

func TestSameDealIDInTwoYears(t *testing.T) {
	files := render(t, model(t, func(files fstest.MapFS) {
		for name, f := range maps.Clone(files) {
			if rest, ok := strings.CutPrefix(name, "deals/2026/boyuan-motor/"); ok {
				files["deals/2025/boyuan-motor/"+rest] = f
			}
		}
	}))
	open(t, files, "en/deals/boyuan-motor.2025.html")
	open(t, files, "en/deals/boyuan-motor.2026.html")
}

func TestSameInputSameBytes(t *testing.T) {
	first := render(t, model(t, nil))
	for range 3 {
		again := render(t, model(t, nil))
		if !maps.EqualFunc(first, again, bytes.Equal) {
			t.Fatal("rendering again gives other bytes")
		}
	}
}
