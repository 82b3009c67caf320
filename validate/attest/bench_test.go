package attest

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"
	"testing/fstest"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/cache"
	"github.com/dealgate/dealgate/validate/history"
)

// BenchmarkJudge decides about the approvals of every change of a repository
// that DEALGATE_BENCH_REPO names, as if there were a statement about each: it
// measures an audit without its signatures, with no cache, with one that is
// empty and with one that holds everything.
func BenchmarkJudge(b *testing.B) {
	dir := os.Getenv("DEALGATE_BENCH_REPO")
	if dir == "" {
		b.Skip("DEALGATE_BENCH_REPO names no repository")
	}
	before := debug.SetGCPercent(400) // as the program does
	b.Cleanup(func() { debug.SetGCPercent(before) })
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(850 << 20))
	kept := func(at string) *cache.Cache {
		return cache.Open(filepath.Join(at, "cache"), filepath.Join(at, "key"), "")
	}
	b.Run("none", func(b *testing.B) {
		for b.Loop() {
			benchJudge(b, dir, nil)
		}
	})
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			benchJudge(b, dir, kept(b.TempDir()))
		}
	})
	b.Run("next", func(b *testing.B) {
		at := b.TempDir()
		benchJudge(b, dir, kept(at))
		for b.Loop() {
			benchJudge(b, dir, kept(at))
		}
	})
}

func benchJudge(b *testing.B, dir string, c *cache.Cache) {
	repo, err := history.Open(dir)
	must(b, err)
	repo.Remember(c)
	a, err := prepare(b.Context(), Options{Repo: repo, Cache: c})
	must(b, err)
	for _, e := range a.eras.known {
		if e.company.Policy != nil {
			e.policy.body.(*fact.Policy).Approvals.S = "reviews"
			e.company.Policy.Approvals.S = "reviews"
		}
	}
	must(b, parallel(b.Context(), len(a.landed), func(i int) error {
		l := a.landed[i]
		if l.era.judged() != nil {
			return nil
		}
		l.claim = &claim{text: Statement[Change]{Subject: l.subjects(), Predicate: l.facts()}}
		if why := l.claim.differs(l); why != nil {
			b.Error(why)
		}
		l.claim.text = Statement[Change]{}
		_, err := a.ownEdits(l)
		return err
	}))
	must(b, a.judge(b.Context()))
	a.fates()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(len(a.landed)), "changes")
	b.ReportMetric(float64(len(a.report.Items)), "files")
	b.ReportMetric(float64(m.Sys>>20), "MB")
	must(b, repo.Close())
}

// BenchmarkStatements reads a signed statement about every change of that
// repository and verifies its signature: what BenchmarkJudge leaves out.
func BenchmarkStatements(b *testing.B) {
	dir := os.Getenv("DEALGATE_BENCH_REPO")
	if dir == "" {
		b.Skip("DEALGATE_BENCH_REPO names no repository")
	}
	repo, err := history.Open(dir)
	must(b, err)
	defer repo.Close()
	a, err := prepare(b.Context(), Options{Repo: repo})
	must(b, err)
	key, _ := testKey(b, "landing")
	branch := fstest.MapFS{}
	for _, l := range a.landed {
		data, err := Encode(Statement[Change]{Type: StatementType, PredicateType: ChangeType, Subject: l.subjects(), Predicate: l.facts()})
		must(b, err)
		sig, err := Sign(data, key)
		must(b, err)
		path := statementPath(l.Commit.Hash, l.Commit.When)
		branch[path], branch[path+history.Signature] = &fstest.MapFile{Data: data}, &fstest.MapFile{Data: sig}
	}
	b.ReportMetric(float64(len(a.landed)), "statements")
	for b.Loop() {
		a.kept, err = openArchive([]fs.FS{branch})
		must(b, err)
		for _, l := range a.landed {
			l.claims = nil
		}
		must(b, a.readClaims(b.Context()))
		for _, l := range a.landed {
			if c := l.claims[0]; c.broken != nil || c.forged != nil {
				b.Fatal(c.broken, c.forged)
			}
		}
	}
}
