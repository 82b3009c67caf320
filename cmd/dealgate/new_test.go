package main

import (
	"strings"
	"testing"
)

// What is printed is the path of the new file, and its template.
func TestNew(t *testing.T) {
	t.Chdir(aCompany().onDisk(t))
	for _, c := range []struct{ args, file, template string }{
		{"ruifeng customer", "deals/customers/ruifeng/customer.yaml", "\nname: "},
		{"hengtai-motor deal --date 2027-02-03", "deals/2027/hengtai-motor/deal.yaml", "\ncustomer: hengtai  #"},
		{"hengtai-motor lead", "deals/2026/hengtai-motor/2026-01-20-lead.yaml", "\nsource: "},
		{"deals/2026/hengtai-motor/ lead", "deals/2026/hengtai-motor/2026-01-20-lead.yaml", "\nsource: "},
		{"hengtai-motor import", "deals/2026/hengtai-motor/2026-01-20-import.yaml", "\nreached:"},
		{"hengtai release", "deals/customers/hengtai/2026-01-20-release.yaml", "\nto: "},
		{"hengtai receipt", "deals/customers/hengtai/receipts/2026-01-20-receipt-1.yaml", "\npayer: "},
		{"hengtai receipt --name icbc-1", "deals/customers/hengtai/receipts/2026-01-20-icbc-1.yaml", "\nallocations:  #"},
		{"hengtai-harness receipt", "deals/customers/hengtai/receipts/2026-01-20-receipt-1.yaml", "\npayer: "},
		{"hengtai correct", "deals/customers/hengtai/2026-01-20-correct.yaml", "\nwith:  #"},
		{"hengtai-harness correct", dealDir + "2026-01-20-correct.yaml", "\nwith:  #"},
		{"hengtai-harness lead", dealDir + "2026-01-20-lead.yaml", "\nsource: "},
		{"hengtai-harness lead --date 2026-01-12", dealDir + "2026-01-12-lead-2.yaml", "\nsource: "},
		{"hengtai-harness stop", dealDir + "2026-01-20-stop.yaml", "\nadvances: refund  #"},
		{"hengtai-harness campaign.plan", dealDir + "campaigns/campaign-1/2026-01-20-plan.yaml", "\nbudget: "},
		{"hengtai-harness campaign.plan --name visit", dealDir + "campaigns/visit/2026-01-20-plan.yaml", "\nbudget: "},
		{"hengtai-harness write-off", dealDir + "orders/so-1/2026-01-20-write-off.yaml", "\nevidence: [‹contract.pdf›]"},
		{"hengtai-harness formal", dealDir + "terms/2026-01-20-formal.yaml", "\nrate: "},
		{"payouts close --date 2026-03-05", "deals/payouts/2026-03.yaml", "\nas-of: 2026-03-31"},
		{"deals/payouts paid --name 2", "deals/payouts/2026-01-20-paid-2.yaml", "\nbatch: "},
		{"payouts correct", "deals/payouts/2026-01-20-correct.yaml", "\ncorrects: "},
		{"hengtai-harness paid", "deals/payouts/2026-01-20-paid.yaml", "\nperiod: ‹2026-03›"},
		{"plans plan --date 2026-07-01", "deals/plans/2026-07-01.yaml", "deduction-cap: "},
		{"hengtai-harness bid", dealDir + "tender/1/2026-01-20-bid.yaml", "\nteam: "},
	} {
		o := dealgate(t, append(append([]string{"new"}, strings.Fields(c.args)...), "--lang", "en")...)
		o.want(t, exitClean)
		if !strings.HasSuffix(o.err, c.file+"\n") || !strings.Contains(o.out, c.template) {
			t.Errorf("new %s: got %q and\n%s", c.args, o.err, o.out)
		}
		if path := o.err[strings.LastIndexByte(strings.TrimSpace(o.err), '\n')+1:]; strings.ContainsAny(path, "‹›") {
			t.Errorf("new %s: a placeholder in %s", c.args, path)
		}
	}
}

