package bonus

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/value"
)

// written is a ledger in one format.
func written(t testing.TB, name string, l Ledger, m Meta, lang catalogue.Lang) []byte {
	t.Helper()
	for _, f := range Formats {
		if f.Name == name {
			var b bytes.Buffer
			if err := f.Write(&b, l, m, lang); err != nil {
				t.Fatal(err)
			}
			return b.Bytes()
		}
	}
	t.Fatalf("no format %s", name)
	return nil
}

// someLedgers have every kind and state of lines, closed periods among them.
func someLedgers(t *testing.T) map[string]Ledger {
	all := map[string]Ledger{}
	for _, name := range []string{"commission-thirds", "commission-ladder-across", "reward-minimum-and-decided", "advance-open", "penalty", "currency-without-decimals", "closed-then-dishonoured"} {
		all[name] = closedLedgerOf(t, name)
	}
	return all
}

func closedLedgerOf(t *testing.T, name string) Ledger {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/" + name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	return Compute(loadCase(t, closePeriods(t, archive)))
}

// The text for a terminal is what these files hold.
func TestText(t *testing.T) {
	for _, lang := range catalogue.Langs {
		for _, name := range []string{"commission-thirds", "closed-then-dishonoured", "excluded"} {
			file := "testdata/formats/" + name + "." + string(lang) + ".txt"
			got := written(t, "text", closedLedgerOf(t, name), someMeta(), lang)
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, _ := os.ReadFile(file); !bytes.Equal(got, want) {
				t.Errorf("%s is not what is written (-update writes it):\n%s", file, got)
			}
		}
	}
}

func TestJSONFollowsItsSchema(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat = true
	const name = "../../schema/json/ledger.schema.json"
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := compiler.AddResource(name, file); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	for name, l := range someLedgers(t) {
		m := someMeta()
		for _, only := range []Filter{{}, {Person: "bai-lu"}, {Deal: "hengtai-harness"}, {Period: value.MustMonth("2026-06")}, {Person: "li-lei", Exit: m.AsOf}} {
			part := l.Select(only)
			if m.Exit = nil; only.Exit != 0 {
				m.Exit = part.Leaving(l)
			}
			var v any
			if err := json.Unmarshal(written(t, "json", part, m, catalogue.EN), &v); err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(v); err != nil {
				t.Errorf("%s %v: %#v", name, only, err)
			}
		}
	}
}

