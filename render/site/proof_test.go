package site

import (
	"strings"
	"testing"
)

func TestWhatIsNotProvenIsMarked(t *testing.T) {
	m := model(t, nil)
	known := m.Provenance
	m.Provenance = func(file string) (Prov, bool) {
		p, ok := known(file)
		if strings.HasSuffix(file, "-qualify.yaml") {
			p.Proof, p.Why, p.Unproven = "audit.unproven", "audit/no-statement.title", true
		}
		return p, ok
	}
	files := render(t, m)
	open(t, files, "zh-CN/index.html").says("footer", "记录的批准未经证明")
	open(t, files, "en/index.html").says(".health .facts", "not proven")
	open(t, files, "en/deals/hengtai-harness.html").says(".entry:contains('Qualification')", "unproven", "No statement")
	open(t, files, "zh-CN/deals/hengtai-harness.html").says(".entry:contains('线索鉴别')", "未证明", "没有声明")
}
