package approval

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/forge"
)

const closing = "deals/payouts/2024-12.yaml"

// closed is a change that closes a period, by wang-jun, with more in the closing
// and in the policy.
func closed(t *testing.T, totals, delegations string) Input {
	t.Helper()
	in := planned(t)
	base, head := company(t, value.MustDay("2025-01-20")), company(t, value.MustDay("2025-01-20"))
	for _, tree := range []fstest.MapFS{base, head} {
		policy := tree["deals/policy.yaml"]
		tree["deals/policy.yaml"] = &fstest.MapFile{Data: append(slices.Clone(policy.Data), delegations...), Mode: 0o644}
	}
	head[closing] = &fstest.MapFile{Data: []byte("by: wang-jun\nas-of: 2024-12-31\ncommit: c\n" + totals + "lines-digest: d\ninputs-digest: d\n"), Mode: 0o644}
	files := []validate.File{validate.NewFile(closing, validate.Added)}
	ch, _, err := validate.Judge(context.Background(), base, fs.FS(head), files, validate.Rules{}, validate.Options{AsOf: value.MustDay("2025-02-05")})
	if err != nil {
		t.Fatal(err)
	}
	digests := Digests("huaxin", []Entry{{Path: closing, Mode: 0o100644, NewBlob: "blob"}})
	in.Change, in.Digests = ch, digests
	in.PR.Author = forge.Account{Host: host, ID: 3, Login: "wang-jun"}
	for i := range in.Commits {
		in.Commits[i].Author = Identity{"王军", "wang-jun@huaxin.example"}
		in.Commits[i].Committer = in.Commits[i].Author
	}
	in.Seen = func(string) (map[Scope]Digest, error) { return digests, nil }
	return in
}

// A closing is a scope of its own and wants finance, then the general manager.
func TestClosingWantsFinanceAndTheGeneralManager(t *testing.T) {
	in := closed(t, "", "")
	if len(in.Digests) != 1 || in.Digests[closing] == "" {
		t.Errorf("the scopes are %v", in.Digests)
	}
	for name, c := range map[string]struct {
		reviews []forge.Review
		want    string
	}{
		"both":            {[]forge.Review{approve("qian", 13, 2), approve("zhou", 1, 3)}, "+finance qian-fang\n+general-manager zhou-jianguo\n"},
		"finance alone":   {[]forge.Review{approve("qian", 13, 2)}, "+finance qian-fang\n-general-manager approval/missing\n2024-12.yaml:1 payout/close own approval/missing\n"},
		"whoever drew it": {[]forge.Review{approve("wang", 3, 2), approve("zhou", 1, 3)}, "-finance approval/missing\n-general-manager approval/order\n2024-12.yaml:1 payout/close own approval/missing\n2024-12.yaml:1 payout/close own approval/order\n"},
	} {
		in.Reviews = c.reviews
		if got := show(Decide(in)); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

// A delegation to close is measured by what the closing pays; without a limit it
// covers no sum at all.
func TestDelegateClosesWithinHisLimit(t *testing.T) {
	const (
		totals  = "totals:\n  - {person: zhao-min, bonus: 6000, refunds: 0, deductions: 0, pay: 6000}\n  - {person: chen-bo, bonus: 957.87, refunds: 0, deductions: 0, pay: 957.87}\n"
		foreign = totals + "  - {person: chen-bo, currency: USD, bonus: 1, refunds: 0, deductions: 0, pay: 1}\n"
		good    = "+finance qian-fang\n+general-manager sun-li\n"
		bad     = "+finance qian-fang\n-general-manager approval/delegation-limit\n2024-12.yaml:1 payout/close own approval/delegation-limit\n"
	)
	for name, c := range map[string]struct{ totals, limit, want string }{
		"within":         {totals, "limit: 6957.87, ", good},
		"over":           {totals, "limit: 6957.86, ", bad},
		"no limit":       {totals, "", bad},
		"other currency": {foreign, "limit: 10000000, ", bad},
		"nothing paid":   {"", "limit: 0.01, ", good},
	} {
		in := closed(t, c.totals, fmt.Sprintf("delegations:\n  - {role: general-manager, person: sun-li, steps: [payout.close], %sfrom: 2025-02-01, to: 2025-02-28}\n", c.limit))
		in.Reviews = []forge.Review{approve("qian", 13, 2), approve("sun", 2, 3)}
		if got := show(Decide(in)); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, c.want)
		}
	}
}
