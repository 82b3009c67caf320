package demo

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/source"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
)

// write writes a company into a folder of its own.
func write(tb testing.TB, opt Options) (string, Summary) {
	tb.Helper()
	dir := filepath.Join(tb.TempDir(), "demo")
	sum, err := Write(context.Background(), dir, opt, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return dir, sum
}

// inMemory is a company as it stands in the end, without a repository.
func inMemory(opt Options) (fstest.MapFS, Summary) {
	tree := fstest.MapFS{}
	s := newStream(opt, nil)
	for c := range s.changes {
		for _, f := range c.files {
			tree[f.path] = &fstest.MapFile{Data: f.data}
		}
	}
	return tree, s.sum
}

func load(tb testing.TB, tree fs.FS, asOf value.Day) *fold.Company {
	tb.Helper()
	c, err := fold.Load(context.Background(), tree, fold.Options{AsOf: asOf})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// complain fails for every finding, warnings included.
func complain(tb testing.TB, found []diag.Diagnostic) {
	tb.Helper()
	for _, f := range found[:min(len(found), 20)] {
		tb.Errorf("%s:%v: %s %s: %s", f.File, f.Pos, f.Rule, f.Row, catalogue.Text(catalogue.EN, f.Rule+".found", f.Args))
	}
}

func open(tb testing.TB, dir string) *history.Repo {
	tb.Helper()
	r, err := history.Open(dir)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = r.Close() })
	return r
}

func TestCompanyIsCleanAndAThirdIsPaid(t *testing.T) {
	for _, opt := range []Options{{Deals: 90, Seed: 1}, {Deals: 60, Seed: 2}} {
		tree, sum := inMemory(opt)
		c := load(t, tree, lastDay)
		complain(t, c.Findings)
		realised := 0
		for _, d := range c.Deals() {
			if d.RealisedOrders(c.AsOf) > 0 {
				realised++
			}
		}
		if len(c.Deals()) != opt.Deals || sum.Deals != opt.Deals || len(c.Customers) != sum.Customers {
			t.Errorf("%d deals of %d customers, summary %+v", len(c.Deals()), len(c.Customers), sum)
		}
		if 100*realised < 30*opt.Deals || 100*realised > 40*opt.Deals || sum.Paid > realised {
			t.Errorf("%d of %d deals are paid, the summary says %d", realised, opt.Deals, sum.Paid)
		}
	}
}

// TestEveryLandedChangeIsClean loads the company as it stood after each change.
func TestEveryLandedChangeIsClean(t *testing.T) {
	dir, sum := write(t, Options{Deals: 24, Seed: 5})
	r := open(t, dir)
	merges, landed := 0, 0
	err := r.Walk(context.Background(), fold.Root, history.WalkOptions{OldestFirst: true}, func(s history.Step) error {
		tree, err := r.FS(s.Commit.Hash)
		if err != nil {
			return err
		}
		complain(t, load(t, tree, value.DayOf(s.Commit.When)).Findings)
		for _, c := range s.Changes {
			if c.Kind != history.Added {
				t.Errorf("%s: %s is not an addition", s.Commit.Subject, c.Path)
			}
		}
		landed++
		merges += len(s.Commit.Parents) / 2
		return own(r, s.Commit)
	})
	if err != nil {
		t.Fatal(err)
	}
	if landed != sum.Changes || merges < landed*3/4 || merges == landed {
		t.Errorf("%d changes landed, %d of them merges, summary %+v", landed, merges, sum)
	}
}

// own checks the author's side of a merge.
func own(r *history.Repo, c history.Commit) error {
	if len(c.Parents) < 2 {
		return nil
	}
	o, err := r.Resolve(c.Parents[1])
	switch {
	case err != nil:
		return err
	case len(o.Parents) != 1 || o.Parents[0] != c.Parents[0] || o.Email != c.Email || o.When.After(c.When):
		return errors.New("the merged branch of " + c.Hash + " is not one commit of the same author")
	}
	return nil
}

