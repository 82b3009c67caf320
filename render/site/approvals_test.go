package site

import (
	"testing"
	"time"

	"github.com/dealgate/dealgate/schema/diag"
)

// landing is a history in which one change is proven, one is declared, and one
// says of itself what nothing bears out.
func landing(m *Input) {
	const order = "deals/2026/hengtai-harness/orders/so-0107/2026-07-06-order-confirmation.yaml"
	at := func(day int) time.Time { return time.Date(2026, 7, day, 18, 30, 0, 0, time.FixedZone("CST", 8*3600)) }
	approval := func(fact, id, name string, role diag.Term, day int) Approval {
		return Approval{Fact: fact, Person: id, Name: name, Role: role, When: at(day)}
	}
	substitute := approval(order, "he-yan", "何研", "role.general-manager", 7)
	substitute.Delegated = true
	m.Approvals = "reviews"
	m.Landing = Landing{Changes: []Change{
		{Commit: "1" + commit[1:], Verdict: Declared, Files: []ChangeFile{{Path: "deals/policy.yaml", Verdict: Declared}}},
		{
			Commit: "2" + commit[1:], Verdict: Unproven, Files: []ChangeFile{{Path: "deals/roster.yaml", Verdict: Unproven}},
			Approvals: []Approval{approval("", "lin-zong", "林建国", "role.general-manager", -30)},
		},
		{
			Commit: commit, Verdict: Proven, Pull: Pull{Number: 12, URL: "https://forge.example/pulls/12"}, Files: []ChangeFile{{Path: order, Verdict: Proven}},
			Approvals: []Approval{approval(order, "chen-jing", "陈静", "role.department-manager", 6), substitute},
		},
	}}
}

func TestApprovals(t *testing.T) {
	checkPages(t, func(t *testing.T, files map[string][]byte) {
		zh, en := open(t, files, "zh-CN/approvals.html"), open(t, files, "en/approvals.html")
		en.says("#given-head ~ .empty", "Approvals are given elsewhere", "approvals: reviews")
		zh.says("#delegations-head ~ .empty", "目前没有授权")
		en.says("#recorders-head ~ .empty", "Everybody records for himself")
		if files["en/deals/hengtai-relay.html"] == nil {
			zh.says("#awaited-head ~ .empty", "现在可登记的事项均无须批准")
			return
		}
		en.says("#awaited tbody", "marketing department manager", "11 days")
		zh.says("#awaited tbody a[href='today/role.department-manager.html']", "市场部经理")
		zh.says("#waiting tbody tr:contains('线索鉴别')", "市场部经理", "11 天")
	})
}

func TestApprovalsGiven(t *testing.T) {
	m := model(t, nil)
	landing(&m)
	files := render(t, m)
	checkSite(t, files)
	zh, en := open(t, files, "zh-CN/approvals.html"), open(t, files, "en/approvals.html")
	zh.says("main > .summary", "已证明1 次文件入库", "仅声明1 次", "未证明1 次")
	en.says("#given caption", "3 approvals, the latest first")
	en.says("#given tbody tr:first-child", "2026-07-07", "何研", "by delegation", "general manager", "新能源汽车高压线束", "orders/so-0107/2026-07-06-order-confirmation.yaml", "#12")
	zh.says("#given tbody tr:contains('陈静')", "2026-07-06", "市场部经理", "已证明")
	en.says("#given tbody tr:last-child", "2026-05-31", "policy and roster", "21234567")
	en.says("#months ~ ul", "2026-07 (2)", "2026-05 (1)")
	en.says("#givers tbody tr:contains('何研')", "1", "2026-07-07")
	if got := attr(en.all("#given tbody tr:first-child td:last-child a")[0], "href"); got != "https://forge.example/pulls/12" {
		t.Errorf("the pull request is at %s", got)
	}
	if bad := len(en.all("#given tbody tr:last-child .badge.warn")); bad != 1 {
		t.Error("a claim that nothing bears out is not marked")
	}
	month := open(t, files, "zh-CN/approvals-2026-07.html")
	month.says("h1", "2026-07 的批准")
	if n := len(month.all("#given tbody tr")); n != 2 {
		t.Errorf("July has %d approvals, want 2", n)
	}
}

func TestDelegations(t *testing.T) {
	files := render(t, model(t, withPolicy(`delegations:
  - {role: general-manager, person: chen-jing, steps: [agreement], from: 2025-01-01, to: 2025-06-30}
  - {role: general-manager, person: chen-jing, steps: [preliminary-contract, supply.agreement], limit: 3000000, from: 2026-08-01, to: 2026-09-30}
recorders:
  - {person: he-yan, for: [wu-sheng], from: 2026-01-01}
  - {person: chen-jing, from: 2027-01-01}
`)))
	checkSite(t, files)
	en := open(t, files, "en/approvals.html")
	en.says("#delegations tbody tr:first-child", "陈静", "general manager", "Preliminary project contract", "Supply agreement", "¥3,000,000.00", "2026-08-01", "2026-09-30", "In force")
	en.says("#delegations tbody tr:last-child", "no limit", "2025-06-30", "Ended")
	en.says("#recorders tbody tr:first-child", "何研", "吴生", "2026-01-01", "open", "In force")
	en.says("#recorders tbody tr:last-child", "everybody", "To come")
}
