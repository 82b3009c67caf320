package bonus

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// FuzzSplit divides any total by any shares, entered in one order and in the
// other.
func FuzzSplit(f *testing.F) {
	f.Add(int64(10000), uint8(2), []byte{1, 1, 1})
	f.Add(int64(-1), uint8(2), []byte{1, 2, 4})
	f.Add(int64(5), uint8(0), []byte{255, 0, 1, 0, 1})
	f.Add(int64(math.MinInt64), uint8(3), []byte{7})
	f.Fuzz(func(t *testing.T, units int64, digits uint8, weights []byte) {
		parts := weighed(weights[:min(len(weights), 50)])
		total := decimal.New(units, -int32(digits%4))
		splitsWell(t, total, parts, int32(digits%4))
		mixed := slices.Clone(parts)
		slices.Reverse(mixed)
		a, b := split(total, parts, int32(digits%4)), split(total, mixed, int32(digits%4))
		if !slices.EqualFunc(a, b, func(x, y portion) bool { return x.Person == y.Person && x.Amount.Equal(y.Amount) }) {
			t.Fatalf("%v and %v", a, b)
		}
	})
}

// weighed are shares in proportion to weights.
func weighed(weights []byte) []portion {
	sum := int64(1) // the first weighs one more, so that not all are zero
	for _, w := range weights {
		sum += int64(w)
	}
	parts := []portion{{Person: "p", Share: big.NewRat(1, sum)}}
	for i, w := range weights {
		parts = append(parts, portion{Person: fmt.Sprintf("p%d", i), Share: big.NewRat(int64(w), sum)})
	}
	return parts
}

// yamlish are texts that YAML reads as something else where they stand bare.
var yamlish = []string{"0107", "2026-08-14", "1e3", "12_000", "0x1F", ".5", "1:30", "~", "no", "a: b", "- x", "#", "&a", "*a", "!!int 1", "''", "|", "{}", "白露："}

// FuzzDraft writes any texts and amounts into a closing and reads it back: the
// same lines with the same digest, or nothing at all.
func FuzzDraft(f *testing.F) {
	for _, s := range slices.Concat(hostile, yamlish) {
		f.Add(s, s, s, int64(-123456), int64(1))
	}
	f.Fuzz(func(t *testing.T, person, rate, path string, units, basis int64) {
		d := anyDraft(person, rate, path, units, basis)
		data, _ := d.YAML("CNY")
		body, err := d.Body("CNY")
		if err != nil {
			if writable(person, 64) && writable(rate, 20000) && writable(path, 20000) {
				t.Fatalf("%v\n%s", err, data)
			}
			return
		}
		if got := fold.LinesDigest(body.Lines); got != fold.LinesDigest(d.facts("CNY")) || got != body.LinesDigest.S {
			t.Fatalf("%s, written as %s\n%s", got, body.LinesDigest.S, data)
		}
		for i, line := range body.Lines {
			if want := d.Lines[i]; line.Payee.S != want.Person || line.Rate.S != want.Rate || line.Fact.S != want.Key.Fact || !line.Amount.Equal(want.Amount) {
				t.Fatalf("%+v\n%s", line, data)
			}
		}
	})
}

// anyDraft has a line in the company's currency and one in another.
func anyDraft(person, rate, path string, units, basis int64) Draft {
	line := Line{
		Kind: Commission, Person: person, Deal: &fold.Deal{ID: "acme-d1"}, Basis: decimal.New(basis, -2), Rate: rate, Share: rate,
		Amount: decimal.New(units, -2), Currency: "CNY", On: value.MustDay("2026-03-31"), Key: Key{person, "4.1-N4", path, path},
	}
	yen := line
	yen.Currency, yen.Amount, yen.Basis = "JPY", decimal.New(units, 0), decimal.New(basis, 0)
	return Draft{Month: value.MustDay("2026-03-31").Month(), By: "qian-hui", Commit: "0123456789", InputsDigest: "x", Lines: []Line{line, yen}}
}

// writable reports whether a text could have been read from a fact.
func writable(s string, most int) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && strings.TrimSpace(s) == s &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// FuzzCSV writes any text into every cell that may hold one.
func FuzzCSV(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b bytes.Buffer
		if err := WriteCSV(&b, hostileLedger(s), hostileMeta(), catalogue.ZH); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), []byte("\ufeff")))).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%d rows: %v", len(rows), err)
		}
		for i, cell := range rows[1] {
			if typed := columns[i].number != nil && number.MatchString(cell); !typed && formula(cell) {
				t.Errorf("%q gives the cell %q in %s", s, cell, columns[i].key)
			}
			if strings.ContainsAny(cell, "\r\n\x00") {
				t.Errorf("%q breaks the cell %q in %s", s, cell, columns[i].key)
			}
		}
	})
}

func hostileMeta() Meta { return Meta{Commit: "0123", AsOf: value.MustDay("2026-05-02")} }

// FuzzXLSX does so in a workbook: it opens, and holds no formula.
func FuzzXLSX(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1000 {
			return
		}
		var b bytes.Buffer
		if err := WriteXLSX(&b, hostileLedger(s), hostileMeta(), catalogue.EN); err != nil {
			t.Fatal(err)
		}
		book := openXLSX(t, b.Bytes())
		if rows := rowsOf(t, book, "Lines"); len(rows) != 2 {
			t.Errorf("%q gives %d rows", s, len(rows))
		}
		withoutFormulas(t, b.Bytes())
	})
}

func withoutFormulas(t *testing.T, workbook []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		xml, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(xml, []byte("<f>")) || bytes.Contains(xml, []byte("<f ")) || strings.Contains(part.Name, "external") {
			t.Errorf("there is a formula in %s", part.Name)
		}
	}
}
