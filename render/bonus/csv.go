package bonus

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// column is one column of the tables of lines. Cells of dates and numbers are
// written as such, all others as text that no spreadsheet takes for a formula.
type column struct {
	key    string // of its head, below bonus.col
	width  float64
	folded bool // in the workbook, out of sight until it is asked for
	date   func(sheet, Line) value.Day
	number func(Line) string
	ratio  bool // the number is a rate or share
	text   func(sheet, Line) string
}

// sheet is a table of lines in one language.
type sheet struct {
	words
	meta    Meta
	digest  string
	grounds *grounds
}

var columns = []column{
	{key: "as-of", width: 11, folded: true, date: func(s sheet, l Line) value.Day { return s.meta.AsOf }},
	{key: "date", width: 11, date: func(s sheet, l Line) value.Day { return l.On }},
	{key: "payee", width: 11, text: func(s sheet, l Line) string { return s.payee(l.Person, l.Team) }},
	{key: "payee-id", width: 16, folded: true, text: func(s sheet, l Line) string { return l.Person + l.Team }},
	{key: "payee-kind", width: 9, folded: true, text: func(s sheet, l Line) string { return s.payeeKind(l) }},
	{key: "deal", width: 22, text: func(s sheet, l Line) string { return title(l.Deal) }},
	{key: "deal-id", width: 22, folded: true, text: func(s sheet, l Line) string { return dealID(l) }},
	{key: "customer", width: 26, folded: true, text: func(s sheet, l Line) string { return customer(l.Deal) }},
	{key: "kind", width: 12, text: func(s sheet, l Line) string { return s.text("bonus.kind." + string(l.Kind)) }},
	{key: "what", width: 20, text: func(s sheet, l Line) string { return s.what(l) }},
	{key: "detail", width: 30, text: func(s sheet, l Line) string { return l.Detail }},
	{key: "basis", width: 14, number: func(l Line) string { return plain(l.Basis, l.Currency) }},
	{key: "tax-rate", width: 12, ratio: true, number: func(l Line) string { return percent(l.Tax) }, text: func(s sheet, l Line) string { return l.Tax }},
	{key: "net", width: 20, number: func(l Line) string { return net(l) }},
	{key: "rate", width: 9, ratio: true, number: func(l Line) string { return percent(l.Rate) }, text: func(s sheet, l Line) string { return l.Rate }},
	{key: "whole", width: 14, number: whole},
	{key: "share", width: 9, ratio: true, number: func(l Line) string { return percent(l.Share) }, text: func(s sheet, l Line) string { return l.Share }},
	{key: "amount-before-tax", width: 14, number: func(l Line) string { return plain(l.Amount, l.Currency) }},
	{key: "currency", width: 6, text: func(s sheet, l Line) string { return l.Currency }},
	{key: "period", width: 9, text: func(s sheet, l Line) string { return l.Period.String() }},
	{key: "state", width: 9, text: func(s sheet, l Line) string { return s.text("bonus.state." + string(l.State)) }},
	{key: "reason", width: 40, text: func(s sheet, l Line) string { return s.reason(l) }},
	{key: "notes", width: 34, text: func(s sheet, l Line) string { return strings.Join(s.notes(l), "; ") }},
	{key: "clause", width: 11, folded: true, text: func(s sheet, l Line) string { return l.Clause }},
	{key: "row", width: 9, folded: true, text: func(s sheet, l Line) string { return l.Row }},
	{key: "sources", width: 70, folded: true, text: func(s sheet, l Line) string { return s.sources(l) }},
	{key: "commits", width: 26, folded: true, text: func(s sheet, l Line) string { return s.commits(l) }},
	{key: "key", width: 12, text: func(s sheet, l Line) string { return l.Key.ID() }},
	{key: "report-commit", width: 44, folded: true, text: func(s sheet, l Line) string { return s.meta.Commit }},
	{key: "report-digest", width: 68, folded: true, text: func(s sheet, l Line) string { return s.digest }},
}

