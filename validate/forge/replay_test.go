package forge

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const token = "s3cret-token-of-a-workflow"

// fault answers a request in the forge's place, or returns false.
type fault func(w http.ResponseWriter, r *http.Request) bool

// exchange is one request that a server was sent and what it answered.
type exchange struct {
	method, path string
	query        url.Values
	sent         []byte
	status       int
	answer       []byte
}

// server replays a forge and remembers what it was asked.
type server struct {
	*httptest.Server
	mu     sync.Mutex
	log    []exchange
	waited []time.Duration
}

// exchanges are all requests so far.
func (s *server) exchanges() []exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// replayed is a forge that talks to a server of ours.
type replayed struct {
	Forge
	server *server
}

func served(t *testing.T, kind string, replay http.Handler, faults []fault) Forge {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, replay, faults)
	}))
	t.Cleanup(s.Close)
	f, err := Config{
		Kind: kind, BaseURL: s.URL, Repository: "acme/deals", Token: token, Client: s.Client(),
		Now: func() time.Time { return midday },
		Sleep: func(ctx context.Context, d time.Duration) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.waited = append(s.waited, d)
			return ctx.Err()
		},
	}.Open()
	must(t, err)
	return replayed{f, s}
}

func (s *server) serve(w http.ResponseWriter, r *http.Request, replay http.Handler, faults []fault) {
	sent, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(sent))
	rec := &recorder{ResponseWriter: w, status: http.StatusOK}
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.log = append(s.log, exchange{r.Method, r.URL.Path, r.URL.Query(), sent, rec.status, rec.body.Bytes()})
	}()
	if !strings.HasSuffix(r.Header.Get("Authorization"), " "+token) {
		reply(rec, http.StatusUnauthorized, dict{"message": "Bad credentials"})
		return
	}
	for _, f := range faults {
		if f(rec, r) {
			return
		}
	}
	replay.ServeHTTP(rec, r)
}

type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	r.body.Write(p)
	return r.ResponseWriter.Write(p)
}

// paged cuts one page out of a list.
func paged[T any](list []T, page, size int) []T {
	from := min(max(page-1, 0)*size, len(list))
	return list[from:min(from+size, len(list))]
}

// first answers the first n requests whose address holds this text with a
// status.
func first(n int, part string, status int, header ...string) fault {
	var mu sync.Mutex
	return func(w http.ResponseWriter, r *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		if n == 0 || !strings.Contains(r.URL.Path, part) {
			return false
		}
		n--
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		reply(w, status, dict{"message": "no luck, " + token + "\u0007 \x1b[31m"})
		return true
	}
}

// raw answers requests whose address holds this text with this body.
func raw(part, body string) fault {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, part) {
			_, _ = io.WriteString(w, body)
			return true
		}
		return false
	}
}
