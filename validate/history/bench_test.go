package history

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/memory"

	"github.com/dealgate/dealgate/validate/cache"
)

// The size of the company that the benchmarks measure. Packing takes most of
// the preparation.
const (
	benchDeals   = 1000
	benchYears   = 5
	benchCommits = 500
)

// company writes a history in which every commit adds one fact to one deal.
type company struct {
	*lab
	deals [benchDeals][]object.TreeEntry
	years [benchYears][]object.TreeEntry
}

func benchRepo(b *testing.B) *Repo {
	s := memory.NewStorage()
	c := &company{lab: newLab(b, s)}
	for i := range benchDeals {
		c.fact(i, "deal.yaml")
	}
	parent := []string{c.commitTree(c.root(), "begin")}
	for i := range benchCommits {
		c.fact(i*7%benchDeals, fmt.Sprintf("2026-01-%02d-fact-%d.yaml", i%28+1, i))
		parent = []string{c.commitTree(c.root(), "land", parent...)}
	}
	c.checkout(parent[0])
	r, err := Open(repack(b, s, 10))
	must(b, err)
	b.Cleanup(func() { _ = r.Close() })
	return r
}

func (c *company) fact(deal int, name string) {
	e := object.TreeEntry{Name: name, Mode: filemode.Regular, Hash: c.blob(fmt.Sprintf("by: zhao-min\nverdict: worth-developing\nreason: %s of %d\n", name, deal))}
	c.deals[deal] = append(c.deals[deal], e)
	year := deal * benchYears / benchDeals
	put(&c.years[year], fmt.Sprintf("customer-%05d-harness", deal), c.writeTree(c.deals[deal]))
}

func put(tree *[]object.TreeEntry, name string, hash plumbing.Hash) {
	for i := range *tree {
		if (*tree)[i].Name == name {
			(*tree)[i].Hash = hash
			return
		}
	}
	*tree = append(*tree, object.TreeEntry{Name: name, Mode: filemode.Dir, Hash: hash})
}

func (c *company) root() plumbing.Hash {
	var deals, root []object.TreeEntry
	for i := range c.years {
		put(&deals, fmt.Sprint(2020+i), c.writeTree(c.years[i]))
	}
	put(&root, "deals", c.writeTree(deals))
	return c.writeTree(root)
}

// BenchmarkLanding is one change of one deal, with opening the repository.
func BenchmarkLanding(b *testing.B) {
	dir := benchRepo(b).store.(*disk).dir
	for b.Loop() {
		r, err := Open(filepath.Dir(dir))
		must(b, err)
		l, err := r.Landing("HEAD~1", "HEAD", "deals")
		must(b, err)
		if len(l.Changes) != 1 {
			b.Fatal(l.Changes)
		}
		must(b, r.Close())
	}
}

func BenchmarkWalk(b *testing.B) {
	r := benchRepo(b)
	for b.Loop() {
		must(b, r.Walk(context.Background(), "deals", WalkOptions{OldestFirst: true}, func(Step) error { return nil }))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/benchCommits, "µs/commit")
}

func BenchmarkProvenance(b *testing.B) {
	r := benchRepo(b)
	for b.Loop() {
		_, err := r.Provenance(context.Background(), "deals", "")
		must(b, err)
	}
}

func BenchmarkFSReadAll(b *testing.B) {
	r := benchRepo(b)
	for b.Loop() {
		fsys, err := r.FS("HEAD")
		must(b, err)
		contentOf(b, fsys)
	}
}

func BenchmarkDirty(b *testing.B) {
	r := benchRepo(b)
	fsys, err := r.FS("HEAD")
	must(b, err)
	r.root = b.TempDir()
	must(b, fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		to := filepath.Join(r.root, filepath.FromSlash(name))
		if err != nil || e.IsDir() {
			_ = os.MkdirAll(to, 0o755)
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		must(b, err)
		return os.WriteFile(to, data, 0o644)
	}))
	for b.Loop() {
		dirty, err := r.Dirty("deals")
		must(b, err)
		if len(dirty) > 0 {
			b.Fatal(dirty)
		}
	}
}

// BenchmarkLargeWalk walks a repository that DEALGATE_BENCH_REPO names, with
// nothing kept from a walk before and with everything.
func BenchmarkLargeWalk(b *testing.B) {
	dir := os.Getenv("DEALGATE_BENCH_REPO")
	if dir == "" {
		b.Skip("DEALGATE_BENCH_REPO names no repository")
	}
	walk := func(b *testing.B, c *cache.Cache) {
		r, err := Open(dir)
		must(b, err)
		defer r.Close()
		r.Remember(c)
		must(b, r.Walk(b.Context(), ".", WalkOptions{OldestFirst: true}, func(Step) error { return nil }))
	}
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			walk(b, nil)
		}
	})
	b.Run("kept", func(b *testing.B) {
		kept := func() *cache.Cache {
			return cache.Open(filepath.Join(b.TempDir(), "../cache"), filepath.Join(b.TempDir(), "../key"), "")
		}
		walk(b, kept())
		for b.Loop() {
			walk(b, kept())
		}
	})
}
