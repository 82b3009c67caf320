package forge

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// The requests that we make and the answers that our replay of GitHub gives
// fit GitHub's own description of its API. It is the file
// generated/api.github.com.json of the npm package @octokit/openapi.
func TestGitHubDescription(t *testing.T) {
	d := readDescription(t)
	w := newWorld()
	w.pull(5).HeadRepo = "alice/deals" // the description denies that lists tell of deleted forks
	w.review(1, Approved, bob, 1)
	w.review(2, ChangesRequested, nobody, 2).Commit = ""
	w.review(3, Commented, carol, 3)
	w.review(4, Approved, bob, 4).Dismissed = true
	w.review(5, Pending, robot, 5)
	f := served(t, "github", gitHubReplay(w), nil).(replayed)
	_, err := f.Reviews(ctx, 7)
	must(t, err)
	_, err = f.Landed(ctx, landed)
	must(t, err)
	_, err = f.Open(ctx, theHead)
	must(t, err)
	must(t, f.Comment(ctx, 7, marker, "one"))
	must(t, f.Comment(ctx, 7, marker, "two"))
	must(t, f.Status(ctx, theHead, "dealgate", StatusSuccess, "fine", "https://ci.test/1"))
	_, _, err = f.Stated(ctx, theHead, "dealgate")
	must(t, err)
	w.silent = true
	must(t, f.Comment(ctx, 7, marker, "three"))
	for _, e := range f.server.exchanges() {
		d.check(t, e)
	}
}

// needs returns the file that a variable names. Without it the test is left
// out, except where nothing may be.
func needs(t *testing.T, variable, what string) string {
	t.Helper()
	name := os.Getenv(variable)
	if name == "" && os.Getenv("DEALGATE_REQUIRE_ALL") == "1" {
		t.Fatalf("%s does not name %s", variable, what)
	}
	if name == "" {
		t.Skipf("%s does not name %s", variable, what)
	}
	return name
}

// Pull requests and reviews as GitHub has really sent them are understood.
// They are in api.github.com/index.json of the npm package
// @octokit/webhooks-examples.
func TestGitHubExamples(t *testing.T) {
	data, err := os.ReadFile(needs(t, "DEALGATE_WEBHOOKS", "GitHub's event payloads (api.github.com/index.json of the npm package @octokit/webhooks-examples)"))
	must(t, err)
	var events []struct {
		Name     string
		Examples []struct {
			Review dict
			Pull   dict `json:"pull_request"`
		}
	}
	must(t, json.Unmarshal(data, &events))
	pulls, reviews := 0, 0
	for _, event := range events {
		for _, e := range event.Examples {
			if event.Name == "pull_request" {
				examplePull(t, e.Pull)
				pulls++
			}
			if event.Name == "pull_request_review" {
				exampleReview(t, e.Review)
				reviews++
			}
		}
	}
	if pulls == 0 || reviews == 0 {
		t.Errorf("there are %d pull requests and %d reviews", pulls, reviews)
	}
}

func examplePull(t *testing.T, sent dict) {
	t.Helper()
	text, err := json.Marshal(sent)
	must(t, err)
	n := int(sent["number"].(float64))
	pr, err := served(t, "github", gitHubReplay(newWorld()), []fault{raw("/pulls/", string(text)), raw("/events", "[]")}).PullRequest(ctx, n)
	if err != nil || pr.Number != n || !pr.Author.Known() || pr.HeadCommit == "" || pr.BaseCommit == "" || pr.HeadRepo == "" {
		t.Errorf("got %+v, %v", pr, err)
	}
}

// exampleReview undoes the one thing in which events differ: they write the
// state small.
func exampleReview(t *testing.T, sent dict) {
	t.Helper()
	sent["state"] = strings.ToUpper(sent["state"].(string))
	text, err := json.Marshal([]any{sent})
	must(t, err)
	got, err := served(t, "github", gitHubReplay(newWorld()), []fault{raw("/reviews", string(text))}).Reviews(ctx, 7)
	if err != nil || len(got) != 1 || !got[0].Author.Known() || got[0].Commit == "" || got[0].Submitted.IsZero() {
		t.Errorf("got %+v, %v", got, err)
	}
}

// description is an OpenAPI document.
type description struct {
	root  map[string]any
	paths map[string]map[string]operation
}

