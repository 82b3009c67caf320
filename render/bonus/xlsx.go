package bonus

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// WriteXLSX writes a workbook of three sheets: one to pay from, one of lines,
// one that explains both. Dates and numbers are such; every text is a text,
// whatever it begins with.
func WriteXLSX(out io.Writer, l Ledger, m Meta, lang catalogue.Lang) error {
	b := &workbook{sheet: newSheet(l, m, lang), file: excelize.NewFile(), ledger: l, styles: map[string]int{}}
	defer b.file.Close()
	b.do(b.properties)
	b.do(b.paySheet)
	b.do(b.lineSheet)
	b.do(b.aboutSheet)
	if b.err != nil {
		return b.err
	}
	var packed bytes.Buffer
	if err := b.file.Write(&packed); err != nil {
		return err
	}
	return repack(out, packed.Bytes())
}

// repack writes the parts of a workbook in the order of their names and without
// a clock: the library writes its sheets in any order.
func repack(out io.Writer, packed []byte) error {
	in, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return err
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	w := zip.NewWriter(out)
	for _, part := range in.File {
		to, err := w.CreateHeader(&zip.FileHeader{Name: part.Name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		from, err := part.Open()
		if err != nil {
			return err
		}
		_, err = io.Copy(to, from)
		if err = errors.Join(err, from.Close()); err != nil {
			return err
		}
	}
	return w.Close()
}

// workbook is a workbook that is being written. It keeps its first error.
type workbook struct {
	sheet
	file   *excelize.File
	ledger Ledger
	styles map[string]int // by number format, with "bold " before it for sums
	err    error
}

func (b *workbook) do(part func() error) {
	if b.err == nil {
		b.err = part()
	}
}

// properties carry no clock: the same ledger gives the same bytes.
func (b *workbook) properties() error {
	day := b.meta.AsOf.String() + "T00:00:00Z"
	title := b.text("bonus.name")
	return errors.Join(
		b.file.SetDocProps(&excelize.DocProperties{Creator: "dealgate", LastModifiedBy: "dealgate", Created: day, Modified: day, Title: title, Identifier: b.digest}),
		b.file.SetAppProps(&excelize.AppProperties{Application: "dealgate"}))
}

// Number formats of cells.
const (
	asDate    = "yyyy-mm-dd"
	asPercent = "0.00##%"
	asText    = "@"
	asExact   = "#,##0.00########"
)

// asMoney is the format of amounts of a currency.
func asMoney(currency string) string {
	if n := fold.MinorDigits(currency); n > 0 {
		return "#,##0." + strings.Repeat("0", int(n))
	}
	return "#,##0"
}

// style makes a style once.
func (b *workbook) style(format string, bold bool) int {
	key := format
	if bold {
		key = "bold " + format
	}
	if id, ok := b.styles[key]; ok {
		return id
	}
	s := &excelize.Style{CustomNumFmt: &format, Font: &excelize.Font{Bold: bold, Size: 10}, Alignment: &excelize.Alignment{Vertical: "top"}}
	id, err := b.file.NewStyle(s)
	b.err = cmp.Or(b.err, err)
	b.styles[key] = id
	return id
}

// mostDigits are what a spreadsheet keeps of a number, and what a double gives
// back as it was written.
const mostDigits = 15

// number is an amount as a number with the digits that it has, or as a text
// where a spreadsheet would lose some.
func (b *workbook) number(written, format string, bold bool) excelize.Cell {
	digits := strings.Trim(strings.NewReplacer("-", "", ".", "").Replace(written), "0")
	f, err := strconv.ParseFloat(written, 64)
	if err != nil || len(digits) > mostDigits {
		return b.label(written, bold)
	}
	return excelize.Cell{StyleID: b.style(format, bold), Value: f}
}

// percentage is a rate that is written as 2.5% or 0.025; others, such as 1/3,
// have no number.
func (b *workbook) percentage(written string) excelize.Cell {
	bare, percent := strings.CutSuffix(written, "%")
	d, err := decimal.NewFromString(bare)
	if err != nil {
		return b.label(written, false)
	}
	if percent {
		d = d.Shift(-2)
	}
	return b.number(d.String(), asPercent, false)
}

// epoch is how many days before 1970 a spreadsheet counts from.
const epoch = 25569

func (b *workbook) date(d value.Day) excelize.Cell {
	if d == 0 {
		return excelize.Cell{}
	}
	return excelize.Cell{StyleID: b.style(asDate, false), Value: int(d) + epoch}
}

func (b *workbook) label(s string, bold bool) excelize.Cell {
	return excelize.Cell{StyleID: b.style(asText, bold), Value: visible(s)}
}

// worksheet is a sheet whose rows are written one after the other.
type worksheet struct {
	book *workbook
	name string
	out  *excelize.StreamWriter
	row  int
}

// page begins a sheet with a head that stays in sight and is printed on every
// page.
func (b *workbook) page(key string, first bool, widths []float64, head ...string) (*worksheet, error) {
	p := &worksheet{book: b, name: b.text("bonus.xlsx." + key)}
	var err error
	if first {
		err = b.file.SetSheetName("Sheet1", p.name)
	} else {
		_, err = b.file.NewSheet(p.name)
	}
	if err = errors.Join(err, b.print(p.name)); err != nil {
		return nil, err
	}
	if p.out, err = b.file.NewStreamWriter(p.name); err != nil {
		return nil, err
	}
	for i, w := range widths {
		err = errors.Join(err, p.out.SetColWidth(i+1, i+1, w))
	}
	err = errors.Join(err, p.out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	cells := make([]any, len(head))
	for i, text := range head {
		cells[i] = b.label(text, true)
	}
	return p, errors.Join(err, p.add(cells))
}

// print sets a sheet up for A4, as wide as the page.
func (b *workbook) print(name string) error {
	a4, landscape, one, all, fit := 9, "landscape", 1, 0, true
	foot := b.meta.AsOf.String() + " · " + b.meta.Commit[:min(len(b.meta.Commit), 10)] + " · " + b.digest[:10]
	return errors.Join(
		b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}),
		b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &landscape, FitToWidth: &one, FitToHeight: &all}),
		b.file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddHeader: "&L" + b.text("bonus.name") + "&R&A", OddFooter: "&L" + foot + "&R&P / &N"}),
		b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + name + "'!$1:$1", Scope: name}))
}