func TestWorkTreeIsTheHead(t *testing.T) {
	dir, sum := write(t, Options{Deals: 20, Seed: 9})
	r := open(t, dir)
	head, err := r.Head()
	if err != nil {
		t.Fatal(err)
	}
	dirty, err := r.Dirty(".")
	if err != nil {
		t.Fatal(err)
	}
	if head.Hash != sum.Head || len(dirty) > 0 || !head.When.Equal(sum.To) {
		t.Errorf("head %s, summary %+v, dirty %v", head.Hash, sum, dirty)
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	_, a := write(t, Options{Deals: 30, Seed: 4})
	_, b := write(t, Options{Deals: 30, Seed: 4})
	_, c := write(t, Options{Deals: 30, Seed: 6})
	if a != b || a.Head == c.Head {
		t.Errorf("%+v\n%+v\n%+v", a, b, c)
	}
}

// TestEvidence holds that what is named is there, that nothing else is, that no
// placeholder was left open and that no private number slipped in.
func TestEvidence(t *testing.T) {
	tree, _ := inMemory(Options{Deals: 60, Seed: 3})
	for path, f := range tree {
		if bytes.ContainsAny(f.Data, "{}") || len(f.Data) == 0 {
			t.Errorf("%s: %s", path, f.Data)
		}
		complain(t, source.PrivateText(path, f.Data))
	}
	for _, d := range load(t, tree, lastDay).Deals() {
		for name := range d.Evidence {
			if !slices.ContainsFunc(d.Records, func(f *fold.Fact) bool { return bytes.Contains(tree[f.Path].Data, []byte(name)) }) {
				t.Errorf("%s: nobody names %s", d.Dir, name)
			}
		}
		for _, f := range d.Records {
			for _, e := range f.Body.Base().Evidence {
				if !d.Evidence[e.S] {
					t.Errorf("%s: %s is missing", f.Path, e.S)
				}
			}
		}
	}
}

// TestRoutes holds that a company of some size shows the whole workflow.
func TestRoutes(t *testing.T) {
	tree, _ := inMemory(Options{Deals: 600, Seed: 1})
	taken := map[string]bool{}
	for _, d := range load(t, tree, lastDay).Deals() {
		for _, i := range append(d.Instances, d.Main) {
			for _, row := range i.Taken {
				taken[row.Row.ID] = true
			}
		}
	}
	for _, row := range strings.Fields(`TM-03 TM-06 TM-08 TM-09 TM-14 TM-15 TM-17 TM-18 TM-19 TM-22 TM-24 TM-25 TM-26
		TP-10 TP-11 TB-10 TB-17 TF-06 TF-07 TF-12 TF-16 TF-18 TF-22 TF-24 TF-28
		TS-06 TS-07 TS-09 TS-12 TS-14 TS-16 TS-19 TS-20 TS-21 TS-22 TS-23 TD-05 TD-07 TD-08 TD-09`) {
		if !taken[row] {
			t.Errorf("no deal took %s", row)
		}
	}
}

func TestWriteStopsWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	dir := t.TempDir()
	_, err := Write(ctx, dir, Options{Deals: 50, Seed: 1}, func(done, total int) {
		if done == 10 && total == 50 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := Write(context.Background(), dir, Options{Deals: 1}, nil); err == nil {
		t.Error("a folder that is not empty was taken")
	}
}

func TestDocumentReadsBack(t *testing.T) {
	r := row{"a", "12", "b", "x: y", "c", "#1", "d", `say "no"`, "e", "1/3", "f", "8%", "g", "-", "h", "yes", "i", "3e5",
		"j", yuan(1250), "k", []string{"a", "b"}, "l", []row{{"m", "中文：好", "n", row{"o", 1}}}, "p", []string{"- x", "y"}}
	var got map[string]any
	if err := yaml.Unmarshal(document(r), &got); err != nil {
		t.Fatalf("%v\n%s", err, document(r))
	}
	for i := 0; i < 18; i += 2 {
		if got[r[i].(string)] != r[i+1] {
			t.Errorf("%s: %v is read as %v", r[i], r[i+1], got[r[i].(string)])
		}
	}
	if got["j"] != 12.5 || len(got["p"].([]any)) != 2 || got["l"].([]any)[0].(map[string]any)["n"] == nil {
		t.Errorf("got %v", got)
	}
}

func TestPeopleAndCustomersAreDistinct(t *testing.T) {
	c := newCompany(Options{Deals: 100_000, Seed: 99})
	s := newStream(Options{Deals: 100_000, Seed: 99}, nil)
	seen := map[string]bool{}
	for _, p := range c.people {
		for _, key := range []string{p.id, p.name} {
			if seen[key] {
				t.Errorf("%s comes twice", key)
			}
			seen[key] = true
		}
	}
	for n := range 40_000 {
		cu := c.newCustomer(n, s.rng)
		for _, key := range []string{cu.id, cu.name, cu.code} {
			if seen[key] {
				t.Fatalf("%s comes twice", key)
			}
			seen[key] = true
		}
	}
}
