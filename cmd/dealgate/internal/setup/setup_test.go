package setup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/rules"
)

func TestMain(m *testing.M) {
	schema.Table() // enters every name into the catalogue
	os.Exit(m.Run())
}

// options are those of a plain call.
func options(forge string, l catalogue.Lang) Options {
	return Options{
		Forge: forge, Lang: l, Branch: "main", Approvals: "reviews", Runner: "ubuntu-latest",
		Validator: "github.com/dealgate/dealgate/cmd/dealgate@v1.2.3", Date: value.MustDay("2026-11-23"),
	}
}

// each runs a test for every forge and language.
func each(t *testing.T, do func(t *testing.T, opt Options)) {
	for _, f := range Forges {
		for _, l := range catalogue.Langs {
			t.Run(f+" "+string(l), func(t *testing.T) { do(t, options(f, l)) })
		}
	}
}

func written(t *testing.T, opt Options) fstest.MapFS {
	t.Helper()
	files, err := Files(opt)
	if err != nil {
		t.Fatal(err)
	}
	tree := fstest.MapFS{}
	for _, f := range files {
		tree[f.Path] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
	}
	return tree
}

func someone(t *testing.T, role, s string) Person {
	t.Helper()
	p, err := ParsePerson(role, s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What is written validates, whoever is named and however approvals are given.
func TestWhatIsWrittenValidates(t *testing.T) {
	each(t, func(t *testing.T, opt Options) {
		for _, approvals := range []string{"reviews", "none"} {
			for _, day := range []string{"2026-11-23", "2024-02-29", "2026-01-01"} {
				opt.Approvals, opt.Date = approvals, value.MustDay(day)
				c, err := validate.State(context.Background(), written(t, opt), rules.All, validate.Options{})
				if err != nil || len(c.Findings) > 0 || len(c.Deals()) != 1 || c.Policy.Approvals.S != approvals {
					t.Errorf("%s %s: %v %v", approvals, day, c.Findings, err)
				}
			}
		}
	})
}

// Names that mean something to YAML, Markdown or a shell stay names.
func TestHostileNamesStayNames(t *testing.T) {
	each(t, func(t *testing.T, opt Options) {
		for _, name := range []string{"null", "12", "a: b # c", "*x", "恒川电气（集团）", `"`, "'", "[[.Lang]]", "{{.}}", "${{ github.token }}", "`id`", "yes"} {
			opt.Company = name
			opt.People = []Person{someone(t, "general-manager", name+"/lin-guodong/7"), someone(t, "marketing", name+"/123/9/a@b.cn")}
			c, err := validate.State(context.Background(), written(t, opt), rules.All, validate.Options{})
			if err != nil || len(c.Findings) > 0 || c.Policy.Company.S != name || c.Roster.Person("lin-guodong").Name != name {
				t.Errorf("%q: %v %v", name, c.Findings, err)
			}
		}
	})
}

func TestSameOptionsSameBytes(t *testing.T) {
	each(t, func(t *testing.T, opt Options) {
		a, _ := Files(opt)
		b, _ := Files(opt)
		for i := range a {
			if a[i].Path != b[i].Path || !bytes.Equal(a[i].Data, b[i].Data) {
				t.Errorf("%s differs", a[i].Path)
			}
		}
	})
}

// unfilled is what a template leaves when a text or value is missing.
var unfilled = regexp.MustCompile(`⟨|\[\[|\]\]|<no value>|%!|\r`)

func TestNothingIsLeftUnfilled(t *testing.T) {
	each(t, func(t *testing.T, opt Options) {
		for name, f := range written(t, opt) {
			if m := unfilled.Find(f.Data); m != nil {
				t.Errorf("%s has %q", name, m)
			}
			if !bytes.HasSuffix(f.Data, []byte("\n")) || bytes.HasSuffix(f.Data, []byte("\n\n")) {
				t.Errorf("%s does not end in one line break", name)
			}
		}
	})
}

// The README tells each reader what to click, and names what must be required.
func TestReadme(t *testing.T) {
	for l, says := range map[catalogue.Lang][]string{
		catalogue.ZH: {"## 市场人员", "## 审批人", "## 财务", "## 管理员", "能读这个仓库的人", "keygen --reserve", "## 密钥到期或丢失时"},
		catalogue.EN: {"## Sales", "## Approvers", "## Finance", "## Whoever sets it up", "Who can read this repository", "keygen --reserve", "## When a key ends or is lost"},
	} {
		for _, f := range Forges {
			opt := options(f, l)
			readme := string(written(t, opt)["README.md"].Data)
			for _, s := range append(says, "`dealgate (main)`", "dealgate doctor --forge "+f) {
				if !strings.Contains(readme, s) {
					t.Errorf("%s %s: the README does not say %q", f, l, s)
				}
			}
			_, steps, _ := strings.Cut(readme, says[3])
			if before, _, _ := strings.Cut(steps, "\n4. "); !strings.Contains(before, "DEALGATE_SIGNING_KEY") {
				t.Errorf("%s %s: the first push, which the workflow signs, comes before its key", f, l)
			}
		}
	}
}

// The example people have no accounts: nobody could approve as them.
func TestExamplesApproveNothing(t *testing.T) {
	opt := options("github", catalogue.EN)
	if got := string(written(t, opt)["deals/roster.yaml"].Data); strings.Contains(got, "\n    accounts:") {
		t.Errorf("an example has an account:\n%s", got)
	}
	if strings.Contains(string(written(t, opt)[".github/CODEOWNERS"].Data), " @") {
		t.Error("somebody owns a file though nobody has an account")
	}
}

// One who holds two roles is one person; two people never share an account.
func TestPeople(t *testing.T) {
	opt := options("github", catalogue.EN)
	lin := "Lin/lin/7"
	opt.People = []Person{someone(t, "general-manager", lin), someone(t, "department-manager", lin+"/lin@acme.example")}
	roster := string(written(t, opt)["deals/roster.yaml"].Data)
	for _, s := range []string{"role: general-manager", "role: department-manager", "7+lin@users.noreply.github.com", "lin@acme.example"} {
		if strings.Count(roster, s) != 1 {
			t.Errorf("%q stands %d times:\n%s", s, strings.Count(roster, s), roster)
		}
	}
	for _, other := range []string{"Wang/lin/8", "Wang/wang/7", "Wang/LIN/9"} {
		opt.People = []Person{someone(t, "general-manager", lin), someone(t, "finance", other)}
		if _, err := Files(opt); err == nil {
			t.Errorf("%s is taken for another person than %s", other, lin)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, s := range []string{"", "Lin", "Lin/lin", "Lin/lin/x", "Lin/lin/0", "Lin/lin/-1", "/lin/7", "Lin/l in/7", "Lin/@lin/7", "Li\nn/lin/7", "Lin/lin/7/no-mail", "Lin/lin/7/a@b/c", "Lin/lin/99999999999999999999"} {
		if _, err := ParsePerson("finance", s); err == nil {
			t.Errorf("%q is a person", s)
		}
	}
	for what, spoil := range map[string]func(*Options){
		"forge":          func(o *Options) { o.Forge = "gitlab" },
		"company":        func(o *Options) { o.Company = "a\nb" },
		"bidi company":   func(o *Options) { o.Company = "a\u202eb" },
		"repository":     func(o *Options) { o.Repository = "deals" },
		"path":           func(o *Options) { o.Repository = "../x" },
		"branch":         func(o *Options) { o.Branch = "a b" },
		"url":            func(o *Options) { o.URL = "https://u:p@example.com" },
		"url with token": func(o *Options) { o.URL = "https://example.com/?t=1" },
		"script url":     func(o *Options) { o.URL = "javascript:alert(1)" },
		"approvals":      func(o *Options) { o.Approvals = "some" },
		"no version":     func(o *Options) { o.Validator = "github.com/dealgate/dealgate/cmd/dealgate" },
		"latest":         func(o *Options) { o.Validator = "github.com/dealgate/dealgate/cmd/dealgate@latest" },
		"branch version": func(o *Options) { o.Validator = "github.com/dealgate/dealgate/cmd/dealgate@main" },
		"no digest":      func(o *Options) { o.Validator = "https://example.com/dealgate" },
		"expression":     func(o *Options) { o.Runner = "${{ x }}" },
	} {
		opt := options("github", catalogue.EN)
		spoil(&opt)
		var e *Error
		if _, err := Files(opt); !errors.As(err, &e) || !catalogue.Has(e.Key) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A company's editor picks the schemas by the same names as this project's.
func TestEditorSettings(t *testing.T) {
	type editor struct {
		Schemas map[string][]string `json:"yaml.schemas"`
	}
	var ours, theirs editor
	data, err := os.ReadFile("../../../../.vscode/settings.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(json.Unmarshal(data, &ours), json.Unmarshal(settings(), &theirs)); err != nil {
		t.Fatal(err)
	}
	for name, want := range ours.Schemas {
		got := theirs.Schemas[schema.BaseURL+strings.TrimPrefix(name, "./schema/json/")]
		if !sameSet(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	if len(ours.Schemas) != len(theirs.Schemas) {
		t.Errorf("%d schemas, want %d", len(theirs.Schemas), len(ours.Schemas))
	}
}

func sameSet(a, b []string) bool {
	seen := map[string]int{}
	for _, s := range a {
		seen[s]++
	}
	for _, s := range b {
		seen[s]--
	}
	for _, n := range seen {
		if n != 0 {
			return false
		}
	}
	return true
}
