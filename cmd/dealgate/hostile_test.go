package main

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// hostile is one file that is put into the small company, and what is said.
type hostile struct {
	path, content string
	says          []string // "" content and no words: clean
}

func nested(n int) string { return "a: " + strings.Repeat("[", n) + strings.Repeat("]", n) + "\n" }

// bomb is a list of lists that would unfold to 10^levels items.
func bomb(levels int) string {
	var b strings.Builder
	b.WriteString("a: &a [x]\n")
	for i := range levels {
		name, last := string(rune('b'+i)), string(rune('a'+i))
		b.WriteString(name + ": &" + name + " [" + strings.Repeat("*"+last+", ", 9) + "*" + last + "]\n")
	}
	return b.String()
}

const by = "by: zhao-min\n"

// Each broken text is found at its place; the exit code says so.
func TestBrokenFiles(t *testing.T) {
	for name, c := range map[string]hostile{
		"truncated":           {leadFile, by + "source: \"展", []string{leadFile + ":2:9", "[yaml/syntax]"}},
		"truncated list":      {leadFile, by + "evidence: [a.pdf", []string{leadFile + ":2:11", "[yaml/syntax]"}},
		"binary":              {leadFile, "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", []string{leadFile + ":1:1", "[yaml/encoding]"}},
		"a PDF":               {leadFile, "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []string{leadFile + ":2:", "[yaml/encoding]"}},
		"UTF-16":              {leadFile, "\xff\xfeb\x00y\x00", []string{leadFile + ":1:1", "UTF-16"}},
		"GBK":                 {leadFile, by + "source: \xd5\xb9\xbb\xe1\n", []string{leadFile + ":2:10", "[yaml/encoding]", "0xBB"}},
		"NUL":                 {leadFile, by + "source: a\x00b\n", []string{leadFile + ":2:10", "U+0000"}},
		"escape":              {leadFile, by + "source: a\x1b[31mb\n", []string{leadFile + ":2:10", "U+001B"}},
		"bidi override":       {leadFile, by + "source: a\u202eb\n", []string{leadFile + ":2:10", "U+202E", "[yaml/bidi]"}},
		"escaped bidi":        {leadFile, by + "source: \"a\\u202eb\"\n", []string{leadFile + ":2:9", "[yaml/bidi]"}},
		"duplicate key":       {leadFile, by + "source: 展会\nby: qian\n", []string{leadFile + ":3:1", "[yaml/duplicate-key]"}},
		"two documents":       {leadFile, by + "source: 展会\n---\nby: qian\n", []string{leadFile + ":3:1", "[yaml/multiple-documents]"}},
		"alias bomb":          {leadFile, bomb(9), []string{leadFile + ":1:4", "[yaml/anchor]"}},
		"merge key":           {leadFile, "<<: {by: zhao-min}\nsource: 展会\n", []string{leadFile + ":1:1", "[yaml/merge-key]"}},
		"tag":                 {leadFile, by + "source: !!binary aGk=\n", []string{leadFile + ":2:9", "[yaml/tag]"}},
		"own tag":             {leadFile, by + "source: !exec rm\n", []string{leadFile + ":2:9", "[yaml/tag]"}},
		"brackets":            {leadFile, nested(1000), []string{leadFile + ":1:1", "[yaml/too-deep]"}},
		"10 MB of brackets":   {leadFile, strings.Repeat("[", 10<<20), []string{leadFile + ": ", "[yaml/too-large]"}},
		"many keys of braces": {leadFile, strings.Repeat("{", 200_000), []string{leadFile + ":1:", "[yaml/too-deep]"}},
		"deep indentation":    {leadFile, indented(400), []string{leadFile + ":", "[yaml/too-deep]"}},
		"long value":          {leadFile, by + "source: " + strings.Repeat("长", 30_000) + "\n", []string{leadFile + ":2:9", "[yaml/long-value]"}},
		"100,000 characters":  {leadFile, by + "source: " + strings.Repeat("a", 100_000) + "\n", []string{leadFile + ":2:9", "[yaml/long-value]"}},
		"100,000 in a key":    {leadFile, by + strings.Repeat("a", 100_000) + ": b\n", []string{leadFile + ":2:1"}},
		"long id":             {leadFile, "by: " + strings.Repeat("z", 100_000) + "\nsource: 展会\n", []string{leadFile + ":1:5"}},
		"empty":               {leadFile, "", []string{leadFile, "[yaml/empty]"}},
		"only a mark":         {leadFile, "\ufeff", []string{leadFile, "[yaml/empty]"}},
		"a list":              {leadFile, "- a\n", []string{leadFile + ":1:1", "[yaml/not-a-mapping]"}},
		"full-width colon":    {leadFile, "by：zhao-min\n", []string{leadFile + ":1:3", "[yaml/"}},
		"lone return":         {leadFile, "by: zhao-min\rsource: x\n", []string{leadFile + ":1:13", "U+000D"}},

		"broken policy":   {policyFile, "company: [\n", []string{policyFile + ":1:10", "[yaml/syntax]"}},
		"broken roster":   {rosterFile, "people: 1\n", []string{rosterFile + ":1:9", "[schema/wrong-type]"}},
		"broken customer": {headerFile, "name: [a]\n", []string{headerFile + ":1:7", "[schema/wrong-type]"}},
		"broken header":   {dealFile, "customer: hengtai\n", []string{dealFile, "[schema/missing-key]"}},
		"binary policy":   {policyFile, "\x00\x01\x02", []string{policyFile + ":1:1"}},

		"unknown time zone":     {policyFile, aCompany()[policyFile] + "time-zone: Mars/Olympus\n", []string{policyFile + ":6:12", "[policy/time-zone]"}},
		"this machine's zone":   {policyFile, aCompany()[policyFile] + "time-zone: Local\n", []string{policyFile + ":6:12", "[policy/time-zone]"}},
		"time zone out of tree": {policyFile, aCompany()[policyFile] + "time-zone: ../../etc/passwd\n", []string{policyFile + ":6:12", "[policy/time-zone]"}},
		"unknown currency":      {policyFile, aCompany()[policyFile] + "currency: ABC\n", []string{policyFile + ":6:11", "[schema/bad-currency]"}},
		"future workflow":       {policyFile, strings.Replace(aCompany()[policyFile], "workflow: 1", "workflow: 999", 1), []string{policyFile + ":3:11", "[policy/workflow-version]"}},
		"unknown team":          {rosterFile, strings.Replace(aCompany()[rosterFile], "team: east", "team: west", 1), []string{rosterFile + ":7:20", "[roster/unknown-team]"}},
		"unknown person":        {leadFile, "by: nobody\nsource: 展会\n", []string{leadFile + ":1:5", "[ref/unknown-person]"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := aCompany().with(c.path, c.content).onDisk(t)
			dealgate(t, "validate", dir, "--lang", "en").want(t, exitFindings, c.says...)
			zh := dealgate(t, "validate", dir, "--lang", "zh-CN")
			zh.want(t, exitFindings, append(c.says, "应为")...)
		})
	}
}

func indented(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// What nobody may type as a date or an amount is found where it stands.
func TestBrokenValues(t *testing.T) {
	const planFile = dealDir + "campaigns/visit/2026-01-28-plan.yaml"
	plan := by + "targets: [{organisation: 恒泰, role: 采购经理}]\nmeans: 参观\ngoals: [建立关系]\nintangible-value: 信任\ntangible-value: 订单\nbudget: "
	for _, amount := range []string{
		"1e400", "1e20000000", "-1e20000000", "NaN", ".nan", ".inf", "-.inf", "0x10", "0o17", "0b1", "1_000", "\"1,000\"", "1,000", "-5", "+5", "１２",
		"12万", "true", "[1]", "{a: 1}", "1.", ".5", "007", "9999999999999999", "0.0000000000000001", strings.Repeat("9", 19_000), "2026-01-01", "''",
	} {
		dir := aCompany().with(planFile, plan+amount+"\n").onDisk(t)
		o := dealgate(t, "validate", dir)
		o.want(t, exitFindings, planFile+":7:9", "[schema/")
		if t.Failed() {
			t.Fatalf("budget: %s", clipped(amount))
		}
	}
	importFile := dealDir + "2026-01-21-suspend.yaml"
	for _, day := range []string{"2026-02-30", "2026-13-01", "0000-00-00", "2026-2-3", "20260203", "2026/02/03", "9999-12-31", "二月三日", "2026-02-03T00:00:00Z", "-1"} {
		dir := aCompany().with(importFile, by+"reason: 等待\nreview-on: "+day+"\n").onDisk(t)
		dealgate(t, "validate", dir).want(t, exitFindings, importFile+":3:12", "[schema/bad-date")
	}
}

// Byte-order marks and Windows line ends change nothing, not even a column.
func TestLineEndsAndMarks(t *testing.T) {
	for name, content := range map[string]string{
		"fine":       "by: zhao-min\nsource: 展会\n",
		"unknown":    "by: zhao-min\nsourse: 展会\n",
		"duplicate":  "by: zhao-min\nby: zhao-min\nsource: 展会\n",
		"block text": "by: zhao-min\nsource: |\n  一\n  二\nx: 1\n",
		"broken":     "by: zhao-min\nsource: [展会\n",
	} {
		var want outcome
		for i, form := range []string{content, "\ufeff" + content, strings.ReplaceAll(content, "\n", "\r\n"), "\ufeff" + strings.ReplaceAll(content, "\n", "\r\n"), strings.TrimSuffix(content, "\n")} {
			all := aCompany().with(leadFile, form)
			if i == 3 { // the whole company as an editor of Windows leaves it
				for file, text := range all {
					all[file] = "\ufeff" + strings.ReplaceAll(strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n"), "\n", "\r\n")
				}
			}
			got := dealgate(t, "validate", all.onDisk(t))
			if i == 0 {
				want = got
			}
			if got != want && name != "broken" || got.code != want.code {
				t.Errorf("%s, form %d: got %+v, want %+v", name, i, got, want)
			}
		}
	}
}

// Markup and script are text like any other; control over the terminal is not.
func TestMarkupIsText(t *testing.T) {
	for _, s := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</title><svg onload=alert(1)>`, `{{.}} ${x} $(rm -rf) ; DROP TABLE deals`, `=cmd|' /C calc'!A0`,
		`javascript:alert(1)`, `::error file=x::y`, "`x` | [a](javascript:b)",
	} {
		q := "'" + strings.ReplaceAll(s, "'", "''") + "'"
		dir := aCompany().with(
			policyFile, strings.Replace(aCompany()[policyFile], "华东线束", q, 1),
			headerFile, "name: "+q+"\naliases: ["+q+"]\nregion: "+q+"\n",
			dealFile, "customer: hengtai\ntitle: "+q+"\nproduct: "+q+"\n",
			leadFile, by+"source: "+q+"\nnote: "+q+"\n",
		).onDisk(t)
		for _, format := range []string{"text", "json", "github", "markdown"} {
			dealgate(t, "validate", dir, "--format", format).want(t, exitClean)
		}
	}
}

// Names that lie, collide or lead out are found; nothing is followed.
func TestBrokenNames(t *testing.T) {
	for name, c := range map[string]hostile{
		"day that is none":     {dealDir + "2026-02-30-suspend.yaml", by, []string{"2026-02-30-suspend.yaml", "[layout/no-date]"}},
		"no date":              {dealDir + "lead.yaml", by, []string{"[layout/no-date]"}},
		"unknown step":         {dealDir + "2026-01-21-qualifi.yaml", by, []string{"[layout/unknown-step]", "qualify"}},
		"not YAML":             {dealDir + "2026-01-21-suspend.yml", by, []string{"[layout/not-yaml]"}},
		"case":                 {dealDir + "evidence/Customer-Form.md", "# x\n", []string{"[layout/colliding-name]"}},
		"decomposed":           {dealDir + "evidence/cafe\u0301.md", "# x\n", []string{"[layout/not-nfc]"}},
		"bidi in a name":       {dealDir + "evidence/a\u202efdp.exe", "# x\n", []string{"[layout/odd-name]"}},
		"newline in a name":    {dealDir + "evidence/a\n::error::b.md", "# x\n", []string{"[layout/odd-name]"}},
		"not UTF-8":            {dealDir + "evidence/\xff\xfe.md", "# x\n", []string{"[layout/odd-name]"}},
		"folder, not UTF-8":    {dealDir + "\xff/a.yaml", by, []string{"[layout/odd-name]"}},
		"deal, not UTF-8":      {"deals/2026/hengtai-\xff/deal.yaml", by, []string{"[layout/bad-id]"}},
		"top, not UTF-8":       {"deals/\xff/deal.yaml", by, []string{"[layout/unknown]"}},
		"deal without owner":   {"deals/2026/nobody-x/deal.yaml", by, []string{"[layout/deal-without-customer]"}},
		"folder for policy":    {"deals/policy.yaml/x", by, []string{policyFile, "[layout/"}},
		"folder for header":    {dealFile + "/x", by, []string{dealFile, "[layout/"}},
		"folder for a fact":    {leadFile + "/x", by, []string{leadFile, "[layout/"}},
		"file for a folder":    {dealDir + "evidence", "x", []string{dealDir + "evidence"}},
		"file for customers":   {"deals/customers", "x", []string{"deals/customers", "[layout/unknown]"}},
		"file for a year":      {"deals/2026", "x", []string{"deals/2026", "[layout/unknown]"}},
		"file for a deal":      {"deals/2026/hengtai-harness", "x", []string{"[layout/unknown]"}},
		"deep folders":         {dealDir + strings.Repeat("a/", 200) + "x.yaml", by, []string{"[layout/too-deep]"}},
		"git in deals":         {dealDir + ".git/config", "[core]\n", []string{"[layout/unknown]"}},
		"name of 255":          {dealDir + "2026-01-21-" + strings.Repeat("x", 239) + ".yaml", by, []string{"[layout/unknown-step]"}},
		"evidence goes up":     {leadFile, aCompany()[leadFile] + "evidence: [../deal.yaml]\n", []string{leadFile + ":3:12", "[evidence/outside]"}},
		"evidence is absolute": {leadFile, aCompany()[leadFile] + "evidence: [/etc/passwd]\n", []string{leadFile + ":3:12", "[evidence/outside]"}},
		"evidence on a drive":  {leadFile, aCompany()[leadFile] + "evidence: ['C:\\x.pdf']\n", []string{leadFile + ":3:12", "[evidence/outside]"}},
		"evidence is a folder": {leadFile, aCompany()[leadFile] + "evidence: [.]\n", []string{leadFile + ":3:12", "[evidence/"}},
	} {
		t.Run(name, func(t *testing.T) {
			tr := aCompany().without(c.path)
			for at := path.Dir(c.path); at != "."; at = path.Dir(at) {
				delete(tr, at)
			}
			dir := tr.with(c.path, c.content).onDiskOrSkip(t)
			dealgate(t, "validate", dir).want(t, exitFindings, c.says...)
		})
	}
}

// onDiskOrSkip writes the files where the system can hold such names.
func (tr tree) onDiskOrSkip(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range tr {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if os.MkdirAll(filepath.Dir(full), 0o755) != nil || os.WriteFile(full, []byte(content), 0o644) != nil {
			t.Skip("this system cannot hold such a name")
		}
	}
	return dir
}

// Two names that look alike, of which some systems keep one only.
func TestNamesThatCollide(t *testing.T) {
	for first, second := range map[string]string{
		dealDir + "evidence/caf\u00e9.md":          dealDir + "evidence/cafe\u0301.md",
		dealDir + "evidence/a.md":                  dealDir + "evidence/A.md",
		dealDir + "2026-01-21-suspend.yaml":        dealDir + "2026-01-21-SUSPEND.yaml",
		dealDir + "orders/so-1/2026-03-01-x.yaml":  dealDir + "orders/SO-1/2026-03-01-x.yaml",
		"deals/2026/hengtai-harness/x/y.yaml":      "deals/2026/Hengtai-harness/deal.yaml",
		"deals/customers/hengtai/evidence/\u212b":  "deals/customers/hengtai/evidence/\u00c5",
		"deals/customers/hengtai/2026-01-21-a.yml": "deals/customers/Hengtai/customer.yaml",
	} {
		dir := aCompany().with(first, "x: 1\n", second, "x: 1\n").onDiskOrSkip(t)
		dealgate(t, "validate", dir).want(t, exitFindings, "[layout/colliding-name]")
	}
}
