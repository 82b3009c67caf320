package rules

import (
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// edited is a side of a case with something in one of its files replaced; the
// digest of the lines is left as it is.
func edited(t *testing.T, name, file, from, to string) judged {
	t.Helper()
	x := load(t, "testdata/cases/"+name+".txtar")
	for i, f := range x.files {
		if strings.HasSuffix(f.Name, file) && !strings.HasPrefix(f.Name, "bad/") {
			if !strings.Contains(string(f.Data), from) {
				t.Fatalf("%s does not say %q", f.Name, from)
			}
			x.files[i].Data = []byte(strings.ReplaceAll(string(f.Data), from, to))
		}
	}
	return x.judge(t, "good")
}

// Whatever is wrong in the figures of a closing is found, where it stands.
func TestSumsOfAClosing(t *testing.T) {
	for _, c := range []struct{ file, from, to, what string }{
		{"2025-02.yaml", "bonus: 0", "bonus: 10", "bonus"},
		{"2025-02.yaml", "refunds: 0", "refunds: 10", "refunds"},
		{"2025-02.yaml", "deductions: 0", "deductions: 1", "deductions"},
		{"2025-02.yaml", "carried: 1500", "carried: 1400", "carried"},
		{"2025-02.yaml", "pay: 0, ", "carried-in: 5, pay: 0, ", "carried-in"},
		{"2025-02.yaml", "pay: 0,", "pay: 5,", "pay"},
		{"2025-02.yaml", "pay: 0, ", "netted: 5, pay: 0, ", "netted"},
		{"2025-02.yaml", "carried: 1500", "carried: 1500, carried-refunds: 1500", "carried-refunds"},
		{"2025-02.yaml", "opening: 0", "opening: 7", "opening"},
		{"2025-02.yaml", "paid: -1500", "paid: -1400", "paid"},
		{"2025-02.yaml", "closing: 0", "closing: 3", "closing"},
		{"2025-02.yaml", "forfeited: 0", "forfeited: 3", "closing"},
		{"2025-02.yaml", "person: zhao-min", "person: chen-bo", "totals"},
		{"2025-02.yaml", "{kind: reward, opening", "{kind: advance, opening", "balances"},
		{"2025-01.yaml", "closing: 0", "closing: 8", "opening"},
	} {
		got := edited(t, "payout_key-overpaid", c.file, c.from, c.to)
		is := func(d diag.Diagnostic) bool {
			return d.Rule == "payout/sums" && d.Args["what"] == diag.Term("payout.sum."+c.what) && d.Line > 1
		}
		if !slices.ContainsFunc(got.found, is) {
			t.Errorf("%s for %s: no finding about %s", c.to, c.from, c.what)
			got.log(t)
		}
	}
}

// People are known by id or name, and who is named otherwise is not.
func TestPeopleOfAClosing(t *testing.T) {
	if got := edited(t, "payout_paid-person", "-paid.yaml", "zhao-min", "赵敏"); len(got.errors()) > 0 {
		got.log(t)
		t.Error("a name is not known")
	}
	for from, rule := range map[string]string{"by: qian-fang": "actor/role", "persons: [zhao-min]": "ref/unknown-person"} {
		to := map[string]string{"by: qian-fang": "by: zhao-min", "persons: [zhao-min]": "persons: [nobody]"}[from]
		if got := edited(t, "payout_paid-person", "-paid.yaml", from, to); !slices.ContainsFunc(got.errors(), func(f finding) bool { return f.rule == rule }) {
			got.log(t)
			t.Errorf("%s is not refused by %s", to, rule)
		}
	}
}

// No more than ten differences from the ledger are shown, and how many more
// there are.
func TestManyDifferences(t *testing.T) {
	x := load(t, "testdata/cases/payout_matches-ledger.txtar")
	for i, f := range x.files {
		if f.Name == "good/payouts/2025-01.yaml" {
			var late []string
			for day := range 15 {
				late = append(late, "2025-01-"+string(rune('a'+day))+".yaml")
			}
			x.files[i].Data = append([]byte("late: ["+strings.Join(late, ", ")+"]\n"), f.Data...)
		}
	}
	n := 0
	for _, d := range x.judge(t, "good").found {
		if d.Rule != "payout/matches-ledger" {
			continue
		}
		n++
		if d.Args["part"] == diag.Term("payout.part.more") && d.Args["found"] != 5 {
			t.Errorf("the rest is said to be %v", d.Args["found"])
		}
	}
	if n != mostDifferences+1 {
		t.Errorf("%d differences are shown", n)
	}
}

// Rules and facts land apart, and a plan is a rule; a payment waits for its
// closing to be approved.
func TestApartFromEachOther(t *testing.T) {
	for text, rule := range map[string]string{
		"-- good/plans/2025-07-01.yaml --\nby: zhou-jianguo\n-- good/2025/hengtai-harness/campaigns/plant-visit/2025-02-05-plan.yaml --\n":         "change/rules-mixed",
		"-- good/payouts/2024-12.yaml --\n" + nothingDue + "-- good/payouts/2025-01-10-paid.yaml --\nby: qian-fang\nperiod: 2024-12\nbatch: '1'\n": "change/presupposes-approval",
	} {
		x, err := parseExample([]byte("story: tendered\nuntil: 2025-01-20\nas-of: 2025-02-05\nchange:\n\n" + text))
		if err != nil {
			t.Fatal(err)
		}
		got := x.judge(t, "good")
		if e := got.errors(); len(e) != 1 || e[0].rule != rule {
			t.Errorf("want %s, got %v", rule, e)
			got.log(t)
		}
	}
}

const nothingDue = `by: qian-fang
as-of: 2024-12-31
commit: 9fceb02d0ae598e95dc970b74767f19372d61af8
lines-digest: 1e9b5358edfeeef264472101c8d3dd478fc689b111484aa84bfa1c285d21d9d6
inputs-digest: none
`

// A finding of a closing reads well in both languages.
func TestSumsInWords(t *testing.T) {
	x := load(t, "testdata/cases/payout_sums.txtar")
	for _, d := range x.judge(t, "bad").found {
		if d.Rule != "payout/sums" {
			continue
		}
		if got := catalogue.Explain(catalogue.ZH, d); got.Found != "zhao-min CNY 的奖金为 1600" && d.Args["what"] == diag.Term("payout.sum.bonus") {
			t.Error(got.Found)
		}
	}
}
