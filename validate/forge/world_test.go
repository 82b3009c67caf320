package forge

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// world is a repository on some forge, told in no forge's own words. The
// replay servers and the file tell it in theirs.
type world struct {
	mu       sync.Mutex
	pulls    []PullRequest
	reviews  map[int][]entry
	comments map[int][]note
	statuses []Status
	me       Account
	silent   bool // the token may not ask whose it is
	wrong    bool // Gitea answers with the first pull request for any commit
	pageSize int  // entries of a page at most; 0 is the forge's own
	uncount  bool // Gitea sends no count
}

// entry is a review with what only some forges know about it.
type entry struct {
	Review
	request bool      // a request for a review
	hidden  bool      // somebody else's draft
	updated time.Time // if later than submitted
}

var (
	alice   = Account{ID: 2, Login: "alice"}
	bob     = Account{ID: 3, Login: "bob"}
	carol   = Account{ID: 4, Login: "carol"}
	robot   = Account{ID: 90, Login: "gate", Bot: true}
	nobody  = Account{}
	midday  = time.Date(2026, 8, 14, 4, 0, 0, 0, time.UTC)
	marker  = "<!-- dealgate -->"
	landed  = commit("landed")
	theHead = commit("head")
)

// commit makes up the hash of a commit with this name.
func commit(name string) string {
	s := fmt.Sprintf("%x", name)
	return s + strings.Repeat("0", 40-len(s))
}

func at(minutes int) time.Time { return midday.Add(time.Duration(minutes) * time.Minute) }

func newWorld() *world {
	open := PullRequest{
		Number: 7, Title: "恒泰：资格", URL: "https://forge.test/acme/deals/pulls/7", Author: alice,
		BaseRef: "main", BaseCommit: commit("base"), MergeBase: commit("fork"), HeadRef: "qualify", HeadRepo: "alice/deals", HeadCommit: theHead,
	}
	merged := open
	merged.Number, merged.URL, merged.HeadCommit = 6, "https://forge.test/acme/deals/pulls/6", commit("old")
	merged.Retargeted = at(-90)
	merged.Merged, merged.Closed, merged.MergeCommit, merged.MergedBy = true, true, landed, carol
	merged.MergedAt = at(-5)
	gone := open
	gone.Number, gone.URL, gone.HeadCommit = 5, "https://forge.test/acme/deals/pulls/5", commit("gone")
	gone.Closed, gone.HeadRepo, gone.Author = true, "", nobody
	return &world{
		pulls: []PullRequest{gone, merged, open}, me: robot,
		reviews: map[int][]entry{}, comments: map[int][]note{},
	}
}

// review adds a review and returns it for changes.
func (w *world) review(id int, state State, who Account, minutes int) *entry {
	w.reviews[7] = append(w.reviews[7], entry{Review: Review{
		ID: fmt.Sprint(id), State: state, Author: who, Commit: theHead, Submitted: at(minutes),
		Body: "同意", URL: fmt.Sprintf("https://forge.test/acme/deals/pulls/7#%d", id),
	}})
	return &w.reviews[7][len(w.reviews[7])-1]
}

func (w *world) pull(number int) *PullRequest {
	for i := range w.pulls {
		if w.pulls[i].Number == number {
			return &w.pulls[i]
		}
	}
	return nil
}

func (w *world) add(number int, who Account, body string) note {
	total := 0
	for _, notes := range w.comments {
		total += len(notes)
	}
	n := note{int64(100 + total), who, body}
	w.comments[number] = append(w.comments[number], n)
	return n
}

func (w *world) edit(id int64, body string) (note, bool) {
	for _, notes := range w.comments {
		for i := range notes {
			if notes[i].id == id {
				notes[i].body = body
				return notes[i], true
			}
		}
	}
	return note{}, false
}

// said are the comments of a pull request, for comparison.
func (w *world) said(number int) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var said []string
	for _, n := range w.comments[number] {
		said = append(said, n.author.Login+": "+n.body)
	}
	return said
}

// subject is one forge that the conformance suite runs against.
type subject struct {
	name string
	open func(t *testing.T, w *world, faults ...fault) Forge
}

