package bonus

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

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

// style is the style of a cell in a sheet's body.
func (b *workbook) style(format string, bold bool) int {
	key := format
	if bold {
		key = "bold " + format
	}
	return b.styled(key, func() *excelize.Style {
		align := &excelize.Alignment{Vertical: "top", WrapText: format == asText}
		if format == asDate {
			align.Horizontal = "left"
		}
		return &excelize.Style{CustomNumFmt: &format, Font: &excelize.Font{Bold: bold, Size: 10}, Alignment: align}
	})
}

// headStyle is the style of a column's head, which stands over its cells.
func (b *workbook) headStyle(right bool) int {
	key, side := "head left", "left"
	if right {
		key, side = "head right", "right"
	}
	return b.styled(key, func() *excelize.Style {
		format := asText
		return &excelize.Style{CustomNumFmt: &format, Font: &excelize.Font{Bold: true, Size: 10},
			Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E9EDF2"}},
			Border:    []excelize.Border{{Type: "bottom", Color: "505B68", Style: 1}},
			Alignment: &excelize.Alignment{Horizontal: side, Vertical: "center", WrapText: true}}
	})
}

// styled makes a style once.
func (b *workbook) styled(key string, style func() *excelize.Style) int {
	if id, ok := b.styles[key]; ok {
		return id
	}
	id, err := b.file.NewStyle(style())
	b.err = cmp.Or(b.err, err)
	b.styles[key] = id
	return id
}

// mostDigits are what a spreadsheet keeps of a number, and what a double gives
// back as it was written.
const mostDigits = 15

// signs are what of a number is no digit.
var signs = strings.NewReplacer("-", "", ".", "")

// number is an amount as a number with the digits that it has, or as a text
// where a spreadsheet would lose some.
func (b *workbook) number(written, format string, bold bool) excelize.Cell {
	digits := strings.Trim(signs.Replace(written), "0")
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
