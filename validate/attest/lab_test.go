package attest

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/cache"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/forge"
	"github.com/dealgate/dealgate/validate/history"
	"github.com/dealgate/dealgate/validate/rules"
)

// files maps paths to contents.
type files map[string]string

func (f files) with(more files) files {
	all := maps.Clone(f)
	for path, text := range more {
		if rest, gone := strings.CutSuffix(path, "-"); gone {
			delete(all, rest)
		} else if rest, end := strings.CutSuffix(path, "+"); end {
			all[rest] += text
		} else {
			all[path] = text
		}
	}
	return all
}

// version is a commit that was written.
type version struct {
	hash    string
	files   files
	parents []string
	written time.Time // by the author
}

// lab is a repository of the company of the cheats, in which changes land.
type lab struct {
	t     testing.TB
	dir   string
	git   *git.Repository
	clock time.Time
	main  *version
	all   map[string]*version // by hash
	pulls map[string]forge.PullRequest
	given map[string][]forge.Review
	under map[string]string // where the line stood before a push, as the forge tells
	known map[plumbing.Hash]bool
	kept  files // the branch of statements
	gone  []history.Removal
	names map[string]string
	whole []byte // a checkpoint kept outside
	rules validate.Rules
	books files // the ledger of closed periods, as closings
}

var zone = time.FixedZone("CST", 8*3600)

func newLab(t testing.TB) *lab {
	t.Helper()
	l := &lab{
		t: t, dir: t.TempDir(), clock: time.Date(2025, 1, 12, 10, 0, 0, 0, zone), all: map[string]*version{},
		pulls: map[string]forge.PullRequest{}, given: map[string][]forge.Review{}, under: map[string]string{}, known: map[plumbing.Hash]bool{}, kept: files{}, names: map[string]string{},
		rules: validate.Rules{Dated: rules.All.Dated},
	}
	var err error
	l.git, err = git.PlainInit(l.dir, true)
	must(t, err)
	return l
}

// people are the accounts of the company of the cheats.
var people = map[string]int64{"zhou-jianguo": 1, "sun-li": 2, "wang-jun": 3, "lin-xia": 4, "zhao-min": 5, "liu-yang": 7, "qian-fang": 13}

const host = "git.huaxin.example"

func account(login string) forge.Account {
	return forge.Account{Host: host, ID: people[login], Login: login}
}

// company is what stands before anything is judged.
func company(t testing.TB) files {
	f := files{}
	for _, name := range []string{"../rules/testdata/stories/company.txtar", "../rules/testdata/stories/tendered.txtar", "../testdata/cheats/company.txtar"} {
		data, err := os.ReadFile(name)
		must(t, err)
		for _, file := range txtar.Parse(data).Files {
			date := filepath.Base(file.Name)
			if !strings.HasPrefix(date, "2025-") || date < "2025-01-13" {
				f["deals/"+file.Name] = string(file.Data)
			}
		}
	}
	line := func(who, options string) string {
		_, public := testKey(t, who)
		return who + "@huaxin.example " + options + public + "\n"
	}
	f["deals/allowed_signers"] = line("landing", `namespaces="dealgate-approval",valid-after="20250101" `) +
		line("old", `valid-before="20250110" `) + line("git", `namespaces="git" `) +
		line("next", `valid-after="20250114" `) + line("spare", "") +
		line("first", `valid-before="20250113120000" `)
	return f
}

func (l *lab) object(kind plumbing.ObjectType, data []byte) plumbing.Hash {
	id := plumbing.ComputeHash(kind, data)
	if l.known[id] {
		return id
	}
	l.known[id] = true
	o := l.git.Storer.NewEncodedObject()
	o.SetType(kind)
	w, err := o.Writer()
	must(l.t, err)
	_, err = w.Write(data)
	must(l.t, err)
	must(l.t, w.Close())
	h, err := l.git.Storer.SetEncodedObject(o)
	must(l.t, err)
	return h
}