type operation struct {
	Parameters []struct {
		Ref  string `json:"$ref"`
		Name string
		In   string
	}
	RequestBody struct{ Content map[string]media }
	Responses   map[string]struct {
		Ref     string `json:"$ref"`
		Content map[string]media
	}
}

type media struct{ Schema any }

func readDescription(t *testing.T) *description {
	t.Helper()
	name := needs(t, "DEALGATE_OPENAPI", "GitHub's API description (generated/api.github.com.json of the npm package @octokit/openapi)")
	data, err := os.ReadFile(name)
	must(t, err)
	d := &description{paths: map[string]map[string]operation{}}
	must(t, json.Unmarshal(data, &d.root))
	for path, methods := range d.root["paths"].(map[string]any) {
		if path != "/user" && !strings.HasPrefix(path, "/repos/{owner}/{repo}/") {
			continue
		}
		some, err := json.Marshal(methods)
		must(t, err)
		operations := map[string]operation{}
		must(t, json.Unmarshal(some, &operations))
		d.paths[path] = operations
	}
	return d
}

func (d *description) check(t *testing.T, e exchange) {
	t.Helper()
	what := fmt.Sprintf("%s %s → %d", e.method, e.path, e.status)
	path, op, ok := d.find(e)
	if !ok {
		t.Errorf("%s: GitHub knows no such request", what)
		return
	}
	for name := range e.query {
		if !slices.Contains(d.queries(op), name) {
			t.Errorf("%s: %s has no parameter %s", what, path, name)
		}
	}
	if len(e.sent) > 0 {
		d.validate(t, what+", sent", op.RequestBody.Content["application/json"].Schema, e.sent)
	}
	answer, ok := op.Responses[fmt.Sprint(e.status)]
	if !ok {
		t.Errorf("%s: GitHub gives no such answer", what)
		return
	}
	if answer.Ref == "" {
		d.validate(t, what, answer.Content["application/json"].Schema, e.answer)
	}
}

// find returns the operation with the fewest blanks in its path.
func (d *description) find(e exchange) (best string, op operation, ok bool) {
	for _, path := range slices.Sorted(maps.Keys(d.paths)) {
		candidate, has := d.paths[path][strings.ToLower(e.method)]
		if has && fits(path, e.path) && (!ok || strings.Count(path, "{") < strings.Count(best, "{")) {
			best, op, ok = path, candidate, true
		}
	}
	return best, op, ok
}

func fits(template, path string) bool {
	a, b := strings.Split(template, "/"), strings.Split(path, "/")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && !strings.HasPrefix(a[i], "{") {
			return false
		}
	}
	return true
}

func (d *description) queries(op operation) (names []string) {
	shared, _ := d.root["components"].(map[string]any)["parameters"].(map[string]any)
	for _, p := range op.Parameters {
		if name, ok := strings.CutPrefix(p.Ref, "#/components/parameters/"); ok {
			parameter, _ := shared[name].(map[string]any)
			p.Name, _ = parameter["name"].(string)
			p.In, _ = parameter["in"].(string)
		}
		if p.In == "query" {
			names = append(names, p.Name)
		}
	}
	return names
}

// validate checks a body against a schema of the description, which is in
// OpenAPI's own dialect of JSON Schema.
func (d *description) validate(t *testing.T, what string, schema any, body []byte) {
	t.Helper()
	if schema == nil {
		t.Errorf("%s: the description has no schema for it", what)
		return
	}
	components := d.root["components"].(map[string]any)["schemas"]
	text, err := json.Marshal(plain(map[string]any{"components": map[string]any{"schemas": components}, "allOf": []any{schema}}))
	must(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.Draft = jsonschema.Draft7
	must(t, compiler.AddResource("https://api.github.test/schema.json", strings.NewReader(string(text))))
	compiled, err := compiler.Compile("https://api.github.test/schema.json")
	must(t, err)
	var v any
	must(t, json.Unmarshal(body, &v))
	if err := compiled.Validate(v); err != nil {
		t.Errorf("%s: %#v", what, err)
	}
}

// plain rewrites OpenAPI's "nullable" as JSON Schema, and leaves out what is
// only for readers.
func plain(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plain(v[i])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for key, value := range v {
			if _, text := value.(string); key == "description" && text || key == "example" || key == "examples" {
				continue
			}
			out[key] = plain(value)
		}
		if nullable, _ := v["nullable"].(bool); nullable {
			delete(out, "nullable")
			return map[string]any{"anyOf": []any{map[string]any{"type": "null"}, out}}
		}
		return out
	}
	return v
}
