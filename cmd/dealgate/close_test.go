package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

const (
	radarReceipt = "customers/ruifeng/receipts/2026-06-20-ccb-33107.yaml"
	radarChase   = "2025/ruifeng-radar/orders/so-0201/2026-06-08-chase.yaml"
	june         = "payouts/2026-06.yaml"
	july         = "payouts/2026-07.yaml"
)

// ledgers is a repository with a company that has money to pay.
type ledgers struct {
	t     *testing.T
	dir   string
	repo  *repository
	files tree // below deals/, as last committed
	head  string
}

// newLedgers lands the story up to a day, and waits two days.
func newLedgers(t *testing.T, until string, more ...string) *ledgers {
	l := &ledgers{t: t, dir: t.TempDir(), files: tree{}}
	l.repo = newRepository(t, l.dir)
	for _, name := range []string{"company", "direct"} {
		for _, f := range readArchive(t, storyDir+"/"+name+".txtar").Files {
			if fold.Classify(fold.Root+"/"+f.Name).Date <= value.MustDay(until) {
				l.files[f.Name] = string(f.Data)
			}
		}
	}
	l.files["policy.yaml"] = strings.Replace(l.files["policy.yaml"], "approvals: reviews", "approvals: none\nlanguage: en", 1)
	l.land((value.MustDay(until) + 2).String(), more...)
	return l
}

// land commits further files, given as path, content, path, …, on a day.
func (l *ledgers) land(day string, pairs ...string) string {
	l.t.Helper()
	l.files = l.files.with(pairs...)
	l.head = l.commit(day, l.files, l.head)
	l.checkOut(l.head, l.files)
	return l.head
}

func (l *ledgers) commit(day string, files tree, parent string) string {
	l.repo.clock = int(value.MustDay(day).Time().Add(2 * time.Hour).Unix())
	var parents []string
	if parent != "" {
		parents = []string{parent}
	}
	return l.repo.commit(placed(files), parents...)
}

// checkOut makes a commit the head and the folder its files.
func (l *ledgers) checkOut(commit string, files tree) {
	l.repo.branch("main", commit)
	must(l.t, os.RemoveAll(filepath.Join(l.dir, fold.Root)))
	for name, content := range placed(files) {
		put(l.t, filepath.Join(l.dir, filepath.FromSlash(name)), content)
	}
}

// close drafts a period and returns the draft.
func (l *ledgers) close(period string) string {
	l.t.Helper()
	dealgate(l.t, "close", period, l.dir).want(l.t, exitClean, "drafted deals/payouts/"+period+".yaml")
	data, err := os.ReadFile(filepath.Join(l.dir, "deals", "payouts", period+".yaml"))
	must(l.t, err)
	return string(data)
}

// judge tells the rules that a change of one file breaks when it is to land on
// the head.
func (l *ledgers) judge(day, name, content string) []string {
	l.t.Helper()
	l.repo.branch("proposal", l.commit(day, l.files.with(name, content), l.head))
	return errorsOf(l.t, dealgate(l.t, "validate", l.dir, "--base", l.head, "--head", "proposal", "--format", "json").out)
}

// A month is closed, paid, and the next one closed: what was recorded late and
// what was taken back after the closing falls into it.
func TestTwoClosings(t *testing.T) {
	l := newLedgers(t, "2026-06-30")
	first := l.close("2026-06")
	for _, says := range []string{"commit: " + l.head, "payee: he-jing, kind: commission", "amount: 3067.85", "payee: liu-yang", "amount: 6135.69", "roll-forward:"} {
		if !strings.Contains(first, says) {
			t.Errorf("the draft does not say %q:\n%s", says, first)
		}
	}
	if rules := l.judge("2026-07-04", june, first); len(rules) > 0 {
		t.Errorf("the draft as it is breaks %v", rules)
	}
	l.land("2026-07-04", june, first)
	l.land("2026-07-10", "payouts/2026-07-10-paid.yaml", "by: qian-fang\nperiod: 2026-06\nbatch: ccb-0710\n")
	l.land("2026-07-22",
		radarChase, "by: he-jing\ncontact: 财务经理\nsaid: 月底前付款\npromised: 2026-06-30\n",
		"customers/ruifeng/receipts/2026-07-22-correct.yaml", "by: qian-fang\ncorrects: 2026-06-20-ccb-33107.yaml\naction: void\nreason: 银行退票，款项未到账\n")
	l.land("2026-08-03")
	second := l.close("2026-07")
	for _, says := range []string{"late:\n  - deals/" + radarChase, "amount: -3067.85", "amount: -6135.69", "carried: 6135.69"} {
		if !strings.Contains(second, says) {
			t.Errorf("the second draft does not say %q:\n%s", says, second)
		}
	}
	if rules := l.judge("2026-08-04", july, second); len(rules) > 0 {
		t.Errorf("the second draft breaks %v", rules)
	}
	l.land("2026-08-04", july, second)
	dealgate(t, "validate", l.dir).want(t, exitClean)
	dealgate(t, "bonus", l.dir, "--period", "2026-06").want(t, exitClean, "Paid on 2026-07-10, batch ccb-0710", "3,067.85")
	dealgate(t, "bonus", l.dir, "--period", "2026-07", "--person", "he-jing").want(t, exitClean, "-3,067.85", "Clawed back")
}

