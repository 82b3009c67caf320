package schema_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/source"
)

var placeholder = regexp.MustCompile(`‹([^›]*)›`)

// filled puts into every placeholder the example that it shows.
func filled(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(s string) string {
		example, _, _ := strings.Cut(strings.Trim(s, "‹›"), " | ")
		if example == "…" || example == "字段" {
			return "x"
		}
		return example
	})
}

// uncommented takes the comment sign from before every field.
func uncommented(text string) string {
	field := regexp.MustCompile(`(?m)^( *(?:- )?)# ((?:- |  )*(?:(?:  )*# )*(?:- )?[a-z][a-z_-]*:)`)
	_, text, _ = strings.Cut(text, "\n") // the first line is for editors
	for field.MatchString(text) {
		text = field.ReplaceAllString(text, "$1$2")
	}
	return text
}

// Every template, filled in, is what its schema asks for; so it is with every
// field that may be left out.
func TestTemplatesAreValidOnceFilled(t *testing.T) {
	for _, s := range schema.AllSteps().All() {
		for _, l := range catalogue.Langs {
			template := s.Template(l, nil)
			for _, text := range []string{template, uncommented(template)} {
				doc, found := source.Parse("deals/x.yaml", []byte(filled(text)))
				if doc != nil {
					found = append(found, check.Fact(s, doc)...)
				}
				for _, f := range found {
					t.Errorf("%s in %s: %s %v\n%s", s.ID(), l, f.Rule, f.Args, filled(text))
				}
			}
		}
	}
}

// Every field stands in the template, whether it is required or not.
func TestTemplatesShowEveryField(t *testing.T) {
	eachField(func(s *schema.Step, path string, f schema.Field) {
		if !strings.Contains(s.Template(catalogue.EN, nil), f.Name+":") {
			t.Errorf("%s.%s is not shown", s.ID(), path)
		}
		if f.Required && (f.Usual || f.NeededFor != "") {
			t.Errorf("%s.%s is required and more", s.ID(), path)
		}
		if (f.Needed.EN == "") != (f.Needed.ZH == "") {
			t.Errorf("when %s.%s is needed is not said in every language", s.ID(), path)
		}
	})
}

// What the usual case needs stands without a comment sign.
func TestTemplatesAskForTheUsual(t *testing.T) {
	for _, c := range []struct {
		process, step string
		needs         []string
		shown, hidden string // lines begin so, between spaces
	}{
		{"terms", "formal", nil, "rate: shares:", "ladder: cap:"},
		{"terms", "reward", nil, "milestone: amount:", "shares:"},
		{"deal", "stop", nil, "advances:", "evidence:"},
		{"deal", "qualify", nil, "verdict:", "evidence:"}, // only one verdict wants evidence
		{"deal", "preliminary-contract", nil, "evidence:", "note:"},
		{"campaign", "abandon", nil, "advances:", ""},
		{"campaign", "expense", nil, "recipient: item: evidence:", "paid-by:"},
		{"tender", "needs-confirmation", nil, "evidence:", ""},
		{"supply", "audit", nil, "capability:", "effect:"},
		{"supply", "audit", []string{"effect-reported"}, "effect:", ""},
		{"supply", "sample", []string{"product-file"}, "product-file:", ""},
		{"order", "reschedule-answer", nil, "deliver-by: evidence:", ""},
		{"order", "write-off", nil, "evidence:", ""}, // of the payment, in the order's folder
		{"receipt", "receipt", nil, "allocations:", "bill: maturity: dishonours: discounts:"},
		{"", "correct", nil, "with:", "evidence:"},
	} {
		lines := strings.Split(schema.AllSteps().Get(c.process, c.step).Template(catalogue.EN, nil, c.needs...), "\n")
		has := func(start string) bool {
			return slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, start) })
		}
		for _, field := range strings.Fields(c.shown) {
			if !has(field) {
				t.Errorf("%s does not ask for %s\n%s", c.step, field, strings.Join(lines, "\n"))
			}
		}
		for _, field := range strings.Fields(c.hidden) {
			if has(field) || !has("# "+field) {
				t.Errorf("%s does not offer %s\n%s", c.step, field, strings.Join(lines, "\n"))
			}
		}
	}
}

// What is known is filled in, and uncommented by that.
func TestTemplatesTakeWhatIsKnown(t *testing.T) {
	text := schema.AllSteps().Get("deal", "tender-decision").Template(catalogue.EN, map[string]string{"conclusion": "direct", "team": "east"})
	for _, line := range []string{"conclusion: direct  # ", "team: east  # ", "# continues: ‹yes | no›  # "} {
		if !strings.Contains(text, "\n"+line) {
			t.Errorf("%q is not there:\n%s", line, text)
		}
	}
}

// A registry has no piece of the workflow, and no empty brackets for one.
func TestHeading(t *testing.T) {
	for id, want := range map[string]string{"policy": "Policy", "correct": "Correction (own)"} {
		if got := schema.AllSteps().Get("", id).Heading(catalogue.EN); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
