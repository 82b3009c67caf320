package rules

import "testing"

func TestReserved(t *testing.T) {
	for _, name := range []string{".gitattributes", ".x", "con", "CON.md", "nul.tar.gz", "aux .txt", "Com1", "lpt9.pdf", "com¹.txt", "prn", "conin$", "form.md.", "form "} {
		if !reserved(name) {
			t.Errorf("%q is let through", name)
		}
	}
	for _, name := range []string{"contract.pdf", "con-2.md", "com10.md", "com.md", "lpt0", "auxiliary", "form.v2.md", "nullius.md", "合同.pdf", "prn-2025"} {
		if reserved(name) {
			t.Errorf("%q is refused", name)
		}
	}
}
