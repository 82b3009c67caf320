package serve

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fsnotify/fsnotify"
)

const page = `<!doctype html><html><head><title>x</title></head><body><p>text</p></body></html>`

func ask(t *testing.T, s *Site, method, host, path string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://"+host+path, nil)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestOnlyThisComputerIsAnswered(t *testing.T) {
	s := New(fstest.MapFS{"index.html": {Data: []byte(page)}})
	for host, want := range map[string]int{
		"127.0.0.1:8400": 200, "localhost:8400": 200, "localhost": 200, // what the person who runs it types
		"evil.example:8400": 403, "127.0.0.1.evil.example": 403, "0.0.0.0:8400": 403, "192.168.1.7:8400": 403,
	} {
		for _, path := range []string{"/", reloadPath, changedPath} {
			if got := ask(t, s, "GET", host, path).Code; got != want {
				t.Errorf("%s%s: %d, want %d", host, path, got, want)
			}
		}
	}
	if got := ask(t, s, "POST", "localhost", "/").Code; got != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", got)
	}
}

func TestFiles(t *testing.T) {
	s := New(fstest.MapFS{
		"index.html": {Data: []byte(page)}, "en/index.html": {Data: []byte(page)}, "a.css": {Data: []byte("p{}")},
		"evidence/file.0123.bin": {Data: []byte("<script>")}, "evidence/x.svgz": {Data: []byte("x")},
	})
	for path, want := range map[string]struct {
		code int
		kind string
	}{
		"/": {200, "text/html; charset=utf-8"}, "/en/": {200, "text/html; charset=utf-8"}, "/en": {404, ""},
		"/a.css": {200, "text/css; charset=utf-8"}, "/evidence/file.0123.bin": {200, "application/octet-stream"},
		"/evidence/x.svgz": {200, "application/octet-stream"}, "/none.css": {404, ""}, "/none.html": {404, "text/html; charset=utf-8"},
		"/../serve.go": {404, ""}, "/evidence/": {404, "text/html; charset=utf-8"}, "/.dealgate/x": {404, ""},
	} {
		w := ask(t, s, "GET", "localhost", path)
		if w.Code != want.code || want.kind != "" && w.Header().Get("Content-Type") != want.kind {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Content-Type"))
		}
		if w.Header().Get("Cross-Origin-Resource-Policy") != "same-origin" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: other pages may read it: %v", path, w.Header())
		}
	}
}

// The script is a file of its own, which the pages' policy allows, and nothing
// else of a page is another than on the disk.
func TestPagesLoadThemselvesAgain(t *testing.T) {
	s := New(fstest.MapFS{"index.html": {Data: []byte(page)}})
	s.Update("")
	version, _, _ := s.state()
	got := ask(t, s, "GET", "localhost", "/").Body.String()
	script := `<script src="/.dealgate/reload.js" data-version="` + version + `" defer></script>`
	if got != strings.Replace(page, "</head>", script+"</head>", 1) {
		t.Errorf("served is %s", got)
	}
	if js := ask(t, s, "GET", "localhost", reloadPath); js.Code != 200 || !strings.Contains(js.Body.String(), "changed.js") || !strings.Contains(js.Body.String(), `addEventListener("load", wait)`) {
		t.Errorf("the script: %d", js.Code)
	}

	s.Update("policy.yaml:1:1: <b>bad</b>")
	got = ask(t, s, "GET", "localhost", "/").Body.String()
	if !strings.Contains(got, `role="alert">policy.yaml:1:1: &lt;b&gt;bad&lt;/b&gt;</pre>`) {
		t.Errorf("the problem is not said: %s", got)
	}
	if got := ask(t, s, "GET", "localhost", "/none.html").Body.String(); !strings.Contains(got, `role="alert"`) {
		t.Errorf("the problem is not said where there is no page: %s", got)
	}
}

func TestWaitingForAChange(t *testing.T) {
	s := New(fstest.MapFS{})
	version, _, _ := s.state()
	server := httptest.NewServer(s)
	defer server.Close()
	local := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)

	old, err := http.Get(local + changedPath + "?since=another-server-7")
	if err != nil || old.StatusCode != 200 {
		t.Fatalf("a page of another server is not told: %v", err)
	}
	old.Body.Close()

	answered := make(chan int)
	go func() {
		r, err := http.Get(local + changedPath + "?since=" + version)
		if err != nil {
			answered <- 0
			return
		}
		r.Body.Close()
		answered <- r.StatusCode
	}()
	for code := 0; code == 0; { // however early or late the request comes in, an update answers it
		select {
		case code = <-answered:
			if code != 200 {
				t.Fatalf("answered with %d", code)
			}
		default:
			s.Update("")
		}
	}

	ctx, stop := context.WithCancel(t.Context())
	stop()
	version, _, _ = s.state()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "http://localhost"+changedPath+"?since="+version, nil))
	if w.Body.Len() > 0 {
		t.Error("who has gone is answered")
	}
}

// A change in a folder that came later is told, too.
func TestWatching(t *testing.T) {
	dir := t.TempDir()
	w, err := fsnotify.NewWatcher()
	if err != nil {
		t.Skip("this system tells of no changes:", err)
	}
	defer w.Close()
	if err := addTree(w, dir); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	seen := make(chan []string)
	go func() {
		_ = listen(ctx, w, func(paths []string) { seen <- paths })
		close(seen)
	}()
	for _, name := range []string{"deal", "deal/file"} {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name+".yaml", []byte("x"), 0o644)); err != nil {
			t.Fatal(err)
		}
		paths, goesOn := <-seen
		if first := name == filepath.Join(dir, "deal"); first && paths != nil {
			t.Errorf("at first it tells of %v, though it may be more", paths)
		} else if !first {
			for goesOn && !slices.Contains(paths, filepath.Join(dir, "deal")) {
				paths, goesOn = <-seen // more of what went before
			}
		}
		if !goesOn {
			t.Fatal("the watch has ended")
		}
	}
	stop()
	if _, goesOn := <-seen; goesOn {
		<-seen // what happened last was told before the end was seen
	}
}

func TestLooking(t *testing.T) {
	dir := t.TempDir()
	before := latest([]string{dir, filepath.Join(dir, "none")})
	if err := os.WriteFile(filepath.Join(dir, "x"), []byte("1"), 0o644); err != nil {
		t.Fatal(err)
	}
	after := latest([]string{dir})
	if before == after {
		t.Error("a new file makes no difference")
	}
	if latest([]string{dir}) != after {
		t.Error("the same files look another way")
	}
}
