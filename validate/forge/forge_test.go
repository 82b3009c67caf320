package forge

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

var ctx = context.Background()

func TestPullRequest(t *testing.T) {
	everywhere(t, func(t *testing.T, s subject) {
		w := newWorld()
		f := s.open(t, w)
		for _, want := range w.pulls {
			got, err := f.PullRequest(ctx, want.Number)
			must(t, err)
			want.Author, want.MergedBy = as(f, want.Author, got.Author), as(f, want.MergedBy, got.MergedBy)
			if !want.Merged {
				want.MergedBy = got.MergedBy
			}
			if s.name == "github" {
				want.MergeBase = "" // it does not tell
			}
			if got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		}
		if _, err := f.PullRequest(ctx, 99); err == nil {
			t.Error("a pull request that is not there is found")
		}
	})
}

// A new target and a push are found wherever in the list it stands, and where the list
// cannot be had, neither can the pull request.
func TestRetargeted(t *testing.T) {
	everywhere(t, func(t *testing.T, s subject) {
		for _, size := range []int{0, 1, 2} {
			w := newWorld()
			w.pageSize = size
			w.pull(7).Retargeted, w.pull(7).Pushed = at(30), at(40)
			got, err := s.open(t, w).PullRequest(ctx, 7)
			if err != nil || !got.Retargeted.Equal(at(30)) || !got.Pushed.Equal(at(40)) {
				t.Errorf("%d on a page: retargeted at %v, pushed at %v, %v", size, got.Retargeted, got.Pushed, err)
			}
		}
	})
	overNetwork(t, func(t *testing.T, s subject) {
		at := map[string]string{"github": "/issues/7/events"}[s.name]
		if at == "" {
			at = "/issues/7/timeline"
		}
		for body, key := range map[string]string{
			"": "forge.odd-answer", "{}": "forge.odd-answer", "[null]": "forge.odd-answer", "[{}]": "forge.odd-answer",
			`[{"id": 1}]`: "forge.odd-answer",
			`[{"id": 1, "event": "base_ref_changed", "type": "change_target_branch"}]`: "forge.odd-answer",
			`[{"id": 1, "event": "head_ref_force_pushed", "type": "pull_push"}]`:       "forge.odd-answer",
		} {
			_, err := s.open(t, newWorld(), raw(at, body)).PullRequest(ctx, 7)
			wantKey(t, err, key)
		}
		for _, status := range []int{http.StatusForbidden, http.StatusNotFound, http.StatusInternalServerError} {
			if pr, err := s.open(t, newWorld(), first(99, at, status)).PullRequest(ctx, 7); err == nil || pr.Number != 0 {
				t.Errorf("%d: got %+v, %v", status, pr, err)
			}
		}
		_, err := s.open(t, newWorld(), drop(99, at)).PullRequest(ctx, 7)
		if err == nil {
			t.Error("half a list is taken for the whole")
		}
	})
}

// A timeline that is shorter than its count is not the whole of it.
func TestTimelineCutShort(t *testing.T) {
	cut := func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/timeline") {
			return false
		}
		w.Header().Set("X-Total-Count", "2")
		_, _ = io.WriteString(w, `[{"id": 1, "type": "comment"}]`)
		return true
	}
	_, err := served(t, "gitea", giteaReplay(newWorld()), []fault{cut}).PullRequest(ctx, 7)
	wantKey(t, err, "forge.odd-answer")
}

// as is an account as this forge should tell it: of somebody deleted, only
// that he is nobody.
func as(f Forge, want, got Account) Account {
	want.Host = f.Host()
	if want.ID == 0 {
		want.Login = got.Login
	}
	return want
}

