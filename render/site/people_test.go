package site

import (
	"testing"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/fact"
)

func TestPeople(t *testing.T) {
	files := render(t, model(t, nil))
	zh := open(t, files, "zh-CN/people.html")
	zh.says("#teams tbody tr:contains(华东团队)", "赵敏", "1", "40%（2/5）")
	zh.says("#people tbody tr:contains(陈静)", "市场部经理", "市场部")
	for _, link := range []string{"people/zhao-min.html", "teams/east.html"} {
		if len(zh.all("a[href='"+link+"']")) == 0 {
			t.Errorf("nothing leads to %s", link)
		}
	}
}

func TestTeamPage(t *testing.T) {
	files := render(t, model(t, nil))
	p := open(t, files, "en/teams/east.html")
	p.says("main > .summary", "Marketing manager", "赵敏", "Since", "2020-01-01")
	p.says("#members tbody tr", "赵敏", "marketing manager")
	p.says("#results tbody tr:contains('Instalment received in full')", "20", "too few (2 of 5)")
	p.says("#stays thead", "Median", "Whole company")
	p.says("#deals tbody tr", "新能源汽车高压线束")
}

func TestPersonPage(t *testing.T) {
	files := render(t, model(t, nil))
	p := open(t, files, "zh-CN/people/zhao-min.html")
	p.says("main > .summary", "营销经理", "华东团队")
	p.says("#roles tbody tr", "2020-01-01", "至今")
	p.says("#deals tbody tr", "新能源汽车高压线束")
	open(t, files, "en/people/qian-hui.html").says("#figures ~ .empty", "No deals yet")
}

// Pay is shown where policy says that everybody may see it, and nowhere else.
func TestPayIsShownAsPolicySays(t *testing.T) {
	for totals, shown := range map[string]bool{"none": false, "deal": false, "all": true} {
		m := model(t, nil)
		policy := *m.Company.Policy
		policy.Publish = fact.PolicyPublish{}
		policy.Publish.Totals.S = totals
		m.Company.Policy = &policy
		ledger := bonus.Compute(m.Company)
		m.Ledger = &ledger
		p := open(t, render(t, m), "en/people/zhao-min.html")
		if got := len(p.all("#pay tbody tr")) > 0; got != shown {
			t.Errorf("publish.totals %s: pay is shown: %v", totals, got)
		}
	}
}
