package report

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// The runner's own order: the percent sign comes last.
func unescape(s string) string {
	for _, p := range [][2]string{{"%0D", "\r"}, {"%0A", "\n"}, {"%3A", ":"}, {"%2C", ","}, {"%25", "%"}} {
		s = strings.ReplaceAll(s, p[0], p[1])
	}
	return s
}

var hostileText = rapid.Custom(func(t *rapid.T) string {
	parts := rapid.SliceOf(rapid.SampledFrom([]string{
		"::", "%", "%25", "%0A", "\n", "\r", ",", "::error::", "##[error]", "a", " ", "\x1b", "客", "\u2028", "@all",
	})).Draw(t, "parts")
	return strings.Join(parts, "")
})

func TestGitHubEscapesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hostileText.Draw(t, "text")
		message, property := githubMessage.Replace(s), githubProperty.Replace(s)
		if unescape(message) != s || unescape(property) != s {
			t.Fatalf("%q became %q and %q", s, message, property)
		}
		if strings.ContainsAny(message, "\r\n") || strings.ContainsAny(property, "\r\n:,") {
			t.Fatalf("%q is not harmless as %q and %q", s, message, property)
		}
	})
}

var command = regexp.MustCompile(`^::(error|warning) (file=[^:,]*,(line=\d+,(col=\d+,)?)?)?title=[^:,]*::`)

func TestEveryLineForGitHubIsOurs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) string { return hostileText.Draw(t, name) }
		d := diag.Diagnostic{
			Rule: "sample/actor", Row: draw("row"), Span: at(draw("file"), 1, 1, 1),
			Args:    diag.Args{"who": draw("who"), "role": draw("role"), "roles": []string{draw("roles")}},
			Related: []diag.Related{{Span: at(draw("other"), 1, 1, 1)}},
		}
		var b bytes.Buffer
		if err := writeGitHub(&b, Input{Findings: []diag.Diagnostic{d, d}, Lang: catalogue.EN}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		if len(lines) != 2 || !command.MatchString(lines[0]) || strings.ContainsAny(b.String(), "\r\x1b") {
			t.Fatalf("injected:\n%s", b.String())
		}
	})
}

func TestGitHubShowsTenOfEach(t *testing.T) {
	in := Input{Lang: catalogue.EN}
	for i := range 25 {
		in.Findings = append(in.Findings, diag.Diagnostic{Rule: "sample/no-policy", Severity: diag.Severity(i % 2)})
	}
	var b bytes.Buffer
	if err := writeGitHub(&b, in); err != nil {
		t.Fatal(err)
	}
	out := b.String()
	if e, w := strings.Count(out, "::error "), strings.Count(out, "::warning "); e != 10 || w != 10 {
		t.Errorf("%d errors and %d warnings are shown", e, w)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if last := lines[len(lines)-1]; len(lines) != 21 || !strings.HasPrefix(last, "::notice::Not shown here: 3 errors and 2 warnings.") {
		t.Errorf("the rest is not told: %s", last)
	}
}
