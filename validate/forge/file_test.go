package forge

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/dealgate/dealgate/schema/catalogue"
)

func sample(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("testdata/reviews.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestFile(t *testing.T) {
	f, err := Open("file", "testdata/reviews.json", "", "", nil)
	must(t, err)
	reviews, err := f.Reviews(ctx, 41)
	must(t, err)
	var ids []string
	for _, r := range reviews {
		ids = append(ids, r.ID)
	}
	if got := strings.Join(ids, " "); got != "301 302 303 304" || f.Host() != "git.hengtai.test" || f.Name() != "file" {
		t.Errorf("the reviews of %s are %s", f.Host(), got)
	}
	if r := reviews[0]; !r.Dismissed || r.State != Approved || r.Commit != "" || r.Submitted.Format("15:04") != "01:30" {
		t.Errorf("got %+v", r)
	}
	if who := reviews[2].Author; who.Known() || who.Host != "git.hengtai.test" {
		t.Errorf("nobody is %+v", who)
	}
}

// What the schema in the editor says is what the reader says.
func TestFileRefuses(t *testing.T) {
	schema := fileSchema(t)
	for _, c := range []struct{ from, to, key, says string }{
		{`"version": 1`, `"version": 2`, "forge.file-version", "version 2"},
		{`"version": 1`, `"version": 1.5`, "forge.file-wrong", "$.version"},
		{`"version": 1`, `"version": 1e20000000`, "forge.file-wrong", "$.version"},
		{`"version": 1`, `"version": "1"`, "forge.file-wrong", "$.version"},
		{`"version": 1,`, ``, "forge.file-missing-key", "“version”"},
		{`"host": "git.hengtai.test"`, `"host": ""`, "forge.file-wrong", "$.host"},
		{`"host"`, `"Host"`, "forge.file-missing-key", "“host”"},
		{`"title"`, `"Title"`, "forge.file-unknown-key", "“Title”"},
		{`"number": 42`, `"number": 41`, "forge.file-twice", "$.pull_requests[1].number"},
		{`"state": "merged",`, `"state": "merged", "retargeted": "yesterday",`, "forge.file-wrong", "$.pull_requests[0].retargeted"},
		{`"merged_at": "2026-01-27T17:20:00+08:00"`, `"merged_at": "yesterday"`, "forge.file-wrong", "$.pull_requests[0].merged_at"},
		{`"state": "open"`, `"state": "open", "merged_at": "2026-01-27T09:20:00Z"`, "forge.file-unknown-key", "merged_at"},
		{`"number": 42`, `"number": 0`, "forge.file-wrong", "$.pull_requests[1].number"},
		{`"number": 42`, `"number": 99999999999999999999`, "forge.file-wrong", "$.pull_requests[1].number"},
		{`"id": "303"`, `"id": "302"`, "forge.file-twice", "$.pull_requests[0].reviews[2].id"},
		{`"id": "303"`, `"id": 303`, "forge.file-wrong", "reviews[2].id"},
		{`"id": 14,`, `"id": 14, "id": 13,`, "forge.file-twice", "reviews[0].author.id"},
		{`"id": 14,`, `"id": -1,`, "forge.file-wrong", "reviews[0].author.id"},
		{`"id": 14,`, ``, "forge.file-missing-key", "reviews[0].author lacks “id”"},
		{`"bot": true`, `"bot": "yes"`, "forge.file-wrong", "merged_by.bot"},
		{`"state": "changes-requested"`, `"state": "REQUEST_CHANGES"`, "forge.file-not-one-of", "reviews[2].state"},
		{`"state": "open"`, `"state": "merged"`, "forge.file-missing-key", "merge_commit"},
		{`"state": "merged"`, `"state": "closed"`, "forge.file-unknown-key", "merge_commit"},
		{`"state": "open"`, `"state": "open", "reviews": {}`, "forge.file-wrong", "$.pull_requests[1].reviews"},
		{`{"ref": "main"}`, `null`, "forge.file-wrong", "$.pull_requests[1].base"},
		{`"4c6e80`, `"4C6E80`, "forge.file-wrong", "head.commit"},
		{`"submitted": "2026-01-27T08:00:00Z"`, `"submitted": null`, "forge.file-wrong", "reviews[2].submitted"},
		{`, "submitted": "2026-01-27T08:00:00Z"`, ``, "forge.file-missing-key", "reviews[2]"},
		{`2026-01-27T08:00:00Z`, `yesterday`, "forge.file-wrong", "reviews[2].submitted"},
		{`"open"`, `"open"` + "\xff", "forge.file-not-json", "line 28"},
		{`"open"`, `"open",`, "forge.file-not-json", "line 29"},
		{`"open"`, strings.Repeat("[", 40) + strings.Repeat("]", 40), "forge.file-too-deep", "16"},
	} {
		data := strings.Replace(sample(t), c.from, c.to, 1)
		_, err := ReadFile("reviews.json", []byte(data))
		wantKey(t, err, c.key)
		if err != nil && (!strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "reviews.json")) {
			t.Errorf("%s: %v", c.to, err)
		}
		loose := c.key == "forge.file-twice" || strings.Contains(c.to, "e20000000") || strings.Contains(c.to, "yesterday")
		var v any
		if json.Unmarshal([]byte(data), &v) == nil && !loose && schema.Validate(v) == nil {
			t.Errorf("%s: the schema accepts it", c.to)
		}
	}
	for _, data := range []string{"", "null", "[]", "1", "\ufeff{}"} {
		if _, err := ReadFile("reviews.json", []byte(data)); err == nil {
			t.Errorf("%q is accepted", data)
		}
	}
}

