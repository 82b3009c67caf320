package rules

import (
	"regexp"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/validate/fold"
)

// filledIn are templates as a person fills them in: a field for each line that
// is needed, the rest left alone. Each lands in its story.
var filledIn = []struct{ story, until, file, needs, fields string }{
	{"tendered", "2025-09-18", "2025/hengtai-harness/terms/2025-09-25-formal.yaml", "", "by: lin-xia, rate: 3%, shares:, person: zhao-min, share: 100%"},
	{"tendered", "2025-06-20", "2025/hengtai-harness/terms/2025-06-24-reward.yaml", "", "by: lin-xia, milestone: sample, amount: 1500, shares:, person: zhao-min, share: 100%"},
	{"tendered", "2025-02-18", "2025/hengtai-harness/2025-02-20-stop.yaml", "", "by: zhou-jianguo, reason: 客户停产, advances: hold"},
	{"tendered", "2025-02-18", "2025/hengtai-harness/campaigns/plant-visit/2025-02-20-abandon.yaml", "", "by: zhou-jianguo, reason: 客户取消, advances: hold"},
	{"tendered", "2025-01-20", "2025/hengtai-harness/2025-01-21-correct.yaml", "", "by: lin-xia, corrects: 2025-01-20-qualify.yaml, action: replace, with:, ‹field›: x, reason: 写错"},
	{"tendered", "2025-10-14", "customers/hengtai/receipts/2025-10-16-icbc-1.yaml", "", "by: qian-fang, payer: 恒泰, gross: 307800, kind: bank-bill, bill: '130558400001220251016123456789', maturity: 2026-01-16, allocations:, deal: hengtai-harness, order: so-0107, instalment: prepay, amount: 307800"},
	{"tendered", "2025-04-18", "2025/hengtai-harness/supply/1/2025-04-25-review.yaml", "", "by: lin-xia, develop-and-make: yes, guarantee-service: yes, reasonable-profit: yes, deliver-on-time: no, reviewers: [xu-feng; gao-wei; gu-quality; ma-chao; lin-xia], reason: 交期来不及"},
	{"tendered", "2025-05-06", "2025/hengtai-harness/supply/1/2025-05-20-sample.yaml", "product-file", "by: zhao-min, test-report: sample-test.pdf, product-file: product-file.pdf"},
	{"direct", "2025-02-10", "2025/ruifeng-radar/campaigns/tech-day/2025-02-12-expense.yaml", "", "by: he-jing, kind: gift, amount: 380, purpose: 纪念品, recipient:, organisation: 瑞丰研发部, role: 研发经理, item: 纪念册, evidence: [gift-invoice.pdf]"},
	{"direct", "2025-03-20", "2025/ruifeng-radar/2025-03-24-tender-decision.yaml", "", "by: zhou-jianguo, conclusion: direct, team: east, continues: yes"},
	{"direct", "2025-11-12", "2025/ruifeng-radar/supply/1/2025-11-28-audit.yaml", "effect-reported", "by: liu-yang, capability: accepted, system: accepted, effect: 产能达到要求, evidence: [audit-report.pdf]"},
	{"direct", "2026-02-20", "2025/ruifeng-radar/orders/so-0201/2026-02-24-reschedule-answer.yaml", "", "by: he-jing, answer: agreed, deliver-by: 2026-04-10, evidence: [reschedule.pdf]"},
}

func TestTemplatesLandOnceFilled(t *testing.T) {
	for _, c := range filledIn {
		place := fold.Classify(fold.Root + "/" + c.file)
		text := fillIn(t, place.Step.Template(catalogue.EN, nil, c.needs), c.fields)
		x, err := parseExample([]byte("story: " + c.story + "\nuntil: " + c.until + "\n\n-- good/" + c.file + " --\n" + text))
		if err != nil {
			t.Fatal(err)
		}
		got := x.judge(t, "good")
		if got.clean(t); t.Failed() {
			t.Fatalf("%s:\n%s", c.file, text)
		}
	}
}

// A part of held advances is refunded by the template of that decision.
func TestTemplateOfAPart(t *testing.T) {
	x := load(t, "testdata/cases/needs_part-needs-share.txtar")
	for i, f := range x.files {
		if path, ok := strings.CutPrefix(f.Name, "good/"); ok {
			step := fold.Classify(fold.Root + "/" + path).Step
			x.files[i].Data = []byte(fillIn(t, step.Template(catalogue.EN, nil), "by: zhou-jianguo, decision: part, share: 50%, reason: 各担一半"))
		}
	}
	x.judge(t, "good").clean(t)
}

var templateLine = regexp.MustCompile(`(?m)^((?: |- )*)(# )?((?: |- )*)((?:[a-z-]+|‹field›):)(.*)$`)

// fillIn writes the given fields into a template, takes the comment sign from
// before those that have one, and wants no other to be asked for.
func fillIn(t *testing.T, template, fields string) string {
	t.Helper()
	values := map[string]string{}
	for _, field := range strings.Split(fields, ", ") {
		key, val, _ := strings.Cut(field, ":")
		values[key+":"] = strings.ReplaceAll(val, ";", ",")
	}
	_, template, _ = strings.Cut(template, "\n")
	left := false // inside a field that is left behind its comment sign
	return templateLine.ReplaceAllStringFunc(template, func(line string) string {
		m := templateLine.FindStringSubmatch(line)
		val, given := values[m[4]]
		if m[2] == "" || m[3] == "" {
			left = m[2] != "" && !given
		}
		switch {
		case given && !left:
			return m[1] + m[3] + strings.Replace(m[4], "‹field›", "reason", 1) + val
		case m[2] == "":
			t.Errorf("%q is asked for", line)
		}
		return line
	})
}