func openXLSX(t testing.TB, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func rowsOf(t testing.TB, f *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// What the sheet to pay from says is the ledger to the smallest unit: one row
// for each person, and the sum of each currency.
func TestTheSheetToPayFrom(t *testing.T) {
	for name, l := range someLedgers(t) {
		f := openXLSX(t, written(t, "xlsx", l, someMeta(), catalogue.ZH))
		rows := rowsOf(t, f, "发放")
		pays := l.PayDay()
		if want := 1 + len(pays) + len(paySums(pays)); len(rows) != want {
			t.Fatalf("%s: %d rows, want %d", name, len(rows), want)
		}
		for i, p := range append(pays, paySums(pays)...) {
			for j, c := range payColumns {
				if got := decimal.RequireFromString(rows[i+1][j+3]); !got.Equal(c.of(p)) {
					t.Errorf("%s: row %d, %s is %s, want %s", name, i+2, c.key, got, c.of(p))
				}
			}
		}
		sum := map[string]decimal.Decimal{}
		for _, line := range l.Lines {
			if line.due() && line.Person != "" {
				sum[line.Currency] = sum[line.Currency].Add(line.Amount)
			}
		}
		for _, p := range paySums(pays) {
			if net := p.Pay.Sub(p.Carried).Add(p.CarriedIn); !net.Equal(sum[p.Currency]) {
				t.Errorf("%s: paid %s, but the lines sum to %s", name, net, sum[p.Currency])
			}
		}
	}
}

// Lines have real dates and numbers, and the ledger's amounts.
func TestTheSheetOfLines(t *testing.T) {
	for name, l := range someLedgers(t) {
		f := openXLSX(t, written(t, "xlsx", l, someMeta(), catalogue.EN))
		rows := rowsOf(t, f, "Lines")
		if len(rows) != 1+len(l.Lines) {
			t.Fatalf("%s: %d rows", name, len(rows))
		}
		for i, line := range l.Lines {
			for j, c := range columns {
				at, _ := excelize.CoordinatesToCellName(j+1, i+2)
				kind, _ := f.GetCellType("Lines", at)
				formula, _ := f.GetCellFormula("Lines", at)
				number := kind == excelize.CellTypeNumber || kind == excelize.CellTypeUnset
				switch {
				case formula != "":
					t.Errorf("%s: %s holds the formula %q", name, at, formula)
				case c.date != nil && !number, c.key == "amount-before-tax" && !number:
					t.Errorf("%s: %s (%s) is no number", name, at, c.key)
				case c.key == "amount-before-tax" && !decimal.RequireFromString(rows[i+1][j]).Equal(line.Amount):
					t.Errorf("%s: %s is %s, want %s", name, at, rows[i+1][j], line.Amount)
				}
			}
			if shown, _ := f.GetCellValue("Lines", "B2"); i == 0 && shown != line.On.String() {
				t.Errorf("%s: the date is shown as %q, want %s", name, shown, line.On)
			}
		}
	}
}

// The heads of the columns differ, as those of a table that can be filtered must,
// and every sheet is set up to be read and printed.
func TestSheetsAreSetUp(t *testing.T) {
	for _, lang := range catalogue.Langs {
		f := openXLSX(t, written(t, "xlsx", closedLedgerOf(t, "closed-then-dishonoured"), someMeta(), lang))
		for _, name := range f.GetSheetList() {
			seen := map[string]bool{}
			for _, head := range rowsOf(t, f, name)[0] {
				if head == "" || seen[head] {
					t.Errorf("%s: %q is the head of no column, or of two", name, head)
				}
				seen[head] = true
			}
			if panes, err := f.GetPanes(name); err != nil || !panes.Freeze || panes.YSplit != 1 {
				t.Errorf("%s: the head does not stay in sight: %+v %v", name, panes, err)
			}
			layout, err := f.GetPageLayout(name)
			if err != nil || layout.Size == nil || *layout.Size != 9 || *layout.Orientation != "landscape" {
				t.Errorf("%s is not set up for A4: %+v %v", name, layout, err)
			}
			if margin, err := f.GetHeaderFooter(name); err != nil || !strings.Contains(margin.OddHeader, "恒远机电") {
				t.Errorf("%s: the printed page does not say whose it is: %+v %v", name, margin, err)
			}
		}
		lines := f.GetSheetList()[1]
		if tables, err := f.GetTables(lines); err != nil || len(tables) != 1 {
			t.Errorf("%s cannot be filtered: %v", lines, err)
		}
		if shown, err := f.GetColVisible(lines, "A"); err != nil || shown {
			t.Errorf("the as-of day of every line is in sight: %v", err)
		}
	}
}

// Whatever amount is written into a cell is read back with the same digits; one
// that a spreadsheet would round is a text.
func TestNumbersKeepTheirDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := decimal.New(rapid.Int64().Draw(t, "units"), -2)
		b := &workbook{file: excelize.NewFile(), styles: map[string]int{}}
		defer b.file.Close()
		cell := b.number(d.StringFixed(2), "#,##0.00", false)
		out, err := b.file.NewStreamWriter("Sheet1")
		if err != nil {
			t.Fatal(err)
		}
		if err := out.SetRow("A1", []any{cell}); err != nil {
			t.Fatal(err)
		}
		if err := out.Flush(); err != nil {
			t.Fatal(err)
		}
		var buffer bytes.Buffer
		if err := b.file.Write(&buffer); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&buffer)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		got, _ := f.GetCellValue("Sheet1", "A1", excelize.Options{RawCellValue: true})
		if !decimal.RequireFromString(got).Equal(d) {
			t.Fatalf("%s is read back as %s", d, got)
		}
	})
}

// The same ledger gives the same bytes, and none of the clock.
func TestTheSameBytes(t *testing.T) {
	for name, l := range someLedgers(t) {
		for _, f := range Formats {
			first := written(t, f.Name, l, someMeta(), catalogue.ZH)
			for range 3 {
				if !bytes.Equal(first, written(t, f.Name, closedLedgerOf(t, name), someMeta(), catalogue.ZH)) {
					t.Errorf("%s: %s differs from run to run", name, f.Name)
				}
			}
		}
	}
}

// No text of the repository becomes a formula, wherever it stands.
func TestHostileWorkbook(t *testing.T) {
	for _, s := range append(hostile, `=cmd|'/c calc'!A0`, "@SUM(1)", "+1", "-1", `=HYPERLINK("http://x","y")`) {
		data := written(t, "xlsx", hostileLedger(s), Meta{Commit: "0123", AsOf: value.MustDay("2026-05-02")}, catalogue.EN)
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range z.File {
			r, err := part.Open()
			if err != nil {
				t.Fatal(err)
			}
			xml, _ := io.ReadAll(r)
			if strings.Contains(string(xml), "<f>") || strings.Contains(string(xml), "<f ") || strings.Contains(part.Name, "external") {
				t.Errorf("%q gives a formula in %s", s, part.Name)
			}
		}
		openXLSX(t, data)
	}
}

// A report about one person names nobody else.
func TestAReportOfOnePerson(t *testing.T) {
	l := closedLedgerOf(t, "commission-thirds").Select(Filter{Person: "bai-lu"})
	if len(l.Lines) == 0 {
		t.Fatal("no lines")
	}
	for path, data := range renderAll(t, l, someMeta()) {
		for _, line := range closedLedgerOf(t, "commission-thirds").Lines {
			if line.Person != "bai-lu" && !strings.HasSuffix(path, ".xlsx") && strings.Contains(string(data), line.Person) {
				t.Errorf("%s names %s", path, line.Person)
			}
		}
	}
}
