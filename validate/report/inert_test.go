package report

import "testing"

func TestInert(t *testing.T) {
	for in, want := range map[string]string{
		"evil\x1b[2J\x1b[1;1Hproven: 99\n.txt": `evil\x1b[2J\x1b[1;1Hproven: 99\n.txt`,
		"deals/\n::error::x":                   `deals/\n::error::x`,
		"::error::x":                           `\x3a:error::x`,
		"##[error]x":                           `\x23#[error]x`,
		"deals/2026/恒泰/合同.pdf":                 "deals/2026/恒泰/合同.pdf",
	} {
		if got := Inert(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
