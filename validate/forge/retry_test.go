package forge

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dealgate/dealgate/schema/catalogue"
)

func wantKey(t *testing.T, err error, key string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Key != key {
		t.Errorf("got %v, want %s", err, key)
		return
	}
	for _, l := range catalogue.Langs {
		if words := e.In(l); strings.ContainsAny(words, "{}⟨⟩\u0007\x1b") || strings.Contains(words, token) {
			t.Errorf("%s says %q", key, words)
		}
	}
}

// What may pass by itself is asked again, after longer and longer waits.
func TestRetry(t *testing.T) {
	overNetwork(t, func(t *testing.T, s subject) {
		soon := strconv.FormatInt(midday.Add(20*time.Second).Unix(), 10)
		for _, c := range []struct {
			name   string
			fault  fault
			waited string
		}{
			{"500", first(1, "/reviews", 500), "[1s]"},
			{"502, three times", first(3, "/reviews", 502), "[1s 2s 4s]"},
			{"503 with a time", first(1, "/reviews", 503, "Retry-After", "5"), "[5s]"},
			{"429", first(2, "/reviews", 429), "[1s 2s]"},
			{"429 with a time", first(1, "/reviews", 429, "Retry-After", "30"), "[30s]"},
			{"429 with a date", first(1, "/reviews", 429, "Retry-After", midday.Add(9*time.Second).Format(http.TimeFormat)), "[9s]"},
			{"429 with nonsense", first(1, "/reviews", 429, "Retry-After", "-soon"), "[1s]"},
			{"403 with a time", first(1, "/reviews", 403, "Retry-After", "2"), "[2s]"},
			{"403, all used up", first(1, "/reviews", 403, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", soon), "[20s]"},
			{"dropped", drop(2, "/reviews"), "[1s 2s]"},
		} {
			w := newWorld()
			w.review(1, Approved, bob, 1)
			f := s.open(t, w, c.fault).(replayed)
			got, err := f.Reviews(ctx, 7)
			if err != nil || len(got) != 1 || fmt.Sprint(f.server.waited) != c.waited {
				t.Errorf("%s: %d reviews, %v after waits of %v", c.name, len(got), err, f.server.waited)
			}
		}
	})
}

// Asking again ends, and what cannot pass by itself is not asked again.
func TestNoMoreRetries(t *testing.T) {
	overNetwork(t, func(t *testing.T, s subject) {
		for _, c := range []struct {
			name  string
			fault fault
			key   string
			tries int
		}{
			{"500 for ever", first(-1, "/reviews", 500), "forge.server-failed", maxTries},
			{"429 for ever", first(-1, "/reviews", 429), "forge.rate-limited", maxTries},
			{"dropped for ever", drop(-1, "/reviews"), "forge.unreachable", maxTries},
			{"429 for an hour", first(-1, "/reviews", 429, "Retry-After", "3600"), "forge.rate-limited", 1},
			{"used up for a day", first(-1, "/reviews", 403, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "9999999999"), "forge.rate-limited", 1},
			{"401", first(-1, "/reviews", 401), "forge.unauthorized", 1},
			{"403", first(-1, "/reviews", 403), "forge.forbidden", 1},
			{"404", first(-1, "/reviews", 404), "forge.not-found", 1},
			{"422", first(-1, "/reviews", 422), "forge.refused", 1},
			{"204", first(-1, "/reviews", 204), "forge.refused", 1},
			{"304", first(-1, "/reviews", 304), "forge.refused", 1},
		} {
			f := s.open(t, newWorld(), c.fault).(replayed)
			got, err := f.Reviews(ctx, 7)
			wantKey(t, err, c.key)
			if tries := asked(f, "/reviews"); tries != c.tries || got != nil {
				t.Errorf("%s: %d tries, %v", c.name, tries, got)
			}
		}
	})
}

func asked(f replayed, part string) (n int) {
	for _, e := range f.server.exchanges() {
		if strings.Contains(e.path, part) {
			n++
		}
	}
	return n
}

// The last page fails for ever: the others are not given for the whole.
func TestPageFails(t *testing.T) {
	overNetwork(t, func(t *testing.T, s subject) {
		w := newWorld()
		for i := range 201 {
			w.review(1000+i, Approved, bob, i)
		}
		third := func(w http.ResponseWriter, r *http.Request) bool {
			return r.URL.Query().Get("page") == "3" && first(-1, "/reviews", 500)(w, r)
		}
		got, err := s.open(t, w, third).Reviews(ctx, 7)
		wantKey(t, err, "forge.server-failed")
		if got != nil {
			t.Errorf("%d reviews were given", len(got))
		}
	})
}

// A comment whose making fails after it was made is not made twice.
func TestCommentOnce(t *testing.T) {
	overNetwork(t, func(t *testing.T, s subject) {
		w := newWorld()
		n := 0
		late := func(rw http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodPost || n > 0 {
				return false
			}
			n++
			w.mu.Lock()
			defer w.mu.Unlock()
			w.add(7, robot, sentBody(r))
			reply(rw, http.StatusBadGateway, dict{})
			return true
		}
		must(t, s.open(t, w, late).Comment(ctx, 7, marker, "one"))
		if said := w.said(7); len(said) != 1 {
			t.Errorf("the comments are %q", said)
		}
	})
}

// While comments cannot be listed, none is made; and the tries of listing are
// not multiplied by those of writing.
func TestCommentListFails(t *testing.T) {
	overNetwork(t, func(t *testing.T, s subject) {
		w := newWorld()
		f := s.open(t, w, first(-1, "/comments", 500)).(replayed)
		wantKey(t, f.Comment(ctx, 7, marker, "one"), "forge.server-failed")
		if n := asked(f, "/comments"); n != maxTries {
			t.Errorf("%d requests", n)
		}
	})
}
