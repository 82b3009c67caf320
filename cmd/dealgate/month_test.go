package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealgate/dealgate/validate/fold"
)

type newcomer struct {
	role, login string
	id          int
}

// newcomers are the people of a company that was just set up, by role, with the
// numeric ids of their accounts.
var newcomers = []newcomer{
	{"general-manager", "lin", 1}, {"department-manager", "shen", 2}, {"marketing", "zhao", 3}, {"marketing-manager", "chen", 4}, {"marketing-manager", "wei", 5},
	{"team-member", "xu", 6}, {"finance", "ye", 7}, {"rnd", "fan", 8}, {"manufacturing", "cao", 9}, {"quality", "jiang", 10}, {"planning", "pan", 11}, {"leadership", "zhou", 12},
}

// A company that was just set up lives its first months, on either forge and in
// either language, with what the templates give and nothing else: every fact is
// a template with its blanks filled, every change passes the gate with the
// reviews that the comment asks for and not before, what lands is stated and
// proven, and two months are closed, the second of them paid.
func TestAFirstMonth(t *testing.T) {
	for _, c := range []struct{ forge, language string }{{"gitea", "zh-CN"}, {"github", "en"}} {
		t.Run(c.forge, func(t *testing.T) {
			m := newMonth(t, c.forge, c.language)
			for _, f := range readArchive(t, "testdata/month.txtar").Files {
				m.change(f.Name, string(f.Data))
			}
			m.attest()
			dealgate(t, "audit", m.dir, "--offline", "--lang", "en").want(t, exitClean, "proven: 50", "unproven: 0", "contradicted: 0")
			dealgate(t, "render", m.dir).want(t, exitClean, "index.html")
		})
	}
}

// month is a new company and what its forge knows.
type month struct {
	t        *testing.T
	dir, key string
	host     string
	repo     *repository
	head     string
	files    tree // of the whole repository, as last landed
	pulls    []map[string]any
	reviewed string // the file that stands for the forge
}

func newMonth(t *testing.T, kind, language string) *month {
	m := &month{t: t, dir: filepath.Join(t.TempDir(), "deals"), files: tree{}}
	m.key, m.reviewed = filepath.Join(t.TempDir(), "key"), filepath.Join(t.TempDir(), "reviews.json")
	args := []string{"init", m.dir, "--forge", kind, "--language", language, "--date", "2025-10-09", "--validator", exampleValidator, "--key", m.key}
	for _, p := range newcomers {
		args = append(args, "--"+p.role, fmt.Sprintf("%s/%s/%d/%s@acme.example", p.login, p.login, p.id, p.login))
	}
	dealgate(t, args...).want(t, exitClean)
	m.host = map[string]string{"gitea": "git.example.com", "github": "github.com"}[kind]
	for _, example := range []string{"customers", "2025"} { // as its README says
		must(t, os.RemoveAll(filepath.Join(m.dir, "deals", example)))
	}
	m.foundTeam("wei", "west")
	dealgate(t, "validate", m.dir).want(t, exitClean)
	dealgate(t, "codeowners", m.dir, "--check").want(t, exitClean)
	m.repo = newRepository(t, m.dir)
	m.read()
	m.head = m.commit("2025-10-09T09:00:00+08:00", "lin", "Begin")
	m.repo.branch("main", m.head)
	return m
}

// foundTeam edits the roster as a newcomer would: a tender wants two teams.
func (m *month) foundTeam(who, team string) {
	roster := filepath.Join(m.dir, "deals", "roster.yaml")
	text, err := os.ReadFile(roster)
	must(m.t, err)
	before, after, _ := strings.Cut(strings.Replace(string(text), "\npeople:", "\n  "+team+": {name: West, from: 2025-01-01}\npeople:", 1), "\n  "+who+":")
	put(m.t, roster, before+"\n  "+who+":"+strings.Replace(after, "team: east", "team: "+team, 1))
}

// read takes what lies in the folder for what is to be committed.
func (m *month) read() {
	m.files = tree{}
	must(m.t, fs.WalkDir(os.DirFS(m.dir), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || name == "." || d.IsDir() && name != ".git" && name != "public":
			return err
		case d.IsDir():
			return fs.SkipDir
		}
		data, err := os.ReadFile(filepath.Join(m.dir, filepath.FromSlash(name)))
		m.files[name] = string(data)
		return err
	}))
}

func (m *month) commit(at, by, subject string, parents ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "tree %s\n", m.repo.tree(m.files))
	for _, p := range parents {
		fmt.Fprintf(&b, "parent %s\n", p)
	}
	when, err := time.Parse(time.RFC3339, at)
	must(m.t, err)
	who := fmt.Sprintf("%s <%s@acme.example> %d +0800", by, by, when.Unix())
	fmt.Fprintf(&b, "author %s\ncommitter %s\n\n%s\n", who, who, subject)
	return m.repo.object("commit", b.String())
}

