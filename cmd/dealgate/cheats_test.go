package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

const (
	cheatDir = "../../validate/testdata/cheats"
	storyDir = "../../validate/rules/testdata/stories"
)

// cheat is one case as validate/testdata/cheats/README.md describes it.
type cheat struct {
	t       *testing.T
	header  map[string]string
	files   []txtar.File
	story   tree
	repo    *repository
	trees   map[string]tree
	commits map[string]string
}

// Every way to cheat that is known is blocked, by the rule that is meant to
// block it, and what is honest passes.
func TestCheats(t *testing.T) {
	names, err := filepath.Glob(cheatDir + "/*.txtar")
	if err != nil || len(names) < 40 {
		t.Fatalf("only %d cases: %v", len(names), err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive := readArchive(t, name)
			if len(archive.Comment) == 0 || strings.HasPrefix(string(archive.Comment), "#") {
				return // the company
			}
			c := newCheat(t, archive)
			dir := c.build()
			c.judge(dir)
			c.withoutReviews(dir)
		})
	}
}

func readArchive(t *testing.T, name string) *txtar.Archive {
	t.Helper()
	data, err := os.ReadFile(name)
	must(t, err)
	return txtar.Parse(data)
}

func newCheat(t *testing.T, a *txtar.Archive) *cheat {
	c := &cheat{t: t, header: map[string]string{}, files: a.Files, story: tree{}, trees: map[string]tree{}, commits: map[string]string{}}
	head, _, _ := strings.Cut(string(a.Comment), "\n\n")
	for line := range strings.Lines(head) {
		key, val, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			t.Fatalf("not a header: %q", line)
		}
		c.header[key] = val
	}
	for _, name := range []string{storyDir + "/company.txtar", storyDir + "/tendered.txtar", cheatDir + "/company.txtar"} {
		for _, f := range readArchive(t, name).Files {
			c.story[f.Name] = string(f.Data)
		}
	}
	return c
}

// build writes the repository and returns its folder.
func (c *cheat) build() string {
	dir := c.t.TempDir()
	c.repo = newRepository(c.t, dir)
	until := value.MustDay(c.header["until"])
	base := tree{}
	for name, data := range c.story {
		if p := fold.Classify(fold.Root + "/" + name); p.Date <= until {
			base[name] = data
		}
	}
	c.lay(base, "base")
	c.trees["base"] = base
	c.write("base "+"by=zhou-jianguo at="+until.String()+"T08:00:00+08:00", base, nil)
	for line := range strings.Lines(c.section("commits")) {
		if line = strings.TrimSpace(line); line != "" {
			c.commit(line)
		}
	}
	c.repo.branch("main", c.commits["base"])
	return dir
}

func (c *cheat) section(name string) string {
	for _, f := range c.files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// lay puts the files of one commit over a tree. A name that ends in + appends,
// one that ends in - takes away, an empty file comes from the story.
func (c *cheat) lay(files tree, commit string) {
	for _, f := range c.files {
		name, ok := strings.CutPrefix(f.Name, commit+"/")
		if !ok {
			continue
		}
		data := string(f.Data)
		switch {
		case strings.HasSuffix(name, "+"):
			files[strings.TrimSuffix(name, "+")] += data
		case strings.HasSuffix(name, "-"):
			delete(files, strings.TrimSuffix(name, "-"))
		case data == "" && c.story[name] != "":
			files[name] = c.story[name]
		default:
			files[name] = data
		}
	}
}

// commit writes a commit: "name key=value …".
func (c *cheat) commit(line string) {
	name, rest, _ := strings.Cut(line, " ")
	parents := strings.Split(cmp.Or(fields(rest)["parents"], "base"), ",")
	files := maps.Clone(c.trees[parents[0]])
	for _, p := range append(parents[1:], brought(rest)...) {
		for path, data := range c.trees[p] {
			if data != c.trees["base"][path] {
				files[path] = data
			}
		}
	}
	c.lay(files, name)
	if bulk, err := strconv.Atoi(c.header["bulk"]); err == nil && name == "head" {
		for i := range bulk {
			files[fmt.Sprintf("2025/hengtai-harness/evidence/scan-%04d.md", i)] = "# 记录\n"
		}
	}
	c.trees[name] = files
	c.write(line, files, parents)
}

// brought are the commits whose changes a commit brings without being their
// child, as a squash does.
func brought(line string) []string {
	if b := fields(line)["brings"]; b != "" {
		return strings.Split(b, ",")
	}
	return nil
}

func fields(line string) map[string]string {
	out := map[string]string{}
	for _, pair := range strings.Fields(line) {
		key, val, _ := strings.Cut(pair, "=")
		out[key] = val
	}
	return out
}

// subject is what a commit is called, as GitHub calls one that lands a pull
// request.
func subject(lands string) string {
	if lands == "" {
		return "登记"
	}
	return "Merge pull request #" + lands + " from market/record"
}

// write stores a commit of these files and the evidence that they name.
func (c *cheat) write(line string, files tree, parents []string) {
	c.t.Helper()
	name, rest, _ := strings.Cut(line, " ")
	f := fields(rest)
	at, err := time.Parse(time.RFC3339, f["at"])
	must(c.t, err)
	author := cmp.Or(f["mail"], f["by"]+"@huaxin.example")
	var b strings.Builder
	fmt.Fprintf(&b, "tree %s\n", c.repo.tree(placed(files)))
	for _, p := range parents {
		fmt.Fprintf(&b, "parent %s\n", c.commits[p])
	}
	signed := func(who string) string {
		name, mail, ok := strings.Cut(who, "/")
		if !ok {
			name, mail = "somebody", who
		}
		return fmt.Sprintf("%s <%s> %d +0800", name, mail, at.Unix())
	}
	fmt.Fprintf(&b, "author %s\ncommitter %s\n\n%s\n", signed(author), signed(cmp.Or(f["committer"], author)), subject(f["lands"]))
	if co := f["co"]; co != "" {
		fmt.Fprintf(&b, "\nCo-authored-by: somebody <%s>\n", co)
	}
	c.commits[name] = c.repo.object("commit", b.String())
}

var (
	evidenceName = regexp.MustCompile(`[A-Za-z0-9][A-Za-z0-9-]*\.(pdf|md|png)\b`)
	beginnings   = map[string]string{".pdf": "%PDF-1.7\n%%EOF\n", ".md": "# 记录\n", ".png": "\x89PNG\r\n\x1a\n"}
)

func placed(files tree) tree {
	all := tree{}
	for name, data := range files {
		all[path.Join(fold.Root, name)] = data
		p := fold.Classify(fold.Root + "/" + name)
		if p.Dir == "" || p.Kind == fold.EvidenceFile {
			continue
		}
		for _, evidence := range evidenceName.FindAllString(data, -1) {
			all[p.Dir+"/evidence/"+evidence] = beginnings[path.Ext(evidence)]
		}
	}
	return all
}

// judge runs the gate and holds its outcome against what the case wants.
func (c *cheat) judge(dir string) {
	t := c.t
	t.Helper()
	o := c.gate(dir, c.reviews())
	if key := c.header["fails"]; key != "" {
		_, says, _ := strings.Cut(catalogue.Text(catalogue.EN, key, nil), "}")
		o.want(t, exitFailed, strings.Split(says, "{")[0])
		return
	}
	var want []string
	if c.header["want"] != "nothing" {
		want = slices.Sorted(slices.Values(strings.Fields(c.header["want"])))
	}
	if got := errorsOf(t, o.out); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v\n%s%s", got, want, o.out, o.err)
	}
	if rule := c.header["warns"]; !strings.Contains(o.out, rule) {
		t.Errorf("does not point out %s\n%s", rule, o.out)
	}
	if blocked := o.code == exitFindings; blocked != (len(want) > 0) {
		t.Errorf("exit code %d", o.code)
	}
}

