package value

import (
	"fmt"
	"time"

	"github.com/dealgate/dealgate/schema/diag"
)

// Month is a month of the calendar, such as a bonus period, counted from
// January of the year 0. Month(0) stands for "no month".
type Month int32

const monthLayout = "2006-01"

// ParseMonth reads YYYY-MM.
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse(monthLayout, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a month of the calendar (YYYY-MM)", s)
	}
	if t.Year() < 1980 || t.Year() > 2199 {
		return 0, fmt.Errorf("%q is outside the years 1980 to 2199", s)
	}
	return monthOf(t), nil
}

// MustMonth is ParseMonth for constants in tests and tables.
func MustMonth(s string) Month {
	m, err := ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

func monthOf(t time.Time) Month { return Month(12*t.Year() + int(t.Month()) - 1) }

// Month returns the month that the day lies in, none for no day.
func (d Day) Month() Month {
	if d == 0 {
		return 0
	}
	return monthOf(d.Time())
}

// String writes YYYY-MM, or nothing for no month.
func (m Month) String() string {
	if m == 0 {
		return ""
	}
	return m.first().Format(monthLayout)
}

// First returns the first day of the month.
func (m Month) First() Day { return DayOf(m.first()) }

// Last returns the last day of the month.
func (m Month) Last() Day { return m.Next().First() - 1 }

// Next returns the month after.
func (m Month) Next() Month { return m + 1 }

func (m Month) first() time.Time {
	return time.Date(int(m/12), time.Month(m%12+1), 1, 0, 0, 0, 0, time.UTC)
}

// Period is a month as written in a file.
type Period struct {
	Month
	At diag.Pos
}
