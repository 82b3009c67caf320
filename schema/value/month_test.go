package value_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/schema/value"
)

func TestParseMonth(t *testing.T) {
	for text, ok := range map[string]bool{
		"2026-03": true, "1980-01": true, "2199-12": true,
		"2026-13": false, "2026-00": false, "1979-12": false, "2200-01": false, "2026-3": false, "2026-03-01": false, "2026": false, "": false, " 2026-03": false,
	} {
		if m, err := value.ParseMonth(text); (err == nil) != ok || ok && m.String() != text {
			t.Errorf("ParseMonth(%q) = %v, %v", text, m, err)
		}
	}
	if value.Month(0).String() != "" || value.Day(0).Month() != 0 {
		t.Error("no month is shown as one")
	}
}

// Months follow each other without gap, and each day lies in its own.
func TestMonthsFollowEachOther(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := anyDay(r)
		m := d.Month()
		if d < m.First() || d > m.Last() || m.Last() != d.MonthEnd() || m.Next().First() != m.Last()+1 {
			t.Fatalf("%v does not lie in %v: %v to %v", d, m, m.First(), m.Last())
		}
		if got := value.MustMonth(m.String()); got != m {
			t.Fatalf("%v reads back as %v", m, got)
		}
	})
}
