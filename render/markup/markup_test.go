package markup

import (
	"fmt"
	"html/template"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// slots writes one value into every kind of place there is, as a template does
// and as a Writer does.
var slots = template.Must(template.New("slots").Parse(
	`<p title="{{.}}">{{.}}</p><title>{{.}}</title><pre><code>{{.}}</code></pre><a href="{{.}}"></a><a href="../{{.}}"></a><img src="../../{{.}}">`))

func written(v string) string {
	w := New(func(v any) string { return fmt.Sprint(v) }, "../")
	w.Tag(`<p title="`).Text(v).Tag(`">`).Say(v).Tag(`</p><title>`).Text(v).Tag(`</title><pre><code>`).Say(v).Tag(`</code></pre>`)
	w.Tag(`<a href="`).URL(v).Tag(`"></a><a href="`).To(v).Tag(`"></a><img src="`).Root(v).Tag(`">`)
	return string(w.HTML())
}

func equal(t interface{ Errorf(string, ...any) }, v string) {
	var want strings.Builder
	if err := slots.Execute(&want, v); err != nil {
		t.Errorf("%q: %v", v, err)
	}
	if got := written(v); got != want.String() {
		t.Errorf("%q is written\n%s, by html/template\n%s", v, got, want.String())
	}
}

// hostile are texts that would be more than texts if nobody took care.
var hostile = []string{
	"", "合同 12 万套", `<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onclick='x`, "a+b", "+ADw-script+AD4-", "&amp;", "&#60;", "\x00", "\xff<\xc3",
	"javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:x", "java\tscript:x", "data:text/html,<script>", "vbscript:x", "mailto:a@b", "//evil.example/x", "https://x/?a=b&c='d'%20%zz",
	"a:b/c", "deals/x.html#2026-01-12-lead.yaml", "evidence/报告 (1).pdf", "x\\y", "`x`", "a=b", "\u202Eevil", "</title></code></pre>", "{{.}}",
}

func TestHostileTextStaysText(t *testing.T) {
	for _, v := range hostile {
		equal(t, v)
	}
}

// TestAsTemplatesWrite writes whatever comes as html/template does.
func TestAsTemplatesWrite(t *testing.T) {
	piece := rapid.OneOf(rapid.SampledFrom(hostile), rapid.String(), rapid.StringMatching(`[!-~]{0,12}`), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	rapid.Check(t, func(t *rapid.T) { equal(t, strings.Join(rapid.SliceOfN(piece, 0, 4).Draw(t, "pieces"), "")) })
}

func FuzzAsTemplatesWrite(f *testing.F) {
	for _, v := range hostile {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) { equal(t, v) })
}

// TestEveryByte finds no byte that is taken for plain and is not.
func TestEveryByte(t *testing.T) {
	for c := range 256 {
		equal(t, string([]byte{byte(c)}))
		equal(t, "x"+string([]byte{byte(c)})+"y")
	}
	for c := rune(0); c < 0x3000; c++ {
		if utf8.ValidRune(c) {
			equal(t, string(c))
		}
	}
}

func TestSanitisedAndTermsAreWritten(t *testing.T) {
	w := New(func(v any) string { return fmt.Sprintf("%T %v", v, v) }, "")
	if got := w.Sanitised("<em>x</em>").Term("site.a<b").HTML(); got != "<em>x</em>diag.Term site.a&lt;b" {
		t.Errorf("got %s", got)
	}
	w.Reset()
	if got := w.Tag("<hr>").Attr("id", "").Attr("id", `"`).HTML(); got != `<hr> id="&#34;"` {
		t.Errorf("after Reset, got %s", got)
	}
}
