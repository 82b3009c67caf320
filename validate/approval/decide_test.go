package approval

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/forge"
)

const (
	plan  = "deals/2025/hengtai-harness/campaigns/plant-visit/2025-02-05-plan.yaml"
	scope = Scope("deals/2025/hengtai-harness")
	host  = "git.huaxin.example"
)

// company is the cheats' company with the rules' story up to a day.
func company(tb testing.TB, until value.Day) fstest.MapFS {
	tb.Helper()
	tree := fstest.MapFS{}
	for _, name := range []string{"../rules/testdata/stories/company.txtar", "../rules/testdata/stories/tendered.txtar", "../testdata/cheats/company.txtar"} {
		data, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		for _, f := range txtar.Parse(data).Files {
			if path := fold.Root + "/" + f.Name; fold.Classify(path).Date <= until {
				tree[path] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
			}
		}
	}
	return tree
}

// planned is a change that adds the plan of a campaign, by sun-li.
func planned(tb testing.TB) Input {
	tb.Helper()
	base, head := company(tb, value.MustDay("2025-01-20")), company(tb, value.MustDay("2025-02-05"))
	files := []validate.File{validate.NewFile(plan, validate.Added)}
	ch, _, err := validate.Judge(context.Background(), base, fs.FS(head), files, validate.Rules{}, validate.Options{AsOf: value.MustDay("2025-02-05")})
	if err != nil {
		tb.Fatal(err)
	}
	sunli := Identity{"孙丽", "sun-li@huaxin.example"}
	return Input{
		Change: ch,
		PR:     forge.PullRequest{Number: 1, Author: forge.Account{Host: host, ID: 2, Login: "sun-li"}, BaseRef: "main", HeadCommit: "head"},
		Commits: []Commit{
			{Hash: "head", When: at(1), Author: sunli, Committer: sunli},
			{Hash: "first", When: at(0), Author: sunli, Committer: sunli},
		},
		Digests: map[Scope]Digest{scope: "new"},
		Seen: func(commit string) (map[Scope]Digest, error) {
			switch commit {
			case "head":
				return map[Scope]Digest{scope: "new"}, nil
			case "first":
				return map[Scope]Digest{scope: "old"}, nil
			}
			return nil, errors.New("no such commit")
		},
	}
}

// at is a time so many hours after the change began.
func at(hours int) time.Time {
	return time.Date(2025, 2, 5, 1, 0, 0, 0, time.UTC).Add(time.Duration(hours) * time.Hour)
}

func approve(id string, account int64, hours int) forge.Review {
	return forge.Review{ID: id, State: forge.Approved, Author: forge.Account{Host: host, ID: account, Login: id}, Commit: "head", Submitted: at(hours), Body: "同意"}
}

func show(r Result) string {
	var b strings.Builder
	for _, g := range r.Given {
		fmt.Fprintf(&b, "+%s %s\n", g.Role, g.Person)
	}
	for _, l := range r.Lacking {
		fmt.Fprintf(&b, "-%s %s\n", l.Role, l.Why)
	}
	for _, d := range r.Findings {
		fmt.Fprintf(&b, "%s:%d %s %s %s\n", d.File[strings.LastIndexByte(d.File, '/')+1:], d.Line, d.Row, d.Clause, d.Rule)
	}
	return b.String()
}

