package attest

import (
	"maps"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/approval"
	"github.com/dealgate/dealgate/validate/cache"
)

// stories are whole deals, by the day on which a file is dated. The second
// deal with the same customer is the first under another name, some days later.
func stories(t *testing.T) map[string]files {
	days := map[string]files{}
	for _, name := range []string{"tendered", "direct"} {
		data, err := os.ReadFile("../rules/testdata/stories/" + name + ".txtar")
		must(t, err)
		for _, f := range txtar.Parse(data).Files {
			put(days, 0, f.Name, string(f.Data))
			if strings.Contains(f.Name, "/hengtai-harness/") {
				put(days, 5, strings.ReplaceAll(f.Name, "/hengtai-harness/", "/hengtai-second/"), string(f.Data))
			}
		}
	}
	return days
}

func put(days map[string]files, later int, name, data string) {
	day := "2025-01-01"
	if base := path.Base(name); len(base) > 10 && strings.HasPrefix(base, "20") {
		day = base[:10]
	}
	at, err := time.Parse(time.DateOnly, day)
	if err != nil || at.Year() < 2025 {
		at = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	key := at.AddDate(0, 0, later).Format(time.DateOnly)
	if days[key] == nil {
		days[key] = files{}
	}
	days[key]["deals/"+name] = data
}

// tell lands the stories, three days at a time where it can, and some of it
// late.
func tell(t *testing.T) *lab {
	l := newLab(t)
	l.base()
	days := stories(t)
	late := files{}
	n := 0
	for _, day := range slices.Sorted(maps.Keys(days)) {
		at, err := time.ParseInLocation(time.DateOnly, day, zone)
		must(t, err)
		l.clock = later(l.clock, at.Add(18*time.Hour))
		now := files{}
		for name, text := range days[day] {
			if n++; n%11 == 0 {
				late[name] = text
			} else {
				now[name] = text
			}
		}
		for _, f := range []files{now, late} {
			if len(f) > 0 && (n%5 != 0 || len(late) < 2) {
				l.move(l.commit(l.main.files.with(f), "lin-xia", "", l.main.hash))
			}
		}
		if n%5 != 0 || len(late) < 2 {
			late = files{}
		} else {
			maps.Copy(late, now)
		}
	}
	return l
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a.Add(time.Minute)
	}
	return b
}

// said decides about every change as if it had a statement without approvals,
// so that everything it needs is lacking.
func said(t *testing.T, l *lab, c *cache.Cache, steady func([]part, value.Day) int) map[string]string {
	a, err := prepare(t.Context(), l.optionsWith(c))
	must(t, err)
	a.steady = steady
	for _, c := range a.landed {
		if c.era.judged() == nil {
			c.claim = &claim{}
		}
	}
	must(t, a.judge(t.Context()))
	out := map[string]string{}
	for _, c := range a.landed {
		for file, why := range c.verdict.wrong {
			rules := strings.Fields(rulesOf(why))
			slices.Sort(rules)
			out[c.Commit.Hash+" "+file] = strings.Join(slices.Compact(rules), " ")
		}
	}
	return out
}

// Deciding customer by customer, and about many changes at once, comes to what
// deciding about each change in the whole tree comes to.
func TestFoldingAtOnceDecidesTheSame(t *testing.T) {
	l := tell(t)
	want := map[string]string{}
	repo := l.open()
	a, err := prepare(t.Context(), l.options())
	must(t, err)
	for _, c := range a.landed {
		if c.era.judged() != nil {
			continue
		}
		base, err := repo.FS(c.Parent)
		must(t, err)
		head, err := repo.FS(c.Commit.Hash)
		must(t, err)
		ch, _, err := validate.Judge(t.Context(), base, head, Files(c.changes), validate.Rules{}, validate.Options{AsOf: c.day()})
		must(t, err)
		seen := func(string) (map[approval.Scope]approval.Digest, error) { return nil, nil }
		var v verdict
		v.add(nil, approval.Decide(approval.Input{Change: ch, Digests: c.digests(), Seen: seen, Outside: outside(c.changes)}), nil)
		for file, why := range v.wrong {
			rules := strings.Fields(rulesOf(why))
			slices.Sort(rules)
			want[c.Commit.Hash+" "+file] = strings.Join(slices.Compact(rules), " ")
		}
	}
	if len(want) < 60 {
		t.Fatalf("only %d files lack something", len(want))
	}
	merged := 0
	counting := func(parts []part, latest value.Day) int {
		n := steady(parts, latest)
		if n > 1 {
			merged++
		}
		return n
	}
	refolding := func([]part, value.Day) int { t.Error("folded although all is known"); return 1 }
	dir := t.TempDir()
	kept := func() *cache.Cache { return keeper(dir) }
	none := func() *cache.Cache { return nil }
	for _, run := range []struct {
		name   string
		cache  func() *cache.Cache
		steady func([]part, value.Day) int
	}{
		{"one by one", none, func([]part, value.Day) int { return 1 }}, {"at once", none, counting},
		{"kept", kept, counting}, {"recalled", kept, refolding},
	} {
		if got := said(t, l, run.cache(), run.steady); !maps.Equal(got, want) {
			t.Errorf("%s:\n%v\nwant\n%v", run.name, got, want)
		}
	}
	if merged == 0 {
		t.Error("nothing was folded at once")
	}
}

// What a change asks for, and how much is at stake, follows from what had
// landed by then: not from what came later, though it is folded at once.
func TestFoldingAtOnceAsksTheSame(t *testing.T) {
	l := tell(t)
	want := contentsOf(t, l, func([]part, value.Day) int { return 1 })
	got := contentsOf(t, l, steady)
	if len(want) < 60 {
		t.Fatalf("only %d changes ask for something", len(want))
	}
	for change, is := range got {
		if !reflect.DeepEqual(is, want[change]) {
			t.Errorf("%s asks for\n%+v\nwant\n%+v", change, is, want[change])
		}
	}
}

// contentsOf tells what every change asks for, customer by customer.
func contentsOf(t *testing.T, l *lab, steady func([]part, value.Day) int) map[string]contents {
	a, err := prepare(t.Context(), l.options())
	must(t, err)
	a.steady = steady
	for _, c := range a.landed {
		if c.era.judged() == nil {
			c.claim = &claim{}
		}
	}
	out := map[string]contents{}
	for _, parts := range a.lives() {
		must(t, a.replay(t.Context(), parts))
		for _, p := range parts {
			if p.contents != nil {
				out[p.landed.Commit.Hash+" "+p.customer] = *p.contents
			}
		}
	}
	return out
}
