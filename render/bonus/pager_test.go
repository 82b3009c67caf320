package bonus

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/render/paging"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// pagesOf are the pages of a list, each with its texts for a selector.
func (r rendered) pagesOf(t *testing.T, file, selector string) [][]string {
	t.Helper()
	var out [][]string
	for n := 1; r["en/"+paging.File(file, n)] != nil; n++ {
		out = append(out, texts(r.page(t, "en/"+paging.File(file, n)), selector))
	}
	return out
}

// aLongLedger has lists of three pages or more: the lines of one person, what
// earns nothing, the deals, and a closed period. No two files have a name alike,
// so that little of it can be compressed.
func aLongLedger(perLine int) Ledger {
	l := hugeLedger(1, 0, 1100)
	for i := range l.Lines {
		line := &l.Lines[i]
		line.Deal, line.Key = oddDeal(i), Key{Payee: line.Person, Clause: line.Clause, Fact: odd(i, -1)}
		line.Sources = nil
		for k := range perLine {
			line.Sources = append(line.Sources, Source{File: odd(i, k), Line: k + 1})
		}
	}
	l.Nothing = slices.Clone(l.Lines[:250])
	p := &fold.Payout{Month: value.MustDay("2026-04-01").Month(), Body: &fact.PayoutClose{}}
	for i := range 1100 {
		p.Body.Totals = append(p.Body.Totals, fact.PayoutCloseTotals{Person: value.Text{S: fmt.Sprintf("x%04d", i)}})
		p.Body.Late = append(p.Body.Late, value.Text{S: odd(i, 0)})
	}
	l.Company.Payouts, l.Company.AsOf = []*fold.Payout{p}, someMeta().AsOf
	return l
}

// odd is a path that resembles no other.
func odd(i, k int) string {
	return fmt.Sprintf("deals/2026/%x/2026-05-01-expense.yaml", sha256.Sum256(fmt.Append(nil, i, k)))
}

func oddDeal(i int) *fold.Deal {
	id := fmt.Sprintf("deal-%04d-%.8s", i, strings.Split(odd(i, 0), "/")[2])
	return &fold.Deal{ID: id, Year: "2026", Dir: "deals/2026/" + id, Customer: &fold.Customer{ID: "customer"}}
}

// Whatever is spread over pages stands on exactly one of them, and the sums on
// each are those of the whole.
func TestEveryRowStandsOnOnePage(t *testing.T) {
	l := aLongLedger(3)
	r := renderAll(t, l, someMeta())
	sound(t, r)
	for _, list := range []struct {
		file, selector string
		pages, rows    int
	}{
		{"people/p000.html", ".line .key", 11, 1100},
		{"nothing.html", ".line .key", 3, 250},
		{"deals.html", ".deals tbody tr", 3, 1100},
		{"periods/2026-04.html", ".paid tbody tr", 3, 1100},
		{"periods/2026-04.html", "section[aria-labelledby=late] li", 3, 1100},
	} {
		pages := r.pagesOf(t, list.file, list.selector)
		rows := slices.Concat(pages...)
		once := slices.Clone(rows)
		slices.Sort(once)
		if once = slices.Compact(once); len(pages) != list.pages || len(rows) != list.rows || len(once) != list.rows {
			t.Errorf("%s: %d pages, %d of %s, %d of them different", list.file, len(pages), len(rows), list.selector, len(once))
		}
	}
	for _, sums := range r.pagesOf(t, "people/p000.html", ".payable h2") {
		if len(sums) > 0 && !slices.Equal(sums, []string{"Payable now ¥21,980.00"}) {
			t.Errorf("a page of the statement says %q", sums)
		}
	}
}

// The totals of people say on every page what all of them get.
func TestTotalsOfAllOnEveryPage(t *testing.T) {
	r := renderAll(t, hugeLedger(1100, 1, 1), someMeta())
	pages := r.pagesOf(t, "index.html", ".people tfoot tr")
	if len(pages) != 3 || !slices.Equal(pages[0], pages[2]) || len(pages[0]) != 1 {
		t.Errorf("%d pages say %q", len(pages), pages)
	}
}

// No page has over 100 KB compressed, even if nothing on it repeats.
func TestPagesStaySmall(t *testing.T) {
	for _, perLine := range []int{3, 60} {
		for name, data := range renderAll(t, aLongLedger(perLine), someMeta()) {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			if _, err := z.Write(data); err != nil || z.Close() != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, ".html") && b.Len() > 100_000 {
				t.Errorf("%s has %d bytes compressed, with %d files for each line", name, b.Len(), perLine)
			}
		}
	}
}
