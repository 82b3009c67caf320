package attest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/dealgate/dealgate/schema/catalogue"
)

// example lands, states and fixes a change.
func example(t testing.TB) *lab {
	l := newLab(t)
	l.base()
	l.land(landing{id: "a", kind: "merge", by: "lin-xia", approvers: []string{"wang-jun"}, steps: []files{{
		"deals/2025/hengtai-harness/2025-01-13-qualify.yaml":   "by: lin-xia\nverdict: worth-developing\nreason: 年需求 3 万套\nevidence: [customer-form.md]\n",
		"deals/2025/hengtai-harness/evidence/customer-form.md": "需求登记表\n",
	}}})
	l.attest("a", "landing")
	l.checkpoint("landing")
	return l
}

func TestStatementsFollowTheirSchema(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat = true
	const name = "../../schema/json/statement.schema.json"
	file, err := os.Open(name)
	must(t, err)
	defer file.Close()
	must(t, compiler.AddResource(name, file))
	s, err := compiler.Compile(name)
	must(t, err)
	for path, text := range example(t).kept {
		if strings.HasSuffix(path, ".sig") {
			continue
		}
		var v any
		must(t, json.Unmarshal([]byte(text), &v))
		if err := s.Validate(v); err != nil {
			t.Errorf("%s: %#v\n%s", path, err, text)
		}
	}
}

// A statement has one form; whatever else says the same is refused.
func TestOneForm(t *testing.T) {
	for path, text := range example(t).kept {
		if !strings.HasPrefix(path, statementsDir) || strings.HasSuffix(path, ".sig") {
			continue
		}
		s, err := DecodeChange([]byte(text))
		must(t, err)
		again, err := Encode(s)
		must(t, err)
		if string(again) != text {
			t.Errorf("another form:\n%s", again)
		}
		for _, other := range []string{
			text + " ", text + "{}", strings.Replace(text, "  ", " ", 1), strings.Replace(text, `"predicateType"`, `"more": 1, "predicateType"`, 1),
			strings.Replace(text, `"subject"`, `"_type": "https://in-toto.io/Statement/v1", "subject"`, 1), strings.Replace(text, "年", `\u5e74`, 1),
			strings.Replace(text, "landed-change", "checkpoint", 1), strings.Replace(text, "Statement/v1", "Statement/v2", 1), "", "null", "[]", "{",
		} {
			if _, err := DecodeChange([]byte(other)); err == nil && other != text {
				t.Errorf("it takes %s", other)
			}
		}
	}
	odd := Statement[Change]{Type: StatementType, PredicateType: ChangeType}
	odd.Predicate.Approvals = []Approval{{Text: "broken \xff\u2028 <&>"}}
	data, err := Encode(odd)
	must(t, err)
	if _, err := DecodeChange(data); err != nil {
		t.Errorf("a text that is no UTF-8: %v\n%s", err, data)
	}
}

func FuzzDecode(f *testing.F) {
	for path, text := range example(f).kept {
		if !strings.HasSuffix(path, ".sig") {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := DecodeChange(data); err == nil {
			if again, err := Encode(s); err != nil || string(again) != string(data) {
				t.Errorf("%v: another form:\n%s", err, again)
			}
		}
		_, _ = DecodeCheckpoint(data)
	})
}

var ruleName = regexp.MustCompile(`"(audit/[a-z-]+)"`)

// Every rule has its four texts, whose blanks are those of its reasons, and no
// text is left over.
func TestEveryRuleHasTexts(t *testing.T) {
	used := map[string]bool{}
	names, err := filepath.Glob("*.go")
	must(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		must(t, err)
		for _, m := range ruleName.FindAllStringSubmatch(string(data), -1) {
			used[m[1]] = true
		}
	}
	for rule := range used {
		for _, part := range []string{"title", "found", "want", "fix"} {
			if !catalogue.Has(rule + "." + part) {
				t.Errorf("%s has no %s", rule, part)
			}
		}
	}
	for _, key := range catalogue.Keys() {
		if rule, ok := strings.CutSuffix(key, ".title"); ok && strings.HasPrefix(rule, "audit/") && !used[rule] {
			t.Errorf("nothing uses %s", rule)
		}
	}
}

var blank = regexp.MustCompile(`[{}⟨⟩]`)

// complete holds that whatever an audit says is said completely in every
// language.
func complete(t *testing.T, r *Report) {
	t.Helper()
	reasons := r.Line
	for _, i := range r.Items {
		reasons = append(reasons, i.All()...)
	}
	for _, why := range reasons {
		for _, l := range catalogue.Langs {
			for _, s := range []string{why.Words(l), catalogue.Text(l, why.Rule+".fix", why.Args), catalogue.Text(l, string(why.Title()), nil)} {
				if blank.MatchString(s) {
					t.Errorf("%s: %s", why.Rule, s)
				}
			}
		}
	}
}

// The branch as it stands here and at a remote holds the same statements: none
// of them is told as spare.
func TestStatementsHeldTwice(t *testing.T) {
	l := newLab(t)
	l.base()
	l.land(landing{id: "b", kind: "merge", by: "liu-yang", steps: []files{{"deals/2025/ruifeng-radar/deal.yaml": "customer: ruifeng\ntitle: 瑞丰\nproduct: 支架\n"}}})
	l.attest("b", "landing")
	o := l.options()
	o.Kept = append(o.Kept, l.views()...)
	r, err := Audit(t.Context(), o)
	must(t, err)
	if got := shown(r); got != "deals/2025/ruifeng-radar/deal.yaml proven\n" {
		t.Errorf("found\n%s", got)
	}
}