func TestWhatIsGivenAndLacking(t *testing.T) {
	in := planned(t)
	in.Reviews = []forge.Review{approve("wang", 3, 2)}
	want := "+department-manager wang-jun\n-general-manager approval/missing\n2025-02-05-plan.yaml:1 TP-01 4.2-W1.1 approval/missing\n"
	if got := show(Decide(in)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	in.Reviews = append(in.Reviews, approve("zhou", 1, 3))
	r := Decide(in)
	if want := "+department-manager wang-jun\n+general-manager zhou-jianguo\n"; show(r) != want {
		t.Errorf("got\n%s\nwant\n%s", show(r), want)
	}
	got := r.Given[1]
	want1 := Given{Fact: plan, Scope: scope, Role: "general-manager", Person: "zhou-jianguo", Name: "周建国",
		Account: forge.Account{Host: host, ID: 1, Login: "zhou"}, Review: "zhou", Commit: "head", At: at(3), Text: "同意"}
	if got != want1 {
		t.Errorf("got %+v, want %+v", got, want1)
	}
}

// What cannot be told blocks.
func TestFailsClosed(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*Input)
		want  string
	}{
		"no commits":          {func(in *Input) { in.Commits = nil }, "approval/head-moved"},
		"no digest":           {func(in *Input) { in.Digests = nil }, "approval/unseen"},
		"empty digest":        {func(in *Input) { in.Digests[scope] = "" }, "approval/unseen"},
		"no date of a commit": {func(in *Input) { in.Commits[0].When = time.Time{} }, "approval/re-pointed"},
		"no rules":            {func(in *Input) { in.Change.Base.Roster = nil }, "approval/no-rules"},
		"a file of nothing":   {func(in *Input) { in.Change.Files[0].Path += "x" }, "approval/unreadable"},
		"another target":      {func(in *Input) { in.PR.Retargeted = at(3) }, "approval/retargeted"},
		"a path outside":      {func(in *Input) { in.Outside = []string{"go.mod"} }, "approval/unseen"},
		"an unknown state":    {func(in *Input) { in.Reviews[1].State = "odd" }, "approval/missing"},
	} {
		in := planned(t)
		in.Reviews = []forge.Review{approve("wang", 3, 2), approve("zhou", 1, 3)}
		c.spoil(&in)
		r := Decide(in)
		if !slices.ContainsFunc(r.Findings, func(d diag.Diagnostic) bool { return d.Rule == c.want }) {
			t.Errorf("%s: got\n%s\nwant %s", name, show(r), c.want)
		}
	}
}

// What lies outside deals/ wants whoever approves rules, file by file, also
// where nothing else is changed.
func TestOutside(t *testing.T) {
	const file = ".github/workflows/gate.yml"
	in := planned(t)
	in.Change.Files, in.Outside = nil, []string{file}
	in.Digests = map[Scope]Digest{file: "new"}
	in.Seen = func(string) (map[Scope]Digest, error) { return map[Scope]Digest{file: "new"}, nil }
	in.Reviews = []forge.Review{approve("wang", 3, 2)}
	if got, want := show(Decide(in)), "-general-manager approval/outside-deals\ngate.yml:0  own approval/outside-deals\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	in.Reviews = append(in.Reviews, approve("zhou", 1, 3))
	if got, want := show(Decide(in)), "+general-manager zhou-jianguo\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for path, want := range map[string]Scope{"a/b/c/d/e": "a/b/c/d/e", "deals.yaml": "deals.yaml", "deals/2025/x/odd/file": "deals/2025/x", "deals/policy.yaml": Rules} {
		if got := ScopeOf(path); got != want {
			t.Errorf("%s belongs to %s, not %s", path, got, want)
		}
	}
}

// Whatever is reviewed, what counts was given by the right people, for the
// content as it is, in the right order.
func TestReviewsNeverCountByChance(t *testing.T) {
	in := planned(t)
	rapid.Check(t, func(t *rapid.T) {
		in := in
		in.Reviews = rapid.SliceOfN(rapid.Custom(anyReview), 0, 8).Draw(t, "reviews")
		for i := range in.Reviews {
			in.Reviews[i].ID = fmt.Sprint(i)
		}
		r := Decide(in)
		var by []Given
		for _, g := range r.Given {
			holdGiven(t, in, g)
			if g.Role != "actor" {
				by = append(by, g)
			}
		}
		if len(by)+len(r.Lacking) != 2 {
			t.Fatalf("two approvals are asked for:\n%s", show(r))
		}
		if len(by) == 2 && (by[0].Person == by[1].Person || by[0].At.After(by[1].At)) {
			t.Fatalf("not by two people in order:\n%s", show(r))
		}
		if len(r.Lacking) > 0 && len(r.Findings) == 0 {
			t.Fatal("lacking, and nothing says so")
		}
		slices.Reverse(in.Reviews)
		again := Decide(in)
		if distinctTimes(in.Reviews) && show(again) != show(r) {
			t.Fatalf("the order of the list decides:\n%s\n%s", show(r), show(again))
		}
	})
}

