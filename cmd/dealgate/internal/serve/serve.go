// Package serve shows a folder of pages to the browsers of this computer, and
// lets them load a page again when it has changed.
package serve

import (
	"bytes"
	"crypto/rand"
	_ "embed"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed reload.js
var reload []byte

// Places of our own, which no page has: its files begin with no dot.
const (
	reloadPath  = "/.dealgate/reload.js"
	changedPath = "/.dealgate/changed.js"
)

// Site is a folder of pages that is being changed. It answers only those who
// call it by a name of this computer: a page from elsewhere that gives its own
// name our address cannot read it.
type Site struct {
	pages fs.FS
	epoch string // tells this server from one before it

	mu      sync.Mutex // guards what follows
	version int
	problem string
	changed chan struct{} // closed when there is another version
}

// New shows the pages of a folder.
func New(pages fs.FS) *Site {
	return &Site{pages: pages, epoch: rand.Text(), changed: make(chan struct{})}
}

// Update says that the pages have changed. Every page shows the problem until
// the next update, "" for none.
func (s *Site) Update(problem string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	s.problem = problem
	close(s.changed)
	s.changed = make(chan struct{})
}

// state is what a page must know to notice that it is no longer the latest.
func (s *Site) state() (version, problem string, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprintf("%s-%d", s.epoch, s.version), s.problem, s.changed
}

// ServeHTTP answers one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	switch {
	case !ours(r.Host):
		http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	case r.URL.Path == reloadPath:
		h.Set("Content-Type", types[".js"])
		_, _ = w.Write(reload)
	case r.URL.Path == changedPath:
		s.wait(w, r)
	default:
		s.file(w, r)
	}
}

// ours reports whether a host is a name of this computer for itself.
func ours(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	return name == "localhost" || name == "127.0.0.1"
}

// wait answers when there is another version than the one asked about.
func (s *Site) wait(w http.ResponseWriter, r *http.Request) {
	version, _, changed := s.state()
	if r.URL.Query().Get("since") == version {
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
	w.Header().Set("Content-Type", types[".js"])
	_, _ = io.WriteString(w, "dealgateChanged();\n")
}

// types are what the files of a site are. Anything else is only offered for
// download.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".pdf": "application/pdf",
}

func (s *Site) file(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	ext := path.Ext(name)
	data, err := fs.ReadFile(s.pages, name)
	if err != nil && ext != ".html" {
		http.NotFound(w, r)
		return
	}
	kind, known := types[ext]
	if !known {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	if ext == ".html" {
		if err != nil {
			w.WriteHeader(http.StatusNotFound)
			data = []byte(missing)
		}
		data = s.live(data)
		_, _ = w.Write(data)
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// missing stands in for a page that is not there, as it may be later.
const missing = `<!doctype html><html><head><meta charset="utf-8"><title>404</title></head><body><p>404</p></body></html>`

// live puts the script into a page that loads it again, and the problem, if
// there is one, above its content.
func (s *Site) live(page []byte) []byte {
	version, problem, _ := s.state()
	script := fmt.Sprintf(`<script src="%s" data-version="%s" defer></script>`, reloadPath, version)
	page = insert(page, "</head>", script, false)
	if problem != "" {
		page = insert(page, "<body>", `<pre class="callout bad" role="alert">`+html.EscapeString(problem)+`</pre>`, true)
	}
	return page
}

// insert puts text before or after the first mark of a page.
func insert(page []byte, mark, text string, after bool) []byte {
	i := bytes.Index(page, []byte(mark))
	if i < 0 {
		return page
	}
	if after {
		i += len(mark)
	}
	return bytes.Join([][]byte{page[:i], []byte(text), page[i:]}, nil)
}
