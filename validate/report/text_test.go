package report

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// columnsOf is the width of text of ASCII, CJK and combining characters,
// counted the simple way.
func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.Is(unicode.Han, r) || strings.ContainsRune("，。（）\u3000", r):
			n += 2
		default:
			n++
		}
	}
	return n
}

var letters = rapid.SampledFrom([]rune("aZ09 :_-\t客户项目金额，。（）\u3000"))

// cell is a character with perhaps a combining mark on it.
var cell = rapid.Custom(func(t *rapid.T) string {
	s := string(letters.Draw(t, "letter"))
	if s != "\t" && rapid.IntRange(0, 4).Draw(t, "marked") == 0 {
		s += "\u0301"
	}
	return s
})

func TestCaretStandsUnderItsPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string, least, most int) string {
			return strings.Join(rapid.SliceOfN(cell, least, most).Draw(t, name), "")
		}
		prefix, marked, rest := text("prefix", 0, 15), text("marked", 1, 10), text("rest", 0, 15)
		e := mark(prefix+marked+rest, utf8.RuneCountInString(prefix)+1, utf8.RuneCountInString(marked))
		if e.before != columnsOf(prefix) || e.under != columnsOf(marked) {
			t.Fatalf("carets at %d+%d, expected %d+%d", e.before, e.under, columnsOf(prefix), columnsOf(marked))
		}
	})
}

func TestLongLinesAreShownAroundTheCaret(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := strings.Join(rapid.SliceOfN(cell, 0, 400).Draw(t, "line"), "")
		col := rapid.IntRange(0, 450).Draw(t, "col")
		length := rapid.IntRange(0, 450).Draw(t, "length")
		e := mark(line, col, length)
		if w := width(e.line); w > maxColumns+1 || e.before+e.under > maxColumns+2 {
			t.Fatalf("line of %d columns, carets at %d+%d", w, e.before, e.under)
		}
		if columnsOf(line) > maxColumns && e.before > maxColumns/2+1 {
			t.Fatalf("the carets at %d have nothing behind them: %s", e.before, e.line)
		}
		if (e.under > 0) != (col > 0) {
			t.Fatalf("column %d has %d carets", col, e.under)
		}
	})
}

func TestWindow(t *testing.T) {
	long := strings.Repeat("a", 200) + "KEY" + strings.Repeat("b", 200)
	e := mark(long, 201, 3)
	if got := e.line[len(ellipsis):]; !strings.HasPrefix(e.line, ellipsis) || !strings.HasSuffix(got, ellipsis) {
		t.Errorf("both cuts must show: %s", e.line)
	}
	if got := strings.Replace(e.line, ellipsis, ".", 1)[e.before : e.before+e.under]; got != "KEY" {
		t.Errorf("the carets stand under %q", got)
	}
}

func TestNothingShownCanFoolTheTerminal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "string")
		out := clip(raw, 80)
		for _, r := range out {
			if r != '\u3000' && !unicode.IsPrint(r) {
				t.Fatalf("%q shown as %q", raw, out)
			}
		}
		if !utf8.ValidString(out) || strings.Contains(out, "##[") || width(out) > 80 {
			t.Fatalf("%q shown as %q", raw, out)
		}
	})
}

func TestEscapes(t *testing.T) {
	for in, want := range map[string]string{
		"a\tb":          "a b",
		"\x1b[31mred":   `\x1b[31mred`,
		"x\u202ey":      `x\u202ey`,
		"x\u200by":      `x\u200by`,
		"one\r\ntwo":    `one\r\ntwo`,
		"\xff":          `\xff`,
		"\x00\u0085x":   `\x00\u0085x`,
		"##[error]x":    `\x23#[error]x`,
		"全角\u3000空格":    "全角\u3000空格",
		"\U000e0041tag": `\U000e0041tag`,
		"e\u0301":       "e\u0301",
		"  trimmed \n":  "trimmed",
	} {
		if got := clip(in, 80); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := clip("一二三四五", 7); got != "一二三…" {
		t.Errorf("cut text: %q", got)
	}
}

func TestLineOf(t *testing.T) {
	text := []byte("\ufeffone\r\ntwo\n\nlast")
	for n, want := range map[int]string{1: "one", 2: "two", 3: "", 4: "last"} {
		if got, ok := lineOf(text, n); !ok || got != want {
			t.Errorf("line %d: %q, %v", n, got, ok)
		}
	}
	if _, ok := lineOf(text, 5); ok {
		t.Error("there is no line 5")
	}
	if _, ok := lineOf(nil, 1); ok {
		t.Error("a text that cannot be had has no line")
	}
}

func TestColourIsOnlyThereWhenAsked(t *testing.T) {
	write := func(colour bool) string {
		var b bytes.Buffer
		if err := WriteText(&b, sample(catalogue.EN), colour); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	plain, coloured := write(false), write(true)
	if strings.Contains(plain, "\x1b") || !strings.Contains(coloured, string(red)) {
		t.Error("colour does not follow the request")
	}
	for _, s := range []style{bold, red, yellow, green, dim, reset} {
		coloured = strings.ReplaceAll(coloured, string(s), "")
	}
	if coloured != plain {
		t.Error("colour changes the text")
	}
}

func TestPlace(t *testing.T) {
	for want, s := range map[string]diag.Span{
		"a.yaml:3:4":        at("a.yaml", 3, 4, 1),
		"a.yaml:3":          at("a.yaml", 3, 0, 0),
		"a.yaml":            at("a.yaml", 0, 0, 0),
		"":                  {},
		"./::error::x.yaml": at("::error::x.yaml", 0, 0, 0),
	} {
		if got := place(s); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