// Who is found out after the closing to have left earlier moves money of the
// closed month: the next closing names the roster as late, but not for an edit
// that moves nothing.
func TestRosterEditedAfterAClosing(t *testing.T) {
	for edit, late := range map[string]bool{"from: 2023-01-01, to: 2026-05-31": true, "from: 2022-12-31": false} {
		l := newLedgers(t, "2026-06-30")
		l.land("2026-07-04", june, l.close("2026-06"))
		roster := strings.Replace(l.files["roster.yaml"], "name: 何静, roles: [{role: team-member, from: 2023-01-01}], teams: [{team: east, from: 2023-01-01}]",
			"name: 何静, roles: [{role: team-member, "+edit+"}], teams: [{team: east, "+edit+"}]", 1)
		l.land("2026-07-20", "roster.yaml", roster)
		l.land("2026-08-03")
		draft := l.close("2026-07")
		if got := strings.Contains(draft, "late:\n  - deals/roster.yaml"); got != late {
			t.Errorf("%s: late is %v in\n%s", edit, got, draft)
		}
		if rules := l.judge("2026-08-04", july, draft); len(rules) > 0 {
			t.Errorf("%s: the draft breaks %v", edit, rules)
		}
	}
}

// The same commit gives the same draft, and nothing is ever overwritten.
func TestDraftsAreStable(t *testing.T) {
	l := newLedgers(t, "2026-06-30")
	first := l.close("2026-06")
	name := filepath.Join(l.dir, "deals", june)
	dealgate(t, "close", "2026-06", l.dir).want(t, exitFailed, "is there already and is never overwritten")
	must(t, os.Remove(name))
	if second := l.close("2026-06"); second != first {
		t.Errorf("first\n%s\nsecond\n%s", first, second)
	}
}

// redigested is a closing whose digest is that of its lines, as somebody would
// write it who knows how.
func redigested(t *testing.T, draft string) string {
	t.Helper()
	body, findings := fold.Parse(fold.Classify("deals/"+june), []byte(draft))
	if body == nil {
		t.Fatalf("%v\n%s", findings, draft)
	}
	digest := fold.LinesDigest(body.(*fact.PayoutClose).Lines)
	return regexp.MustCompile(`lines-digest: .*`).ReplaceAllString(draft, "lines-digest: "+digest)
}