var subjects = []subject{
	{"github", func(t *testing.T, w *world, faults ...fault) Forge {
		return served(t, "github", gitHubReplay(w), faults)
	}},
	{"gitea", func(t *testing.T, w *world, faults ...fault) Forge { return served(t, "gitea", giteaReplay(w), faults) }},
	{"forgejo", func(t *testing.T, w *world, faults ...fault) Forge {
		return served(t, "forgejo", giteaReplay(w), faults)
	}},
	{"file", func(t *testing.T, w *world, _ ...fault) Forge { return written(t, w) }},
}

// everywhere runs a test against every forge; overNetwork leaves the file out.
func everywhere(t *testing.T, test func(t *testing.T, s subject)) {
	for _, s := range subjects {
		t.Run(s.name, func(t *testing.T) { test(t, s) })
	}
}

func overNetwork(t *testing.T, test func(t *testing.T, s subject)) {
	for _, s := range subjects[:3] {
		t.Run(s.name, func(t *testing.T) { test(t, s) })
	}
}

// A forge that nobody tests does not get in.
func TestEveryKindIsTested(t *testing.T) {
	var names []string
	for _, s := range subjects {
		names = append(names, s.name)
	}
	if got, want := fmt.Sprint(names), fmt.Sprint(Kinds()); got != want {
		t.Errorf("the suite runs against %s; the kinds are %s", got, want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// written tells the world in a file.
func written(t *testing.T, w *world) Forge {
	t.Helper()
	data, err := json.MarshalIndent(asFile(w), "", "  ")
	must(t, err)
	name := filepath.Join(t.TempDir(), "reviews.json")
	must(t, os.WriteFile(name, data, 0o600))
	f, err := Open("file", name, "", "", nil)
	must(t, err)
	return f
}

type dict = map[string]any

func asFile(w *world) dict {
	pulls := []any{}
	for _, pr := range w.pulls {
		p := dict{
			"number": pr.Number, "title": pr.Title, "url": pr.URL, "author": fileAccount(pr.Author),
			"base": dict{"ref": pr.BaseRef, "commit": pr.BaseCommit}, "state": "open",
			"merge_base": pr.MergeBase,
			"head":       dict{"ref": pr.HeadRef, "commit": pr.HeadCommit, "repository": pr.HeadRepo},
		}
		if pr.Closed {
			p["state"] = "closed"
		}
		if pr.Merged {
			p["state"], p["merge_commit"], p["merged_by"] = "merged", pr.MergeCommit, fileAccount(pr.MergedBy)
			if !pr.MergedAt.IsZero() {
				p["merged_at"] = pr.MergedAt.Format(time.RFC3339)
			}
		}
		if !pr.Retargeted.IsZero() {
			p["retargeted"] = pr.Retargeted.Format(time.RFC3339)
		}
		if !pr.Pushed.IsZero() {
			p["pushed"] = pr.Pushed.Format(time.RFC3339)
		}
		reviews := []any{}
		for _, r := range w.reviews[pr.Number] {
			if !r.request && !r.hidden {
				reviews = append(reviews, fileReview(r))
			}
		}
		p["reviews"] = reviews
		pulls = append(pulls, p)
	}
	return dict{"version": 1, "host": "forge.test", "pull_requests": pulls}
}

func fileReview(r entry) dict {
	o := dict{
		"id": r.ID, "state": r.State, "dismissed": r.Dismissed, "author": fileAccount(r.Author), "commit": nil,
		"submitted": nil, "body": r.Body, "url": r.URL,
	}
	if r.Commit != "" {
		o["commit"] = r.Commit
	}
	if !r.DismissedAt.IsZero() {
		o["dismissed_at"] = r.DismissedAt.Format(time.RFC3339)
	}
	if r.State != Pending {
		o["submitted"] = r.Submitted.Format(time.RFC3339)
	}
	return o
}

func fileAccount(a Account) any {
	if a.ID == 0 {
		return nil
	}
	return dict{"id": a.ID, "login": a.Login, "bot": a.Bot}
}

// stated are the latest statuses of a commit, one of each context.
func (w *world) stated(commit string) (latest []Status) {
	for _, s := range w.statuses {
		latest = slices.DeleteFunc(latest, func(old Status) bool { return old.Context == s.Context })
		if s.Commit == commit {
			latest = append(latest, s)
		}
	}
	return latest
}
