package approval

import (
	"context"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/forge"
)

const closing = "deals/payouts/2024-12.yaml"

// closed is a change that closes a period, by wang-jun.
func closed(t *testing.T) Input {
	t.Helper()
	in := planned(t)
	base, head := company(t, value.MustDay("2025-01-20")), company(t, value.MustDay("2025-01-20"))
	head[closing] = &fstest.MapFile{Data: []byte("by: wang-jun\nas-of: 2024-12-31\ncommit: c\nlines-digest: d\ninputs-digest: d\n"), Mode: 0o644}
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
	in := closed(t)
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