// Whatever a draft says beyond or beside the ledger keeps it from landing, also
// where it adds up and bears the right digest.
func TestCheatsInClosings(t *testing.T) {
	receipt := newLedgers(t, "2026-06-30").files[radarReceipt]
	l := newLedgers(t, "2026-06-10")
	old := l.head
	l.land("2026-07-02", radarReceipt, receipt)
	draft := l.close("2026-06")
	change := func(pairs ...string) string {
		out := draft
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(out, pairs[i]) {
				t.Fatalf("the draft does not say %q:\n%s", pairs[i], draft)
			}
			out = strings.ReplaceAll(out, pairs[i], pairs[i+1])
		}
		return redigested(t, out)
	}
	line := regexp.MustCompile(`(?m)^  - \{payee: he-jing, kind: commission.*\n`).FindString(draft)
	cases := map[string]struct {
		draft string
		rules []string
	}{
		"as drafted":        {draft, nil},
		"a line more":       {change(line, line+strings.Replace(line, "so-0201/all", "so-0202/all", 1)), []string{"payout/matches-ledger", "payout/sums"}},
		"a line less":       {change(line, ""), []string{"payout/matches-ledger", "payout/sums"}},
		"an amount changed": {change("3067.85", "4067.85"), []string{"payout/matches-ledger"}},
		"a person swapped":  {change("payee: he-jing, kind: commission", "payee: zhao-min, kind: commission", "person: he-jing", "person: zhao-min"), []string{"payout/matches-ledger"}},
		"a basis changed":   {change("basis: 260000.00", "basis: 250000.00"), []string{"payout/matches-ledger"}},
		"a wrong total":     {change("pay: 6135.69", "pay: 6235.69"), []string{"payout/matches-ledger", "payout/sums"}},
		"a wrong balance":   {change("adjustments: 0.00", "adjustments: 10.00"), []string{"payout/matches-ledger", "payout/sums"}},
		"late facts added":  {change("lines:\n", "late: [deals/"+radarReceipt+"]\nlines:\n"), []string{"payout/matches-ledger"}},
		"an unknown commit": {change(l.head, strings.Repeat("1", 40)), []string{"payout/commit"}},
		"an old commit":     {change(l.head, old), []string{"payout/commit"}},
		"a short commit":    {change(l.head, l.head[:12]), []string{"payout/commit"}},
		"other inputs":      {regexp.MustCompile(`inputs-digest: .*`).ReplaceAllString(draft, "inputs-digest: "+strings.Repeat("0", 64)), []string{"payout/matches-ledger"}},
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		c := cases[name]
		got := slices.Compact(l.judge("2026-07-05", june, c.draft))
		for _, rule := range c.rules {
			if !slices.Contains(got, rule) {
				t.Errorf("%s: breaks %v, want %s", name, got, rule)
			}
		}
		if len(c.rules) == 0 && len(got) > 0 {
			t.Errorf("%s: breaks %v", name, got)
		}
	}
}

// A closing that was right when it was drafted is refused once the ledger says
// something else, and one that leaves out a late fact.
func TestStaleClosings(t *testing.T) {
	l := newLedgers(t, "2026-06-30")
	draft := l.close("2026-06")
	l.land("2026-07-03", "customers/ruifeng/receipts/2026-06-25-correct.yaml", "by: qian-fang\ncorrects: 2026-06-20-ccb-33107.yaml\naction: void\nreason: 重复登记\n")
	if rules := l.judge("2026-07-04", june, draft); !slices.Contains(rules, "payout/matches-ledger") {
		t.Errorf("a stale draft breaks %v", rules)
	}
	l = newLedgers(t, "2026-06-30")
	l.land("2026-07-04", june, l.close("2026-06"))
	l.land("2026-07-22", radarChase, "by: he-jing\ncontact: 财务经理\nsaid: 月底前付款\npromised: 2026-06-30\n")
	l.land("2026-08-03")
	without := regexp.MustCompile(`late:\n  - .*\n`).ReplaceAllString(l.close("2026-07"), "")
	if rules := l.judge("2026-08-04", july, without); !slices.Contains(rules, "payout/matches-ledger") {
		t.Errorf("a draft without its late fact breaks %v", rules)
	}
}

// What nobody is proven to have approved is not closed, and the gate does not
// take a closing that rests on it.
func TestClosingsWantProof(t *testing.T) {
	l := newLedgers(t, "2026-06-30")
	draft := l.close("2026-06")
	receipt := l.files[radarReceipt]
	l = newLedgers(t, "2026-06-10", "policy.yaml", strings.Replace(l.files["policy.yaml"], "approvals: none", "approvals: reviews", 1))
	l.land("2026-07-02", radarReceipt, receipt)
	dealgate(t, "close", "2026-06", l.dir).want(t, exitFindings, "payout/unproven", "deals/"+radarReceipt)
	if _, err := os.Stat(filepath.Join(l.dir, "deals", june)); err == nil {
		t.Error("a draft was written all the same")
	}
	rules := l.judge("2026-07-04", june, draft)
	if !slices.Contains(rules, "payout/unproven") || slices.Contains(rules, "payout/not-judged") {
		t.Errorf("a closing of what is not proven breaks %v; it was judged", rules)
	}
}

