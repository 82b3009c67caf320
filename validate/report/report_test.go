package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"github.com/shopspring/decimal"
	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The sample's rules have their texts here, so that the golden files show the
// formats alone and stay as they are when a real rule's sentence is improved.
func TestMain(m *testing.M) {
	add := catalogue.Add
	add("sample/duplicate-key.title", "Key stands twice", "键重复")
	add("sample/duplicate-key.found", "the key {key} stands twice", "键 {key} 出现了两次")
	add("sample/duplicate-key.want", "each key once", "每个键只出现一次")
	add("sample/duplicate-key.fix", "delete one of the two lines", "删除其中一行")
	add("sample/duplicate-key.first", "it stands here first", "首次出现在这里")
	add("sample/actor.title", "Wrong role", "角色不符")
	add("sample/actor.found", "{who} is not {role}", "{who} 不是{role}")
	add("sample/actor.want", "one of: {roles}", "以下角色之一：{roles}")
	add("sample/actor.fix", "let somebody of that role record it", "请由该角色的人员登记")
	add("sample/backdated.title", "Backdated", "补录日期过早")
	add("sample/backdated.found", "the fact is {days} days old", "该记录已过去 {days} 天")
	add("sample/backdated.want", "at most {limit} days", "最多 {limit} 天")
	add("sample/backdated.fix", "check the date in the file's name", "检查文件名中的日期")
	add("sample/no-policy.title", "No policy", "缺少制度文件")
	add("sample/no-policy.found", "there is no policy", "没有制度文件")
	add("sample/no-policy.want", "deals/policy.yaml", "deals/policy.yaml")
	add("sample/no-policy.fix", "", "")
	os.Exit(m.Run())
}

const (
	qualify = "deals/2026/hengtai-harness/2026-01-20-qualify.yaml"
	hostile = "deals/2026/::error file=x,line=1::boo\n::warning::%0A.yaml"
)

var sources = map[string]string{
	qualify: "\ufeffby: 张敏\r\n" +
		"verdict: worth-developing\r\n" +
		"reason: 年需求 12 万套，verdict: 符合发展战略\r\n" +
		"\tverdict: no\r\n",
	hostile: "title: \x1b[2J\u202eevil ##[error]" + strings.Repeat("长", 10) + " <b>@all</b> " + strings.Repeat("x", 200) + "\n",
}

func source(file string) []byte {
	if s, ok := sources[file]; ok {
		return []byte(s)
	}
	return nil
}

func at(file string, line, col, length int) diag.Span {
	return diag.Span{File: file, Pos: diag.Pos{Line: line, Col: col}, Len: length}
}

func sample(l catalogue.Lang) Input {
	findings := []diag.Diagnostic{
		{Rule: "sample/no-policy"},
		{
			Rule: "sample/actor", Span: at(hostile, 1, 41, 4), Row: "TM-02", Clause: "4.1-W1",
			Args: diag.Args{
				"who":   "@all [x](http://evil.example) <img src=x> `\n::error::\x1b[31m",
				"role":  diag.Term("role.finance"),
				"roles": []diag.Term{"role.marketing-manager", "role.team-member"},
			},
		},
		{
			Rule: "sample/backdated", Severity: diag.Warning, Span: diag.Span{File: qualify}, Clause: "4.1-W1",
			Args: diag.Args{"days": 42, "limit": 30},
		},
		{
			Rule: "sample/duplicate-key", Span: at(qualify, 3, 18, 7), Args: diag.Args{"key": "verdict"},
			Related: []diag.Related{
				{Span: at(qualify, 2, 1, 7), Text: "sample/duplicate-key.first"},
				{Span: at(qualify, 4, 2, 7)},
			},
		},
		{Rule: "sample/duplicate-key", Span: at(qualify, 9, 1, 0), Args: diag.Args{"key": "reason"}},
	}
	return Input{Findings: findings, Lang: l, Source: source, Checked: 12, Deals: 2, Summary: deals(l)}
}

func deals(l catalogue.Lang) []Deal {
	word := func(en, zh string) string {
		if l == catalogue.EN {
			return en
		}
		return zh
	}
	return []Deal{
		{
			ID: "hengtai-harness", Title: "恒泰线束 2026 项目", Customer: "恒泰汽车",
			Decides: []Decision{
				{What: word("campaign plan: plant visit", "推广方案：工厂参观"), More: "12,800.00 CNY", Amount: decimal.NewFromInt(12800), Asks: true},
				{What: word("preliminary terms", "初步合同提成"), More: word("rate 3%, 王军 60%, 李芳 40%", "提成比例 3%，王军 60%，李芳 40%"), Asks: true},
				{What: word("the lead is worth developing", "线索值得开发")},
			},
			Currency: "CNY",
			From:     word("lead", "线索"), To: word("facilitation", "推进"),
			Given: []string{"王军"}, Missing: []string{"李芳", "赵总"},
			Link: "https://git.example.com/sales/deals?a=1&b=2",
		},
		{
			ID: "so-0107", Title: "@all #1 </h3><script>alert(1)</script> [x](javascript:x) ``` deadbeef1\n# boo", Customer: "**A&B** www.evil.example",
			Decides: numbered(7, 0),
			To:      word("lead", "线索"), Missing: []string{"@boss"}, Errors: 4, Link: "javascript:alert(1)",
		},
		{
			ID: "many-plans", Decides: append(append(numbered(1, 0)[:0], Decision{What: "big", More: "990,000.00 CNY", Amount: decimal.NewFromInt(990000), Asks: true}), numbered(9, 7)...),
			Currency: "CNY", To: word("lead", "线索"),
		},
		{
			ID: "contract", Decides: []Decision{{What: word("formal contract", "正式项目合同"), Asks: true}}, Currency: "CNY", Expected: "5,000,000.00 CNY",
			To: word("lead", "线索"),
		},
	}
}

