package site

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestCustomers(t *testing.T) {
	files := render(t, model(t, nil))
	zh := open(t, files, "zh-CN/customers.html")
	zh.says("#customers-caption", "2 家客户")
	zh.says("#customers tbody tr:contains(恒泰汽车零部件股份有限公司)", "江苏", "华东团队", "2027-02-16", "396,000.50 元", "47,200.00 元", "37,600.00 元")
	if links := zh.all("#customers a[href='customers/hengtai.html']"); len(links) != 1 {
		t.Errorf("%d links lead to the customer, want 1", len(links))
	}
	open(t, render(t, model(t, onlyRegistries)), "en/customers.html").says(".empty", "There are no customers yet", "customer.yaml")
}

func TestCustomerPage(t *testing.T) {
	files := render(t, model(t, release))
	p := open(t, files, "en/customers/hengtai.html")
	p.says("h1", "恒泰汽车零部件股份有限公司")
	p.says("main > .summary", "江苏", "deals/customers/hengtai")
	p.says("#holders tbody tr", "华东团队", "2027-02-16")
	p.says("#releases tbody tr", "2026-08-01", "华南团队", "陈静")
	p.says("#receivables ~ .summary", "Overdue", "¥37,600.00", "Next chase", "新能源汽车高压线束")
	p.says("#figures ~ .summary", "Open deals", "2")
	p.says("#deals tbody tr", "新能源汽车高压线束", "Selling")
	open(t, files, "zh-CN/customers/boyuan.html").says("#receivables ~ .empty", "没有应收款")
}

func TestCustomerWithManyDeals(t *testing.T) {
	files := render(t, model(t, manyDeals(60)))
	checkSite(t, files)
	open(t, files, "en/customers/boyuan.html").says("#deals-head ~ p a", "62")
	open(t, files, "en/customers/boyuan.deals.html").says("h1", "Deals of 博远机电有限公司")
}

func release(files fstest.MapFS) {
	files["deals/customers/hengtai/2026-08-01-release.yaml"] = &fstest.MapFile{Data: []byte("by: chen-jing\nto: south\nreason: 两队合作\n")}
}

// What begins, and money that comes in, has a form of the forge: for a customer
// on the front page, for the rest on the page of the customer.
func TestFormsForWhatBegins(t *testing.T) {
	files := render(t, model(t, withPolicy("forge: {kind: gitea, url: \"https://git.example.com\", repository: a/b}\n")))
	href := func(p page, label string) string {
		t.Helper()
		found := p.all(".forms a:contains('" + label + "')")
		if len(found) != 1 {
			t.Fatalf("%d forms are called %s", len(found), label)
		}
		return attr(found[0], "href")
	}
	customer := open(t, files, "en/customers/hengtai.html")
	finance := open(t, files, "en/today/role.finance.html")
	if got, want := href(finance, "Money from 恒泰"), href(customer, "money"); got != want {
		t.Errorf("finance records money at %s, want %s", got, want)
	}
	if n := len(open(t, files, "en/today/role.marketing-manager.html").all(".forms")); n > 0 {
		t.Error("who records no money finds a form for it")
	}
	for address, begins := range map[string]string{
		href(open(t, files, "en/index.html"), "new customer"): "https://git.example.com/a/b/_new/main/deals/customers?filename=NAME%2Fcustomer.yaml&value=",
		href(customer, "new deal"):                            "https://git.example.com/a/b/_new/main/deals/2026?filename=hengtai-NAME%2Fdeal.yaml&value=",
		href(customer, "money"):                               "https://git.example.com/a/b/_new/main/deals/customers/hengtai/receipts?filename=2026-08-31-NAME.yaml&value=",
	} {
		if !strings.HasPrefix(address, begins) {
			t.Errorf("the form is %.120s, want it to begin with %s", address, begins)
		}
	}
	if n := len(open(t, render(t, model(t, nil)), "en/index.html").all(".forms")); n != 0 {
		t.Error("a company without a forge has forms")
	}
}