// After an outage one run states a closing together with what it rests on.
func TestAClosingIsStatedAfterWhatItRestsOn(t *testing.T) {
	l := newLedgers(t, "2026-06-30")
	receipt := l.files[radarReceipt]
	known := func(who string, id int) string {
		return fmt.Sprintf("  %s: {accounts: [{host: git.huaxin.example, id: %d, login: %s}], mails: [%s@example.com], ", who, id, who, strings.TrimSuffix(who, "-min"))
	}
	roster := strings.NewReplacer("  zhou-jianguo: {", known("zhou-jianguo", 1), "  zhao-min: {", known("zhao-min", 5), "  qian-fang: {", known("qian-fang", 13)).Replace(l.files["roster.yaml"])
	l = newLedgers(t, "2026-06-10", "roster.yaml", roster, "policy.yaml", strings.Replace(l.files["policy.yaml"], "approvals: none", "approvals: reviews", 1))
	reviews := filepath.Join(t.TempDir(), "reviews.json")
	pulls := []string{pullLanded(1, l.land("2026-07-02", radarReceipt, receipt), "2026-07-02")}
	attest := func() outcome {
		put(t, reviews, `{"version": 1, "host": "git.huaxin.example", "pull_requests": [`+strings.Join(pulls, ",")+`]}`)
		return dealgate(t, "attest", l.dir, "--reviews", reviews)
	}
	attest().want(t, exitClean, "stated: files 1")
	pulls = append(pulls, pullLanded(2, l.land("2026-07-04", june, l.close("2026-06")), "2026-07-04"))
	must(t, os.Remove(filepath.Join(l.dir, ".git", "refs", "heads", "approvals")))
	o := attest()
	o.want(t, exitClean, "stated: files 1, approvals 1", "stated: files 1, approvals 2")
	if strings.Contains(o.out, "payout/unproven") {
		t.Error("the closing was judged before what it rests on")
	}
}

// pullLanded is a pull request of a marketing manager that was approved by two and landed
// as a commit.
func pullLanded(number int, commit, day string) string {
	review := `{"id": "%d", "state": "approved", "author": {"id": %d, "login": "%s"}, "commit": "` + commit + `", "submitted": "` + day + `T14:00:00+08:00"}`
	return fmt.Sprintf(`{"number": %d, "author": {"id": 5, "login": "zhao-min"}, "base": {"ref": "main"}, "head": {"commit": "`+commit+`"}, "state": "merged", "merge_commit": "`+commit+`", "merged_at": "`+day+`T20:00:00+08:00", "reviews": [`+review+`,`+review+`]}`,
		number, number*10, 13, "qian-fang", number*10+1, 1, "zhou-jianguo")
}

// Whatever keeps a period from being closed is said, and nothing is written.
func TestCloseRefuses(t *testing.T) {
	closed := func(t *testing.T) *ledgers {
		l := newLedgers(t, "2026-06-30")
		l.land("2026-07-04", june, l.close("2026-06"))
		l.land("2026-09-05")
		return l
	}
	for name, c := range map[string]struct {
		args string
		make func(*testing.T) *ledgers
		code int
		says string
	}{
		"a month to come":      {"2099-01", closed, exitFailed, "2099-01 ends on 2099-01-31"},
		"no month":             {"2026-13", closed, exitFailed, "is not a period"},
		"a gap":                {"2026-08", closed, exitFailed, "2026-07 comes before 2026-08"},
		"before the first":     {"2026-05", closed, exitFailed, "2026-05 cannot be closed any more"},
		"closed":               {"2026-06", closed, exitFailed, "never overwritten"},
		"somebody unknown":     {"2026-07 --by qian-fan", closed, exitFailed, "did you mean qian-fang 钱芳?"},
		"somebody who may not": {"2026-07 --by zhao-min", closed, exitFailed, "may not close a period"},
		"somebody of the name": {"2026-07 --by 钱芳", closed, exitClean, "drafted"},
		"not committed": {"2026-07", func(t *testing.T) *ledgers {
			l := closed(t)
			put(t, filepath.Join(l.dir, "deals", "customers", "ruifeng", "customer.yaml"), "name: x\n")
			return l
		}, exitFailed, "not everything under deals/ is committed"},
		"an error": {"2026-07", func(t *testing.T) *ledgers {
			l := closed(t)
			l.land("2026-09-06", radarChase, "by: nobody\n")
			return l
		}, exitFindings, "payout/unsound"},
		"a closing that cannot be read": {"2026-07", func(t *testing.T) *ledgers {
			l := closed(t)
			l.land("2026-09-06", june, "by: [\n")
			return l
		}, exitFindings, "payout/unsound"},
		"no repository": {"2026-07", func(t *testing.T) *ledgers {
			l := closed(t)
			must(t, os.RemoveAll(filepath.Join(l.dir, ".git")))
			return l
		}, exitFailed, "No git repository"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := c.make(t)
			args := strings.Fields(c.args)
			dealgate(t, append([]string{"close", args[0], l.dir}, args[1:]...)...).want(t, c.code, c.says)
			if _, err := os.Stat(filepath.Join(l.dir, "deals", july)); (err == nil) != (c.code == exitClean) {
				t.Errorf("exit code %d, and the draft: %v", c.code, err)
			}
		})
	}
}
