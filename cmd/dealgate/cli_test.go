package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema/catalogue"
)

// A command that is called wrongly says so in one line, in both languages.
func TestCalledWrongly(t *testing.T) {
	dir := aCompany().onDisk(t)
	t.Chdir(dir)
	for _, c := range []struct {
		args   string // space-separated
		en, zh string
	}{
		{"frobnicate", "there is no command frobnicate", "没有名为 frobnicate 的命令"},
		{"validat", "commands: ", "可用命令"},
		{"validate --frob", "no flag --frob", "没有选项 --frob"},
		{"validate -x", "no flag -x", "没有选项 -x"},
		{"validate --=x", "not the form of a flag", "不是选项的写法"},
		{"validate a b", "was called with 2 arguments", "收到 2 个参数"},
		{"validate --format xml", "the format “xml” is not known", "不支持格式“xml”"},
		{"validate --format ", "the format “” is not known", "不支持格式“”"},
		{"validate --as-of 2026-02-30", "“2026-02-30” is not a day", "“2026-02-30”不是"},
		{"validate --as-of today", "“today” is not a day", "“today”不是"},
		{"validate --base ", "--base is given but empty", "--base 的值为空"},
		{"validate --head x", "--base is missing", "缺少 --base"},
		{"validate nowhere", "cannot be opened", "无法打开文件夹"},
		{"validate --base HEAD", "No git repository", "没有找到 git 仓库"},
		{"status a b", "was called with 2 arguments", "收到 2 个参数"},
		{"status hengtai-harnes", "did you mean hengtai-harness?", "是否指 hengtai-harness"},
		{"status x", "there is no deal x", "没有项目 x"},
		{"status --as-of 1", "is not a day", "不是"},
		{"new", "was called with 0 arguments", "收到 0 个参数"},
		{"new hengtai-harness x", "has no step x", "没有步骤 x"},
		{"new hengtai-harness suspend --date 2026-13-01", "is not a day", "不是"},
		{"explain", "was called with 0 arguments", "收到 0 个参数"},
		{"explain nothing-of-the-kind", "nothing is called nothing-of-the-kind", "没有名为 nothing-of-the-kind 的内容"},
		{"explain cli", "nothing is called cli", "没有名为 cli 的内容"},
		{"version x", "was called with 1 arguments", "收到 1 个参数"},
	} {
		args := strings.Split(c.args, " ")
		for lang, says := range map[string]string{"en": c.en, "zh-CN": c.zh} {
			o := dealgate(t, append([]string{"--lang", lang}, args...)...)
			o.want(t, exitFailed, says)
			if o.out != "" || strings.Count(o.err, "\n") != 1 {
				t.Errorf("%q: not one line on the error output: %q %q", c.args, o.out, o.err)
			}
		}
	}
	dealgate(t, "validate", "--lang", "fr").want(t, exitFailed, "不支持语言“fr”")
	dealgate(t, "validate", "--lang").want(t, exitFailed, "--lang")
}

// Without --lang, a company speaks its own language.
func TestThePolicysLanguage(t *testing.T) {
	for lang, says := range map[string]string{"en": "there is no deal x", "zh-CN": "没有项目 x"} {
		t.Chdir(aCompany().with(policyFile, strings.Replace(aCompany()[policyFile], "language: en", "language: "+lang, 1)).onDisk(t))
		dealgate(t, "status", "x").want(t, exitFailed, says)
	}
}

// The commands that only read say what they know, and exit 0.
func TestReadingCommands(t *testing.T) {
	t.Chdir(aCompany().onDisk(t))
	for _, c := range []struct{ args, says string }{
		{"", "dealgate"}, {"--help", "validate"}, {"version", "dealgate "}, {"status", "hengtai-harness"},
		{"status hengtai-harness", "TM-02"}, {"status deals/2026/hengtai-harness/", "TM-02"}, {"new hengtai-harness suspend", "reason:"},
		{"explain TM-02", "TM-02"}, {"explain gd-05", "GD-05"}, {"explain qualify", "verdict:"}, {"explain schema/unknown-key", "remark: 见登记表"}, {"explain evidence/too-large", "字节\n"},
		{"explain yaml/bidi", "lin⟨U+202E⟩-xia"}, {"explain date/in-future", "判断截至 2025-01-15"}, {"explain GD-03", "缺少 2025/hengtai-harness/tender/1/2025-03-28-score-sun-li.yaml"},
		{"explain campaign.plan", "正确示例"}, {"explain policy", "示例"},
	} {
		dealgate(t, strings.Fields(c.args)...).want(t, exitClean, c.says)
	}
	for _, name := range explainable() {
		for _, lang := range catalogue.Langs {
			o := dealgate(t, "explain", name, "--lang", string(lang))
			o.want(t, exitClean)
			if strings.Contains(o.out, "()") || strings.Contains(o.out, "found:    …") || strings.Contains(o.out, "… shipped") {
				t.Errorf("explain %s has gaps:\n%s", name, o.out)
			}
		}
	}
}