// change is one pull request: “DAY BY REVIEWER…”, and what was typed. Without
// its reviews it is blocked if it asks for any.
func (m *month) change(title, script string) {
	m.t.Helper()
	words := strings.Fields(title)
	day, by, reviewers := words[0], words[1], words[2:]
	for _, part := range strings.Split("\n"+script, "\n$ ")[1:] {
		command, typed, _ := strings.Cut(part, "\n")
		m.does(day, command, strings.TrimSpace(typed)+"\n")
	}
	m.read()
	head := m.commit(day+"T09:00:00+08:00", by, "Record", m.head)
	m.repo.branch("proposal", head)
	pull := map[string]any{
		"number": len(m.pulls) + 1, "title": title, "state": "open", "author": m.account(by),
		"base": map[string]any{"ref": "main"}, "head": map[string]any{"commit": head}, "reviews": []any{},
	}
	m.pulls = append(m.pulls, pull)
	if len(reviewers) > 0 {
		m.gate(head).want(m.t, exitFindings, "[approval/")
	}
	reviews := []any{}
	for i, r := range reviewers {
		reviews = append(reviews, map[string]any{
			"id": fmt.Sprint(100*len(m.pulls) + i), "state": "approved", "author": m.account(r), "commit": head, "submitted": fmt.Sprintf("%sT1%d:00:00+08:00", day, i),
		})
	}
	pull["reviews"] = reviews
	if o := m.gate(head); o.code != exitClean {
		m.t.Fatalf("%s: %s%s", title, o.out, o.err)
	}
	m.head = m.commit(day+"T16:00:00+08:00", by, "Merge", m.head, head)
	m.repo.branch("main", m.head)
	pull["state"], pull["merge_commit"], pull["merged_at"] = "merged", m.head, day+"T16:00:00+08:00"
}

// attest does what the landing workflow does.
func (m *month) attest() {
	m.know()
	dealgate(m.t, "attest", m.dir, "--lang", "en", "--reviews", m.reviewed, "--key", m.key, "--checkpoint").want(m.t, exitClean, m.head[:10]+"  stated", ", signed")
}

// does runs a command of the script. What is new is written down with its
// blanks filled, and with the evidence that it names.
func (m *month) does(day, command, typed string) {
	m.t.Helper()
	args := strings.Fields(command)
	if command == "attest" {
		m.attest()
		return
	}
	if args[0] != "new" {
		dealgate(m.t, append(args, m.dir)...).want(m.t, exitClean)
		return
	}
	m.t.Chdir(m.dir)
	if !slices.Contains(args, "--date") {
		args = append(args, "--date", day)
	}
	o := dealgate(m.t, args...)
	o.want(m.t, exitClean)
	lines := strings.Split(strings.TrimSpace(o.err), "\n")
	name := lines[len(lines)-1]
	text := m.filled(command, o.out, typed)
	put(m.t, filepath.Join(m.dir, filepath.FromSlash(name)), text)
	facts := regexp.MustCompile(`(?m)^#.*`).ReplaceAllString(text, "")
	for file, data := range placed(tree{strings.TrimPrefix(name, fold.Root+"/"): facts}) {
		if file != name {
			put(m.t, filepath.Join(m.dir, filepath.FromSlash(file)), data)
		}
	}
}

var topKey = regexp.MustCompile(`^(?:# )?([a-z][a-z-]*):`)

// filled puts what was typed in the place of the template's lines. No blank may
// be left, and nothing typed that the template does not have.
func (m *month) filled(command, template, typed string) string {
	m.t.Helper()
	blocks := map[string]string{}
	key := ""
	for line := range strings.Lines(typed) {
		if k := topKey.FindStringSubmatch(line); k != nil {
			key = k[1]
		}
		blocks[key] += line
	}
	var b strings.Builder
	key = ""
	for line := range strings.Lines(template) {
		if k := topKey.FindStringSubmatch(line); k != nil {
			key = k[1]
			if text := blocks[key]; text != key+": -\n" { // which leaves it out
				b.WriteString(text)
			}
			if blocks[key] != "" {
				blocks[key] = "\n"
			}
		} else if !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "#  ") && !strings.HasPrefix(line, "-") {
			key = ""
		}
		if blocks[key] != "" {
			continue
		}
		if !strings.HasPrefix(line, "#") && strings.Contains(line, "‹") {
			m.t.Errorf("%s: nobody fills %q", command, line)
		}
		b.WriteString(line)
	}
	for key, rest := range blocks {
		if rest != "\n" && key != "" {
			m.t.Errorf("%s: the template has no %s:\n%s", command, key, template)
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func (m *month) account(login string) map[string]any {
	i := slices.IndexFunc(newcomers, func(p newcomer) bool { return p.login == login })
	return map[string]any{"id": newcomers[i].id, "login": login}
}

// know writes down what the forge knows.
func (m *month) know() {
	data, err := json.Marshal(map[string]any{"version": 1, "host": m.host, "pull_requests": m.pulls})
	must(m.t, err)
	put(m.t, m.reviewed, string(data))
}

func (m *month) gate(head string) outcome {
	m.know()
	return dealgate(m.t, "gate", m.dir, "--base", "main", "--head", head, "--pr", fmt.Sprint(len(m.pulls)), "--reviews", m.reviewed)
}
