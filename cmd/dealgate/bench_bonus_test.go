package main

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// closedPeriods is how many months of the made-up company are closed: five years.
const closedPeriods = 60

// BenchmarkLedger computes what everybody is due and was paid in five years,
// every month closed but the last. It is to cost less than BenchmarkDecodeNodes.
func BenchmarkLedger(b *testing.B) {
	c := closedCompany(b, benchCompany(b))
	setGC(b)
	for b.Loop() {
		l := bonus.Compute(c)
		b.ReportMetric(float64(len(l.Lines)), "lines")
		b.ReportMetric(float64(len(c.Payouts)), "closed")
	}
}

// closedCompany folds the company of a folder and closes its months.
func closedCompany(b *testing.B, dir string) *fold.Company {
	b.Helper()
	c, err := fold.Load(b.Context(), os.DirFS(dir), fold.Options{})
	if err != nil {
		b.Fatal(err)
	}
	closings := fstest.MapFS{}
	for _, name := range []string{"policy", "roster"} {
		path := fold.Root + "/" + name + ".yaml"
		data, err := os.ReadFile(dir + "/" + path)
		if err != nil {
			b.Fatal(err)
		}
		closings[path] = &fstest.MapFile{Data: data}
	}
	for _, d := range closingsOf(bonus.Compute(c), c.AsOf.Month()) {
		data, err := d.YAML(c.Policy.Currency.S)
		if err != nil {
			b.Fatal(err)
		}
		closings[d.Path()] = &fstest.MapFile{Data: data}
	}
	closed, err := fold.Load(b.Context(), closings, fold.Options{AsOf: c.AsOf})
	if err != nil {
		b.Fatal(err)
	}
	c.Payouts = closed.Payouts
	return c
}

// closingsOf are the drafts that would have paid everything in time: each line
// in the month in which it became payable.
func closingsOf(l bonus.Ledger, open value.Month) []bonus.Draft {
	all := make([]bonus.Draft, closedPeriods)
	for i := range all {
		all[i] = bonus.Draft{Month: open - closedPeriods + value.Month(i), By: "x", Commit: "0123456789", InputsDigest: "x"}
	}
	for _, line := range l.Lines {
		if line.State == bonus.Payable && line.Person != "" && line.Period < open {
			d := &all[max(line.Period-all[0].Month, 0)]
			d.Lines = append(d.Lines, line)
		}
	}
	return all
}
