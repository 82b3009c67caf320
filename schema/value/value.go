// Package value holds the scalars of a fact, each with the place it was
// written at: text, calendar days, exact amounts, fractions and yes/no.
package value

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
)

// Text is a string: free text, a word of a fixed list, an id or a path.
type Text struct {
	S  string
	At diag.Pos
}

// String returns the text itself.
func (t Text) String() string { return t.S }

// Flag is yes or no; Set tells "no" from "not said".
type Flag struct {
	V, Set bool
	At     diag.Pos
}

// Day is a calendar day of the company's time zone, counted from 1970-01-01.
// Day(0) stands for "no date".
type Day int32

const layout = "2006-01-02"

// ParseDay reads YYYY-MM-DD and refuses days that no calendar has.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(layout, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a day of the calendar (YYYY-MM-DD)", s)
	}
	if t.Year() < 1980 || t.Year() > 2199 {
		return 0, fmt.Errorf("%q is outside the years 1980 to 2199", s)
	}
	return DayOf(t), nil
}

// MustDay is ParseDay for constants in tests and tables.
func MustDay(s string) Day {
	d, err := ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// DayOf returns the calendar day that t shows in its own time zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Time returns midnight of the day in UTC, for formatting and arithmetic.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String writes YYYY-MM-DD, or nothing for no date.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(layout)
}

// Year returns the calendar year.
func (d Day) Year() int { return d.Time().Year() }

// AddMonths moves by whole months; the 31st becomes the last day of a month
// that is shorter.
func (d Day) AddMonths(n int) Day {
	t := d.Time()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return DayOf(first.AddDate(0, 0, min(t.Day(), last)-1))
}

// MonthEnd returns the last day of the month.
func (d Day) MonthEnd() Day {
	t := d.Time()
	return DayOf(time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC))
}

// Date is a day as written in a file.
type Date struct {
	Day
	At diag.Pos
}

// Amount is an exact decimal: money in the deal's currency, or a quantity.
type Amount struct {
	decimal.Decimal
	Set bool
	At  diag.Pos
}

// MaxDigits bounds how long a number may be, before and after its point.
const MaxDigits = 15

var decimalText = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?$`)

// ErrNumber says what a number looks like.
var ErrNumber = errors.New("a number has digits and at most one point, such as 12800.50")

// ParseDecimal reads plain digits with at most one point. It refuses
// exponents, hexadecimal, thousands separators, NaN and infinities before any
// library sees them.
func ParseDecimal(s string) (decimal.Decimal, error) {
	if !decimalText.MatchString(s) {
		return decimal.Decimal{}, ErrNumber
	}
	return decimal.NewFromString(s)
}

// Fraction is an exact share or rate, written 1/3, 8% or 0.08.
type Fraction struct {
	R    *big.Rat
	Text string
	At   diag.Pos
}

// Set reports whether the fraction was given.
func (f Fraction) Set() bool { return f.R != nil }

// Rat returns the fraction, zero when it was not given.
func (f Fraction) Rat() *big.Rat {
	if f.R == nil {
		return new(big.Rat)
	}
	return f.R
}

// String returns the fraction as it was written.
func (f Fraction) String() string { return f.Text }

// ErrFraction says what a share or rate looks like.
var ErrFraction = errors.New("a share or rate is written 1/3, 8% or 0.08")

// ParseFraction reads 1/3, 8% or 0.08 exactly.
func ParseFraction(s string) (*big.Rat, error) {
	if num, den, ok := strings.Cut(s, "/"); ok {
		n, err1 := ParseDecimal(num)
		d, err2 := ParseDecimal(den)
		if err1 != nil || err2 != nil || d.IsZero() || !n.IsInteger() || !d.IsInteger() {
			return nil, ErrFraction
		}
		return new(big.Rat).SetFrac(n.BigInt(), d.BigInt()), nil
	}
	percent := strings.HasSuffix(s, "%")
	d, err := ParseDecimal(strings.TrimSuffix(s, "%"))
	if err != nil {
		return nil, ErrFraction
	}
	r := d.Rat()
	if percent {
		r = new(big.Rat).Quo(r, big.NewRat(100, 1))
	}
	return r, nil
}

// Int is a whole number that is not negative.
type Int struct {
	N   int
	Set bool
	At  diag.Pos
}

// Range is an inclusive pair of bounds.
type Range struct{ Min, Max Amount }

// Map keeps the order in which its keys were written.
type Map[T any] []Entry[T]

// Entry is one key of a Map with its value.
type Entry[T any] struct {
	Key   Text
	Value T
}
