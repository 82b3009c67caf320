package value_test

import (
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/schema/value"
)

func anyDay(r *rapid.T) value.Day {
	first, last := value.MustDay("1980-01-01"), value.MustDay("2199-12-31")
	return value.Day(rapid.Int32Range(int32(first), int32(last)).Draw(r, "day"))
}

func TestParseDay(t *testing.T) {
	for text, ok := range map[string]bool{
		"2026-03-05": true, "2024-02-29": true, "1980-01-01": true, "2199-12-31": true,
		"2026-02-29": false, "2026-02-30": false, "2026-13-01": false, "2026-00-10": false, "1979-12-31": false,
		"2200-01-01": false, "2026-3-5": false, "2026/03/05": false, "2026-03-05T00:00:00Z": false, "": false, " 2026-03-05": false,
	} {
		if d, err := value.ParseDay(text); (err == nil) != ok || ok && d.String() != text {
			t.Errorf("ParseDay(%q) = %v, %v", text, d, err)
		}
	}
	if value.Day(0).String() != "" {
		t.Error("no date is shown as one")
	}
}

func TestDayRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := anyDay(r)
		if got := value.MustDay(d.String()); got != d {
			t.Fatalf("%d reads back as %d", d, got)
		}
		if value.DayOf(d.Time()) != d || d.Month().String() != d.String()[:7] || strconv.Itoa(d.Year()) != d.String()[:4] {
			t.Fatalf("%v does not agree with itself", d)
		}
	})
}

// The day is that of the time's own zone, not of UTC.
func TestDayOfKeepsTheZone(t *testing.T) {
	east := time.FixedZone("UTC+8", 8*60*60)
	if got := value.DayOf(time.Date(2026, 3, 5, 1, 0, 0, 0, east)); got.String() != "2026-03-05" {
		t.Errorf("got %v", got)
	}
}

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		to   string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2026-03-31", -1, "2026-02-28"},
		{"2026-12-15", 1, "2027-01-15"}, {"2026-01-15", -1, "2025-12-15"}, {"2024-02-29", 12, "2025-02-28"}, {"2026-05-05", 0, "2026-05-05"},
	} {
		if got := value.MustDay(c.from).AddMonths(c.n); got.String() != c.to {
			t.Errorf("%s + %d months = %v, want %s", c.from, c.n, got, c.to)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		d, n := anyDay(r), rapid.IntRange(-600, 600).Draw(r, "n")
		got := d.AddMonths(n)
		months := func(d value.Day) int { return d.Time().Year()*12 + int(d.Time().Month()) }
		if months(got) != months(d)+n {
			t.Fatalf("%v + %d months = %v: another month", d, n, got)
		}
		if got.Time().Day() != d.Time().Day() && (got != got.MonthEnd() || got.Time().Day() > d.Time().Day()) {
			t.Fatalf("%v + %d months = %v: another day", d, n, got)
		}
	})
}

func TestMonthEnd(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := anyDay(r)
		end := d.MonthEnd()
		if end < d || end.Month() != d.Month() || (end+1).Time().Day() != 1 || end.MonthEnd() != end {
			t.Fatalf("the month of %v ends on %v", d, end)
		}
	})
}

func TestParseFraction(t *testing.T) {
	for text, want := range map[string]string{
		"1/3": "1/3", "2/6": "1/3", "8%": "2/25", "0.08": "2/25", "0": "0", "100%": "1", "0%": "0", "12.5%": "1/8", "1": "1",
		"": "", "%": "", "1/0": "", "/3": "", "1/": "", "1/2/3": "", "1.5/2": "", "8 %": "", "8%%": "", "1e2": "", "0x1/2": "", "１/３": "", "a": "",
	} {
		r, err := value.ParseFraction(text)
		got := ""
		if err == nil {
			got = r.RatString()
		}
		if got != want {
			t.Errorf("ParseFraction(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
	var none value.Fraction
	if none.Set() || none.Rat().Sign() != 0 {
		t.Error("no fraction is not nothing")
	}
}

func TestParseFractionIsExact(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		num := rapid.Int64Range(0, 999_999_999_999_999).Draw(r, "num")
		den := rapid.Int64Range(1, 999_999_999_999_999).Draw(r, "den")
		same(t, strconv.FormatInt(num, 10)+"/"+strconv.FormatInt(den, 10), big.NewRat(num, den))

		decimals := rapid.StringMatching(`[0-9]{1,15}`).Draw(r, "decimals")
		text := strconv.FormatInt(num, 10) + "." + decimals
		want, _ := new(big.Rat).SetString(text)
		same(t, text, want)
		same(t, text+"%", new(big.Rat).Quo(want, big.NewRat(100, 1)))
	})
}

func same(t *testing.T, text string, want *big.Rat) {
	t.Helper()
	got, err := value.ParseFraction(text)
	if err != nil || got.Cmp(want) != 0 {
		t.Fatalf("ParseFraction(%q) = %v, %v; want %v", text, got, err, want)
	}
}

func FuzzParseDecimal(f *testing.F) {
	for _, s := range []string{"0", "-0", "12800.50", "1e400", "1e20000000", "0x10", "NaN", "Inf", "1,000", "1_000", "１２", "+1", ".5", "5.", "007", "", strings.Repeat("9", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := value.ParseDecimal(s)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(s)
		if !ok || d.Rat().Cmp(want) != 0 {
			t.Fatalf("ParseDecimal(%q) = %v", s, d)
		}
		whole, part, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
		if len(whole) > value.MaxDigits || len(part) > value.MaxDigits || strings.Trim(whole+part, "0123456789") != "" {
			t.Fatalf("ParseDecimal accepts %q", s)
		}
	})
}

func FuzzParseFraction(f *testing.F) {
	for _, s := range []string{"1/3", "8%", "0.08", "-1/3", "1/-3", "1/0", "%", "/", "1e400%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if r, err := value.ParseFraction(s); (err == nil) != (r != nil) {
			t.Fatalf("ParseFraction(%q) = %v, %v", s, r, err)
		}
	})
}
