package site

import (
	"fmt"
	"testing"
	"time"
)

// landed is a company whose history has one change of each kind.
func landed(t testing.TB) Input {
	m := model(t, nil)
	at := func(day int) time.Time { return time.Date(2026, 7, day, 9, 30, 0, 0, time.UTC) }
	m.Approvals = "reviews"
	m.Landing = Landing{Checkpoints: 2, Covered: 3, Signed: true, Changes: []Change{
		{Commit: "aaaaaaaaaa", Subject: "baseline", Author: "Chen Jing", When: at(1).AddDate(0, -1, 0), Verdict: Declared, Reasons: []Reason{{Title: "audit/baseline.title"}},
			Files: []ChangeFile{{Path: "deals/policy.yaml", Verdict: Declared}}},
		{Commit: "bbbbbbbbbb", Parent: "aaaaaaaaaa", Subject: "order", Author: "Zhao Min", When: at(2), Pull: Pull{Number: 7, Title: "登记订单 so-0107"},
			Files: []ChangeFile{{Path: "deals/2026/hengtai-harness/2026-01-20-qualify.yaml"}},
			Approvals: []Approval{
				{Fact: "deals/2026/hengtai-harness/2026-01-20-qualify.yaml", Role: "role.department-manager", Person: "chen-jing", Name: "陈静", Login: "chen", Review: "41", When: at(2)},
				{Fact: "deals/2026/hengtai-harness/other.yaml", Role: "role.department-manager", Name: "陈静", Login: "chen", Review: "41", When: at(2)},
			}},
		{Commit: "cccccccccc", Parent: "bbbbbbbbbb", Subject: "pushed <b>", When: at(3), Verdict: Unproven, Reasons: []Reason{{Title: "audit/no-statement.title", Found: phrase("audit/no-statement.found")}},
			Files:     []ChangeFile{{Path: "deals/roster.yaml", Verdict: Unproven}, {Path: "deals/2026/hengtai-harness/deal.yaml", Verdict: Unproven}},
			Approvals: []Approval{{Role: "role.general-manager", Name: "林建国", Login: "lin", When: at(3)}}},
	}}
	known := m.Provenance
	m.Provenance = func(file string) (Prov, bool) {
		p, ok := known(file)
		if file == "deals/2026/hengtai-harness/2026-01-20-qualify.yaml" {
			p.Change = &m.Landing.Changes[1]
		}
		return p, ok
	}
	return m
}

func TestAudit(t *testing.T) {
	checkPages(t, nil)
	files := render(t, landed(t))
	checkSite(t, files)
	zh, en := open(t, files, "zh-CN/audit.html"), open(t, files, "en/audit.html")
	zh.says("main", "与历史一致的检查点：2 个", "有权的密钥签名", "3 次变更中的 3 次")
	en.says("table tr:contains(unproven)", "1", "2", "missing or cannot be trusted")
	zh.says("#open tbody", "deals/roster.yaml", "deals/2026/hengtai-harness/deal.yaml", "未证明", "cccccccc", "没有声明")
	zh.says("#changes tbody tr:nth-child(2)", "2026-07-02 09:30", "#7 登记订单 so-0107", "Zhao Min · bbbbbbbb", "新能源汽车高压线束", "2026-01-20-qualify.yaml", "已证明", "陈静（市场部经理）", "chen，评审 41，2026-07-02")
	if n := len(en.all("#changes tbody tr:nth-child(2) a[href='deals/hengtai-harness.html']")); n != 1 {
		t.Errorf("a change leads %d times to its deal", n)
	}
	en.says("#changes tbody tr:first-child", "pushed <b>", "claimed: 林建国", "roster.yaml")
	en.says("#months tbody tr:first-child", "2026-07", "2", "1")
	open(t, files, "en/audit-2026-06.html").says("#changes", "baseline", "declared")
	open(t, files, "zh-CN/deals/hengtai-harness.html").says(".entry:contains('线索鉴别')", "批准：", "陈静", "市场部经理", "合并请求 #7")
}

// A change beside the deals is counted, and the front page names the last one to
// them.
func TestChangesBesideTheDeals(t *testing.T) {
	m := landed(t)
	m.Landing.Changes = append(m.Landing.Changes, Change{Commit: "dddddddddd", Subject: "program", When: m.Landing.Changes[2].When, Files: []ChangeFile{{Path: "cmd/main.go"}}})
	files := render(t, m)
	p := open(t, files, "en/audit.html")
	if n := len(p.all("#changes tbody tr")); n != 3 {
		t.Errorf("%d latest changes are listed, want the 3 of the deals", n)
	}
	p.says("section:has(#changes) > .fine", "1 further change")
	open(t, files, "en/audit-2026-07.html").says("#changes", "program")
	open(t, files, "zh-CN/index.html").says("footer", "最近一次业务变更 cccccccc pushed <b>")
}

func TestAuditOfManyChanges(t *testing.T) {
	m := landed(t)
	for i := range 250 {
		c := m.Landing.Changes[2]
		c.Commit = fmt.Sprintf("%08xdd", i)
		m.Landing.Changes = append(m.Landing.Changes, c)
	}
	files := render(t, m)
	checkSite(t, files)
	listed := 0
	for _, name := range []string{"en/audit-2026-07.html", "en/audit-2026-07.2.html", "en/audit-2026-07.3.html"} {
		listed += len(open(t, files, name).all("#changes tbody tr"))
	}
	if listed != 252 {
		t.Errorf("the pages of a month list %d changes, want 252", listed)
	}
	open(t, files, "en/audit-open.html").says(".pages", "Page 1 of 6")
}

func TestAuditWithoutHistory(t *testing.T) {
	open(t, render(t, model(t, nil)), "en/audit.html").says(".empty", "no git history")
	m := landed(t)
	m.Approvals, m.Landing.Changes[1].Approvals = "none", nil
	m.Landing.Reasons = []Reason{{Title: "audit/rewritten.title", Found: phrase("audit/no-statement.found")}}
	p := open(t, render(t, m), "en/audit.html")
	p.says("main", "approvals are given elsewhere")
	p.says("#changes tr:contains('#7')", "not judged here")
	if len(p.all(".callout.bad")) != 1 {
		t.Error("what speaks against the line of history is not shown")
	}
}
