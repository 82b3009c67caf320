package main

import (
	"encoding/json"
	"strings"
	"testing"
)

const payDir = "../../render/bonus/testdata/"

// paying is a case of the ledger as a company on disk: the second half of an
// order comes in, so that what waited becomes payable.
func paying(t *testing.T) (base, head tree) {
	t.Helper()
	base = tree{}
	for _, name := range []string{"contract.pdf", "so-1.pdf"} {
		base["deals/2026/hengtai-harness/evidence/"+name] = "%PDF-1.4\n%%EOF\n"
	}
	for _, name := range []string{"shared/company", "shared/formal", "shared/order", "difference/paid-in-full"} {
		for _, f := range readArchive(t, payDir+name+".txtar").Files {
			if strings.HasPrefix(f.Name, "deals/") {
				base[f.Name] = string(f.Data)
			}
		}
	}
	head = base
	for _, f := range readArchive(t, payDir+"difference/paid-in-full.txtar").Files {
		if name, ok := strings.CutPrefix(f.Name, "head/"); ok {
			head = head.with(name, string(f.Data))
		}
	}
	return base, head
}

// inSeptember is a repository whose commits are of after the cases' facts.
func inSeptember(t *testing.T) *repository {
	t.Helper()
	r := newBare(t, t.TempDir())
	r.clock = 1_789_000_000
	return r
}

// What a change does to whose pay is told in words and for programs, and to the
// readers of a pull request as far as policy lets them.
func TestBonusDifference(t *testing.T) {
	base, head := paying(t)
	r := inSeptember(t)
	first := r.commit(base)
	second := r.commit(head, first)
	r.branch("main", second)
	t.Chdir(r.git)
	args := []string{"bonus", "--base", first, "--head", second}
	dealgate(t, append(args, "--lang", "en")...).want(t, exitClean, "李雷: +¥60.00, of it payable at once +¥120.00", "Commission · 线束 (hengtai-harness)", "Waiting ¥60.00 → Payable ¥60.00 in 2026-07", "All amounts are before income tax.")
	dealgate(t, append(args, "--lang", "zh-CN")...).want(t, exitClean, "李雷：+60.00 元，其中可立即发放 +120.00 元", "待发 60.00 元 → 应发 60.00 元，期间 2026-07", "所有金额均为个人所得税前金额。")
	o := dealgate(t, append(args, "--format", "json")...)
	o.want(t, exitClean)
	var doc struct {
		Base, Head string
		AsOf       string `json:"as-of"`
		Totals     []struct{ Payee, Gained string }
	}
	if err := json.Unmarshal([]byte(o.out), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Base != first || doc.Head != second || doc.AsOf != "2026-09-10" || len(doc.Totals) != 2 {
		t.Errorf("%+v", doc)
	}
	dealgate(t, "bonus", "--base", second, "--head", second, "--lang", "en").want(t, exitClean, "The change gives nobody more or less.")
	for _, c := range []struct{ args, says string }{
		{"--base " + first + " --format xml", "expected one of text, json"},
		{"--base ", "--base is given but empty"},
		{"--base nowhere", "nowhere"},
	} {
		dealgate(t, append([]string{"bonus", "--lang", "en"}, strings.Split(c.args, " ")...)...).want(t, exitFailed, c.says)
	}
}

// A difference as of a day before the last facts is one of money, not of facts
// that are dated too late.
func TestBonusDifferenceOfAnEarlierDay(t *testing.T) {
	base, head := paying(t)
	later := "deals/2026/hengtai-harness/terms/2026-08-20-formal.yaml"
	terms := base["deals/2026/hengtai-harness/terms/2026-01-05-formal.yaml"]
	r := inSeptember(t)
	first := r.commit(base.with(later, terms))
	second := r.commit(head.with(later, terms), first)
	r.branch("main", second)
	t.Chdir(r.git)
	dealgate(t, "bonus", "--lang", "en", "--base", first, "--head", second, "--as-of", "2026-07-31").want(t, exitClean, "李雷: +¥60.00, of it payable at once +¥120.00")
}

// The comment shows pay only where policy lets its readers see it.
func TestCommentOnPay(t *testing.T) {
	base, head := paying(t)
	for totals, says := range map[string]string{
		"none": "", "deal": "+¥100.00", "all": "李雷",
	} {
		policy := base[policyFile] + "publish: {totals: " + totals + "}\n"
		r := inSeptember(t)
		first := r.commit(base.with(policyFile, policy))
		second := r.commit(head.with(policyFile, policy), first)
		r.branch("main", second)
		t.Chdir(r.git)
		put(t, "reviews.json", `{"version": 1, "host": "git.example.com", "pull_requests": [{"number": 7, "state": "open", "author": {"id": 1, "login": "qian"},
			"base": {"ref": "main"}, "head": {"commit": "`+second+`"}, "reviews": []}]}`)
		o := dealgate(t, "gate", "--base", first, "--head", second, "--reviews", "reviews.json", "--pr", "7", "--format", "markdown", "--lang", "en")
		if got := strings.Contains(o.out, "Pay, before tax"); got != (totals != "none") || !strings.Contains(o.out, says) {
			t.Errorf("publish.totals %s:\n%s%s", totals, o.out, o.err)
		}
	}
}

// A line is explained by its key, and who mistypes it is shown what is close.
func TestBonusExplain(t *testing.T) {
	_, head := paying(t)
	t.Chdir(head.onDisk(t))
	o := dealgate(t, "bonus", "explain", "han-mei 4.1-N4 deals/2026/hengtai-harness/orders/so-1/2026-05-06-order.yaml#so-1/all deals/customers/hengtai/receipts/2026-07", "--lang", "en")
	o.want(t, exitClean, "韩梅 · Commission", "├─ ", "receipts/2026-07-10-icbc-2.yaml:6", "All amounts are before income tax.")
	for _, line := range strings.Split(o.out, "\n") {
		if code, ok := strings.CutPrefix(line, "Key "); ok {
			dealgate(t, "bonus", "explain", code[:8], "--lang", "zh-CN").want(t, exitClean, "编号 "+code[:10])
			_, full, _ := strings.Cut(code, ": ")
			dealgate(t, append([]string{"bonus", "explain", "--lang", "en"}, strings.Fields(full)...)...).want(t, exitClean, line)
		}
	}
	dealgate(t, "bonus", "explain", "li-lex", "--lang", "en").want(t, exitFailed, "did you mean one of:", "li-lei")
	dealgate(t, "bonus", "explain", "li-lei", "--lang", "zh-CN").want(t, exitFailed, "有 2 个编号以 li-lei 开头")
	dealgate(t, "bonus", "explain", "???", "--lang", "en").want(t, exitFailed, "no line of the bonus report has the key ???")
	dealgate(t, "bonus", "explain", "--lang", "zh-CN").want(t, exitFailed, "收到 0 个参数")
}

// Nothing is published of the bonus report but where policy says so.
func TestBonusWhere(t *testing.T) {
	for more, want := range map[string]string{"": "none\n", "publish: {report: branch}\n": "branch\n", "publish: {report: none}\n": "none\n", "x: [\n": "none\n"} {
		t.Chdir(aCompany().with(policyFile, aCompany()[policyFile]+more).onDisk(t))
		if o := dealgate(t, "bonus", "where"); o.out != want || o.code != exitClean {
			t.Errorf("%q: %q %q", more, o.out, o.err)
		}
	}
}
