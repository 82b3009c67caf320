package site

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

func TestSalesManagerSeesHisDeals(t *testing.T) {
	checkPages(t, func(t *testing.T, files map[string][]byte) {
		zh, en := open(t, files, "zh-CN/today/zhao-min.html"), open(t, files, "en/today/zhao-min.html")
		zh.says("h1", "今日：赵敏")
		zh.says("main", "角色： 营销经理", "华东团队")
		if files["en/deals/hengtai-relay.html"] == nil {
			en.says("#gates-head ~ .empty", "No deal waits for a fact of yours", "page of its customer")
			zh.says("#gates-head ~ .empty", "目前没有等您登记的事项")
			return
		}
		lead := "#gates tr:contains('线索鉴别')"
		zh.says(lead, "恒泰汽车零部件股份有限公司", "现在可以登记", "证据 1 个文件", "市场部经理", "11 天", "赵敏")
		en.says("#gates tr:contains('Qualification')", "Can be recorded now", "Evidence 1 file", "marketing department manager", "11 days")
		form := zh.all(lead + " a[href^='https://forge.example/']")
		if len(form) != 1 || !strings.HasSuffix(attr(form[0], "href"), "deals/2026/hengtai-relay/2026-08-31-qualify.yaml") {
			t.Errorf("%d links lead to the form of the fact", len(form))
		}
		if files["en/deals/hengtai-harness.html"] == nil {
			return
		}
		en.says("#gates caption", "Can be recorded now: 3. Still lack something: 0.")
		en.says("#overdue tbody", "新能源汽车高压线束", "Chase now")
		if strings.Contains(zh.text("main"), "水泵控制器") {
			t.Error("a deal of another team is shown")
		}
	})
}

func TestReaders(t *testing.T) {
	files := render(t, model(t, nil))
	for name, x := range map[string]struct{ has, lacks []string }{
		"sun-hao":                 {[]string{"水泵控制器", "Stalled deals"}, []string{"高压线束", "Overdue"}},
		"he-yan":                  {[]string{"No deal waits for a fact of yours"}, []string{"Overdue", "Stalled"}},
		"qian-hui":                {[]string{"Overdue", "高压线束", "Stalled deals"}, []string{"Will need your approval"}},
		"chen-jing":               {[]string{"Will need your approval", "Qualification", "Overdue", "Your roles also let you record"}, nil},
		"lin-zong":                {[]string{"Overdue", "Stalled deals", "水泵控制器", "Will need your approval", "Decision on a tender"}, nil},
		"role.marketing-manager":  {[]string{"水泵控制器", "高压线束", "Overdue", "Everything that this role may record"}, nil},
		"role.department-manager": {[]string{"Will need your approval", "水泵控制器", "继电器"}, nil},
		"role.all":                {[]string{"Today: the whole company", "水泵控制器", "继电器", "Will need an approval", "Overdue"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, files, "en/today/"+name+".html")
			p.says("main", x.has...)
			for _, s := range x.lacks {
				if strings.Contains(p.text("main"), s) {
					t.Errorf("the page says %s", s)
				}
			}
		})
	}
}

func TestGateThatLacksSomething(t *testing.T) {
	m := model(t, nil)
	m.Missing = func(d *fold.Deal) []Next {
		if d.ID != "hengtai-relay" {
			return nil
		}
		return []Next{{
			Row: "TM-20", Name: "row.TM-20", Process: "process.deal", Step: "step.deal.formal-contract", File: "x.yaml",
			Needs:  []Need{{Key: "needs/customer-free.want", Met: true}, {Key: "needs/formal-terms.want"}, {Key: "needs/signatories.want", OfFact: true}},
			Actors: []diag.Term{"role.general-manager"}, Approvals: []diag.Term{"role.department-manager", "role.general-manager"},
		}}
	}
	files := render(t, m)
	p := open(t, files, "en/today/lin-zong.html")
	p.says("#gates tbody tr", "Not possible yet", "marketing department manager, then general manager")
	p.says("#gates .unmet", "Missing")
	p.says("#gates .of-fact", "To fill in")
	if n := len(p.all("#gates .met, #approvals")); n != 0 {
		t.Error("what is met is listed, or an approval asked for what cannot be recorded")
	}
}

func TestDelegateSeesWhatHeMayApprove(t *testing.T) {
	policy := func(to string) func(fstest.MapFS) {
		return withPolicy("delegations:\n  - {role: department-manager, person: he-yan, steps: [qualify], from: 2026-08-01, to: " + to + "}\n")
	}
	open(t, render(t, model(t, policy("2026-09-30"))), "en/today/he-yan.html").says("#approvals tbody tr", "Qualification")
	if n := len(open(t, render(t, model(t, policy("2026-08-30"))), "en/today/he-yan.html").all("#approvals")); n != 0 {
		t.Error("a delegation that has ended still counts")
	}
}

func TestAdvancesToRefund(t *testing.T) {
	m := model(t, publishing("all"))
	d := m.Company.Deal("hengtai-harness")
	line := func(state bonus.State, amount string) bonus.Line {
		return bonus.Line{Kind: bonus.Advance, Person: "zhao-min", Deal: d, Amount: decimal.RequireFromString(amount), Currency: "CNY", On: asOf - 9, State: state, Reason: "bonus.refund-decided", What: "word.meal"}
	}
	m.Ledger = &bonus.Ledger{Company: m.Company, Lines: []bonus.Line{line(bonus.Payable, "252.10"), line(bonus.Waiting, "11"), line(bonus.Paid, "12")}}
	files := render(t, m)
	for _, who := range []string{"zhao-min", "qian-hui", "role.finance"} {
		p := open(t, files, "en/today/"+who+".html")
		p.says("#advances caption", "1 advance, ¥252.10")
		p.says("#advances tbody tr", "赵敏", "新能源汽车高压线束", "meal", "¥252.10", "2026-08-22", "9 days", "The general manager decided to refund it")
	}
	if n := len(open(t, files, "en/today/sun-hao.html").all("#advances")); n != 0 {
		t.Error("somebody else's advance is shown")
	}
}

// A payment to be chased today is counted for whoever may record that.
func TestChasesAreCounted(t *testing.T) {
	m := model(t, nil)
	badge := func(step string) string {
		m.Missing = func(d *fold.Deal) []Next {
			return []Next{{Process: "process.payment", Instance: "so-0107", Step: diag.Term(step), File: "x.yaml", Actors: []diag.Term{"role.finance"}}}
		}
		return open(t, render(t, m), "en/index.html").text("#roles ~ .facts li:contains(finance)")
	}
	if with, without := badge("step.order.chase"), badge("step.order.claim"); !strings.Contains(with, "1") || strings.Contains(without, "1") {
		t.Errorf("finance reads %q with a payment to chase, and %q without", with, without)
	}
}