var commitName = regexp.MustCompile(`@[a-z0-9]+`)

// reviews is the JSON file of a dry run.
func (c *cheat) reviews() string { return c.hashes(c.section("reviews.json")) }

// hashes puts the hash of each commit in the place of its name.
func (c *cheat) hashes(text string) string {
	return commitName.ReplaceAllStringFunc(text, func(s string) string {
		return cmp.Or(c.commits[s[1:]], s)
	})
}

func (c *cheat) gate(dir, reviews string) outcome {
	file := filepath.Join(dir, "reviews.json")
	put(c.t, file, reviews)
	from := []string{"--reviews", file}
	if kind := c.header["served"]; kind != "" {
		server := httptest.NewServer(http.HandlerFunc(c.answer))
		defer server.Close()
		from = []string{"--forge", kind, "--url", server.URL, "--repo", "market/deals"}
	}
	args := []string{"gate", dir, "--lang", "en", "--format", "json", "--base", c.commits[cmp.Or(c.header["target"], "base")], "--head", c.commits[cmp.Or(c.header["head"], "head")]}
	if c.header["group"] != "" {
		args = append(args, "--group")
	}
	if pr := c.header["pr"]; pr != "" {
		args = append(args, "--pr", pr)
	}
	return dealgate(c.t, append(args, from...)...)
}

// answer is what the case's forge answers: the section that is named after the
// request, whose first line may be a header.
func (c *cheat) answer(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/api/v1"), "/repos/market/deals")
	body := c.section(r.Method + " " + path)
	if head, rest, ok := strings.Cut(body, "\n"); ok && strings.Contains(head, ": ") && !strings.HasPrefix(head, "[") && !strings.HasPrefix(head, "{") {
		key, val, _ := strings.Cut(head, ": ")
		w.Header().Set(key, val)
		body = rest
	}
	w.Header().Set("Content-Type", "application/json")
	if body == "" {
		w.WriteHeader(http.StatusNotFound)
	}
	_, _ = io.WriteString(w, c.hashes(body))
}

// withoutReviews holds that an honest case passes by its reviews alone.
func (c *cheat) withoutReviews(dir string) {
	c.t.Helper()
	if c.header["want"] != "nothing" || !strings.Contains(c.section("reviews.json"), `"approved"`) {
		return
	}
	if o := c.gate(dir, strings.ReplaceAll(c.reviews(), `"approved"`, `"commented"`)); o.code != exitFindings {
		c.t.Errorf("passes without a review: exit code %d\n%s", o.code, o.out)
	}
}

// errorsOf lists the rules of the errors, each once.
func errorsOf(t *testing.T, out string) []string {
	t.Helper()
	var found struct {
		Findings []struct{ Rule, Severity string }
	}
	if err := json.Unmarshal([]byte(out), &found); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var rules []string
	for _, f := range found.Findings {
		if f.Severity == "error" {
			rules = append(rules, f.Rule)
		}
	}
	slices.Sort(rules)
	return slices.Compact(rules)
}