func TestReviews(t *testing.T) {
	everywhere(t, func(t *testing.T, s subject) {
		w := newWorld()
		w.review(11, Pending, alice, 0)
		w.review(12, Approved, bob, 3)
		w.review(13, ChangesRequested, carol, 2)
		w.review(14, Commented, bob, 4)
		w.review(15, Approved, nobody, 5).Commit = ""
		gone := w.review(16, Approved, bob, 6)
		gone.Dismissed, gone.DismissedAt = true, at(200)
		w.review(17, "", carol, 7).request = true
		w.review(18, Approved, bob, 6)
		also := w.review(19, ChangesRequested, bob, 8)
		also.Dismissed, also.DismissedAt = true, at(220)
		f := s.open(t, w)
		got, err := f.Reviews(ctx, 7)
		must(t, err)
		var order []string
		for _, r := range got {
			order = append(order, r.ID)
			compareReview(t, f, r, w.reviews[7])
		}
		if fmt.Sprint(order) != "[13 12 14 15 16 18 19 11]" {
			t.Errorf("the order is %v", order)
		}
	})
}

func compareReview(t *testing.T, f Forge, got Review, all []entry) {
	t.Helper()
	i := slices.IndexFunc(all, func(e entry) bool { return e.ID == got.ID })
	want := all[i].Review
	want.Author = as(f, want.Author, got.Author)
	if want.State == Pending {
		want.Submitted = time.Time{}
	}
	if !got.Submitted.Equal(want.Submitted) {
		t.Errorf("review %s was submitted at %v, not %v", got.ID, want.Submitted, got.Submitted)
	}
	got.Submitted = want.Submitted
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestNoReviews(t *testing.T) {
	everywhere(t, func(t *testing.T, s subject) {
		f := s.open(t, newWorld())
		if got, err := f.Reviews(ctx, 7); err != nil || len(got) != 0 {
			t.Errorf("got %v, %v", got, err)
		}
		if _, err := f.Reviews(ctx, 99); err == nil {
			t.Error("a pull request that is not there has reviews")
		}
	})
}

// All pages are read: when the last is full, when it is not, and when the
// forge gives fewer entries than were asked for.
func TestAllPages(t *testing.T) {
	everywhere(t, func(t *testing.T, s subject) {
		for _, c := range []struct{ reviews, size int }{{1, 0}, {50, 0}, {100, 0}, {101, 0}, {250, 0}, {30, 7}, {28, 7}} {
			for _, uncount := range []bool{false, true} {
				w := newWorld()
				w.pageSize, w.uncount = c.size, uncount
				for i := range c.reviews {
					w.review(1000+i, Commented, bob, i)
				}
				got, err := s.open(t, w).Reviews(ctx, 7)
				if err != nil || len(got) != c.reviews {
					t.Errorf("%+v: %d reviews, %v", c, len(got), err)
				}
			}
		}
	})
}

func TestUnknownStateIsAnError(t *testing.T) {
	overNetwork(t, func(t *testing.T, s subject) {
		w := newWorld()
		w.review(1, "strange", bob, 1)
		_, err := s.open(t, w).Reviews(ctx, 7)
		wantKey(t, err, "forge.unknown-state")
	})
}

func TestLanded(t *testing.T) {
	everywhere(t, func(t *testing.T, s subject) {
		for _, wrong := range []bool{false, true} {
			w := newWorld()
			w.wrong = wrong
			f := s.open(t, w)
			got, err := f.Landed(ctx, landed)
			must(t, err)
			if got == nil || got.Number != 6 || got.MergedBy.ID != carol.ID || !got.Retargeted.Equal(at(-90)) || !got.MergedAt.Equal(at(-5)) {
				t.Errorf("got %+v", got)
			}
			for _, name := range []string{"trial", "unknown", "base", "head"} {
				if got, err := f.Landed(ctx, commit(name)); got != nil || err != nil {
					t.Errorf("%s was landed by %+v, %v", name, got, err)
				}
			}
		}
	})
}

// Two pull requests that say that the same commit landed them.
func TestLandedTwice(t *testing.T) {
	everywhere(t, func(t *testing.T, s subject) {
		w := newWorld()
		w.wrong = true
		twin := *w.pull(6)
		twin.Number = 8
		w.pulls = append(w.pulls, twin)
		_, err := s.open(t, w).Landed(ctx, landed)
		wantKey(t, err, "forge.landed-twice")
	})
}

func TestOpenPullRequests(t *testing.T) {
	everywhere(t, func(t *testing.T, s subject) {
		w := newWorld()
		twin := *w.pull(7)
		twin.Number, twin.BaseRef = 8, "lax"
		other := twin
		other.Number, other.HeadCommit = 9, commit("other")
		w.pulls = append(w.pulls, twin, other)
		f := s.open(t, w)
		got, err := f.Open(ctx, theHead)
		must(t, err)
		if len(got) != 2 || got[0].Number != 7 || got[1].Number != 8 || got[1].BaseRef != "lax" {
			t.Errorf("got %+v", got)
		}
		all, err := f.Open(ctx, "")
		must(t, err)
		if len(all) != 3 {
			t.Errorf("got %+v", all)
		}
		for _, name := range []string{"old", "gone", "nowhere"} {
			if got, err := f.Open(ctx, commit(name)); len(got) != 0 || err != nil {
				t.Errorf("%s: got %+v, %v", name, got, err)
			}
		}
	})
}

func TestComment(t *testing.T) {
	everywhere(t, func(t *testing.T, s subject) {
		for _, silent := range []bool{false, true} {
			w := newWorld()
			w.silent = silent
			w.add(7, bob, marker+"\nforged")
			w.add(7, robot, "another program, which mentions "+marker)
			f := s.open(t, w)
			must(t, f.Comment(ctx, 7, marker, "one"))
			must(t, f.Comment(ctx, 7, marker, "two"))
			must(t, f.Comment(ctx, 7, marker, marker+"\ntwo"))
			got, want := w.said(7), "gate: "+marker+"\ntwo"
			if file, ok := f.(*File); ok {
				got, want = append([]string{"", ""}, file.Comments(7)...), marker+"\ntwo"
			} else if got[0] != "bob: "+marker+"\nforged" {
				t.Errorf("somebody else's comment became %q", got[0])
			}
			if len(got) != 3 || got[2] != want {
				t.Errorf("the comments are %q", got)
			}
		}
	})
}

func TestStatus(t *testing.T) {
	everywhere(t, func(t *testing.T, s subject) {
		w := newWorld()
		f := s.open(t, w)
		must(t, f.Status(ctx, theHead, "dealgate (main)", StatusFailure, strings.Repeat("缺", 200), "https://ci.test/1"))
		got := w.statuses
		if file, ok := f.(*File); ok {
			got = file.Statuses()
		}
		want := Status{theHead, "dealgate (main)", StatusFailure, strings.Repeat("缺", 139) + "…", "https://ci.test/1"}
		if len(got) != 1 || got[0] != want {
			t.Errorf("got %+v", got)
		}
	})
}

// What was stated last under a context is read back, whatever else stands
// beside it.
func TestStated(t *testing.T) {
	everywhere(t, func(t *testing.T, s subject) {
		w := newWorld()
		w.pageSize = 1
		f := s.open(t, w)
		said := func(want, why string) {
			t.Helper()
			if state, description, err := f.Stated(ctx, theHead, "dealgate (main)"); err != nil || state != want || description != why {
				t.Errorf("got %q %q, %v", state, description, err)
			}
		}
		said("", "")
		must(t, f.Status(ctx, theHead, "dealgate (main)", StatusPending, "wait", ""))
		must(t, f.Status(ctx, theHead, "dealgate (main)", StatusFailure, "no", ""))
		must(t, f.Status(ctx, theHead, "dealgate (lax)", StatusSuccess, "yes", ""))
		said(StatusFailure, "no")
		if _, _, err := f.Stated(ctx, "HEAD", "c"); err == nil {
			t.Error("HEAD is no hash")
		}
	})
}

// What is no number, hash or state of a commit never becomes an address.
func TestArguments(t *testing.T) {
	everywhere(t, func(t *testing.T, s subject) {
		f := s.open(t, newWorld())
		_, err := f.Landed(ctx, "../../../user")
		wantKey(t, err, "forge.bad-commit")
		_, err = f.Open(ctx, "main")
		wantKey(t, err, "forge.bad-commit")
		wantKey(t, f.Status(ctx, "HEAD", "c", StatusSuccess, "", ""), "forge.bad-commit")
		wantKey(t, f.Status(ctx, theHead, "c", "great", "", ""), "forge.bad-state")
		wantKey(t, f.Comment(ctx, 7, "", "x"), "forge.bad-marker")
		wantKey(t, f.Comment(ctx, 7, marker, strings.Repeat("x", maxComment)), "forge.long-comment")
		if _, err := f.Reviews(ctx, -1); err == nil {
			t.Error("there are reviews of pull request -1")
		}
		if r, ok := f.(replayed); ok && len(r.server.exchanges()) != 0 {
			t.Errorf("something was asked: %v", r.server.exchanges())
		}
	})
}

// Whatever the forge answers in its place, no part of a list comes out.
func TestOddAnswers(t *testing.T) {
	overNetwork(t, func(t *testing.T, s subject) {
		for body, key := range map[string]string{
			"":                                 "forge.odd-answer",
			"{}":                               "forge.odd-answer",
			`"ok"`:                             "forge.odd-answer",
			"<html>sign in</html>":             "forge.odd-answer",
			`[{"id": 1, "state": "APPROVED"`:   "forge.odd-answer",
			`[null]`:                           "forge.odd-answer",
			`[{}]`:                             "forge.odd-answer",
			`[{"id": "1"}]`:                    "forge.odd-answer",
			`[{"id": 1, "state": "APPROVED"}]`: "forge.odd-answer",
			`[{"id": 1}]`:                      "forge.unknown-state",
			`[{"id": 1},{"id": 1}]`:            "forge.list-moves",
			`["` + strings.Repeat("x", 40<<20): "forge.too-large",
		} {
			_, err := s.open(t, newWorld(), raw("/reviews", body)).Reviews(ctx, 7)
			wantKey(t, err, key)
		}
		_, err := s.open(t, newWorld(), raw("/pulls/7", `{"number": 8}`)).PullRequest(ctx, 7)
		wantKey(t, err, "forge.odd-answer")
	})
}

// A list that never ends is an error, not its first hundred pages.
func TestEndlessList(t *testing.T) {
	overNetwork(t, func(t *testing.T, s subject) {
		id := 0
		endless := func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/reviews") {
				return false
			}
			id++
			w.Header().Set("Link", fmt.Sprintf(`<http://%s%s?page=%d>; rel="next"`, r.Host, r.URL.Path, id+1))
			_, _ = fmt.Fprintf(w, `[{"id": %d, "state": "PENDING"}]`, id)
			return true
		}
		_, err := s.open(t, newWorld(), endless).Reviews(ctx, 7)
		wantKey(t, err, "forge.too-many-pages")
		if id != maxPages {
			t.Errorf("%d pages were read", id)
		}
	})
}