func (l *lab) tree(f files) plumbing.Hash {
	sub := map[string]files{}
	var es []object.TreeEntry
	for path, text := range f {
		dir, rest, deep := strings.Cut(path, "/")
		if deep {
			if sub[dir] == nil {
				sub[dir] = files{}
			}
			sub[dir][rest] = text
			continue
		}
		es = append(es, object.TreeEntry{Name: dir, Mode: filemode.Regular, Hash: l.object(plumbing.BlobObject, []byte(text))})
	}
	for dir, f := range sub {
		es = append(es, object.TreeEntry{Name: dir, Mode: filemode.Dir, Hash: l.tree(f)})
	}
	slices.SortFunc(es, func(a, b object.TreeEntry) int {
		name := func(e object.TreeEntry) string {
			if e.Mode == filemode.Dir {
				return e.Name + "/"
			}
			return e.Name
		}
		return strings.Compare(name(a), name(b))
	})
	var raw []byte
	for _, e := range es {
		raw = fmt.Appendf(raw, "%o %s\x00", uint32(e.Mode), e.Name)
		raw = append(raw, e.Hash[:]...)
	}
	return l.object(plumbing.TreeObject, raw)
}

// commit writes a commit; the forge commits what others author.
func (l *lab) commit(f files, author, committer string, parents ...string) *version {
	return l.commitAt(l.clock, f, author, committer, parents...)
}

func (l *lab) commitAt(written time.Time, f files, author, committer string, parents ...string) *version {
	stamp := func(who string, at time.Time) string {
		return fmt.Sprintf("%s <%s@huaxin.example> %d +0800", who, who, at.Unix())
	}
	if committer == "" {
		committer = author
	}
	text := "tree " + l.tree(f).String() + "\n"
	for _, p := range parents {
		text += "parent " + p + "\n"
	}
	text += "author " + stamp(author, written) + "\ncommitter " + strings.ReplaceAll(stamp(committer, l.clock), "forge@huaxin.example", "noreply@"+host) + "\n\nrecord\n"
	v := &version{l.object(plumbing.CommitObject, []byte(text)).String(), f, parents, written}
	l.all[v.hash] = v
	return v
}

func (l *lab) branch(name, hash string) {
	must(l.t, l.git.Storer.SetReference(plumbing.NewHashReference(plumbing.ReferenceName("refs/heads/"+name), plumbing.NewHash(hash))))
}

func (l *lab) move(v *version) {
	l.main = v
	l.branch("main", v.hash)
	must(l.t, l.git.Storer.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, "refs/heads/main")))
}

// base lands the company.
func (l *lab) base() { l.baseWith(nil) }

// baseWith lands it with other files.
func (l *lab) baseWith(other files) {
	l.move(l.commit(company(l.t).with(other), "zhou-jianguo", ""))
	l.names["base"] = l.main.hash
}

// landing is one way in which a pull request lands.
type landing struct {
	id, kind, by string
	approvers    []string
	onto         string  // a change that the branch began with, which has landed meanwhile
	steps        []files // one for each commit of the branch
	own          files   // that the merge brings itself
	wait         int     // hours more between its reviews and the merge
}

// land opens a pull request, has it approved, and lands it.
func (l *lab) land(c landing) {
	l.clock = l.clock.Add(24 * time.Hour)
	from := l.main
	at := from
	if c.onto != "" { // what lies below it once more, on its parent
		below := l.all[l.names[c.onto]]
		under := l.all[below.parents[0]]
		at = l.commitAt(below.written, below.files, c.by, "", under.hash)
	}
	var branch []*version
	for _, f := range c.steps {
		at = l.commit(at.files.with(f), c.by, "", at.hash)
		branch = append(branch, at)
	}
	if c.kind == "knot" || c.kind == "updated" { // the branch began one change earlier, and merges what landed since
		early := l.commit(l.all[from.parents[0]].files.with(c.steps[0]), c.by, "", from.parents[0])
		at = l.commit(at.files, c.by, "", early.hash, from.hash)
	}
	l.pull(c, at)
	l.clock = l.clock.Add(time.Duration(2+c.wait) * time.Hour)
	switch c.kind {
	case "merge", "updated":
		l.move(l.commit(at.files.with(c.own), c.by, "forge", from.hash, at.hash))
	case "octopus":
		l.move(l.commit(at.files, c.by, "forge", from.hash, at.hash, branch[0].parents[0]))
	case "squash":
		l.move(l.commit(at.files, c.by, "forge", from.hash))
	case "rebase":
		for _, v := range branch {
			l.clock = l.clock.Add(time.Second)
			l.move(l.commitAt(v.written, v.files, c.by, "forge", l.main.hash))
		}
	case "push", "forward", "knot":
		l.move(at)
	default:
		l.t.Fatalf("no way to land: %s", c.kind)
	}
	l.names[c.id], l.under[c.id] = l.main.hash, from.hash
	pr := l.pulls[c.id]
	if c.kind != "push" {
		pr.MergeCommit, pr.MergeBase = l.main.hash, from.hash
	}
	if c.kind == "forward" || c.kind == "knot" {
		pr.MergedAt = l.clock
	}
	l.pulls[c.id] = pr
}

