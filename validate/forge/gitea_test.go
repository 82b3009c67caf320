package forge

import (
	"net/http"
	"strings"
	"testing"
)

func onGitea(t *testing.T, w *world, faults ...fault) replayed {
	return served(t, "gitea", giteaReplay(w), faults).(replayed)
}

// Somebody else's draft is counted and not shown: that must not stop a pull
// request, but a submitted review that is not shown must.
func TestHiddenReviews(t *testing.T) {
	for _, reviews := range []int{0, 1, 60} {
		w := newWorld()
		for i := range reviews {
			w.review(100+i, Approved, bob, i)
		}
		w.review(50, Pending, carol, 0).hidden = true
		got, err := onGitea(t, w).Reviews(ctx, 7)
		if err != nil || len(got) != reviews {
			t.Errorf("%d of %d reviews, %v", len(got), reviews, err)
		}
	}
	w := newWorld()
	w.review(1, Approved, bob, 1)
	w.review(2, ChangesRequested, carol, 2).hidden = true
	_, err := onGitea(t, w).Reviews(ctx, 7)
	wantKey(t, err, "forge.incomplete")
}

// A page on which all entries are hidden is not the end of the list.
func TestHiddenPage(t *testing.T) {
	w := newWorld()
	for i := range 50 {
		w.review(100+i, Pending, carol, 0).hidden = true
	}
	w.review(900, ChangesRequested, bob, 1)
	got, err := onGitea(t, w).Reviews(ctx, 7)
	if err != nil || len(got) != 1 {
		t.Errorf("got %v, %v", got, err)
	}
}

// The list changes between two pages once, or all the time.
func TestListMoves(t *testing.T) {
	for times, key := range map[int]string{1: "", 1000: "forge.list-moves"} {
		w := newWorld()
		for i := range 60 {
			w.review(100+i, Approved, bob, i)
		}
		shift := func(_ http.ResponseWriter, r *http.Request) bool {
			if times > 0 && strings.HasSuffix(r.URL.Path, "/reviews") && r.URL.Query().Get("page") == "2" {
				times--
				w.reviews[7] = w.reviews[7][1:] // a review is deleted
			}
			return false
		}
		got, err := onGitea(t, w, shift).Reviews(ctx, 7)
		if key != "" {
			wantKey(t, err, key)
		} else if err != nil || len(got) != 59 {
			t.Errorf("%d reviews, %v", len(got), err)
		}
	}
}

// Gitea calls the beginning of the draft the time of submission.
func TestWhenSubmitted(t *testing.T) {
	w := newWorld()
	w.review(1, Approved, bob, 0).updated = at(30)
	w.review(2, Commented, bob, 5)
	w.review(3, ChangesRequested, carol, 1).updated = at(90) // dismissed earlier, and no longer
	w.review(4, Approved, carol, 40)
	dismissed := w.review(5, Approved, alice, 10)
	dismissed.Dismissed, dismissed.updated = true, at(80)
	got, err := onGitea(t, w).Reviews(ctx, 7)
	must(t, err)
	want := map[string]int{"1": 30, "2": 5, "3": 40, "4": 40, "5": 10}
	order := ""
	for _, r := range got {
		order += r.ID
		if !r.Submitted.Equal(at(want[r.ID])) {
			t.Errorf("review %s was submitted at %v", r.ID, r.Submitted)
		}
	}
	if order != "25134" {
		t.Errorf("the order is %s", order)
	}
}

// "None" is only believed where the repository can be seen at all.
func TestLandedInvisible(t *testing.T) {
	blind := func(w http.ResponseWriter, r *http.Request) bool {
		gtRefuse(w, http.StatusNotFound, "not found")
		return true
	}
	_, err := onGitea(t, newWorld(), blind).Landed(ctx, landed)
	wantKey(t, err, "forge.not-found")
}

// A limit means something only together with a page.
func TestLimitGoesWithPage(t *testing.T) {
	f := onGitea(t, newWorld())
	_, err := f.Reviews(ctx, 7)
	must(t, err)
	for _, e := range f.server.exchanges() {
		if !strings.HasPrefix(e.path, "/api/v1/") {
			t.Errorf("asked %s", e.path)
		}
		if strings.HasSuffix(e.path, "/reviews") && (e.query.Get("limit") != "50" || e.query.Get("page") == "" || e.query.Has("per_page")) {
			t.Errorf("asked with %v", e.query)
		}
	}
}
