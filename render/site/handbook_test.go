package site

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// taught is the company with two rules that have examples.
func taught(t testing.TB, edit func(fstest.MapFS)) Input {
	m := model(t, edit)
	m.Example = func(id string) Example {
		switch id {
		case "TM-02", "GD-12", "needs/advances-decided":
			return Example{Good: "good: <" + id + ">", Bad: "bad: " + id, Differs: []Phrase{phrase("explain.differs.lacks", "file", "x.pdf")}}
		case "yaml/duplicate-key":
			return Example{Case: "a case"}
		}
		return Example{}
	}
	return m
}

// TestPolicyByStage finds what policy says of each stage in one table.
func TestPolicyByStage(t *testing.T) {
	files := render(t, model(t, withPolicy("pipeline:\n  stalled-after: {related: 77}\n")))
	p := open(t, files, "en/handbook/policy.html")
	p.says("article:has(#field\\.policy\\.pipeline) tr:contains('Relationship established')", "25%", "77")
}

func TestHandbook(t *testing.T) {
	checkPages(t, nil)
	files := render(t, taught(t, nil))
	checkSite(t, files)
	zh := open(t, files, "zh-CN/handbook.html")
	zh.says("main", "流程表第 1 版的各流程", "主流程", "现行政策", "规则")
	zh.says("#guards tr#GD-03", "GD-03", "总经理", "4.3-W5")
	if n := len(zh.all("a[href='handbook/campaign.html']")); n != 1 {
		t.Errorf("the handbook leads %d times to a process", n)
	}
}

func TestProcess(t *testing.T) {
	files := render(t, taught(t, nil))
	en := open(t, files, "en/handbook/deal.html")
	en.says("#rows tr#TM-02", "Worth developing", "Lead", "Potential customer", "Qualification of the lead", "qualify.yaml", "1 file", "marketing department manager", "reward", "4.1-R1")
	en.says("#rows tr#TM-04", "follows by itself", "campaign")
	en.says("#records", "Penalty")
	en.says("article:contains('<date>-qualify.yaml'), article:contains('‹date›-qualify.yaml')", "verdict", "worth-developing", "one of these words", "yes", "# yaml-language-server")
	en.says("#examples ~ article", "TM-02", "bad: TM-02", "good: <TM-02>", "x.pdf")
	if len(en.all("figure svg")) != 1 {
		t.Error("the process is not drawn")
	}
	zh := open(t, files, "zh-CN/handbook/order.html")
	zh.says("#rows", "TS-01", "仅当：", "评审")
	zh.says("#examples ~ article", "GD-12")
	if text := zh.text("main"); strings.Contains(text, "{") && strings.Contains(text, "⟨") {
		t.Error("a text in general shows its blanks")
	}
}

func TestRules(t *testing.T) {
	files := render(t, taught(t, nil))
	checkSite(t, files)
	zh := open(t, files, "zh-CN/handbook/rules.html")
	zh.says("#rules", "needs/advances-decided", "yaml/duplicate-key", "条规则")
	zh.says("main > ul li:has(a[href='../handbook/rules-yaml.html'])", "yaml", strconv.Itoa(len(zh.all("#rules a[href^='../handbook/rules-yaml.html#']"))))
	zh = open(t, files, "zh-CN/deals/boyuan-pump.html")
	if n := len(zh.all(".finding a[href^='../handbook/rules-']")); n == 0 {
		t.Error("a finding does not lead to its rule")
	}
	zh = open(t, files, "zh-CN/handbook/rules-needs.html")
	zh.says("article", "未说明垫付款如何处理", "发现", "应为", "处理办法", "bad: needs/advances-decided", "错误", "正确")
	open(t, files, "en/handbook/rules-yaml.html").says("article", "yaml/duplicate-key", "A case", "a case")
}

const closed = `by: qian-hui
as-of: 2026-06-30
commit: 9fceb02d0ae598e95dc970b74767f19372d61af8
totals:
  - {person: zhao-min, bonus: 1234.50, refunds: 0, deductions: 0, pay: 1234.50}
lines-digest: 13083a2bcd44d07ca3722c461707376aaefc2ea8c572758dc962fde32f9ec26c
inputs-digest: 32381523e63197c929b67f793a8098bed0ae3a6fa902634fdbcc6fa4567f3346
`

func TestPolicy(t *testing.T) {
	edit := func(publish string) func(fstest.MapFS) {
		return func(files fstest.MapFS) {
			files["deals/payouts/2026-06.yaml"] = &fstest.MapFile{Data: []byte(closed)}
			files["deals/policy.yaml"].Data = slices.Concat(files["deals/policy.yaml"].Data, []byte("publish: {totals: "+publish+"}\ndelegations:\n  - {role: general-manager, person: chen-jing, steps: [agreement], limit: 5000, from: 2026-01-01, to: 2026-02-01}\n"))
		}
	}
	zh := open(t, render(t, taught(t, edit("none"))), "zh-CN/handbook/policy.html")
	zh.says("#general ~ .fields", "公司名称", "华新电气有限公司", "批准方式", "无")
	zh.says("#parts ~ .blocks", "书面授权", "陈静", "供货协议", "5,000.00 元", "礼品与招待", "单件限额")
	zh.says("#plans ~ .empty", "没有另立方案")
	zh.says("#payouts", "2026-06", "钱会", "2026-06-30", "尚未发放")
	if strings.Contains(zh.text("main"), "1,234.50") {
		t.Error("what was paid is shown although policy publishes nothing")
	}
	open(t, render(t, taught(t, edit("all"))), "zh-CN/handbook/policy.html").says("#payouts", "1,234.50 元")
	without := render(t, model(t, func(files fstest.MapFS) { delete(files, "deals/policy.yaml") }))
	open(t, without, "en/handbook/policy.html").says(".empty", "no policy that can be read")
}