// newSheet is the table of a ledger's lines.
func newSheet(l Ledger, m Meta, lang catalogue.Lang) sheet {
	return sheet{words{lang, l.Company}, m, l.Digest(), l.grounds()}
}

// WriteCSV writes every line of the ledger, with the byte-order mark and the
// line ends that Excel wants.
func WriteCSV(w io.Writer, l Ledger, m Meta, lang catalogue.Lang) error {
	s := newSheet(l, m, lang)
	buffered := bufio.NewWriter(w)
	_, _ = buffered.WriteString("\uFEFF") // keeps its first error until it is flushed
	out := csv.NewWriter(buffered)
	out.UseCRLF = true
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = neutral(s.text("bonus.col." + c.key))
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, line := range l.Lines {
		if err := out.Write(s.row(line)); err != nil {
			return err
		}
	}
	out.Flush()
	return errors.Join(out.Error(), buffered.Flush())
}

func (s sheet) row(l Line) []string {
	cells := make([]string, len(columns))
	for i, c := range columns {
		switch {
		case c.date != nil:
			cells[i] = c.date(s, l).String()
		case c.number != nil:
			cells[i] = c.number(l)
		}
		if cells[i] == "" && c.text != nil {
			cells[i] = neutral(visible(c.text(s, l)))
		}
	}
	return cells
}

func (s sheet) payeeKind(l Line) string {
	if l.Person != "" {
		return s.text("bonus.is-person")
	}
	return s.text("bonus.is-team")
}

func (s sheet) sources(l Line) string {
	parts := make([]string, len(l.Sources))
	for i, src := range l.Sources {
		parts[i] = src.String()
	}
	return strings.Join(parts, "; ")
}

func (s sheet) commits(l Line) string {
	var parts []string
	for _, src := range l.Sources {
		if c := s.meta.commit(src.File); c != "" {
			parts = append(parts, c)
		}
	}
	return strings.Join(parts, "; ")
}

// String writes file:line.
func (s Source) String() string { return fmt.Sprintf("%s:%d", s.File, s.Line) }

var number = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?%?$`)

// percent keeps a rate or share that is written as a number or in percent; a
// fraction such as 1/3 is text.
func percent(s string) string {
	if number.MatchString(s) {
		return s
	}
	return ""
}

// whole is what is shared, empty where a closing did not write it down.
func whole(l Line) string {
	if l.Recorded {
		return ""
	}
	return plain(l.Whole, l.Currency)
}

// net is the net amount as a number: exact where it has an end, else rounded
// far below the smallest unit. The basis and the tax rate give it exactly.
func net(l Line) string {
	if l.Net == nil {
		return ""
	}
	const digits = 10
	s := l.Net.FloatString(digits)
	if back, ok := new(big.Rat).SetString(s); !ok || back.Cmp(l.Net) != 0 {
		return s
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return s
	}
	return d.StringFixed(max(fold.MinorDigits(l.Currency), -trimmed(d).Exponent()))
}

// trimmed drops trailing zeros.
func trimmed(d decimal.Decimal) decimal.Decimal {
	for d.Exponent() < 0 && d.Equal(d.Truncate(-d.Exponent()-1)) {
		d = d.Truncate(-d.Exponent() - 1)
	}
	return d
}

// misread is what a spreadsheet would turn into a number or a date.
var misread = regexp.MustCompile(`^[0-9][0-9./:\-eE ]*$`)

var isoDate = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

// neutral makes a text safe for spreadsheets: a leading apostrophe keeps it
// from being a formula, and a fraction such as 1/3 from being a date.
func neutral(s string) string {
	if formula(s) || (misread.MatchString(s) && !isoDate.MatchString(s)) {
		return "'" + s
	}
	return s
}

// formula reports whether a spreadsheet would compute the text: it begins, be
// it after blanks, with a sign that opens a formula, full width included.
func formula(s string) bool {
	if s != "" && (s[0] == '\t' || s[0] == '\r' || s[0] == '\n') {
		return true
	}
	s = strings.TrimLeft(s, " \u00a0\u3000\t\r\n")
	return s != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(s)[0])
}