func TestCancelled(t *testing.T) {
	everywhere(t, func(t *testing.T, s subject) {
		stopped, cancel := context.WithCancel(ctx)
		cancel()
		f := s.open(t, newWorld())
		_, err := f.Reviews(stopped, 7)
		wantKey(t, err, "forge.cancelled")
		_, err = f.Landed(stopped, landed)
		wantKey(t, err, "forge.cancelled")
		wantKey(t, f.Comment(stopped, 7, marker, "x"), "forge.cancelled")
		wantKey(t, f.Status(stopped, theHead, "c", StatusSuccess, "", ""), "forge.cancelled")
	})
}

// drop ends the connection in the middle of the answer.
func drop(n int, part string) fault {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if n == 0 || !strings.Contains(r.URL.Path, part) {
			return false
		}
		n--
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `[{"id": 1`)
		return true
	}
}

// What the forge does not tell of the merge is not made up.
func TestMergedAtUnknown(t *testing.T) {
	everywhere(t, func(t *testing.T, s subject) {
		w := newWorld()
		w.pull(6).MergedAt = time.Time{}
		got, err := s.open(t, w).PullRequest(ctx, 6)
		if err != nil || !got.Merged || !got.MergedAt.IsZero() {
			t.Errorf("merged at %v, %v", got.MergedAt, err)
		}
	})
}
