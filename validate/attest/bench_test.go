package attest

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/dealgate/dealgate/validate/cache"
	"github.com/dealgate/dealgate/validate/history"
)

// benchRepo is the repository that DEALGATE_BENCH_REPO names, with a signed
// statement about every change.
func benchRepo(b *testing.B) string {
	dir := os.Getenv("DEALGATE_BENCH_REPO")
	if dir == "" {
		b.Skip("DEALGATE_BENCH_REPO names no repository")
	}
	stateAll(b, dir)
	before := debug.SetGCPercent(400) // as the program does
	b.Cleanup(func() { debug.SetGCPercent(before) })
	limit := debug.SetMemoryLimit(850 << 20)
	b.Cleanup(func() { debug.SetMemoryLimit(limit) })
	return dir
}

// BenchmarkAudit audits a repository with no cache, with one that is empty and
// with one that holds everything.
func BenchmarkAudit(b *testing.B) {
	dir := benchRepo(b)
	kept := func(at string) *cache.Cache {
		return cache.Open(filepath.Join(at, "cache"), filepath.Join(at, "key"), "")
	}
	b.Run("none", func(b *testing.B) {
		for b.Loop() {
			benchAudit(b, dir, nil)
		}
	})
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			benchAudit(b, dir, kept(b.TempDir()))
		}
	})
	b.Run("next", func(b *testing.B) {
		at := b.TempDir()
		benchAudit(b, dir, kept(at))
		for b.Loop() {
			benchAudit(b, dir, kept(at))
		}
	})
}

func benchAudit(b *testing.B, dir string, c *cache.Cache) {
	repo, err := history.Open(dir)
	must(b, err)
	repo.Remember(c)
	archive, err := history.OpenArchive(dir, Branch)
	must(b, err)
	views, done, err := archive.Views()
	must(b, err)
	r, err := Audit(b.Context(), Options{Repo: repo, Kept: views, Cache: c})
	must(b, err)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(len(r.Landed)), "changes")
	b.ReportMetric(float64(len(r.Items)), "files")
	b.ReportMetric(float64(r.Count()[Proven]), "proven")
	b.ReportMetric(float64(m.Sys>>20), "MB")
	must(b, done())
	must(b, repo.Close())
}

// BenchmarkSignatures verifies what BenchmarkAudit verifies, and nothing else.
func BenchmarkSignatures(b *testing.B) {
	archive, err := history.OpenArchive(benchRepo(b), Branch)
	must(b, err)
	views, done, err := archive.Views()
	must(b, err)
	defer func() { must(b, done()) }()
	list, err := openArchive(views)
	must(b, err)
	var all []kept
	for _, places := range list.statements {
		for _, p := range places {
			k, err := p.read()
			must(b, err)
			all = append(all, k)
		}
	}
	for b.Loop() {
		must(b, parallel(b.Context(), len(all), func(i int) error {
			if _, why := signer(all[i].data, all[i].sig); why != nil {
				b.Error(why)
			}
			return nil
		}))
	}
	b.ReportMetric(float64(len(all)), "signatures")
}
