package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/cmd/dealgate/internal/demo"
	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/attest"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
	"github.com/dealgate/dealgate/validate/rules"
)

// The benchmarks share one made-up company. DEALGATE_BENCH_DEALS says how many
// deals it has, DEALGATE_BENCH_DIR where it is kept between runs.
func benchCompany(b *testing.B) string {
	b.Helper()
	deals := 1000
	if n, err := strconv.Atoi(os.Getenv("DEALGATE_BENCH_DEALS")); err == nil {
		deals = n
	}
	dir := os.Getenv("DEALGATE_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	dir = filepath.Join(dir, "company-"+strconv.Itoa(deals))
	opt := demo.Options{Deals: deals, Seed: 1}
	if os.Getenv("DEALGATE_BENCH_REVIEWS") != "" {
		dir += "-reviewed"
	}
	if isDir(filepath.Join(dir, fold.Root)) {
		return dir
	}
	if os.Getenv("DEALGATE_BENCH_REVIEWS") != "" {
		key, err := newKey(dir+".key", dir)
		if err != nil {
			b.Fatal(err)
		}
		opt.Signers = term{name: landingKey, from: value.MustDay("2020-01-01"), to: value.MustDay("2030-12-31")}.line(key)
	}
	schema.Table()
	if _, err := demo.Write(context.Background(), dir, opt, func(int, int) {}); err != nil {
		b.Fatal(err)
	}
	return dir
}

func setGC(b *testing.B) {
	before := debug.SetGCPercent(400)
	b.Cleanup(func() { debug.SetGCPercent(before) })
}

// BenchmarkDecodeNodes is the floor of validation: every YAML file below
// deals/ decoded by yaml.v3 into nodes, one after the other.
func BenchmarkDecodeNodes(b *testing.B) {
	fsys := os.DirFS(benchCompany(b))
	setGC(b)
	for b.Loop() {
		err := fs.WalkDir(fsys, fold.Root, func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(name, ".yaml") {
				return err
			}
			data, err := fs.ReadFile(fsys, name)
			if err != nil {
				return err
			}
			var n yaml.Node
			return yaml.Unmarshal(data, &n)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkValidate judges the whole company with every rule.
func BenchmarkValidate(b *testing.B) {
	dir := benchCompany(b)
	setGC(b)
	for b.Loop() {
		c, err := validate.State(b.Context(), os.DirFS(dir), rules.All, validate.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(c.Findings)), "findings")
		b.ReportMetric(float64(c.Files), "files")
	}
}

// BenchmarkOneChange judges the last landed change against its parent.
func BenchmarkOneChange(b *testing.B) {
	dir := benchCompany(b)
	for b.Loop() {
		repo, err := history.Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		landing, err := repo.Landing("HEAD~1", "HEAD", fold.Root)
		if err != nil {
			b.Fatal(err)
		}
		base, err := repo.FS(landing.Base.Hash)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := validate.Judge(b.Context(), base, landing.Tree, attest.Files(landing.Changes), rules.All, validate.Options{}); err != nil {
			b.Fatal(err)
		}
		if err := repo.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