func (l *lab) pull(c landing, head *version) {
	l.clock = l.clock.Add(time.Hour)
	l.pulls[c.id] = forge.PullRequest{
		Number: len(l.pulls) + 1, Title: "record " + c.id, Author: account(c.by), BaseRef: "main", HeadCommit: head.hash, Merged: true,
	}
	for i, who := range c.approvers {
		l.given[c.id] = append(l.given[c.id], forge.Review{
			ID: fmt.Sprint(len(l.pulls)*10 + i), State: forge.Approved, Author: account(who), Commit: head.hash, Submitted: l.clock.Add(time.Duration(i) * time.Minute), Body: "同意",
		})
	}
}

func (l *lab) open() *history.Repo {
	r, err := history.Open(l.dir)
	must(l.t, err)
	l.t.Cleanup(func() { _ = r.Close() })
	return r
}

// attest keeps the statement about a landed change, or returns why there is
// none.
func (l *lab) attest(id, key string) []diag.Diagnostic {
	l.t.Helper()
	pr := l.pulls[id]
	if pr.MergeCommit == "" {
		pr = forge.PullRequest{} // the forge knows of none that landed it
	}
	made, err := Make(context.Background(), Request{
		Repo: l.open(), Commit: l.names[id], PR: pr, Reviews: l.given[id], Before: l.under[id], Landing: l.landing, Kept: l.views(), Rules: l.rules, Version: "test",
	})
	must(l.t, err)
	if made.Data != nil {
		var sig []byte
		if key != "none" {
			k, _ := testKey(l.t, key)
			sig, err = Sign(made.Data, k)
			must(l.t, err)
		}
		path, err := made.Place(l.views(), sig)
		must(l.t, err)
		if path != "" {
			l.keep(path, made.Data, key)
		}
	}
	return made.Findings
}

// landing is the pull request that landed a commit.
func (l *lab) landing(_ context.Context, commit string) (*forge.PullRequest, error) {
	for _, pr := range l.pulls {
		if pr.MergeCommit == commit {
			return &pr, nil
		}
	}
	return nil, nil
}

func (l *lab) keep(path string, data []byte, key string) {
	l.kept[path] = string(data)
	delete(l.kept, path+history.Signature)
	if key != "none" {
		k, _ := testKey(l.t, key)
		sig, err := Sign(data, k)
		must(l.t, err)
		l.kept[path+history.Signature] = string(sig)
	}
}

// remove takes a file with its signature from the branch, in whose history it
// still stands.
func (l *lab) remove(path string) {
	l.gone = append(l.gone, history.Removal{View: l.views()[0], Path: path, Commit: strings.Repeat("ab", 20), By: history.Author{Name: "何人"}, When: l.clock})
	delete(l.kept, path)
	delete(l.kept, path+history.Signature)
}

func (l *lab) removed() ([]history.Removal, error) { return l.gone, nil }

func (l *lab) views() []fs.FS {
	m := fstest.MapFS{}
	for path, text := range l.kept {
		m[path] = &fstest.MapFile{Data: []byte(text)}
	}
	return []fs.FS{m}
}

func (l *lab) options() Options {
	return Options{Repo: l.open(), Kept: l.views(), Removed: l.removed, Outside: l.whole, Ledger: l.ledger()}
}

