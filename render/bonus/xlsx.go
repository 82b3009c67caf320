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

	"github.com/xuri/excelize/v2"

	"github.com/dealgate/dealgate/schema/catalogue"
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
		if err := w.Copy(part); err != nil {
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

// worksheet is a sheet whose rows are written one after the other.
type worksheet struct {
	book *workbook
	name string
	out  *excelize.StreamWriter
	row  int
}

// heading is the head of a column, and what it says of the column.
type heading struct {
	text          string
	width         float64
	right, folded bool
}

// page begins a sheet with a head that stays in sight and is printed on every
// page; the sheet is printed on so many pages beside each other.
func (b *workbook) page(key string, first bool, wide int, head []heading) (*worksheet, error) {
	p := &worksheet{book: b, name: b.text("bonus.xlsx." + key)}
	var err error
	if first {
		err = b.file.SetSheetName("Sheet1", p.name)
	} else {
		_, err = b.file.NewSheet(p.name)
	}
	if err = errors.Join(err, b.print(p.name, key, wide)); err != nil {
		return nil, err
	}
	if p.out, err = b.file.NewStreamWriter(p.name); err != nil {
		return nil, err
	}
	cells := make([]any, len(head))
	for i, h := range head {
		err = errors.Join(err, p.out.SetColWidth(i+1, i+1, h.width))
		if h.folded {
			err = errors.Join(err, p.out.SetColOutlineLevel(i+1, 1), p.out.SetColVisible(i+1, i+1, false))
		}
		cells[i] = excelize.Cell{StyleID: b.headStyle(h.right), Value: visible(h.text)}
	}
	err = errors.Join(err, p.out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	return p, errors.Join(err, p.add(cells))
}

// print sets a sheet up for A4: its head says what it is, its foot what it was
// made from, and below what is paid there is room to sign.
func (b *workbook) print(name, key string, wide int) error {
	a4, landscape, all, fit := 9, "landscape", 0, true
	again := "'" + name + "'!$1:$1"
	if wide > 1 { // whose line it is and of which day
		again = "'" + name + "'!$A:$C," + again
	}
	foot := "&L" + b.meta.AsOf.String() + " · " + b.meta.Commit[:min(len(b.meta.Commit), 10)] + " · " + b.digest[:10]
	if key == "pay" {
		foot += "&C" + inMargin(b.text("bonus.xlsx.sign"))
	}
	return errors.Join(
		b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}),
		b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &all}),
		b.file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddHeader: "&L" + inMargin(b.printed()) + "&R&A", OddFooter: foot + "&R&P / &N"}),
		b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: again, Scope: name}))
}

// printed is what the head of every printed page says: whose report it is, and
// of what.
func (b *workbook) printed() string {
	parts := []string{b.text("bonus.name")}
	if p := b.company.Policy; p != nil {
		parts = append([]string{p.Company.S}, parts...)
	}
	if m := b.ledger.filter.Period; m != 0 {
		parts = append(parts, m.String())
	}
	return strings.Join(append(parts, b.text("bonus.xlsx.before-tax")), " · ")
}

// mostInMargin is how much of a text a page's margin holds; the format allows
// no more than 255 characters for all of it.
const mostInMargin = 80

// inMargin is a text in the head or foot of a page, where & begins a code.
func inMargin(s string) string {
	runes := []rune(visible(s))
	return strings.ReplaceAll(string(runes[:min(len(runes), mostInMargin)]), "&", "&&")
}

func (p *worksheet) add(cells []any) error {
	p.row++
	return p.out.SetRow("A"+strconv.Itoa(p.row), cells)
}

// paySheet is what to pay from: a row for each person and currency, and the sum
// of each currency.
func (b *workbook) paySheet() error {
	head := []heading{
		{text: b.text("bonus.col.payee-id"), width: 18}, {text: b.text("close.person"), width: 14}, {text: b.text("close.currency"), width: 8},
	}
	for _, c := range payColumns {
		head = append(head, heading{text: b.text("close." + c.key), width: 16, right: true})
	}
	p, err := b.page("pay", true, 1, head)
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

// lineSheet has the columns of the CSV file, of which those for the auditor are
// folded, and buttons to filter them by.
func (b *workbook) lineSheet() error {
	head := make([]heading, len(columns))
	for i, c := range columns {
		head[i] = heading{b.text("bonus.col." + c.key), c.width, c.number != nil, c.folded}
	}
	p, err := b.page("lines", false, 2, head)
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
	if p.row > 1 {
		err = errors.Join(err, p.filter(len(columns)))
	}
	return errors.Join(err, p.out.Flush())
}

// filter lets the rows below the head be filtered by so many columns.
func (p *worksheet) filter(columns int) error {
	last, err := excelize.CoordinatesToCellName(columns, p.row)
	return errors.Join(err, p.out.AddTable(&excelize.Table{Range: "A1:" + last, Name: "lines", StyleName: "TableStyleLight1"}))
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
	p, err := b.page("about", false, 1, []heading{{text: b.text("bonus.xlsx.what"), width: 28}, {text: b.text("bonus.xlsx.meaning"), width: 100}})
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
	rows = append(rows, [2]string{b.text("bonus.xlsx.lines"), b.text("bonus.xlsx.folded")})
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
