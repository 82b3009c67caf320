package site

import (
	"testing"
	"testing/fstest"

	"github.com/dealgate/dealgate/schema/value"
)

func TestPipeline(t *testing.T) {
	files := render(t, model(t, nil))
	zh, en := open(t, files, "zh-CN/pipeline.html"), open(t, files, "en/pipeline.html")
	zh.says("#stages", "销售中", "线索", "已放弃")
	en.says("#stages tbody tr:contains(Selling)", "1", "¥96,000.00", "100%", "unchanged")
	en.says("#stages tbody tr:contains(Lead)", "week: unchanged · month: +1")
	en.says(".summary", "Open deals", "3")
	if got := len(zh.all("#deals-open tbody tr")); got != 3 {
		t.Errorf("the board lists %d open deals, want 3", got)
	}
	en.says("tr.invalid .badge.bad", "2 errors")
	en.says("tr.invalid", "水泵控制器", "博远机电有限公司", "USD 50,000.00", "expected per year")
	zh.says("#deals-open tr:contains(新能源汽车高压线束)", "96,000.00 元", "56 天", "华东团队", "赵敏", "2026")
}

func TestStagePages(t *testing.T) {
	files := render(t, model(t, nil))
	en := open(t, files, "en/pipeline-selling.html")
	en.says("h1", "Selling")
	en.says("main > .fine", "Weight: 100%", "Stalled after: none", "Usual time at this stage: –")
	en.says("#deals tbody tr", "新能源汽车高压线束", "华东团队")
	open(t, files, "zh-CN/pipeline-discarded.html").says("#deals tbody tr", "伺服电机配套", "2026-03-20", "需求量过小")
}

func TestForecast(t *testing.T) {
	m := model(t, nil)
	p := open(t, render(t, m), "en/forecast.html")
	p.says("#forecast tbody tr:contains('Month not known')", "2", "USD 50,000.00")
	p.says("#lacks ~ .fields", "Lead", "too few")
	p.says("figcaption", "Weighted sales of a year")
	open(t, render(t, model(t, onlyRegistries)), "zh-CN/forecast.html").says(".empty", "暂无可预测的内容")
}

// What a contract dates is expected on its day; what no contract dates yet, as
// the stages ahead usually take.
func TestExpectedOn(t *testing.T) {
	m := modelOf(t, nil)
	relay, harness := m.byDeal[m.Company.Deal("hengtai-relay")], m.byDeal[m.Company.Deal("hengtai-harness")]
	if on, estimated := m.expectedOn(harness); on != value.MustDay("2026-09-30") || estimated {
		t.Errorf("the harness is expected on %s, estimated: %v", on, estimated)
	}
	if on, _ := m.expectedOn(relay); on != 0 {
		t.Errorf("nothing is known, and the relay is expected on %s", on)
	}
	for _, state := range m.stages.ahead(0) {
		m.Figures.durations[state] = []int{10, 10, 10, 20, 30}
	}
	ahead := value.Day(10 * len(m.stages.ahead(0)))
	if on, estimated := m.expectedOn(relay); on != asOf+ahead-10 || !estimated { // its stage has lasted for longer
		t.Errorf("the relay is expected on %s, estimated: %v", on, estimated)
	}
}

func TestStagesAhead(t *testing.T) {
	m := modelOf(t, nil)
	for _, state := range m.stages.ahead(0) {
		if state == "tendering" || m.stages.at(state) >= m.stages.agreed {
			t.Errorf("every deal passes %s before the agreement", state)
		}
	}
}

func TestStatistics(t *testing.T) {
	p := open(t, render(t, model(t, nil)), "en/statistics.html")
	p.says("#conversion tbody tr:contains(Lead)", "4", "2", "1", "too few (3 of 5)")
	p.says("#stays tbody tr:contains(Lead)", "too few", "14 days")
	p.says("#results", "Supply agreement reached", "Instalment received in full")
	p.says("#months-table", "2026-08", "2025-09")
	many := open(t, render(t, model(t, manyDeals(20))), "zh-CN/statistics.html")
	many.says("#conversion tbody tr:contains(线索)", "24", "21")
	many.says("#stays tbody tr:contains(线索)", "21")
}

func TestOutcomes(t *testing.T) {
	files := render(t, model(t, nil))
	p := open(t, files, "en/outcomes.html")
	p.says("#years tbody tr", "2026", "¥96,000.00", "1", "too few (2 of 5)")
	p.says("#won tbody tr", "新能源汽车高压线束", "2026-06-20")
	p.says("#lost tbody tr", "伺服电机配套", "Discarded", "Lead", "需求量过小")
	open(t, render(t, model(t, onlyRegistries)), "en/outcomes.html").says(".empty", "Nothing has been decided yet")
}

func TestBreakdown(t *testing.T) {
	p := open(t, render(t, model(t, nil)), "zh-CN/breakdown.html")
	p.says("#teams tbody tr:contains(华东团队)", "2", "396,000.50 元", "111,000.03 元", "40%（2/5）")
	p.says("#owners tbody tr", "赵敏")
	p.says("#customers tbody tr:contains(博远机电有限公司)", "USD 50,000.00")
	p.says("#years", "2026")
}

func TestRates(t *testing.T) {
	for _, c := range []struct{ part, of, want int }{{1, 2, 50}, {2, 3, 67}, {1, 8, 13}, {0, 5, 0}, {5, 5, 100}} {
		if got := percent(c.part, c.of); got != c.want {
			t.Errorf("%d of %d is %d%%, want %d%%", c.part, c.of, got, c.want)
		}
	}
	if got := median([]int{1, 5, 9, 30}); got != 5 {
		t.Errorf("the median is %d, want 5", got)
	}
}

// onlyRegistries leaves a company without customers and deals.
func onlyRegistries(files fstest.MapFS) { companies["a company without deals"](files) }

func modelOf(t *testing.T, edit func(fstest.MapFS)) *Model {
	t.Helper()
	m, err := newModel(t.Context(), model(t, edit), func(string, []byte) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return m
}