func TestFileUnreadable(t *testing.T) {
	_, err := Open("file", filepath.Join(t.TempDir(), "none.json"), "", "", nil)
	wantKey(t, err, "forge.file-unreadable")
	_, err = Open("file", t.TempDir(), "", "", nil)
	wantKey(t, err, "forge.file-unreadable")
	_, err = ReadFile("reviews.json", bytes.Repeat([]byte(" "), maxFile+1))
	wantKey(t, err, "forge.file-too-large")
}

func fileSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.Compile("../../schema/json/reviews.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// Nothing that is read crashes the reader, and what it accepts fits the
// schema and lacks nothing.
func FuzzFile(f *testing.F) {
	schema := fileSchema(f)
	f.Add([]byte(sample(f)))
	f.Add([]byte(`{"version":1,"host":"h","pull_requests":[]}`))
	f.Add([]byte(`{"version":1,"host":"h","pull_requests":[{"number":1,"number":2}]}`))
	f.Add([]byte(`{"version":1e999,"host":null,"pull_requests":[[[[]]]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := ReadFile("reviews.json", data)
		if err != nil {
			for _, l := range catalogue.Langs {
				_ = err.(*Error).In(l)
			}
			return
		}
		var v any
		if json.Unmarshal(data, &v) != nil || schema.Validate(v) != nil {
			t.Errorf("the schema refuses what was read: %v", schema.Validate(v))
		}
		for _, pr := range file.pulls {
			if pr.Number < 1 || pr.HeadCommit == "" || pr.Merged && pr.MergeCommit == "" {
				t.Errorf("read %+v", pr)
			}
			for _, r := range file.reviews[pr.Number] {
				if r.State == "" || r.State != Pending && r.Submitted.IsZero() || r.Author.ID < 0 {
					t.Errorf("read %+v", r)
				}
			}
		}
	})
}

// Every error that the code can give has words, and no words are left over.
func TestEveryErrorHasWords(t *testing.T) {
	used := map[string]bool{}
	names, err := filepath.Glob("*.go")
	must(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		must(t, err)
		for _, m := range regexp.MustCompile(`"(forge\.[a-z0-9.-]+)"`).FindAllStringSubmatch(string(src), -1) {
			used[m[1]] = true
			if !catalogue.Has(m[1]) {
				t.Errorf("%s: %s has no words", name, m[1])
			}
		}
	}
	for _, key := range catalogue.Keys() {
		if strings.HasPrefix(key, "forge.") && !used[key] {
			t.Errorf("nothing uses the words of %s", key)
		}
	}
}
