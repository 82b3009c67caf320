package site

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"
)

func TestTenders(t *testing.T) {
	checkPages(t, func(t *testing.T, files map[string][]byte) {
		if t.Name() != "TestTenders/the_company_of_testdata" {
			open(t, files, "zh-CN/tenders.html").says("main", "目前没有正在进行的招标", "还没有举行过招标")
		}
	})
	files := render(t, model(t, nil))
	p := open(t, files, "en/tenders.html")
	p.says("#tenders tbody tr", "新能源汽车高压线束", "Round 1", "华东团队", "91.50", "2026-03-18")
	if n := len(p.all("#tenders a[href='deals/hengtai-harness.html#tender-1']")); n != 1 {
		t.Errorf("the round leads %d times to its place", n)
	}
	open(t, files, "zh-CN/deals/hengtai-harness.html").says("article:has(#tender-1) details.fold .scroll:contains('评分表对照')", "林建国", "华东团队")
}

// running leaves of the tender what was there before a step.
func running(before string) func(fstest.MapFS) {
	return func(files fstest.MapFS) {
		maps.DeleteFunc(files, func(name string, _ *fstest.MapFile) bool {
			rest, ok := strings.CutPrefix(name, "deals/2026/hengtai-harness/")
			rest = strings.TrimPrefix(rest, "tender/1/")
			return strings.Contains(name, "/receipts/") || ok && rest >= before && (rest[0] == '2' || rest[0] > 'f')
		})
	}
}

func TestTenderThatRuns(t *testing.T) {
	m := model(t, running("2026-03-2"))
	p := open(t, render(t, m), "en/tenders.html")
	p.says("article.block", "新能源汽车高压线束", "round 1", "Bids closed", "华东团队", "3%")
	p.says("#tenders tbody tr:first-child", "Bids closed")
}

func TestBidsAreSealedUntilTheyClose(t *testing.T) {
	m := model(t, func(files fstest.MapFS) {
		running("2026-03-2")(files)
		notice := files["deals/2026/hengtai-harness/tender/1/2026-03-10-notice.yaml"]
		notice.Data = []byte(strings.Replace(string(notice.Data), "2026-03-18", asOf.String(), 1))
	})
	files := render(t, m)
	for _, name := range []string{"en/tenders.html", "en/deals/hengtai-harness.html"} {
		p := open(t, files, name)
		p.says("article.block", "shown once bids close")
		if body := p.text("main"); strings.Contains(body, "Work plan") || strings.Contains(body, "Commission asked") {
			t.Errorf("%s shows a bid before bids close", name)
		}
	}
}