// What cannot be begun is refused with what would be right.
func TestNewRefuses(t *testing.T) {
	t.Chdir(aCompany().onDisk(t))
	for _, c := range []struct{ args, en, zh string }{
		{"hengtai customer", "is there already", "已存在"},
		{"HengTai customer", "small letters", "小写字母"},
		{"../x customer", "small letters", "小写字母"},
		{"hengtai-harness deal", "is there already", "已存在"},
		{"hengtei-motor deal", "closest customer: hengtai", "最接近的客户：hengtai"},
		{"hengtai deal", "closest customer: hengtai", "最接近的客户：hengtai"},
		{"hengtei-motor lead", "begins with the id of its customer", "须以客户编号加连字符开头"},
		{"hengtei receipt", "closest: hengtai", "最接近：hengtai"},
		{"hengtai qualify", "is no step of the customer", "不是客户 hengtai 的步骤"},
		{"hengtai-motor qualify", "there is no deal hengtai-motor", "没有项目 hengtai-motor"},
		{"hengtai-harness needs", "tender.needs, supply.needs", "tender.needs、supply.needs"},
		{"plans correct", "dealgate new plans plan --date DAY", "dealgate new plans plan --date 日期"},
		{"plans close", "it takes: plan", "可登记：plan"},
		{"payouts x", "it takes: close, paid, correct", "可登记：close、paid、correct"},
		{"hengtai-harness corect", "closest: correct", "最接近：correct"},
		{"hengtai-harness bid --name X", "small letters", "小写字母"},
	} {
		for lang, says := range map[string]string{"en": c.en, "zh-CN": c.zh} {
			o := dealgate(t, append(append([]string{"new"}, strings.Fields(c.args)...), "--lang", lang)...)
			o.want(t, exitFailed, says)
			if o.out != "" {
				t.Errorf("new %s prints %q all the same", c.args, o.out)
			}
		}
	}
}

// Money terms follow no stage, so that nobody is told that it is not their turn.
func TestTermsAreNeverOutOfTurn(t *testing.T) {
	t.Chdir(aCompany().onDisk(t))
	const out = "is not a next step"
	dealgate(t, "new", "hengtai-harness", "write-off", "--lang", "en").want(t, exitClean, out)
	if o := dealgate(t, "new", "hengtai-harness", "reward", "--lang", "en"); strings.Contains(o.err, out) {
		t.Errorf("got %q", o.err)
	}
}

// The steps of a deal are named once each, and a correction is one of them.
func TestNextStepsAreNamedOnce(t *testing.T) {
	t.Chdir(aCompany().onDisk(t))
	o := dealgate(t, "new", "hengtai-harness", "x", "--lang", "en")
	o.want(t, exitFailed, "correct")
	_, list, _ := strings.Cut(o.err, "next steps: ")
	list, _, _ = strings.Cut(list, ";")
	seen := map[string]bool{}
	for _, name := range strings.Split(list, ", ") {
		if seen[name] {
			t.Errorf("%s stands twice in %s", name, list)
		}
		seen[name] = true
	}
}

const forgeOf = "forge: {kind: github, url: https://github.com, repository: huadong/deals}\n"

// The straight way stands in full, options in one short list after it, and
// addresses only where they are asked for.
func TestStatus(t *testing.T) {
	company := aCompany()
	company[policyFile] += forgeOf
	t.Chdir(company.onDisk(t))
	o := dealgate(t, "status", "hengtai-harness", "--lang", "en")
	o.want(t, exitClean, "campaigns/campaign-1/2026-01-20-plan.yaml", "What else may be done (files below deals/2026/hengtai-harness)")
	if strings.Contains(o.out, "https://") || strings.Contains(o.out, "‹") {
		t.Errorf("an address or a placeholder:\n%s", o.out)
	}
	plan, stop := strings.Index(o.out, "TP-01"), strings.Index(o.out, "TM-06")
	if list := strings.Index(o.out, "What else"); plan > list || stop < list {
		t.Errorf("the straight way does not come first:\n%s", o.out)
	}
	if last := o.out[strings.LastIndexByte(strings.TrimSpace(o.out), '\n')+1:]; !strings.HasPrefix(last, "  TM-06  Stop the engagement · general manager · 2026-01-20-stop.yaml") {
		t.Errorf("what ends the deal does not come last: %s", last)
	}
	o = dealgate(t, "status", "hengtai-harness", "--links")
	o.want(t, exitClean, "https://github.com/huadong/deals/new/main/deals/2026/hengtai-harness/campaigns/campaign-1?filename=2026-01-20-plan.yaml")
}

// A customer's deals are listed by the customer's id.
func TestStatusOfACustomer(t *testing.T) {
	t.Chdir(aCompany().onDisk(t))
	dealgate(t, "status", "hengtai").want(t, exitClean, "hengtai-harness")
}

// A campaign beside the first one is proposed under a name of its own.
func TestFurtherCampaign(t *testing.T) {
	t.Chdir(aCompany().with(dealDir+"campaigns/campaign-2/2026-01-21-plan.yaml",
		"by: zhao-min\ntargets: [{organisation: 恒泰, role: 总监}]\nmeans: 参观\ntangible-value: 1\nintangible-value: 1\ngoals: [询价]\nbudget: 100\n").onDisk(t))
	dealgate(t, "status", "hengtai-harness", "--lang", "en").want(t, exitClean, "campaigns/campaign-3/2026-01-21-plan.yaml")
}