// Everything that can be explained shows an example, but for what no file can
// show.
func TestEverythingShowsAnExample(t *testing.T) {
	without := map[string]bool{"layout/outside": true, "date/commit-in-future": true, "yaml/encoding": true, "yaml/too-large": true, "yaml/long-value": true, "schema/too-many": true, "schema/refused": true}
	without["audit/unsound-commit"] = true // a damaged tree of git is no text
	// What only a whole ledger can bring about.
	for _, name := range []string{"payout/unsound", "payout/unproven", "payout/commit"} {
		without[name] = true
	}
	for _, name := range explainable() {
		area, _, _ := strings.Cut(name, "/")
		o := dealgate(t, "explain", name, "--lang", "en")
		shows := strings.Contains(o.out, " example\n") || strings.Contains(o.out, "example of a cheat")
		if !shows && !without[name] && area != "doctor" {
			t.Errorf("%s shows no example", name)
		}
		if isRule(name) && !shows && !strings.Contains(o.out, "do: ") {
			t.Errorf("%s says not even what to do:\n%s", name, o.out)
		}
	}
}

func TestFormats(t *testing.T) {
	dir := aCompany().with(leadFile, "by: zhao-min\nsourse: <b>展会</b>\n").onDisk(t)
	for format, says := range map[string]string{
		"text": leadFile + ":2:1: error:", "github": "::error file=" + leadFile + ",line=2", "markdown": "2026-01-12-lead.yaml", "json": `"rule": "schema/unknown-key"`,
	} {
		dealgate(t, "validate", dir, "--format", format, "--lang", "en").want(t, exitFindings, says)
	}
	var v struct{ Findings []struct{ File string } }
	must(t, json.Unmarshal([]byte(dealgate(t, "validate", dir, "--format", "json").out), &v))
	for _, f := range v.Findings {
		if !fs.ValidPath(f.File) || strings.Contains(f.File, `\`) {
			t.Errorf("%q is not a path with slashes", f.File)
		}
	}
}

// An as-of date before a fact takes nothing away, and says so; one after it
// changes nothing.
func TestAsOf(t *testing.T) {
	dir := aCompany().onDisk(t)
	dealgate(t, "validate", dir, "--as-of", "2026-12-31").want(t, exitClean)
	dealgate(t, "validate", dir, "--as-of", "2026-01-15").want(t, exitFindings, qualifyFile)
}

// The folder may be named from inside the repository, or be deals itself.
func TestFromInside(t *testing.T) {
	dir, _, _ := repo(t)
	put(t, filepath.Join(dir, "docs", "x.md"), "x")
	for _, at := range []string{".", "deals", "docs", "deals/2026/hengtai-harness"} {
		t.Chdir(filepath.Join(dir, filepath.FromSlash(at)))
		dealgate(t, "validate", "--lang", "en").want(t, exitClean, "6 files and 1 deal")
	}
}

// An interrupted run is said to be one.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	root := newRoot()
	root.SetArgs([]string{"validate", aCompany().onDisk(t)})
	root.SetOut(new(bytes.Buffer))
	err := root.ExecuteContext(ctx)
	if err == nil || !strings.Contains(words(catalogue.EN, err), "interrupted") {
		t.Errorf("got %v", err)
	}
}

// A message stays one short harmless line, whatever it quotes.
func TestOneLine(t *testing.T) {
	got := oneLine("a\x1b[31m\nb\u202e\xff" + strings.Repeat("x", 5000))
	if !strings.HasPrefix(got, "a [31m b \uFFFDx") || len(got) > longest+10 || strings.ContainsAny(got, "\n\x1b\u202e") {
		t.Errorf("got %q", got)
	}
}

// Findings go to the standard output, whole, and a reader that goes away is no
// success.
func TestOutputFails(t *testing.T) {
	var errs bytes.Buffer
	if code := run([]string{"validate", aCompany().onDisk(t)}, broken{}, &errs); code != exitFailed {
		t.Errorf("exit code %d after a failed write", code)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "out", Err: os.ErrClosed}
}

// Two things done at the same time may both fail: whoever mends one wants to
// know of the other.
func TestBothErrorsAreTold(t *testing.T) {
	site, report := &wordedError{"cli.no-rules", nil}, errors.New("the report cannot be written")
	if got := both(site, report); !strings.Contains(words(catalogue.EN, got), report.Error()) || !strings.Contains(words(catalogue.ZH, got), site.In(catalogue.ZH)) {
		t.Errorf("told is %q", words(catalogue.ZH, got))
	}
	if got := words(catalogue.EN, both(report, report)); got != report.Error() {
		t.Errorf("the same is told as %q", got)
	}
	if both(nil, nil) != nil || both(site, nil) != error(site) || both(nil, report) != report {
		t.Error("one error is not itself")
	}
}
