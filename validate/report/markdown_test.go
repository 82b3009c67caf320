package report

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/schema/catalogue"
)

var forge = goldmark.New(goldmark.WithExtensions(extension.GFM))

func rendered(t interface{ Fatal(...any) }, text string) string {
	var b bytes.Buffer
	if err := forge.Convert([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var (
	codeSpan = regexp.MustCompile(`<code>[^<]*</code>`)
	tag      = regexp.MustCompile(`</?(code|p)>`)
)

var hostileWord = rapid.OneOf(
	rapid.SampledFrom([]string{
		"@all", "#1", "GH-12", "a/b#3", "https://evil.example", "www.evil.example", "x@evil.example", "deadbeef12",
		"<script>", "&lt;", "[x](y)", "![x](y)", "`", "``", "```", "**b**", "_i_", "~~s~~", ":tada:", "!5", "[[wiki]]",
		"- [ ]", "1.", "#", "|", "---", "\\", "http:", "//evil", "~label", "$x$", "客户", "\u202e", "<!--", "{n}",
	}),
	rapid.String(),
	rapid.StringMatching(`[!-~]{0,12}`),
)

var hostileLine = rapid.Custom(func(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(hostileWord, 0, 6).Draw(t, "words"), rapid.SampledFrom([]string{"", " "}).Draw(t, "gap"))
})

func TestMarkdownShowsTextAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := hostileLine.Draw(t, "raw")
		want := strings.Join(strings.Fields(clip(raw, 200)), " ")
		out := rendered(t, "x "+inert(raw, 200)+" x")
		plain := codeSpan.ReplaceAllString(out, "")
		if regexp.MustCompile(`<[^/p]|[@#!\[\]*_~$%]|www\.|://`).MatchString(plain) {
			t.Fatalf("%q can act as %s", raw, out)
		}
		got := html.UnescapeString(tag.ReplaceAllString(out, ""))
		if got != strings.TrimSpace("x "+want)+" x\n" && want != "" {
			t.Fatalf("%q is shown as %q, expected %q", raw, got, want)
		}
	})
}

func TestDealHasAtMostEightLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) string { return hostileLine.Draw(t, name) }
		list := func(name string) []string { return rapid.SliceOfN(hostileLine, 0, 9).Draw(t, name) }
		var decides []Decision
		for range rapid.IntRange(0, maxItems).Draw(t, "decides") {
			decides = append(decides, Decision{What: draw("what"), More: draw("more"), Amount: decimal.NewFromInt(7), Asks: rapid.Bool().Draw(t, "asks")})
		}
		d := Deal{
			ID: draw("id"), Title: draw("title"), Customer: draw("customer"), Decides: decides,
			Currency: draw("currency"), Expected: draw("expected"), From: draw("from"), To: draw("to"),
			Given: list("given"), Missing: list("missing"), Errors: 3, Link: "https://e.example/?q=" + draw("link"),
		}
		block := Input{Lang: catalogue.ZH}.dealBlock(d)
		if n := strings.Count(strings.TrimSpace(block), "\n") + 1; n > 8 {
			t.Fatalf("%d lines:\n%s", n, block)
		}
		out := rendered(t, block)
		if strings.Count(out, "<h3")+strings.Count(out, "<li>") > 8 || strings.Count(out, "<a ") > 1 || strings.Contains(out, "<script") {
			t.Fatalf("shown as %s", out)
		}
	})
}

func TestMarkdownFitsAComment(t *testing.T) {
	in := sample(catalogue.ZH)
	for range 2000 {
		in.Findings = append(in.Findings, in.Findings[:5]...)
		in.Summary = append(in.Summary, in.Summary[:2]...)
	}
	var b bytes.Buffer
	if err := writeMarkdown(&b, in); err != nil {
		t.Fatal(err)
	}
	if b.Len() > maxComment || b.Len() < maxComment-2*moreReserve-2000 {
		t.Errorf("the comment has %d bytes", b.Len())
	}
	if !strings.Contains(b.String(), "另有") || !strings.HasSuffix(b.String(), "查看全部。\n") {
		t.Error("what is left out is not told")
	}
}

func TestErrorsComeBeforeWarnings(t *testing.T) {
	var b bytes.Buffer
	if err := writeMarkdown(&b, sample(catalogue.EN)); err != nil {
		t.Fatal(err)
	}
	if strings.Index(b.String(), "**warning**") < strings.LastIndex(b.String(), "**error**") {
		t.Error("a warning stands before an error")
	}
}

func TestAddress(t *testing.T) {
	for in, want := range map[string]string{
		"https://git.example/a?b=1&c=2": "https://git.example/a?b=1&amp;c=2",
		"https://git.example/客":         "https://git.example/%E5%AE%A2",
		"https://e.example/?a>`<\\":     "https://e.example/?a%3E%60%3C%5C",
		"javascript:alert(1)":           "",
		"//evil.example":                "",
		"":                              "",
	} {
		if got := address(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