// ledger gives what the books of the lab say, nil where it has none.
func (l *lab) ledger() *Ledger {
	if len(l.books) == 0 {
		return nil
	}
	tree := fstest.MapFS{}
	for path, text := range l.books {
		tree[path] = &fstest.MapFile{Data: []byte(text)}
	}
	give := func(_ context.Context, _ fs.FS, month value.Month) (*fact.PayoutClose, []diag.Diagnostic, error) {
		body, _ := fold.ReadFile(tree, fold.Classify(fold.PayoutsDir+"/"+month.String()+".yaml"), nil)
		closing, _ := body.(*fact.PayoutClose)
		return closing, nil, nil
	}
	return &Ledger{Rules: rules.Closings, Books: func(string, value.Day) validate.Books { return give }}
}

// optionsWith are those of an audit with a cache.
func (l *lab) optionsWith(c *cache.Cache) Options {
	o := l.options()
	o.Repo.Remember(c)
	o.Cache = c
	return o
}

// keeper opens a cache below a folder.
func keeper(dir string) *cache.Cache {
	return cache.Open(filepath.Join(dir, "cache"), filepath.Join(dir, "key"), "")
}

func (l *lab) checkpoint(key string) string {
	l.t.Helper()
	path, data, err := NextCheckpoint(context.Background(), l.options(), "test")
	must(l.t, err)
	if data != nil {
		l.keep(path, data, key)
	}
	return path
}

// audit audits without a cache, with an empty and with a full one: all find
// the same.
func (l *lab) audit() *Report {
	l.t.Helper()
	r, err := Audit(context.Background(), l.options())
	must(l.t, err)
	dir := l.t.TempDir()
	for _, when := range []string{"first", "second"} {
		if got := l.auditWith(keeper(dir)); got != whole(l.t, r) {
			l.t.Errorf("with a cache the %s time:\n%swithout:\n%s", when, got, whole(l.t, r))
		}
	}
	return r
}

func (l *lab) auditWith(c *cache.Cache) string {
	l.t.Helper()
	r, err := Audit(context.Background(), l.optionsWith(c))
	must(l.t, err)
	return whole(l.t, r)
}

// whole is everything that a report says.
func whole(t testing.TB, r *Report) string {
	var b strings.Builder
	must(t, r.WriteJSON(&b, catalogue.EN))
	return b.String()
}

// shown writes a report, one line for each file that landed later than the
// company itself.
func shown(r *Report) string {
	var b strings.Builder
	for _, i := range r.Items {
		if len(i.All()) == 1 && i.All()[0].Rule == "audit/baseline" && i.Landed.Parent == "" {
			continue
		}
		fmt.Fprintf(&b, "%s %s%s\n", i.Path, i.Status(), rulesOf(i.All()))
	}
	if len(r.Line) > 0 {
		fmt.Fprintf(&b, "line%s\n", rulesOf(r.Line))
	}
	if len(r.Closings.Differ) > 0 {
		fmt.Fprintf(&b, "closings%s\n", rulesOf(r.Closings.Differ))
	}
	for _, odd := range r.Odd {
		file := odd.Args["file"].(string)
		if kind, ok := oddKinds[odd.Rule]; ok {
			file = "(" + kind + ") " + anyCommit.ReplaceAllString(file, "COMMIT")
		}
		fmt.Fprintf(&b, "odd %s\n", file)
	}
	return b.String()
}

// oddKinds are the kinds of what is odd besides a file of no form.
var oddKinds = map[string]string{
	"audit/spare": "spare", "audit/removed": "removed",
	"audit/checkpoint-untrusted": "untrusted", "audit/checkpoint-unreadable": "unreadable",
}

var anyCommit = regexp.MustCompile(`[0-9a-f]{40}`)

func rulesOf(reasons []Reason) string {
	var b strings.Builder
	for _, r := range reasons {
		b.WriteString(" " + r.Rule)
		if why, ok := r.Args["rule"]; ok {
			fmt.Fprintf(&b, "(%s)", why)
		}
	}
	return b.String()
}