func anyReview(t *rapid.T) forge.Review {
	return forge.Review{
		State:     rapid.SampledFrom([]forge.State{forge.Approved, forge.Approved, forge.ChangesRequested, forge.Commented, forge.Dismissed, forge.Pending, "odd"}).Draw(t, "state"),
		Dismissed: rapid.IntRange(0, 5).Draw(t, "dismissed") == 0,
		Author: forge.Account{
			Host: rapid.SampledFrom([]string{host, host, host, "elsewhere"}).Draw(t, "host"),
			ID:   rapid.SampledFrom([]int64{1, 1, 2, 3, 3, 14, 99, 0, -1}).Draw(t, "id"),
			Bot:  rapid.IntRange(0, 9).Draw(t, "bot") == 0,
		},
		Commit:    rapid.SampledFrom([]string{"head", "head", "first", "lost", ""}).Draw(t, "commit"),
		Submitted: at(rapid.IntRange(0, 40).Draw(t, "hours")),
	}
}

func distinctTimes(reviews []forge.Review) bool {
	seen := map[time.Time]bool{}
	for _, r := range reviews {
		if seen[r.Submitted] {
			return false
		}
		seen[r.Submitted] = true
	}
	return true
}

// holdGiven looks at one approval that counts without any of the engine. What
// the same person says afterwards may only say it once more.
func holdGiven(t *rapid.T, in Input, g Given) {
	i := slices.IndexFunc(in.Reviews, func(r forge.Review) bool { return r.ID == g.Review })
	r := in.Reviews[i]
	ids := map[string]int64{"wang-jun": 3, "zhou-jianguo": 1}
	roles := map[string]string{"wang-jun": "department-manager", "zhou-jianguo": "general-manager"}
	switch {
	case !approvesHead(r):
		t.Fatalf("no approval of the content as it is: %+v", r)
	case ids[g.Person] != r.Author.ID || roles[g.Person] != g.Role:
		t.Fatalf("not by whom it should: %+v", g)
	}
	for _, later := range in.Reviews {
		decisive := later.State != forge.Commented && later.State != forge.Pending
		if later.Author == r.Author && decisive && later.Submitted.After(r.Submitted) && !approvesHead(later) {
			t.Fatalf("taken back by %+v", later)
		}
	}
}

func approvesHead(r forge.Review) bool {
	return r.State == forge.Approved && !r.Dismissed && !r.Author.Bot && r.Author.Host == host &&
		r.Commit == "head" && !r.Submitted.Before(at(1))
}

// Two people may bear one name: their ids tell them apart.
func TestActorsOfOneName(t *testing.T) {
	in := planned(t)
	for _, p := range in.Change.Base.Roster.People {
		p.Name = "赵敏"
	}
	in.PR.Author = forge.Account{Host: host, ID: 4, Login: "lin-xia"}
	for _, d := range Decide(in).Findings {
		if d.Rule == "approval/actor" {
			if d.Args["id"] != "sun-li" || d.Args["opener"] != "lin-xia" {
				t.Errorf("got %v", d.Args)
			}
			return
		}
	}
	t.Error("nobody asks for the actor")
}

// What the facts refer to must have been seen as it is to land; a commit that
// cannot be read was seen by nobody. The file is named.
func TestGroundsSeen(t *testing.T) {
	for name, c := range map[string]struct {
		seen Grounds
		err  error
		file string
	}{
		"as they are":     {seen: Grounds{scope: {"a": "1", "b": ""}}},
		"another content": {seen: Grounds{scope: {"a": "2", "b": ""}}, file: "a"},
		"there before":    {seen: Grounds{scope: {"a": "1", "b": "3"}}, file: "b"},
		"unread":          {err: errors.New("no such commit"), file: "a"},
	} {
		in := planned(t)
		in.Reviews = []forge.Review{approve("wang", 3, 2), approve("zhou", 1, 3)}
		in.Grounds = Grounds{scope: {"a": "1", "b": ""}}
		in.Shown = func(string) (Grounds, error) { return c.seen, c.err }
		r := Decide(in)
		if c.file == "" && len(r.Lacking) > 0 {
			t.Errorf("%s: got\n%s", name, show(r))
		}
		for _, l := range r.Lacking {
			if l.Why != "approval/grounds-unseen" || l.Args["file"] != c.file {
				t.Errorf("%s: got %s %v, want %s", name, l.Why, l.Args["file"], c.file)
			}
		}
		if c.file != "" && len(r.Lacking) != 2 {
			t.Errorf("%s: got\n%s", name, show(r))
		}
	}
}