func (p *worksheet) add(cells []any) error {
	p.row++
	return p.out.SetRow("A"+strconv.Itoa(p.row), cells)
}

// paySheet is what to pay from: a row for each person and currency, and the sum
// of each currency.
func (b *workbook) paySheet() error {
	head := []string{b.text("bonus.col.payee-id"), b.text("close.person"), b.text("close.currency")}
	widths := []float64{18, 14, 8}
	for _, c := range payColumns {
		head, widths = append(head, b.text("close."+c.key)), append(widths, 16)
	}
	p, err := b.page("pay", true, widths, head...)
	if err != nil {
		return err
	}
	pays := b.ledger.PayDay()
	for _, x := range pays {
		err = errors.Join(err, p.add(b.payRow(x, x.Person, b.payee(x.Person, ""), false)))
	}
	for _, x := range paySums(pays) {
		err = errors.Join(err, p.add(b.payRow(x, "", b.text("close.all"), true)))
	}
	return errors.Join(err, p.out.Flush())
}

func (b *workbook) payRow(p Pay, id, name string, bold bool) []any {
	cells := []any{b.label(id, bold), b.label(name, bold), b.label(p.Currency, bold)}
	for _, c := range payColumns {
		cells = append(cells, b.number(plain(c.of(p), p.Currency), asMoney(p.Currency), bold))
	}
	return cells
}

// lineSheet has the columns of the CSV file.
func (b *workbook) lineSheet() error {
	head, widths := make([]string, len(columns)), make([]float64, len(columns))
	for i, c := range columns {
		head[i] = b.text("bonus.col." + c.key)
		widths[i] = float64(max(12, runewidth.StringWidth(head[i])+2))
	}
	p, err := b.page("lines", false, widths, head...)
	if err != nil {
		return err
	}
	for _, line := range b.ledger.Lines {
		cells := make([]any, len(columns))
		for i, c := range columns {
			cells[i] = b.lineCell(c, line)
		}
		err = errors.Join(err, p.add(cells))
	}
	return errors.Join(err, p.out.Flush())
}

func (b *workbook) lineCell(c column, l Line) excelize.Cell {
	if c.date != nil {
		return b.date(c.date(b.sheet, l))
	}
	written := ""
	if c.number != nil {
		written = c.number(l)
	}
	switch {
	case written != "" && c.ratio:
		return b.percentage(written)
	case written != "" && c.key == "net":
		return b.number(shortened(written), asExact, false)
	case written != "":
		return b.number(written, asMoney(l.Currency), false)
	case c.text != nil:
		return b.label(c.text(b.sheet, l), false)
	}
	return excelize.Cell{}
}

// shortened cuts decimals that a spreadsheet would not keep from a number that
// is only for information; basis and rate of tax give it exactly.
func shortened(written string) string {
	whole, decimals, _ := strings.Cut(written, ".")
	keep := max(0, min(len(decimals), mostDigits-len(strings.TrimPrefix(whole, "-"))))
	return strings.TrimSuffix(whole+"."+decimals[:keep], ".")
}

// aboutSheet says of what the workbook is made, and what its columns mean.
func (b *workbook) aboutSheet() error {
	p, err := b.page("about", false, []float64{28, 110}, b.text("bonus.xlsx.what"), b.text("bonus.xlsx.meaning"))
	if err != nil {
		return err
	}
	for _, row := range b.about() {
		err = errors.Join(err, p.add([]any{b.label(row[0], false), b.label(row[1], false)}))
	}
	return errors.Join(err, p.out.Flush())
}

func (b *workbook) about() [][2]string {
	var rows [][2]string
	if p := b.company.Policy; p != nil {
		rows = append(rows, [2]string{b.text("bonus.xlsx.company"), p.Company.S})
	}
	rows = append(rows,
		[2]string{b.text("bonus.as-of"), b.meta.AsOf.String()},
		[2]string{b.text("bonus.commit"), cmp.Or(b.meta.Commit, b.text("bonus.no-commit"))},
		[2]string{b.text("bonus.digest"), b.digest},
		[2]string{b.text("bonus.col.amount"), b.text("bonus.before-tax")})
	for _, s := range b.chosen(b.ledger.filter) {
		rows = append(rows, [2]string{b.text("bonus.xlsx.only"), s})
	}
	for _, d := range b.ledger.Excluded {
		rows = append(rows, [2]string{b.text("bonus.excluded"), d.ID + " · " + title(d)})
	}
	for _, key := range []string{"payable", "net", "rounding", "currencies"} {
		rows = append(rows, [2]string{b.text("bonus.how.title"), b.text("bonus.how." + key)})
	}
	for _, c := range payColumns {
		rows = append(rows, [2]string{b.text("bonus.xlsx.pay") + " · " + b.text("close."+c.key), b.text("bonus.means." + c.key)})
	}
	for _, c := range columns {
		rows = append(rows, [2]string{b.text("bonus.xlsx.lines") + " · " + b.text("bonus.col."+c.key), b.text("bonus.means." + c.key)})
	}
	return rows
}