// numbered are decisions, of which the first few ask for an approval of 10 CNY
// each.
func numbered(n, asking int) []Decision {
	var all []Decision
	for i := range n {
		d := Decision{What: strconv.Itoa(i + 1), Asks: i < asking}
		if d.Asks {
			d.More, d.Amount = "10.00 CNY", decimal.NewFromInt(10)
		}
		all = append(all, d)
	}
	return all
}

// golden runs check on the output of a format in every language.
func golden(t *testing.T, f Format, check func(t *testing.T, l catalogue.Lang, out string)) {
	for _, l := range catalogue.Langs {
		var b bytes.Buffer
		if err := f.Write(&b, sample(l)); err != nil {
			t.Fatal(err)
		}
		check(t, l, b.String())
	}
}

func TestGolden(t *testing.T) {
	for _, f := range Formats {
		t.Run(f.Name, func(t *testing.T) {
			path := filepath.Join("testdata", f.Name+".golden")
			if *update {
				rewrite(t, f, path)
			}
			want, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatalf("format %s has no golden file (run the test with -update): %v", f.Name, err)
			}
			if _, err := os.Stat(f.Name + ".go"); err != nil {
				t.Errorf("format %s has no file of its own: %v", f.Name, err)
			}
			texts := map[string]string{}
			for _, file := range want.Files {
				texts[file.Name] = string(file.Data)
			}
			golden(t, f, func(t *testing.T, l catalogue.Lang, out string) {
				if out != texts[string(l)] {
					t.Errorf("%s in %s differs from %s; got:\n%s", f.Name, l, path, out)
				}
			})
		})
	}
}

func rewrite(t *testing.T, f Format, path string) {
	var a txtar.Archive
	golden(t, f, func(t *testing.T, l catalogue.Lang, out string) {
		a.Files = append(a.Files, txtar.File{Name: string(l), Data: []byte(out)})
	})
	if err := os.WriteFile(path, txtar.Format(&a), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestEveryGoldenFileHasItsFormat(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if _, err := Named(strings.TrimSuffix(filepath.Base(file), ".golden")); err != nil {
			t.Error(err)
		}
	}
}

func TestNamedListsTheFormats(t *testing.T) {
	if f, err := Named("json"); err != nil || f.Name != "json" {
		t.Fatalf("json: %v, %v", f.Name, err)
	}
	_, err := Named("xml")
	for _, f := range Formats {
		if err == nil || !strings.Contains(err.Error(), f.Name) {
			t.Errorf("the error %v does not name %s", err, f.Name)
		}
	}
}

func TestEveryTextIsThereInBothLanguages(t *testing.T) {
	clean := func(l catalogue.Lang) Input { return Input{Lang: l, Checked: 1, Deals: 1} }
	many := func(l catalogue.Lang) Input {
		in := sample(l)
		for range 300 {
			in.Findings = append(in.Findings, in.Findings[:5]...)
			in.Summary = append(in.Summary, in.Summary[:2]...)
		}
		return in
	}
	for _, f := range Formats {
		for _, l := range catalogue.Langs {
			for _, in := range []Input{clean(l), many(l)} {
				var b bytes.Buffer
				if err := f.Write(&b, in); err != nil {
					t.Fatal(err)
				}
				if strings.Contains(b.String(), "⟨") || strings.Contains(b.String(), "{n}") {
					t.Errorf("%s in %s lacks a text:\n%s", f.Name, l, b.String())
				}
			}
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestWriteErrorsAreReported(t *testing.T) {
	for _, f := range Formats {
		if err := f.Write(full{}, sample(catalogue.EN)); err == nil {
			t.Errorf("%s: a failed write went unnoticed", f.Name)
		}
	}
}

func TestJSONFollowsItsSchema(t *testing.T) {
	schema, err := jsonschema.Compile("../../schema/json/findings.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	f, err := Named("json")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, f, func(t *testing.T, l catalogue.Lang, out string) {
		var v any
		if err := json.Unmarshal([]byte(out), &v); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %#v", l, err)
		}
		if strings.Contains(out, `\u003c`) || !strings.Contains(out, "<img") {
			t.Errorf("%s: text is escaped more than JSON asks for", l)
		}
	})
}
